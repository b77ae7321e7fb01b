//! A small team at work: what the rule tests and the property tests stand on.

use samtal_model::map::Map;
use samtal_model::naming::named;
use samtal_model::record::Record;
use samtal_model::record::change::RecordChange;
use samtal_model::record::value::{BuiltIn, Value, Values};
use samtal_model::rules::record::{Text, text_of};
use samtal_model::rules::ticket::new_values;
use samtal_model::{
    Actor, Address, AgentId, Ask, Author, AuthorRef, Cause, Change, Channel, Command, CommandId, ContactId,
    Conversation, ConversationId, CustomViewId, Fresh, InboxId, Logged, MessageId, MessageKind, NewStatus, NewTicket,
    Origin, PipelineCommand, PipelineId, Receive, Refusal, RevisionId, Role, Rule, Sequence, StatusColour, StatusId,
    TicketChange, TicketCommand, TicketId, TicketSet, Timestamp, World, decide,
};

pub const ANNA: AgentId = AgentId(1);
pub const JONAS: AgentId = AgentId(2);
pub const EWA: AgentId = AgentId(3);
pub const DAAN: AgentId = AgentId(4);
/// Open to all.
pub const SUPPORT: InboxId = InboxId(1);
/// Of the one pipeline, which is called Support too: New, Waiting on us, Closed.
pub const NEW: StatusId = StatusId(1);
pub const WAITING: StatusId = StatusId(2);
pub const CLOSED: StatusId = StatusId(3);
/// Anna and, as a super admin, Daan.
pub const SALES: InboxId = InboxId(2);

/// State, log and counters, as a server would keep them.
#[derive(Clone)]
pub struct Desk {
    pub world: World,
    pub log: Vec<Logged>,
    pub now: Timestamp,
    next: i64,
    commands: i64,
}

impl Desk {
    /// Anna and Jonas are agents, Ewa an admin, Daan a super admin.
    pub fn open() -> Self {
        let mut desk = Self { world: World::default(), log: vec![], now: Timestamp(1_000_000), next: 1, commands: 0 };
        for (name, role) in
            [("anna", Role::Agent), ("jonas", Role::Agent), ("ewa", Role::Admin), ("daan", Role::SuperAdmin)]
        {
            desk.next = desk.world.agents.len() as i64 + 1;
            let command = Command::AddAgent { name: name.into(), email: format!("{name}@samtal.test"), role };
            desk.done(Actor::System, command);
        }
        for (name, open_to_all) in [("support", true), ("sales", false)] {
            desk.next = desk.world.inboxes.len() as i64 + 1;
            let address = format!("{name}@samtal.test");
            desk.done(Actor::System, Command::CreateInbox { name: name.into(), address, open_to_all });
        }
        desk.done(Actor::System, Command::SetAccess { agent: ANNA, inbox: SALES, allowed: true });
        desk.next = 1;
        let status = |name: &str, closed| NewStatus { name: name.into(), colour: StatusColour::Blue, closed };
        let statuses = vec![status("New", false), status("Waiting on us", false), status("Closed", true)];
        let create = PipelineCommand::Create { name: "Support".into(), statuses };
        desk.done(Actor::System, Command::Pipeline(create));
        desk.next = 100;
        desk
    }

