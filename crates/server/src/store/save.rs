//! A batch: commands decided one after the other on one [`World`], written together in one transaction.
//!
//! The world is a write-back cache of the database for the length of the transaction. What a change touched is
//! noted as it is applied, and written from the nouns at the end, so no rule is said twice in SQL.

use super::log::{self, Counters, Remembered, actor_number};
use super::message::{self, TEXT_COLUMNS, TextRow};
use super::sql::{Arg, Cells, bound, id_list, insert, rows, run};
use super::view::Moves;
use super::{Connection, Engine, Error, Store, conversation, custom, record, search, surveys, tickets};
use samtal_model::record::change::RecordChange;
use samtal_model::record::command::RecordCommand;
use samtal_model::rules::record::text_of;
use samtal_model::rules::ticket::new_values;
use samtal_model::{
    Actor, Address, AgentId, Cause, Change, Command, CommandId, ContactId, Conversation, ConversationId,
    CustomViewText, InboxId, Logged, MessageId, RevisionId, Sequence, TicketChange, TicketEdit, TicketSet, Timestamp,
    World,
};
use std::collections::{BTreeMap, BTreeSet};

mod people;
mod reader;

/// Messages that are indexed anew at the most because a ticket is called another: the newest, which is all there are unless
/// one ticket has thousands. It takes a second, while which nobody else writes.
const RETITLED_MOST: i64 = 5_000;

/// The texts of a new agent.
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub name: String,
    pub email: String,
    pub password_hash: Option<String>,
}

/// What a message brings into the store beside its noun.
pub(crate) struct Incoming {
    pub text: TextRow,
    pub raw: Option<Vec<u8>>,
    pub mail_ids: Vec<String>,
}

/// Commands on their way into the database.
pub struct Batch {
    /// People, and whatever the commands so far needed.
    pub world: World,
    pub(super) counters: Counters,
    engine: Engine,
    /// Conversations as they stand in the database.
    stored: BTreeMap<ConversationId, Conversation>,
    touched: BTreeSet<ConversationId>,
    pub(super) deleted: BTreeSet<ConversationId>,
    subjects: BTreeMap<ConversationId, String>,
    messages: BTreeSet<MessageId>,
    incoming: BTreeMap<MessageId, Incoming>,
    pub(super) reindexed: BTreeSet<MessageId>,
    /// Conversations whose ticket is called another than before.
    retitled: BTreeSet<ConversationId>,
    contacts: BTreeMap<ContactId, (Address, Timestamp)>,
    people: BTreeMap<AgentId, NewPerson>,
    changed_people: BTreeSet<AgentId>,
    inboxes: BTreeMap<InboxId, (String, String)>,
    changed_inboxes: BTreeSet<InboxId>,
    access: BTreeMap<(InboxId, AgentId), bool>,
    reads: BTreeSet<(AgentId, ConversationId)>,
    logged: Vec<(Logged, Option<InboxId>)>,
    keys: BTreeMap<(Actor, String), (Remembered, Timestamp)>,
    dedupe: BTreeSet<String>,
    pub(super) custom: custom::Noted,
    pub(super) tickets: tickets::Noted,
    pub(super) records: record::Noted,
    pub(super) surveys: surveys::Noted,
    plan: custom::Remembered,
}

impl Batch {
    /// Takes the write lock and loads people.
    ///
    /// # Errors
    /// The engine's.
    pub async fn open(connection: &mut Connection, store: &Store) -> Result<Self, Error> {
        let counters = Counters::lock(connection, store.engine).await?;
        Self::with(connection, store, counters).await
    }

    /// The same to look at and not to save: nothing is locked.
    pub(super) async fn look(connection: &mut Connection, store: &Store) -> Result<Self, Error> {
        let counters = Counters::look(connection).await?;
        Self::with(connection, store, counters).await
    }

