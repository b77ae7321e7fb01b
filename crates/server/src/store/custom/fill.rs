//! Counting in the background: what is new, what has to be counted anew, and what is to be erased, some at a time. Each
//! step holds the writer's lock, so that no command comes between what it reads and what it writes, and two nodes go
//! on where the other one was.

use super::keep::{Key, Moved, keys};
use super::{COUNTED, day_number, offset};
use crate::store::log::Counters;
use crate::store::sql::{Cells, bound, row, rows, run};
use crate::store::{Connection, Engine, Error, Store, people};
use samtal_model::{AgentId, ConversationId, CustomViewId, InboxId, Sequence, Timestamp, World};
use std::collections::BTreeMap;

/// Conversations that one step asks about: commands wait for it, some tens of milliseconds.
const AT_ONCE: i64 = 1_000;
/// Rows that one step erases.
const ERASED_AT_ONCE: i64 = 2_000;

/// Counts the next conversations of a view; `end` is what `filled_to` becomes when there are no more.
pub(super) async fn fill(
    connection: &mut Connection,
    engine: Engine,
    key: &Key,
    version: Sequence,
    end: i64,
) -> Result<(), Error> {
    let (view, agent) = key.of;
    let from = key.filled_to;
    let sql = "SELECT id FROM conversations WHERE id > $1 ORDER BY id LIMIT $2";
    let found = rows(connection, sql, bound![from, AT_ONCE]).await?;
    let ids = found.iter().map(|row| Cells::new(row).int().map(ConversationId)).collect::<Result<Vec<_>, Error>>()?;
    let to = if (ids.len() as i64) < AT_ONCE { end } else { ids.last().map_or(end, |id| id.0) };
    let sql = "SELECT conversation_id, inbox_id FROM custom_view_rows WHERE view_id = $1 AND agent_id = $2 \
               AND conversation_id > $3 AND conversation_id <= $4";
    let mut standing = BTreeMap::new();
    for row in rows(connection, sql, bound![view, agent, from, to]).await? {
        let mut cells = Cells::new(&row);
        standing.insert(ConversationId(cells.int()?), InboxId(cells.int()?));
    }
    let mut moved = Moved::default();
    moved.settle(connection, engine, key, &ids, Some(&standing)).await?;
    moved.save(connection, version).await?;
    let sql = "UPDATE custom_view_keys SET filled_to = $3 WHERE view_id = $1 AND agent_id = $2";
    run(connection, sql, bound![view, agent, to]).await.map(drop)
}

async fn erase(connection: &mut Connection, view: CustomViewId, agent: i64, version: Sequence) -> Result<(), Error> {
    let sql = "SELECT conversation_id, inbox_id FROM custom_view_rows WHERE view_id = $1 AND agent_id = $2 LIMIT $3";
    let found = rows(connection, sql, bound![view, agent, ERASED_AT_ONCE]).await?;
    let mut moved = Moved::default();
    for row in &found {
        let mut cells = Cells::new(row);
        moved.leave((view, agent), ConversationId(cells.int()?), InboxId(cells.int()?));
    }
    moved.save(connection, version).await?;
    if (found.len() as i64) < ERASED_AT_ONCE {
        for table in ["custom_view_counts", "custom_view_keys"] {
            let sql = format!("DELETE FROM {table} WHERE view_id = $1 AND agent_id = $2");
            run(connection, sql, bound![view, agent]).await?;
        }
    }
    Ok(())
}

impl Store {
    /// Does one step of the counting that is left. False if there was none.
    ///
    /// # Errors
    /// The engine's.
    pub async fn count_custom_views(&self) -> Result<bool, Error> {
        let left = format!("SELECT 1 FROM custom_view_keys WHERE kept = 0 OR filled_to < {COUNTED} LIMIT 1");
        if row(&mut *self.read().await?, left, vec![]).await?.is_none() {
            return Ok(false);
        }
        let mut transaction = self.begin().await?;
        let counters = Counters::lock(&mut transaction, self.engine).await?;
        let version = Sequence(counters.sequence);
        let sql = "SELECT view_id, agent_id FROM custom_view_keys WHERE kept = 0 LIMIT 1";
        if let Some(found) = row(&mut transaction, sql, vec![]).await? {
            let mut cells = Cells::new(&found);
            erase(&mut transaction, CustomViewId(cells.int()?), cells.int()?, version).await?;
            transaction.commit().await?;
            return Ok(true);
        }
        let sql = format!(
            "SELECT view_id, agent_id FROM custom_view_keys WHERE filled_to < {COUNTED} ORDER BY view_id, agent_id LIMIT 1"
        );
        // Another node may have done it.
        let Some(found) = row(&mut transaction, sql, vec![]).await? else { return Ok(false) };
        let mut cells = Cells::new(&found);
        let condition = format!("AND k.view_id = {} AND k.agent_id = {}", cells.int()?, cells.int()?);
        let mut world = World::default();
        people::load(&mut transaction, &mut world).await?;
        for key in keys(&mut transaction, &world, &condition).await? {
            fill(&mut transaction, self.engine, &key, version, COUNTED).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// What has been counted and has to be told: the view, and who alone has it so.
    ///
    /// # Errors
    /// The engine's.
    pub async fn counted_custom_views(&self) -> Result<Vec<(CustomViewId, Option<AgentId>)>, Error> {
        let sql = "SELECT k.view_id, CASE WHEN k.agent_id > 0 THEN k.agent_id WHEN v.shared = 0 THEN v.owner_id END \
                   FROM custom_view_keys k JOIN custom_views v ON v.id = k.view_id \
                   WHERE k.kept = 1 AND k.filled_to = $1 ORDER BY 1, 2 LIMIT 100";
        let found = rows(&mut *self.read().await?, sql, bound![COUNTED]).await?;
        let pairs = found.iter().map(|row| {
            let mut cells = Cells::new(row);
            Ok((CustomViewId(cells.int()?), cells.maybe()?.map(AgentId)))
        });
        pairs.collect()
    }

    /// Views with relative dates whose day has turned by `now` are counted anew. Says how many.
    ///
    /// # Errors
    /// The engine's.
    pub async fn turn_custom_views(&self, now: Timestamp) -> Result<usize, Error> {
        let sql = "SELECT v.id, v.day, t.utc_offset_minutes FROM custom_views v \
                   JOIN custom_view_texts t ON t.revision = v.revision WHERE v.relative = 1 AND v.deleted = 0";
        let mut turned = vec![];
        for row in rows(&mut *self.read().await?, sql, vec![]).await? {
            let mut cells = Cells::new(&row);
            let (view, day) = (CustomViewId(cells.int()?), cells.int()?);
            let today = day_number(now.day_at(offset(cells.int()?)));
            if day < today {
                turned.push((view, today));
            }
        }
        if turned.is_empty() {
            return Ok(0);
        }
        let mut transaction = self.begin().await?;
        Counters::lock(&mut transaction, self.engine).await?;
        let mut count = 0;
        for (view, today) in turned {
            // Another node may have turned it, or somebody changed it.
            let sql = "UPDATE custom_views SET day = $2 WHERE id = $1 AND day < $2 AND relative = 1";
            if run(&mut transaction, sql, bound![view, today]).await? == 1 {
                count += 1;
                let sql = "UPDATE custom_view_keys SET filled_to = 0 WHERE view_id = $1 AND kept = 1";
                run(&mut transaction, sql, bound![view]).await?;
            }
        }
        transaction.commit().await?;
        Ok(count)
    }
}
