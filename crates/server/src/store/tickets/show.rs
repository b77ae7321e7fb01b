//! Tickets, pipelines and blocks as readers have them.

use super::{COLUMNS, load};
use crate::store::code::Code;
use crate::store::log::log_end;
use crate::store::packed::{among, listed};
use crate::store::record::{Definitions, parsed};
use crate::store::sql::{Cells, bound, row, rows};
use crate::store::{Connection, Engine, Error, Reader, Store};
use samtal_model::conversation::TRASH_KEPT_MS;
use samtal_model::record::value::Values;
use samtal_model::wire::{
    BlockView, ContactView, ConversationView, PipelineList, PipelineView, SenderView, StatusView, TicketAnswer,
    TicketCount, TicketCounts, TicketView,
};
use samtal_model::{
    ContactId, ConversationId, InboxId, PipelineId, Role, Sequence, StatusColour, StatusId, TicketId, Timestamp,
};
use sqlx::Connection as _;
use std::collections::HashMap;

/// Conversations shown with a ticket at the most.
const CONVERSATIONS_MOST: i64 = 200;

/// A pipeline as it was when the log was read; none if it has been deleted.
pub(crate) struct ChangedPipeline {
    pub id: PipelineId,
    pub version: Sequence,
    pub view: Option<PipelineView>,
}

fn view(cells: &mut Cells<'_>) -> Result<TicketView, Error> {
    let it = load::model(cells)?;
    let changed_at = Timestamp(cells.int()?);
    let name = cells.text()?;
    let contact = match (it.contact, cells.maybe_text()?, cells.maybe_text()?) {
        (Some(id), Some(name), Some(email)) => Some(ContactView { id, name, email }),
        _ => None,
    };
    let values = cells.maybe_text()?.map(|body| parsed(&body)).transpose()?.unwrap_or_default();
    Ok(TicketView {
        id: it.id,
        inbox_id: it.inbox,
        pipeline_id: it.standing.pipeline,
        status_id: it.standing.status,
        closed: it.standing.is_closed(),
        name,
        priority: it.priority,
        owner_id: it.owner,
        contact,
        values,
        created_at: it.created_at,
        changed_at,
        closed_at: it.standing.closed_at,
        trashed_at: it.trashed_at,
        conversation_count: cells.int()?,
        version: it.version,
    })
}

pub(in crate::store) async fn views(
    connection: &mut Connection,
    engine: Engine,
    ids: &[TicketId],
) -> Result<Vec<TicketView>, Error> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let these = among(engine, "k.id", 1);
    let sql = format!(
        "SELECT {COLUMNS}, k.changed_at, k.name, p.name, p.email, t.body, \
         (SELECT COUNT(*) FROM conversations c WHERE c.ticket_id = k.id) \
         FROM tickets k LEFT JOIN contacts p ON p.id = k.contact_id \
         LEFT JOIN record_texts t ON t.revision = k.values_revision WHERE {these}"
    );
    let found = rows(connection, sql, vec![listed(engine, ids.iter().map(|id| id.0))]).await?;
    let mut all = found.iter().map(|row| view(&mut Cells::new(row))).collect::<Result<Vec<_>, Error>>()?;
    // Most teams define nothing for tickets, and most pages need no definitions.
    if all.iter().any(|view| view.values != Values::default()) {
        let definitions = Definitions::of(connection).await?;
        all.iter_mut().for_each(|view| view.values = definitions.read(&view.values));
    }
    let place: HashMap<_, _> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    all.sort_by_key(|view| place.get(&view.id).copied());
    Ok(all)
}

impl Store {
    /// One ticket; none if it is not there or not for this reader.
    ///
    /// # Errors
    /// The engine's.
    pub async fn ticket(&self, reader: &Reader, id: TicketId) -> Result<Option<TicketView>, Error> {
        Ok(self.tickets_by_id(reader, &[id]).await?.pop())
    }

    /// Those of `ids` that are there for this reader, in the order of `ids`.
    ///
    /// # Errors
    /// The engine's.
    pub async fn tickets_by_id(&self, reader: &Reader, ids: &[TicketId]) -> Result<Vec<TicketView>, Error> {
        let mut found = self.shared_tickets(ids).await?;
        found.retain(|view| reader.inboxes.contains(&view.inbox_id));
        Ok(found)
    }

