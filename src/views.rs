//! The rail on the left: who is signed in, which inbox, and its views with their counts (V1, V2).

pub mod custom;
mod names;
pub mod own;
mod pages;

pub use names::{empty_words, glyph, name};

use crate::browser::keep;
use crate::parts::use_desk;
use crate::routes::{Route, use_nav};
use crate::store::{Connection, use_store};
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{Pieces, live, memo, part};
use crate::ui::menu::Menu;
use leptos::prelude::*;
use samtal_model::{InboxId, View};

/// Whether the views under "More" are shown, between visits.
const MORE_KEY: &str = "samtal.views.more";

/// The navigation "Inbox views".
#[component]
pub fn Rail(
    /// The inbox and view that are open.
    #[prop(into)]
    here: Signal<Option<(InboxId, View)>>,
) -> impl IntoView {
    let (store, desk, nav) = (use_store(), use_desk(), use_nav());
    let more = RwSignal::new(keep::read(MORE_KEY).is_some());
    Effect::new(move |before: Option<Option<InboxId>>| {
        let inbox = here.get().map(|(inbox, _)| inbox);
        if let Some(inbox) = inbox
            && before.flatten() != Some(inbox)
        {
            store.read_counts(inbox);
        }
        inbox
    });
    let inbox = memo(move || here.get().map(|(inbox, _)| inbox));
    let toggle = move |_| {
        more.update(|more| *more = !*more);
        if more.get_untracked() { keep::write(MORE_KEY, "open") } else { keep::forget(MORE_KEY) }
    };
    // A custom view is none of these, nor is a page off the inbox.
    let plain = live(move || {
        let elsewhere = |route: &Route| route.custom_view().is_some() || matches!(route, Route::Page(_));
        here.get().filter(|_| !nav.route().with(elsewhere))
    });
    let entry = move |view: View| part(move || inbox.get().map(|inbox| view! { <ViewLink inbox view here=plain/> }));
    // The view that is open shows even while "More" is folded.
    let stray = move || here.get().map(|(_, view)| view).filter(|view| !view.always_shown() && !more.get());
    view! {
        <nav class="rail" aria-label="Inbox views">
            <Who/>
            <InboxPicker inbox here/>
            {View::ALL.into_iter().filter(|view| view.always_shown()).map(entry).pieces()}
            <button
                type="button"
                class="rail-view rail-more"
                aria-expanded=live(move || more.get().to_string())
                data-tip="More"
                on:click=toggle
            >
                <Icon glyph=Glyph::Dots/>
                <span class="rail-label">{live(move || if more.get() { "Less" } else { "More" })}</span>
                <Icon glyph=Glyph::ChevronDown/>
            </button>
            {part(move || stray().map(entry))}
            {part(move || more.get().then(|| View::ALL.into_iter().filter(|view| !view.always_shown()).map(entry).pieces()))}
            {part(move || desk.get().zip(inbox.get()).map(|(parts, inbox)| (parts.custom_views)(inbox)))}
            <span class="rail-grow"></span>
            {part(move || {
                let parts = if store.connection().get() == Connection::Reconnecting { desk.get() } else { None };
                parts.map(|parts| (parts.offline)())
            })}
        </nav>
    }
}

/// The feed does not flow (P1): quietly, where the views are.
#[component]
pub fn Offline() -> impl IntoView {
    view! {
        <p class="rail-offline" role="status">
            <Icon glyph=Glyph::Offline/>
            <span>"Reconnecting\u{2026}"</span>
        </p>
    }
}

/// A view with its count.
#[component]
fn ViewLink(inbox: InboxId, view: View, here: Signal<Option<(InboxId, View)>>) -> impl IntoView {
    let store = use_store();
    let number = move |count| crate::browser::when::number(count);
    let count = live(move || store.count(inbox, view).filter(|count| *count > 0).map(number));
    let current = live(move || (here.get() == Some((inbox, view))).then_some("page"));
    view! {
        <a class="rail-view" href=Route::view(inbox, view).href() aria-current=current data-tip=name(view)>
            <Icon glyph=glyph(view)/>
            <span class="rail-label">{name(view)}</span>
            <span class="num">{count}</span>
        </a>
    }
}

/// Which inbox (V1).
#[component]
fn InboxPicker(inbox: Memo<Option<InboxId>>, here: Signal<Option<(InboxId, View)>>) -> impl IntoView {
    let (store, nav, desk) = (use_store(), use_nav(), use_desk());
    let current = live(move || {
        let inboxes = store.inboxes().get();
        inboxes.iter().find(|known| Some(known.id) == inbox.get()).map(|known| known.name.clone()).unwrap_or_default()
    });
    let items =
        move |()| desk.peek().map(|parts| (parts.inboxes)(store, nav, here.get_untracked())).unwrap_or_default();
    view! {
        <Menu label=live(move || ["Inbox: ", &current.get()].concat()) items class="rail-inbox">
            <Icon glyph=Glyph::Inbox/>
            <span>{current}</span>
            <Icon glyph=Glyph::ChevronDown/>
        </Menu>
    }
}

/// Who is signed in, with what is theirs alone: the theme and the way out.
#[component]
fn Who() -> impl IntoView {
    let store = use_store();
    let me = live(move || store.me().name);
    let role = live(move || names::role(store.me().role));
    let desk = use_desk();
    let items = move |()| desk.peek().map(|parts| (parts.own)()).unwrap_or_default();
    view! {
        <Menu label=live(move || ["You: ", &me.get()].concat()) items class="rail-who">
            <Avatar name=me/>
            <span class="rail-who-words">
                <b>{me}</b>
                <small>{role}</small>
            </span>
            <Icon glyph=Glyph::ChevronDown/>
        </Menu>
    }
}
