//! Rows and counts of custom views, moved to what the search says.

use super::{day, offset};
use crate::store::search::{Search, among};
use crate::store::sql::{Arg, Cells, bound, id_list, insert, rows, rows_once, run};
use crate::store::{Connection, Engine, Error, Reader};
use samtal_model::query::Concerns;
use samtal_model::{AgentId, ConversationId, CustomViewId, InboxId, KeptQuery, Query, Role, Sequence, World};
use std::collections::{BTreeMap, BTreeSet};

/// A view, and the agent it is kept for, or 0 where it finds the same for everybody.
pub(super) type Of = (CustomViewId, i64);

/// A view as it is kept.
pub(super) struct Key {
    pub of: Of,
    pub filled_to: i64,
    pub concerns: Concerns,
    search: Search,
    reader: Reader,
}

/// The views that are kept, those of `condition` (on `custom_view_keys k`, beginning with AND).
pub(super) async fn keys(connection: &mut Connection, world: &World, condition: &str) -> Result<Vec<Key>, Error> {
    let sql = format!(
        "SELECT k.view_id, k.agent_id, k.filled_to, v.day, t.query, t.utc_offset_minutes FROM custom_view_keys k \
         JOIN custom_views v ON v.id = k.view_id JOIN custom_view_texts t ON t.revision = v.revision \
         WHERE k.kept = 1 {condition} ORDER BY k.view_id, k.agent_id"
    );
    let mut all: Vec<Key> = vec![];
    for row in rows(connection, sql, vec![]).await? {
        let mut cells = Cells::new(&row);
        let (view, agent, filled_to) = (CustomViewId(cells.int()?), AgentId(cells.int()?), cells.int()?);
        let (day, query, offset) = (day(cells.int()?), cells.text()?, offset(cells.int()?));
        let search = match all.last() {
            Some(last) if last.of.0 == view => last.search.clone(),
            _ => Search::at(KeptQuery::kept(query).query(), day, offset),
        };
        let read_floor = world.agents.get(&agent).and_then(|agent| agent.read_floor);
        // In every inbox: what is seen is chosen when it is shown.
        let reader = Reader { agent, role: Role::Agent, read_floor, inboxes: BTreeSet::new() };
        all.push(Key { of: (view, agent.0), filled_to, concerns: search.query.concerns(), search, reader });
    }
    Ok(all)
}

/// Which rows there are of some conversations.
pub(super) type Standing = BTreeMap<Of, BTreeMap<ConversationId, InboxId>>;

/// The rows of all views for these conversations.
pub(super) async fn standing(
    connection: &mut Connection,
    ids: impl Iterator<Item = ConversationId>,
) -> Result<Standing, Error> {
    let list = id_list(ids.map(|id| id.0));
    let sql = format!(
        "SELECT view_id, agent_id, conversation_id, inbox_id FROM custom_view_rows WHERE conversation_id IN ({list})"
    );
    let mut all = Standing::new();
    for row in rows_once(connection, sql).await? {
        let mut cells = Cells::new(&row);
        let of = (CustomViewId(cells.int()?), cells.int()?);
        all.entry(of).or_default().insert(ConversationId(cells.int()?), InboxId(cells.int()?));
    }
    Ok(all)
}

/// What came into views and what left them, written at the end.
#[derive(Default)]
pub(super) struct Moved {
    gone: BTreeMap<Of, Vec<ConversationId>>,
    come: Vec<(Of, ConversationId, InboxId)>,
    totals: BTreeMap<(Of, InboxId), i64>,
}

impl Moved {
    pub(super) fn leave(&mut self, of: Of, conversation: ConversationId, inbox: InboxId) {
        self.gone.entry(of).or_default().push(conversation);
        *self.totals.entry((of, inbox)).or_default() -= 1;
    }

    fn enter(&mut self, of: Of, conversation: ConversationId, inbox: InboxId) {
        self.come.push((of, conversation, inbox));
        *self.totals.entry((of, inbox)).or_default() += 1;
    }

    /// Asks which of `ids` the view finds, and notes how that differs from `standing`, which holds its rows of them.
    pub(super) async fn settle(
        &mut self,
        connection: &mut Connection,
        engine: Engine,
        key: &Key,
        ids: &[ConversationId],
        standing: Option<&BTreeMap<ConversationId, InboxId>>,
    ) -> Result<(), Error> {
        let found = among(connection, engine, &key.reader, &key.search, ids).await?;
        let found: BTreeMap<_, _> = found.into_iter().collect();
        for (id, inbox) in &found {
            if !standing.is_some_and(|standing| standing.contains_key(id)) {
                self.enter(key.of, *id, *inbox);
            }
        }
        for (id, inbox) in standing.into_iter().flatten() {
            if !found.contains_key(id) {
                self.leave(key.of, *id, *inbox);
            }
        }
        Ok(())
    }

    pub(super) async fn save(self, connection: &mut Connection, version: Sequence) -> Result<(), Error> {
        for ((view, agent), ids) in self.gone {
            let list = id_list(ids.iter().map(|id| id.0));
            let sql = format!(
                "DELETE FROM custom_view_rows WHERE view_id = $1 AND agent_id = $2 AND conversation_id IN ({list})"
            );
            run(connection, sql, bound![view, agent]).await?;
        }
        let come = self.come.into_iter().map(|((view, agent), id, inbox)| bound![view, agent, id, inbox]);
        let come: Vec<Vec<Arg>> = come.collect();
        insert(connection, "custom_view_rows", "view_id, agent_id, conversation_id, inbox_id", "", come).await?;
        let totals = self.totals.into_iter().filter(|(_, by)| *by != 0);
        let totals = totals.map(|(((view, agent), inbox), by)| bound![view, agent, inbox, by, version]);
        let conflict = "ON CONFLICT (view_id, agent_id, inbox_id) DO UPDATE SET \
                        total = custom_view_counts.total + excluded.total, version = excluded.version";
        let columns = "view_id, agent_id, inbox_id, total, version";
        insert(connection, "custom_view_counts", columns, conflict, totals.collect()).await
    }
}

/// A query's part in what is kept.
pub(super) fn looks_at_reading(query: &Query) -> bool {
    query.concerns().meets(Concerns::READING)
}