    async fn with(connection: &mut Connection, store: &Store, counters: Counters) -> Result<Self, Error> {
        let engine = store.engine;
        let mut world = World::default();
        super::people::load(connection, &mut world).await?;
        Ok(Self {
            world,
            counters,
            engine,
            stored: BTreeMap::new(),
            touched: BTreeSet::new(),
            deleted: BTreeSet::new(),
            subjects: BTreeMap::new(),
            messages: BTreeSet::new(),
            incoming: BTreeMap::new(),
            reindexed: BTreeSet::new(),
            retitled: BTreeSet::new(),
            contacts: BTreeMap::new(),
            people: BTreeMap::new(),
            changed_people: BTreeSet::new(),
            inboxes: BTreeMap::new(),
            changed_inboxes: BTreeSet::new(),
            access: BTreeMap::new(),
            reads: BTreeSet::new(),
            logged: vec![],
            keys: BTreeMap::new(),
            dedupe: BTreeSet::new(),
            custom: custom::Noted::default(),
            tickets: tickets::Noted::default(),
            records: record::Noted::default(),
            surveys: surveys::Noted::default(),
            plan: store.plan.clone(),
        })
    }

    /// Loads what `command` will look at.
    ///
    /// # Errors
    /// The engine's.
    pub async fn prepare(&mut self, connection: &mut Connection, actor: Actor, command: &Command) -> Result<(), Error> {
        self.load(connection, actor, command).await
    }

    /// The ids given out so far.
    pub(crate) fn counters(&self) -> Counters {
        self.counters
    }

    /// The log's end with what was accepted so far.
    #[must_use]
    pub fn sequence(&self) -> Sequence {
        Sequence(self.counters.sequence)
    }

    /// A number for the next command that changes something.
    pub fn next_command(&mut self) -> CommandId {
        self.counters.command += 1;
        CommandId(self.counters.command)
    }

    pub(super) fn take_in(&mut self, conversation: Conversation) {
        self.stored.insert(conversation.id, conversation.clone());
        self.world.conversations.insert(conversation.id, conversation);
    }

    /// Gives a change its place in the log and applies it.
    pub(crate) fn accept(
        &mut self,
        command: CommandId,
        name: &str,
        actor: Actor,
        at: Timestamp,
        cause: Cause,
        change: Change,
    ) -> Logged {
        self.counters.sequence += 1;
        let sequence = Sequence(self.counters.sequence);
        let inbox = self.inbox_of(&change);
        self.counters.advance(&change);
        self.note(&change);
        self.custom.note(&change, at);
        self.tickets.note(&change, sequence, at);
        self.surveys.note(&change);
        let met = self.records.note(&change, &self.world);
        self.world.apply_all(sequence, &change);
        self.follow_address(&change);
        if let Some(met) = met {
            self.world.records.known_in.insert(met, ());
        }
        let logged = Logged { sequence, command, name: name.to_owned(), actor, at, cause, change };
        self.logged.push((logged.clone(), inbox));
        logged
    }

    fn note(&mut self, change: &Change) {
        if let Some(id) = change.conversation()
            && !matches!(change, Change::ReadSet { .. })
        {
            self.touched.insert(id);
        }
        match change {
            Change::MessageAdded { message } => {
                self.messages.insert(message.id);
            }
            Change::HiddenSet { message, .. } => {
                self.messages.insert(*message);
                self.reindexed.insert(*message);
            }
            Change::Deleted { conversation, .. } => {
                self.deleted.insert(*conversation);
            }
            Change::ReadSet { agent, conversation, .. } => {
                self.reads.insert((*agent, *conversation));
            }
            Change::InboxAdded { inbox } => {
                self.changed_inboxes.insert(inbox.id);
            }
            Change::InboxOpenSet { inbox, .. } => {
                self.changed_inboxes.insert(*inbox);
            }
            Change::AgentAdded { agent } => {
                self.changed_people.insert(agent.id);
            }
            Change::AgentStateSet { agent, .. }
            | Change::AgentRoleSet { agent, .. }
            | Change::ReadFloorSet { agent, .. } => {
                self.changed_people.insert(*agent);
            }
            Change::AccessSet { agent, inbox, to, .. } => {
                self.access.insert((*inbox, *agent), *to);
            }
            Change::Ticket(TicketChange::Set { ticket, set, .. }) if set.shows_in_rows() => {
                let of: Vec<_> = self.world.conversations_of(*ticket).map(|conversation| conversation.id).collect();
                self.touched.extend(&of);
                if matches!(set, TicketSet::Name { .. }) {
                    self.custom.note_retitled(&of);
                    self.retitled.extend(of);
                }
            }
            Change::TicketOf { conversation, .. } => {
                self.retitled.insert(*conversation);
            }
            Change::Ticket(_)
            | Change::Pipeline(_)
            | Change::BlockSet { .. }
            | Change::SurveySet { .. }
            | Change::ContactAdded { .. }
            | Change::ContactSet { .. }
            | Change::Recorded { .. }
            | Change::ConversationStarted { .. }
            | Change::OwnerSet { .. }
            | Change::StateSet { .. }
            | Change::TrashSet { .. }
            | Change::SpamSet { .. }
            | Change::CustomViewSet { .. }
            | Change::CustomViewCounted { .. } => {}
        }
    }

