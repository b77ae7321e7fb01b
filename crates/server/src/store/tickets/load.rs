//! The tickets, pipelines and blocks that a command looks at.

use super::{COLUMNS, priority};
use crate::store::code::Code;
use crate::store::record::parsed;
use crate::store::save::Batch;
use crate::store::sql::{Arg, Cells, bound, id_list, row, rows};
use crate::store::{Connection, Error, conversation, log};
use samtal_model::pipeline::MOVED_MOST;
use samtal_model::record::RecordRef;
use samtal_model::ticket::REACH_MOST;
use samtal_model::{
    AgentId, AuthorRef, Change, Command, ContactId, ConversationId, ConversationState, InboxId, Logged, Pipeline,
    PipelineChange, PipelineCommand, PipelineId, Receive, RevisionId, Sequence, Standing, Status, StatusColour,
    StatusId, Ticket, TicketChange, TicketCommand, TicketId, TicketSet, Timestamp,
};
use std::collections::BTreeSet;

pub(super) fn model(cells: &mut Cells<'_>) -> Result<Ticket, Error> {
    let (id, inbox) = (TicketId(cells.int()?), InboxId(cells.int()?));
    let (pipeline, status) = (PipelineId(cells.int()?), StatusId(cells.int()?));
    let priority = priority(cells.int()?);
    let owner = cells.maybe()?.map(AgentId);
    let contact = cells.maybe()?.map(ContactId);
    let (revision, values) = (RevisionId(cells.int()?), RevisionId(cells.int()?));
    let created_at = Timestamp(cells.int()?);
    let closed_at = cells.maybe()?.map(Timestamp);
    let trashed_at = cells.maybe()?.map(Timestamp);
    let standing = Standing { pipeline, status, closed_at };
    let version = Sequence(cells.int()?);
    Ok(Ticket { id, inbox, standing, priority, owner, contact, revision, values, created_at, trashed_at, version })
}

/// What [`Batch::take_in_ticket`] reads.
fn loaded() -> String {
    format!(
        "SELECT {COLUMNS}, k.name, t.body FROM tickets k LEFT JOIN record_texts t ON t.revision = k.values_revision"
    )
}

