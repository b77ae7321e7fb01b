//! The lists: which rows stand in which view, their kept counts, and pages of them.
//!
//! Membership comes from [`samtal_model::view::memberships`]; this only keeps what it says.

use super::sql::{Cells, bound, id_list, insert, row, rows, run};
use super::{Connection, Error, Reader, Store, search};
use samtal_model::view::memberships;
use samtal_model::wire::{ConversationPage, ConversationView, ViewCount};
use samtal_model::{AgentId, ContactId, Conversation, ConversationId, InboxId, MessageId, View, ViewKey};
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, BTreeSet};

/// What to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// Needed for a view; narrows a search.
    pub inbox: Option<InboxId>,
    pub view: View,
    /// Words; the last may be the beginning of one.
    pub q: Option<String>,
    pub contact: Option<ContactId>,
    /// Rows, from 1 to 200.
    pub limit: i64,
    /// [`ConversationPage::next_cursor`] of the page before.
    pub cursor: Option<String>,
    /// Begin at this rank from the top instead.
    pub position: Option<i64>,
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A view's number, the agent it is of (or 0), and how many conversations stand in it.
pub(crate) type KeptCount = (i64, i64, i64);

fn view_number(view: View) -> i64 {
    View::ALL.iter().position(|other| *other == view).unwrap_or_default() as i64
}

/// A place in a list: later activity first, then the greater id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    activity: i64,
    conversation: i64,
}

impl Place {
    const TOP: Self = Self { activity: i64::MAX, conversation: i64::MAX };

    fn parse(cursor: &str) -> Option<Self> {
        let (activity, conversation) = cursor.split_once('.')?;
        Some(Self { activity: activity.parse().ok()?, conversation: conversation.parse().ok()? })
    }

    fn print(self) -> String {
        format!("{}.{}", self.activity, self.conversation)
    }
}

/// What moved between views by a group of changes, added up and written at the end.
#[derive(Default)]
pub(super) struct Moves {
    gone: Vec<(InboxId, ViewKey, i64, ConversationId)>,
    come: Vec<(InboxId, ViewKey, i64, ConversationId)>,
}

impl Moves {
    /// Notes what it means that a conversation was `before` and is `after`.
    pub(super) fn note(&mut self, before: Option<&Conversation>, after: Option<&Conversation>) {
        let standing = |conversation: Option<&Conversation>| -> BTreeSet<(InboxId, ViewKey, i64, ConversationId)> {
            conversation
                .map(|it| {
                    memberships(it).into_iter().map(|key| (it.inbox, key, it.last_activity_at.0, it.id)).collect()
                })
                .unwrap_or_default()
        };
        let (before, after) = (standing(before), standing(after));
        self.gone.extend(before.difference(&after));
        self.come.extend(after.difference(&before));
    }

    pub(super) async fn save(self, connection: &mut Connection) -> Result<(), Error> {
        let mut totals: BTreeMap<(InboxId, ViewKey), i64> = BTreeMap::new();
        let mut days: BTreeMap<(InboxId, ViewKey, i64), i64> = BTreeMap::new();
        for (sign, moved) in [(-1, &self.gone), (1, &self.come)] {
            for (inbox, key, activity, _) in moved {
                *totals.entry((*inbox, *key)).or_default() += sign;
                *days.entry((*inbox, *key, activity.div_euclid(DAY_MS))).or_default() += sign;
            }
        }
        for (inbox, key, activity, conversation) in self.gone {
            let sql = "DELETE FROM view_rows WHERE inbox_id = $1 AND view = $2 AND agent_id = $3 AND activity = $4 \
                       AND conversation_id = $5";
            run(connection, sql, bound![inbox, view_number(key.view), agent_number(key), activity, conversation])
                .await?;
        }
        let come = self.come.into_iter().map(|(inbox, key, activity, conversation)| {
            bound![inbox, view_number(key.view), agent_number(key), activity, conversation]
        });
        insert(connection, "view_rows", "inbox_id, view, agent_id, activity, conversation_id", "", come.collect())
            .await?;
        let totals = totals.into_iter().filter(|(_, by)| *by != 0);
        let totals = totals.map(|((inbox, key), by)| bound![inbox, view_number(key.view), agent_number(key), by]);
        let conflict =
            "ON CONFLICT (inbox_id, view, agent_id) DO UPDATE SET total = view_counts.total + excluded.total";
        insert(connection, "view_counts", "inbox_id, view, agent_id, total", conflict, totals.collect()).await?;
        let days = days.into_iter().filter(|(_, by)| *by != 0);
        let days = days.map(|((inbox, key, day), by)| bound![inbox, view_number(key.view), agent_number(key), day, by]);
        let conflict =
            "ON CONFLICT (inbox_id, view, agent_id, day) DO UPDATE SET total = view_days.total + excluded.total";
        insert(connection, "view_days", "inbox_id, view, agent_id, day, total", conflict, days.collect()).await
    }
}

