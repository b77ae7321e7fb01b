//! The change log, the counters every id comes from, and remembered idempotency keys.

use super::sql::{Cells, bound, id_list, insert, row, rows, run};
use super::{Connection, Engine, Error, Store};
use samtal_model::record::change::RecordChange;
use samtal_model::{
    Actor, AgentId, Change, CommandId, ContactId, ConversationId, CustomViewId, Fresh, InboxId, Logged, MessageId,
    PipelineChange, PipelineId, RevisionId, Sequence, StatusId, TicketChange, TicketId, TicketSet, Timestamp,
};

/// The last of each kind that was given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counters {
    pub sequence: i64,
    pub command: i64,
    pub agent: i64,
    pub contact: i64,
    pub conversation: i64,
    pub inbox: i64,
    pub message: i64,
    pub custom_view: i64,
    pub revision: i64,
    /// Of what is kept for custom views.
    pub custom_key: i64,
    /// Grows with each change to what is kept for whom.
    pub custom_plan: i64,
    pub ticket: i64,
    pub pipeline: i64,
    pub status: i64,
}

impl Counters {
    /// The next of each, not given out yet.
    #[must_use]
    pub fn fresh(&self) -> Fresh {
        Fresh {
            agent: AgentId(self.agent + 1),
            contact: ContactId(self.contact + 1),
            conversation: ConversationId(self.conversation + 1),
            inbox: InboxId(self.inbox + 1),
            message: MessageId(self.message + 1),
            custom_view: CustomViewId(self.custom_view + 1),
            revision: RevisionId(self.revision + 1),
            ticket: TicketId(self.ticket + 1),
            pipeline: PipelineId(self.pipeline + 1),
            status: StatusId(self.status + 1),
        }
    }

    /// Gives out the ids that `change` uses.
    pub(crate) fn advance(&mut self, change: &Change) {
        match change {
            Change::ContactAdded { contact } => self.contact = self.contact.max(contact.id.0),
            Change::ConversationStarted { conversation } => {
                self.conversation = self.conversation.max(conversation.id.0);
            }
            Change::MessageAdded { message } => self.message = self.message.max(message.id.0),
            Change::InboxAdded { inbox } => self.inbox = self.inbox.max(inbox.id.0),
            Change::AgentAdded { agent } => self.agent = self.agent.max(agent.id.0),
            Change::Recorded { change } => self.advance_records(change),
            Change::CustomViewSet { to, .. } => {
                self.custom_view = self.custom_view.max(to.id.0);
                self.revision = self.revision.max(to.revision.0);
            }
            Change::Ticket(TicketChange::Added { ticket }) => {
                self.ticket = self.ticket.max(ticket.id.0);
                self.revision = self.revision.max(ticket.revision.0);
            }
            Change::Ticket(TicketChange::Set {
                set: TicketSet::Name { to, .. } | TicketSet::Values { to, .. },
                ..
            }) => {
                self.revision = self.revision.max(to.0);
            }
            Change::Pipeline(PipelineChange::Pipeline { to, .. }) => {
                self.pipeline = self.pipeline.max(to.id.0);
                self.revision = self.revision.max(to.revision.0);
            }
            Change::Pipeline(PipelineChange::Status { to, .. }) => {
                self.status = self.status.max(to.id.0);
                self.revision = self.revision.max(to.revision.0);
            }
            _ => {}
        }
    }

    /// What belongs to records has the number of its first revision, but for contacts.
    fn advance_records(&mut self, change: &RecordChange) {
        let revision = match change {
            RecordChange::RecordSet { to, .. } => {
                self.contact = self.contact.max(to.id.contact().map_or(0, |id| id.0));
                to.revision
            }
            RecordChange::PropertySet { to, .. } => to.revision,
            RecordChange::ObjectTypeSet { to, .. } => to.revision,
            RecordChange::ActivitySet { to, .. } => to.revision,
            RecordChange::RecordErased { .. } | RecordChange::LinkSet { .. } | RecordChange::ShownSet { .. } => return,
        };
        self.revision = self.revision.max(revision.0);
    }

