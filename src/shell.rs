//! The panes: views, list, conversation, details. Which of them show and how wide they are (V12); what is in them is
//! theirs.

pub mod lost;
pub mod splitter;

use crate::browser::frame::later;
use crate::browser::keep;
use crate::list::List;
use crate::panes;
use crate::parts::use_desk;
use crate::routes::{Route, use_nav};
use crate::store::use_store;
use crate::thread::provide_copy_link;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{effect, live, memo, part};
use crate::views::Rail;
use leptos::prelude::*;
use samtal_model::{ConversationId, InboxId, View};

/// The inbox that was open last, between visits.
const INBOX_KEY: &str = "samtal.inbox";

/// What stands in the middle.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Screen {
    Lost,
    /// A page off the inbox.
    Page,
    Empty,
    Open,
}

/// The signed-in agent's screen.
#[component]
pub fn Shell() -> impl IntoView {
    let nav = use_nav();
    let panes = panes::provide_panes();
    let here = provide_here();
    // Where one pane shows at a time, who has chosen a view wants to see it.
    Effect::new(move |before: Option<()>| {
        nav.route().track();
        if before.is_some() && panes.narrow.get_untracked() {
            panes.rail_open.set(false);
        }
    });
    let conversation = memo(move || nav.route().with(Route::conversation));
    let known = memo(move || here.get().is_some());
    let store = use_store();
    let none_for_me = move || store.inboxes_known().get() && store.inboxes().read().is_empty() && !known.get();
    let linked = memo(move || nav.route().with(Route::message));
    // Another conversation is the same panes with other things in them; while they go they show the last one.
    let open = Memo::new(move |last: Option<&ConversationId>| {
        conversation.get().or(last.copied()).unwrap_or(ConversationId(0))
    });
    let screen = memo(move || {
        nav.route().with(|route| match route {
            Route::Unknown => Screen::Lost,
            Route::Page(_) => Screen::Page,
            route if route.conversation().is_none() => Screen::Empty,
            _ => Screen::Open,
        })
    });
    let copy = provide_copy_link();
    let desk = use_desk();
    // Who comes by a link wants the conversation first.
    effect(move || {
        if screen.get() != Screen::Empty || none_for_me() {
            desk.fetch();
        }
    });
    view! {
        <div
            class="shell"
            class:shell-reading=live(move || screen.get() != Screen::Empty)
            class:shell-page=live(move || screen.get() == Screen::Page)
            class:shell-rail=live(move || panes.rail_folded())
            class:shell-rail-open=live(move || panes.rail_over())
            class:shell-no-details=live(move || !panes.details_open.get() || conversation.get().is_none())
            on:keydown=move |event| {
                if event.key() == "Escape" && panes.rail_over_now() {
                    panes.toggle_rail();
                }
            }
            style:--rail-now=live(move || panes.rail_width())
            style:--list-now=live(move || panes.list_width())
            style:--details-now=live(move || panes.details_width())
        >
            <Rail here/>
            {part(move || {
                panes
                    .rail_over()
                    .then(|| {
                        view! {
                            <div class="shell-scrim" aria-hidden="true" on:click=move |_| panes.toggle_rail()></div>
                        }
                    })
            })}
            {part(move || {
                known
                    .get()
                    .then(|| {
                        let place = move || here.get().unwrap_or((InboxId(0), View::Open));
                        view! {
                            <List
                                inbox=live(move || place().0)
                                view=live(move || place().1)
                                open=conversation
                            />
                        }
                    })
            })}
            {part(move || none_for_me().then(|| desk.get().map(|parts| (parts.no_inbox)())))}
            {part(move || Some(match screen.get() {
                Screen::Lost => desk.get().map(|parts| (parts.lost)()).into_any(),
                Screen::Page => desk.get().map(|parts| (parts.page)()).into_any(),
                Screen::Empty => view! { <NothingOpen/> }.into_any(),
                Screen::Open => match desk.get() {
                    Some(parts) => view! {
                        {(parts.thread)(open.into(), linked.into())}
                        {part(move || panes.details_open.get().then(|| (parts.details)(later(open.into()))))}
                    }
                    .into_any(),
                    None => view! { <main class="thread" aria-busy="true"></main> }.into_any(),
                },
            }))}
            {part(move || desk.get().map(|parts| ((parts.copy_link)(copy), (parts.splitters)(), (parts.keys)())))}
        </div>
    }
}

/// The inbox and view that are shown. A link to a conversation leads into its inbox as soon as that is known; `/` into
/// the inbox that was open last.
fn provide_here() -> Signal<Option<(InboxId, View)>> {
    let (nav, store) = (use_nav(), use_store());
    let linked = memo(move || match nav.route().get() {
        Route::Link { conversation, .. } => Some(conversation),
        _ => None,
    });
    let entity = memo(move || linked.get().and_then(|id: ConversationId| store.conversation(id).get()));
    let last = keep::read(INBOX_KEY).and_then(|id| id.parse::<InboxId>().ok());
    let kept = StoredValue::new(last);
    let home = memo(move || {
        store.inboxes().with(|inboxes| {
            let known = inboxes.iter().find(|inbox| Some(inbox.id) == last).or(inboxes.first());
            known.map(|inbox| (inbox.id, View::Open))
        })
    });
    effect(move || match nav.route().get() {
        Route::Home => {
            if let Some((inbox, view)) = home.get() {
                nav.replace(Route::view(inbox, view));
            }
        }
        Route::Link { conversation, message } => {
            if let Some(entity) = entity.get().filter(|entity| entity.id == conversation) {
                let views = store.views_of(&entity);
                let view = views.iter().copied().find(|view| *view == View::Open).or(views.first().copied());
                let list = Route::view(entity.inbox_id, view.unwrap_or(View::Open));
                nav.replace(list.with_conversation(Some(conversation)).with_message(message));
            }
        }
        Route::Inbox { inbox, .. } => {
            if kept.get_value() != Some(inbox) {
                kept.set_value(Some(inbox));
                keep::write(INBOX_KEY, &inbox.to_string());
            }
        }
        Route::SignIn { .. } | Route::Page(_) | Route::Unknown => {}
    });
    memo(move || match nav.route().get() {
        Route::Inbox { inbox, view, .. } => Some((inbox, view)),
        _ => home.get(),
    })
    .into()
}

#[component]
fn NothingOpen() -> impl IntoView {
    view! {
        <main class="shell-empty">
            <Icon glyph=Glyph::Chat/>
            <h1>"No conversation open"</h1>
            <p>"Choose one from the list to read and answer it."</p>
        </main>
    }
}
