//! A section that folds and remembers it (D1).

use crate::browser::{keep, text};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::live;
use leptos::prelude::*;

fn slug(title: &str) -> String {
    text::lower(title).replace(' ', "-")
}

fn key(title: &str) -> String {
    ["samtal.details.", &slug(title)].concat()
}

/// Whether the section was left open; `usually` where it was never touched.
#[must_use]
pub fn is_open(title: &str, usually: bool) -> bool {
    keep::read(&key(title)).map_or(usually, |kept| kept == "open")
}

/// `note` stands beside the title: a count. `open` is given by who has to know whether it is.
#[component]
pub fn Section(
    title: &'static str,
    #[prop(into, optional)] note: Signal<String>,
    #[prop(optional)] open: Option<RwSignal<bool>>,
    children: Children,
) -> impl IntoView {
    let body = ["details-", &slug(title)].concat();
    let controls = body.clone();
    let open = open.unwrap_or_else(|| RwSignal::new(is_open(title, true)));
    let toggle = move |_| {
        open.update(|open| *open = !*open);
        keep::write(&key(title), if open.get_untracked() { "open" } else { "folded" });
    };
    view! {
        <section class="details-section">
            <h2>
                <button
                    type="button"
                    class="details-fold"
                    aria-expanded=live(move || open.get().to_string())
                    aria-controls=controls
                    on:click=toggle
                >
                    {title}
                    <span class="num">{note}</span>
                    <Icon glyph=Glyph::ChevronDown/>
                </button>
            </h2>
            <div id=body hidden=live(move || !open.get())>
                {children()}
            </div>
        </section>
    }
}
