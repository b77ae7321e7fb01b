//! What rules may read: the part of the state that a command needs, loaded by the store or held by the browser.

use crate::change::Logged;
use crate::contact::Contact;
use crate::conversation::{Conversation, ReadState};
use crate::custom::{CustomView, CustomViewText};
use crate::id::{
    AgentId, CommandId, ContactId, ConversationId, CustomViewId, InboxId, MessageId, PipelineId, RevisionId, StatusId,
    TicketId,
};
use crate::inbox::Inbox;
use crate::map::Map;
use crate::message::Message;
use crate::person::{Agent, Role};
use crate::pipeline::{Pipeline, Status};
use crate::record::world::Records;
use crate::refusal::{Noun, Refusal};
use crate::survey::Survey;
use crate::ticket::Ticket;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "type", content = "id")]
pub enum Actor {
    Agent(AgentId),
    /// The server itself: receivers, importers, timers, the command line.
    System,
}

/// Ids for what a command may bring into being: one of each is enough for any command but that which makes a pipeline,
/// which takes those that follow, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fresh {
    pub agent: AgentId,
    pub contact: ContactId,
    pub conversation: ConversationId,
    pub inbox: InboxId,
    pub message: MessageId,
    pub custom_view: CustomViewId,
    pub revision: RevisionId,
    pub ticket: TicketId,
    pub pipeline: PipelineId,
    pub status: StatusId,
}

/// The circumstances of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    pub actor: Actor,
    pub now: Timestamp,
    pub fresh: Fresh,
}

/// The state, or the part of it that a command needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    pub agents: Map<AgentId, Agent>,
    pub inboxes: Map<InboxId, Inbox>,
    /// Who sees which of the inboxes that are not open to all (X2).
    pub access: Map<(InboxId, AgentId), ()>,
    pub contacts: Map<ContactId, Contact>,
    /// Lower-case mail address → contact. Filled by the loader for the addresses of the command.
    pub contact_by_email: Map<String, ContactId>,
    /// Lower-case sign-in address → agent. Filled by the loader for the addresses of the command.
    pub agent_by_email: Map<String, AgentId>,
    pub conversations: Map<ConversationId, Conversation>,
    pub messages: Map<MessageId, Message>,
    pub reads: Map<(AgentId, ConversationId), ReadState>,
    pub custom_views: Map<CustomViewId, CustomView>,
    /// The texts of the custom views. Filled by the loader for those a command may look at.
    pub custom_texts: Map<RevisionId, CustomViewText>,
    /// Filled by the loader, each with all of its conversations, for the commands that reach so far.
    pub tickets: Map<TicketId, Ticket>,
    pub pipelines: Map<PipelineId, Pipeline>,
    pub statuses: Map<StatusId, Status>,
    /// How many tickets stand in a status, in Trash or not.
    pub status_use: Map<StatusId, i64>,
    /// The names of tickets, pipelines and statuses. Filled by the loader for those a command may look at.
    pub names: Map<RevisionId, String>,
    /// Whose messages are filtered where (T5).
    pub blocks: Map<(InboxId, ContactId), ()>,
    pub records: Records,
    /// Those of the tickets that are closed, and the one that is answered (D5), by their mails.
    pub surveys: Map<MessageId, Survey>,
    /// All changes of the commands that are to be undone, and what changed the same conversations later.
    pub history: Map<CommandId, Vec<Logged>>,
}

impl World {
    /// Whether `actor` may know of `inbox` at all (X2). The server itself may; so may a super admin.
    #[must_use]
    pub fn may_see(&self, actor: Actor, inbox: InboxId) -> bool {
        let Actor::Agent(id) = actor else { return true };
        let Some(agent) = self.agents.get(&id).filter(|agent| agent.is_active()) else {
            return false;
        };
        agent.role == Role::SuperAdmin
            || self.inboxes.get(&inbox).is_some_and(|inbox| inbox.open_to_all)
            || self.access.contains_key(&(inbox, id))
    }

    /// The conversation, if it is there and `actor` may see its inbox; both "no" look the same (M3).
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn conversation_for(&self, actor: Actor, id: ConversationId) -> Result<&Conversation, Refusal> {
        self.conversations
            .get(&id)
            .filter(|conversation| self.may_see(actor, conversation.inbox))
            .ok_or(Refusal::NotFound(Noun::Conversation))
    }

    /// The message, under the same rule.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn message_for(&self, actor: Actor, id: MessageId) -> Result<&Message, Refusal> {
        self.messages
            .get(&id)
            .filter(|message| self.conversation_for(actor, message.conversation).is_ok())
            .ok_or(Refusal::NotFound(Noun::Message))
    }

    /// The ticket, if it is there and `actor` may see its inbox.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn ticket_for(&self, actor: Actor, id: TicketId) -> Result<&Ticket, Refusal> {
        self.tickets.get(&id).filter(|ticket| self.may_see(actor, ticket.inbox)).ok_or(Refusal::NotFound(Noun::Ticket))
    }

    /// The conversations of a ticket, in Trash or not.
    pub fn conversations_of(&self, ticket: TicketId) -> impl Iterator<Item = &Conversation> {
        self.conversations.values().filter(move |conversation| conversation.ticket == Some(ticket))
    }

    /// How far `agent` has read `conversation`.
    #[must_use]
    pub fn read_state(&self, agent: AgentId, conversation: ConversationId) -> ReadState {
        self.reads.get(&(agent, conversation)).copied().unwrap_or_default()
    }

    /// The asking agent. The server itself stands above roles and is none.
    ///
    /// # Errors
    /// [`Refusal::SignIn`] where the agent is unknown or no longer active.
    pub fn asking_agent(&self, actor: Actor) -> Result<Option<&Agent>, Refusal> {
        match actor {
            Actor::System => Ok(None),
            Actor::Agent(id) => match self.agents.get(&id) {
                Some(agent) if agent.is_active() => Ok(Some(agent)),
                _ => Err(Refusal::SignIn),
            },
        }
    }
}