    /// The same for everybody; for the feed.
    pub(crate) async fn shared_tickets(&self, ids: &[TicketId]) -> Result<Vec<TicketView>, Error> {
        views(&mut *self.read().await?, self.engine, ids).await
    }

    /// A ticket with its conversations; none if it is not there or not for this reader.
    ///
    /// # Errors
    /// The engine's.
    pub async fn ticket_answer(&self, reader: &Reader, id: TicketId) -> Result<Option<TicketAnswer>, Error> {
        let Some(ticket) = self.ticket(reader, id).await? else { return Ok(None) };
        let mut ids = self.conversations_with(&[id], CONVERSATIONS_MOST + 1).await?;
        let more = ids.len() as i64 > CONVERSATIONS_MOST;
        ids.truncate(CONVERSATIONS_MOST as usize);
        let conversations: Vec<ConversationView> = self.conversations_by_id(reader, &ids).await?;
        Ok(Some(TicketAnswer { ticket, conversations, more }))
    }

    /// The conversations of these tickets, newest activity first; for who has looked at whose they are.
    pub(crate) async fn conversations_with(
        &self,
        tickets: &[TicketId],
        most: i64,
    ) -> Result<Vec<ConversationId>, Error> {
        if tickets.is_empty() {
            return Ok(vec![]);
        }
        let these = among(self.engine, "ticket_id", 1);
        let sql = format!(
            "SELECT id FROM conversations WHERE {these} AND ticket_id IS NOT NULL \
             ORDER BY last_activity_at DESC, id DESC LIMIT $2 + 0"
        );
        let ids = listed(self.engine, tickets.iter().map(|id| id.0));
        let found = rows(&mut *self.read().await?, sql, vec![ids, most.into()]).await?;
        found.iter().map(|row| Ok(ConversationId(Cells::new(row).int()?))).collect()
    }

    /// The tickets whose time in Trash is over at `now` (V9) and that have no conversation whose time would take them
    /// along, at most 500.
    ///
    /// # Errors
    /// The engine's.
    pub async fn tickets_due(&self, now: Timestamp) -> Result<Vec<TicketId>, Error> {
        let sql = "SELECT id FROM tickets WHERE trashed_at < $1 AND NOT EXISTS \
                   (SELECT 1 FROM conversations c WHERE c.ticket_id = tickets.id) ORDER BY trashed_at LIMIT 500";
        let found = rows(&mut *self.read().await?, sql, bound![now.plus_ms(-TRASH_KEPT_MS)]).await?;
        found.iter().map(|row| Ok(TicketId(Cells::new(row).int()?))).collect()
    }

    /// The pipelines in their order.
    ///
    /// # Errors
    /// The engine's.
    pub async fn pipelines(&self, reader: &Reader) -> Result<PipelineList, Error> {
        let mut connection = self.read().await?;
        // What is read by several statements is of one moment, and the log's end is that of the same.
        let mut snapshot = connection
            .begin_with(match self.engine {
                Engine::Sqlite => "BEGIN",
                Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            })
            .await?;
        let sequence = log_end(&mut snapshot).await?;
        let all = pipelines(&mut snapshot, Sequence(-1)).await?;
        snapshot.commit().await?;
        let items = all.into_iter().filter_map(|it| it.view).collect();
        Ok(PipelineList { items, can_edit: reader.role >= Role::Admin, sequence })
    }

    /// Those that have changed since, gone ones too.
    pub(crate) async fn changed_pipelines(&self, since: Sequence) -> Result<Vec<ChangedPipeline>, Error> {
        pipelines(&mut *self.read().await?, since).await
    }

    /// How many tickets stand in which status; none if the inbox is not for this reader.
    ///
    /// # Errors
    /// The engine's.
    pub async fn ticket_counts(&self, reader: &Reader, inbox: InboxId) -> Result<Option<TicketCounts>, Error> {
        if !reader.inboxes.contains(&inbox) {
            return Ok(None);
        }
        self.all_ticket_counts(inbox).await.map(Some)
    }

