//! How far a command reaches beyond the thing that was clicked (K8): what its rules added, by kind.

use crate::change::{Cause, Change, Logged, Rule, TicketChange};
use crate::command::{Command, TicketCommand};
use crate::conversation::ConversationState;
use crate::id::{CommandId, InboxId};
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
    /// Its owner, who had left, is its owner again.
    ConversationAssigned,
    /// Its owner left (V3).
    ConversationUnassigned,
    ConversationSpam,
    ConversationNotSpam,
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
    /// It is of another contact now, or of nobody: its contact was merged or deleted for good (D7).
    TicketHandedOver,
    /// How it went, by a mail with a survey (D5).
    ContactAsked,
    /// The link in that mail is closed.
    ContactUnasked,
}

impl Reach {
    /// Whether it happens to a conversation.
    #[must_use]
    pub fn is_of_a_conversation(self) -> bool {
        match self {
            Self::ConversationClosed
            | Self::ConversationReopened
            | Self::ConversationTrashed
            | Self::ConversationRestored
            | Self::ConversationDeleted
            | Self::ConversationAssigned
            | Self::ConversationUnassigned
            | Self::ConversationSpam
            | Self::ConversationNotSpam
            | Self::ConversationHandedOver => true,
            Self::TicketAssigned
            | Self::TicketUnassigned
            | Self::TicketTrashed
            | Self::TicketRestored
            | Self::TicketDeleted
            | Self::TicketReopened
            | Self::TicketMoved
            | Self::TicketNoted
            | Self::TicketHandedOver
            | Self::ContactAsked
            | Self::ContactUnasked => false,
        }
    }
}

/// Whether the rules may add anything to `command` at all. Where they never do, nothing has to be looked at to say how far
/// it reaches (K6: closing a conversation leaves its ticket, and so on).
#[must_use]
pub fn may_reach(command: &Command) -> bool {
    !matches!(
        command,
        Command::Close { .. }
            | Command::Reopen { .. }
            | Command::MarkSpam { .. }
            | Command::MarkNotSpam { .. }
            | Command::MarkRead { .. }
            | Command::MarkUnread { .. }
            | Command::MarkAllRead { .. }
            | Command::Comment { .. }
            | Command::Ticket(TicketCommand::Attach { .. })
    )
}

/// One thing that is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub what: Reach,
    /// Of a conversation, a ticket or a contact, as `what` says.
    pub id: i64,
    /// Where it is known without looking: what is said of a conversation says where it is to be looked up.
    pub inbox: Option<InboxId>,
}

/// Undos of undos that are followed to the first command: nobody goes there and back more often by hand.
const UNDOS_MOST: usize = 16;

/// Why there is `change`, whose cause is `cause`: of what an undo takes back, why that had happened. `logged` says what a
/// command changed; none if that is not known.
#[must_use]
pub fn first_cause<'l>(cause: Cause, change: &Change, logged: impl Fn(CommandId) -> Option<&'l [Logged]>) -> Cause {
    let (mut cause, mut change) = (cause, change);
    for _ in 0..UNDOS_MOST {
        let Cause::Undo(command) = cause else { break };
        let turned = |entry: &&Logged| entry.change.inverse().as_ref() == Some(change);
        let Some(entry) = logged(command).unwrap_or_default().iter().find(turned) else { break };
        (cause, change) = (entry.cause, &entry.change);
    }
    cause
}

/// What `changes` do beyond what was asked for, in their order. What an undo takes back has the cause that
/// [`first_cause`] says.
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
        Change::OwnerSet { to, .. } if to.owner.is_some() => Reach::ConversationAssigned,
        Change::OwnerSet { .. } => Reach::ConversationUnassigned,
        Change::SpamSet { to: true, .. } => Reach::ConversationSpam,
        Change::SpamSet { to: false, .. } => Reach::ConversationNotSpam,
        Change::SurveySet { from, to } if from.open != to.open => {
            if to.open {
                Reach::ContactAsked
            } else {
                Reach::ContactUnasked
            }
        }
        Change::ContactSet { .. } => Reach::ConversationHandedOver,
        Change::Ticket(TicketChange::Deleted { .. }) => Reach::TicketDeleted,
        Change::Ticket(TicketChange::LostConversation { .. }) => Reach::TicketNoted,
        Change::Ticket(TicketChange::Set { set, .. }) => match (set, rule) {
            (TicketSet::Owner { to: None, .. }, Rule::OwnerLeft) => Reach::TicketUnassigned,
            (TicketSet::Owner { .. }, _) => Reach::TicketAssigned,
            (TicketSet::Trash { to: Some(_), .. }, _) => Reach::TicketTrashed,
            (TicketSet::Trash { to: None, .. }, _) => Reach::TicketRestored,
            (TicketSet::Standing { .. }, Rule::StatusDeleted) => Reach::TicketMoved,
            (TicketSet::Standing { .. }, _) => Reach::TicketReopened,
            (TicketSet::Contact { .. }, Rule::ContactGone) => Reach::TicketHandedOver,
            (
                TicketSet::Name { .. }
                | TicketSet::Priority { .. }
                | TicketSet::Values { .. }
                | TicketSet::Contact { .. },
                _,
            ) => return None,
        },
        _ => return None,
    };
    let (id, inbox) = match change {
        Change::Ticket(change) => (change.ticket().0, Some(change.inbox())),
        Change::Deleted { conversation, inbox } => (conversation.0, Some(*inbox)),
        Change::SurveySet { to, .. } => (to.contact.0, Some(to.inbox)),
        change => (change.conversation()?.0, None),
    };
    Some(Reached { what, id, inbox })
}
