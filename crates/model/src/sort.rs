//! The order of a list (S4).

use crate::conversation::Conversation;
use serde::{Deserialize, Serialize};

/// By what a list is sorted. Equal ones stand in the order of their ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    NewestActivity,
    OldestActivity,
    NewestCreated,
    OldestCreated,
    /// Those whose contact has waited longest for an answer first; those where nobody waits come last.
    WaitingLongest,
}

impl Sort {
    /// In the order of the menu.
    pub const ALL: [Self; 5] =
        [Self::NewestActivity, Self::OldestActivity, Self::NewestCreated, Self::OldestCreated, Self::WaitingLongest];

    /// The name in URLs and in the API.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::NewestActivity => "newest_activity",
            Self::OldestActivity => "oldest_activity",
            Self::NewestCreated => "newest_created",
            Self::OldestCreated => "oldest_created",
            Self::WaitingLongest => "waiting_longest",
        }
    }

    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.slug() == slug)
    }

    /// Where a conversation stands: one with a greater key stands higher.
    #[must_use]
    pub fn key(self, conversation: &Conversation) -> i64 {
        match self {
            Self::NewestActivity => conversation.last_activity_at.0,
            Self::OldestActivity => conversation.last_activity_at.0.saturating_neg(),
            Self::NewestCreated => conversation.created_at.0,
            Self::OldestCreated => conversation.created_at.0.saturating_neg(),
            Self::WaitingLongest => conversation.waiting_since.map_or(i64::MIN, |since| since.0.saturating_neg()),
        }
    }

    /// Whether times and ids grow from top to bottom: among equal keys the smaller id stands higher then, and the
    /// greater one otherwise.
    #[must_use]
    pub fn is_upward(self) -> bool {
        match self {
            Self::NewestActivity | Self::NewestCreated => false,
            Self::OldestActivity | Self::OldestCreated | Self::WaitingLongest => true,
        }
    }
}
