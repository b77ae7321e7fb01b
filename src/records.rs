//! What is known of customers: contacts, companies, deals and what the team defined itself, as fields that are edited
//! where they stand. The pages of their own are in [`crate::pages`].

pub mod finder;
pub mod lookup;
pub mod property;

use crate::api::known::Write;
use crate::routes::page::{Kind, Page};
use crate::store::known::{self, Thing};
use crate::store::use_store;
use crate::ui::field::{Field, Outcome};
use crate::ui::live::{live, memo, part};
use leptos::prelude::*;
use samtal_model::TicketId;
use samtal_model::json::Json;
use samtal_model::wire::Problem;

/// What a record is called.
#[must_use]
pub fn name(record: &Thing) -> String {
    let of = |property: &str| record.value(property).text().filter(|it| !it.is_empty()).map(ToOwned::to_owned);
    of("name").or_else(|| of("email")).or_else(|| of("domain")).unwrap_or_else(|| "Unnamed".into())
}

/// Where its page is; none for what has none.
#[must_use]
pub fn href(record: &Thing) -> Option<String> {
    Some(Page::Record(Kind::from_word(record.text("kind"))?, record.id()).href())
}

/// What is wrong, in a sentence, with the one thing that was to be changed.
#[must_use]
pub fn wrong(problem: &Problem) -> String {
    problem.errors.first().map_or_else(|| problem.detail.clone(), |error| error.message.clone())
}

/// Whose property it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Record(Kind, i64),
    Ticket(TicketId),
}

impl Of {
    fn key(self) -> Option<(known::Kind, i64)> {
        match self {
            Self::Record(kind, id) => Some((known::record_kind(kind.word())?, id)),
            Self::Ticket(id) => Some((known::Kind::Ticket, id.0)),
        }
    }

    fn edit(self, property: &str, value: Json) -> Write {
        match self {
            Self::Record(kind, id) => Write::edit_record(kind.slug(), id, property, value),
            Self::Ticket(id) => Write::edit_ticket(id, "values", Json::object([(property, value)])),
        }
    }
}

/// One property of a record or a ticket, edited in place (D3, X4).
#[component]
pub fn RecordField(of: Of, property: Thing) -> AnyView {
    let store = use_store();
    let Some((kind, id)) = of.key() else { return ().into_any() };
    let record = store.thing(kind, id);
    let key = property.text("key").to_owned();
    let shape = property.text("kind").to_owned();
    let value = {
        let (key, shape) = (key.clone(), shape.clone());
        memo(move || {
            record.with(|it| it.as_ref().map(|it| property::shown(&shape, it.value(&key))).unwrap_or_default())
        })
    };
    let save = Callback::new(move |(entered, outcome): (String, Outcome)| {
        let write = match property::entered(&shape, &entered) {
            Ok(json) => of.edit(&key, json),
            Err(words) => return outcome.try_run(Some(words)).unwrap_or_default(),
        };
        store.write(write, "Saved", move |answer| {
            // The page may have gone meanwhile.
            let _gone = outcome.try_run(answer.err().map(|problem| wrong(&problem)));
        });
    });
    let label = property::name(&property);
    view! { <Field label kind=property::control(store, &property) value save/> }.into_any()
}

/// The properties with these keys, in this order, each edited in place.
#[component]
pub fn RecordFields(kind: Kind, id: i64, #[prop(into)] keys: Signal<Vec<String>>) -> AnyView {
    let store = use_store();
    let properties = memo(move || {
        let all = store.all(known::Kind::Property).unwrap_or_default();
        keys.with(|keys| {
            keys.iter()
                .filter_map(|key| {
                    all.iter().find(|it| it.text("object") == kind.word() && it.text("key") == key).cloned()
                })
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div class="fields">
            {part(move || {
                Some(properties.get().into_iter().map(|property| view! { <RecordField of=Of::Record(kind, id) property/> }).collect_view())
            })}
        </div>
    }
    .into_any()
}

/// A list of records as links, each opening in a tab of its own.
#[component]
pub fn RecordLinks(#[prop(into)] records: Signal<Vec<Thing>>) -> AnyView {
    let store = use_store();
    let row = move |record: Thing| {
        let kind = known::record_kind(record.text("kind"));
        let shown = kind.map(|kind| store.thing(kind, record.id()));
        let at = href(&record);
        let now = live(move || shown.as_ref().and_then(|it| it.get()).unwrap_or_else(|| record.clone()));
        view! {
            <li>
                <a href=at target="_blank" rel="noopener">
                    <span class="details-subject">{live(move || now.with(name))}</span>
                    <small>{live(move || now.with(property::aside))}</small>
                </a>
            </li>
        }
    };
    view! {
        <ul class="details-links">
            {part(move || Some(records.get().into_iter().map(row).collect_view()))}
        </ul>
    }
    .into_any()
}

/// The fields of `POST /contacts` and the like.
#[must_use]
pub fn named(name: &str) -> Json {
    Json::object([("name", name.into())])
}
