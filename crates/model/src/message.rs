//! One message of a conversation. What it says is a text and lives in the store.

use crate::conversation::Channel;
use crate::id::{AgentId, ContactId, ConversationId, MessageId, Sequence};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Which way it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// From the contact to us.
    Inbound,
    /// From us, or our bot, to the contact.
    Outbound,
    /// Among ourselves; never visible to the contact (R3).
    Comment,
}

/// Who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "type", content = "id")]
pub enum Author {
    Contact(ContactId),
    Agent(AgentId),
    Bot,
    /// The inbox's own address, where the person behind it is not known (imported sent mail).
    Inbox,
}

/// Who hid it, and when (M4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    pub by: AgentId,
    pub at: Timestamp,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub conversation: ConversationId,
    pub kind: MessageKind,
    pub author: Author,
    pub channel: Channel,
    /// When its sender sent it; the thread's order is this, then the id.
    pub sent_at: Timestamp,
    pub hidden: Option<Hidden>,
    /// The sequence of the last change to it.
    pub version: Sequence,
}
