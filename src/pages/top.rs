//! The head of a page off the inbox: its heading, the way up, and on a phone the way to the rail; and what stands there
//! when there is nothing to show.

use crate::browser::page;
use crate::panes::use_panes;
use crate::routes::Route;
use crate::ui::button::IconButton;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, part};
use leptos::prelude::*;

/// The head; `children` stand at its end.
#[component]
pub fn Top(
    /// The heading, and what the window is called.
    #[prop(into)]
    title: Signal<String>,
    /// The name and the address of the page above.
    #[prop(optional)]
    over: Option<(&'static str, String)>,
    children: Children,
) -> AnyView {
    page::title(move || [&title.get(), " \u{2013} Samtal"].concat());
    let up = over.map(|(name, href)| {
        view! {
            <nav class="page-up" aria-label="Where this is">
                <a href=href>{name}</a>
            </nav>
        }
    });
    view! {
        <header class="page-top">
            <ToRail/>
            <div class="page-title">
                {up}
                <h1 dir="auto">{title}</h1>
            </div>
            {children()}
        </header>
    }
    .into_any()
}

/// Where one pane shows at a time, the way to the others.
#[component]
pub fn ToRail() -> AnyView {
    let panes = use_panes();
    let label = live(move || (if panes.rail_open.get() { "Fold the views" } else { "Unfold the views" }).to_owned());
    view! {
        {part(move || {
            panes.narrow.get().then(|| {
                view! { <IconButton label glyph=Glyph::PanelLeft on_press=move |_| panes.toggle_rail()/> }
            })
        })}
    }
    .into_any()
}

/// Gone for good, or not for this agent: nobody can tell which.
#[component]
pub fn NotHere(
    /// What it would have been: a contact.
    what: &'static str,
) -> AnyView {
    let title = ["This ", what, " is not here"].concat();
    page::title({
        let title = title.clone();
        move || [&title, " \u{2013} Samtal"].concat()
    });
    view! {
        <main class="page">
            <div class="page-away">
                <ToRail/>
                <Icon glyph=Glyph::Link/>
                <h1>{title}</h1>
                <p>"It was deleted for good, or you do not have access to it."</p>
                <a class="button" href=Route::Home.href()>"Go to the inbox"</a>
            </div>
        </main>
    }
    .into_any()
}
