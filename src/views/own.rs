//! What the two menus of the rail hold: the inboxes, and what is one's own. They open once the rest of the app is here,
//! so their items come with it.

use crate::api;
use crate::browser::{float, history};
use crate::routes::page::Page;
use crate::routes::{Nav, Route, use_nav};
use crate::store::Store;
use crate::theme;
use crate::ui::icon::Glyph;
use crate::ui::live::spawn;
use crate::ui::menu::MenuItem;
use leptos::prelude::*;
use samtal_model::{InboxId, View};

/// The inboxes this agent sees (V1); another one opens at the view one is in.
#[must_use]
pub fn inboxes(store: Store, nav: Nav, here: Option<(InboxId, View)>) -> Vec<MenuItem> {
    let view = here.map_or(View::Unassigned, |(_, view)| view);
    let now = here.map(|(inbox, _)| inbox);
    let item = |known: samtal_model::wire::InboxView| {
        let glyph = if Some(known.id) == now { Glyph::Check } else { Glyph::Inbox };
        MenuItem::run(glyph, known.name, move || nav.go(Route::view(known.id, view)))
    };
    store.inboxes().get_untracked().into_iter().map(item).collect()
}

/// The element id of what opens the sheet of keys, for whoever has no key at hand.
pub const OPENS_KEYS: &str = "opens-keys";

/// The theme, the settings, the keys, and the way out.
#[must_use]
pub fn items() -> Vec<MenuItem> {
    let nav = use_nav();
    let theme = |glyph, label: &'static str, to: &'static str| {
        let glyph = if theme::chosen() == to { Glyph::Check } else { glyph };
        MenuItem::run(glyph, label, move || theme::choose(to))
    };
    vec![
        theme(Glyph::Monitor, "Theme of the system", theme::SYSTEM),
        theme(Glyph::Sun, "Light theme", theme::LIGHT),
        theme(Glyph::Moon, "Dark theme", theme::DARK),
        MenuItem::run(Glyph::Settings, "Settings", move || nav.go(Page::Pipelines.route())),
        MenuItem::run(Glyph::Info, "Keyboard shortcuts", || {
            if let Some(opener) = float::by_id(OPENS_KEYS) {
                opener.click();
            }
        }),
        MenuItem::run(Glyph::LogOut, "Sign out", sign_out),
    ]
}

/// Leaves.
pub fn sign_out() {
    spawn(leave());
}

/// Ends the session and loads the page anew, so that nothing of this account stays in it.
async fn leave() {
    // Offline, the session lives on at the server; the page is left all the same.
    let _unreachable = api::sign_out().await;
    history::load(&Route::SignIn { next: None }.href());
}
