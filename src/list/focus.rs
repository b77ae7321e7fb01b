//! The focus in the list: by the arrow keys from row to row, and never lost when rows come and go.

use super::ROW_PX;
use super::feed::Rows;
use super::order::Scale;
use crate::browser::{float, frame, scroll};
use crate::parts::use_desk;
use crate::store::use_store;
use crate::ui::live::effect;
use leptos::html::Div;
use leptos::prelude::*;
use samtal_model::ConversationId;
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, KeyboardEvent};

/// The list as it is seen.
#[derive(Clone, Copy)]
pub struct Seen {
    pub rows: Rows,
    pub pane: NodeRef<Div>,
    /// How far it is scrolled, and how much of it shows, in CSS pixels.
    pub scrolled: RwSignal<f64>,
    pub height: RwSignal<f64>,
    pub scale: Memo<Scale>,
    /// Where the top of the view is in the list, in CSS pixels.
    pub offset: Memo<f64>,
    /// The rows in the page, from and to.
    pub shown: Memo<(usize, usize)>,
    pub open: Signal<Option<ConversationId>>,
    /// The row that has, or had, the focus.
    pub focused_at: RwSignal<Option<usize>>,
}

/// The list that is on the page, for who steps through it from elsewhere.
#[derive(Clone, Copy)]
pub struct ListHandle {
    rows: StoredValue<Option<Rows>>,
    to_row: StoredValue<Option<Callback<usize>>>,
    /// Where the open conversation stood when it was last seen in the list.
    open_at: StoredValue<Option<usize>>,
}

impl ListHandle {
    #[must_use]
    pub fn new() -> Self {
        Self { rows: StoredValue::new(None), to_row: StoredValue::new(None), open_at: StoredValue::new(None) }
    }

    fn is(self, rows: Rows, to_row: impl Fn(usize) + Send + Sync + 'static) {
        self.rows.set_value(Some(rows));
        self.to_row.set_value(Some(Callback::new(to_row)));
    }

    fn leave(self) {
        let _page_is_going = self.rows.try_set_value(None);
        let _page_is_going = self.to_row.try_set_value(None);
    }

    /// Where the open conversation stands in it, or stood before it left.
    #[must_use]
    pub fn open_at(self) -> Option<usize> {
        self.open_at.get_value()
    }

    /// Its rows.
    #[must_use]
    pub fn rows(self) -> Option<Rows> {
        self.rows.get_value()
    }

    /// Brings a row into view and gives it the focus.
    pub fn to_row(self, index: usize) {
        if let Some(to_row) = self.to_row.get_value() {
            to_row.run(index);
        }
    }
}

