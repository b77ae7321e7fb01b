//! The search box at the top of the list (S1). What it finds is listed by [`super`].

use crate::routes::use_nav;
use crate::ui::button::IconButton;
use crate::ui::icon::{Glyph, Icon};
use leptos::html::Input;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use std::time::Duration;

/// How long after a key the search is made, in milliseconds: short enough to feel at once, long enough to skip the
/// keys of a word typed quickly.
const SETTLE_MS: u64 = 30;

/// The landmark "search". Typing replaces the address, so that Back leaves the search as a whole.
#[component]
pub fn SearchBox(#[prop(into)] on_exit: Callback<()>) -> impl IntoView {
    let nav = use_nav();
    let input = NodeRef::<Input>::new();
    let typed = RwSignal::new(nav.route().with_untracked(|route| route.q().unwrap_or_default()));
    let waiting = StoredValue::new_local(None::<TimeoutHandle>);
    // Back and Forward change it from outside.
    Effect::new(move |_| {
        let q = nav.route().with(|route| route.q().unwrap_or_default());
        if q != typed.get_untracked().trim() {
            typed.set(q);
        }
    });
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            let _not_focusable = input.focus();
        }
    });
    let stop = move || {
        waiting.update_value(|timer| {
            if let Some(timer) = timer.take() {
                timer.clear();
            }
        });
    };
    on_cleanup(stop);
    let search = move |event| {
        typed.set(event_target_value(&event));
        stop();
        let timer = set_timeout_with_handle(
            move || {
                let q = typed.get_untracked().trim().to_owned();
                nav.replace(nav.route().get_untracked().with_q(Some(q)));
            },
            Duration::from_millis(SETTLE_MS),
        );
        waiting.set_value(timer.ok());
    };
    view! {
        <search class="list-search">
            <Icon glyph=Glyph::Search/>
            <input
                type="search"
                node_ref=input
                placeholder="Search messages, people, files"
                aria-label="Search conversations"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || typed.get()
                on:input=search
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        event.prevent_default();
                        on_exit.run(());
                    }
                }
            />
            <IconButton label="Exit search" glyph=Glyph::X on_press=move |_| on_exit.run(())/>
        </search>
    }
}
