//! A button that opens a small panel of controls beside it.

use super::icon::{Glyph, Icon};
use crate::browser::float::{self, Side};
use crate::ui::live::{live, part};
use leptos::html::{Button, Div};
use leptos::prelude::*;

/// A button with words, and a panel named by them; `children` is made anew each time it opens.
#[component]
pub fn Pop(
    #[prop(into)] label: Signal<String>,
    /// Something is set in it.
    #[prop(into)]
    active: Signal<bool>,
    #[prop(default = "pop-button")] class: &'static str,
    /// Given by who closes it as well.
    #[prop(optional)]
    open: Option<RwSignal<bool>>,
    /// What the button shows instead of its words, which name it all the same.
    #[prop(optional, into)]
    face: Option<ViewFn>,
    children: ChildrenFn,
) -> impl IntoView {
    let button = NodeRef::<Button>::new();
    let open = open.unwrap_or_else(|| RwSignal::new(false));
    let named = face.is_some().then_some(label);
    let pressed_while_open = StoredValue::new(false);
    let children = StoredValue::new(children);
    view! {
        <button
            type="button"
            class=class
            class:pop-active=active
            aria-label=named
            data-tip=named
            node_ref=button
            aria-haspopup="dialog"
            aria-expanded=live(move || if open.get() { "true" } else { "false" })
            on:pointerdown=move |_| pressed_while_open.set_value(open.get_untracked())
            on:click=move |_| {
                if pressed_while_open.get_value() {
                    pressed_while_open.set_value(false);
                } else {
                    open.set(true);
                }
            }
        >
            {match face {
                Some(face) => face.run(),
                None => view! { <span>{label}</span><Icon glyph=Glyph::ChevronDown/> }.into_any(),
            }}
        </button>
        {part(move || {
            open.get().then(|| view! { <Panel label open button>{children.with_value(|children| children())}</Panel> })
        })}
    }
}

/// The panel, with a reference of its own each time: what waits for one to be in the page waits once.
#[component]
fn Panel(label: Signal<String>, open: RwSignal<bool>, button: NodeRef<Button>, children: Children) -> impl IntoView {
    let panel = NodeRef::<Div>::new();
    panel.on_load(move |panel| {
        request_animation_frame(move || {
            let Some(button) = button.get_untracked() else { return };
            float::show_beside(&panel, &button, Side::Start);
            if let Some(first) = float::all(&panel, "input, button").first() {
                float::focus_quietly(first);
            }
        });
    });
    let close = move || {
        if let Some(panel) = panel.get_untracked() {
            float::hide(&panel);
        }
        open.set(false);
        if let Some(button) = button.get_untracked() {
            float::focus_quietly(&button);
        }
    };
    view! {
        <div
            class="menu pop"
            node_ref=panel
            popover="auto"
            role="dialog"
            aria-label=label.get_untracked()
            on:toggle=move |event| {
                if float::closest(&event, ":popover-open").is_none() {
                    open.set(false);
                }
            }
            on:keydown=move |event| {
                event.stop_propagation();
                if event.key() == "Escape" {
                    event.prevent_default();
                    close();
                }
            }
        >
            {children()}
        </div>
    }
}

/// A box to tick, with its words.
#[component]
pub fn Tick(
    #[prop(into)] label: String,
    #[prop(into)] on: Signal<bool>,
    #[prop(into)] set: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="tick">
            <input type="checkbox" prop:checked=on on:change=move |event| set.run(event_target_checked(&event))/>
            <span>{label}</span>
        </label>
    }
}
