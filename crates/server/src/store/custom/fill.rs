//! Counting in the background: what is new and what has to be counted anew, some at a time. Each
//! step holds the writer's lock, so that no command comes between what it reads and what it writes, and two nodes go
//! on where the other one was.

use super::keep::{Asked, settle, standing_between};
use super::plan::{Key, keys};
use super::{COUNTED, day_number, offset};
use crate::store::log::Counters;
use crate::store::sql::{Cells, bound, id_list, row, rows, run};
use crate::store::{Connection, Engine, Error, Store, people};
use samtal_model::query::Concerns;
use samtal_model::{AgentId, ConversationId, CustomViewId, Sequence, Timestamp, World};

/// Conversations that one step asks about: commands wait for it, some tens of milliseconds.
const AT_ONCE: i64 = 1_000;
/// Views that one step asks, of those that have come equally far.
const VIEWS_AT_ONCE: i64 = 8;

/// Counts the next conversations of some views that have come equally far; `end` is what `filled_to` becomes when there
/// are no more.
pub(super) async fn fill(
    connection: &mut Connection,
    engine: Engine,
    keys: &[&Key],
    version: Sequence,
    end: i64,
) -> Result<(), Error> {
    let Some(from) = keys.first().map(|key| key.filled_to) else { return Ok(()) };
    let sql = "SELECT id FROM conversations WHERE id > $1 ORDER BY id LIMIT $2 + 0";
    let found = rows(connection, sql, bound![from, AT_ONCE]).await?;
    let ids = found.iter().map(|row| Cells::new(row).int().map(ConversationId)).collect::<Result<Vec<_>, Error>>()?;
    let to = if (ids.len() as i64) < AT_ONCE { end } else { ids.last().map_or(end, |id| id.0) };
    let before = standing_between(connection, from, to).await?;
    let asked: Vec<Asked<'_>> = keys.iter().map(|key| Asked { key, finder: &key.finder }).collect();
    settle(connection, engine, &asked, &ids, &before, |_, _| Some(Concerns::ALL), version).await?;
    let list = id_list(keys.iter().map(|key| key.number));
    let sql = format!("UPDATE custom_view_keys SET filled_to = $1 WHERE number IN ({list})");
    run(connection, sql, bound![to]).await.map(drop)
}

impl Store {
    /// Does one step of the counting that is left. False if there was none.
    ///
    /// # Errors
    /// The engine's.
    pub async fn count_custom_views(&self) -> Result<bool, Error> {
        let left = format!("SELECT 1 FROM custom_view_keys WHERE filled_to < {COUNTED} LIMIT 1");
        if row(&mut *self.read().await?, left, vec![]).await?.is_none() {
            return Ok(false);
        }
        let mut transaction = self.begin().await?;
        let counters = Counters::lock(&mut transaction, self.engine).await?;
        let version = Sequence(counters.sequence);
        let sql = "SELECT MIN(filled_to) FROM custom_view_keys";
        let found = row(&mut transaction, sql, vec![]).await?;
        let from = found.map(|row| Cells::new(&row).maybe()).transpose()?.flatten();
        // Another node may have done it.
        let Some(from) = from.filter(|from| *from < COUNTED) else { return Ok(false) };
        let condition = format!(
            "JOIN (SELECT number FROM custom_view_keys WHERE filled_to = {from} ORDER BY number LIMIT {VIEWS_AT_ONCE}) n \
             ON n.number = k.number"
        );
        let mut world = World::default();
        people::load(&mut transaction, &mut world).await?;
        let keys = keys(&mut transaction, self.engine, &world, &condition).await?;
        let keys: Vec<&Key> = keys.iter().collect();
        fill(&mut transaction, self.engine, &keys, version, COUNTED).await?;
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
                   WHERE k.filled_to = $1 ORDER BY 1, 2 LIMIT 100";
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
                let sql = "UPDATE custom_view_keys SET filled_to = 0 WHERE view_id = $1";
                run(&mut transaction, sql, bound![view]).await?;
            }
        }
        run(&mut transaction, "UPDATE counters SET custom_plan = custom_plan + 1 WHERE id = 1", vec![]).await?;
        transaction.commit().await?;
        Ok(count)
    }
}