    pub fn ask(&mut self, actor: Actor, command: &Command) -> Result<CommandId, Refusal> {
        let id = self.next;
        let fresh = Fresh {
            agent: AgentId(id),
            contact: ContactId(id),
            conversation: ConversationId(id),
            inbox: InboxId(id),
            message: MessageId(id),
            custom_view: CustomViewId(id),
            revision: RevisionId(id),
            ticket: TicketId(id),
            pipeline: PipelineId(id),
            status: StatusId(id),
        };
        let changes = decide(&self.world, &Ask { actor, now: self.now, fresh }, command)?;
        // A pipeline takes the ids that follow for its statuses.
        self.next += if matches!(command, Command::Pipeline(PipelineCommand::Create { .. })) { 32 } else { 1 };
        self.commands += 1;
        let of = CommandId(self.commands);
        for (cause, change) in changes {
            let sequence = Sequence(self.log.len() as i64 + 1);
            self.bring_custom_text(command, &change);
            if let Some((revision, name)) = named(command, &change) {
                self.world.names.insert(revision, name);
            }
            if let Change::ContactAdded { contact } = &change
                && let Command::Receive(receive) = command
                && let AuthorRef::Contact(address) = &receive.author
            {
                self.world.contact_by_email.insert(address.email.to_lowercase(), contact.id);
            }
            self.bring_record_text(command, &change);
            if let (Change::Ticket(TicketChange::Set { set: TicketSet::Values { to, .. }, .. }), Command::Ticket(it)) =
                (&change, command)
                && let TicketCommand::Edit { edit, .. } = it
            {
                let values = new_values(&self.world, edit, &change).expect("it brings them");
                self.world.records.texts.insert(*to, values);
            }
            self.world.apply_all(sequence, &change);
            let name = command.name().to_owned();
            self.log.push(Logged { sequence, command: of, name, actor, at: self.now, cause, change });
        }
        self.look_up();
        let logged: Vec<_> = self.log.iter().filter(|entry| entry.command == of).cloned().collect();
        if !logged.is_empty() {
            self.world.history.insert(of, logged);
        }
        Ok(of)
    }

    /// What the store keeps beside the nouns: texts by revision, whose address is whose, and where contacts were met.
    fn bring_record_text(&mut self, command: &Command, change: &Change) {
        let mut met = None;
        match change {
            Change::ContactAdded { contact } => {
                let mut values = Values::default();
                if let Command::Receive(receive) = command
                    && let AuthorRef::Contact(address) = &receive.author
                {
                    values.set(BuiltIn::Name.into(), Some(Value::Text(address.name.clone())));
                    values.set(BuiltIn::Email.into(), Some(Value::Text(address.email.clone())));
                }
                let record = Record::of_contact(contact.id, Some(self.now));
                self.world.records.texts.insert(record.revision, values);
                self.world.records.records.insert(record.id, record);
            }
            Change::ConversationStarted { conversation } => met = conversation.contact.zip(Some(conversation.inbox)),
            Change::MessageAdded { message } => {
                if let Author::Contact(author) = message.author {
                    met = Some(author).zip(self.world.conversations.get(&message.conversation).map(|it| it.inbox));
                }
            }
            Change::ContactSet { conversation, to, .. } => {
                met = to.zip(self.world.conversations.get(conversation).map(|it| it.inbox));
            }
            Change::Ticket(TicketChange::Added { ticket }) => met = ticket.contact.zip(Some(ticket.inbox)),
            Change::Recorded { change } => {
                let Command::Record(command) = command else { return };
                let Some(text) = text_of(&self.world, command, change) else { return };
                let held = &mut self.world.records;
                match (change, text) {
                    (RecordChange::RecordSet { to, .. }, Text::Values(_, text)) => {
                        drop(held.texts.insert(to.revision, text))
                    }
                    (RecordChange::PropertySet { to, .. }, Text::Property(text)) => {
                        held.property_texts.insert(to.revision, text);
                    }
                    (RecordChange::ObjectTypeSet { to, .. }, Text::ObjectType(text)) => {
                        held.object_type_texts.insert(to.revision, text);
                    }
                    (RecordChange::ActivitySet { to, .. }, Text::Activity(text)) => {
                        held.activity_texts.insert(to.revision, text);
                    }
                    (change, text) => panic!("{text:?} for {change:?}"),
                }
            }
            _ => {}
        }
        if let Some(met) = met {
            self.world.records.known_in.insert(met, ());
        }
    }