    pub(crate) fn add_incoming(&mut self, message: MessageId, incoming: Incoming) {
        self.incoming.insert(message, incoming);
    }

    pub(crate) fn add_subject(&mut self, conversation: ConversationId, subject: &str) {
        self.subjects.insert(conversation, subject.to_owned());
    }

    pub(crate) fn add_contact(&mut self, id: ContactId, address: Address, at: Timestamp) {
        let folded = address.email.to_lowercase();
        if !folded.is_empty() {
            self.world.contact_by_email.insert(folded, id);
        }
        record::add_contact(&mut self.world, id, &address, at);
        self.contacts.insert(id, (address, at));
    }

    pub(crate) fn add_person(&mut self, id: AgentId, person: NewPerson) {
        self.world.agent_by_email.insert(person.email.to_lowercase(), id);
        self.people.insert(id, person);
    }

    pub(crate) fn add_inbox(&mut self, id: InboxId, name: &str, address: &str) {
        self.inboxes.insert(id, (name.to_owned(), address.to_owned()));
    }

    /// The texts of a custom view's new revision.
    pub(crate) fn add_custom_text(&mut self, revision: RevisionId, text: CustomViewText) {
        self.world.custom_texts.insert(revision, text.clone());
        self.custom.add_text(revision, text);
    }

    /// The name of a ticket, a pipeline or a status.
    pub(crate) fn add_name(&mut self, revision: RevisionId, name: String) {
        self.world.names.insert(revision, name);
    }

    /// The values that `edit` brings for the revision that `change` names.
    pub(crate) fn add_ticket_values(&mut self, edit: &TicketEdit, change: &Change) {
        if let Change::Ticket(TicketChange::Set { ticket, set: TicketSet::Values { to, .. }, .. }) = change
            && let Some(values) = new_values(&self.world, edit, change)
        {
            self.records.add_values(*to, *ticket, values, &mut self.world);
        }
    }

    /// What `command` brings for the revision that `change` names.
    pub(crate) fn add_record_text(&mut self, command: &RecordCommand, change: &RecordChange) -> Result<(), Error> {
        match text_of(&self.world, command, change) {
            Some(text) => self.records.add_text(change, text, &mut self.world),
            None => Ok(()),
        }
    }

    /// What an idempotency key stands for, in this batch or before it.
    pub(crate) async fn remembered(
        &self,
        connection: &mut Connection,
        actor: Actor,
        key: &str,
    ) -> Result<Option<Remembered>, Error> {
        if let Some((known, _)) = self.keys.get(&(actor, key.to_owned())) {
            return Ok(Some(known.clone()));
        }
        log::remembered(connection, actor, key).await
    }

    pub(crate) fn remember(&mut self, actor: Actor, key: String, what: Remembered, now: Timestamp) {
        self.keys.insert((actor, key), (what, now));
    }

    /// What this batch adds to the log.
    pub(super) fn accepted(&self) -> impl Iterator<Item = &Logged> {
        self.logged.iter().map(|(entry, _)| entry)
    }

    /// The changes of a command, in this batch or before it.
    pub(crate) async fn changes_of(
        &self,
        connection: &mut Connection,
        command: CommandId,
    ) -> Result<Vec<Logged>, Error> {
        let here: Vec<Logged> =
            self.logged.iter().filter(|(entry, _)| entry.command == command).map(|(entry, _)| entry.clone()).collect();
        if here.is_empty() { log::of_command(connection, command).await } else { Ok(here) }
    }

