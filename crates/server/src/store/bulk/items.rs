//! The conversations of a bulk action: how they are found, and what became of each.

use super::{LEASE_MS, Lease, Selection};
use crate::store::packed::{Packed, among, listed, pack, signs};
use crate::store::sql::{Arg, Cell, Cells, bound, insert, row, rows, run};
use crate::store::view::{agent_number, view_number};
use crate::store::{Connection, Error, ListQuery, Reader, Store};
use samtal_model::wire::{BulkRefusal, BulkRefusedPage};
use samtal_model::{BulkId, CommandId, ConversationId, InboxId, MessageId, Sort, Timestamp, View};
use std::collections::{BTreeMap, BTreeSet};

/// Ids of one step of a search: as many as a page of the list may hold.
const PAGE: usize = 200;

/// One conversation that is still to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    pub position: i64,
    pub conversation: ConversationId,
    /// Of an undo: the command that is to be undone.
    pub target: Option<CommandId>,
}

/// What became of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// None if nothing had to change.
    Done(Option<CommandId>),
    Refused {
        code: String,
        reason: String,
    },
}

/// Writes items down behind position `after`.
pub(super) async fn add(
    connection: &mut Connection,
    bulk: BulkId,
    after: i64,
    items: &[(ConversationId, Option<CommandId>)],
) -> Result<(), Error> {
    let rows = items
        .iter()
        .zip(after + 1..)
        .map(|((conversation, target), position)| bound![bulk, position, *conversation, *target, "", "", ""]);
    let columns = "bulk_id, position, conversation_id, target, outcome, code, reason";
    insert(connection, "bulk_items", columns, "", rows.collect()).await
}

/// Rows of whole numbers, in no order, as one value: there may be as many as one bulk action takes. `args` begin with
/// the third argument of `from`.
async fn numbers<const N: usize>(
    connection: &mut Connection,
    columns: [&str; N],
    from: &str,
    args: Vec<Arg>,
) -> Result<Vec<[i64; N]>, Error> {
    let sql = format!("SELECT {} {from}", pack(&columns.map(str::to_owned)));
    let args = signs().into_iter().chain(args).collect();
    let found = row(connection, sql, args).await?;
    let text = found.map(|row| Cells::new(&row).maybe_text()).transpose()?.flatten();
    let mut cells = Packed::new(text.as_deref());
    let mut all = vec![];
    while !cells.is_over() {
        let mut one = [0; N];
        for cell in &mut one {
            *cell = cells.int()?;
        }
        all.push(one);
    }
    Ok(all)
}

impl Store {
    /// Takes up to `limit` items of a selection that was broken off away, and says how many.
    ///
    /// # Errors
    /// The engine's.
    pub async fn drop_bulk_items(&self, lease: Lease, limit: i64, now: Timestamp) -> Result<u64, Error> {
        let mut transaction = self.begin().await?;
        let sql = "UPDATE bulk SET total = 0, leased_until = $3 WHERE id = $1 AND leased_by = $2 AND looked_at = 0";
        let held = run(&mut transaction, sql, bound![lease.bulk, lease.token, now.plus_ms(LEASE_MS)]).await? > 0;
        let sql = "DELETE FROM bulk_items WHERE bulk_id = $1 AND position IN \
                   (SELECT position FROM bulk_items WHERE bulk_id = $1 ORDER BY position LIMIT $2 + 0)";
        let dropped = if held { run(&mut transaction, sql, bound![lease.bulk, limit]).await? } else { 0 };
        transaction.commit().await?;
        Ok(dropped)
    }

