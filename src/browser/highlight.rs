//! Marks over texts in the page, painted by the browser (CSS Custom Highlight API) without touching the elements.
//! Where a browser has not got it there are no marks.

use super::frame;
use js_sys::{Array, Function, Reflect};
use leptos::prelude::{document, window};
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlIFrameElement, MutationObserver, MutationObserverInit, Window};

/// What the style calls a mark: `::highlight(found)`.
const NAME: &str = "found";
/// The one that was stepped to: `::highlight(found-now)`.
const NOW: &str = "found-now";
/// Where marks may be, apart from the messages.
const ROWS: &str = ".list-rows";
/// Each of these is gone through with the frames in it, so that marks are in the order they are read.
const MESSAGES: &str = "main .messages article";
/// Pause between a change of the page and looking again, in milliseconds.
const LOOK_AFTER_MS: u64 = 60;
/// Marks painted at most, in all documents together.
const MOST: usize = 2_000;

/// Dropping it takes the marks away.
pub struct Watch {
    state: Rc<State>,
    observer: Option<MutationObserver>,
    _changed: Closure<dyn FnMut()>,
}

/// A mark in the open conversation, and the frame it is in.
type Mark = (web_sys::Range, Option<HtmlIFrameElement>);

/// Where marks are in a text, in bytes.
type Find = Box<dyn Fn(&str) -> Vec<Range<usize>>>;

struct State {
    find: Find,
    waiting: Cell<bool>,
    gone: Cell<bool>,
    /// The windows of mails that have marks.
    frames: RefCell<Vec<Window>>,
    /// The marks in the open conversation, in order, with the frame they are in.
    thread: RefCell<Vec<Mark>>,
    /// Told how many there are.
    counted: Box<dyn Fn(usize)>,
}

/// Marks what `find` finds in each text, given and answered in bytes, now and whenever the page changes. `counted` is
/// told how many marks the open conversation has.
#[must_use]
pub fn follow(find: impl Fn(&str) -> Vec<Range<usize>> + 'static, counted: impl Fn(usize) + 'static) -> Watch {
    let state = Rc::new(State {
        find: Box::new(find),
        waiting: Cell::new(false),
        gone: Cell::new(false),
        frames: RefCell::default(),
        thread: RefCell::default(),
        counted: Box::new(counted),
    });
    let of_change = state.clone();
    let changed = Closure::<dyn FnMut()>::new(move || look_soon(&of_change));
    let observer = MutationObserver::new(changed.as_ref().unchecked_ref()).ok();
    if let (Some(observer), Some(body)) = (&observer, document().body()) {
        let options = MutationObserverInit::new();
        options.set_child_list(true);
        options.set_character_data(true);
        options.set_subtree(true);
        let _body_is_a_node = observer.observe_with_options(&body, &options);
    }
    look_soon(&state);
    Watch { state, observer, _changed: changed }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.state.gone.set(true);
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
        for of in self.state.frames.borrow().iter().chain([&window()]) {
            paint(of, NAME, &[]);
            paint(of, NOW, &[]);
        }
    }
}

impl Watch {
    /// Scrolls to a mark of the open conversation, counted from 0, and paints it as the one.
    pub fn show(&self, index: usize) {
        for of in self.state.frames.borrow().iter().chain([&window()]) {
            paint(of, NOW, &[]);
        }
        let thread = self.state.thread.borrow();
        let Some((range, frame)) = thread.get(index) else { return };
        let inside = frame.as_ref().and_then(HtmlIFrameElement::content_window);
        paint(inside.as_ref().unwrap_or(&window()), NOW, std::slice::from_ref(range));
        // What is in a frame is placed from the frame's corner.
        let corner = frame.as_ref().map_or(0.0, |frame| frame.get_bounding_client_rect().top());
        if let Ok(Some(scroller)) = document().query_selector("main [data-scroller]") {
            let seen = scroller.get_bounding_client_rect();
            let top = corner + range.get_bounding_client_rect().top() - seen.top() - seen.height() / 3.0;
            scroller.set_scroll_top(scroller.scroll_top() + top as i32);
        }
    }
}

