//! What can be asked. Commands carry texts; the changes they lead to never do.

use crate::conversation::{Channel, Origin};
use crate::custom::{CustomViewEdit, CustomViewText};
use crate::id::{
    AgentId, CommandId, ContactId, ConversationId, CustomViewId, InboxId, MessageId, PipelineId, StatusId, TicketId,
};
use crate::message::MessageKind;
use crate::person::{AgentState, Role};
use crate::pipeline::{NewStatus, StatusColour};
use crate::record::command::RecordCommand;
use crate::ticket::{NewTicket, TicketEdit};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A mail address with the name that stood beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Address {
    #[serde(default)]
    pub name: String,
    /// Empty for a visitor who has not told theirs.
    pub email: String,
}

/// Who wrote a received message, as far as the receiver knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorRef {
    /// A contact, found by address or made now.
    Contact(Address),
    Agent(AgentId),
    Bot,
    Inbox,
}

/// A message from outside, or from a mailbox's past: what the mail receiver, the importer and chat send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receive {
    pub inbox: InboxId,
    pub channel: Channel,
    /// The conversation it continues, found by the receiver; none begins a new one.
    pub thread: Option<ConversationId>,
    /// Who begins the conversation, if it is a new one.
    pub origin: Origin,
    pub kind: MessageKind,
    pub author: AuthorRef,
    /// The customer of a new conversation whose first message is not theirs (sent mail, a bot's greeting).
    pub contact: Option<Address>,
    pub subject: String,
    pub text: String,
    pub sent_at: Timestamp,
    /// Caught by a filter on its way in; applies to a new conversation only.
    pub spam: bool,
    /// From a past in which nothing is owed any more: a conversation it begins is closed, and it brings none back.
    pub archived: bool,
}

/// Everything that changes state. Nothing else does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Receive(Box<Receive>),
    /// An answer to the contact.
    Reply {
        conversation: ConversationId,
        text: String,
    },
    /// A word among ourselves (R3).
    Comment {
        conversation: ConversationId,
        text: String,
    },
    /// A new outbound mail (R5, V7).
    Compose {
        inbox: InboxId,
        to: Address,
        subject: String,
        text: String,
    },
    Assign {
        conversation: ConversationId,
        owner: Option<AgentId>,
    },
    Close {
        conversation: ConversationId,
    },
    Reopen {
        conversation: ConversationId,
    },
    Trash {
        conversation: ConversationId,
    },
    Restore {
        conversation: ConversationId,
    },
    /// For good, from Trash only (V9).
    Delete {
        conversation: ConversationId,
    },
    MarkSpam {
        conversation: ConversationId,
    },
    MarkNotSpam {
        conversation: ConversationId,
    },
    Hide {
        message: MessageId,
    },
    Unhide {
        message: MessageId,
    },
    /// The asking agent has read it up to this message.
    MarkRead {
        conversation: ConversationId,
        up_to: MessageId,
    },
    MarkUnread {
        conversation: ConversationId,
    },
    /// Everything up to this message is read for the asking agent.
    MarkAllRead {
        up_to: MessageId,
    },
    CreateInbox {
        name: String,
        address: String,
        open_to_all: bool,
    },
    SetInboxOpen {
        inbox: InboxId,
        open_to_all: bool,
    },
    /// `email` is the sign-in name.
    AddAgent {
        name: String,
        email: String,
        role: Role,
    },
    SetAgentState {
        agent: AgentId,
        state: AgentState,
    },
    SetAgentRole {
        agent: AgentId,
        role: Role,
    },
    SetAccess {
        agent: AgentId,
        inbox: InboxId,
        allowed: bool,
    },
    /// A custom view (V10), which comes last among its kind.
    CreateCustomView {
        text: CustomViewText,
        shared: bool,
    },
    EditCustomView {
        view: CustomViewId,
        edit: CustomViewEdit,
    },
    /// Before that one of its kind, or to the end.
    MoveCustomView {
        view: CustomViewId,
        before: Option<CustomViewId>,
    },
    DeleteCustomView {
        view: CustomViewId,
    },
    /// The server has counted it; for the one agent it is counted for, if it is not the same for all.
    CustomViewCounted {
        view: CustomViewId,
        only_for: Option<AgentId>,
    },
    /// Attaches that contact to the conversation, or detaches the one it has (D2).
    SetContact {
        conversation: ConversationId,
        contact: Option<ContactId>,
    },
    /// Something about records and properties (D1–D7, X4).
    Record(Box<RecordCommand>),
    /// Takes back everything that command changed (T9).
    Undo {
        command: CommandId,
    },
    Ticket(TicketCommand),
    Pipeline(PipelineCommand),
    /// What its sender writes in this inbox is filtered from now on, and their tickets are deleted for good (T5).
    BlockSender {
        conversation: ConversationId,
    },
    UnblockSender {
        conversation: ConversationId,
    },
}

