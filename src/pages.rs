//! The pages off the inbox: tickets, records and settings. They are a file of their own, fetched by who goes there.

pub mod host;
mod properties;
mod record;
mod records;

use crate::routes::page::Page;
use crate::ui::live::{memo, part};
use leptos::prelude::*;
use properties::Properties;
use record::RecordPage;
use records::Records;

/// The page that the address names. What it asks for beside is for the page to follow.
#[component]
pub fn Pages(page: Memo<Option<Page>>) -> impl IntoView {
    let which = memo(move || {
        page.get().map(|page| match page {
            Page::Records(kind, _) => Page::Records(kind, Default::default()),
            page => page,
        })
    });
    part(move || {
        Some(match which.get()? {
            Page::Record(kind, id) => view! { <RecordPage kind id/> }.into_any(),
            Page::Records(kind, _) => view! { <Records kind page/> }.into_any(),
            Page::Properties => view! { <Properties/> }.into_any(),
            page => view! { <main class="page"><h1>{page.href()}</h1></main> }.into_any(),
        })
    })
}
