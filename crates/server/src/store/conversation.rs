//! Conversations: as the rules know them, and as rows of the list.

use super::code::{Code, author};
use super::packed::{self, Packed, among, listed, pack, signs};
use super::sql::{Arg, Cell, Cells, bound, row, rows};
use super::{Connection, Engine, Error, Reader, Store};
use samtal_model::wire::{ContactView, ConversationTicket, ConversationView};
use samtal_model::{
    AgentId, Channel, ContactId, Conversation, ConversationId, ConversationState, InboxId, MessageId, MessageKind,
    Origin, Owner, Ownership, ReadState, Sequence, StatusId, TicketId, Timestamp,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// In the order of [`model`] and [`columns_of`].
pub(super) const COLUMNS: &str = "id, inbox_id, channel, origin, contact_id, state, owner_agent, owner_bot, \
     person_ever, spam, trashed_at, answered, created_at, last_activity_at, last_inbound_at, waiting_since, \
     last_message, last_inbound_message, message_count, version, ticket_id";

/// The rows of [`view`], packed.
static VIEWS: LazyLock<String> = LazyLock::new(|| pack(&view_columns()));

/// In the order of [`view`].
fn view_columns() -> Vec<String> {
    let own = COLUMNS.split(", ").map(|column| match column {
        "contact_id"
        | "owner_agent"
        | "trashed_at"
        | "last_inbound_at"
        | "waiting_since"
        | "last_message"
        | "last_inbound_message"
        | "ticket_id" => packed::maybe(&format!("c.{column}")),
        column => format!("c.{column}"),
    });
    let texts = [
        packed::text("c.subject"),
        packed::text("CASE WHEN m.hidden_by IS NULL THEN t.preview END"),
        "CASE WHEN m.hidden_by IS NULL THEN 0 ELSE 1 END".into(),
        packed::text("m.author_kind"),
        packed::maybe("m.author_id"),
        packed::text("m.kind"),
        packed::text("p.name"),
        packed::text("p.email"),
        packed::text("k.name"),
        packed::maybe("k.status_id"),
        "CASE WHEN k.closed_at IS NULL THEN 0 ELSE 1 END".into(),
    ];
    own.chain(texts).collect()
}

/// A hidden message's preview does not leave the database (M4).
const VIEW_JOINS: &str = "LEFT JOIN messages m ON m.id = c.last_message \
     LEFT JOIN message_texts t ON t.message_id = c.last_message \
     LEFT JOIN contacts p ON p.id = c.contact_id \
     LEFT JOIN tickets k ON k.id = c.ticket_id";

pub(super) fn model(cells: &mut impl Cell) -> Result<Conversation, Error> {
    let id = ConversationId(cells.int()?);
    let inbox = InboxId(cells.int()?);
    let channel = Channel::from_code(&cells.text()?)?;
    let origin = Origin::from_code(&cells.text()?)?;
    let contact = cells.maybe()?.map(ContactId);
    let state = ConversationState::from_code(&cells.text()?)?;
    let owner_agent = cells.maybe()?;
    let owner_bot = cells.flag()?;
    let owner = if owner_bot { Some(Owner::Bot) } else { owner_agent.map(|id| Owner::Agent(AgentId(id))) };
    Ok(Conversation {
        id,
        inbox,
        channel,
        origin,
        contact,
        state,
        ownership: Ownership { owner, person_ever: cells.flag()? },
        spam: cells.flag()?,
        trashed_at: cells.maybe()?.map(Timestamp),
        answered: cells.flag()?,
        created_at: Timestamp(cells.int()?),
        last_activity_at: Timestamp(cells.int()?),
        last_inbound_at: cells.maybe()?.map(Timestamp),
        waiting_since: cells.maybe()?.map(Timestamp),
        last_message: cells.maybe()?.map(MessageId),
        last_inbound_message: cells.maybe()?.map(MessageId),
        message_count: cells.int()?,
        version: Sequence(cells.int()?),
        ticket: cells.maybe()?.map(TicketId),
    })
}

pub(super) fn columns_of(it: &Conversation) -> Vec<Arg> {
    let (owner_agent, owner_bot) = match it.ownership.owner {
        None => (None, false),
        Some(Owner::Agent(id)) => (Some(id), false),
        Some(Owner::Bot) => (None, true),
    };
    bound![
        it.id,
        it.inbox,
        it.channel.code(),
        it.origin.code(),
        it.contact,
        it.state.code(),
        owner_agent,
        owner_bot,
        it.ownership.person_ever,
        it.spam,
        it.trashed_at,
        it.answered,
        it.created_at,
        it.last_activity_at,
        it.last_inbound_at,
        it.waiting_since,
        it.last_message,
        it.last_inbound_message,
        it.message_count,
        it.version,
        it.ticket,
    ]
}

/// The row as everybody sees it; [`personal`] adds what is one reader's own.
fn view(cells: &mut impl Cell) -> Result<ConversationView, Error> {
    let it = model(cells)?;
    let subject = cells.text()?;
    let preview = cells.maybe_text()?.unwrap_or_default();
    let preview_hidden = cells.flag()?;
    let author_kind = cells.maybe_text()?;
    let author_id = cells.maybe()?;
    let preview_author = author_kind.map(|kind| author(&kind, author_id)).transpose()?;
    let preview_kind = cells.maybe_text()?.map(|kind| MessageKind::from_code(&kind)).transpose()?;
    let name = cells.maybe_text()?;
    let email = cells.maybe_text()?;
    let contact = match (it.contact, name, email) {
        (Some(id), Some(name), Some(email)) => Some(ContactView { id, name, email }),
        _ => None,
    };
    let (name, status) = (cells.maybe_text()?, cells.maybe()?.map(StatusId));
    let closed = cells.flag()?;
    let ticket = match (it.ticket, name, status) {
        (Some(id), Some(name), Some(status_id)) => Some(ConversationTicket { id, name, status_id, closed }),
        _ => None,
    };
    Ok(ConversationView {
        id: it.id,
        inbox_id: it.inbox,
        channel: it.channel,
        origin: it.origin,
        state: it.state,
        owner: it.ownership.owner,
        person_ever: it.ownership.person_ever,
        spam: it.spam,
        trashed_at: it.trashed_at,
        answered: it.answered,
        created_at: it.created_at,
        last_activity_at: it.last_activity_at,
        last_inbound_at: it.last_inbound_at,
        waiting_since: it.waiting_since,
        last_message_id: it.last_message,
        last_inbound_message_id: it.last_inbound_message,
        message_count: it.message_count,
        version: it.version,
        subject,
        preview,
        preview_hidden,
        preview_author,
        preview_kind,
        contact,
        ticket,
        unread: false,
        read_up_to: None,
        marked_unread: false,
    })
}

/// Adds how far `reader` has read it.
pub(crate) fn personal(view: &mut ConversationView, read: ReadState, floor: Option<MessageId>) {
    view.unread = view.to_model().is_unread(read, floor);
    view.read_up_to = read.up_to.max(floor);
    view.marked_unread = read.marked_unread;
}

impl Store {
    /// One conversation; none if it is not there or not for this reader.
    ///
    /// # Errors
    /// The engine's.
    pub async fn conversation(&self, reader: &Reader, id: ConversationId) -> Result<Option<ConversationView>, Error> {
        Ok(self.conversations_by_id(reader, &[id]).await?.pop())
    }

    /// Those of `ids` that are there for this reader, in the order of `ids`.
    ///
    /// # Errors
    /// The engine's.
    pub async fn conversations_by_id(
        &self,
        reader: &Reader,
        ids: &[ConversationId],
    ) -> Result<Vec<ConversationView>, Error> {
        let mut connection = self.read().await?;
        let mut found = views(&mut connection, self.engine, ids).await?;
        found.retain(|view| reader.inboxes.contains(&view.inbox_id));
        let reads = reads_of(&mut connection, self.engine, reader.agent, ids).await?;
        for view in &mut found {
            personal(view, reads.get(&view.id).copied().unwrap_or_default(), reader.read_floor);
        }
        Ok(found)
    }

    /// Rows as everybody sees them, without a reader; for the feed, which adds the personal part itself.
    pub(crate) async fn shared_conversations(&self, ids: &[ConversationId]) -> Result<Vec<ConversationView>, Error> {
        let mut connection = self.read().await?;
        views(&mut connection, self.engine, ids).await
    }

    /// How far everybody has read these; for the feed.
    pub(crate) async fn all_reads(
        &self,
        ids: &[ConversationId],
    ) -> Result<Vec<(AgentId, ConversationId, ReadState)>, Error> {
        let mut connection = self.read().await?;
        let these = among(self.engine, "conversation_id", 1);
        let sql = format!("SELECT agent_id, conversation_id, up_to, marked_unread FROM reads WHERE {these}");
        let found = rows(&mut connection, sql, vec![listed(self.engine, ids.iter().map(|id| id.0))]).await?;
        found
            .iter()
            .map(|row| {
                let mut cells = Cells::new(row);
                Ok((AgentId(cells.int()?), ConversationId(cells.int()?), read_state(&mut cells)?))
            })
            .collect()
    }

    /// In which inboxes these are that are there, by their numbers; for who asks what somebody may see of them.
    pub(crate) async fn inboxes_of(&self, ids: &[ConversationId]) -> Result<BTreeMap<i64, InboxId>, Error> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let these = among(self.engine, "id", 1);
        let sql = format!("SELECT id, inbox_id FROM conversations WHERE {these}");
        let found = rows(&mut *self.read().await?, sql, vec![listed(self.engine, ids.iter().map(|id| id.0))]).await?;
        let pairs = found.iter().map(|row| {
            let mut cells = Cells::new(row);
            Ok((cells.int()?, InboxId(cells.int()?)))
        });
        pairs.collect()
    }

    /// The conversations whose time in Trash is over at `now` (V9), at most 500.
    ///
    /// # Errors
    /// The engine's.
    pub async fn trash_due(&self, now: Timestamp) -> Result<Vec<ConversationId>, Error> {
        let mut connection = self.read().await?;
        let sql = "SELECT id FROM conversations WHERE trashed_at < $1 ORDER BY trashed_at LIMIT 500";
        let before = now.plus_ms(-samtal_model::conversation::TRASH_KEPT_MS);
        let found = rows(&mut connection, sql, bound![before]).await?;
        found.iter().map(|row| Ok(ConversationId(Cells::new(row).int()?))).collect()
    }
}

