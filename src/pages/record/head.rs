//! What stands over a page off the inbox, and what stands there when there is nothing to show.

use crate::pages::top::ToRail;
use crate::routes::Route;
use crate::ui::icon::{Glyph, Icon};
use leptos::prelude::*;

/// The page's heading with the way to the views, the way up, and what can be done.
#[component]
pub fn Head(
    #[prop(into)] title: Signal<String>,
    /// The name and the address of the page above.
    #[prop(optional)]
    over: Option<(&'static str, String)>,
    children: Children,
) -> AnyView {
    let up = over.map(|(name, href)| {
        view! {
            <nav class="page-up" aria-label="Where this is">
                <a href=href>{name}</a>
            </nav>
        }
    });
    view! {
        <header class="page-head">
            <ToRail/>
            <div class="page-title">
                {up}
                <h1 dir="auto">{title}</h1>
            </div>
            <div class="page-actions">{children()}</div>
        </header>
    }
    .into_any()
}

/// Gone for good, or not for this agent: nobody can tell which.
#[component]
pub fn NotHere(
    /// What it would have been: a contact.
    what: &'static str,
) -> AnyView {
    view! {
        <main class="page sheet page-empty">
            <ToRail/>
            <Icon glyph=Glyph::Link/>
            <h1>{["This ", what, " is not here"].concat()}</h1>
            <p>"It was deleted for good, or you do not have access to it."</p>
            <a class="button" href=Route::Home.href()>"Go to the inbox"</a>
        </main>
    }
    .into_any()
}
