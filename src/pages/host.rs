//! Where the pages off the inbox are shown as soon as their file is here.

use crate::parts::{fetch_pages, use_desk};
use crate::routes::page::Page;
use crate::routes::{Route, use_nav};
use crate::shell::lost::Lost;
use crate::ui::live::{memo, part};
use leptos::prelude::*;

#[component]
pub fn PageHost() -> impl IntoView {
    let nav = use_nav();
    // While another screen takes its place it shows what it showed.
    let page = Memo::new(move |last: Option<&Option<Page>>| match nav.route().get() {
        Route::Page(address) => Page::parse(&address),
        _ => last.cloned().flatten(),
    });
    let lost = memo(move || page.read().is_none());
    let pages = fetch_pages(use_desk());
    part(move || {
        Some(if lost.get() {
            view! { <Lost/> }.into_any()
        } else {
            pages
                .get()
                .map_or_else(|| view! { <main class="page" aria-busy="true"></main> }.into_any(), |pages| pages(page))
        })
    })
}
