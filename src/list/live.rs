//! How the rows follow what changes: kept in order, and held still while the agent is about to press one (P1, V11).

use super::feed::{Rows, Source, TOP_PX};
use super::order::{Key, Order};
use crate::browser::frame;
use crate::store::News;
use crate::ui::live::effect;
use leptos::prelude::*;
use samtal_model::ConversationId;

/// How long until a list that is not to move is looked at again, in milliseconds.
const CALM_MS: u64 = 400;

/// Begins to follow, for as long as the caller's owner lives. `source` is what the list is to show.
pub fn follow(rows: Rows, source: Memo<Source>) {
    rows.settle.set_value(Some(Rows::settle));
    rows.store.on_news(move |news| rows.hear(news));
    effect(move || {
        let source = source.get();
        if rows.is_other_search(&source) {
            rows.turn_to(source);
        }
    });
}

impl Rows {
    /// Whether `source` is a search as this is one, for something else.
    fn is_other_search(self, source: &Source) -> bool {
        let sorted_by = |source: &Source| match source {
            Source::Search { custom, sort, .. } => Some((*custom, *sort)),
            Source::View { .. } => None,
        };
        let here = self.source();
        here != *source && sorted_by(&here).is_some() && sorted_by(&here) == sorted_by(source)
    }

    /// Another search in the place of this one: what is shown stays until the first page is here, and the rows that are
    /// in both stay as they are.
    fn turn_to(self, source: Source) {
        self.leave();
        self.source.set_value(source);
        self.turned.set_value(true);
        self.known.set(false);
        self.cursor.set_value(None);
        self.hidden.update_value(Vec::clear);
        self.read(0);
    }

    /// What a custom view finds has changed: it is read again once nobody is about to press a row of it (V11).
    fn refresh(self) {
        let (Some(held), Some(scrolled)) = (self.held.try_get_value(), self.scrolled.try_get_value()) else { return };
        if held || scrolled > TOP_PX {
            frame::after(CALM_MS, move || self.refresh());
            return;
        }
        self.stale.set_value(false);
        self.turned.set_value(true);
        self.cursor.set_value(None);
        self.read(0);
    }

    /// Whether it has left what is listed, as far as that can be told: what is only not loaded has not. Followed.
    pub fn has_left(self, id: ConversationId) -> bool {
        self.waiting.track();
        let listed = self.order.with(|order| order.index_of(id)).is_some();
        match self.source() {
            Source::View { inbox, view, .. } => {
                self.store.peek(id).is_some_and(|known| !self.store.stands_in(&known, inbox, view))
            }
            Source::Search { .. } => !listed && self.is_whole(),
        }
    }

    /// The conversations from one to another, both with them; none if some in between have not been read yet.
    pub fn between(self, one: ConversationId, other: ConversationId) -> Option<Vec<ConversationId>> {
        self.order.with_untracked(|order| {
            let (one, other) = (order.index_of(one)?, order.index_of(other)?);
            (one.min(other)..=one.max(other)).map(|index| order.at(index)).collect()
        })
    }

    /// Whether its length is that of the whole, and not only of what was read. Followed.
    pub fn is_whole(self) -> bool {
        self.order.track();
        let all_read = || self.known.get() && !self.turned.get_value() && self.cursor.with_value(Option::is_none);
        !self.is_search() || all_read()
    }

    /// Lets in what waits, if the list is still there.
    pub fn let_in_now(self) {
        if self.settle.try_get_value().is_some() {
            self.let_in();
        }
    }

    fn hear(self, news: &News) {
        if self.taking.try_get_value() != Some(false) {
            return;
        }
        match news {
            News::Changed { ids, own } => {
                for id in ids {
                    self.consider(*id, *own);
                }
            }
            News::Gone(ids) => {
                for id in ids {
                    self.waiting.update(|waiting| waiting.retain(|waits| waits != id));
                    self.settle(*id);
                }
            }
            News::Custom(views) => {
                let here = matches!(self.source(), Source::Search { custom: Some(view), .. } if views.contains(&view));
                let gone = views.iter().all(|view| untrack(|| self.store.custom_view(*view)).is_none());
                if here && gone {
                    // Nothing of it is anybody's to press any more, and there is nothing to ask for.
                    self.order.set(Order::default());
                    self.failure.set(Some("This view is not there any more.".into()));
                } else if here && !self.stale.get_value() {
                    self.stale.set_value(true);
                    self.refresh();
                }
            }
            News::Reread if self.is_search() => self.read(0),
            News::Reread => {
                // What is in the page stays until its answer is here.
                let (from, to) = self.wanted.get_value();
                let shown: Vec<_> =
                    (from..to).filter_map(|index| self.order.with_untracked(|order| order.at(index))).collect();
                self.order.update(|order| {
                    order.empty();
                    order.put(from.min(order.len()), &shown);
                });
                self.read(from);
            }
        }
    }

