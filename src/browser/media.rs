//! What the window is like, and in which colours it shows.

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

/// Sets `data-theme` on the page as a whole; none leaves it to the system.
pub fn set_theme(theme: Option<&str>) {
    let Some(root) = document().document_element() else { return };
    let _always_settable = match theme {
        None => root.remove_attribute("data-theme"),
        Some(theme) => root.set_attribute("data-theme", theme),
    };
}
