//! The lines between the panes, which can be dragged, and moved by the arrow keys (V12).

use crate::panes::{DETAILS, LIST, RAIL, use_panes};
use crate::routes::{Route, use_nav};
use crate::ui::live::{live, memo, part};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use std::ops::RangeInclusive;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// How far an arrow key moves it, in CSS pixels.
const STEP_PX: i32 = 16;

/// Which pane a splitter sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    Rail,
    List,
    Details,
}

/// The lines between the panes that show.
#[component]
pub fn Splitters() -> impl IntoView {
    let (panes, nav) = (use_panes(), use_nav());
    let reading = move || nav.route().with(Route::conversation).is_some();
    view! {
        <section class="shell-widths" aria-label="Pane widths">
            <Splitter label="Width of the views" edge=Edge::Rail range=RAIL size=panes.rail shown=live(move || !panes.rail_folded())/>
            <Splitter label="Width of the list" edge=Edge::List range=LIST size=panes.list shown=live(|| true)/>
            <Splitter
                label="Width of the details"
                edge=Edge::Details
                range=DETAILS
                size=panes.details
                shown=live(move || panes.details_open.get() && reading())
            />
        </section>
    }
}

/// A separator named `label` that sets `size`.
#[component]
fn Splitter(
    label: &'static str,
    edge: Edge,
    range: RangeInclusive<i32>,
    size: RwSignal<i32>,
    shown: Signal<bool>,
) -> impl IntoView {
    let (least, most) = (*range.start(), *range.end());
    // Where the pointer took hold, and the width then.
    let grip = StoredValue::new(None::<(i32, i32)>);
    let moving = RwSignal::new(false);
    // Details grow to the left.
    let sign = if edge == Edge::Details { -1 } else { 1 };
    let resize = move |to: i32| size.set(to.clamp(least, most));
    let class = match edge {
        Edge::Rail => "splitter splitter-rail",
        Edge::List => "splitter splitter-list",
        Edge::Details => "splitter splitter-details",
    };
    let press = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        event.prevent_default();
        if let Some(line) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) {
            let _pointer_is_gone = line.set_pointer_capture(event.pointer_id());
        }
        grip.set_value(Some((event.client_x(), size.get_untracked())));
        moving.set(true);
    };
    let drag = move |event: PointerEvent| {
        if let Some((from, width)) = grip.get_value() {
            resize(width + sign * (event.client_x() - from));
        }
    };
    let release = move |_: PointerEvent| {
        grip.set_value(None);
        moving.set(false);
    };
    let key = move |event: KeyboardEvent| {
        let now = size.get_untracked();
        let to = match event.key().as_str() {
            "ArrowLeft" => now - sign * STEP_PX,
            "ArrowRight" => now + sign * STEP_PX,
            "Home" => least,
            "End" => most,
            _ => return,
        };
        event.prevent_default();
        resize(to);
    };
    let shown = memo(move || shown.get());
    part(move || {
        shown.get().then(|| {
            view! {
                <div
                    class=class
                    class:splitter-moving=moving
                    role="separator"
                    tabindex="0"
                    aria-label=label
                    aria-orientation="vertical"
                    aria-valuenow=live(move || size.get().to_string())
                    aria-valuemin=least.to_string()
                    aria-valuemax=most.to_string()
                    on:pointerdown=press
                    on:pointermove=drag
                    on:pointerup=release
                    on:pointercancel=release
                    on:keydown=key
                ></div>
            }
        })
    })
}
