//! A conversation: a thread of messages on one channel in one inbox.

use crate::id::{AgentId, ContactId, ConversationId, InboxId, MessageId, Sequence, TicketId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The way a conversation began (V6). It does not change when an answer goes out by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Email,
    Chat,
    Messenger,
    Form,
    Call,
}

/// Who began it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The contact wrote first.
    Inbound,
    /// We wrote first, from the inbox or from a record (V7).
    Outbound,
    /// A bot spoke first (V6, T7).
    Bot,
}

/// Whether work is left to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConversationState {
    Open,
    Closed,
}

/// Who is to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "type", content = "id")]
pub enum Owner {
    Agent(AgentId),
    Bot,
}

/// The owner, and whether a person ever was one: the Bots view (V2) and T7 ask for that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ownership {
    pub owner: Option<Owner>,
    pub person_ever: bool,
}

/// A thread of messages. Its subject is a text and lives in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    pub inbox: InboxId,
    pub channel: Channel,
    pub origin: Origin,
    pub contact: Option<ContactId>,
    /// At most one, and never taken away (K1) but with the ticket itself.
    #[serde(default)]
    pub ticket: Option<TicketId>,
    pub state: ConversationState,
    pub ownership: Ownership,
    /// Filtered.
    pub spam: bool,
    /// When it was moved to trash; it is deleted for good [`TRASH_KEPT_MS`] later (V9).
    pub trashed_at: Option<Timestamp>,
    /// The contact has written in it (V5).
    pub answered: bool,
    pub created_at: Timestamp,
    pub last_activity_at: Timestamp,
    pub last_inbound_at: Option<Timestamp>,
    /// Since when the contact waits for an answer of ours; none when the last word is ours.
    pub waiting_since: Option<Timestamp>,
    /// The newest message by date: the list's preview.
    pub last_message: Option<MessageId>,
    /// The contact's message with the greatest id: what makes the conversation unread.
    pub last_inbound_message: Option<MessageId>,
    pub message_count: i64,
    /// The sequence of the last change to it; an older copy never replaces a newer one.
    pub version: Sequence,
}

/// How long a conversation stays in Trash: 30 days (V9).
pub const TRASH_KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// How long after the visitor's last message a bot conversation cannot be closed: 30 minutes (T7).
pub const BOT_QUIET_MS: i64 = 30 * 60 * 1000;

/// How far an agent has read a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadState {
    pub up_to: Option<MessageId>,
    /// Marked unread by hand; stays so until it is opened again.
    pub marked_unread: bool,
}

impl Conversation {
    /// Whether it is unread for somebody who has read as far as `read` and, everywhere, up to `floor`.
    #[must_use]
    pub fn is_unread(&self, read: ReadState, floor: Option<MessageId>) -> bool {
        read.marked_unread || self.last_inbound_message > read.up_to.max(floor)
    }

    /// Until when T7 forbids closing it, if it does at `now`.
    #[must_use]
    pub fn closing_barred_until(&self, now: Timestamp) -> Option<Timestamp> {
        if self.origin != Origin::Bot || self.ownership.person_ever {
            return None;
        }
        let until = self.last_inbound_at?.plus_ms(BOT_QUIET_MS);
        (until > now).then_some(until)
    }
}
