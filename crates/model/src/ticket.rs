//! A ticket: an issue that is followed through the statuses of a pipeline (K).
//!
//! Its name is a text: it stands in a revision, written once, and the ticket names the one that holds. The values of what the
//! team has defined for tickets (X4) stand in revisions of their own, so that a colleague who renames a ticket and one who
//! fills in a value do not stand in each other's way when one of them undoes it.

use crate::id::{AgentId, ContactId, InboxId, PipelineId, RevisionId, Sequence, StatusId, TicketId};
use crate::record::value::Edits;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest name of a ticket, in characters: it stands on one line of a card.
pub const TICKET_NAME_MOST: usize = 200;
/// Conversations that one command may reach through their tickets. They are written in one transaction, while which
/// nobody else writes: 2,000 take about a second.
pub const REACH_MOST: usize = 2_000;

/// The revision of a ticket that has no value of the team's own properties yet. No text has that number.
pub const NO_VALUES: RevisionId = RevisionId(0);

fn no_values() -> RevisionId {
    NO_VALUES
}

/// How much a ticket presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    Medium,
    High,
    Urgent,
}

/// Where a ticket stands in a pipeline, and since when it is closed; none in an open status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub pipeline: PipelineId,
    pub status: StatusId,
    pub closed_at: Option<Timestamp>,
}

impl Standing {
    #[must_use]
    pub fn is_closed(self) -> bool {
        self.closed_at.is_some()
    }
}

/// A ticket. It belongs to one inbox and holds conversations of that inbox alone, so who sees the inbox sees it (X2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: TicketId,
    pub inbox: InboxId,
    pub standing: Standing,
    pub priority: Option<Priority>,
    pub owner: Option<AgentId>,
    /// Whose issue it is.
    pub contact: Option<ContactId>,
    /// Which name holds.
    pub revision: RevisionId,
    /// Which values of the team's own properties hold (X4).
    #[serde(default = "no_values")]
    pub values: RevisionId,
    pub created_at: Timestamp,
    /// When it was moved to Trash. What went there with it has the very same time, and nothing else of it has.
    pub trashed_at: Option<Timestamp>,
    /// The sequence of the last change to it; an older copy never replaces a newer one.
    pub version: Sequence,
}

/// One side of a ticket, before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "side", rename_all = "snake_case")]
pub enum TicketSet {
    Name {
        from: RevisionId,
        to: RevisionId,
    },
    Priority {
        from: Option<Priority>,
        to: Option<Priority>,
    },
    Owner {
        from: Option<AgentId>,
        to: Option<AgentId>,
    },
    Standing {
        from: Standing,
        to: Standing,
    },
    Trash {
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    },
    Values {
        from: RevisionId,
        to: RevisionId,
    },
    /// The contact was merged into another one, or is gone for good (D7).
    Contact {
        from: Option<ContactId>,
        to: Option<ContactId>,
    },
}

impl TicketSet {
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::Name { from, to } => Self::Name { from: to, to: from },
            Self::Priority { from, to } => Self::Priority { from: to, to: from },
            Self::Owner { from, to } => Self::Owner { from: to, to: from },
            Self::Standing { from, to } => Self::Standing { from: to, to: from },
            Self::Trash { from, to } => Self::Trash { from: to, to: from },
            Self::Values { from, to } => Self::Values { from: to, to: from },
            Self::Contact { from, to } => Self::Contact { from: to, to: from },
        }
    }

    /// Whether it is about the same side as `other`.
    #[must_use]
    pub fn is_beside(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// Whether `ticket` still is as this left it.
    #[must_use]
    pub fn holds_for(self, ticket: &Ticket) -> bool {
        match self {
            Self::Name { to, .. } => ticket.revision == to,
            Self::Priority { to, .. } => ticket.priority == to,
            Self::Owner { to, .. } => ticket.owner == to,
            Self::Standing { to, .. } => ticket.standing == to,
            Self::Trash { to, .. } => ticket.trashed_at == to,
            Self::Values { to, .. } => ticket.values == to,
            Self::Contact { to, .. } => ticket.contact == to,
        }
    }

    pub fn apply(self, ticket: &mut Ticket) {
        match self {
            Self::Name { to, .. } => ticket.revision = to,
            Self::Priority { to, .. } => ticket.priority = to,
            Self::Owner { to, .. } => ticket.owner = to,
            Self::Standing { to, .. } => ticket.standing = to,
            Self::Trash { to, .. } => ticket.trashed_at = to,
            Self::Values { to, .. } => ticket.values = to,
            Self::Contact { to, .. } => ticket.contact = to,
        }
    }

    /// Whether the row of a conversation in the list shows it.
    #[must_use]
    pub fn shows_in_rows(self) -> bool {
        matches!(self, Self::Name { .. } | Self::Standing { .. })
    }
}

/// What is to be another about a ticket; what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketEdit {
    pub name: Option<String>,
    pub priority: Option<Option<Priority>>,
    pub owner: Option<Option<AgentId>>,
    /// Without a status: into the first of its statuses that is open, or closed, as the ticket is.
    pub pipeline: Option<PipelineId>,
    /// Names its pipeline.
    pub status: Option<StatusId>,
    /// Of the properties that the team has defined for tickets; a value of none is emptied (X4).
    pub values: Edits,
}

/// A ticket that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTicket {
    /// Whose conversation it is made for, if for one.
    pub conversation: Option<crate::id::ConversationId>,
    pub inbox: InboxId,
    pub name: String,
    /// None: that of the status, or the first.
    pub pipeline: Option<PipelineId>,
    /// None: the pipeline's first open one.
    pub status: Option<StatusId>,
    pub priority: Option<Priority>,
    /// None: the conversation's owner. Nobody is said by `Some(None)`.
    pub owner: Option<Option<AgentId>>,
    /// None: the conversation's.
    pub contact: Option<ContactId>,
}
