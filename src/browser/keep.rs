//! Small things the browser remembers between visits. A browser that refuses (private mode, full) remembers nothing,
//! and nobody is told: it is comfort, not data.

use leptos::prelude::window;

/// What was kept under `key`.
#[must_use]
pub fn read(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps `value` under `key`.
pub fn write(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _full = storage.set_item(key, value);
    }
}

/// Forgets `key`.
pub fn forget(key: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _refused = storage.remove_item(key);
    }
}
