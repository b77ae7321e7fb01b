//! Loads the part of the world that a command needs.

use super::save::Batch;
use super::sql::{Cells, bound, id_list, row, rows};
use super::{Connection, Error, conversation, log, message};
use samtal_model::record::RecordRef;
use samtal_model::{
    Actor, AgentId, AuthorRef, Change, Command, CommandId, ContactId, ConversationId, Logged, MessageId, Sequence,
};
use std::collections::{BTreeMap, BTreeSet};

impl Batch {
    /// Loads what [`samtal_model::decide`] will look at for `command`. What the batch holds already is newer than
    /// the database and stays.
    pub(super) async fn load(
        &mut self,
        connection: &mut Connection,
        actor: Actor,
        command: &Command,
    ) -> Result<(), Error> {
        if let Some(id) = command.conversation() {
            self.load_conversation(connection, actor, id).await?;
        }
        self.load_tickets(connection, command).await?;
        if let Some(id) = command.message() {
            self.load_message(connection, actor, id).await?;
        }
        match command {
            Command::Receive(receive) => {
                if let AuthorRef::Contact(address) = &receive.author {
                    self.load_contact(connection, &address.email).await?;
                }
                if let Some(address) = &receive.contact {
                    self.load_contact(connection, &address.email).await?;
                }
                self.load_block_of(connection, receive).await?;
            }
            Command::Compose { to, .. } => self.load_contact(connection, &to.email).await?,
            Command::SetAgentState { agent, .. }
            | Command::SetAgentRole { agent, .. }
            | Command::SetAccess { agent, .. } => {
                self.load_owned(connection, "owner_agent = $1", bound![*agent]).await?;
                self.load_owned_tickets(connection, "owner_id = $1", bound![*agent]).await?;
            }
            Command::SetInboxOpen { inbox, .. } => {
                self.load_owned(connection, "owner_agent IS NOT NULL AND inbox_id = $1", bound![*inbox]).await?;
                self.load_owned_tickets(connection, "owner_id IS NOT NULL AND inbox_id = $1", bound![*inbox]).await?;
            }
            Command::CreateCustomView { .. }
            | Command::EditCustomView { .. }
            | Command::MoveCustomView { .. }
            | Command::DeleteCustomView { .. } => self.load_custom_views(connection, &[]).await?,
            Command::SetContact { contact: Some(contact), .. } => {
                self.load_record(connection, RecordRef::Contact(*contact)).await?;
            }
            Command::Record(command) => self.load_for_record(connection, actor, command).await?,
            Command::Undo { command } => self.load_undos(connection, actor, &[*command]).await?,
            // The conversation or message it names is enough, or the people, who are always there.
            _ => {}
        }
        Ok(())
    }

    /// Loads what these commands changed, and what changed the same conversations later: each of them once, from the
    /// oldest of the commands on.
    ///
    /// # Errors
    /// The engine's.
    pub(super) async fn load_undos(
        &mut self,
        connection: &mut Connection,
        actor: Actor,
        commands: &[CommandId],
    ) -> Result<(), Error> {
        let mut touched: BTreeMap<ConversationId, Sequence> = BTreeMap::new();
        for command in commands {
            let logged = self.changes_of(connection, *command).await?;
            let Some(last) = logged.last().map(|entry| entry.sequence) else { continue };
            let reached: BTreeSet<_> = logged.iter().filter_map(|entry| entry.change.conversation()).collect();
            self.load_conversations(connection, actor, reached).await?;
            for entry in &logged {
                if let Some(id) = entry.change.conversation() {
                    touched.entry(id).and_modify(|after| *after = last.min(*after)).or_insert(last);
                }
                if let Change::HiddenSet { message, .. } = &entry.change {
                    self.load_message(connection, actor, *message).await?;
                }
            }
            self.load_tickets_to_undo(connection, &logged).await?;
            if logged.iter().any(|entry| matches!(entry.change, Change::CustomViewSet { .. })) {
                self.load_custom_views(connection, &logged).await?;
            }
            self.load_records_changed(connection, &logged).await?;
            self.world.history.insert(*command, logged);
        }
        // What changed the same conversations later, in the database and in this batch.
        let Some(first) = touched.values().min().copied() else { return Ok(()) };
        let mut later = log::of_conversations(connection, touched.keys().copied(), first).await?;
        let is_later = |it: &Logged| {
            let after = it.change.conversation().and_then(|id| touched.get(&id));
            after.is_some_and(|after| it.sequence > *after)
        };
        later.retain(is_later);
        later.extend(self.accepted().filter(|it| is_later(it)).cloned());
        self.add_later(later);
        Ok(())
    }

    /// Loads one conversation, if it is there, and how far the actor has read it.
    ///
    /// # Errors
    /// The engine's.
    pub async fn load_conversation(
        &mut self,
        connection: &mut Connection,
        actor: Actor,
        id: ConversationId,
    ) -> Result<(), Error> {
        if !self.world.conversations.contains_key(&id) && !self.deleted.contains(&id) {
            let columns = conversation::COLUMNS;
            let sql = format!("SELECT {columns} FROM conversations WHERE id = $1");
            if let Some(found) = row(connection, sql, bound![id]).await? {
                self.take_in(conversation::model(&mut Cells::new(&found))?);
            }
        }
        let Actor::Agent(agent) = actor else { return Ok(()) };
        if !self.world.reads.contains_key(&(agent, id)) {
            let sql = "SELECT up_to, marked_unread FROM reads WHERE agent_id = $1 AND conversation_id = $2";
            if let Some(found) = row(connection, sql, bound![agent, id]).await? {
                self.world.reads.insert((agent, id), conversation::read_state(&mut Cells::new(&found))?);
            }
        }
        Ok(())
    }