/// Keeps the focus, for as long as the caller's owner lives.
pub fn keep(seen: Seen) {
    let Seen { rows, pane, scrolled, height, scale, offset, shown, open, focused_at } = seen;
    let (store, desk) = (use_store(), use_desk());
    // The row that is to have the focus once it is there.
    let awaited = RwSignal::new(None::<usize>);
    let to_row = move |index: usize| {
        let Some(pane) = pane.get_untracked() else { return };
        let (top, view) = (index as f64 * ROW_PX, height.get_untracked());
        let now = offset.get_untracked();
        let wanted = if top < now { top } else { (top + ROW_PX - view).max(now) };
        if wanted != now {
            let to = scale.get_untracked().scroll(wanted);
            pane.set_scroll_top(to as i32);
            scrolled.set(to);
        }
        request_animation_frame(move || {
            let selector = ["[data-row='", &index.to_string(), "']"].concat();
            let link = float::all(&pane, &selector);
            if let Some(link) = link.first() {
                float::focus_quietly(link);
            }
            let _gone = awaited.try_set(link.is_empty().then_some(index));
        });
    };
    desk.list().is(rows, to_row);
    let followed = StoredValue::new(None::<ConversationId>);
    Effect::new(move |_| {
        let Some(id) = open.get() else { return };
        let place = rows.order.with(|order| order.index_of(id));
        let open_at = desk.list().open_at;
        if place.is_some() || followed.get_value() != Some(id) {
            open_at.set_value(place);
        }
        followed.set_value(Some(id));
    });
    on_cleanup(move || desk.list().leave());
    // A row far away is read first, and then gets the focus, if nothing else has got it meanwhile.
    effect(move || {
        let Some(index) = awaited.get() else { return };
        if rows.at(index).is_some() {
            request_animation_frame(move || {
                let free = float::focused().is_none_or(|element| element.tag_name() == "BODY");
                if free && awaited.try_get_untracked().flatten() == Some(index) {
                    to_row(index);
                }
            });
        }
    });
    // A row that leaves takes the focus with it: the one that comes into its place gets it.
    let focused = StoredValue::new(None::<(usize, Option<ConversationId>)>);
    effect(move || {
        let Some((index, Some(id))) = focused.get_value() else { return };
        let (from, to) = shown.get();
        if (from..to).any(|index| rows.at(index) == Some(id)) {
            return;
        }
        focused.set_value(None);
        request_animation_frame(move || {
            let last = rows.len_untracked().checked_sub(1);
            if let Some(last) = last.filter(|_| nothing_focused() && rows.place_of(id).is_none()) {
                to_row(index.min(last));
            }
        });
    });
    let note_focus = move |event: FocusEvent| {
        let index = float::closest(&event, "[data-row]").and_then(|row| row.get_attribute("data-row")?.parse().ok());
        focused_at.set(index);
        focused.set_value(index.map(|index: usize| (index, rows.at_untracked(index))));
    };
    // Back from a conversation: its row has the focus again, unless something else has it by now.
    Effect::new(move |before: Option<Option<ConversationId>>| {
        let now = open.get();
        if let (Some(left), None) = (before.flatten(), now) {
            request_animation_frame(move || {
                if let Some(index) = rows.place_of(left).filter(|_| nothing_focused()) {
                    to_row(index);
                }
            });
        }
        now
    });
    // The rows beside the open one are likely to be next.
    effect(move || {
        let Some(id) = open.get() else { return };
        frame::when_idle(move || {
            let Some(index) = rows.place_of(id) else { return };
            for neighbour in [index.checked_add(1), index.checked_sub(1)].into_iter().flatten() {
                if let (Some(parts), Some(id)) = (desk.peek(), rows.at_untracked(neighbour)) {
                    (parts.fetch_ahead)(store, id);
                }
            }
        });
    });
    let keys = move |event: KeyboardEvent| {
        let Some(at) = focused_row(&event) else { return };
        let last = rows.len_untracked().saturating_sub(1);
        let page = (height.get_untracked() / ROW_PX) as usize;
        let to = match event.key().as_str() {
            "ArrowDown" => (at + 1).min(last),
            "ArrowUp" => at.saturating_sub(1),
            "PageDown" => (at + page).min(last),
            "PageUp" => at.saturating_sub(page),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        to_row(to);
    };
    effect(move || {
        let Some(pane) = pane.get() else { return };
        let pane: web_sys::Element = pane.into();
        scroll::listen(&pane, "keydown", move |event| {
            if let Ok(event) = event.dyn_into() {
                keys(event);
            }
        });
        scroll::listen(&pane, "focusin", move |event| {
            if let Ok(event) = event.dyn_into() {
                note_focus(event);
            }
        });
        scroll::listen(&pane, "focusout", move |event| {
            if event.dyn_into::<FocusEvent>().is_ok_and(|event| event.related_target().is_some()) {
                focused.set_value(None);
            }
        });
    });
}

/// Nothing on the page has the focus.
fn nothing_focused() -> bool {
    float::focused().is_none_or(|element| element.tag_name() == "BODY")
}

/// The row that has the focus.
fn focused_row(event: &KeyboardEvent) -> Option<usize> {
    float::closest(event, "[data-row]")?.get_attribute("data-row")?.parse().ok()
}
