//! What happened. A change names things by id and says the value before and after, so that it can be told to
//! everyone, kept for ever and turned round. It never carries a text: hiding (M4) and deleting for good (V9) would
//! not reach it here.

use crate::contact::Contact;
use crate::conversation::{Conversation, ConversationState, Ownership, ReadState};
use crate::custom::CustomView;
use crate::id::{AgentId, CommandId, ContactId, ConversationId, CustomViewId, InboxId, MessageId, Sequence, TicketId};
use crate::inbox::Inbox;
use crate::message::{Hidden, Message};
use crate::person::{Agent, AgentState, Role};
use crate::pipeline::{Pipeline, Status};
use crate::record::change::RecordChange;
use crate::survey::Survey;
use crate::ticket::{Ticket, TicketSet};
use crate::time::Timestamp;
use crate::world::Actor;
use serde::{Deserialize, Serialize};

/// One step of state, with what is needed to turn it round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Change {
    ContactAdded {
        contact: Contact,
    },
    /// A conversation began. It holds no message yet; [`Change::MessageAdded`] follows.
    ConversationStarted {
        conversation: Conversation,
    },
    /// Also moves the conversation's activity, preview and waiting time.
    MessageAdded {
        message: Message,
    },
    OwnerSet {
        conversation: ConversationId,
        from: Ownership,
        to: Ownership,
    },
    StateSet {
        conversation: ConversationId,
        from: ConversationState,
        to: ConversationState,
    },
    TrashSet {
        conversation: ConversationId,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    },
    SpamSet {
        conversation: ConversationId,
        from: bool,
        to: bool,
    },
    /// Gone for good, with its messages. `inbox` says who may hear of it.
    Deleted {
        conversation: ConversationId,
        inbox: InboxId,
    },
    HiddenSet {
        message: MessageId,
        conversation: ConversationId,
        from: Option<Hidden>,
        to: Option<Hidden>,
    },
    /// Heard by `agent` alone.
    ReadSet {
        agent: AgentId,
        conversation: ConversationId,
        from: ReadState,
        to: ReadState,
    },
    /// Heard by `agent` alone.
    ReadFloorSet {
        agent: AgentId,
        from: Option<MessageId>,
        to: Option<MessageId>,
    },
    InboxAdded {
        inbox: Inbox,
    },
    InboxOpenSet {
        inbox: InboxId,
        from: bool,
        to: bool,
    },
    AgentAdded {
        agent: Agent,
    },
    AgentStateSet {
        agent: AgentId,
        from: AgentState,
        to: AgentState,
    },
    AgentRoleSet {
        agent: AgentId,
        from: Role,
        to: Role,
    },
    AccessSet {
        agent: AgentId,
        inbox: InboxId,
        from: bool,
        to: bool,
    },
    /// A custom view was made (it was deleted before), changed, moved or deleted. Heard by its owner alone unless it
    /// is or was shared. What is the same before and after is no part of it.
    CustomViewSet {
        from: CustomView,
        to: CustomView,
    },
    /// Another contact was attached to the conversation, or none is any more (D2, D7).
    ContactSet {
        conversation: ConversationId,
        from: Option<ContactId>,
        to: Option<ContactId>,
    },
    /// Something about records and properties (D1–D7, X4).
    Recorded {
        change: RecordChange,
    },
    /// The count of a custom view is complete. Heard by that agent alone, if there is one.
    CustomViewCounted {
        view: CustomViewId,
        only_for: Option<AgentId>,
    },
    Ticket(TicketChange),
    /// A conversation got its ticket (K1), or lost it with the ticket itself (T5).
    TicketOf {
        conversation: ConversationId,
        from: Option<TicketId>,
        to: Option<TicketId>,
    },
    Pipeline(PipelineChange),
    /// The sender of a conversation was blocked in its inbox, or no longer is (T5). A merge of two senders (D7) says it of no
    /// conversation.
    BlockSet {
        conversation: Option<ConversationId>,
        inbox: InboxId,
        contact: ContactId,
        from: bool,
        to: bool,
    },
    /// A contact was asked how it went (the survey was not open before), that was taken back, or they answered (D5).
    SurveySet {
        from: Survey,
        to: Survey,
    },
}

/// What happened with a ticket. `inbox` says who may hear of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum TicketChange {
    Added {
        ticket: Ticket,
    },
    /// What the rows of its conversations show of it moves their versions too.
    Set {
        ticket: TicketId,
        inbox: InboxId,
        set: TicketSet,
    },
    /// A conversation of it was deleted for good (V9): what is left of that is this note.
    LostConversation {
        ticket: TicketId,
        inbox: InboxId,
        conversation: ConversationId,
    },
    /// Gone for good.
    Deleted {
        ticket: TicketId,
        inbox: InboxId,
    },
}

/// What happened with a pipeline or one of its statuses: made (it was deleted before), changed, moved or deleted. What
/// is the same before and after is no part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum PipelineChange {
    Pipeline { from: Pipeline, to: Pipeline },
    Status { from: Status, to: Status },
}

