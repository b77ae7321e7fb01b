//! Which part of a lane is in the page: the rows in view and some above and below. The others are room left for them.

use super::lane::Lane;
use super::ticket::{Rc, Ticket};
use crate::browser::{float, scroll};
use crate::ui::live::{effect, memo};
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::Element;

/// Rows in the page above and below those in view.
const SPARE: usize = 6;

/// What stands at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub at: usize,
    /// None while it is not read.
    pub ticket: Option<Rc<Ticket>>,
}

impl Seen {
    /// The same ticket is the same element, wherever it moves; places that are not read yet have none.
    #[must_use]
    pub fn key(&self) -> i64 {
        self.ticket.as_ref().map_or_else(|| -1 - self.at as i64, |ticket| ticket.id)
    }
}

/// A lane in a pane that scrolls. A handle that can be copied.
#[derive(Clone, Copy)]
pub struct Window {
    pub lane: Lane,
    pub pane: NodeRef<Div>,
    row_px: f64,
    /// What stands above the rows inside the pane and stays there, in pixels.
    head_px: f64,
    scrolled: RwSignal<f64>,
    height: RwSignal<f64>,
    pub length: Memo<usize>,
    pub seen: Memo<Vec<Seen>>,
}

impl Window {
    pub fn new(lane: Lane, row_px: f64, head_px: f64, count: impl Fn() -> Option<i64> + Send + Sync + 'static) -> Self {
        let pane = NodeRef::<Div>::new();
        let (scrolled, height) = (RwSignal::new(0.0_f64), RwSignal::new(900.0_f64));
        let length = memo(move || lane.len(count()));
        let bounds = memo(move || bounds(scrolled.get(), height.get(), row_px, length.get()));
        let seen = memo(move || {
            let (from, to) = bounds.get();
            lane.with(|all| (from..to).map(|at| Seen { at, ticket: all.get(at).cloned() }).collect::<Vec<_>>())
        });
        effect(move || lane.look_at(bounds.get().1));
        effect(move || {
            if let Some(pane) = pane.get() {
                scroll::on_resize(&pane, move |tall| {
                    let _gone = height.try_set(tall);
                });
            }
        });
        Self { lane, pane, row_px, head_px, scrolled, height, length, seen }
    }

    /// The pane was scrolled.
    pub fn look(self) {
        if let Some(pane) = self.pane.get_untracked() {
            self.scrolled.set(f64::from(pane.scroll_top()));
        }
    }

    /// Where a place begins, in pixels.
    #[must_use]
    pub fn top_of(self, at: usize) -> f64 {
        at as f64 * self.row_px
    }

    /// The place itself, if it is in the page, or else the first in view. Followed.
    #[must_use]
    pub fn nearest(self, at: usize) -> usize {
        let here = self.seen.with(|all| all.iter().any(|it| it.at == at));
        if here { at } else { (self.scrolled.get() / self.row_px).ceil() as usize }
    }

    /// Rows in view at once.
    #[must_use]
    pub fn page(self) -> usize {
        ((self.height.get_untracked() - self.head_px) / self.row_px).max(1.0) as usize
    }

    /// The top again, where another question begins.
    pub fn to_top(self) {
        if let Some(pane) = self.pane.get_untracked() {
            pane.set_scroll_top(0);
        }
        self.scrolled.set(0.0);
    }

    /// Scrolls as little as it takes to show a place, and gives the focus to what in it matches `selector`.
    pub fn focus(self, at: usize, selector: &'static str) {
        let Some(pane) = self.pane.get_untracked() else { return };
        let (top, now) = (self.top_of(at), f64::from(pane.scroll_top()));
        let most = top + self.row_px + self.head_px - self.height.get_untracked();
        let to = now.min(top).max(most);
        if (to - now).abs() >= 1.0 {
            pane.set_scroll_top(to as i32);
            self.scrolled.set(to);
        }
        // The row is in the page after this turn.
        request_animation_frame(move || {
            let place = ["[data-at='", &at.to_string(), "'] ", selector].concat();
            if let Some(found) = float::all(&pane, &place).first() {
                float::focus_quietly(found);
            }
        });
    }
}

/// What stands where the ticket of `seen` is now; as it was last, once it has left.
#[must_use]
pub fn followed(seen: Seen, window: Window) -> Memo<Seen> {
    let key = seen.key();
    Memo::new(move |last: Option<&Seen>| {
        let now = window.seen.with(|all| all.iter().find(|it| it.key() == key).cloned());
        now.or_else(|| last.cloned()).unwrap_or_else(|| seen.clone())
    })
}

/// Lets Tab lead to the parts of a row, or not.
pub fn keep_tab(row: &Element, here: bool) {
    for part in float::all(row, "[data-part]") {
        float::set(&part, "tabindex", if here { "0" } else { "-1" });
    }
}

/// What is in the page: from the first to before the last.
fn bounds(scrolled: f64, height: f64, row: f64, length: usize) -> (usize, usize) {
    let first = (scrolled / row).floor().max(0.0) as usize;
    let last = ((scrolled + height) / row).ceil().max(0.0) as usize;
    (first.saturating_sub(SPARE).min(length), (last + SPARE).min(length))
}

/// A length for a style.
#[must_use]
pub fn px(value: f64) -> String {
    [&(value as i64).to_string(), "px"].concat()
}

#[cfg(test)]
mod tests {
    use super::bounds;

    #[test]
    fn only_what_is_near_is_in_the_page() {
        assert_eq!(bounds(0.0, 400.0, 40.0, 10_000), (0, 16));
        assert_eq!(bounds(40_000.0, 400.0, 40.0, 10_000), (994, 1016));
        assert_eq!(bounds(40_000.0, 400.0, 40.0, 5), (5, 5));
    }
}