    /// The same for many, in two statements.
    async fn load_conversations(
        &mut self,
        connection: &mut Connection,
        actor: Actor,
        ids: BTreeSet<ConversationId>,
    ) -> Result<(), Error> {
        // Of one there is a statement that is kept ready.
        if ids.len() == 1 {
            for id in ids {
                self.load_conversation(connection, actor, id).await?;
            }
            return Ok(());
        }
        let missing = |id: &&ConversationId| !self.world.conversations.contains_key(id) && !self.deleted.contains(id);
        let missing: Vec<i64> = ids.iter().filter(missing).map(|id| id.0).collect();
        if !missing.is_empty() {
            self.load_owned(connection, &format!("id IN ({})", id_list(missing)), vec![]).await?;
        }
        let Actor::Agent(agent) = actor else { return Ok(()) };
        let unread: Vec<i64> =
            ids.iter().filter(|id| !self.world.reads.contains_key(&(agent, **id))).map(|id| id.0).collect();
        if !unread.is_empty() {
            let sql = format!(
                "SELECT conversation_id, up_to, marked_unread FROM reads WHERE agent_id = $1 AND conversation_id IN ({})",
                id_list(unread)
            );
            for found in rows(connection, sql, bound![agent]).await? {
                let mut cells = Cells::new(&found);
                let id = ConversationId(cells.int()?);
                self.world.reads.insert((agent, id), conversation::read_state(&mut cells)?);
            }
        }
        Ok(())
    }

    /// What others changed after a command that is to be undone.
    pub(super) fn add_later(&mut self, later: Vec<Logged>) {
        for entry in later {
            let of_command = self.world.history.or_insert_with(entry.command, Vec::new);
            if of_command.iter().all(|known| known.sequence != entry.sequence) {
                of_command.push(entry);
            }
        }
    }

    async fn load_message(&mut self, connection: &mut Connection, actor: Actor, id: MessageId) -> Result<(), Error> {
        if !self.world.messages.contains_key(&id) {
            let columns = message::COLUMNS;
            let sql = format!("SELECT {columns} FROM messages WHERE id = $1");
            let Some(found) = row(connection, sql, bound![id]).await? else { return Ok(()) };
            let found = message::model(&mut Cells::new(&found))?;
            if self.deleted.contains(&found.conversation) {
                return Ok(());
            }
            self.world.messages.insert(id, found);
        }
        let conversation = self.world.messages[&id].conversation;
        self.load_conversation(connection, actor, conversation).await
    }

    pub(super) async fn load_contact(&mut self, connection: &mut Connection, email: &str) -> Result<(), Error> {
        let folded = email.to_lowercase();
        if folded.is_empty() || self.world.contact_by_email.contains_key(&folded) {
            return Ok(());
        }
        // Said twice, so that the index of known addresses serves it.
        let sql = "SELECT id, trashed_at, id FROM contacts WHERE email_folded = $1 AND email_folded <> ''";
        let mut found = row(connection, sql, bound![folded.as_str()]).await?;
        if found.is_none() {
            // The address of one who was merged into another is the other's now.
            let sql = "SELECT w.id, w.trashed_at, c.id FROM contacts c JOIN contacts w ON w.id = c.merged_into \
                       WHERE c.absorbed_email = $1 AND c.absorbed_email <> ''";
            found = row(connection, sql, bound![folded.as_str()]).await?;
        }
        let Some(found) = found else { return Ok(()) };
        let mut cells = Cells::new(&found);
        let (id, trashed) = (ContactId(cells.int()?), cells.maybe()?.is_some());
        // What this batch has done to whoever has the address is newer.
        if self.records.has_touched(RecordRef::Contact(ContactId(cells.int()?))) {
            return Ok(());
        }
        self.world.contact_by_email.insert(folded, id);
        if trashed {
            self.load_record(connection, RecordRef::Contact(id)).await?;
        }
        Ok(())
    }

    /// The conversations that may lose their owner.
    pub(super) async fn load_owned(
        &mut self,
        connection: &mut Connection,
        condition: &str,
        args: Vec<super::sql::Arg>,
    ) -> Result<(), Error> {
        let columns = conversation::COLUMNS;
        let sql = format!("SELECT {columns} FROM conversations WHERE {condition}");
        for found in rows(connection, sql, args).await? {
            let found = conversation::model(&mut Cells::new(&found))?;
            if !self.world.conversations.contains_key(&found.id) && !self.deleted.contains(&found.id) {
                self.take_in(found);
            }
        }
        Ok(())
    }

    /// Whether an agent is known; for receivers that name one.
    #[must_use]
    pub fn knows_agent(&self, agent: AgentId) -> bool {
        self.world.agents.contains_key(&agent)
    }
}
