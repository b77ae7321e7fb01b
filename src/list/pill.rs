//! "3 new": what has arrived above, without moving what the agent is about to press (V11).

use crate::browser::when;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::live;
use leptos::prelude::*;

/// The button that shows them.
#[component]
pub fn Pill(fresh: Signal<usize>, to_top: Callback<()>) -> impl IntoView {
    view! {
        <button type="button" class="list-pill" on:click=move |_| to_top.run(())>
            <Icon glyph=Glyph::ArrowUp/>
            {live(move || [when::number(fresh.get() as i64).as_str(), " new"].concat())}
        </button>
    }
}