    /// Reads the counters and keeps every other writer out until the transaction ends: this is what makes the log
    /// gap-free on both engines.
    pub(super) async fn lock(connection: &mut Connection, engine: Engine) -> Result<Self, Error> {
        Self::read(connection, if engine == Engine::Postgres { " FOR UPDATE" } else { "" }).await
    }

    /// As they stand, for who does not write.
    pub(super) async fn look(connection: &mut Connection) -> Result<Self, Error> {
        Self::read(connection, "").await
    }

    async fn read(connection: &mut Connection, lock: &str) -> Result<Self, Error> {
        let sql = "SELECT sequence, command, agent, contact, conversation, inbox, message, custom_view, revision, \
                   custom_key, custom_plan, ticket, pipeline, status FROM counters WHERE id = 1";
        let found = row(connection, format!("{sql}{lock}"), vec![]).await?;
        let found = found.ok_or_else(|| Error::Unknown { what: "no counters".into() })?;
        let mut cells = Cells::new(&found);
        Ok(Self {
            sequence: cells.int()?,
            command: cells.int()?,
            agent: cells.int()?,
            contact: cells.int()?,
            conversation: cells.int()?,
            inbox: cells.int()?,
            message: cells.int()?,
            custom_view: cells.int()?,
            revision: cells.int()?,
            custom_key: cells.int()?,
            custom_plan: cells.int()?,
            ticket: cells.int()?,
            pipeline: cells.int()?,
            status: cells.int()?,
        })
    }

    pub(super) async fn save(&self, connection: &mut Connection) -> Result<(), Error> {
        let sql = "UPDATE counters SET sequence = $1, command = $2, agent = $3, contact = $4, conversation = $5, \
                   inbox = $6, message = $7, custom_view = $8, revision = $9, custom_key = $10, custom_plan = $11, \
                   ticket = $12, pipeline = $13, status = $14 WHERE id = 1";
        let args = bound![
            self.sequence,
            self.command,
            self.agent,
            self.contact,
            self.conversation,
            self.inbox,
            self.message,
            self.custom_view,
            self.revision,
            self.custom_key,
            self.custom_plan,
            self.ticket,
            self.pipeline,
            self.status,
        ];
        run(connection, sql, args).await.map(drop)
    }
}

/// What became of a command that came with an idempotency key before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Of the request that came first.
    pub fingerprint: Vec<u8>,
    /// None if nothing had to change.
    pub command: Option<CommandId>,
}

/// The log's columns for one entry; `inbox` says who may hear of it.
pub(super) async fn append(connection: &mut Connection, entries: &[(Logged, Option<InboxId>)]) -> Result<(), Error> {
    let rows = entries
        .iter()
        .map(|(entry, inbox)| {
            Ok(bound![
                entry.sequence,
                entry.command,
                entry.name.as_str(),
                json(&entry.actor)?,
                entry.at,
                json(&entry.cause)?,
                *inbox,
                entry.change.conversation(),
                entry.change.ticket(),
                json(&entry.change)?,
            ])
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let columns = "sequence, command, name, actor, at, cause, inbox_id, conversation_id, ticket_id, body";
    insert(connection, "changes", columns, "", rows).await
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Unknown { what: error.to_string() })
}

fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Unknown { what: format!("a log entry ({error})") })
}

fn entry(cells: &mut Cells<'_>) -> Result<(Logged, Option<InboxId>), Error> {
    let logged = Logged {
        sequence: Sequence(cells.int()?),
        command: CommandId(cells.int()?),
        name: cells.text()?,
        actor: parsed::<Actor>(&cells.text()?)?,
        at: Timestamp(cells.int()?),
        cause: parsed(&cells.text()?)?,
        change: parsed(&cells.text()?)?,
    };
    Ok((logged, cells.maybe()?.map(InboxId)))
}