    /// A conversation changed: now, or when the agent has moved on.
    fn consider(self, id: ConversationId, own: bool) {
        if self.is_search() {
            // A search shows what it found; rows change in place. Where the newest message is hidden now, it is asked
            // again, once: it may have been what was found (M4).
            let listed = self.order.with_untracked(|order| order.index_of(id)).is_some();
            // It may stand elsewhere in it now, or for the first time.
            if !self.stale.get_value() {
                self.stale.set_value(true);
                frame::after(CALM_MS, move || self.refresh());
            }
            let hidden = self.store.peek(id).is_some_and(|known| known.preview_hidden);
            let told = self.hidden.with_value(|hidden| hidden.contains(&id));
            if listed && hidden && !told {
                self.hidden.update_value(|hidden| hidden.push(id));
                self.read(0);
            }
            return;
        }
        let at = self.order.with_untracked(|order| order.index_of(id));
        let belongs = self.belongs(id);
        if own || !(belongs || at.is_some()) {
            self.waiting.update(|waiting| waiting.retain(|waits| *waits != id));
            return self.settle(id);
        }
        let moves = match (at, belongs) {
            (Some(at), true) => !self.in_place(at, id),
            (None, true) | (Some(_), false) => true,
            (None, false) => false,
        };
        if !moves {
            return self.keep_length();
        }
        let scrolled = self.scrolled.get_value() > TOP_PX;
        if self.held.get_value() || (scrolled && belongs) {
            self.waiting.update(|waiting| {
                if !waiting.contains(&id) {
                    waiting.push(id);
                }
            });
        } else {
            self.settle(id);
        }
    }

    fn key(self, id: ConversationId) -> Option<Key> {
        let Source::View { sort, .. } = self.source.get_value() else { return None };
        self.store.rank(id, sort).map(|at| (at, if sort.is_upward() { ConversationId(-id.0) } else { id }))
    }

    /// Whether its neighbours still are its neighbours.
    fn in_place(self, at: usize, id: ConversationId) -> bool {
        let Some(key) = self.key(id) else { return false };
        self.order.with_untracked(|order| {
            let above = at.checked_sub(1).and_then(|index| order.at(index)).and_then(|id| self.key(id));
            let below = order.at(at + 1).and_then(|id| self.key(id));
            above.is_none_or(|above| above > key) && below.is_none_or(|below| below < key)
        })
    }

    /// Puts a conversation where it belongs now, and keeps the view where it was.
    fn settle(self, id: ConversationId) {
        let belongs = self.belongs(id);
        let at = self.order.with_untracked(|order| order.index_of(id));
        if at.is_none() && !belongs {
            // It may stand at a place that is not read yet; the count tells.
            return self.keep_length();
        }
        if at.is_some_and(|at| belongs && self.in_place(at, id)) {
            // It may have come before its count did.
            return self.keep_length();
        }
        let first = self.first.get_value();
        let mut shift = 0_i64;
        let key = self.key(id);
        self.order.update(|order| {
            if let Some(was) = order.remove(id)
                && was < first
            {
                shift -= 1;
            }
            if belongs && let Some(key) = key {
                let is = order.insert(id, key, |id| self.key(id));
                if is < first || (is == first && self.scrolled.get_value() > TOP_PX) {
                    shift += 1;
                }
            }
        });
        if shift != 0
            && self.scrolled.get_value() > TOP_PX
            && let Some(told) = self.shift.get_value()
        {
            told.run(shift);
        }
        self.keep_length();
        let (from, to) = self.wanted.get_value();
        self.look_at(from, to);
    }

    /// As long as the view's count says, what waits apart.
    fn keep_length(self) {
        let Source::View { inbox, view, .. } = self.source.get_value() else { return };
        let Some(count) = self.store.count_now(inbox, view) else { return };
        let length = usize::try_from(count).unwrap_or(0).saturating_sub(self.waiting_above());
        if self.known.get_untracked() && self.len_untracked() != length {
            self.order.update(|order| order.fit(length));
            let (from, to) = self.wanted.get_value();
            self.look_at(from, to);
        }
    }
}
