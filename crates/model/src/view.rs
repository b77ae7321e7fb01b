//! Which conversations stand in which view (V2–V9). The store keeps rows and counts by [`memberships`]; the browser
//! asks the same function, so the two cannot disagree.

use crate::conversation::{Channel, Conversation, ConversationState, Origin, Owner};
use crate::id::AgentId;
use serde::{Deserialize, Serialize};

/// The built-in views.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum View {
    Unassigned,
    Mine,
    Open,
    Chat,
    Bots,
    Email,
    Messenger,
    Forms,
    Calls,
    Closed,
    Sent,
    Spam,
    Trash,
}

impl View {
    /// In the order of the sidebar.
    pub const ALL: [Self; 13] = [
        Self::Unassigned,
        Self::Mine,
        Self::Open,
        Self::Chat,
        Self::Bots,
        Self::Email,
        Self::Messenger,
        Self::Forms,
        Self::Calls,
        Self::Closed,
        Self::Sent,
        Self::Spam,
        Self::Trash,
    ];

    /// The name in URLs and in the API.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Unassigned => "unassigned",
            Self::Mine => "mine",
            Self::Open => "open",
            Self::Chat => "chat",
            Self::Bots => "bots",
            Self::Email => "email",
            Self::Messenger => "messenger",
            Self::Forms => "forms",
            Self::Calls => "calls",
            Self::Closed => "closed",
            Self::Sent => "sent",
            Self::Spam => "spam",
            Self::Trash => "trash",
        }
    }

    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.slug() == slug)
    }

    /// The first three and Chat always show; the rest stand under "More" (V2).
    #[must_use]
    pub fn always_shown(self) -> bool {
        matches!(self, Self::Unassigned | Self::Mine | Self::Open | Self::Chat)
    }

    /// The key of this view as `agent` sees it.
    #[must_use]
    pub fn key_for(self, agent: AgentId) -> ViewKey {
        ViewKey { view: self, agent: (self == Self::Mine).then_some(agent) }
    }
}

/// A view as its rows are kept: "Assigned to me" is one for each agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewKey {
    pub view: View,
    pub agent: Option<AgentId>,
}

impl ViewKey {
    fn shared(view: View) -> Self {
        Self { view, agent: None }
    }
}

/// Every view the conversation stands in, at most six.
///
/// - Trash (V8) holds whatever was deleted, and nothing else does; Spam likewise among the rest.
/// - A closed conversation stands in All closed, and in Sent if we began it.
/// - One that we began and that was never answered stands in Sent alone (V5, V7).
#[must_use]
pub fn memberships(conversation: &Conversation) -> Vec<ViewKey> {
    if conversation.trashed_at.is_some() {
        return vec![ViewKey::shared(View::Trash)];
    }
    if conversation.spam {
        return vec![ViewKey::shared(View::Spam)];
    }
    let mut keys = Vec::with_capacity(6);
    if conversation.origin == Origin::Outbound {
        keys.push(ViewKey::shared(View::Sent));
    }
    if conversation.state == ConversationState::Closed {
        keys.push(ViewKey::shared(View::Closed));
        return keys;
    }
    if conversation.origin == Origin::Outbound && !conversation.answered {
        return keys;
    }
    keys.push(ViewKey::shared(View::Open));
    keys.push(ViewKey::shared(match conversation.channel {
        Channel::Email => View::Email,
        Channel::Chat => View::Chat,
        Channel::Messenger => View::Messenger,
        Channel::Form => View::Forms,
        Channel::Call => View::Calls,
    }));
    match conversation.ownership.owner {
        None => keys.push(ViewKey::shared(View::Unassigned)),
        Some(Owner::Agent(agent)) => keys.push(ViewKey { view: View::Mine, agent: Some(agent) }),
        Some(Owner::Bot) => {}
    }
    if conversation.origin == Origin::Bot && !conversation.ownership.person_ever {
        keys.push(ViewKey::shared(View::Bots));
    }
    keys
}
