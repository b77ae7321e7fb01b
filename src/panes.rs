//! How wide the panes are and which of them are folded, remembered between visits.

use crate::browser::{keep, media};
use leptos::prelude::*;
use std::ops::RangeInclusive;

/// How narrow and how wide a pane can be made, in CSS pixels.
pub const RAIL: RangeInclusive<i32> = 168..=320;
pub const LIST: RangeInclusive<i32> = 260..=560;
pub const DETAILS: RangeInclusive<i32> = 240..=480;

/// Widths before anybody has dragged, and of the folded rail, in CSS pixels; as in `style/tokens.css`.
const RAIL_PX: i32 = 216;
const LIST_PX: i32 = 348;
const DETAILS_PX: i32 = 312;
const FOLDED_PX: i32 = 56;

const RAIL_KEY: &str = "samtal.panes.rail";
const LIST_KEY: &str = "samtal.panes.list";
const DETAILS_KEY: &str = "samtal.panes.details";
const RAIL_FOLDED_KEY: &str = "samtal.panes.rail-folded";
const DETAILS_FOLDED_KEY: &str = "samtal.panes.details-folded";

/// The state of the panes; a handle that can be copied.
#[derive(Clone, Copy)]
pub struct Panes {
    /// Widths in CSS pixels.
    pub rail: RwSignal<i32>,
    pub list: RwSignal<i32>,
    pub details: RwSignal<i32>,
    /// The views show with their names.
    pub rail_open: RwSignal<bool>,
    /// The details show.
    pub details_open: RwSignal<bool>,
    /// Not wide enough for four panes: details lie over the conversation.
    pub middle: RwSignal<bool>,
    /// Wide enough for one pane only.
    pub narrow: RwSignal<bool>,
}

/// The panes; call it at a component's top.
#[must_use]
pub fn use_panes() -> Panes {
    expect_context()
}

fn kept(key: &'static str, usual: i32, range: &RangeInclusive<i32>) -> RwSignal<i32> {
    let width = keep::read(key).and_then(|width| width.parse().ok()).unwrap_or(usual);
    let width = RwSignal::new(width.clamp(*range.start(), *range.end()));
    Effect::new(move |before: Option<i32>| {
        let now = width.get();
        if before.is_some_and(|before| before != now) {
            keep::write(key, &now.to_string());
        }
        now
    });
    width
}

/// Reads what was remembered, and makes [`use_panes`] work below.
pub fn provide_panes() -> Panes {
    let panes = Panes {
        rail: kept(RAIL_KEY, RAIL_PX, &RAIL),
        list: kept(LIST_KEY, LIST_PX, &LIST),
        details: kept(DETAILS_KEY, DETAILS_PX, &DETAILS),
        rail_open: RwSignal::new(true),
        details_open: RwSignal::new(true),
        middle: media::matches("(max-width: 1180px)"),
        narrow: media::matches("(max-width: 720px)"),
    };
    // On a wide screen as it was left; on others folded until asked for.
    Effect::new(move |_| {
        let wide = !panes.middle.get();
        panes.rail_open.set(wide && keep::read(RAIL_FOLDED_KEY).is_none());
        panes.details_open.set(wide && keep::read(DETAILS_FOLDED_KEY).is_none());
    });
    provide_context(panes);
    panes
}

impl Panes {
    /// Folds or unfolds the views.
    pub fn toggle_rail(self) {
        self.rail_open.update(|open| *open = !*open);
        self.remember(RAIL_FOLDED_KEY, self.rail_open);
    }

    /// Folds or unfolds the details.
    pub fn toggle_details(self) {
        self.details_open.update(|open| *open = !*open);
        self.remember(DETAILS_FOLDED_KEY, self.details_open);
    }

    fn remember(self, key: &str, open: RwSignal<bool>) {
        if self.middle.get_untracked() {
            return;
        }
        if open.get_untracked() { keep::forget(key) } else { keep::write(key, "folded") }
    }

    pub fn rail_folded(self) -> bool {
        !self.narrow.get() && !self.rail_open.get()
    }

    pub fn rail_over(self) -> bool {
        self.narrow.get() && self.rail_open.get()
    }

    /// The same, for now only.
    pub fn rail_over_now(self) -> bool {
        self.narrow.get_untracked() && self.rail_open.get_untracked()
    }

    pub fn rail_width(self) -> String {
        px(if self.rail_open.get() { self.rail.get() } else { FOLDED_PX })
    }

    pub fn list_width(self) -> String {
        px(self.list.get())
    }

    pub fn details_width(self) -> String {
        px(self.details.get())
    }
}

fn px(width: i32) -> String {
    let mut text = width.to_string();
    text.push_str("px");
    text
}
