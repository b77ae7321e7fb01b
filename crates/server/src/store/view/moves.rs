//! What moves between views when conversations change, and the totals that are kept of it.

use super::stretch::Level;
use super::{agent_number, view_number};
use crate::store::numbers::{delete, insert};
use crate::store::{Connection, Engine, Error};
use samtal_model::view::memberships;
use samtal_model::{Conversation, ConversationId, InboxId, ViewKey};
use std::collections::{BTreeMap, BTreeSet};

/// Where a conversation stands in a view, and by what it is sorted there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Standing {
    inbox: InboxId,
    key: ViewKey,
    conversation: ConversationId,
    activity: i64,
    created: i64,
    waiting: i64,
}

impl Standing {
    fn all_of(it: &Conversation) -> BTreeSet<Self> {
        let keys = memberships(it).into_iter();
        keys.map(|key| Self {
            inbox: it.inbox,
            key,
            conversation: it.id,
            activity: it.last_activity_at.0,
            created: it.created_at.0,
            waiting: it.waiting_since.map_or(i64::MAX, |since| since.0),
        })
        .collect()
    }

    /// Inbox, view and agent, as the tables have them.
    fn list(&self) -> [i64; 3] {
        [self.inbox.0, view_number(self.key.view), agent_number(self.key)]
    }

    /// By the numbers of `Order::number`.
    fn keys(&self) -> [i64; 3] {
        [self.activity, self.created, self.waiting]
    }
}

/// What moved between views by a group of changes, added up and written at the end.
#[derive(Default)]
pub(in crate::store) struct Moves {
    gone: Vec<Standing>,
    come: Vec<Standing>,
}

impl Moves {
    /// Notes what it means that a conversation was `before` and is `after`.
    pub(in crate::store) fn note(&mut self, before: Option<&Conversation>, after: Option<&Conversation>) {
        let (before, after) =
            (before.map(Standing::all_of).unwrap_or_default(), after.map(Standing::all_of).unwrap_or_default());
        self.gone.extend(before.difference(&after));
        self.come.extend(after.difference(&before));
    }

    pub(in crate::store) async fn save(self, connection: &mut Connection, engine: Engine) -> Result<(), Error> {
        let mut totals: BTreeMap<[i64; 3], i64> = BTreeMap::new();
        let mut stretches: BTreeMap<[i64; 6], i64> = BTreeMap::new();
        for (sign, moved) in [(-1, &self.gone), (1, &self.come)] {
            for it in moved {
                let [inbox, view, agent] = it.list();
                *totals.entry(it.list()).or_default() += sign;
                for (sort, key) in (0..).zip(it.keys()) {
                    for level in Level::ALL {
                        let of = [inbox, view, agent, sort, level.number(), level.of(key, it.conversation.0)];
                        *stretches.entry(of).or_default() += sign;
                    }
                }
            }
        }
        let key = |it: &Standing| {
            let [inbox, view, agent] = it.list();
            [inbox, view, agent, it.activity, it.conversation.0]
        };
        let gone: Vec<_> = self.gone.iter().map(key).collect();
        let columns = ["inbox_id", "view", "agent_id", "activity", "conversation_id"];
        delete(connection, engine, "view_rows", columns, &gone).await?;
        let come = self.come.iter().map(|it| {
            let [inbox, view, agent, activity, conversation] = key(it);
            [inbox, view, agent, activity, conversation, it.created, it.waiting]
        });
        let come: Vec<_> = come.collect();
        let columns = ["inbox_id", "view", "agent_id", "activity", "conversation_id", "created", "waiting"];
        insert(connection, engine, "view_rows", columns, "", &come).await?;
        let totals = totals.into_iter().filter(|(_, by)| *by != 0);
        let totals: Vec<_> = totals.map(|([inbox, view, agent], by)| [inbox, view, agent, by]).collect();
        let conflict =
            "ON CONFLICT (inbox_id, view, agent_id) DO UPDATE SET total = view_counts.total + excluded.total";
        insert(connection, engine, "view_counts", ["inbox_id", "view", "agent_id", "total"], conflict, &totals).await?;
        let stretches = stretches.into_iter().filter(|(_, by)| *by != 0);
        let stretches: Vec<_> = stretches.map(|([a, b, c, d, e, f], by)| [a, b, c, d, e, f, by]).collect();
        let columns = ["inbox_id", "view", "agent_id", "sort", "level", "stretch", "total"];
        let conflict = "ON CONFLICT (inbox_id, view, agent_id, sort, level, stretch) \
                        DO UPDATE SET total = view_stretches.total + excluded.total";
        insert(connection, engine, "view_stretches", columns, conflict, &stretches).await
    }
}