    /// What the loader looks up: whose address is whose, a contact's conversations, and whom it took in.
    fn look_up(&mut self) {
        let held = &self.world.records;
        let mut by_email: Map<String, ContactId> = Map::default();
        let mut of_contact: Map<ContactId, Vec<ConversationId>> = Map::default();
        let mut absorbed: Map<ContactId, Vec<ContactId>> = Map::default();
        for record in held.records.values().filter(|record| record.made) {
            let Some(contact) = record.id.contact() else { continue };
            if let Some(winner) = record.merged_into {
                absorbed.or_insert_with(winner, Vec::new).push(contact);
            }
            let email = held.values(record).text(BuiltIn::Email).to_lowercase();
            if !email.is_empty() && (record.is_there() || !by_email.contains_key(&email)) {
                by_email.insert(email, record.merged_into.unwrap_or(contact));
            }
        }
        for conversation in self.world.conversations.values() {
            if let Some(contact) = conversation.contact {
                of_contact.or_insert_with(contact, Vec::new).push(conversation.id);
            }
        }
        self.world.contact_by_email = by_email;
        self.world.records.of_contact = of_contact;
        self.world.records.absorbed = absorbed;
    }

    /// The texts of a view's new revision, as the store brings them.
    fn bring_custom_text(&mut self, command: &Command, change: &Change) {
        let Change::CustomViewSet { from, to } = change else { return };
        let text = match command {
            Command::CreateCustomView { text, .. } => text.tidied(),
            Command::EditCustomView { edit, .. } => self.world.custom_texts[&from.revision].edited(edit),
            _ => return,
        };
        self.world.custom_texts.insert(to.revision, text);
    }

    /// A command that has to succeed.
    pub fn done(&mut self, actor: Actor, command: Command) -> CommandId {
        self.ask(actor, &command).unwrap_or_else(|refusal| panic!("{command:?} was refused: {refusal:?}"))
    }

    pub fn by(&mut self, agent: AgentId, command: Command) -> CommandId {
        self.done(Actor::Agent(agent), command)
    }

    pub fn refusal(&mut self, agent: AgentId, command: Command) -> Refusal {
        let before = self.world.clone();
        let refusal = self.ask(Actor::Agent(agent), &command).expect_err("a refusal");
        assert_eq!(self.world, before, "a refusal changes nothing");
        refusal
    }

    /// A mail from Maja; its conversation.
    pub fn mail(&mut self, inbox: InboxId, thread: Option<ConversationId>) -> ConversationId {
        self.receive(inbox, thread, Channel::Email, Origin::Inbound, MessageKind::Inbound)
    }

    pub fn receive(
        &mut self,
        inbox: InboxId,
        thread: Option<ConversationId>,
        channel: Channel,
        origin: Origin,
        kind: MessageKind,
    ) -> ConversationId {
        self.now = self.now.plus_ms(1000);
        let receive = self.message(inbox, thread, channel, origin, kind);
        self.take(receive)
    }

    /// The same from an archive.
    pub fn archived(&mut self, inbox: InboxId, thread: Option<ConversationId>, kind: MessageKind) -> ConversationId {
        self.now = self.now.plus_ms(1000);
        let origin = if kind == MessageKind::Inbound { Origin::Inbound } else { Origin::Outbound };
        let receive = self.message(inbox, thread, Channel::Email, origin, kind);
        self.take(Receive { archived: true, ..receive })
    }

    /// What comes from outside now; its conversation.
    pub fn take(&mut self, receive: Receive) -> ConversationId {
        let command = self.done(Actor::System, Command::Receive(Box::new(receive)));
        self.world.history[&command].iter().find_map(|entry| entry.change.conversation()).expect("a conversation")
    }

    /// From Maja, or to her.
    pub fn message(
        &self,
        inbox: InboxId,
        thread: Option<ConversationId>,
        channel: Channel,
        origin: Origin,
        kind: MessageKind,
    ) -> Receive {
        let maja = Address { name: "Maja".into(), email: "maja@post.test".into() };
        let author = match (kind, origin) {
            (MessageKind::Inbound, _) => AuthorRef::Contact(maja.clone()),
            (_, Origin::Bot) => AuthorRef::Bot,
            _ => AuthorRef::Inbox,
        };
        Receive {
            inbox,
            channel,
            thread,
            origin,
            kind,
            author,
            contact: Some(maja),
            subject: "Shelf".into(),
            text: "Hello".into(),
            sent_at: self.now,
            spam: false,
            archived: false,
        }
    }

