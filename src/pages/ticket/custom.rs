//! What the team has defined for tickets beside what every ticket has (X4). Tickets say these under `values`; while a
//! server does not, nothing is shown.

use super::Subject;
use crate::api::known::Write;
use crate::records::{property, wrong};
use crate::store::known::{Kind, Thing};
use crate::store::use_store;
use crate::ui::field::{Field, Outcome};
use crate::ui::live::{memo, part};
use leptos::prelude::*;
use samtal_model::json::Json;

#[component]
pub fn Custom(subject: Subject) -> AnyView {
    let store = use_store();
    let has_values = memo(move || subject.is_a_record());
    part(move || {
        let all = has_values.get().then(|| store.all(Kind::Property)).flatten()?;
        let mine = all.into_iter().filter(|it| it.text("object") == "ticket" && !it.is("built_in"));
        Some(mine.map(|property| view! { <Value subject property/> }).collect_view())
    })
    .into_any()
}

#[component]
fn Value(subject: Subject, property: Thing) -> AnyView {
    let store = use_store();
    let (key, shape) = (property.text("key").to_owned(), property.text("kind").to_owned());
    let value = {
        let (key, shape) = (key.clone(), shape.clone());
        memo(move || {
            let shown = |it: &Thing| property::shown(&shape, it.value(&key));
            subject.ticket.with(|it| it.as_ref().map(shown).unwrap_or_default())
        })
    };
    let save = Callback::new(move |(entered, outcome): (String, Outcome)| {
        let values = match property::entered(&shape, &entered) {
            Ok(json) => Json::object([(&*key, json)]),
            Err(words) => return outcome.try_run(Some(words)).unwrap_or_default(),
        };
        store.write(Write::edit_ticket(subject.id, "values", values), "Ticket changed", move |answer| {
            // The page may have gone meanwhile.
            let _gone = outcome.try_run(answer.err().map(|problem| wrong(&problem)));
        });
    });
    view! { <Field label=property::name(&property) kind=property::control(store, &property) value save/> }.into_any()
}
