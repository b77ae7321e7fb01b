//! How a change moves the state. The one place: server, browser and tests all come through [`World::apply`].

use crate::change::{Change, TicketChange};
use crate::conversation::{Conversation, ConversationState};
use crate::id::Sequence;
use crate::message::{Message, MessageKind};
use crate::record::RecordRef;
use crate::record::change::RecordChange;
use crate::world::World;

mod ticket;

impl World {
    /// Applies one change at its place in the log. What is not loaded is passed over: a browser holds only a part.
    pub fn apply(&mut self, sequence: Sequence, change: &Change) {
        match change {
            Change::ContactAdded { contact } => {
                self.contacts.insert(contact.id, contact.clone());
            }
            Change::ConversationStarted { conversation } => {
                let mut conversation = conversation.clone();
                conversation.version = sequence;
                self.conversations.insert(conversation.id, conversation);
            }
            Change::MessageAdded { message } => {
                let mut message = message.clone();
                message.version = sequence;
                self.touch(message.conversation, sequence, |conversation| conversation.take_in(&message));
                self.messages.insert(message.id, message);
            }
            Change::OwnerSet { conversation, to, .. } => {
                self.touch(*conversation, sequence, |conversation| conversation.ownership = *to);
            }
            Change::StateSet { conversation, to, .. } => {
                self.touch(*conversation, sequence, |conversation| conversation.state = *to);
            }
            Change::TrashSet { conversation, to, .. } => {
                self.touch(*conversation, sequence, |conversation| conversation.trashed_at = *to);
            }
            Change::SpamSet { conversation, to, .. } => {
                self.touch(*conversation, sequence, |conversation| conversation.spam = *to);
            }
            Change::Deleted { conversation, .. } => {
                self.conversations.remove(conversation);
                self.messages.retain(|_, message| message.conversation != *conversation);
                self.reads.retain(|(_, of), _| of != conversation);
            }
            Change::HiddenSet { message, conversation, to, .. } => {
                if let Some(message) = self.messages.get_mut(message) {
                    message.hidden = *to;
                    message.version = sequence;
                }
                // The preview in the list may be this message's.
                self.touch(*conversation, sequence, |_| {});
            }
            Change::ReadSet { agent, conversation, to, .. } => {
                self.reads.insert((*agent, *conversation), *to);
            }
            Change::ReadFloorSet { agent, to, .. } => {
                if let Some(agent) = self.agents.get_mut(agent) {
                    agent.read_floor = *to;
                }
            }
            Change::InboxAdded { inbox } => {
                self.inboxes.insert(inbox.id, inbox.clone());
            }
            Change::InboxOpenSet { inbox, to, .. } => {
                if let Some(inbox) = self.inboxes.get_mut(inbox) {
                    inbox.open_to_all = *to;
                }
            }
            Change::AgentAdded { agent } => {
                self.agents.insert(agent.id, agent.clone());
            }
            Change::AgentStateSet { agent, to, .. } => {
                if let Some(agent) = self.agents.get_mut(agent) {
                    agent.state = *to;
                }
            }
            Change::AgentRoleSet { agent, to, .. } => {
                if let Some(agent) = self.agents.get_mut(agent) {
                    agent.role = *to;
                }
            }
            Change::AccessSet { agent, inbox, to, .. } => {
                if *to {
                    self.access.insert((*inbox, *agent), ());
                } else {
                    self.access.remove(&(*inbox, *agent));
                }
            }
            Change::CustomViewSet { from, to } => {
                let view = self.custom_views.or_insert_with(to.id, || from.clone());
                *view = view.changed(from, to);
            }
            Change::ContactSet { conversation, to, .. } => {
                self.touch(*conversation, sequence, |conversation| conversation.contact = *to);
            }
            // [`World::apply_all`] does that, where records are held: a browser's guesses have none.
            Change::Recorded { .. } | Change::SurveySet { .. } => {}
            // Counts are the store's.
            Change::CustomViewCounted { .. } => {}
            Change::Ticket(change) => self.apply_to_ticket(sequence, change),
            Change::TicketOf { conversation, from, to } => {
                self.touch(*conversation, sequence, |conversation| conversation.ticket = *to);
                if let Some(ticket) = to.or(*from).and_then(|id| self.tickets.get_mut(&id)) {
                    ticket.version = sequence;
                }
            }
            Change::Pipeline(change) => self.apply_to_pipeline(change),
            Change::BlockSet { conversation, inbox, contact, to, .. } => {
                if *to {
                    self.blocks.insert((*inbox, *contact), ());
                } else {
                    self.blocks.remove(&(*inbox, *contact));
                }
                if let Some(conversation) = conversation {
                    self.touch(*conversation, sequence, |_| {});
                }
            }
        }
    }

    /// The same with the records and surveys that are held.
    pub fn apply_all(&mut self, sequence: Sequence, change: &Change) {
        self.apply(sequence, change);
        match change {
            Change::Recorded { change } => {
                self.apply_to_records(change);
                if let RecordChange::RecordErased { was } = change {
                    self.surveys.retain(|_, survey| Some(survey.contact) != was.id.contact());
                }
            }
            Change::SurveySet { from, to } => {
                let survey = self.surveys.or_insert_with(to.message, || from.clone());
                *survey = survey.changed(from, to);
            }
            // The link goes with its mail, and with what it is about.
            Change::Deleted { conversation, .. } => {
                self.surveys.retain(|_, survey| survey.conversation != *conversation);
            }
            // What was written down on it goes with it.
            Change::Ticket(TicketChange::Deleted { ticket, .. }) => {
                let of = RecordRef::Ticket(*ticket);
                self.records.activities.retain(|_, activity| activity.record != of);
                self.surveys.retain(|_, survey| survey.ticket != *ticket);
            }
            _ => {}
        }
    }

    fn touch(&mut self, id: crate::ConversationId, sequence: Sequence, edit: impl FnOnce(&mut Conversation)) {
        if let Some(conversation) = self.conversations.get_mut(&id) {
            edit(conversation);
            conversation.version = sequence;
        }
    }
}

impl Conversation {
    /// What a new message does to its conversation. A message older than the newest (an import out of order) counts,
    /// but moves neither the preview nor the activity. In a closed conversation nobody begins to wait: what is owed an
    /// answer reopens it first.
    fn take_in(&mut self, message: &Message) {
        let newest = self.message_count == 0 || message.sent_at >= self.last_activity_at;
        self.message_count += 1;
        if newest {
            self.last_activity_at = message.sent_at;
            self.last_message = Some(message.id);
        }
        match message.kind {
            MessageKind::Inbound => {
                self.answered = true;
                self.last_inbound_at = self.last_inbound_at.max(Some(message.sent_at));
                self.last_inbound_message = self.last_inbound_message.max(Some(message.id));
                if newest && self.state == ConversationState::Open {
                    self.waiting_since = self.waiting_since.or(Some(message.sent_at));
                }
            }
            MessageKind::Outbound if newest => self.waiting_since = None,
            MessageKind::Outbound | MessageKind::Comment => {}
        }
    }
}
