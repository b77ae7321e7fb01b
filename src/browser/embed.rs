//! Documents inside the page: when one comes near the reader, and how tall it is.

use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{
    Element, HtmlElement, HtmlIFrameElement, HtmlImageElement, IntersectionObserver, IntersectionObserverEntry,
    IntersectionObserverInit, ResizeObserver,
};

/// A document taller than this scrolls inside itself, in CSS pixels: one that grows with its own frame must end.
const TALLEST_PX: f64 = 60_000.0;
/// Room for a scrollbar below a document that is too wide to be made small enough, in CSS pixels.
const SCROLLBAR_PX: f64 = 16.0;
/// Smaller than this nobody can read it, in hundredths.
const SMALLEST_ZOOM: i32 = 50;
/// How often a height may follow a change; a document whose size depends on its frame's would go on for ever.
const MOST_CHANGES: u32 = 200;

/// Watches until dropped.
pub struct Near {
    observer: IntersectionObserver,
    _seen: Closure<dyn Fn(js_sys::Array)>,
}

impl Drop for Near {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Runs `near` once `element` is within `margin_px` of what is in sight.
#[must_use]
pub fn when_near(element: &Element, margin_px: u32, near: impl Fn() + 'static) -> Option<Near> {
    let seen = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
        if entries.iter().any(|entry| entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting()) {
            near();
        }
    });
    let options = IntersectionObserverInit::new();
    let margin = [&margin_px.to_string(), "px 0px"].concat();
    options.set_root_margin(&margin);
    let scroller = element.closest("[data-scroller]").ok().flatten();
    options.set_root(scroller.as_ref());
    let observer = IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &options).ok()?;
    observer.observe(element);
    Some(Near { observer, _seen: seen })
}

/// Follows a document's height until dropped.
pub struct Height {
    observer: ResizeObserver,
    _resized: Closure<dyn Fn()>,
}

impl Drop for Height {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Tells `told` how tall the document in `frame` is, in CSS pixels, now and whenever it changes. A document wider than
/// its frame is made smaller until it fits. None where the document cannot be looked into.
#[must_use]
pub fn follow_height(frame: &HtmlIFrameElement, told: impl Fn(f64) + 'static) -> Option<Height> {
    // The frame's document has classes of its own: its elements are instances of none of this page's, so nothing is asked.
    let root: HtmlElement = frame.content_document()?.document_element()?.unchecked_into();
    let body: HtmlElement = root.last_element_child()?.unchecked_into();
    let document = (root.clone(), body.clone());
    let last = Cell::new((0.0, 0, 0_u32));
    let measure = move || {
        let (root, body) = &document;
        let (before, width, changes) = last.get();
        let now = root.client_width();
        if now != width {
            fit(root, body, now);
        }
        // The root's own box, not its scroll height, which is never less than the frame's. A sideways scrollbar needs
        // room as well.
        let sideways = root.scroll_width() > now;
        let height = root.get_bounding_client_rect().height().ceil() + if sideways { SCROLLBAR_PX } else { 0.0 };
        let height = height.min(TALLEST_PX);
        last.set((height, now, changes));
        if height > 0.0 && (height - before).abs() >= 1.0 && changes < MOST_CHANGES {
            last.set((height, now, changes + 1));
            told(height);
        }
    };
    measure();
    let resized = Closure::<dyn Fn()>::new(measure);
    let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok()?;
    observer.observe(&root);
    observer.observe(&body);
    Some(Height { observer, _resized: resized })
}

/// How many pictures of the document in `frame` did not come, once it has been loaded.
#[must_use]
pub fn missing_pictures(frame: &HtmlIFrameElement) -> u32 {
    let pictures = frame.content_document().map(|document| document.images());
    let Some(pictures) = pictures else { return 0 };
    let missing = |index: &u32| {
        pictures.item(*index).is_some_and(|picture| {
            let picture: HtmlImageElement = picture.unchecked_into();
            picture.complete() && picture.natural_width() == 0 && picture.has_attribute("src")
        })
    };
    (0..pictures.length()).filter(missing).count() as u32
}

/// Makes the body as much smaller as it takes to show its whole width, within reason.
fn fit(root: &HtmlElement, body: &HtmlElement, width: i32) {
    let style = body.style();
    let _never_refused = style.remove_property("zoom");
    let wanted = root.scroll_width();
    if wanted > width && width > 0 {
        // Whole hundredths, downwards: it has to fit, and numbers with a point cost code.
        let zoom = (100 * width / wanted).max(SMALLEST_ZOOM);
        let _never_refused = style.set_property("zoom", &[&zoom.to_string(), "%"].concat());
    }
}
