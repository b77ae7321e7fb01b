//! A section that folds and remembers it (D1).

use crate::browser::{keep, text};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::live;
use leptos::prelude::*;

/// `note` stands beside the title: a count.
#[component]
pub fn Section(title: &'static str, #[prop(into, optional)] note: Signal<String>, children: Children) -> impl IntoView {
    let name = text::lower(title).replace(' ', "-");
    let key = ["samtal.details.", &name].concat();
    let body = ["details-", &name].concat();
    let controls = body.clone();
    let open = RwSignal::new(keep::read(&key).is_none());
    let toggle = move |_| {
        open.update(|open| *open = !*open);
        if open.get_untracked() { keep::forget(&key) } else { keep::write(&key, "folded") }
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
