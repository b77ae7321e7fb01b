//! The pages off the inbox: tickets, records and settings. They are a file of their own, fetched by who goes there.

pub mod host;

use crate::routes::page::Page;
use leptos::prelude::*;

/// The page that the address names.
#[component]
pub fn Pages(page: Memo<Option<Page>>) -> impl IntoView {
    move || page.get().map(|page| view! { <main class="page"><h1>{page.href()}</h1></main> })
}
