//! What the window is like now.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::MediaQueryListEvent;

/// Whether a media query holds, live for the life of the page.
#[must_use]
pub fn matches(query: &str) -> RwSignal<bool> {
    let Ok(Some(list)) = window().match_media(query) else { return RwSignal::new(false) };
    let holds = RwSignal::new(list.matches());
    let changed = Closure::<dyn Fn(MediaQueryListEvent)>::new(move |event: MediaQueryListEvent| {
        let _page_is_going = holds.try_set(event.matches());
    });
    let _old_browser = list.add_event_listener_with_callback("change", changed.as_ref().unchecked_ref());
    changed.forget();
    holds
}
