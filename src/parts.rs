//! What comes after the list: the conversation and its details, search, the feed, notes. It is loaded as a file of its
//! own once the list can be used, or at once where the address names a conversation, so that nobody waits for it
//! before they see their mail. Signing in is a third file, and the pages off the inbox are a fourth.
//!
//! What is reached from here alone is in those files; whoever calls one of these functions by its own name draws it
//! into the first one.

use crate::api;
use crate::browser::abort::Stop;
use crate::browser::{frame, page};
use crate::editor::Editor;
use crate::keys::Keys;
use crate::list::bulk::{BulkBar, Jobs};
use crate::list::empty::Empty;
use crate::list::feed::{Rows, Source};
use crate::list::focus::{self, ListHandle, Seen};
use crate::list::found::{self, Known};
use crate::list::live;
use crate::list::pill::Pill;
use crate::list::search::SearchBox;
use crate::list::sorting::SortMenu;
use crate::list::standing::standing;
use crate::list::ticks::Tick;
use crate::pages::host::PageHost;
use crate::routes::page::Page;
use crate::routes::{Nav, Route};
use crate::shell::lost::{Lost, NoInbox};
use crate::shell::splitter::Splitters;
use crate::store::{self, Notice, Store};
use crate::thread::{CopyLink, CopyLinkDialog};
use crate::ticket::careful::CarefulDialog;
use crate::ui::live::spawn;
use crate::ui::menu::{self, MenuBody, MenuItem};
use crate::ui::toast::{ToastHost, Toasts};
use crate::ui::tooltip::TooltipHost;
use crate::views::custom::{CustomTitle, CustomViews};
use crate::views::{Offline, own};
use crate::{details, pages, session, thread};
use leptos::prelude::*;
use samtal_model::wire::{ConversationPage, ConversationView, Problem, SessionView};
use samtal_model::{ConversationId, CustomViewId, InboxId, MessageId, Sort, View};
use std::pin::Pin;

/// The ways into what comes after the list.
#[derive(Clone, Copy)]
pub struct Parts {
    pub thread: fn(Signal<ConversationId>, Signal<Option<MessageId>>) -> AnyView,
    pub details: fn(Signal<ConversationId>) -> AnyView,
    /// The form "Reply", where there is no thread above it.
    pub editor: fn(ConversationId, Memo<Option<ConversationView>>) -> AnyView,
    /// The search box: whether it shows, and where the agent was before.
    pub search: fn(RwSignal<bool>, StoredValue<Option<Route>>) -> AnyView,
    /// What the row of a found conversation shows.
    pub found: fn(Rows, ConversationId, Known) -> Known,
    pub splitters: fn() -> AnyView,
    pub sort_menu: fn() -> AnyView,
    /// The keys, and word of what is done for many at once.
    pub keys: fn() -> AnyView,
    /// Words for a feed that does not flow.
    pub offline: fn() -> AnyView,
    pub list_live: fn(Rows, Memo<Source>),
    pub list_focus: fn(Seen),
    /// What lies over the list: what is new above it, and what can be done with the ticked rows.
    pub over_list: fn(Rows, Callback<()>) -> AnyView,
    /// The box that ticks a row; the signal says whether Tab leads to it.
    pub tick: fn(ConversationId, Signal<bool>) -> AnyView,
    /// How a row's conversation stands.
    pub standing: fn(ConversationId) -> AnyView,
    /// What an empty list says.
    pub empty: fn(Source) -> AnyView,
    pub no_inbox: fn() -> AnyView,
    pub lost: fn() -> AnyView,
    /// The page off the inbox that the address names.
    pub page: fn() -> AnyView,
    pub overlays: fn() -> AnyView,
    pub menu: menu::Body,
    pub copy_link: fn(CopyLink) -> AnyView,
    /// Begins to follow the feed, and to tell what the store has to tell.
    pub follow: fn(Store, Toasts),
    pub fetch_ahead: fn(Store, ConversationId),
    pub search_page: fn(String, Option<CustomViewId>, Sort, Option<String>, usize, Stop) -> Found,
    /// What the two menus of the rail hold.
    pub inboxes: fn(Store, Nav, Here) -> Vec<MenuItem>,
    pub own: fn() -> Vec<MenuItem>,
    /// The custom views of the rail, and what stands over the list of one.
    pub custom_views: fn(InboxId) -> AnyView,
    pub custom_title: fn(CustomViewId) -> AnyView,
}

