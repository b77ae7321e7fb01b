//! A row of a search says what was found (S2): the words around the match in the place of the newest ones, and the time
//! of the match where that is what the list is ordered by.

use super::feed::{Rows, Source};
use crate::ui::live::{effect, memo};
use leptos::prelude::*;
use samtal_model::wire::{ConversationView, MatchView};
use samtal_model::{ConversationId, Sort};

/// A conversation as far as it is known.
pub type Known = ArcRwSignal<Option<ConversationView>>;

/// What the row of `id` shows for `known`, for as long as the caller's owner lives.
pub fn shown(rows: Rows, id: ConversationId, known: Known) -> Known {
    let found = memo(move || rows.found.with(|found| found.iter().find(|it| it.conversation_id == id).cloned()));
    let now = move || {
        let found = found.get();
        // A message that was hidden since is no match any more (M4), even if the list is not read again yet.
        let message = found.as_ref().and_then(|found| found.message_id);
        let hidden = message
            .is_some_and(|id| rows.store.message(id).with(|known| known.as_ref().is_some_and(|known| known.hidden)));
        let mut view = known.get();
        if let (Some(view), Some(found), false) = (&mut view, found, hidden) {
            say(view, found, rows.source().is_by_match());
        }
        view
    };
    let shown = ArcRwSignal::new(untrack(&now));
    let show = shown.clone();
    effect(move || {
        let view = now();
        if show.with_untracked(|shown| *shown != view) {
            show.set(view);
        }
    });
    shown
}

fn say(view: &mut ConversationView, found: MatchView, by_match: bool) {
    if let Some(at) = found.sent_at.filter(|_| by_match) {
        view.last_activity_at = at;
    }
    if !found.snippet.is_empty() {
        view.preview = found.snippet;
        view.preview_hidden = false;
        view.preview_kind = found.kind;
        view.preview_author = found.author;
    }
}

impl Source {
    /// Whether its order is that of what was found.
    fn is_by_match(&self) -> bool {
        matches!(self, Self::Search { sort: Sort::NewestActivity | Sort::OldestActivity, .. })
    }
}
