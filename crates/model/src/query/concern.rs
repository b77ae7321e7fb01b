//! What a query looks at, and what a change touches: where the two do not meet, the change cannot alter what the query
//! finds.

use super::{Assignee, Field, Query, Term};
use crate::change::Change;
use crate::view::View;

/// A set of things that can change about a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Concerns(u8);

impl Concerns {
    pub const NONE: Self = Self(0);
    pub const OWNER: Self = Self(1);
    pub const STATE: Self = Self(1 << 1);
    /// In Spam, or in Trash.
    pub const PUT_AWAY: Self = Self(1 << 2);
    /// The contact has written in it.
    pub const ANSWERED: Self = Self(1 << 3);
    /// How far somebody has read it, and whether there is something to read.
    pub const READING: Self = Self(1 << 4);
    /// Its messages and their words.
    pub const MESSAGES: Self = Self(1 << 5);
    pub const ACTIVITY: Self = Self(1 << 6);
    /// That it is there at all. Every query looks at that.
    pub const BEING: Self = Self(1 << 7);
    pub const ALL: Self = Self(u8::MAX);

    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl Change {
    /// What it touches of its conversation.
    #[must_use]
    pub fn concerns(&self) -> Concerns {
        match self {
            // Whose words are looked for among its messages' changes with whom it is.
            Self::ConversationStarted { .. } | Self::Deleted { .. } | Self::ContactSet { .. } => Concerns::ALL,
            Self::MessageAdded { .. } => {
                Concerns::MESSAGES.and(Concerns::ACTIVITY).and(Concerns::READING).and(Concerns::ANSWERED)
            }
            Self::OwnerSet { .. } => Concerns::OWNER,
            Self::StateSet { .. } => Concerns::STATE,
            Self::TrashSet { .. } | Self::SpamSet { .. } => Concerns::PUT_AWAY,
            // A message is found by its ticket's name.
            Self::HiddenSet { .. } | Self::TicketOf { .. } => Concerns::MESSAGES,
            Self::ReadSet { .. } | Self::ReadFloorSet { .. } => Concerns::READING,
            Self::ContactAdded { .. }
            | Self::Ticket(_)
            | Self::Pipeline(_)
            | Self::BlockSet { .. }
            | Self::SurveySet { .. }
            | Self::InboxAdded { .. }
            | Self::InboxOpenSet { .. }
            | Self::AgentAdded { .. }
            | Self::AgentStateSet { .. }
            | Self::AgentRoleSet { .. }
            | Self::AccessSet { .. }
            | Self::CustomViewSet { .. }
            | Self::Recorded { .. }
            | Self::CustomViewCounted { .. } => Concerns::NONE,
        }
    }
}

impl Query {
    /// What it looks at.
    #[must_use]
    pub fn concerns(&self) -> Concerns {
        let mut all = Concerns::BEING;
        if !self.words.is_empty() {
            all = all.and(Concerns::MESSAGES);
        }
        if self.dates != super::Dates::default() {
            all = all.and(Concerns::ACTIVITY);
        }
        self.wanted.iter().chain(&self.excluded).fold(all, |all, term| all.and(term.concerns()))
    }

    /// It says something else for each agent: `assignee:me`, `in:mine`, `is:unread`, `is:read`.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        let personal = |term: &Term| {
            matches!(term, Term::Assignee(Assignee::Me) | Term::View(View::Mine)) || term.field() == Field::Reading
        };
        self.wanted.iter().chain(&self.excluded).any(personal)
    }
}

impl Term {
    fn concerns(&self) -> Concerns {
        match self {
            Self::From(_) | Self::To(_) | Self::Subject(_) | Self::Has(_) | Self::Filename(_) => Concerns::MESSAGES,
            // A conversation with somebody else is looked at as if it were new.
            Self::Contact(_) | Self::Channel(_) => Concerns::BEING,
            Self::Assignee(_) => Concerns::OWNER,
            Self::State(_) => Concerns::STATE,
            Self::Reading(_) => Concerns::READING,
            Self::View(View::Trash | View::Spam) => Concerns::PUT_AWAY,
            Self::View(View::Closed | View::Sent) => Concerns::STATE.and(Concerns::PUT_AWAY),
            Self::View(view) => {
                let shown = Concerns::STATE.and(Concerns::PUT_AWAY).and(Concerns::ANSWERED);
                match view {
                    View::Unassigned | View::Mine | View::Bots => shown.and(Concerns::OWNER),
                    _ => shown,
                }
            }
        }
    }
}
