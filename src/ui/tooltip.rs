//! One tooltip for the whole app. Anything with `data-tip="words"` shows them on hover and on focus; it lives in the
//! top layer, so nothing cuts it off. The words are an extra: the accessible name must say as much.

use crate::browser::float;
use leptos::ev;
use leptos::html::Div;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use std::time::Duration;
use web_sys::Element;

/// How long the pointer rests before the tooltip shows, in milliseconds.
const REST_MS: u64 = 350;

/// Put once, at the end of the app.
#[component]
pub fn TooltipHost() -> impl IntoView {
    let tip = NodeRef::<Div>::new();
    let words = RwSignal::new(String::new());
    let waiting = StoredValue::new_local(None::<TimeoutHandle>);
    let hide = move || {
        waiting.update_value(|timer| {
            if let Some(timer) = timer.take() {
                timer.clear();
            }
        });
        if let Some(tip) = tip.get_untracked() {
            float::hide(&tip);
        }
    };
    let show = move |anchor: &Element| {
        let (Some(text), Some(tip)) = (anchor.get_attribute("data-tip"), tip.get_untracked()) else { return };
        if text.is_empty() || anchor.get_attribute("aria-expanded").as_deref() == Some("true") {
            return;
        }
        words.set(text);
        float::show_beside(&tip, anchor, float::Side::Centre);
    };
    let over = window_event_listener(ev::mouseover, move |event| {
        hide();
        let Some(anchor) = float::closest(&event, "[data-tip]") else { return };
        let timer = set_timeout_with_handle(move || show(&anchor), Duration::from_millis(REST_MS));
        waiting.set_value(timer.ok());
    });
    let focus = window_event_listener(ev::focusin, move |event| {
        hide();
        // After a click the pointer is there already; only the keyboard needs it at once.
        if let Some(anchor) =
            float::closest(&event, "[data-tip]").filter(|anchor| float::matches(anchor, ":focus-visible"))
        {
            show(&anchor);
        }
    });
    let press = window_event_listener(ev::pointerdown, move |_| hide());
    let key = window_event_listener(ev::keydown, move |_| hide());
    on_cleanup(move || {
        over.remove();
        focus.remove();
        press.remove();
        key.remove();
    });
    view! {
        <div class="tooltip" node_ref=tip popover="manual" aria-hidden="true">
            {words}
        </div>
    }
}