impl TicketChange {
    #[must_use]
    pub fn ticket(&self) -> TicketId {
        match self {
            Self::Added { ticket } => ticket.id,
            Self::Set { ticket, .. } | Self::LostConversation { ticket, .. } | Self::Deleted { ticket, .. } => *ticket,
        }
    }

    #[must_use]
    pub fn inbox(&self) -> InboxId {
        match self {
            Self::Added { ticket } => ticket.inbox,
            Self::Set { inbox, .. } | Self::LostConversation { inbox, .. } | Self::Deleted { inbox, .. } => *inbox,
        }
    }
}

impl PipelineChange {
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::Pipeline { from, to } => Self::Pipeline { from: to, to: from },
            Self::Status { from, to } => Self::Status { from: to, to: from },
        }
    }

    /// The pipeline it is about.
    #[must_use]
    pub fn pipeline(&self) -> crate::id::PipelineId {
        match self {
            Self::Pipeline { to, .. } => to.id,
            Self::Status { to, .. } => to.pipeline,
        }
    }
}

/// Why a change came about, beside the command it belongs to (T11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", content = "of", rename_all = "snake_case")]
pub enum Cause {
    /// It is what the command asked for.
    Asked,
    /// A rule added it.
    Rule(Rule),
    /// It turns round a change of that command.
    Undo(CommandId),
}

/// The rules that add changes nobody asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The contact wrote in a closed conversation.
    ContactReopens,
    /// The contact wrote in a conversation in Trash; leaving it there would lose the message in 30 days.
    ContactRestores,
    /// The contact was in Trash and wrote.
    ContactReturns,
    /// The owner was deactivated or removed (V3).
    OwnerLeft,
    /// Our answer marks the conversation as read for its author.
    AuthorHasRead,
    /// The conversation's owner changed, and the ticket's with it (K3).
    TicketFollowsOwner,
    /// The ticket was closed, and its conversations with it (K4).
    TicketClosed,
    /// The ticket was reopened, and its only conversation with it (K5).
    TicketReopened,
    /// The ticket's last conversation outside Trash went there, and the ticket with it (K7).
    ConversationTrashed,
    /// The ticket went to Trash, and its conversations with it (K7).
    TicketTrashed,
    /// It had gone to Trash by the same step as what was restored (K7).
    RestoredTogether,
    /// The contact wrote in a conversation of a closed ticket.
    ContactReopensTicket,
    /// A conversation of the ticket was deleted for good (V9).
    ConversationDeleted,
    /// The ticket was deleted for good, and its conversations with it.
    TicketDeleted,
    /// The sender is blocked (T5).
    SenderBlocked,
    /// The ticket's status was deleted, or emptied to be (A1).
    StatusDeleted,
    /// A person closed the ticket, and its pipeline asks contacts how it went (D5).
    SurveyAsked,
    /// The contact was merged into another (D7), or deleted for good.
    ContactGone,
}

/// A change in its place in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    pub sequence: Sequence,
    pub command: CommandId,
    /// [`crate::Command::name`] of the command.
    pub name: String,
    pub actor: Actor,
    pub at: Timestamp,
    pub cause: Cause,
    pub change: Change,
}

impl Change {
    /// The change that turns it round; none for what cannot be undone (arrivals, sent words, deletion for good,
    /// people and inboxes coming to be).
    #[must_use]
    pub fn inverse(&self) -> Option<Self> {
        Some(match self.clone() {
            Self::OwnerSet { conversation, from, to } => Self::OwnerSet { conversation, from: to, to: from },
            Self::StateSet { conversation, from, to } => Self::StateSet { conversation, from: to, to: from },
            Self::TrashSet { conversation, from, to } => Self::TrashSet { conversation, from: to, to: from },
            Self::SpamSet { conversation, from, to } => Self::SpamSet { conversation, from: to, to: from },
            Self::HiddenSet { message, conversation, from, to } => {
                Self::HiddenSet { message, conversation, from: to, to: from }
            }
            Self::ReadSet { agent, conversation, from, to } => {
                Self::ReadSet { agent, conversation, from: to, to: from }
            }
            Self::ReadFloorSet { agent, from, to } => Self::ReadFloorSet { agent, from: to, to: from },
            Self::InboxOpenSet { inbox, from, to } => Self::InboxOpenSet { inbox, from: to, to: from },
            Self::AgentStateSet { agent, from, to } => Self::AgentStateSet { agent, from: to, to: from },
            Self::AgentRoleSet { agent, from, to } => Self::AgentRoleSet { agent, from: to, to: from },
            Self::AccessSet { agent, inbox, from, to } => Self::AccessSet { agent, inbox, from: to, to: from },
            Self::CustomViewSet { from, to } => Self::CustomViewSet { from: to, to: from },
            Self::Ticket(TicketChange::Set { ticket, inbox, set }) => {
                Self::Ticket(TicketChange::Set { ticket, inbox, set: set.inverse() })
            }
            Self::Pipeline(change) => Self::Pipeline(change.inverse()),
            Self::SurveySet { from, to } => Self::SurveySet { from: to, to: from },
            Self::BlockSet { conversation, inbox, contact, from, to } => {
                Self::BlockSet { conversation, inbox, contact, from: to, to: from }
            }
            // A conversation keeps its ticket (K1), and what is gone for good stays gone.
            Self::Ticket(_) | Self::TicketOf { .. } => return None,
            Self::ContactSet { conversation, from, to } => Self::ContactSet { conversation, from: to, to: from },
            Self::Recorded { change } => Self::Recorded { change: change.inverse()? },
            Self::ContactAdded { .. }
            | Self::ConversationStarted { .. }
            | Self::MessageAdded { .. }
            | Self::Deleted { .. }
            | Self::InboxAdded { .. }
            | Self::AgentAdded { .. }
            | Self::CustomViewCounted { .. } => return None,
        })
    }

