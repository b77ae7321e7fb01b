//! Whether the page is in sight, and the moment it goes.

use leptos::leptos_dom::helpers::window_event_listener_untyped;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::VisibilityState;

fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Whether this tab is the one looked at, live for as long as the caller's owner.
#[must_use]
pub fn visible() -> Signal<bool> {
    let (visible, set_visible) = signal(is_visible());
    let listener = window_event_listener_untyped("visibilitychange", move |_| set_visible.set(is_visible()));
    on_cleanup(move || listener.remove());
    visible.into()
}

/// How high the window is inside, in CSS pixels.
#[must_use]
pub fn height_px() -> usize {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default() as usize
}

/// Runs `work` when the page is closed or left, for as long as the caller's owner lives.
pub fn on_leave(work: impl Fn() + 'static) {
    let listener = window_event_listener_untyped("pagehide", move |_| work());
    on_cleanup(move || listener.remove());
}

/// Sets a custom property of an element.
pub fn set_property(element: &web_sys::Element, name: &str, value: &str) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        let _always_settable = element.style().set_property(name, value);
    }
}

/// What the window and the history call this page, for as long as the caller's owner lives. Followed.
pub fn title(words: impl Fn() -> String + 'static) {
    let before = document().title();
    let alive = StoredValue::new(());
    Effect::new(move |_| {
        let words = words();
        // Browsers tell their tab strip at once, which takes a while.
        super::frame::after_paint(move || {
            if alive.try_get_value().is_some() {
                document().set_title(&words);
            }
        });
    });
    on_cleanup(move || document().set_title(&before));
}

/// Lets the browser fetch the style sheets that the page names as not needed at first.
pub fn wake_styles() {
    let Ok(links) = document().query_selector_all("link[disabled]") else { return };
    for index in 0..links.length() {
        if let Some(link) = links.get(index).and_then(|link| link.dyn_into::<web_sys::Element>().ok()) {
            let _always_removable = link.remove_attribute("disabled");
        }
    }
}