/// What can be asked of tickets (K).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TicketCommand {
    Create(Box<NewTicket>),
    /// Makes a conversation without a ticket one of this ticket's (K1).
    Attach {
        conversation: ConversationId,
        ticket: TicketId,
    },
    Edit {
        ticket: TicketId,
        edit: TicketEdit,
    },
    /// Also the conversations' state (K4, K5).
    SetStatus {
        ticket: TicketId,
        status: StatusId,
    },
    Trash {
        ticket: TicketId,
    },
    Restore {
        ticket: TicketId,
    },
    /// For good, from Trash only, with its conversations.
    Delete {
        ticket: TicketId,
    },
}

/// What admins can ask of pipelines (A1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PipelineCommand {
    /// It comes last.
    Create {
        name: String,
        statuses: Vec<NewStatus>,
    },
    Rename {
        pipeline: PipelineId,
        name: String,
    },
    /// Before that one, or to the end.
    Move {
        pipeline: PipelineId,
        before: Option<PipelineId>,
    },
    /// Whether contacts are asked how it went when their ticket is closed in it (D5).
    SetSurvey {
        pipeline: PipelineId,
        on: bool,
    },
    Delete {
        pipeline: PipelineId,
    },
    /// It comes last.
    CreateStatus {
        pipeline: PipelineId,
        status: NewStatus,
    },
    EditStatus {
        status: StatusId,
        name: Option<String>,
        colour: Option<StatusColour>,
        closed: Option<bool>,
    },
    MoveStatus {
        status: StatusId,
        before: Option<StatusId>,
    },
    /// So many of its tickets as one transaction holds move to that other one: again and again empties any status, so that it
    /// can be deleted.
    MoveTickets {
        status: StatusId,
        to: StatusId,
    },
    /// Its tickets move to that other one.
    DeleteStatus {
        status: StatusId,
        move_to: Option<StatusId>,
    },
}

impl TicketCommand {
    fn name(&self) -> &'static str {
        match self {
            Self::Create(_) => "create_ticket",
            Self::Attach { .. } => "attach_ticket",
            Self::Edit { .. } => "edit_ticket",
            Self::SetStatus { .. } => "set_ticket_status",
            Self::Trash { .. } => "trash_ticket",
            Self::Restore { .. } => "restore_ticket",
            Self::Delete { .. } => "delete_ticket",
        }
    }

    /// The ticket that it names.
    #[must_use]
    pub fn ticket(&self) -> Option<TicketId> {
        match self {
            Self::Create(_) => None,
            Self::Attach { ticket, .. }
            | Self::Edit { ticket, .. }
            | Self::SetStatus { ticket, .. }
            | Self::Trash { ticket }
            | Self::Restore { ticket }
            | Self::Delete { ticket } => Some(*ticket),
        }
    }
}

impl PipelineCommand {
    fn name(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create_pipeline",
            Self::Rename { .. } => "rename_pipeline",
            Self::Move { .. } => "move_pipeline",
            Self::SetSurvey { .. } => "set_pipeline_survey",
            Self::Delete { .. } => "delete_pipeline",
            Self::CreateStatus { .. } => "create_status",
            Self::EditStatus { .. } => "edit_status",
            Self::MoveStatus { .. } => "move_status",
            Self::MoveTickets { .. } => "move_tickets",
            Self::DeleteStatus { .. } => "delete_status",
        }
    }
}

