//! Frames, pauses and what the reader has asked of motion.

use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::IdleRequestOptions;

/// How long the browser may put off what waits for it to be idle, in milliseconds.
const IDLE_MOST_MS: u32 = 200;

/// Milliseconds since 1970, by this machine's clock.
#[must_use]
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// Runs `work` after `ms` milliseconds.
pub fn after(ms: u64, work: impl FnOnce() + 'static) {
    set_timeout(work, Duration::from_millis(ms));
}

/// Runs `work` when the frame that is being made has been painted: for what the agent does not look at first.
pub fn after_paint(work: impl FnOnce() + 'static) {
    request_animation_frame(move || when_idle(work));
}

/// What `source` says, one painted frame after it has said it.
#[must_use]
pub fn later<T: Clone + PartialEq + Send + Sync + 'static>(source: Signal<T>) -> Signal<T> {
    let shown = RwSignal::new(source.get_untracked());
    Effect::new(move |_| {
        let now = source.get();
        if shown.with_untracked(|shown| *shown != now) {
            after_paint(move || {
                let now = source.try_get_untracked();
                if let Some(now) = now {
                    let _gone = shown.try_set(now);
                }
            });
        }
    });
    shown.into()
}

/// Waits `ms` milliseconds.
pub async fn pause(ms: i32) {
    let promise = js_sys::Promise::new(&mut |done, _| {
        let _no_window = window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms);
    });
    let _always_kept = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Runs `work` when the browser has nothing better to do; soon, where it cannot tell.
pub fn when_idle(work: impl FnOnce() + 'static) {
    let window = window();
    let can = js_sys::Reflect::has(&window, &JsValue::from_str("requestIdleCallback")).unwrap_or(false);
    let work = Closure::once_into_js(work);
    let _refused = if can {
        let soon = IdleRequestOptions::new();
        soon.set_timeout(IDLE_MOST_MS);
        window.request_idle_callback_with_options(work.unchecked_ref(), &soon).map(|_| ())
    } else {
        window.set_timeout_with_callback_and_timeout_and_arguments_0(work.unchecked_ref(), 200).map(|_| ())
    };
}

/// A text nobody else has: for idempotency keys. Not a secret.
#[must_use]
pub fn unique() -> String {
    let part = || (js_sys::Math::random() * 4_294_967_296.0) as u32;
    format!("{:x}-{:08x}{:08x}{:08x}", now_ms(), part(), part(), part())
}
