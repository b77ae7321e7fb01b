//! Doing something that may reach further than the thing pressed: what else it changes is asked of the server before,
//! and told (K8). What reaches no further is done at once, with a way back.

use crate::api::known::Write;
use crate::records::wrong;
use crate::store::Store;
use crate::store::known::Thing;
use crate::ticket::reach;
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
    further: Option<String>,
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
            let further = reach::sentence(answer.at("reach"));
            if further.is_none() && !deed.for_good {
                return self.now(deed.write, deed.said, outcome);
            }
            self.question.set(Some(Question { deed, further, outcome }));
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

    fn body(self, Question { deed, further, .. }: Question) -> AnyView {
        let Deed { verb, for_good, .. } = deed;
        view! {
            <div class="dialog-text">
                {further.map(|words| view! { <p>{words}</p> })}
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
