//! A conversation's past in the change log: its commands with what they changed, which of them were taken back, and
//! which were part of a bulk action. Whether one can be taken back now is not said here.

use super::log::{self, Subject};
use super::save::Batch;
use super::sql::{Cells, bound, id_list, rows};
use super::{Error, Store};
use samtal_model::{Actor, AgentId, BulkId, Cause, Change, CommandId, Fresh, Logged, Sequence, World};

/// Entries of the log in one step, and steps for one page: who reads a conversation ten thousand times does not keep
/// the database busy.
const STEP: (i64, usize) = (200, 50);
/// Commands that changed more than so much are not looked at again for whether they can be undone; an undo of theirs is
/// still decided by the rules. It takes a colleague's leaving to change so much at once.
const REACH_MOST: i64 = 200;

/// Some of the commands that changed a conversation, newest first.
#[derive(Debug, Default)]
pub struct Past {
    /// What each of them changed there, in order. Reading is left out.
    pub commands: Vec<Vec<Logged>>,
    /// There are older ones, before this.
    pub next: Option<Sequence>,
}

/// That a command was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undone {
    pub command: CommandId,
    pub by: CommandId,
    pub actor: Actor,
}

/// Which bulk action a command was part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartOf {
    pub command: CommandId,
    pub bulk: BulkId,
    pub total: i64,
}

impl Store {
    /// What changed a conversation or a ticket before `before`, by command, at most `limit` of them. The caller has looked at
    /// whether the reader may see it.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn past(&self, of: Subject, before: Option<Sequence>, limit: usize) -> Result<Past, Error> {
        let mut connection = self.read().await?;
        let mut past = Past::default();
        let mut before = before.unwrap_or(Sequence(i64::MAX));
        for _ in 0..STEP.1 {
            let some = log::back_from(&mut connection, of, before, STEP.0).await?;
            let more = some.len() as i64 == STEP.0;
            for entry in some {
                let begins = past.commands.last().and_then(|of| of.last()).map(|it| it.command) != Some(entry.command);
                if matches!(entry.change, Change::ReadSet { .. }) {
                    before = entry.sequence;
                    continue;
                }
                if begins && past.commands.len() == limit {
                    past.next = Some(before);
                    past.in_order();
                    return Ok(past);
                }
                before = entry.sequence;
                match past.commands.last_mut() {
                    Some(of) if !begins => of.push(entry),
                    _ => past.commands.push(vec![entry]),
                }
            }
            if !more {
                past.in_order();
                return Ok(past);
            }
        }
        past.next = Some(before);
        past.in_order();
        Ok(past)
    }

    /// Which of `commands` were taken back, as far as what happened with it tells.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn undone_in(&self, of: Subject, commands: &[CommandId]) -> Result<Vec<Undone>, Error> {
        let Some(oldest) = commands.iter().min() else { return Ok(vec![]) };
        let mut connection = self.read().await?;
        let later = log::undos_after(&mut connection, of, *oldest).await?;
        let undone = later.into_iter().filter_map(|entry| match entry.cause {
            Cause::Undo(command) if commands.contains(&command) => {
                Some(Undone { command, by: entry.command, actor: entry.actor })
            }
            _ => None,
        });
        Ok(undone.collect())
    }

    /// Which of `commands` were part of a bulk action that `agent` asked for.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn bulks_of(&self, agent: AgentId, commands: &[CommandId]) -> Result<Vec<PartOf>, Error> {
        let list = id_list(commands.iter().map(|id| id.0));
        let sql = format!(
            "SELECT i.command, b.id, b.total FROM bulk_items i JOIN bulk b ON b.id = i.bulk_id \
             WHERE i.command IN ({list}) AND b.agent_id = $1"
        );
        let found = rows(&mut *self.read().await?, sql, bound![agent]).await?;
        let parts = found.iter().map(|row| {
            let mut cells = Cells::new(row);
            Ok(PartOf { command: CommandId(cells.int()?), bulk: BulkId(cells.int()?), total: cells.int()? })
        });
        parts.collect()
    }

    /// What the rules look at to say which of `commands` could be undone by `actor` now. Nothing is locked: it is what
    /// is said to somebody who looks, and the undo itself is decided anew.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn world_for_undo(&self, actor: Actor, commands: &[CommandId]) -> Result<(World, Fresh), Error> {
        let mut connection = self.read().await?;
        let list = id_list(commands.iter().map(|id| id.0));
        let sql = format!(
            "SELECT command FROM changes WHERE command IN ({list}) GROUP BY command HAVING COUNT(*) <= {REACH_MOST}"
        );
        let few = rows(&mut connection, sql, vec![]).await?;
        let mut batch = Batch::look(&mut connection, self).await?;
        let few = few.iter().map(|row| Ok(CommandId(Cells::new(row).int()?))).collect::<Result<Vec<_>, Error>>()?;
        batch.load_undos(&mut connection, actor, &few).await?;
        let fresh = batch.counters().fresh();
        Ok((batch.world, fresh))
    }
}

impl Past {
    /// They were read from the end.
    fn in_order(&mut self) {
        self.commands.iter_mut().for_each(|of| of.reverse());
    }
}
