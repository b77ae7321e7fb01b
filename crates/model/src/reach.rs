//! How far a command reaches beyond the thing that was clicked (K8): what its rules added, by kind.

use crate::change::{Cause, Change, Rule, TicketChange};
use crate::conversation::ConversationState;
use crate::id::InboxId;
use crate::ticket::TicketSet;
use serde::{Deserialize, Serialize};

/// What happens to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    ConversationClosed,
    ConversationReopened,
    ConversationTrashed,
    ConversationRestored,
    /// For good.
    ConversationDeleted,
    /// Its owner left (V3).
    ConversationUnassigned,
    ConversationSpam,
    /// It is with another contact now, or with nobody: its contact was merged or deleted for good (D7).
    ConversationHandedOver,
    /// Its owner is the conversation's now (K3), somebody or nobody.
    TicketAssigned,
    /// Its owner left (V3).
    TicketUnassigned,
    TicketTrashed,
    TicketRestored,
    /// For good.
    TicketDeleted,
    TicketReopened,
    /// Its status was deleted, and it has another one (A1).
    TicketMoved,
    /// A conversation of it is deleted for good, and it keeps a note of that.
    TicketNoted,
}

/// One thing that is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub what: Reach,
    /// Of a conversation or a ticket, as `what` says.
    pub id: i64,
    /// Where it is known without looking: what is said of a conversation says where it is to be looked up.
    pub inbox: Option<InboxId>,
}

/// What `changes` do beyond what was asked for, in their order.
#[must_use]
pub fn reach<'c>(changes: impl Iterator<Item = (Cause, &'c Change)>) -> Vec<Reached> {
    changes.filter_map(|(cause, change)| if let Cause::Rule(rule) = cause { one(rule, change) } else { None }).collect()
}

fn one(rule: Rule, change: &Change) -> Option<Reached> {
    let what = match change {
        Change::StateSet { to: ConversationState::Closed, .. } => Reach::ConversationClosed,
        Change::StateSet { to: ConversationState::Open, .. } => Reach::ConversationReopened,
        Change::TrashSet { to: Some(_), .. } => Reach::ConversationTrashed,
        Change::TrashSet { to: None, .. } => Reach::ConversationRestored,
        Change::Deleted { .. } => Reach::ConversationDeleted,
        Change::OwnerSet { .. } => Reach::ConversationUnassigned,
        Change::SpamSet { to: true, .. } => Reach::ConversationSpam,
        Change::ContactSet { .. } => Reach::ConversationHandedOver,
        Change::Ticket(TicketChange::Deleted { .. }) => Reach::TicketDeleted,
        Change::Ticket(TicketChange::LostConversation { .. }) => Reach::TicketNoted,
        Change::Ticket(TicketChange::Set { set, .. }) => match (set, rule) {
            (TicketSet::Owner { .. }, Rule::OwnerLeft) => Reach::TicketUnassigned,
            (TicketSet::Owner { .. }, _) => Reach::TicketAssigned,
            (TicketSet::Trash { to: Some(_), .. }, _) => Reach::TicketTrashed,
            (TicketSet::Trash { to: None, .. }, _) => Reach::TicketRestored,
            (TicketSet::Standing { .. }, Rule::StatusDeleted) => Reach::TicketMoved,
            (TicketSet::Standing { .. }, _) => Reach::TicketReopened,
            (TicketSet::Name { .. } | TicketSet::Priority { .. }, _) => return None,
        },
        _ => return None,
    };
    let (id, inbox) = match change {
        Change::Ticket(change) => (change.ticket().0, Some(change.inbox())),
        Change::Deleted { conversation, inbox } => (conversation.0, Some(*inbox)),
        change => (change.conversation()?.0, None),
    };
    Some(Reached { what, id, inbox })
}
