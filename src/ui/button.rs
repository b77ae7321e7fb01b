//! Buttons that are only an icon. Those with words are plain `<button class="button">`.

use super::icon::{Glyph, Icon};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// A button that shows an icon; `label` is its accessible name and its tooltip.
#[component]
pub fn IconButton(
    #[prop(into)] label: Signal<String>,
    glyph: Glyph,
    #[prop(into)] on_press: Callback<MouseEvent>,
    /// Classes beside `icon-button`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=["icon-button ", class].concat()
            aria-label=label
            data-tip=label
            on:click=move |event| on_press.run(event)
        >
            <Icon glyph/>
        </button>
    }
}