    pub fn last_message(&self, conversation: ConversationId) -> MessageId {
        self.world.conversations[&conversation].last_message.expect("a message")
    }
}

/// The world with what only says *when* it changed left out, to compare before and after.
pub fn without_versions(world: &World) -> World {
    let mut world = world.clone();
    world.history.clear();
    world.conversations.values_mut().for_each(|it| it.version = Sequence(0));
    world.messages.values_mut().for_each(|it| it.version = Sequence(0));
    world.tickets.values_mut().for_each(|it| it.version = Sequence(0));
    world.names.clear();
    world.pipelines.retain(|_, pipeline| !pipeline.deleted);
    world.statuses.retain(|_, status| !status.deleted);
    world.status_use.retain(|_, count| *count != 0);
    // A deleted view is as good as one that never was, and a text that no view names is not read.
    world.custom_views.retain(|_, view| !view.deleted);
    world.custom_texts.clear();
    let held = &mut world.records;
    held.records.retain(|_, record| record.made);
    held.properties.retain(|_, property| !property.deleted);
    held.object_types.retain(|_, object_type| !object_type.deleted);
    held.activities.retain(|_, activity| !activity.deleted);
    held.texts.clear();
    held.property_texts.clear();
    held.object_type_texts.clear();
    held.activity_texts.clear();
    // Where a contact was met once they stay known.
    held.known_in.clear();
    held.of_contact.retain(|_, conversations| !conversations.is_empty());
    held.absorbed.retain(|_, absorbed| !absorbed.is_empty());
    // No entry and an empty entry are the same: nothing read.
    world.reads.retain(|_, read| *read != samtal_model::ReadState::default());
    world
}

/// What is done with tickets, in few words.
impl Desk {
    pub fn ticket(&mut self, inbox: InboxId, conversation: Option<ConversationId>) -> TicketId {
        let new = NewTicket {
            conversation,
            inbox,
            name: "Broken shelf".into(),
            pipeline: None,
            status: None,
            priority: None,
            owner: None,
            contact: None,
        };
        let command = self.by(DAAN, Command::Ticket(TicketCommand::Create(Box::new(new))));
        self.world.history[&command].iter().find_map(|entry| entry.change.ticket()).expect("a ticket")
    }

    /// A ticket with so many conversations.
    pub fn ticket_of(&mut self, count: usize) -> (TicketId, Vec<ConversationId>) {
        let all: Vec<_> = (0..count).map(|_| self.mail(SUPPORT, None)).collect();
        let ticket = self.ticket(SUPPORT, all.first().copied());
        for conversation in all.iter().skip(1) {
            self.by(ANNA, Command::Ticket(TicketCommand::Attach { conversation: *conversation, ticket }));
        }
        (ticket, all)
    }

    pub fn set_status(&mut self, ticket: TicketId, status: StatusId) -> CommandId {
        self.by(ANNA, Command::Ticket(TicketCommand::SetStatus { ticket, status }))
    }

    pub fn trash_ticket(&mut self, ticket: TicketId) -> CommandId {
        self.by(ANNA, Command::Ticket(TicketCommand::Trash { ticket }))
    }

    pub fn restore_ticket(&mut self, ticket: TicketId) -> CommandId {
        self.by(ANNA, Command::Ticket(TicketCommand::Restore { ticket }))
    }

    pub fn of(&self, id: ConversationId) -> &Conversation {
        &self.world.conversations[&id]
    }

    /// What the rules added to a command.
    pub fn followed(&self, command: CommandId) -> Vec<Rule> {
        let of = self.world.history.get(&command).into_iter().flatten();
        of.filter_map(|entry| if let Cause::Rule(rule) = entry.cause { Some(rule) } else { None }).collect()
    }
}
