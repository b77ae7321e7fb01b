//! Light, dark, or as the system says; remembered for this browser.

use crate::browser::{keep, media};

pub const SYSTEM: &str = "system";
pub const LIGHT: &str = "light";
pub const DARK: &str = "dark";

const KEY: &str = "samtal.theme";

/// What was chosen; the system's, if nothing was.
#[must_use]
pub fn chosen() -> &'static str {
    match keep::read(KEY).as_deref() {
        Some(LIGHT) => LIGHT,
        Some(DARK) => DARK,
        _ => SYSTEM,
    }
}

/// Chooses and shows it at once.
pub fn choose(theme: &'static str) {
    if theme == SYSTEM {
        keep::forget(KEY)
    } else {
        keep::write(KEY, theme)
    }
    show();
}

/// Shows what was chosen; at the start.
pub fn show() {
    let theme = chosen();
    media::set_theme((theme != SYSTEM).then_some(theme));
}
