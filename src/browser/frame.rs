//! Frames, pauses and what the reader has asked of motion.

use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Milliseconds since 1970, by this machine's clock.
#[must_use]
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// Runs `work` after `ms` milliseconds.
pub fn after(ms: u64, work: impl FnOnce() + 'static) {
    set_timeout(work, Duration::from_millis(ms));
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
        window.request_idle_callback(work.unchecked_ref()).map(|_| ())
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
