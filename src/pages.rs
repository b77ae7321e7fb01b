//! The pages off the inbox: tickets, records and settings. They are a file of their own, fetched by who goes there.

mod careful;
pub mod host;
mod pipelines;
mod status;
mod ticket;
mod tickets;
mod top;

use crate::routes::page::{Asked, Page};
use crate::ui::live::{memo, part};
use leptos::prelude::*;

/// The page that the address names.
#[component]
pub fn Pages(page: Memo<Option<Page>>) -> impl IntoView {
    // Another question to the same list is the same page.
    let place = memo(move || match page.get() {
        Some(Page::Tickets(_)) => Some(Page::Tickets(Asked::default())),
        other => other,
    });
    part(move || {
        place.get().map(|place| match place {
            Page::Tickets(_) => view! { <tickets::Tickets page/> }.into_any(),
            Page::Ticket(id) => view! { <ticket::TicketPage id/> }.into_any(),
            Page::Pipelines => view! { <pipelines::Pipelines/> }.into_any(),
            other => view! { <main class="page"><h1>{other.href()}</h1></main> }.into_any(),
        })
    })
}
