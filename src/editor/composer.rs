//! Where the words are written: a plain text box today. Its face is narrow (a text in, a text out), so that a rich one
//! can take its place.

use crate::browser::keep;
use crate::ui::live::{effect, live};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::{Div, Textarea};
use leptos::prelude::*;

/// The box named "Message".
#[component]
pub fn Composer(
    #[prop(into)] text: Signal<String>,
    #[prop(into)] on_text: Callback<String>,
    #[prop(into)] placeholder: Signal<String>,
    area: NodeRef<Textarea>,
) -> impl IntoView {
    view! {
        <textarea
            class="editor-text"
            node_ref=area
            aria-label="Message"
            rows="3"
            dir="auto"
            placeholder=placeholder
            prop:value=text
            on:input=move |event| on_text.run(event_target_value(&event))
        ></textarea>
    }
}

/// The least and the most the box is tall, and a step by keyboard, in pixels.
const LEAST: i32 = 64;
const MOST: i32 = 640;
const STEP: i32 = 24;
const KEY: &str = "samtal.editor.height";

/// The upper edge of the editor: drag it, or press the arrow keys, and the box grows (R1).
#[component]
pub fn Grip() -> impl IntoView {
    let grip = NodeRef::<Div>::new();
    let height = RwSignal::new(keep::read(KEY).and_then(|text| text.parse::<i32>().ok()).unwrap_or(LEAST));
    let from = StoredValue::new(None::<(i32, i32)>);
    let set = move |to: i32| {
        let to = to.clamp(LEAST, MOST);
        height.set(to);
        keep::write(KEY, &to.to_string());
    };
    let down = move |event: PointerEvent| {
        if let Some(grip) = grip.get_untracked() {
            let _without_capture = grip.set_pointer_capture(event.pointer_id());
        }
        from.set_value(Some((event.client_y(), height.get_untracked())));
    };
    let moved = move |event: PointerEvent| {
        if let Some((y, was)) = from.get_value() {
            set(was + y - event.client_y());
        }
    };
    let keys = move |event: KeyboardEvent| {
        let now = height.get_untracked();
        match event.key().as_str() {
            "ArrowUp" => set(now + STEP),
            "ArrowDown" => set(now - STEP),
            "Home" => set(LEAST),
            "End" => set(MOST),
            _ => return,
        }
        event.prevent_default();
    };
    // The height is the form's, so that the box below can take it.
    effect(move || {
        let height = [height.get().to_string().as_str(), "px"].concat();
        if let Some(form) = grip.get().and_then(|grip| grip.parent_element()) {
            crate::browser::page::set_property(&form, "--editor-height", &height);
        }
    });
    view! {
        <div
            class="editor-grip"
            node_ref=grip
            role="separator"
            tabindex="0"
            aria-label="Height of the editor"
            aria-orientation="horizontal"
            aria-valuemin=LEAST.to_string()
            aria-valuemax=MOST.to_string()
            aria-valuenow=live(move || height.get().to_string())
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=move |_| from.set_value(None)
            on:pointercancel=move |_| from.set_value(None)
            on:keydown=keys
        ></div>
    }
}
