//! Scrolling, and a [`Keeper`] that holds what is read in its place while the things around it grow, shrink, come and go.

use js_sys::Array;
use leptos::prelude::{StoredValue, WithValue, on_cleanup};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{
    Element, Event, HtmlElement, ResizeObserver, ResizeObserverEntry, ScrollIntoViewOptions, ScrollLogicalPosition,
};

/// Nearer than this to the end counts as being there, in CSS pixels.
const END_PX: f64 = 4.0;
/// Room above a thing that was scrolled to, in CSS pixels.
const ABOVE_PX: f64 = 16.0;

/// Scrolls as little as needed to show `element`.
pub fn into_view(element: &Element) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Hears an event of `element`, for as long as the caller's owner lives.
pub fn listen(element: &Element, name: &'static str, heard: impl FnMut(Event) + 'static) {
    let heard = Closure::<dyn FnMut(Event)>::new(heard);
    let _always_takes_listeners = element.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
    let held = StoredValue::new_local((element.clone(), heard));
    on_cleanup(move || {
        held.with_value(|(element, heard)| {
            let _was_there = element.remove_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
        });
    });
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

/// Where the reader is, in CSS pixels of what is out of sight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub above: f64,
    pub below: f64,
}

impl Place {
    #[must_use]
    pub fn at_end(self) -> bool {
        self.below <= END_PX
    }
}

/// What stays where it is when sizes change.
#[derive(Clone)]
enum Hold {
    /// The end: new things push the old ones up.
    End,
    /// A thing that was gone to, near the top, until the reader moves.
    Shown(Element),
    /// What the reader looks at; its top is so far below the top of all content.
    Read(Element, f64),
}

struct Inner {
    scroller: HtmlElement,
    /// Its children are what is held.
    content: HtmlElement,
    hold: RefCell<Hold>,
    /// Where it was left: anything else was done by the reader.
    left_at: Cell<f64>,
    moved: Box<dyn Fn(Place)>,
}

/// Holds the place in a scrolled list. Scrolling by the reader moves the place; nothing else does.
#[derive(Clone)]
pub struct Keeper {
    inner: Rc<Inner>,
    _watch: Rc<Watch>,
}

/// An event's name, and what hears it.
type Listener = (&'static str, Closure<dyn Fn(Event)>);

struct Watch {
    sizes: Option<ResizeObserver>,
    scroller: HtmlElement,
    listeners: Vec<Listener>,
    _resized: Closure<dyn Fn()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(sizes) = &self.sizes {
            sizes.disconnect();
        }
        for (name, listener) in &self.listeners {
            let _gone = self.scroller.remove_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        }
    }
}

impl Keeper {
    /// Begins at the end. `moved` hears of every move, whoever made it.
    #[must_use]
    pub fn new(scroller: HtmlElement, content: HtmlElement, moved: impl Fn(Place) + 'static) -> Self {
        let inner = Rc::new(Inner {
            scroller: scroller.clone(),
            content: content.clone(),
            hold: RefCell::new(Hold::End),
            left_at: Cell::new(0.0),
            moved: Box::new(moved),
        });
        let resized = {
            let inner = inner.clone();
            Closure::<dyn Fn()>::new(move || inner.settle())
        };
        let sizes = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
        if let Some(sizes) = &sizes {
            sizes.observe(&scroller);
            sizes.observe(&content);
        }
        let mut listeners = Vec::new();
        let scrolled = inner.clone();
        listeners.push(("scroll", Closure::<dyn Fn(Event)>::new(move |_| scrolled.scrolled())));
        for name in ["wheel", "touchmove", "keydown"] {
            let inner = inner.clone();
            listeners.push((name, Closure::<dyn Fn(Event)>::new(move |_| inner.let_go())));
        }
        for (name, listener) in &listeners {
            let options = web_sys::AddEventListenerOptions::new();
            options.set_passive(true);
            let _never = scroller.add_event_listener_with_callback_and_add_event_listener_options(
                name,
                listener.as_ref().unchecked_ref(),
                &options,
            );
        }
        Self { inner, _watch: Rc::new(Watch { sizes, scroller, listeners, _resized: resized }) }
    }

    /// Goes to `target` and keeps it in sight, whatever loads around it, until the reader moves.
    pub fn show(&self, target: &Element) {
        self.inner.hold.replace(Hold::Shown(target.clone()));
        self.inner.settle();
    }

