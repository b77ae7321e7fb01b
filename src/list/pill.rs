//! "3 new": what has arrived above, without moving what the agent is about to press (V11).

use super::feed::Rows;
use crate::browser::when;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use leptos::prelude::*;

/// The button that shows them, while there are any.
#[component]
pub fn Pill(rows: Rows, to_top: Callback<()>) -> impl IntoView {
    let fresh = memo(move || rows.fresh());
    let waits = memo(move || fresh.get() > 0);
    part(move || {
        waits.get().then(|| {
            view! {
                <button type="button" class="list-pill" on:click=move |_| to_top.run(())>
                    <Icon glyph=Glyph::ArrowUp/>
                    {live(move || [when::number(fresh.get() as i64).as_str(), " new"].concat())}
                </button>
            }
        })
    })
}