fn agent_number(key: ViewKey) -> i64 {
    key.agent.map_or(0, |agent| agent.0)
}

impl Store {
    /// The counts of every view of `inbox` as this reader sees them, in the order of [`View::ALL`]; none if the
    /// inbox is not for them.
    ///
    /// # Errors
    /// The engine's.
    pub async fn view_counts(&self, reader: &Reader, inbox: InboxId) -> Result<Option<Vec<ViewCount>>, Error> {
        if !reader.inboxes.contains(&inbox) {
            return Ok(None);
        }
        Ok(Some(counts_for(&self.all_counts(inbox).await?, reader.agent)))
    }

    /// The counts of every view of `inbox`, "Assigned to me" of everybody.
    pub(crate) async fn all_counts(&self, inbox: InboxId) -> Result<Vec<KeptCount>, Error> {
        let mut connection = self.read().await?;
        let sql = "SELECT view, agent_id, total FROM view_counts WHERE inbox_id = $1";
        let found = rows(&mut connection, sql, bound![inbox]).await?;
        found
            .iter()
            .map(|row| {
                let mut cells = Cells::new(row);
                Ok((cells.int()?, cells.int()?, cells.int()?))
            })
            .collect()
    }

    /// A page of conversations, newest activity first; none if the inbox is not for this reader. A cursor that is
    /// not one of ours counts as none.
    ///
    /// # Errors
    /// The engine's.
    pub async fn conversations(&self, reader: &Reader, query: &ListQuery) -> Result<Option<ConversationPage>, Error> {
        if query.inbox.is_some_and(|inbox| !reader.inboxes.contains(&inbox)) {
            return Ok(None);
        }
        let limit = query.limit.clamp(1, 200);
        if let Some(words) = query.q.as_deref().filter(|words| !words.trim().is_empty()) {
            return self.search(reader, query, words, limit).await.map(Some);
        }
        if let Some(contact) = query.contact {
            return self.of_contact(reader, query, contact, limit).await.map(Some);
        }
        let Some(inbox) = query.inbox else { return Ok(None) };
        self.of_view(reader, inbox, query, limit).await.map(Some)
    }

    async fn of_view(
        &self,
        reader: &Reader,
        inbox: InboxId,
        query: &ListQuery,
        limit: i64,
    ) -> Result<ConversationPage, Error> {
        let key = query.view.key_for(reader.agent);
        let (view, agent) = (view_number(key.view), agent_number(key));
        let mut connection = self.read().await?;
        let sql = "SELECT total FROM view_counts WHERE inbox_id = $1 AND view = $2 AND agent_id = $3";
        let total = match row(&mut connection, sql, bound![inbox, view, agent]).await? {
            Some(row) => Cells::new(&row).int()?,
            None => 0,
        };
        let mut below = query.cursor.as_deref().and_then(Place::parse).unwrap_or(Place::TOP);
        let mut skip = 0;
        let position = query.position.map(|position| position.clamp(0, total));
        if let Some(position) = position {
            (below, skip) = rank(&mut connection, (inbox, view, agent), position).await?;
        }
        let sql = "SELECT activity, conversation_id FROM view_rows WHERE inbox_id = $1 AND view = $2 \
                   AND agent_id = $3 AND (activity, conversation_id) < ($4, $5) \
                   ORDER BY activity DESC, conversation_id DESC LIMIT $6 OFFSET $7";
        let args = bound![inbox, view, agent, below.activity, below.conversation, limit + 1, skip];
        let found = rows(&mut connection, sql, args).await?;
        drop(connection);
        let (items, next_cursor) = self.page(reader, &found, limit).await?;
        let position = position.or((below == Place::TOP).then_some(0));
        Ok(ConversationPage { items, next_cursor, total: Some(total), position })
    }

    async fn of_contact(
        &self,
        reader: &Reader,
        query: &ListQuery,
        contact: ContactId,
        limit: i64,
    ) -> Result<ConversationPage, Error> {
        let below = query.cursor.as_deref().and_then(Place::parse).unwrap_or(Place::TOP);
        let inboxes = match query.inbox {
            Some(inbox) => id_list([inbox.0]),
            None => id_list(reader.inboxes.iter().map(|inbox| inbox.0)),
        };
        let mut connection = self.read().await?;
        let sql = format!(
            "SELECT last_activity_at, id FROM conversations WHERE contact_id = $1 AND inbox_id IN ({inboxes}) \
             AND (last_activity_at, id) < ($2, $3) ORDER BY last_activity_at DESC, id DESC LIMIT $4"
        );
        let args = bound![contact, below.activity, below.conversation, limit + 1];
        let found = rows(&mut connection, sql, args).await?;
        drop(connection);
        let (items, next_cursor) = self.page(reader, &found, limit).await?;
        Ok(ConversationPage { items, next_cursor, total: None, position: None })
    }