    /// Goes to the end and stays there.
    pub fn end(&self) {
        self.inner.hold.replace(Hold::End);
        self.inner.settle();
    }

    #[must_use]
    pub fn place(&self) -> Place {
        self.inner.place()
    }
}

impl Inner {
    fn place(&self) -> Place {
        let above = f64::from(self.scroller.scroll_top());
        Place { above, below: self.most() - above }
    }

    fn most(&self) -> f64 {
        f64::from(self.scroller.scroll_height() - self.scroller.client_height())
    }

    /// The top of `element` below the top of all content.
    fn top_of(&self, element: &Element) -> f64 {
        element.get_bounding_client_rect().top() - self.content.get_bounding_client_rect().top()
    }

    fn go(&self, top: f64) {
        if (top - f64::from(self.scroller.scroll_top())).abs() >= 1.0 {
            self.scroller.set_scroll_top(top.round() as i32);
        }
        self.left_at.set(f64::from(self.scroller.scroll_top()));
    }

    /// Something has changed its size: what is held goes back to where it was.
    fn settle(&self) {
        let hold = self.hold.borrow().clone();
        match hold {
            Hold::End => self.go(self.most()),
            Hold::Shown(target) if target.is_connected() => {
                let lead = self.content.get_bounding_client_rect().top()
                    - self.scroller.get_bounding_client_rect().top()
                    + f64::from(self.scroller.scroll_top());
                self.go((lead + self.top_of(&target) - ABOVE_PX).clamp(0.0, self.most().max(0.0)));
            }
            Hold::Read(element, top) if element.is_connected() => {
                let now = self.top_of(&element);
                if (now - top).abs() >= 1.0 {
                    self.go(f64::from(self.scroller.scroll_top()) + now - top);
                    self.hold.replace(Hold::Read(element, now));
                }
            }
            Hold::Shown(_) | Hold::Read(..) => self.look(),
        }
        (self.moved)(self.place());
    }

    fn scrolled(&self) {
        let now = f64::from(self.scroller.scroll_top());
        let by_reader = (now - self.left_at.get()).abs() > 1.0;
        let hold = self.hold.borrow().clone();
        match hold {
            Hold::Shown(_) if !by_reader => {}
            Hold::End if now >= self.left_at.get() => self.go(self.most()),
            Hold::Read(element, top) if element.is_connected() => {
                // Things may have moved since the last frame; they are put right before the place is taken anew.
                let shift = self.top_of(&element) - top;
                if shift.abs() >= 1.0 {
                    self.go(now + shift);
                }
                self.look();
            }
            _ => self.look(),
        }
        self.left_at.set(f64::from(self.scroller.scroll_top()));
        (self.moved)(self.place());
    }

    /// The reader moves: what was gone to is held no longer.
    fn let_go(&self) {
        if matches!(*self.hold.borrow(), Hold::Shown(_)) {
            self.look();
        }
    }

    /// Takes the place anew: the end, or the first article in sight.
    fn look(&self) {
        let place = self.place();
        if place.at_end() {
            self.hold.replace(Hold::End);
            return;
        }
        let edge = self.scroller.get_bounding_client_rect().top();
        let children = self.content.children();
        let (mut low, mut high) = (0, children.length());
        while low < high {
            let middle = (low + high) / 2;
            let out = children.item(middle).is_some_and(|child| child.get_bounding_client_rect().bottom() <= edge);
            if out { low = middle + 1 } else { high = middle }
        }
        // The way to older ones and the days' names go or change when older ones come: an article stays.
        let steady =
            (low..children.length()).find(|at| children.item(*at).is_some_and(|child| child.tag_name() == "ARTICLE"));
        if let Some(first) = children.item(steady.unwrap_or(low)) {
            let top = self.top_of(&first);
            self.hold.replace(Hold::Read(first, top));
        }
    }
}

/// How near its end something counts as scrolled to it, in CSS pixels: a screen ahead, so that nobody waits there.
const NEAR_END_PX: i32 = 900;

/// Whether what was scrolled is near its end.
#[must_use]
pub fn is_near_end(event: &Event) -> bool {
    let element = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    element.is_some_and(|it| it.scroll_top() + it.client_height() + NEAR_END_PX > it.scroll_height())
}