    /// Writes selected items down behind those that are there. False if it is no longer to be selected, or no longer
    /// by this holder.
    ///
    /// # Errors
    /// The engine's.
    pub async fn add_bulk_items(
        &self,
        lease: Lease,
        after: i64,
        items: &[(ConversationId, Option<CommandId>)],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut transaction = self.begin().await?;
        let sql = "UPDATE bulk SET total = $3, leased_until = $4 \
                   WHERE id = $1 AND leased_by = $2 AND state = 'selecting' AND total = $5";
        let total = after + items.len() as i64;
        let args = bound![lease.bulk, lease.token, total, now.plus_ms(LEASE_MS), after];
        if run(&mut transaction, sql, args).await? == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        add(&mut transaction, lease.bulk, after, items).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Its items are all there. `limited`: there would have been more.
    ///
    /// # Errors
    /// The engine's.
    pub async fn bulk_selected(&self, lease: Lease, limited: bool) -> Result<(), Error> {
        let mut connection = self.write().await?;
        let sql = "UPDATE bulk SET state = 'running', limited = $3 \
                   WHERE id = $1 AND leased_by = $2 AND state = 'selecting'";
        run(&mut connection, sql, bound![lease.bulk, lease.token, limited]).await.map(drop)
    }

    /// Every conversation that stands in a view and has had no message after `up_to`, newest activity first, at most
    /// `most`: as it is at one moment.
    ///
    /// # Errors
    /// The engine's.
    pub async fn ids_in_view(
        &self,
        reader: &Reader,
        inbox: InboxId,
        view: View,
        up_to: MessageId,
        most: usize,
    ) -> Result<Vec<ConversationId>, Error> {
        if !reader.inboxes.contains(&inbox) {
            return Ok(vec![]);
        }
        let key = view.key_for(reader.agent);
        let from = "FROM (SELECT v.activity, v.conversation_id FROM view_rows v \
                    WHERE v.inbox_id = $3 AND v.view = $4 AND v.agent_id = $5 AND NOT EXISTS \
                    (SELECT 1 FROM messages m WHERE m.conversation_id = v.conversation_id AND m.id > $6) \
                    ORDER BY v.activity DESC, v.conversation_id DESC LIMIT $7 + 0) AS taken";
        let args = bound![inbox, view_number(key.view), agent_number(key), up_to, most as i64];
        let mut connection = self.read().await?;
        let mut found = numbers(&mut connection, ["activity", "conversation_id"], from, args).await?;
        found.sort_unstable_by(|one, other| other.cmp(one));
        Ok(found.into_iter().map(|[_, id]| ConversationId(id)).collect())
    }

    /// Those of `ids` that have had a message after `up_to`. One that began since is among them: it begins with one.
    ///
    /// # Errors
    /// The engine's.
    pub async fn grown_since(
        &self,
        ids: &[ConversationId],
        up_to: MessageId,
    ) -> Result<BTreeSet<ConversationId>, Error> {
        let among = among(self.engine, "m.conversation_id", 1);
        let sql = format!("SELECT DISTINCT m.conversation_id FROM messages m WHERE {among} AND m.id > $2");
        let list = listed(self.engine, ids.iter().map(|id| id.0));
        let found = rows(&mut *self.read().await?, sql, bound![list, up_to]).await?;
        found.iter().map(|row| Ok(ConversationId(Cells::new(row).int()?))).collect()
    }

    /// A step of what a search finds, and where the next one begins. It goes by what does not move while others write:
    /// the matches, or when conversations began.
    ///
    /// # Errors
    /// The engine's.
    pub async fn ids_found(
        &self,
        reader: &Reader,
        selection: &Selection,
        cursor: Option<String>,
    ) -> Result<(Vec<ConversationId>, Option<String>), Error> {
        let Some(search) = &selection.search else { return Ok((vec![], None)) };
        let sort = if search.query.asks_messages() { Sort::NewestActivity } else { Sort::NewestCreated };
        let list = ListQuery { inbox: selection.inbox, sort, cursor, ..ListQuery::searching(search.clone()) };
        self.found_ids(reader, &list, search, PAGE).await
    }

    /// What a bulk action changed and no undo has taken back yet, newest first.
    ///
    /// # Errors
    /// The engine's.
    pub async fn bulk_changed(&self, id: BulkId) -> Result<Vec<(ConversationId, CommandId)>, Error> {
        let mut connection = self.read().await?;
        let from = "FROM bulk b JOIN bulk_items i ON i.bulk_id = b.id \
                    WHERE b.undoes = $3 AND i.target IS NOT NULL AND i.command IS NOT NULL";
        let undone = numbers(&mut connection, ["i.target"], from, bound![id]).await?;
        let undone: BTreeSet<i64> = undone.into_iter().map(|[command]| command).collect();
        let from = "FROM bulk_items WHERE bulk_id = $3 AND command IS NOT NULL";
        let columns = ["position", "conversation_id", "command"];
        let mut changed = numbers(&mut connection, columns, from, bound![id]).await?;
        changed.retain(|[.., command]| !undone.contains(command));
        changed.sort_unstable_by(|one, other| other.cmp(one));
        Ok(changed.into_iter().map(|[_, id, command]| (ConversationId(id), CommandId(command))).collect())
    }

    /// The next items behind `after`.
    ///
    /// # Errors
    /// The engine's.
    pub async fn bulk_items(&self, id: BulkId, after: i64, limit: i64) -> Result<Vec<Item>, Error> {
        let mut connection = self.read().await?;
        let sql = "SELECT position, conversation_id, target FROM bulk_items WHERE bulk_id = $1 AND position > $2 \
                   ORDER BY position LIMIT $3 + 0";
        let found = rows(&mut connection, sql, bound![id, after, limit]).await?;
        let items = found.iter().map(|row| {
            let mut cells = Cells::new(row);
            let (position, conversation) = (cells.int()?, ConversationId(cells.int()?));
            Ok(Item { position, conversation, target: cells.maybe()?.map(CommandId) })
        });
        items.collect()
    }

    /// Notes what became of the items that follow `after`, all or none. False if this holder's lease is over: then
    /// somebody else notes them.
    ///
    /// # Errors
    /// The engine's.
    pub async fn note_bulk(
        &self,
        lease: Lease,
        after: i64,
        outcomes: &[(Item, Outcome)],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let count = |is: fn(&Outcome) -> bool| outcomes.iter().filter(|(_, outcome)| is(outcome)).count() as i64;
        let refused = count(|outcome| matches!(outcome, Outcome::Refused { .. }));
        let changed = count(|outcome| matches!(outcome, Outcome::Done(Some(_))));
        let done = outcomes.len() as i64 - refused;
        let looked_at = outcomes.last().map_or(after, |(item, _)| item.position);
        let mut transaction = self.begin().await?;
        let sql = "UPDATE bulk SET looked_at = $4, done = done + $5, refused = refused + $6, changed = changed + $7, \
                   leased_until = $8 WHERE id = $1 AND leased_by = $2 AND looked_at = $3";
        let until = now.plus_ms(LEASE_MS);
        let args = bound![lease.bulk, lease.token, after, looked_at, done, refused, changed, until];
        if run(&mut transaction, sql, args).await? == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        let rows = outcomes.iter().map(|(item, outcome)| {
            let (word, command, code, reason) = match outcome {
                Outcome::Done(command) => ("done", *command, "", ""),
                Outcome::Refused { code, reason } => ("refused", None, code.as_str(), reason.as_str()),
            };
            bound![lease.bulk, item.position, item.conversation, item.target, word, command, code, reason]
        });
        let columns = "bulk_id, position, conversation_id, target, outcome, command, code, reason";
        let conflict = "ON CONFLICT (bulk_id, position) DO UPDATE SET outcome = excluded.outcome, \
                        command = excluded.command, code = excluded.code, reason = excluded.reason";
        insert(&mut transaction, "bulk_items", columns, conflict, rows.collect()).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// What was refused, behind position `after`, with what the asker may see of it now; none if there is no such bulk
    /// action of theirs.
    ///
    /// # Errors
    /// The engine's.
    pub async fn bulk_refused(
        &self,
        reader: &Reader,
        id: BulkId,
        after: i64,
        limit: i64,
    ) -> Result<Option<BulkRefusedPage>, Error> {
        let mut connection = self.read().await?;
        let sql = "SELECT 1 FROM bulk WHERE id = $1 AND agent_id = $2";
        if row(&mut connection, sql, bound![id, reader.agent]).await?.is_none() {
            return Ok(None);
        }
        let sql = "SELECT position, conversation_id, code, reason FROM bulk_items \
                   WHERE bulk_id = $1 AND outcome = 'refused' AND position > $2 ORDER BY position LIMIT $3 + 0";
        let found = rows(&mut connection, sql, bound![id, after, limit + 1]).await?;
        drop(connection);
        let (mut items, mut last) = (vec![], after);
        for row in found.iter().take(limit as usize) {
            let mut cells = Cells::new(row);
            last = cells.int()?;
            items.push((ConversationId(cells.int()?), cells.text()?, cells.text()?));
        }
        let ids: Vec<ConversationId> = items.iter().map(|(id, ..)| *id).collect();
        let seen = self.conversations_by_id(reader, &ids).await?;
        let mut seen: BTreeMap<_, _> = seen.into_iter().map(|it| (it.id, (it.subject, it.contact))).collect();
        let items = items.into_iter().map(|(conversation_id, code, reason)| {
            let (subject, contact) = seen.remove(&conversation_id).unwrap_or_default();
            BulkRefusal { conversation_id, subject, contact, code, reason }
        });
        let next_cursor = (found.len() as i64 > limit).then(|| last.to_string());
        Ok(Some(BulkRefusedPage { items: items.collect(), next_cursor }))
    }
}
