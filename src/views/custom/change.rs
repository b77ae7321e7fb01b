//! What can be done with a custom view (V10): one table for its menu, its keys and the palette.

use super::save::editing;
use crate::routes::{Nav, Route};
use crate::store::Store;
use crate::ui::icon::Glyph;
use leptos::prelude::*;
use samtal_model::wire::CustomViewView;
use samtal_model::{Command, CustomViewEdit, CustomViewId, InboxId, View};
use std::cell::OnceCell;

/// One thing to do with a view of which this agent may change it.
pub struct Change {
    pub glyph: Glyph,
    pub words: fn(&CustomViewView) -> &'static str,
    pub can: fn(Store, &CustomViewView) -> bool,
    pub run: fn(Store, Nav, &CustomViewView),
}

pub const RENAME: Change =
    Change { glyph: Glyph::Lines, words: |_| "Rename", can: always, run: |store, _, _| renaming(store).set(true) };
pub const FIND: Change =
    Change { glyph: Glyph::Search, words: |_| "Change what it finds", can: always, run: find_otherwise };
pub const SHARE: Change = Change {
    glyph: Glyph::Users,
    words: |it| if it.shared { "Keep for yourself" } else { "Share with the team" },
    can: always,
    run: |store, _, it| {
        let edit = CustomViewEdit { shared: Some(!it.shared), ..CustomViewEdit::default() };
        store.act(Command::EditCustomView { view: it.id, edit }, |_| {});
    },
};
pub const UP: Change = Change {
    glyph: Glyph::ArrowUp,
    words: |_| "Move up",
    can: |store, it| above(store, it).is_some(),
    run: |store, _, it| put(store, it, above(store, it)),
};
pub const DOWN: Change = Change {
    glyph: Glyph::ArrowDown,
    words: |_| "Move down",
    can: |store, it| below(store, it).is_some(),
    run: |store, _, it| put(store, it, below(store, it)),
};
pub const DELETE: Change = Change { glyph: Glyph::Trash, words: |_| "Delete the view", can: always, run: delete };

/// In the order of the menu.
pub const ALL: [&Change; 6] = [&RENAME, &FIND, &SHARE, &UP, &DOWN, &DELETE];

thread_local! {
    /// Made when it is first asked for.
    static RENAMING: OnceCell<RwSignal<bool>> = const { OnceCell::new() };
}

/// The view that is listed is being given another name.
#[must_use]
pub fn renaming(store: Store) -> RwSignal<bool> {
    RENAMING.with(|renaming| *renaming.get_or_init(|| store.for_good(|| RwSignal::new(false))))
}

/// The view that is listed, if this agent may change it. In a search within it there is nothing of its own to change.
#[must_use]
pub fn here(store: Store, nav: Nav) -> Option<CustomViewView> {
    let view = nav.route().with_untracked(|route| route.custom_view().filter(|_| route.q().is_none()))?;
    untrack(|| store.custom_view(view)).filter(|it| it.can_edit)
}

/// What it looks for, in words for everybody who has it.
#[must_use]
pub fn finds(it: &CustomViewView) -> String {
    if it.query.is_empty() { "Finds everything".into() } else { ["Finds ", &it.query].concat() }
}

fn always(_: Store, _: &CustomViewView) -> bool {
    true
}

fn inbox(route: Route) -> Option<InboxId> {
    if let Route::Inbox { inbox, .. } = route { Some(inbox) } else { None }
}

fn find_otherwise(store: Store, nav: Nav, it: &CustomViewView) {
    editing(store).set(Some(it.id));
    if let Some(inbox) = inbox(nav.route().get_untracked()) {
        // An empty search would be no search: a space is one that finds everything.
        let q = if it.query.is_empty() { " ".to_owned() } else { it.query.clone() };
        nav.go(Route::view(inbox, View::Open).with_q(Some(q)).with_sort(it.sort));
    }
}

fn delete(store: Store, nav: Nav, it: &CustomViewView) {
    let view = it.id;
    store.act(Command::DeleteCustomView { view }, move |answer| {
        let here = nav.route().get_untracked();
        if let (Ok(_), Some(listed), Some(inbox)) = (answer, here.custom_view(), inbox(here))
            && listed == view
        {
            nav.go(Route::view(inbox, View::Open));
        }
    });
}

fn put(store: Store, it: &CustomViewView, place: Option<Option<CustomViewId>>) {
    if let Some(before) = place {
        store.act(Command::MoveCustomView { view: it.id, before }, |_| {});
    }
}

/// Before which of its kind it stands one step further up.
fn above(store: Store, it: &CustomViewView) -> Option<Option<CustomViewId>> {
    let (beside, at) = beside(store, it)?;
    at.checked_sub(1).map(|above| Some(beside[above]))
}

/// Before which it stands one step further down: none is the end.
fn below(store: Store, it: &CustomViewView) -> Option<Option<CustomViewId>> {
    let (beside, at) = beside(store, it)?;
    (at + 1 < beside.len()).then(|| beside.get(at + 2).copied())
}

fn beside(store: Store, it: &CustomViewView) -> Option<(Vec<CustomViewId>, usize)> {
    let views = untrack(|| store.custom_views().get());
    let beside: Vec<CustomViewId> = views.iter().filter(|view| view.shared == it.shared).map(|view| view.id).collect();
    let at = beside.iter().position(|id| *id == it.id)?;
    Some((beside, at))
}
