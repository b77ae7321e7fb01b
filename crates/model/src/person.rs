//! People of the team.

use crate::id::{AgentId, MessageId};
use serde::{Deserialize, Serialize};

/// What a person may do beyond answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers in the inboxes open to them.
    Agent,
    /// Also manages people and inboxes.
    Admin,
    /// Also sees every inbox and may unhide any message (M5).
    SuperAdmin,
}

/// Whether a person can sign in and own conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    Active,
    /// Cannot sign in; can be made active again.
    Deactivated,
    /// Gone for good; the name stays on what they wrote.
    Removed,
}

/// A person of the team. Name and address are texts and live in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    pub id: AgentId,
    pub role: Role,
    pub state: AgentState,
    /// Messages up to this one count as read, so that a new colleague does not start with a year of unread mail.
    pub read_floor: Option<MessageId>,
}

impl Agent {
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == AgentState::Active
    }
}
