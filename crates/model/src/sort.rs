//! The order of a list (S4).

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
}
