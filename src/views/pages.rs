//! The links to the pages off the inbox, below the views in the rail.

use crate::routes::page::{Asked, Page};
use crate::routes::{Route, use_nav};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::live;
use leptos::prelude::*;

#[component]
pub fn PageLinks() -> AnyView {
    let nav = use_nav();
    let link = move |page: Page, name: &'static str, glyph: Glyph| {
        let href = page.href();
        let home = href.clone();
        // A page below it is at home there too: one ticket among the tickets.
        let current = live(move || {
            nav.route().with(|route| match route {
                Route::Page(address) => address
                    .strip_prefix(&*home)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
                    .then_some("page"),
                _ => None,
            })
        });
        view! {
            <a class="rail-view" href=href aria-current=current data-tip=name>
                <Icon glyph/>
                <span class="rail-label">{name}</span>
            </a>
        }
    };
    view! {
        <div class="rail-group" role="group" aria-label="Records">
            {link(Page::Tickets(Asked::default()), "Tickets", Glyph::Ticket)}
            {Page::contacts().map(|page| link(page, "Contacts", Glyph::Users))}
        </div>
    }
    .into_any()
}
