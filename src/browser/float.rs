//! Things that float above the page: placing a popover beside what it belongs to.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

/// Room kept between a floating thing and what it belongs to, in CSS pixels.
const GAP_PX: f64 = 4.0;
/// Room kept to the window's edge, in CSS pixels.
const EDGE_PX: f64 = 8.0;

/// Which edges line up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Left edges.
    Start,
    /// Right edges.
    End,
    Centre,
}

/// Opens `popover` below `anchor`, or above it where there is no room below, wholly inside the window.
pub fn show_beside(popover: &HtmlElement, anchor: &Element, side: Side) {
    // Refused only when it is open already, or gone from the page.
    let _open_already = popover.show_popover();
    place(popover, anchor, side);
}

/// Moves an open `popover` beside `anchor` again, after its size has changed.
pub fn place(popover: &HtmlElement, anchor: &Element, side: Side) {
    let at = anchor.get_bounding_client_rect();
    let size = popover.get_bounding_client_rect();
    let root = document().document_element();
    let (width, height) =
        root.map_or((0.0, 0.0), |root| (f64::from(root.client_width()), f64::from(root.client_height())));
    let left = match side {
        Side::Start => at.left(),
        Side::End => at.right() - size.width(),
        Side::Centre => at.left() + (at.width() - size.width()) / 2.0,
    };
    let left = left.min(width - size.width() - EDGE_PX).max(EDGE_PX);
    let below = at.bottom() + GAP_PX;
    let above = at.top() - size.height() - GAP_PX;
    let top = if below + size.height() + EDGE_PX <= height || above < EDGE_PX { below } else { above };
    let top = top.min(height - size.height() - EDGE_PX).max(EDGE_PX);
    let style = popover.style();
    let _never_refused = style.set_property("left", &px(left));
    let _never_refused = style.set_property("top", &px(top));
}

/// Closes `popover`; nothing happens where it is closed.
pub fn hide(popover: &HtmlElement) {
    if matches(popover, ":popover-open") {
        let _closed_already = popover.hide_popover();
    }
}

/// Whether `element` matches the CSS selector.
#[must_use]
pub fn matches(element: &Element, selector: &str) -> bool {
    element.matches(selector).unwrap_or(false)
}

/// The nearest element at or above the event's target that matches.
#[must_use]
pub fn closest(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

/// Gives `element` the focus without scrolling to it.
pub fn focus_quietly(element: &HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    let _not_focusable = element.focus_with_options(&options);
}

/// Gives a button its accessible name, and its tooltip.
pub fn name(button: &Element, words: &str) {
    set(button, "aria-label", words);
    set(button, "data-tip", words);
}

/// Sets an attribute.
pub fn set(element: &Element, attribute: &str, value: &str) {
    let _names_are_valid = element.set_attribute(attribute, value);
}

/// The element with this id.
#[must_use]
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The first element of the page that matches.
#[must_use]
pub fn first(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// Whether anything in the page matches.
#[must_use]
pub fn exists(selector: &str) -> bool {
    document().query_selector(selector).ok().flatten().is_some()
}

/// What has the focus now.
#[must_use]
pub fn focused() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

/// Moves the focus among the elements of the page that match, round and round.
pub fn step_focus(selector: &str, step: isize) {
    let all = every(selector);
    let now = focused();
    let at = all.iter().position(|element| Some(element) == now.as_ref());
    let count = all.len() as isize;
    if count > 0 {
        let next = at.map_or(0, |at| (at as isize + step + count) % count);
        focus_quietly(&all[next as usize]);
    }
}

/// All elements below `root` that match, in order.
#[must_use]
pub fn all(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

/// Every element of the page that fits, in order.
#[must_use]
pub fn every(selector: &str) -> Vec<HtmlElement> {
    document().document_element().map(|page| all(&page, selector)).unwrap_or_default()
}

fn px(value: f64) -> String {
    let mut text = (value.round() as i32).to_string();
    text.push_str("px");
    text
}
