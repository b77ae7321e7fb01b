//! Scrolling.

use js_sys::Array;
use leptos::prelude::{StoredValue, WithValue, on_cleanup};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, ResizeObserver, ResizeObserverEntry, ScrollIntoViewOptions, ScrollLogicalPosition};

/// Scrolls as little as needed to show `element`.
pub fn into_view(element: &Element) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Tells the height of `element` in CSS pixels, now and whenever it changes, until the caller's owner is gone.
pub fn on_resize(element: &Element, mut tell: impl FnMut(f64) + 'static) {
    let seen = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
        if let Ok(entry) = entries.get(0).dyn_into::<ResizeObserverEntry>() {
            tell(entry.content_rect().height());
        }
    });
    let Ok(observer) = ResizeObserver::new(seen.as_ref().unchecked_ref()) else { return };
    observer.observe(element);
    let kept = StoredValue::new_local((observer, seen));
    on_cleanup(move || {
        kept.with_value(|(observer, _)| observer.disconnect());
    });
}