impl Command {
    /// The name in the log and in the API: snake case, stable.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Receive(_) => "receive",
            Self::Reply { .. } => "reply",
            Self::Comment { .. } => "comment",
            Self::Compose { .. } => "compose",
            Self::Assign { .. } => "assign",
            Self::Close { .. } => "close",
            Self::Reopen { .. } => "reopen",
            Self::Trash { .. } => "trash",
            Self::Restore { .. } => "restore",
            Self::Delete { .. } => "delete",
            Self::MarkSpam { .. } => "mark_spam",
            Self::MarkNotSpam { .. } => "mark_not_spam",
            Self::Hide { .. } => "hide",
            Self::Unhide { .. } => "unhide",
            Self::MarkRead { .. } => "mark_read",
            Self::MarkUnread { .. } => "mark_unread",
            Self::MarkAllRead { .. } => "mark_all_read",
            Self::CreateInbox { .. } => "create_inbox",
            Self::SetInboxOpen { .. } => "set_inbox_open",
            Self::AddAgent { .. } => "add_agent",
            Self::SetAgentState { .. } => "set_agent_state",
            Self::SetAgentRole { .. } => "set_agent_role",
            Self::SetAccess { .. } => "set_access",
            Self::CreateCustomView { .. } => "create_custom_view",
            Self::EditCustomView { .. } => "edit_custom_view",
            Self::MoveCustomView { .. } => "move_custom_view",
            Self::DeleteCustomView { .. } => "delete_custom_view",
            Self::CustomViewCounted { .. } => "custom_view_counted",
            Self::SetContact { .. } => "set_contact",
            Self::Record(command) => command.name(),
            Self::Undo { .. } => "undo",
            Self::Ticket(command) => command.name(),
            Self::Pipeline(command) => command.name(),
            Self::BlockSender { .. } => "block_sender",
            Self::UnblockSender { .. } => "unblock_sender",
        }
    }

    /// The conversation that it is about, if it names one.
    #[must_use]
    pub fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::Receive(receive) => receive.thread,
            Self::Reply { conversation, .. }
            | Self::Comment { conversation, .. }
            | Self::Assign { conversation, .. }
            | Self::Close { conversation }
            | Self::Reopen { conversation }
            | Self::Trash { conversation }
            | Self::Restore { conversation }
            | Self::Delete { conversation }
            | Self::SetContact { conversation, .. }
            | Self::MarkSpam { conversation }
            | Self::MarkNotSpam { conversation }
            | Self::MarkRead { conversation, .. }
            | Self::MarkUnread { conversation }
            | Self::Ticket(TicketCommand::Attach { conversation, .. })
            | Self::BlockSender { conversation }
            | Self::UnblockSender { conversation } => Some(*conversation),
            Self::Ticket(TicketCommand::Create(new)) => new.conversation,
            Self::Ticket(_) | Self::Pipeline(_) => None,
            Self::Compose { .. }
            | Self::Hide { .. }
            | Self::Unhide { .. }
            | Self::MarkAllRead { .. }
            | Self::CreateInbox { .. }
            | Self::SetInboxOpen { .. }
            | Self::AddAgent { .. }
            | Self::SetAgentState { .. }
            | Self::SetAgentRole { .. }
            | Self::SetAccess { .. }
            | Self::CreateCustomView { .. }
            | Self::EditCustomView { .. }
            | Self::MoveCustomView { .. }
            | Self::DeleteCustomView { .. }
            | Self::CustomViewCounted { .. }
            | Self::Record(_)
            | Self::Undo { .. } => None,
        }
    }

    /// The message that it is about. One up to which something is read is not.
    #[must_use]
    pub fn message(&self) -> Option<MessageId> {
        match self {
            Self::Hide { message } | Self::Unhide { message } => Some(*message),
            _ => None,
        }
    }
}
