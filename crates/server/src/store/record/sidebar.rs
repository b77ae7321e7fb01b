//! What stands beside a conversation (D1), in one answer and few queries.

use super::define::shown;
use super::seen::{SharedRecords, activity_view, may_see};
use super::show::linked;
use super::{ACTIVITIES, activity_of};
use crate::store::conversation::{personal, reads_of, views};
use crate::store::log::log_end;
use crate::store::sql::{Cells, bound, id_list, row, rows};
use crate::store::{Connection, Error, Reader, Store, tickets};
use samtal_model::record::RecordRef;
use samtal_model::record::property::Place;
use samtal_model::wire::{ActivityView, Sidebar, SidebarConversations, TicketView};
use samtal_model::{ContactId, ConversationId, InboxId, TicketId};
use std::collections::BTreeSet;

/// Other conversations and answers to surveys at the most: what is on a screen.
const NEWEST: usize = 10;
/// Deals, companies and objects at the most.
const LINKED: usize = 50;
/// Tickets shown.
const TICKETS: usize = 20;

impl Store {
    /// What is known of whom a conversation is with; none if the conversation is not there or not for this reader.
    ///
    /// # Errors
    /// The engine's.
    pub async fn sidebar(&self, reader: &Reader, id: ConversationId) -> Result<Option<Sidebar>, Error> {
        let mut connection = self.read().await?;
        let sequence = log_end(&mut connection).await?;
        let sql = "SELECT inbox_id, contact_id FROM conversations WHERE id = $1";
        let Some(found) = row(&mut connection, sql, bound![id]).await? else { return Ok(None) };
        let mut cells = Cells::new(&found);
        let (inbox, contact) = (InboxId(cells.int()?), cells.maybe()?.map(ContactId));
        if !reader.inboxes.contains(&inbox) {
            return Ok(None);
        }
        let ids = contact.map(RecordRef::Contact);
        let found = SharedRecords::of(&mut connection, ids, &BTreeSet::new()).await?;
        let definitions = &found.definitions;
        let contact = ids.and_then(|id| found.record(reader, id));
        let shown = shown(&mut connection, definitions, Place::AboutContact, reader.agent).await?.properties;
        let mut sidebar = Sidebar {
            conversation_id: id,
            shown,
            conversations: SidebarConversations { items: vec![], more: false },
            tickets: vec![],
            deals: vec![],
            companies: vec![],
            objects: vec![],
            feedback: vec![],
            sequence,
            contact,
        };
        let Some(of) = sidebar.contact.as_ref().and_then(|contact| contact.reference()) else {
            return Ok(Some(sidebar));
        };
        sidebar.conversations = self.others(&mut connection, reader, of.number(), id).await?;
        sidebar.tickets = self.tickets_of(&mut connection, reader, of.number()).await?;
        sidebar.deals = linked(&mut connection, reader, definitions, of, &["deal"], LINKED).await?;
        sidebar.companies = linked(&mut connection, reader, definitions, of, &["company"], LINKED).await?;
        sidebar.objects = linked(&mut connection, reader, definitions, of, &["object"], LINKED).await?;
        sidebar.feedback = feedback(&mut connection, reader, of).await?;
        Ok(Some(sidebar))
    }

    /// A contact's tickets, newest first; those in Trash are no part of a past.
    async fn tickets_of(
        &self,
        connection: &mut Connection,
        reader: &Reader,
        contact: i64,
    ) -> Result<Vec<TicketView>, Error> {
        let inboxes = id_list(reader.inboxes.iter().map(|inbox| inbox.0));
        let sql = format!(
            "SELECT id FROM tickets WHERE contact_id = $1 AND inbox_id IN ({inboxes}) AND trashed_at IS NULL \
             ORDER BY created_at DESC, id DESC LIMIT {TICKETS}"
        );
        let found = rows(connection, &sql, bound![contact]).await?;
        let ids = found.iter().map(|row| Ok(TicketId(Cells::new(row).int()?))).collect::<Result<Vec<_>, Error>>()?;
        tickets::views(connection, self.engine, &ids).await
    }

    /// A contact's other conversations, newest first; those in Trash are no part of a past.
    async fn others(
        &self,
        connection: &mut Connection,
        reader: &Reader,
        contact: i64,
        but: ConversationId,
    ) -> Result<SidebarConversations, Error> {
        let inboxes = id_list(reader.inboxes.iter().map(|inbox| inbox.0));
        let sql = format!(
            "SELECT id FROM conversations WHERE contact_id = $1 AND id <> $2 AND inbox_id IN ({inboxes}) \
             AND trashed_at IS NULL ORDER BY last_activity_at DESC, id DESC LIMIT {}",
            NEWEST + 1
        );
        let found = rows(connection, sql, bound![contact, but]).await?;
        let ids = found.iter().map(|row| Ok(ConversationId(Cells::new(row).int()?)));
        let mut ids = ids.collect::<Result<Vec<_>, Error>>()?;
        let more = ids.len() > NEWEST;
        ids.truncate(NEWEST);
        let mut items = views(connection, self.engine, &ids).await?;
        let reads = reads_of(connection, self.engine, reader.agent, &ids).await?;
        for view in &mut items {
            personal(view, reads.get(&view.id).copied().unwrap_or_default(), reader.read_floor);
        }
        Ok(SidebarConversations { items, more })
    }
}

/// The newest answers to the survey, from inboxes that the reader sees.
async fn feedback(connection: &mut Connection, reader: &Reader, of: RecordRef) -> Result<Vec<ActivityView>, Error> {
    let inboxes = id_list(reader.inboxes.iter().map(|inbox| inbox.0));
    let sql = format!(
        "{ACTIVITIES} WHERE a.record_kind = $1 AND a.record_id = $2 AND a.kind = 'feedback' AND a.deleted = 0 \
         AND (a.inbox_id IS NULL OR a.inbox_id IN ({inboxes})) ORDER BY a.at DESC, a.id DESC LIMIT {NEWEST}"
    );
    let found = rows(connection, sql, bound![of.word(), of.number()]).await?;
    let mut all = vec![];
    for row in &found {
        let row = activity_of(&mut Cells::new(row))?;
        if may_see(reader, &row.activity) {
            all.push(activity_view(&row, reader));
        }
    }
    Ok(all)
}
