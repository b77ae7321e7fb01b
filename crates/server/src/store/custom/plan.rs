//! What is kept for whom, ready to be asked. Reading it and its queries with every batch would cost more than the rest,
//! so it is remembered for as long as nobody has changed it.

use super::{day, offset};
use crate::store::search::{Finder, Search};
use crate::store::sql::{Cells, rows};
use crate::store::{Connection, Engine, Error, Reader};
use samtal_model::query::Concerns;
use samtal_model::{AgentId, CustomViewId, KeptQuery, Role, World};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A view as it is kept for an agent, or for 0 where it finds the same for everybody.
pub(super) struct Key {
    pub view: CustomViewId,
    pub agent: AgentId,
    pub number: i64,
    pub filled_to: i64,
    pub concerns: Concerns,
    pub finder: Finder,
    search: Search,
    reader: Reader,
}

impl Key {
    /// Ready for this batch: the same again, unless it has to be looked up anew.
    pub(super) async fn again(&self, connection: &mut Connection, engine: Engine) -> Result<Option<Finder>, Error> {
        if !self.finder.is_passing() {
            return Ok(None);
        }
        Finder::new(connection, engine, &self.reader, &self.search).await.map(Some)
    }
}

/// Everything that is kept, as it was when `counters.custom_plan` had this number.
pub(super) struct Plan {
    number: i64,
    pub keys: Vec<Key>,
}

/// The last plan that was read.
#[derive(Clone, Default)]
pub(in crate::store) struct Remembered(Arc<Mutex<Option<Arc<Plan>>>>);

impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remembered")
    }
}

impl Remembered {
    /// The plan of this number. It is kept only if it is `committed`: who rolls back takes the number back too.
    pub(super) async fn plan(
        &self,
        connection: &mut Connection,
        engine: Engine,
        world: &World,
        number: i64,
        committed: bool,
    ) -> Result<Arc<Plan>, Error> {
        if committed
            && let Some(plan) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref()
            && plan.number == number
        {
            return Ok(plan.clone());
        }
        let plan = Arc::new(Plan { number, keys: keys(connection, engine, world, "").await? });
        if committed {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(plan.clone());
        }
        Ok(plan)
    }
}

/// What is kept; `condition` is joined to `custom_view_keys k`.
pub(super) async fn keys(
    connection: &mut Connection,
    engine: Engine,
    world: &World,
    condition: &str,
) -> Result<Vec<Key>, Error> {
    let sql = format!(
        "SELECT k.view_id, k.agent_id, k.number, k.filled_to, v.day, t.query, t.utc_offset_minutes \
         FROM custom_view_keys k JOIN custom_views v ON v.id = k.view_id \
         JOIN custom_view_texts t ON t.revision = v.revision {condition} ORDER BY k.view_id, k.agent_id"
    );
    let mut all: Vec<Key> = vec![];
    for row in rows(connection, sql, vec![]).await? {
        let mut cells = Cells::new(&row);
        let (view, agent) = (CustomViewId(cells.int()?), AgentId(cells.int()?));
        let (number, filled_to) = (cells.int()?, cells.int()?);
        let (day, query, offset) = (day(cells.int()?), cells.text()?, offset(cells.int()?));
        let search = match all.last() {
            Some(last) if last.view == view => last.search.clone(),
            _ => Search::at(KeptQuery::kept(query).query(), day, offset),
        };
        let read_floor = world.agents.get(&agent).and_then(|agent| agent.read_floor);
        // In every inbox: what is seen is chosen when it is shown.
        let reader = Reader { agent, role: Role::Agent, read_floor, inboxes: BTreeSet::new() };
        let finder = Finder::new(connection, engine, &reader, &search).await?;
        let concerns = search.query.concerns();
        all.push(Key { view, agent, number, filled_to, concerns, finder, search, reader });
    }
    Ok(all)
}
