//! Looking something up as its name is typed: what was asked last counts, and what went wrong stands beside the field.
//! What becomes of what is chosen is for who asks.

use super::{name, property};
use crate::api::known as api;
use crate::browser::frame;
use crate::routes::page::{Kind, Wanted};
use crate::store::Store;
use crate::store::known::{self, Thing};
use crate::ui::live::{Pieces, live, part, spawn};
use leptos::prelude::*;
use samtal_model::InboxId;

/// How many are offered at once: those who want more write another letter.
const OFFERED: usize = 20;
/// Pause after a key before the server is asked, in milliseconds: shorter than between the letters of a word, so that a
/// word asks about once.
const WAIT_MS: i32 = 80;

/// Among what is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    Tickets(InboxId),
    /// Records of a kind; of objects those of one type, or of all.
    Records(Kind, Option<i64>),
}

/// A question that is asked anew with every letter.
#[derive(Clone, Copy)]
pub struct Lookup {
    store: Store,
    among: Among,
    pub typed: RwSignal<String>,
    /// None until there has been an answer.
    pub found: RwSignal<Option<Vec<Thing>>>,
    /// What went wrong: with looking, or with what was done with what was found.
    pub wrong: RwSignal<Option<String>>,
    asked: StoredValue<u32>,
}

impl Lookup {
    /// Offers the first ones at once, before anything is typed.
    #[must_use]
    pub fn new(store: Store, among: Among) -> Self {
        let lookup = Self {
            store,
            among,
            typed: RwSignal::new(String::new()),
            found: RwSignal::new(None),
            wrong: RwSignal::new(None),
            asked: StoredValue::new(0),
        };
        lookup.ask(0);
        lookup
    }

    fn write(self, words: String) {
        self.typed.set(words);
        self.wrong.set(None);
        self.ask(WAIT_MS);
    }

    fn ask(self, wait_ms: i32) {
        self.asked.update_value(|asked| *asked += 1);
        let mine = self.asked.get_value();
        // Who looks may have gone, or gone on, while something is waited for.
        let counts = move || self.asked.try_get_value() == Some(mine);
        spawn(async move {
            if wait_ms > 0 {
                frame::pause(wait_ms).await;
            }
            let Some(words) = self.typed.try_get_untracked().filter(|_| counts()) else { return };
            let answer = match self.among {
                Among::Tickets(inbox) => api::tickets(&api::words_of_tickets(inbox, &words), None, OFFERED).await,
                Among::Records(kind, object_type) => {
                    let wanted = Wanted { q: words, object_type, trash: false };
                    api::records_of(kind.slug(), &wanted.query(), None, OFFERED).await
                }
            };
            if !counts() {
                return;
            }
            match answer {
                Ok(page) => {
                    let items = known::things(page.at("items"));
                    match self.among {
                        Among::Tickets(_) => self.store.take_things(known::Kind::Ticket, items.clone()),
                        Among::Records(..) => self.store.take_records(items.clone()),
                    }
                    self.found.set(Some(items));
                }
                Err(problem) => {
                    // What was found by other words is no answer.
                    self.found.set(None);
                    self.wrong.set(Some(problem.detail));
                }
            }
        });
    }
}

/// How a record is offered.
#[must_use]
pub fn of_record(record: &Thing) -> AnyView {
    view! {
        <span class="details-subject" dir="auto">{name(record)}</span>
        <small>{property::aside(record)}</small>
    }
    .into_any()
}

/// The field, and under it what it finds and what is wrong.
#[component]
pub fn LookupField(
    lookup: Lookup,
    #[prop(into)] label: String,
    /// What stands on a button of the list.
    #[prop(default = of_record)]
    offer: fn(&Thing) -> AnyView,
    on_choose: Callback<Thing>,
    /// Which of those found are offered; all, where it is not given.
    #[prop(optional)]
    fits: Option<Callback<Thing, bool>>,
    /// It takes the focus when it comes. In a dialog it is given it, and taking it as well is not allowed.
    #[prop(optional)]
    focused: bool,
) -> AnyView {
    let id = ["lookup-", &frame::unique()].concat();
    let said = [&id, "-said"].concat();
    let fitting = move || {
        let fits = |it: &Thing| fits.is_none_or(|fits| fits.run(it.clone()));
        lookup.found.get().map(|all| all.into_iter().filter(fits).collect::<Vec<_>>())
    };
    let row = move |thing: Thing| {
        let shown = offer(&thing);
        view! { <li><button type="button" on:click=move |_| on_choose.run(thing.clone())>{shown}</button></li> }
    };
    view! {
        <div class="lookup">
            <label class="field-name" for=id.clone()>{label}</label>
            <input
                class="input"
                id=id
                type="search"
                autofocus=focused
                data-first
                autocomplete="off"
                prop:value=lookup.typed
                aria-invalid=live(move || lookup.wrong.read().is_some().then_some("true"))
                aria-describedby=said.clone()
                on:input=move |event| lookup.write(event_target_value(&event))
            />
            <p class="form-wrong" id=said role="alert">{live(move || lookup.wrong.get())}</p>
            <ul class="lookup-found" aria-label="Found">
                {part(move || Some(fitting().unwrap_or_default().into_iter().map(row).pieces()))}
            </ul>
            {part(move || {
                let none = lookup.wrong.read().is_none() && fitting().is_some_and(|all| all.is_empty());
                none.then(|| view! { <p class="details-none">"Nothing by these words."</p> })
            })}
        </div>
    }
    .into_any()
}