fn look_soon(state: &Rc<State>) {
    if state.waiting.replace(true) {
        return;
    }
    let state = state.clone();
    frame::after(LOOK_AFTER_MS, move || {
        state.waiting.set(false);
        if !state.gone.get() {
            look(&state);
        }
    });
}

fn look(state: &Rc<State>) {
    let page = document();
    let mut left = MOST;
    let mut ranges = Vec::new();
    let mut frames = Vec::new();
    let mut thread = Vec::new();
    for place in elements(&page, ROWS) {
        ranges_in(&page, &place, state, &mut left, &mut ranges);
    }
    for message in elements(&page, MESSAGES) {
        let before = ranges.len();
        ranges_in(&page, &message, state, &mut left, &mut ranges);
        thread.extend(ranges[before..].iter().map(|range| (range.clone(), None)));
        for frame in within(&message, "iframe") {
            let Ok(frame) = frame.dyn_into::<HtmlIFrameElement>() else { continue };
            let (Some(inner), Some(of)) = (frame.content_document(), frame.content_window()) else { continue };
            let mut inside = Vec::new();
            if let Some(body) = inner.body() {
                ranges_in(&inner, &body, state, &mut left, &mut inside);
            }
            paint(&of, NAME, &inside);
            // A mail that is still on its way changes nothing in this page when it comes.
            if inner.ready_state() != "complete" {
                look_soon(state);
            }
            thread.extend(inside.into_iter().map(|range| (range, Some(frame.clone()))));
            frames.push(of);
        }
    }
    paint(&window(), NAME, &ranges);
    state.frames.replace(frames);
    (state.counted)(thread.len());
    state.thread.replace(thread);
}

fn within(root: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

fn elements(page: &Document, selector: &str) -> Vec<Element> {
    let Ok(found) = page.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

fn ranges_in(page: &Document, root: &Element, state: &State, left: &mut usize, out: &mut Vec<web_sys::Range>) {
    const SHOW_TEXT: u32 = 4;
    let Ok(walk) = page.create_tree_walker_with_what_to_show(root, SHOW_TEXT) else { return };
    while let Ok(Some(node)) = walk.next_node() {
        let text = node.text_content().unwrap_or_default();
        for mark in (state.find)(&text) {
            if *left == 0 {
                return;
            }
            let units = |bytes: usize| text.get(..bytes).map_or(0, |before| before.encode_utf16().count() as u32);
            let (from, to) = (units(mark.start), units(mark.end));
            let Ok(range) = page.create_range() else { return };
            if range.set_start(&node, from).is_ok() && range.set_end(&node, to).is_ok() {
                *left -= 1;
                out.push(range);
            }
        }
    }
}

/// Replaces the marks of one name in one window.
fn paint(of: &Window, mark: &str, ranges: &[web_sys::Range]) {
    let get = |from: &JsValue, name: &str| Reflect::get(from, &JsValue::from_str(name)).ok();
    let Some(all) = get(of, "CSS").and_then(|css| get(&css, "highlights")).filter(JsValue::is_object) else { return };
    let call = |name: &str, arguments: &Array| {
        let function = get(&all, name).and_then(|function| function.dyn_into::<Function>().ok());
        let _never_throws = function.map(|function| function.apply(&all, arguments));
    };
    if ranges.is_empty() {
        return call("delete", &Array::of1(&JsValue::from_str(mark)));
    }
    let Some(make) = get(of, "Highlight").and_then(|make| make.dyn_into::<Function>().ok()) else { return };
    let list: Array = ranges.iter().collect();
    if let Ok(made) = Reflect::construct(&make, &list) {
        call("set", &Array::of2(&JsValue::from_str(mark), &made));
    }
}