const COLUMNS: &str = "sequence, command, name, actor, at, cause, body, inbox_id";

/// The changes of one command, in order.
pub(super) async fn of_command(connection: &mut Connection, command: CommandId) -> Result<Vec<Logged>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM changes WHERE command = $1 ORDER BY sequence");
    let found = rows(connection, sql, bound![command]).await?;
    found.iter().map(|row| entry(&mut Cells::new(row)).map(|(logged, _)| logged)).collect()
}

/// The changes of these conversations after `after`, in order.
pub(super) async fn of_conversations(
    connection: &mut Connection,
    conversations: impl IntoIterator<Item = ConversationId>,
    after: Sequence,
) -> Result<Vec<Logged>, Error> {
    later(connection, "conversation_id", conversations.into_iter().map(|id| id.0), after).await
}

/// The changes of these tickets after `after`, in order.
pub(super) async fn of_tickets(
    connection: &mut Connection,
    tickets: impl IntoIterator<Item = TicketId>,
    after: Sequence,
) -> Result<Vec<Logged>, Error> {
    later(connection, "ticket_id", tickets.into_iter().map(|id| id.0), after).await
}

async fn later(
    connection: &mut Connection,
    column: &str,
    ids: impl IntoIterator<Item = i64>,
    after: Sequence,
) -> Result<Vec<Logged>, Error> {
    let list = id_list(ids);
    let sql = format!("SELECT {COLUMNS} FROM changes WHERE {column} IN ({list}) AND sequence > $1 ORDER BY sequence");
    let found = rows(connection, sql, bound![after]).await?;
    found.iter().map(|row| entry(&mut Cells::new(row)).map(|(logged, _)| logged)).collect()
}

/// Whose past is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Conversation(ConversationId),
    Ticket(TicketId),
}

impl Subject {
    /// The log's column, and the number in it.
    fn place(self) -> (&'static str, i64) {
        match self {
            Self::Conversation(id) => ("conversation_id", id.0),
            Self::Ticket(id) => ("ticket_id", id.0),
        }
    }
}

/// That a ticket was made and moved from status to status, by the time it was done, newest first: before `at`, or at it
/// before `before`. A change says of itself what it is, and carries no text that could say so too.
pub(super) async fn statuses_of(
    connection: &mut Connection,
    ticket: TicketId,
    at: i64,
    before: i64,
    most: usize,
) -> Result<Vec<Logged>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM changes WHERE ticket_id = $1 AND (at < $2 OR (at = $2 AND sequence < $3)) \
         AND (body LIKE '%\"side\":\"standing\"%' OR body LIKE '%\"what\":\"added\"%') \
         ORDER BY at DESC, sequence DESC LIMIT {most}"
    );
    let found = rows(connection, sql, bound![ticket, at, before]).await?;
    found.iter().map(|row| Ok(entry(&mut Cells::new(row))?.0)).collect()
}

/// The changes of something before `before`, newest first. What is known to be reading alone is passed over.
pub(super) async fn back_from(
    connection: &mut Connection,
    of: Subject,
    before: Sequence,
    limit: i64,
) -> Result<Vec<Logged>, Error> {
    let (column, id) = of.place();
    let sql = format!(
        "SELECT {COLUMNS} FROM changes WHERE {column} = $1 AND sequence < $2 \
         AND name NOT IN ('mark_read', 'mark_unread') ORDER BY sequence DESC LIMIT $3 + 0"
    );
    let found = rows(connection, sql, bound![id, before, limit]).await?;
    found.iter().map(|row| entry(&mut Cells::new(row)).map(|(logged, _)| logged)).collect()
}

/// Changes by undos that are looked through for one page of the history: those next to its commands. One that was taken
/// back later than all of these is shown as if it had not been; undoing it is decided by the rules all the same.
const UNDOS_MOST: i64 = 1_000;

