//! What stands where there is nothing to show: no inbox, no such page.

use crate::routes::Route;
use crate::ui::icon::{Glyph, Icon};
use leptos::prelude::*;

/// Instead of the list, for somebody who has been let into no inbox yet.
#[component]
pub fn NoInbox() -> impl IntoView {
    view! {
        <section class="list" aria-label="Conversation list">
            <div class="list-empty">
                <Icon glyph=Glyph::Inbox/>
                <b>"No inbox yet"</b>
                <p>"Ask an admin of your team to let you into one."</p>
            </div>
        </section>
    }
}

#[component]
pub fn Lost() -> impl IntoView {
    view! {
        <main class="shell-empty">
            <Icon glyph=Glyph::Info/>
            <h1>"This page does not exist"</h1>
            <p>"The address may be incomplete."</p>
            <a class="button" href=Route::Home.href()>
                "Go to the inbox"
            </a>
        </main>
    }
}
