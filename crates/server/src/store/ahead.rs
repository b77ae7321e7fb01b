//! What the rules look at to say what many commands would do, one after the other, while nothing is locked (K8). The commands
//! themselves are decided anew when they are asked.

use super::save::Batch;
use super::sql::{Cells, bound, id_list, rows};
use super::view::{agent_number, view_number};
use super::{Error, Reader, Store};
use samtal_model::{Actor, CommandId, ConversationId, Fresh, InboxId, TicketId, View, World};

impl Store {
    /// Those of `ids` that have a ticket, with it.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn with_tickets(&self, ids: &[ConversationId]) -> Result<Vec<(ConversationId, TicketId)>, Error> {
        let mut found = vec![];
        let mut connection = self.read().await?;
        for some in ids.chunks(1_000) {
            let list = id_list(some.iter().map(|id| id.0));
            let sql = format!("SELECT id, ticket_id FROM conversations WHERE id IN ({list}) AND ticket_id IS NOT NULL");
            for row in rows(&mut connection, sql, vec![]).await? {
                let mut cells = Cells::new(&row);
                found.push((ConversationId(cells.int()?), TicketId(cells.int()?)));
            }
        }
        Ok(found)
    }

    /// The conversations of a view that have a ticket, with it, at most `most`.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn with_tickets_in_view(
        &self,
        reader: &Reader,
        inbox: InboxId,
        view: View,
        most: usize,
    ) -> Result<Vec<(ConversationId, TicketId)>, Error> {
        if !reader.inboxes.contains(&inbox) {
            return Ok(vec![]);
        }
        let key = view.key_for(reader.agent);
        let sql = "SELECT c.id, c.ticket_id FROM view_rows v JOIN conversations c ON c.id = v.conversation_id \
                   WHERE v.inbox_id = $1 AND v.view = $2 AND v.agent_id = $3 AND c.ticket_id IS NOT NULL \
                   LIMIT $4 + 0";
        let args = bound![inbox, view_number(key.view), agent_number(key), most as i64];
        let found = rows(&mut *self.read().await?, sql, args).await?;
        let pairs = found.iter().map(|row| {
            let mut cells = Cells::new(row);
            Ok((ConversationId(cells.int()?), TicketId(cells.int()?)))
        });
        pairs.collect()
    }

    /// People, and these tickets with all of their conversations.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn world_of_tickets(&self, tickets: &[TicketId]) -> Result<(World, Fresh), Error> {
        let mut connection = self.read().await?;
        let mut batch = Batch::look(&mut connection, self).await?;
        batch.load_whole_tickets(&mut connection, &tickets.iter().copied().collect()).await?;
        let fresh = batch.counters().fresh();
        Ok((batch.world, fresh))
    }

    /// What undoing these commands, one after the other, looks at.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn world_of_undos(&self, actor: Actor, commands: &[CommandId]) -> Result<(World, Fresh), Error> {
        let mut connection = self.read().await?;
        let mut batch = Batch::look(&mut connection, self).await?;
        batch.load_undos(&mut connection, actor, commands).await?;
        let fresh = batch.counters().fresh();
        Ok((batch.world, fresh))
    }
}
