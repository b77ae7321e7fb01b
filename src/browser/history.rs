//! The address bar, the history behind it, and presses on links.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement};

/// Path and query of the address bar.
#[must_use]
pub fn address() -> String {
    let location = window().location();
    [location.pathname().unwrap_or_default(), location.search().unwrap_or_default()].concat()
}

/// `https://host:port`, for addresses that are shared.
#[must_use]
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// A new entry. A browser that refuses (too many in a short time) stays where it is.
pub fn push(address: &str) {
    if let Ok(history) = window().history() {
        let _refused = history.push_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// The same entry under another address.
pub fn replace(address: &str) {
    if let Ok(history) = window().history() {
        let _refused = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Loads `address` anew: whatever this page held is gone.
pub fn load(address: &str) {
    let _refused = window().location().assign(address);
}

/// Runs `moved` at Back and Forward, for as long as the caller's owner lives.
pub fn on_pop(moved: impl Fn() + 'static) {
    let listener = window_event_listener(ev::popstate, move |_| moved());
    on_cleanup(move || listener.remove());
}

/// Runs `follow` with path and query for a plain press on a link to this server's pages. If it answers true, the
/// browser does not load the page.
pub fn on_link(follow: impl Fn(String) -> bool + 'static) {
    let listener = window_event_listener(ev::click, move |event| {
        if event.default_prevented()
            || event.button() != 0
            || event.meta_key()
            || event.ctrl_key()
            || event.shift_key()
            || event.alt_key()
        {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(link) = target
            .and_then(|target| target.closest("a[href]").ok().flatten())
            .and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok())
        else {
            return;
        };
        let elsewhere = !link.target().is_empty() && link.target() != "_self";
        if elsewhere || link.has_attribute("download") || link.origin() != origin() {
            return;
        }
        if follow([link.pathname(), link.search()].concat()) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}
