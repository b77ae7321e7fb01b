//! Doing something that may reach further than the thing pressed: what else it changes is asked of the server before,
//! and told (K8). What reaches no further is done at once, with a way back.

use super::reach;
use crate::api::known::Write;
use crate::records::wrong;
use crate::store::{Store, use_store};
use crate::ui::dialog::Dialog;
use crate::ui::field::Outcome;
use crate::ui::live::{effect, live, part, spawn};
use leptos::prelude::*;
use samtal_model::wire::Problem;
use std::cell::OnceCell;

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
    /// Said first, and asked whatever it reaches; empty is nothing.
    pub plain: &'static str,
    /// It cannot be taken back: it is asked whatever it reaches.
    pub for_good: bool,
}

/// Nobody waits for what comes of it.
#[must_use]
pub fn nobody() -> Outcome {
    Callback::new(|_| {})
}

#[derive(Clone)]
struct Question {
    deed: Deed,
    further: Option<String>,
    outcome: Outcome,
    /// What is gone by it, said before what it reaches, and what does it in the deed's stead.
    instead: Option<(String, Callback<()>)>,
}

thread_local! {
    static CAREFUL: OnceCell<Careful> = const { OnceCell::new() };
}

/// The one that asks: one question at a time, wherever it comes from. [`CarefulDialog`] has to be in the page.
#[must_use]
pub fn careful(store: Store) -> Careful {
    CAREFUL.with(|careful| *careful.get_or_init(|| store.for_good(|| Careful::new(store))))
}

/// Asks and does. A handle that can be copied.
#[derive(Clone, Copy)]
pub struct Careful {
    store: Store,
    question: RwSignal<Option<Question>>,
    open: RwSignal<bool>,
}

impl Careful {
    fn new(store: Store) -> Self {
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
        self.look(deed, None, outcome);
    }

    /// Asks about a deed by which something is `lost`, and leaves the doing to `done`: a guess may show it at once.
    pub fn ask_first(self, deed: Deed, lost: String, done: Callback<()>) {
        self.look(deed, Some((lost, done)), nobody());
    }

    /// The question is about something that is shown no more.
    pub fn dismiss(self) {
        self.open.set(false);
    }

    fn look(self, deed: Deed, instead: Option<(String, Callback<()>)>, outcome: Outcome) {
        spawn(async move {
            let answer = match deed.write.preview().await {
                Ok(answer) => answer.known,
                Err(problem) => return self.refuse(&problem.detail, outcome),
            };
            if let Some(words) = answer.at("refused").at("detail").text() {
                return self.refuse(words, outcome);
            }
            let further = reach::sentence(&answer);
            if further.is_none() && deed.plain.is_empty() && !deed.for_good {
                return self.now(deed.write, deed.said, outcome);
            }
            self.question.set(Some(Question { deed, further, outcome, instead }));
            self.open.set(true);
        });
    }

    fn refuse(self, words: &str, outcome: Outcome) {
        self.store.warn(words.to_owned());
        let _gone = outcome.try_run(Some(words.to_owned()));
    }

    fn answer(self) {
        if let Some(Question { deed, outcome, instead, .. }) = self.question.try_update(Option::take).flatten() {
            match instead {
                Some((_, done)) => done.run(()),
                None => self.now(deed.write, deed.said, outcome),
            }
        }
        self.open.set(false);
    }

    fn body(self, Question { deed, further, instead, .. }: Question) -> AnyView {
        let Deed { verb, plain, for_good, .. } = deed;
        view! {
            <div class="dialog-text">
                {instead.map(|(lost, _)| view! { <p>{lost}</p> })}
                {(!plain.is_empty()).then(|| view! { <p>{plain}</p> })}
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

/// Where it asks.
#[component]
pub fn CarefulDialog() -> impl IntoView {
    let asks = careful(use_store());
    let title = live(move || asks.question.with(|it| it.as_ref().map(|it| it.deed.title.clone()).unwrap_or_default()));
    view! {
        <Dialog open=asks.open title>
            {part(move || asks.question.get().map(|question| asks.body(question)))}
        </Dialog>
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
