//! Doing something that may reach further than the thing pressed: what else it changes is asked of the server before,
//! and told (K8). What reaches no further is done at once, with a way back.

use crate::api::known::Write;
use crate::records::wrong;
use crate::store::Store;
use crate::store::known::Thing;
use crate::ui::dialog::Dialog;
use crate::ui::field::Outcome;
use crate::ui::live::{effect, part, spawn};
use leptos::prelude::*;
use samtal_model::wire::Problem;

/// Something to be done.
#[derive(Clone)]
pub struct Deed {
    pub write: Write,
    /// Told when it is done.
    pub said: String,
    /// The question, as a heading.
    pub title: String,
    /// The button that does it.
    pub verb: &'static str,
    /// It cannot be taken back: it is asked whatever it reaches.
    pub for_good: bool,
}

#[derive(Clone)]
struct Question {
    deed: Deed,
    reaches: Vec<String>,
    outcome: Outcome,
}

/// Asks and does. A handle that can be copied; [`Careful::view`] has to be in the page.
#[derive(Clone, Copy)]
pub struct Careful {
    store: Store,
    question: RwSignal<Option<Question>>,
    open: RwSignal<bool>,
}

impl Careful {
    #[must_use]
    pub fn new(store: Store) -> Self {
        let careful = Self { store, question: RwSignal::new(None), open: RwSignal::new(false) };
        effect(move || {
            if !careful.open.get()
                && let Some(question) = careful.question.try_update(Option::take).flatten()
            {
                // Left without an answer: nothing changes.
                let _gone = question.outcome.try_run(None);
            }
        });
        careful
    }

    /// Does it at once.
    pub fn now(self, write: Write, said: String, outcome: Outcome) {
        let store = self.store;
        store.write(write, said, move |answer| {
            let wrong = answer.err().map(|problem| told(store, &problem));
            let _gone = outcome.try_run(wrong);
        });
    }

    /// Does it, after asking where it reaches further.
    pub fn ask(self, deed: Deed, outcome: Outcome) {
        spawn(async move {
            let answer = deed.write.preview().await;
            if self.question.is_disposed() {
                return;
            }
            let answer = match answer {
                Ok(answer) => Thing::new(answer.known),
                Err(problem) => return self.refuse(&problem.detail, outcome),
            };
            if let Some(words) = answer.at("refused").at("detail").text() {
                return self.refuse(words, outcome);
            }
            let reaches: Vec<String> =
                answer.things("reach").iter().filter_map(|it| reach(it.text("what"), it.int("count")?)).collect();
            if reaches.is_empty() && !deed.for_good {
                return self.now(deed.write, deed.said, outcome);
            }
            self.question.set(Some(Question { deed, reaches, outcome }));
            self.open.set(true);
        });
    }

    fn refuse(self, words: &str, outcome: Outcome) {
        self.store.warn(words.to_owned());
        let _gone = outcome.try_run(Some(words.to_owned()));
    }

    fn answer(self) {
        if let Some(Question { deed, outcome, .. }) = self.question.try_update(Option::take).flatten() {
            self.now(deed.write, deed.said, outcome);
        }
        self.open.set(false);
    }

    /// Where it asks.
    #[must_use]
    pub fn view(self) -> AnyView {
        let title = Signal::derive(move || {
            self.question.with(|it| it.as_ref().map(|it| it.deed.title.clone()).unwrap_or_default())
        });
        view! {
            <Dialog open=self.open title>
                {part(move || self.question.get().map(|question| self.body(question)))}
            </Dialog>
        }
        .into_any()
    }

    fn body(self, Question { deed, reaches, .. }: Question) -> AnyView {
        let Deed { verb, for_good, .. } = deed;
        view! {
            <div class="dialog-text">
                <ul class="reach">{reaches.into_iter().map(|words| view! { <li>{words}</li> }).collect_view()}</ul>
                {for_good.then(|| view! { <p>"This cannot be undone."</p> })}
            </div>
            <div class="dialog-buttons">
                <button type="button" class="button" data-first on:click=move |_| self.open.set(false)>
                    "Cancel"
                </button>
                <button
                    type="button"
                    class="button"
                    class:button-danger=for_good
                    class:button-main=!for_good
                    on:click=move |_| self.answer()
                >
                    {verb}
                </button>
            </div>
        }
        .into_any()
    }
}

/// What is wrong, in a sentence. One that names fields is told here: nobody else tells it where there is no field.
fn told(store: Store, problem: &Problem) -> String {
    let words = wrong(problem);
    if !problem.errors.is_empty() {
        store.warn(words.clone());
    }
    words
}

/// What else is done, in a sentence; none for what the sentence of the deed says already.
#[must_use]
pub fn reach(what: &str, count: i64) -> Option<String> {
    let (before, one, many, after) = match what {
        "conversation_closed" => ("Closes ", "conversation", "conversations", " too."),
        "conversation_reopened" => ("Reopens ", "conversation", "conversations", " too."),
        "conversation_trashed" => ("Moves ", "conversation", "conversations", " to Trash too."),
        "conversation_restored" => ("Restores ", "conversation", "conversations", " too."),
        "conversation_deleted" => ("Deletes ", "conversation", "conversations", " with every message, for good."),
        "conversation_unassigned" => ("Unassigns ", "conversation", "conversations", "."),
        "conversation_spam" => ("Marks ", "conversation", "conversations", " as spam."),
        "ticket_trashed" => ("Moves ", "ticket", "tickets", " to Trash too."),
        "ticket_restored" => ("Restores ", "ticket", "tickets", " too."),
        "ticket_deleted" => ("Deletes ", "ticket", "tickets", " for good."),
        "ticket_reopened" => ("Reopens ", "ticket", "tickets", " too."),
        "ticket_moved" => ("Moves ", "ticket", "tickets", " to the other status."),
        "ticket_assigned" => ("Assigns ", "ticket", "tickets", " too."),
        "ticket_unassigned" => ("Unassigns ", "ticket", "tickets", "."),
        "ticket_noted" => ("Leaves a note of it on ", "ticket", "tickets", "."),
        _ => return None,
    };
    let noun = if count == 1 { one } else { many };
    (count > 0).then(|| [before, &count.to_string(), " ", noun, after].concat())
}

#[cfg(test)]
mod tests {
    use super::reach;

    #[test]
    fn what_is_reached_is_said_with_its_number() {
        assert_eq!(reach("conversation_closed", 2).as_deref(), Some("Closes 2 conversations too."));
        assert_eq!(reach("conversation_trashed", 1).as_deref(), Some("Moves 1 conversation to Trash too."));
        assert_eq!(reach("ticket_moved", 0), None);
    }
}