impl Batch {
    /// What the rules of tickets look at for `command`, whose conversation is loaded.
    pub(in crate::store) async fn load_tickets(
        &mut self,
        connection: &mut Connection,
        command: &Command,
    ) -> Result<(), Error> {
        let ticket = command.conversation().and_then(|id| self.world.conversations.get(&id)?.ticket);
        match command {
            Command::Assign { .. } => {
                if let Some(ticket) = ticket {
                    self.load_ticket(connection, ticket).await?;
                }
            }
            Command::Trash { .. } | Command::Restore { .. } | Command::Delete { .. } => {
                if let Some(ticket) = ticket {
                    self.load_whole_ticket(connection, ticket).await?;
                }
            }
            Command::Receive(receive) => {
                let thread = receive.thread.and_then(|id| self.world.conversations.get(&id));
                let comes_back =
                    thread.is_some_and(|it| it.state == ConversationState::Closed || it.trashed_at.is_some());
                if let Some(ticket) = ticket.filter(|_| comes_back) {
                    self.load_whole_ticket(connection, ticket).await?;
                    self.load_pipelines(connection).await?;
                }
            }
            Command::Ticket(command) => self.load_for_ticket(connection, command).await?,
            Command::Pipeline(command) => {
                self.load_pipelines(connection).await?;
                match command {
                    PipelineCommand::DeleteStatus { status, .. } => {
                        let most = usize::try_from(MOVED_MOST + 1).unwrap_or_default();
                        self.load_tickets_where(connection, "k.status_id = $1", bound![*status], most).await?;
                    }
                    PipelineCommand::MoveTickets { status, .. } => self.load_oldest_in(connection, *status).await?,
                    _ => {}
                }
            }
            Command::BlockSender { conversation } | Command::UnblockSender { conversation } => {
                let found = self.world.conversations.get(conversation);
                let Some((inbox, Some(contact))) = found.map(|it| (it.inbox, it.contact)) else { return Ok(()) };
                self.load_block(connection, inbox, contact).await?;
                if matches!(command, Command::BlockSender { .. }) {
                    let these = "k.contact_id = $1 AND k.inbox_id = $2";
                    self.load_tickets_where(connection, these, bound![contact, inbox], REACH_MOST + 1).await?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn load_for_ticket(&mut self, connection: &mut Connection, command: &TicketCommand) -> Result<(), Error> {
        if let Some(ticket) = command.ticket() {
            self.load_whole_ticket(connection, ticket).await?;
        }
        match command {
            TicketCommand::Create(new) => {
                self.load_pipelines(connection).await?;
                match new.contact {
                    Some(contact) => self.load_record(connection, RecordRef::Contact(contact)).await,
                    None => Ok(()),
                }
            }
            TicketCommand::Edit { ticket, edit, .. } => {
                if !edit.values.is_empty() {
                    self.load_definitions(connection).await?;
                }
                self.load_pipelines(connection).await?;
                self.load_to_ask(connection, *ticket).await
            }
            TicketCommand::SetStatus { ticket, .. } => {
                self.load_pipelines(connection).await?;
                self.load_to_ask(connection, *ticket).await
            }
            TicketCommand::Attach { .. }
            | TicketCommand::Trash { .. }
            | TicketCommand::Restore { .. }
            | TicketCommand::Delete { .. } => Ok(()),
        }
    }

    /// The ticket with its name and values, if it is there.
    pub(in crate::store) async fn load_ticket(
        &mut self,
        connection: &mut Connection,
        id: TicketId,
    ) -> Result<(), Error> {
        if self.world.tickets.contains_key(&id) || self.tickets.deleted.contains(&id) {
            return Ok(());
        }
        let sql = format!("{} WHERE k.id = $1", loaded());
        if let Some(found) = row(connection, sql, bound![id]).await? {
            self.take_in_ticket(&mut Cells::new(&found))?;
        }
        Ok(())
    }

    fn take_in_ticket(&mut self, cells: &mut Cells<'_>) -> Result<(), Error> {
        let ticket = model(cells)?;
        let (name, values) = (cells.text()?, cells.maybe_text()?);
        // What the batch holds is newer.
        if !self.world.tickets.contains_key(&ticket.id) && !self.tickets.deleted.contains(&ticket.id) {
            self.world.names.insert(ticket.revision, name);
            if let Some(values) = values {
                self.world.records.texts.insert(ticket.values, parsed(&values)?);
            }
            self.tickets.stored.insert(ticket.id, ticket.clone());
            self.world.tickets.insert(ticket.id, ticket);
        }
        Ok(())
    }

    /// The ticket with all of its conversations, or one more than a command may reach.
    pub(super) async fn load_whole_ticket(&mut self, connection: &mut Connection, id: TicketId) -> Result<(), Error> {
        self.load_ticket(connection, id).await?;
        if self.tickets.whole.insert(id) {
            self.load_conversations_of(connection, "c.ticket_id = $1", bound![id]).await?;
        }
        Ok(())
    }

    async fn load_conversations_of(
        &mut self,
        connection: &mut Connection,
        condition: &str,
        args: Vec<Arg>,
    ) -> Result<(), Error> {
        let columns =
            conversation::COLUMNS.split(", ").map(|column| format!("c.{column}")).collect::<Vec<_>>().join(", ");
        let most = REACH_MOST + 1;
        let sql = format!("SELECT {columns} FROM conversations c WHERE {condition} ORDER BY c.id LIMIT {most}");
        for found in rows(connection, sql, args).await? {
            let found = conversation::model(&mut Cells::new(&found))?;
            if !self.world.conversations.contains_key(&found.id) && !self.deleted.contains(&found.id) {
                self.take_in(found);
            }
        }
        Ok(())
    }

    /// Tickets by a condition that `$1` … are bound in, at most `most`, with their conversations.
    async fn load_tickets_where(
        &mut self,
        connection: &mut Connection,
        condition: &str,
        args: Vec<Arg>,
        most: usize,
    ) -> Result<(), Error> {
        let sql = format!("{} WHERE {condition} ORDER BY k.id LIMIT {most}", loaded());
        for found in rows(connection, sql, args.clone()).await? {
            self.take_in_ticket(&mut Cells::new(&found))?;
        }
        let these = format!("c.ticket_id IN (SELECT k.id FROM tickets k WHERE {condition})");
        self.load_conversations_of(connection, &these, args).await
    }

    /// All tickets of a contact that may get another one, or one more than a command moves.
    pub(in crate::store) async fn load_tickets_of(
        &mut self,
        connection: &mut Connection,
        contact: ContactId,
        most: usize,
    ) -> Result<(), Error> {
        let sql = format!("{} WHERE k.contact_id = $1 ORDER BY k.id LIMIT {most}", loaded());
        for found in rows(connection, sql, bound![contact]).await? {
            self.take_in_ticket(&mut Cells::new(&found))?;
        }
        Ok(())
    }

    /// The oldest tickets of a status, as many as have no more conversations than a command may reach.
    async fn load_oldest_in(&mut self, connection: &mut Connection, status: StatusId) -> Result<(), Error> {
        // What this batch has moved stands there in the database still.
        let most = MOVED_MOST as usize + self.tickets.touched.len();
        let sql = format!(
            "SELECT k.id, (SELECT COUNT(*) FROM conversations c WHERE c.ticket_id = k.id) FROM tickets k \
             WHERE k.status_id = $1 ORDER BY k.id LIMIT {most}"
        );
        let (mut oldest, mut reached) = (BTreeSet::new(), 0);
        for row in rows(connection, sql, bound![status]).await? {
            let mut cells = Cells::new(&row);
            let (id, conversations) = (TicketId(cells.int()?), cells.int()?);
            let has_left = self.world.tickets.get(&id).is_some_and(|it| it.standing.status != status);
            reached += if has_left { 0 } else { conversations };
            if reached > REACH_MOST as i64 {
                break;
            }
            if !has_left {
                oldest.insert(id);
            }
        }
        if oldest.is_empty() { Ok(()) } else { self.load_whole_tickets(connection, &oldest).await }
    }

    /// The tickets that may lose their owner. Their conversations are not looked at for that.
    pub(in crate::store) async fn load_owned_tickets(
        &mut self,
        connection: &mut Connection,
        condition: &str,
        args: Vec<Arg>,
    ) -> Result<(), Error> {
        let sql = format!("{} WHERE {condition}", loaded());
        for found in rows(connection, sql, args).await? {
            self.take_in_ticket(&mut Cells::new(&found))?;
        }
        Ok(())
    }

    /// The pipelines with their statuses, names, and how many tickets stand in each. They are few, so they come whole.
    pub(in crate::store) async fn load_pipelines(&mut self, connection: &mut Connection) -> Result<(), Error> {
        if std::mem::replace(&mut self.tickets.has_pipelines, true) {
            return Ok(());
        }
        let sql = "SELECT l.id, l.revision, l.position, l.survey, l.deleted, t.name FROM pipelines l \
                   JOIN pipeline_texts t ON t.revision = l.revision";
        for found in rows(connection, sql, vec![]).await? {
            let mut cells = Cells::new(&found);
            let (id, revision) = (PipelineId(cells.int()?), RevisionId(cells.int()?));
            let (position, survey) = (cells.int()?, cells.flag()?);
            let pipeline = Pipeline { id, revision, position, survey, deleted: cells.flag()? };
            self.world.names.insert(revision, cells.text()?);
            self.world.pipelines.insert(id, pipeline);
        }
        let sql = "SELECT s.id, s.pipeline_id, s.revision, s.position, s.colour, s.closed, s.deleted, t.name FROM statuses s \
                   JOIN pipeline_texts t ON t.revision = s.revision";
        for found in rows(connection, sql, vec![]).await? {
            let mut cells = Cells::new(&found);
            let status = Status {
                id: StatusId(cells.int()?),
                pipeline: PipelineId(cells.int()?),
                revision: RevisionId(cells.int()?),
                position: cells.int()?,
                colour: StatusColour::from_code(&cells.text()?)?,
                closed: cells.flag()?,
                deleted: cells.flag()?,
            };
            self.world.names.insert(status.revision, cells.text()?);
            self.world.statuses.insert(status.id, status);
        }
        let sql = "SELECT status_id, CAST(SUM(total + trashed) AS BIGINT) FROM ticket_counts GROUP BY status_id";
        for found in rows(connection, sql, vec![]).await? {
            let mut cells = Cells::new(&found);
            // Both before the sum: what stands on the right of `+=` is worked out before what stands on the left.
            let (status, count) = (StatusId(cells.int()?), cells.int()?);
            // What the batch has moved so far is there already.
            *self.world.status_use.or_insert_with(status, || 0) += count;
        }
        Ok(())
    }

    /// Whether the sender of what is received is blocked in its inbox.
    pub(in crate::store) async fn load_block_of(
        &mut self,
        connection: &mut Connection,
        receive: &Receive,
    ) -> Result<(), Error> {
        let thread = receive.thread.and_then(|id| self.world.conversations.get(&id)?.contact);
        let author = match &receive.author {
            AuthorRef::Contact(address) => self.world.contact_by_email.get(&address.email.to_lowercase()).copied(),
            _ => None,
        };
        for contact in author.into_iter().chain(thread) {
            self.load_block(connection, receive.inbox, contact).await?;
        }
        Ok(())
    }

    async fn load_block(
        &mut self,
        connection: &mut Connection,
        inbox: InboxId,
        contact: ContactId,
    ) -> Result<(), Error> {
        // What this batch has said of it is newer.
        if self.tickets.blocks.contains_key(&(inbox, contact)) || self.world.blocks.contains_key(&(inbox, contact)) {
            return Ok(());
        }
        let sql = "SELECT 1 FROM blocks WHERE inbox_id = $1 AND contact_id = $2";
        if row(connection, sql, bound![inbox, contact]).await?.is_some() {
            self.world.blocks.insert((inbox, contact), ());
        }
        Ok(())
    }

    /// Where a contact is blocked.
    pub(in crate::store) async fn load_blocks(
        &mut self,
        connection: &mut Connection,
        contact: ContactId,
    ) -> Result<(), Error> {
        let found = rows(connection, "SELECT inbox_id FROM blocks WHERE contact_id = $1", bound![contact]).await?;
        for row in &found {
            let inbox = InboxId(Cells::new(row).int()?);
            // What this batch has said of it is newer.
            if !self.tickets.blocks.contains_key(&(inbox, contact)) {
                self.world.blocks.insert((inbox, contact), ());
            }
        }
        Ok(())
    }

    /// What an undo of `logged` looks at, whose conversations are loaded.
    pub(in crate::store) async fn load_tickets_to_undo(
        &mut self,
        connection: &mut Connection,
        logged: &[Logged],
    ) -> Result<(), Error> {
        let Some(last) = logged.last().map(|entry| entry.sequence) else { return Ok(()) };
        let mut tickets: BTreeSet<TicketId> = BTreeSet::new();
        let mut pipelines = false;
        for entry in logged {
            let of = |id: &ConversationId| self.world.conversations.get(id).and_then(|it| it.ticket);
            let ticket = match &entry.change {
                Change::TrashSet { conversation, .. } => of(conversation),
                Change::BlockSet { inbox, contact, .. } => {
                    let (inbox, contact) = (*inbox, *contact);
                    self.load_block(connection, inbox, contact).await?;
                    None
                }
                Change::SurveySet { to, .. } => {
                    self.load_survey(connection, to.message).await?;
                    Some(to.ticket)
                }
                Change::Pipeline(change) => {
                    pipelines = true;
                    let names = match change {
                        PipelineChange::Pipeline { from, to } => [from.revision, to.revision],
                        PipelineChange::Status { from, to } => [from.revision, to.revision],
                    };
                    self.load_names(connection, &names).await?;
                    None
                }
                Change::Ticket(TicketChange::Set { ticket, set: TicketSet::Values { from, .. }, .. }) => {
                    // What it comes back to may be looked at by a later command of the batch.
                    self.load_record_texts(connection, &BTreeSet::from([*from])).await?;
                    Some(*ticket)
                }
                Change::Ticket(TicketChange::Set { ticket, set: TicketSet::Contact { from, .. }, .. }) => {
                    if let Some(contact) = from {
                        self.load_record(connection, RecordRef::Contact(*contact)).await?;
                    }
                    Some(*ticket)
                }
                change => {
                    let moves =
                        matches!(change, Change::Ticket(TicketChange::Set { set: TicketSet::Standing { .. }, .. }));
                    pipelines |= moves;
                    change.ticket()
                }
            };
            tickets.extend(ticket);
        }
        if pipelines {
            self.load_pipelines(connection).await?;
        }
        if tickets.is_empty() {
            return Ok(());
        }
        self.load_whole_tickets(connection, &tickets).await?;
        self.load_ticket_names(connection, &tickets).await?;
        let mut later = log::of_tickets(connection, tickets.iter().copied(), last).await?;
        let theirs = |it: &&Logged| it.sequence > last && it.change.ticket().is_some_and(|id| tickets.contains(&id));
        later.extend(self.accepted().filter(theirs).cloned());
        self.add_later(later);
        Ok(())
    }

    /// Tickets with all of their conversations, of which each has as many as a command may reach at the most.
    pub(in crate::store) async fn load_whole_tickets(
        &mut self,
        connection: &mut Connection,
        tickets: &BTreeSet<TicketId>,
    ) -> Result<(), Error> {
        let new: Vec<i64> = tickets.iter().filter(|id| self.tickets.whole.insert(**id)).map(|id| id.0).collect();
        let list = id_list(tickets.iter().map(|id| id.0));
        self.load_owned_tickets(connection, &format!("k.id IN ({list})"), vec![]).await?;
        if !new.is_empty() {
            self.load_owned(connection, &format!("ticket_id IN ({})", id_list(new)), vec![]).await?;
        }
        Ok(())
    }

    /// Every name that tickets have had: undo points back to one.
    async fn load_ticket_names(
        &mut self,
        connection: &mut Connection,
        tickets: &BTreeSet<TicketId>,
    ) -> Result<(), Error> {
        let list = id_list(tickets.iter().map(|id| id.0));
        let sql = format!("SELECT revision, name FROM ticket_texts WHERE ticket_id IN ({list})");
        for found in rows(connection, sql, vec![]).await? {
            let mut cells = Cells::new(&found);
            self.world.names.insert(RevisionId(cells.int()?), cells.text()?);
        }
        Ok(())
    }

    async fn load_names(&mut self, connection: &mut Connection, revisions: &[RevisionId]) -> Result<(), Error> {
        for revision in revisions {
            if self.world.names.contains_key(revision) {
                continue;
            }
            let sql = "SELECT name FROM pipeline_texts WHERE revision = $1";
            if let Some(found) = row(connection, sql, bound![*revision]).await? {
                self.world.names.insert(*revision, Cells::new(&found).text()?);
            }
        }
        Ok(())
    }
}
