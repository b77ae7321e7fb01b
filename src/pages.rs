//! The pages off the inbox: tickets, records and settings. They are a file of their own, fetched by who goes there.

pub mod host;
mod order;
mod pipelines;
mod properties;
mod record;
mod records;
mod status;
mod ticket;
mod tickets;
mod top;

use crate::routes::page::{Asked, Page};
use crate::ui::live::{memo, part};
use leptos::prelude::*;
use properties::Properties;
use record::RecordPage;
use records::Records;

/// The page that the address names. What it asks for beside is for the page to follow.
#[component]
pub fn Pages(page: Memo<Option<Page>>) -> impl IntoView {
    // Another question to the same list is the same page.
    let place = memo(move || match page.get() {
        Some(Page::Tickets(_)) => Some(Page::Tickets(Asked::default())),
        Some(Page::Records(kind, _)) => Some(Page::Records(kind, Default::default())),
        other => other,
    });
    part(move || {
        Some(match place.get()? {
            Page::Tickets(_) => view! { <tickets::Tickets page/> }.into_any(),
            Page::Ticket(id) => view! { <ticket::TicketPage id/> }.into_any(),
            Page::Pipelines => view! { <pipelines::Pipelines/> }.into_any(),
            Page::Record(kind, id) => view! { <RecordPage kind id/> }.into_any(),
            Page::Records(kind, _) => view! { <Records kind page/> }.into_any(),
            Page::Properties => view! { <Properties/> }.into_any(),
        })
    })
}
