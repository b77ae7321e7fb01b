//! The head of a page off the inbox: its heading, and on a phone the way to the rail.

use crate::browser::page;
use crate::panes::use_panes;
use crate::ui::button::IconButton;
use crate::ui::icon::Glyph;
use crate::ui::live::{live, part};
use leptos::prelude::*;

/// The head; `children` stand at its end.
#[component]
pub fn Top(
    /// The heading, and what the window is called.
    #[prop(into)]
    title: Signal<String>,
    children: Children,
) -> AnyView {
    page::title(move || [&title.get(), " \u{2013} Samtal"].concat());
    view! {
        <header class="page-top">
            <ToRail/>
            <h1>{title}</h1>
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
