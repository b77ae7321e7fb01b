//! What can be asked. Commands carry texts; the changes they lead to never do.

use crate::conversation::{Channel, Origin};
use crate::custom::{CustomViewEdit, CustomViewText};
use crate::id::{AgentId, CommandId, ContactId, ConversationId, CustomViewId, InboxId, MessageId};
use crate::message::MessageKind;
use crate::person::{AgentState, Role};
use crate::record::command::RecordCommand;
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
            | Self::MarkUnread { conversation } => Some(*conversation),
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
