//! What is told whole rather than one by one: how many tickets stand in which status of an inbox, and what is shown in
//! a place. Whichever was true later stays, however the answers overtake each other.

use crate::api::known as api;
use crate::store::Store;
use crate::ui::live::spawn;
use leptos::prelude::*;
use samtal_model::InboxId;
use samtal_model::json::Json;

/// What is held, by the inbox or the place.
pub(super) type Latest<K> = RwSignal<Vec<Held<K>>>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held<K> {
    of: K,
    /// Up to where of the live feed it is known to be true.
    at: i64,
    told: Json,
}

/// Takes it in, unless what is held was true later. Where neither says when it was true, the last one counts.
fn take<K: PartialEq>(all: &mut Vec<Held<K>>, of: K, at: Option<i64>, told: Json) {
    match all.iter_mut().find(|held| held.of == of) {
        Some(held) if at.is_some_and(|at| at < held.at) => {}
        Some(held) => *held = Held { of, at: at.unwrap_or(held.at), told },
        None => all.push(Held { of, at: at.unwrap_or_default(), told }),
    }
}

impl Store {
    /// How many tickets of the inbox stand in the status; they are kept once they were read. Followed.
    #[must_use]
    pub fn ticket_count(&self, inbox: InboxId, status: i64) -> i64 {
        self.kept().counts.with(|all| {
            let Some(Json::List(items)) = all.iter().find(|it| it.of == inbox.0).map(|it| &it.told) else { return 0 };
            let count = items.iter().find(|it| it.at("status_id").int() == Some(status));
            count.and_then(|it| it.at("count").int()).unwrap_or_default()
        })
    }

    /// Reads them; the feed keeps them from then on.
    pub fn read_ticket_counts(&self, inbox: InboxId) {
        let store = *self;
        spawn(async move {
            if let Ok(counts) = api::ticket_counts(inbox).await {
                store.take_counts(&counts, None);
            }
        });
    }

    /// Takes them in as of the moment that they say themselves, or else `at`.
    pub(super) fn take_counts(&self, counts: &Json, at: Option<i64>) {
        let inbox = counts.at("inbox_id").int().unwrap_or_default();
        let at = counts.at("sequence").int().or(at);
        self.kept().counts.update(|all| take(all, inbox, at, counts.at("items").clone()));
    }

    pub(super) fn reread_counts(&self) {
        let inboxes = self.kept().counts.with_untracked(|all| all.iter().map(|it| it.of).collect::<Vec<_>>());
        for inbox in inboxes {
            self.read_ticket_counts(InboxId(inbox));
        }
    }

    /// The properties shown in a place, in order; none while they are not read. Followed.
    #[must_use]
    pub fn shown_in(&self, place: &'static str) -> Option<Vec<String>> {
        let known = self.kept().shown.with(|all| {
            let Json::List(keys) = &all.iter().find(|it| it.of == place)?.told else { return None };
            Some(keys.iter().filter_map(Json::text).map(ToOwned::to_owned).collect())
        });
        if known.is_none() {
            let store = *self;
            spawn(async move {
                if let Ok(shown) = api::shown(place).await {
                    store.take_shown(&shown, None);
                }
            });
        }
        known
    }

    /// Takes it in as of the moment that it says itself, or else `at`.
    pub(super) fn take_shown(&self, shown: &Json, at: Option<i64>) {
        let place = shown.at("place").text().unwrap_or_default().to_owned();
        let at = shown.at("sequence").int().or(at);
        self.kept().shown.update(|all| take(all, place, at, shown.at("properties").clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, take};
    use samtal_model::json::Json;

    fn held(all: &[Held<i64>], of: i64) -> Option<i64> {
        all.iter().find(|it| it.of == of).and_then(|it| it.told.int())
    }

    #[test]
    fn an_answer_that_was_overtaken_by_the_feed_changes_nothing() {
        let mut all = Vec::new();
        for (at, told, wanted) in [
            (Some(5), 1, 1),
            (Some(8), 2, 2),
            (Some(6), 3, 2),
            (Some(8), 4, 4),
            // Of a server that does not say when it was true.
            (None, 5, 5),
            (Some(7), 6, 5),
        ] {
            take(&mut all, 1, at, Json::Int(told));
            assert_eq!(held(&all, 1), Some(wanted), "{told} as of {at:?}");
        }
        take(&mut all, 2, Some(1), Json::Int(9));
        assert_eq!((held(&all, 1), held(&all, 2)), (Some(5), Some(9)), "another inbox is counted by itself");
    }
}