    /// The conversations at the places found, and where the next page begins: one row more than `limit` was asked for.
    async fn page(
        &self,
        reader: &Reader,
        found: &[AnyRow],
        limit: i64,
    ) -> Result<(Vec<ConversationView>, Option<String>), Error> {
        let places = found.iter().map(|row| {
            let mut cells = Cells::new(row);
            Ok(Place { activity: cells.int()?, conversation: cells.int()? })
        });
        let mut places = places.collect::<Result<Vec<_>, Error>>()?;
        let more = places.len() as i64 > limit;
        places.truncate(limit as usize);
        let ids: Vec<_> = places.iter().map(|place| ConversationId(place.conversation)).collect();
        let next_cursor = places.last().filter(|_| more).map(|place| place.print());
        Ok((self.conversations_by_id(reader, &ids).await?, next_cursor))
    }

    /// Conversations with a message that has every word, the newest such message first. The work is bounded: what
    /// is not found among [`CANDIDATE_PAGES`] pages of matches is on the next page.
    async fn search(
        &self,
        reader: &Reader,
        query: &ListQuery,
        words: &str,
        limit: i64,
    ) -> Result<ConversationPage, Error> {
        const CANDIDATES: i64 = 200;
        const CANDIDATE_PAGES: usize = 10;
        let mut before = query.cursor.as_deref().and_then(|cursor| cursor.parse().ok()).unwrap_or(i64::MAX);
        let inboxes = match query.inbox {
            Some(inbox) => id_list([inbox.0]),
            None => id_list(reader.inboxes.iter().map(|inbox| inbox.0)),
        };
        let mut ids: Vec<ConversationId> = vec![];
        let mut more = true;
        let mut connection = self.read().await?;
        'pages: for _ in 0..CANDIDATE_PAGES {
            let found = search::find(&mut connection, self.engine, words, MessageId(before), CANDIDATES).await?;
            more = found.len() as i64 == CANDIDATES;
            let list = id_list(found.iter().map(|id| id.0));
            // A conversation counts where its newest match stands, so that no page repeats another's.
            let sql = format!(
                "SELECT m.id, m.conversation_id FROM messages m JOIN conversations c ON c.id = m.conversation_id \
                 WHERE m.id IN ({list}) AND m.hidden_by IS NULL AND c.inbox_id IN ({inboxes}) ORDER BY m.id DESC"
            );
            for row in rows(&mut connection, sql, vec![]).await? {
                let mut cells = Cells::new(&row);
                let (message, conversation) = (cells.int()?, ConversationId(cells.int()?));
                if ids.contains(&conversation) {
                    continue;
                }
                if ids.len() as i64 == limit {
                    more = true;
                    break 'pages;
                }
                ids.push(conversation);
                before = message;
            }
            if !more {
                break;
            }
            if let Some(last) = found.last() {
                before = last.0;
            }
        }
        drop(connection);
        let items = self.conversations_by_id(reader, &ids).await?;
        Ok(ConversationPage { items, next_cursor: more.then(|| before.to_string()), total: None, position: None })
    }
}

/// The counts one agent sees, from [`Store::all_counts`].
pub(crate) fn counts_for(all: &[KeptCount], agent: AgentId) -> Vec<ViewCount> {
    View::ALL
        .into_iter()
        .map(|view| {
            let key = view.key_for(agent);
            let (number, of) = (view_number(view), agent_number(key));
            let count = all.iter().find(|(v, a, _)| *v == number && *a == of).map_or(0, |(_, _, total)| *total);
            ViewCount { view, count }
        })
        .collect()
}

/// Where rank `position` begins: a place to read below, and how many rows to pass over there. The days' totals are
/// walked, not the rows.
async fn rank(
    connection: &mut Connection,
    (inbox, view, agent): (InboxId, i64, i64),
    position: i64,
) -> Result<(Place, i64), Error> {
    let sql = "SELECT day, total FROM view_days WHERE inbox_id = $1 AND view = $2 AND agent_id = $3 AND total > 0 \
               ORDER BY day DESC";
    let mut left = position;
    for row in rows(connection, sql, bound![inbox, view, agent]).await? {
        let mut cells = Cells::new(&row);
        let (day, total) = (cells.int()?, cells.int()?);
        if left < total {
            return Ok((Place { activity: (day + 1) * DAY_MS, conversation: i64::MIN }, left));
        }
        left -= total;
    }
    Ok((Place { activity: i64::MIN, conversation: i64::MIN }, 0))
}
