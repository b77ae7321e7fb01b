//! What the team has defined for tickets beside what every ticket has (X4), with the value this one has of each.

use super::Subject;
use crate::records::{Of, RecordField};
use crate::store::known::Thing;
use crate::store::use_store;
use crate::ticket::card::of_tickets;
use crate::ui::each::Each;
use crate::ui::live::memo;
use leptos::prelude::*;

#[component]
pub fn Custom(subject: Subject) -> AnyView {
    let store = use_store();
    let properties = memo(move || of_tickets(store));
    // An option may have gone, and values with it to another one.
    Effect::new(move |before: Option<bool>| {
        let known = !properties.read().is_empty();
        if before == Some(true) {
            subject.read();
        }
        known
    });
    // Only the field of a property that changed is made anew: in the others somebody may be typing.
    let key = |it: &Thing| [it.text("key"), " ", &it.int("version").unwrap_or_default().to_string()].concat();
    view! {
        <Each each=move || properties.get() key=key let:property>
            <RecordField of=Of::Ticket(subject.id) property/>
        </Each>
    }
    .into_any()
}