    /// The conversation it is about, if any.
    #[must_use]
    pub fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::ConversationStarted { conversation } => Some(conversation.id),
            Self::MessageAdded { message } => Some(message.conversation),
            Self::OwnerSet { conversation, .. }
            | Self::StateSet { conversation, .. }
            | Self::TrashSet { conversation, .. }
            | Self::SpamSet { conversation, .. }
            | Self::Deleted { conversation, .. }
            | Self::ContactSet { conversation, .. }
            | Self::HiddenSet { conversation, .. }
            | Self::ReadSet { conversation, .. }
            | Self::TicketOf { conversation, .. } => Some(*conversation),
            Self::BlockSet { conversation, .. } => *conversation,
            Self::SurveySet { to, .. } => Some(to.conversation),
            Self::ContactAdded { .. }
            | Self::Ticket(_)
            | Self::Pipeline(_)
            | Self::ReadFloorSet { .. }
            | Self::InboxAdded { .. }
            | Self::InboxOpenSet { .. }
            | Self::AgentAdded { .. }
            | Self::AgentStateSet { .. }
            | Self::AgentRoleSet { .. }
            | Self::AccessSet { .. }
            | Self::CustomViewSet { .. }
            | Self::Recorded { .. }
            | Self::CustomViewCounted { .. } => None,
        }
    }

    /// The message it is about, if any.
    #[must_use]
    pub fn message(&self) -> Option<MessageId> {
        match self {
            Self::MessageAdded { message } => Some(message.id),
            Self::HiddenSet { message, .. } => Some(*message),
            _ => None,
        }
    }

    /// The ticket it is about, if any.
    #[must_use]
    pub fn ticket(&self) -> Option<TicketId> {
        match self {
            Self::Ticket(change) => Some(change.ticket()),
            Self::TicketOf { from, to, .. } => to.or(*from),
            Self::SurveySet { to, .. } => Some(to.ticket),
            _ => None,
        }
    }

    /// Whether undo passes over it and takes back the rest: what blocking a sender deleted for good (T5) is not brought
    /// back by unblocking, however that is asked for; and a mail that asks how it went stays where it was written, while
    /// its link is closed.
    #[must_use]
    pub fn outlasts_undo(&self, cause: Cause) -> bool {
        match self {
            Self::TicketOf { .. } | Self::Ticket(TicketChange::Deleted { .. }) => {
                cause == Cause::Rule(Rule::SenderBlocked)
            }
            Self::MessageAdded { .. } => cause == Cause::Rule(Rule::SurveyAsked),
            _ => false,
        }
    }

    /// Whether it may alter who sees what: it is about people, inboxes or access.
    #[must_use]
    pub fn alters_sight(&self) -> bool {
        match self {
            Self::InboxAdded { .. }
            | Self::InboxOpenSet { .. }
            | Self::AgentAdded { .. }
            | Self::AgentStateSet { .. }
            | Self::AgentRoleSet { .. }
            | Self::AccessSet { .. }
            | Self::ReadFloorSet { .. } => true,
            Self::ContactAdded { .. }
            | Self::ConversationStarted { .. }
            | Self::MessageAdded { .. }
            | Self::OwnerSet { .. }
            | Self::StateSet { .. }
            | Self::TrashSet { .. }
            | Self::SpamSet { .. }
            | Self::Deleted { .. }
            | Self::HiddenSet { .. }
            | Self::ReadSet { .. }
            | Self::Ticket(_)
            | Self::TicketOf { .. }
            | Self::Pipeline(_)
            | Self::BlockSet { .. }
            | Self::SurveySet { .. }
            | Self::ContactSet { .. }
            | Self::Recorded { .. }
            | Self::CustomViewSet { .. }
            | Self::CustomViewCounted { .. } => false,
        }
    }

    /// The only agent who may hear of it, for what is private to one.
    #[must_use]
    pub fn private_to(&self) -> Option<AgentId> {
        match self {
            Self::ReadSet { agent, .. } | Self::ReadFloorSet { agent, .. } => Some(*agent),
            Self::CustomViewSet { from, to } => (!from.shared && !to.shared).then_some(to.owner),
            Self::CustomViewCounted { only_for, .. } => *only_for,
            Self::Recorded { change } => change.private_to(),
            _ => None,
        }
    }

    /// Whether it only says how far somebody has read, which is no action to undo.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        matches!(self, Self::ReadSet { .. } | Self::ReadFloorSet { .. })
    }
}