/// The inbox and view that are open.
pub type Here = Option<(InboxId, View)>;

/// A page of what was found, on its way.
pub type Found = Pin<Box<dyn Future<Output = Result<ConversationPage, Problem>>>>;

fn all() -> Parts {
    Parts {
        thread: |conversation, linked| view! { <thread::ThreadPane conversation linked/> }.into_any(),
        details: |conversation| view! { <details::Details conversation/> }.into_any(),
        editor: |id, conversation| view! { <Editor id conversation/> }.into_any(),
        search: |shows, came_from| view! { <SearchBox shows came_from/> }.into_any(),
        found: found::shown,
        splitters: || view! { <Splitters/> }.into_any(),
        sort_menu: || view! { <SortMenu/> }.into_any(),
        keys: || view! { <Keys/><Jobs/><CarefulDialog/> }.into_any(),
        offline: || view! { <Offline/> }.into_any(),
        list_live: live::follow,
        list_focus: focus::keep,
        over_list: |rows, to_top| view! { <Pill rows to_top/><BulkBar rows/> }.into_any(),
        tick: |id, stop| view! { <Tick id stop/> }.into_any(),
        standing,
        empty: |source| view! { <Empty source/> }.into_any(),
        no_inbox: || view! { <NoInbox/> }.into_any(),
        lost: || view! { <Lost/> }.into_any(),
        page: || view! { <PageHost/> }.into_any(),
        overlays: || view! { <ToastHost/><TooltipHost/> }.into_any(),
        menu: menu::body,
        copy_link: |copy| view! { <CopyLinkDialog copy/> }.into_any(),
        follow: |store, toasts| {
            store.on_notice(move |notice| match notice {
                Notice::Done(text) => toasts.say(text),
                Notice::Undoable(number, text, undo) => toasts.offer(number, text, "Undo", undo),
                Notice::TakenBack(number) => toasts.withdraw(number),
                Notice::Bad(text) => toasts.warn(text),
            });
            store::follow(store);
        },
        fetch_ahead: |store, id| store.fetch_ahead(id),
        search_page: |q, custom, sort, cursor, limit, stop| {
            Box::pin(async move { api::search_page(&q, custom, sort, cursor.as_deref(), limit, &stop).await })
        },
        inboxes: own::inboxes,
        own: own::items,
        custom_views: |inbox| view! { <CustomViews inbox/> }.into_any(),
        custom_title: |view| view! { <CustomTitle view/> }.into_any(),
    }
}

/// The sign-in screen, which tells who came in.
pub type SignIn = fn(Callback<SessionView>) -> AnyView;

/// What shows a page off the inbox.
pub type Pages = fn(Memo<Option<Page>>) -> AnyView;

fn all_pages() -> Pages {
    |page| view! { <pages::Pages page/> }.into_any()
}

fn sign_in_screen() -> SignIn {
    |on_signed_in| view! { <session::SignInScreen on_signed_in/> }.into_any()
}

#[cfg(feature = "split")]
mod apart {
    use super::{Missing, Pages, Parts, SignIn};
    use leptos::wasm_split::wasm_split;

    #[wasm_split(desk, wasm_split_path = leptos::wasm_split, fallible)]
    pub fn desk() -> Result<Parts, Missing> {
        Ok(super::all())
    }

    #[wasm_split(door, wasm_split_path = leptos::wasm_split, fallible)]
    pub fn door() -> Result<SignIn, Missing> {
        Ok(super::sign_in_screen())
    }

    #[wasm_split(pages, wasm_split_path = leptos::wasm_split, fallible)]
    pub fn pages() -> Result<Pages, Missing> {
        Ok(super::all_pages())
    }

    impl From<leptos::wasm_split::SplitLoaderError> for Missing {
        fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
            Self
        }
    }
}

#[cfg(not(feature = "split"))]
mod apart {
    use super::{Missing, Pages, Parts, SignIn};

    pub async fn desk() -> Result<Parts, Missing> {
        Ok(super::all())
    }

    pub async fn door() -> Result<SignIn, Missing> {
        Ok(super::sign_in_screen())
    }