    /// Whether a mail with this key was received, in this batch or before it.
    pub(crate) async fn was_received(&self, connection: &mut Connection, key: &str) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM mail_received WHERE dedupe_key = $1";
        Ok(self.dedupe.contains(key) || super::sql::row(connection, sql, bound![key]).await?.is_some())
    }

    /// Notes that a mail was received.
    pub(crate) fn note_received(&mut self, key: &str) {
        self.dedupe.insert(key.to_owned());
    }

    /// Whether anything is to be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.logged.is_empty() && self.keys.is_empty() && self.dedupe.is_empty()
    }

    /// Writes everything. The caller commits.
    ///
    /// # Errors
    /// The engine's; nothing is to be committed then.
    pub async fn save(mut self, connection: &mut Connection) -> Result<(), Error> {
        self.save_people(connection).await?;
        self.follow_contacts(connection).await?;
        let contacts = self.contacts.iter().map(|(id, (address, at))| {
            let (name, email) = (address.name.as_str(), address.email.as_str());
            let first = samtal_model::record::first_revision(*id);
            bound![*id, name, email, email.to_lowercase(), name.to_lowercase(), first, *at, self.sequence()]
        });
        let contacts: Vec<Vec<Arg>> = contacts.collect();
        let columns = "id, name, email, email_folded, folded, revision, created_at, version";
        insert(connection, "contacts", columns, "", contacts).await?;
        let contacts = self.contacts.iter().map(|(id, (address, _))| (*id, address));
        search::index_contacts(connection, self.engine, contacts).await?;
        self.save_conversations(connection).await?;
        // What is erased takes them along, so they come first.
        self.surveys.save(connection, &self.world).await?;
        self.tickets.save(connection, self.engine, &self.world).await?;
        self.records.save(connection, self.engine, &self.world, self.sequence()).await?;
        self.save_messages(connection).await?;
        let reads = self.reads.iter().filter(|(_, conversation)| !self.deleted.contains(conversation)).map(|key| {
            let read = self.world.read_state(key.0, key.1);
            bound![key.0, key.1, read.up_to, read.marked_unread]
        });
        let reads: Vec<Vec<Arg>> = reads.collect();
        let conflict = "ON CONFLICT (agent_id, conversation_id) DO UPDATE SET up_to = excluded.up_to, \
                        marked_unread = excluded.marked_unread";
        insert(connection, "reads", "agent_id, conversation_id, up_to, marked_unread", conflict, reads).await?;
        for id in &self.deleted {
            self.erase(connection, *id).await?;
        }
        self.custom.save(connection, self.engine, &self.world, &mut self.counters, &self.plan).await?;
        if !self.deleted.is_empty() {
            custom::forget(connection, self.deleted.iter().copied()).await?;
        }
        log::append(connection, &self.logged).await?;
        let keys = self.keys.iter().map(|((actor, key), (what, at))| {
            bound![actor_number(*actor), key.as_str(), what.fingerprint.clone(), what.command, *at]
        });
        let keys: Vec<Vec<Arg>> = keys.collect();
        insert(connection, "idempotency", "actor, idem_key, fingerprint, command, at", "", keys).await?;
        let dedupe: Vec<Vec<Arg>> = self.dedupe.iter().map(|key| bound![key.as_str()]).collect();
        insert(connection, "mail_received", "dedupe_key", "ON CONFLICT DO NOTHING", dedupe).await?;
        self.counters.save(connection).await?;
        if self.engine == Engine::Postgres {
            // Only a wake-up: who hears it reads the log.
            run(connection, "SELECT pg_notify('samtal_changes', '')", vec![]).await?;
        }
        Ok(())
    }

    async fn save_conversations(&self, connection: &mut Connection) -> Result<(), Error> {
        let mut moves = Moves::default();
        let mut new = vec![];
        for id in &self.touched {
            let (before, after) = (self.stored.get(id), self.world.conversations.get(id));
            moves.note(before, after);
            let Some(after) = after else { continue };
            if before.is_none() {
                let mut row = conversation::columns_of(after);
                row.push(self.subjects.get(id).map_or("", String::as_str).into());
                new.push(row);
            } else {
                let sql = "UPDATE conversations SET inbox_id = $2, channel = $3, origin = $4, contact_id = $5, \
                     state = $6, owner_agent = $7, owner_bot = $8, person_ever = $9, spam = $10, trashed_at = $11, \
                     answered = $12, created_at = $13, last_activity_at = $14, last_inbound_at = $15, \
                     waiting_since = $16, last_message = $17, last_inbound_message = $18, message_count = $19, \
                     version = $20, ticket_id = $21 WHERE id = $1";
                run(connection, sql, conversation::columns_of(after)).await?;
            }
        }
        insert(connection, "conversations", &format!("{}, subject", conversation::COLUMNS), "", new).await?;
        moves.save(connection, self.engine).await
    }

    async fn save_messages(&mut self, connection: &mut Connection) -> Result<(), Error> {
        let mut new = vec![];
        let (mut texts, mut raws, mut mail_ids) = (vec![], vec![], vec![]);
        let mut fresh = vec![];
        for id in &self.messages {
            let Some(message) = self.world.messages.get(id) else { continue };
            let Some(incoming) = self.incoming.remove(id) else {
                let sql = "UPDATE messages SET hidden_by = $2, hidden_at = $3, version = $4 WHERE id = $1";
                let (by, at) = (message.hidden.map(|it| it.by), message.hidden.map(|it| it.at));
                run(connection, sql, bound![*id, by, at, message.version]).await?;
                continue;
            };
            new.push(message::columns_of(message));
            texts.push(incoming.text.columns(*id));
            let conversation = self.world.conversations.get(&message.conversation);
            fresh.push(*id);
            self.reindexed.remove(id);
            if let Some(raw) = incoming.raw {
                raws.push(bound![*id, raw]);
            }
            if let Some(conversation) = conversation {
                let (inbox, of) = (conversation.inbox, conversation.id);
                mail_ids.extend(incoming.mail_ids.iter().map(|mail_id| bound![inbox, mail_id.as_str(), *id, of]));
            }
        }
        insert(connection, "messages", message::COLUMNS, "", new).await?;
        insert(connection, "message_texts", TEXT_COLUMNS, "", texts).await?;
        insert(connection, "mail_sources", "message_id, raw", "", raws).await?;
        let columns = "inbox_id, mail_id, message_id, conversation_id";
        insert(connection, "mail_ids", columns, "ON CONFLICT DO NOTHING", mail_ids).await?;
        let retitled = self.retitled.difference(&self.deleted).copied();
        let retitled = message::newest_of(connection, retitled, RETITLED_MOST).await?;
        self.reindexed.extend(retitled.into_iter().filter(|id| !fresh.contains(id)));
        if !self.reindexed.is_empty() {
            search::forget(connection, self.engine, self.reindexed.iter().copied()).await?;
            fresh.extend(self.reindexed.iter().copied());
        }
        search::index(connection, self.engine, fresh).await
    }

    /// Deletes for good (V9): the texts, the sources and the search words too.
    async fn erase(&self, connection: &mut Connection, id: ConversationId) -> Result<(), Error> {
        let found = rows(connection, "SELECT id FROM messages WHERE conversation_id = $1", bound![id]).await?;
        let ids = found.iter().map(|row| Ok(MessageId(Cells::new(row).int()?))).collect::<Result<Vec<_>, Error>>()?;
        search::forget(connection, self.engine, ids.iter().copied()).await?;
        let list = id_list(ids.iter().map(|id| id.0));
        for table in ["message_texts", "mail_sources"] {
            run(connection, format!("DELETE FROM {table} WHERE message_id IN ({list})"), vec![]).await?;
        }
        for table in ["messages", "mail_ids", "reads", "surveys"] {
            run(connection, format!("DELETE FROM {table} WHERE conversation_id = $1"), bound![id]).await?;
        }
        run(connection, "DELETE FROM conversations WHERE id = $1", bound![id]).await.map(drop)
    }
}
