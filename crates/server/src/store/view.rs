//! The lists: which rows stand in which view, their kept counts, and pages of them in any order (S4).
//!
//! Membership comes from [`samtal_model::view::memberships`]; this only keeps what it says.

mod moves;
mod stretch;

pub(super) use moves::Moves;

use super::order::{Order, Place};
use super::packed::{Packed, pack, signs};
use super::search::Search;
use super::sql::{Cell, Cells, bound, row, rows};
use super::{Error, Reader, Store};
use samtal_model::wire::{ConversationPage, ViewCount};
use samtal_model::{AgentId, ConversationId, InboxId, Sequence, Sort, View, ViewKey};
use stretch::rank;

/// A list in one order: inbox, and the numbers of view, agent and order.
type ListKey = (InboxId, i64, i64, i64);

/// What to list: a view as it is kept, or what a search finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// Needed for a view; narrows a search.
    pub inbox: Option<InboxId>,
    /// Means nothing in a search, which has its own `in:`.
    pub view: View,
    pub search: Option<Search>,
    pub sort: Sort,
    /// Rows, from 1 to 200.
    pub limit: i64,
    /// [`ConversationPage::next_cursor`] of the page before, in the same order.
    pub cursor: Option<String>,
    /// Begin at this rank from the top instead. Not in a search.
    pub position: Option<i64>,
}

impl ListQuery {
    /// The first rows of a view.
    #[must_use]
    pub fn of_view(inbox: InboxId, view: View) -> Self {
        let sort = Sort::default();
        Self { inbox: Some(inbox), view, search: None, sort, limit: 50, cursor: None, position: None }
    }

    /// The first that `search` finds, in every inbox the reader sees.
    #[must_use]
    pub fn searching(search: Search) -> Self {
        let sort = Sort::default();
        Self { inbox: None, view: View::Open, search: Some(search), sort, limit: 50, cursor: None, position: None }
    }

    /// Whether the cursor, if there is one, is of the kind such lists give out: a place, or in a search by its matches
    /// the last one's number.
    #[must_use]
    pub fn has_known_cursor(&self) -> bool {
        self.cursor.as_deref().is_none_or(|cursor| {
            Place::parse(cursor).is_some() || (self.search.is_some() && cursor.parse::<i64>().is_ok())
        })
    }
}

/// A view's number, the agent it is of (or 0), and how many conversations stand in it.
pub(crate) type KeptCount = (i64, i64, i64);

pub(super) fn view_number(view: View) -> i64 {
    View::ALL.iter().position(|other| *other == view).unwrap_or_default() as i64
}

pub(super) fn agent_number(key: ViewKey) -> i64 {
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

    /// A page of conversations; none if the inbox is not for this reader. A cursor that is not one of ours counts as
    /// none.
    ///
    /// # Errors
    /// The engine's.
    pub async fn conversations(&self, reader: &Reader, query: &ListQuery) -> Result<Option<ConversationPage>, Error> {
        if query.inbox.is_some_and(|inbox| !reader.inboxes.contains(&inbox)) {
            return Ok(None);
        }
        let limit = query.limit.clamp(1, 200);
        if let Some(search) = &query.search {
            return self.search(reader, query, search, limit as usize).await.map(Some);
        }
        let Some(inbox) = query.inbox else { return Ok(None) };
        self.kept(reader, inbox, query, limit).await.map(Some)
    }

    async fn kept(
        &self,
        reader: &Reader,
        inbox: InboxId,
        query: &ListQuery,
        limit: i64,
    ) -> Result<ConversationPage, Error> {
        let Places { ids, next_cursor, total, position, .. } = self.places(reader, inbox, query, limit).await?;
        let items = self.conversations_by_id(reader, &ids).await?;
        Ok(ConversationPage { items, matches: vec![], next_cursor, total: Some(total), position })
    }

    /// Which conversations stand in a page of a view.
    pub(super) async fn places(
        &self,
        reader: &Reader,
        inbox: InboxId,
        query: &ListQuery,
        limit: i64,
    ) -> Result<Places, Error> {
        let key = query.view.key_for(reader.agent);
        let (view, agent) = (view_number(key.view), agent_number(key));
        let order = Order::of(query.sort);
        let top = order.top();
        let list = (inbox, view, agent, order.number());
        let Some(position) = query.position.map(|position| position.max(0)) else {
            let from = query.cursor.as_deref().and_then(Place::parse).unwrap_or(top);
            let mut places = self.places_from(list, order, from, 0, limit).await?;
            places.position = (from == top).then_some(0);
            return Ok(places);
        };
        let (from, skip) = rank(&mut *self.read().await?, list, order, position).await?;
        let mut places = self.places_from(list, order, from, skip, limit).await?;
        places.position = Some(position.clamp(0, places.total));
        Ok(places)
    }

    /// The next `limit` rows of a list behind `from`, after `skip` that are passed over.
    async fn places_from(
        &self,
        (inbox, view, agent, ..): ListKey,
        order: Order,
        from: Place,
        skip: i64,
        limit: i64,
    ) -> Result<Places, Error> {
        let (column, after, direction) = (order.view_column(), order.after(), order.direction());
        // One row for all: see `packed`. The log's end is that of this very snapshot, which `ready` builds on.
        let sql = format!(
            "SELECT (SELECT sequence FROM counters WHERE id = 1), \
             (SELECT total FROM view_counts WHERE inbox_id = $3 AND view = $4 AND agent_id = $5), \
             (SELECT {} FROM (SELECT {column} AS place, conversation_id FROM view_rows \
             WHERE inbox_id = $3 AND view = $4 AND agent_id = $5 AND ({column}, conversation_id) {after} ($6, $7) \
             ORDER BY {column} {direction}, conversation_id {direction} LIMIT $8 + 0 OFFSET $9 + 0) AS page)",
            pack(&["place".into(), "conversation_id".into()])
        );
        let [gap, none] = signs();
        let args = bound![gap, none, inbox, view, agent, from.key, from.conversation, limit + 1, skip];
        let found = row(&mut *self.read().await?, sql, args).await?;
        let found = found.ok_or_else(|| Error::Unknown { what: "no page".into() })?;
        let mut cells = Cells::new(&found);
        let sequence = Sequence(cells.int()?);
        let total = cells.maybe()?.unwrap_or(0);
        let text = cells.maybe_text()?;
        let mut cells = Packed::new(text.as_deref());
        let mut places = Vec::with_capacity(limit as usize + 1);
        while !cells.is_over() {
            places.push(Place { key: cells.int()?, conversation: cells.int()? });
        }
        order.sort(&mut places);
        let more = places.len() as i64 > limit;
        places.truncate(limit as usize);
        let next_cursor = places.last().filter(|_| more).map(|place| place.print());
        let ids = places.iter().map(|place| ConversationId(place.conversation)).collect();
        Ok(Places { ids, next_cursor, total, position: None, sequence })
    }
}

/// Who stands in a page, and where the page stands.
pub(super) struct Places {
    pub ids: Vec<ConversationId>,
    pub next_cursor: Option<String>,
    pub total: i64,
    pub position: Option<i64>,
    /// The log's end when this was so.
    pub sequence: Sequence,
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