    /// The same, whoever asks.
    pub(crate) async fn all_ticket_counts(&self, inbox: InboxId) -> Result<TicketCounts, Error> {
        let sql = "SELECT pipeline_id, status_id, total FROM ticket_counts WHERE inbox_id = $1 AND total <> 0 \
                   ORDER BY pipeline_id, status_id";
        let mut connection = self.read().await?;
        // Before the counts are: they may be newer than they say, never older.
        let sequence = log_end(&mut connection).await?;
        let found = rows(&mut connection, sql, bound![inbox]).await?;
        let items = found.iter().map(|row| {
            let mut cells = Cells::new(row);
            Ok(TicketCount {
                pipeline_id: PipelineId(cells.int()?),
                status_id: StatusId(cells.int()?),
                count: cells.int()?,
            })
        });
        Ok(TicketCounts { inbox_id: inbox, items: items.collect::<Result<Vec<_>, Error>>()?, sequence })
    }

    /// With whom a conversation is, and whether they are blocked in its inbox; none if the conversation is not there or
    /// not for this reader.
    ///
    /// # Errors
    /// The engine's.
    pub async fn sender(&self, reader: &Reader, id: ConversationId) -> Result<Option<SenderView>, Error> {
        let sql = "SELECT c.inbox_id, c.contact_id, b.contact_id FROM conversations c \
                   LEFT JOIN blocks b ON b.inbox_id = c.inbox_id AND b.contact_id = c.contact_id WHERE c.id = $1";
        let Some(found) = row(&mut *self.read().await?, sql, bound![id]).await? else { return Ok(None) };
        let mut cells = Cells::new(&found);
        let inbox = InboxId(cells.int()?);
        let view = SenderView { contact_id: cells.maybe()?.map(ContactId), blocked: cells.maybe()?.is_some() };
        Ok(reader.inboxes.contains(&inbox).then_some(view))
    }

    /// Whether these are blocked now.
    pub(crate) async fn blocks(&self, of: &[(InboxId, ContactId)]) -> Result<Vec<BlockView>, Error> {
        let mut connection = self.read().await?;
        let mut views = Vec::with_capacity(of.len());
        for (inbox_id, contact_id) in of.iter().copied() {
            let sql = "SELECT 1 FROM blocks WHERE inbox_id = $1 AND contact_id = $2";
            let blocked = row(&mut connection, sql, bound![inbox_id, contact_id]).await?.is_some();
            views.push(BlockView { inbox_id, contact_id, blocked });
        }
        Ok(views)
    }
}

/// The pipelines that have changed since, in their order.
async fn pipelines(connection: &mut Connection, since: Sequence) -> Result<Vec<ChangedPipeline>, Error> {
    let sql = "SELECT s.id, s.pipeline_id, t.name, s.position, s.colour, s.closed FROM statuses s \
               JOIN pipeline_texts t ON t.revision = s.revision JOIN pipelines l ON l.id = s.pipeline_id \
               WHERE s.deleted = 0 AND l.version > $1 ORDER BY s.position, s.id";
    let mut statuses = vec![];
    for found in rows(connection, sql, bound![since]).await? {
        let mut cells = Cells::new(&found);
        statuses.push(StatusView {
            id: StatusId(cells.int()?),
            pipeline_id: PipelineId(cells.int()?),
            name: cells.text()?,
            position: cells.int()?,
            colour: StatusColour::from_code(&cells.text()?)?,
            closed: cells.flag()?,
        });
    }
    let sql = "SELECT l.id, l.version, l.deleted, t.name, l.position, l.survey FROM pipelines l \
               JOIN pipeline_texts t ON t.revision = l.revision WHERE l.version > $1 ORDER BY l.position, l.id";
    let found = rows(connection, sql, bound![since]).await?;
    let all = found.iter().map(|row| {
        let mut cells = Cells::new(row);
        let (id, version, deleted) = (PipelineId(cells.int()?), Sequence(cells.int()?), cells.flag()?);
        let (name, position, survey) = (cells.text()?, cells.int()?, cells.flag()?);
        let statuses = statuses.iter().filter(|status| status.pipeline_id == id).cloned().collect();
        let view = (!deleted).then_some(PipelineView { id, name, position, survey, statuses, version });
        Ok(ChangedPipeline { id, version, view })
    });
    all.collect()
}