    pub async fn pages() -> Result<Pages, Missing> {
        Ok(super::all_pages())
    }
}

/// A file of the app could not be fetched: the network, or a newer version has taken its place.
pub struct Missing;

/// Pause before a file is asked for again, in milliseconds, and how often.
const AGAIN_MS: i32 = 1_500;
const TRIES: u32 = 3;
/// How often somebody who needs a part looks whether it is here, in milliseconds.
const LOOK_MS: i32 = 20;

/// The parts as far as they are here.
#[derive(Clone, Copy)]
pub struct Desk {
    here: RwSignal<Option<Parts>>,
    asked: StoredValue<bool>,
    missing: RwSignal<bool>,
    menus: MenuBody,
    list: ListHandle,
    editor_calls: RwSignal<u32>,
    skimming: RwSignal<bool>,
}

/// Makes them available to everything below.
pub fn provide_desk() -> Desk {
    let desk = Desk {
        here: RwSignal::new(None),
        asked: StoredValue::new(false),
        missing: RwSignal::new(false),
        menus: menu::provide_menus(),
        list: ListHandle::new(),
        editor_calls: RwSignal::new(0),
        skimming: RwSignal::new(false),
    };
    provide_context(desk);
    desk
}

/// The parts; call it at a component's top.
#[must_use]
pub fn use_desk() -> Desk {
    expect_context()
}

impl Desk {
    /// What is here; followed. None until they have been fetched.
    #[must_use]
    pub fn get(self) -> Option<Parts> {
        self.here.get()
    }

    /// The same for now only.
    #[must_use]
    pub fn peek(self) -> Option<Parts> {
        self.here.get_untracked()
    }

    /// The same as soon as they are here; none if they do not come.
    pub async fn fetched(self) -> Option<Parts> {
        self.fetch();
        loop {
            if let Some(parts) = self.here.get_untracked() {
                return Some(parts);
            }
            if self.missing.get_untracked() {
                return None;
            }
            frame::pause(LOOK_MS).await;
        }
    }

    /// The list that is on the page.
    #[must_use]
    pub fn list(self) -> ListHandle {
        self.list
    }

    /// The editor is to be made now, if it is not there yet.
    pub fn call_editor(self) {
        self.editor_calls.update(|calls| *calls += 1);
    }

    /// Conversations are passed by, quicker than they can be read: the thread waits.
    #[must_use]
    pub fn skimming(self) -> RwSignal<bool> {
        self.skimming
    }

    /// How often it was.
    #[must_use]
    pub fn editor_calls(self) -> RwSignal<u32> {
        self.editor_calls
    }

    /// Fetches them, the first time it is asked for.
    pub fn fetch(self) {
        if !self.asked.get_value() {
            self.asked.set_value(true);
            page::wake_styles();
            spawn(async move {
                for _ in 0..TRIES {
                    if let Ok(parts) = apart::desk().await {
                        self.menus.is(parts.menu);
                        self.here.set(Some(parts));
                        return;
                    }
                    frame::pause(AGAIN_MS).await;
                }
                self.missing.set(true);
            });
        }
    }

    /// They could not be fetched: only loading the page anew helps.
    #[must_use]
    pub fn missing(self) -> RwSignal<bool> {
        self.missing
    }
}

/// The sign-in screen as soon as it is here.
#[must_use]
pub fn fetch_sign_in(desk: Desk) -> RwSignal<Option<SignIn>> {
    let here = RwSignal::new(None);
    page::wake_styles();
    spawn(async move {
        for _ in 0..TRIES {
            if let Ok(screen) = apart::door().await {
                let _gone = here.try_set(Some(screen));
                return;
            }
            frame::pause(AGAIN_MS).await;
        }
        desk.missing.set(true);
    });
    here
}

/// The pages off the inbox as soon as they are here.
#[must_use]
pub fn fetch_pages(desk: Desk) -> RwSignal<Option<Pages>> {
    let here = RwSignal::new(None);
    spawn(async move {
        for _ in 0..TRIES {
            if let Ok(pages) = apart::pages().await {
                let _gone = here.try_set(Some(pages));
                return;
            }
            frame::pause(AGAIN_MS).await;
        }
        desk.missing.set(true);
    });
    here
}
