//! The ticket of a conversation (K): its card beside the thread, its status over the editor, its name in the head and in
//! the list. The pages of tickets are in [`crate::pages`].

pub mod card;
pub mod careful;
pub mod choose;
pub mod panel;
pub mod reach;
pub mod status;

use crate::api::known as api;
use crate::store::known::{Kind, Thing};
use crate::store::{News, Store, use_store};
use crate::ui::live::{live, memo, spawn};
use leptos::prelude::*;
use samtal_model::TicketId;

/// Priorities, as the API and as people call them, the most pressing first.
pub const PRIORITIES: [(&str, &str); 4] =
    [("urgent", "Urgent"), ("high", "High"), ("medium", "Medium"), ("low", "Low")];

/// The ticket, live; it is read if it is not here. Call it at a component's top.
#[must_use]
pub fn use_ticket(id: TicketId) -> Memo<Option<Thing>> {
    let store = use_store();
    let shown = store.thing(Kind::Ticket, id.0);
    let read = move || {
        spawn(async move {
            if let Ok(answer) = api::ticket(id).await {
                take(store, &Thing::new(answer));
            }
        });
    };
    if shown.with_untracked(Option::is_none) {
        read();
    }
    store.on_news(move |news| {
        if *news == News::Reread {
            read();
        }
    });
    memo(move || shown.get())
}

/// Takes in a ticket with its conversations, as they come together.
pub fn take(store: Store, answer: &Thing) {
    store.take_things(Kind::Ticket, vec![Thing::new(answer.at("ticket").clone())]);
    store.take_conversations_of(answer.things("conversations"));
}

/// A status as a chip; what it is called comes when it is known.
#[component]
pub fn StatusChip(#[prop(into)] status: Signal<i64>) -> AnyView {
    let store = use_store();
    let known = memo(move || store.status(status.get()).map(|(status, _)| status));
    let class = live(move || known.with(|it| it.as_ref().map_or_else(|| "status-chip".to_owned(), class)));
    let name = live(move || known.with(|it| it.as_ref().map(|it| it.text("name").to_owned())));
    view! { <span class=class><span>{name}</span></span> }.into_any()
}

/// How a status looks.
#[must_use]
pub fn class(status: &Thing) -> String {
    let closed = if status.is("closed") { " status-closed" } else { "" };
    ["status-chip status-", status.text("colour"), closed].concat()
}