/// Those of `ids` that are there as everybody sees them, in the order of `ids`.
pub(super) async fn views(
    connection: &mut Connection,
    engine: Engine,
    ids: &[ConversationId],
) -> Result<Vec<ConversationView>, Error> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let (packed, these) = (VIEWS.as_str(), among(engine, "c.id", 3));
    let sql = format!("SELECT {packed} FROM conversations c {VIEW_JOINS} WHERE {these}");
    let [gap, none] = signs();
    let found = row(connection, sql, vec![gap, none, listed(engine, ids.iter().map(|id| id.0))]).await?;
    let text = found.map(|row| Cells::new(&row).maybe_text()).transpose()?.flatten();
    let mut cells = Packed::new(text.as_deref());
    let mut views = Vec::with_capacity(ids.len());
    while !cells.is_over() {
        views.push(view(&mut cells)?);
    }
    let place: HashMap<_, _> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    views.sort_by_key(|view| place.get(&view.id).copied());
    Ok(views)
}

/// How far `agent` has read those of `ids` that they have read at all.
pub(super) async fn reads_of(
    connection: &mut Connection,
    engine: Engine,
    agent: AgentId,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, ReadState>, Error> {
    let columns = ["conversation_id".into(), packed::maybe("up_to"), "marked_unread".into()];
    let (packed, these) = (pack(&columns), among(engine, "conversation_id", 4));
    let sql = format!("SELECT {packed} FROM reads WHERE agent_id = $3 AND {these}");
    let [gap, none] = signs();
    let found = row(connection, sql, vec![gap, none, agent.into(), listed(engine, ids.iter().map(|id| id.0))]).await?;
    let text = found.map(|row| Cells::new(&row).maybe_text()).transpose()?.flatten();
    let mut cells = Packed::new(text.as_deref());
    let mut reads = HashMap::with_capacity(ids.len());
    while !cells.is_over() {
        reads.insert(ConversationId(cells.int()?), read_state(&mut cells)?);
    }
    Ok(reads)
}

pub(super) fn read_state(cells: &mut impl Cell) -> Result<ReadState, Error> {
    Ok(ReadState { up_to: cells.maybe()?.map(MessageId), marked_unread: cells.flag()? })
}