/// What undos changed of it after the command `after`, the first [`UNDOS_MOST`].
pub(super) async fn undos_after(
    connection: &mut Connection,
    of: Subject,
    after: CommandId,
) -> Result<Vec<Logged>, Error> {
    let (column, id) = of.place();
    let sql = format!(
        "SELECT {COLUMNS} FROM changes WHERE {column} = $1 AND command > $2 AND name = 'undo' \
         ORDER BY sequence LIMIT {UNDOS_MOST}"
    );
    let found = rows(connection, sql, bound![id, after]).await?;
    found.iter().map(|row| entry(&mut Cells::new(row)).map(|(logged, _)| logged)).collect()
}

/// The end of the log, as this connection sees it.
pub(super) async fn log_end(connection: &mut Connection) -> Result<Sequence, Error> {
    let found = row(connection, "SELECT sequence FROM counters WHERE id = 1", vec![]).await?;
    found.map_or(Ok(Sequence(0)), |row| Ok(Sequence(Cells::new(&row).int()?)))
}

impl Store {
    /// The end of the log.
    ///
    /// # Errors
    /// The engine's.
    pub async fn sequence(&self) -> Result<Sequence, Error> {
        log_end(&mut *self.read().await?).await
    }

    /// The log after `after`, at most `limit` entries, each with the inbox that says who may hear of it.
    ///
    /// # Errors
    /// The engine's.
    pub async fn log_after(&self, after: Sequence, limit: i64) -> Result<Vec<(Logged, Option<InboxId>)>, Error> {
        let mut connection = self.read().await?;
        let sql = format!("SELECT {COLUMNS} FROM changes WHERE sequence > $1 ORDER BY sequence LIMIT $2 + 0");
        let found = rows(&mut connection, sql, bound![after, limit]).await?;
        found.iter().map(|row| entry(&mut Cells::new(row))).collect()
    }

    /// Calls `grown` whenever any node has written, until the connection ends. PostgreSQL only: a notification
    /// wakes, and the log is what is read.
    ///
    /// # Errors
    /// The engine's.
    pub async fn hear_of_growth(&self, grown: impl Fn()) -> Result<(), Error> {
        let mut listener = sqlx::postgres::PgListener::connect(&self.url).await?;
        listener.listen("samtal_changes").await?;
        // Something may have happened before.
        grown();
        while listener.try_recv().await?.is_some() {
            grown();
        }
        Ok(())
    }

    /// Forgets what came with idempotency keys before `before`, at most `limit` of them, and says how many.
    ///
    /// # Errors
    /// The engine's.
    pub async fn forget_keys(&self, before: Timestamp, limit: i64) -> Result<u64, Error> {
        let mut connection = self.write().await?;
        let sql = "DELETE FROM idempotency WHERE (actor, idem_key) IN \
                   (SELECT actor, idem_key FROM idempotency WHERE at < $1 ORDER BY at LIMIT $2 + 0)";
        run(&mut connection, sql, bound![before, limit]).await
    }

    /// The changes of one command.
    ///
    /// # Errors
    /// The engine's.
    pub async fn changes_of(&self, command: CommandId) -> Result<Vec<Logged>, Error> {
        of_command(&mut *self.read().await?, command).await
    }
}

/// What is remembered of `key`, if anything.
pub(super) async fn remembered(
    connection: &mut Connection,
    actor: Actor,
    key: &str,
) -> Result<Option<Remembered>, Error> {
    let sql = "SELECT fingerprint, command FROM idempotency WHERE actor = $1 AND idem_key = $2";
    let found = row(connection, sql, bound![actor_number(actor), key]).await?;
    found
        .map(|row| {
            let mut cells = Cells::new(&row);
            Ok(Remembered { fingerprint: cells.blob()?, command: cells.maybe()?.map(CommandId) })
        })
        .transpose()
}

/// Agents by their id, the server itself as 0.
pub(super) fn actor_number(actor: Actor) -> i64 {
    match actor {
        Actor::Agent(id) => id.0,
        Actor::System => 0,
    }
}
