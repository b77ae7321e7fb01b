//! Letters, by the browser's own tables: ours would weigh 24 KB.

use js_sys::JsString;

/// In small letters.
#[must_use]
pub fn lower(text: &str) -> String {
    if cfg!(target_arch = "wasm32") { JsString::from(text).to_lower_case().into() } else { text.to_lowercase() }
}
