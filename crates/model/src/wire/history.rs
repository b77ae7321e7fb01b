//! The shapes of a conversation's history (T11): what was done, by whom, and why. Ids only; a history repeats no text.

use crate::change::{Cause, Change, Rule, TicketChange};
use crate::conversation::{ConversationState, Owner};
use crate::id::{BulkId, CommandId, ContactId, ConversationId, MessageId, StatusId, TicketId};
use crate::json::{FromJson, Json};
use crate::message::{Author, MessageKind};
use crate::ticket::{Priority, TicketSet};
use crate::time::Timestamp;
use crate::world::Actor;
use serde::{Deserialize, Serialize};

/// What happened with the conversation: one line of its history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HistoryKind {
    Started,
    /// `message_id` came in or was written; `message_kind` and `author` say more.
    Message,
    Closed,
    Reopened,
    /// From `from_owner` to `to_owner`; none is nobody.
    Owner,
    Trashed,
    Restored,
    Spam,
    NotSpam,
    /// `message_id` was hidden …
    Hidden,
    /// … or shown again.
    Unhidden,
    /// `ticket_id` came to be …
    TicketCreated,
    /// … got `conversation_id` …
    TicketAttached,
    TicketRenamed,
    /// From `from_status` to `to_status`.
    TicketStatus,
    /// From `from_priority` to `to_priority`.
    TicketPriority,
    /// From `from_owner` to `to_owner`.
    TicketOwner,
    TicketTrashed,
    TicketRestored,
    /// Values of the team's own properties are others than before.
    TicketValues,
    /// From `from_contact` to `to_contact`; none is nobody.
    TicketContact,
    /// `conversation_id` of it was deleted for good.
    TicketLostConversation,
    /// `ticket_id` was deleted for good, and this conversation has no ticket any more.
    TicketDeleted,
    /// Its sender was blocked in this inbox …
    Blocked,
    /// … and no longer is.
    Unblocked,
    /// From `from_contact` to `to_contact`; none is nobody.
    Contact,
    /// `to_contact` was asked how it went by `message_id` (D5) …
    SurveyAsked,
    /// … the link in it was closed again …
    SurveyTakenBack,
    /// … or they answered.
    SurveyAnswered,
}

/// Why it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HistoryCause {
    /// The command asked for it.
    Asked,
    /// It takes back a change of the command `undoes`.
    Undo,
    /// The contact wrote in a closed conversation.
    ContactReopens,
    /// The contact wrote in a conversation in Trash.
    ContactRestores,
    /// The owner was deactivated or removed, or lost the inbox (V3).
    OwnerLeft,
    /// Our answer marks the conversation as read for its author.
    AuthorHasRead,
    /// The conversation's owner changed (K3).
    TicketFollowsOwner,
    /// Its ticket was closed (K4).
    TicketClosed,
    /// Its ticket was reopened (K5).
    TicketReopened,
    /// The ticket's last conversation went to Trash (K7).
    ConversationTrashed,
    /// Its ticket went to Trash (K7).
    TicketTrashed,
    /// What had gone to Trash with it was restored (K7).
    RestoredTogether,
    /// The contact wrote in a conversation of the closed ticket.
    ContactReopensTicket,
    /// A conversation of it was deleted for good (V9).
    ConversationDeleted,
    /// Its ticket was deleted for good.
    TicketDeleted,
    /// The sender is blocked (T5).
    SenderBlocked,
    /// The ticket's status was deleted (A1).
    StatusDeleted,
    /// The ticket was closed, and its pipeline asks contacts how it went (D5).
    SurveyAsked,
}

read_shapes! {
    /// One change of the conversation.
    pub struct HistoryChange {
        pub kind: HistoryKind,
        pub cause: HistoryCause,
        /// For the cause `undo`: the command that was taken back.
        pub undoes: Option<CommandId>,
        /// For `message`, `hidden` and `unhidden`.
        pub message_id: Option<MessageId>,
        /// For `message`.
        pub message_kind: Option<MessageKind>,
        /// For `message`: who wrote it, where the actor is who brought it.
        pub author: Option<Author>,
        /// For `owner`.
        pub from_owner: Option<Owner>,
        /// For `owner`.
        pub to_owner: Option<Owner>,
        /// For what is about a ticket.
        pub ticket_id: Option<TicketId>,
        pub conversation_id: Option<ConversationId>,
        pub from_status: Option<StatusId>,
        pub to_status: Option<StatusId>,
        pub from_priority: Option<Priority>,
        pub to_priority: Option<Priority>,
        /// For `contact` and `ticket_contact`.
        pub from_contact: Option<ContactId>,
        /// For `contact` and `ticket_contact`.
        pub to_contact: Option<ContactId>,
    }

    /// What one command did with the conversation.
    pub struct HistoryEntry {
        /// Names it for `POST /commands/{id}/undo`.
        pub command: CommandId,
        /// What was asked, as in the change log: `close`, `reply`, `set_agent_state` …
        pub name: String,
        pub actor: Actor,
        pub at: Timestamp,
        /// In the order in which they happened.
        pub changes: Vec<HistoryChange>,
        /// Whether this reader can take it back now.
        pub undoable: bool,
        /// The command that took it back.
        pub undone_by: Option<CommandId>,
        /// Who took it back.
        pub undone_by_actor: Option<Actor>,
        /// The bulk action it was part of, if this reader asked for that.
        pub bulk_id: Option<BulkId>,
        /// How many conversations that was about.
        pub bulk_total: Option<i64>,
    }

    /// `GET /conversations/{id}/history`, newest first.
    pub struct HistoryPage {
        pub items: Vec<HistoryEntry>,
        /// Give it back as `?cursor=` for what is older; none at the end.
        pub next_cursor: Option<String>,
    }
}

impl HistoryChange {
    /// The line that a change of the log makes; none for what is no conversation's history: reading (which is private),
    /// people and inboxes, and the end of it all.
    #[must_use]
    pub fn of(cause: Cause, change: &Change) -> Option<Self> {
        let (cause, undoes) = match cause {
            // What the merge was asked for is just that.
            Cause::Asked | Cause::Rule(Rule::ContactGone) => (HistoryCause::Asked, None),
            Cause::Undo(command) => (HistoryCause::Undo, Some(command)),
            Cause::Rule(Rule::ContactReopens) => (HistoryCause::ContactReopens, None),
            Cause::Rule(Rule::ContactRestores | Rule::ContactReturns) => (HistoryCause::ContactRestores, None),
            Cause::Rule(Rule::OwnerLeft) => (HistoryCause::OwnerLeft, None),
            Cause::Rule(Rule::AuthorHasRead) => (HistoryCause::AuthorHasRead, None),
            Cause::Rule(Rule::TicketFollowsOwner) => (HistoryCause::TicketFollowsOwner, None),
            Cause::Rule(Rule::TicketClosed) => (HistoryCause::TicketClosed, None),
            Cause::Rule(Rule::TicketReopened) => (HistoryCause::TicketReopened, None),
            Cause::Rule(Rule::ConversationTrashed) => (HistoryCause::ConversationTrashed, None),
            Cause::Rule(Rule::TicketTrashed) => (HistoryCause::TicketTrashed, None),
            Cause::Rule(Rule::RestoredTogether) => (HistoryCause::RestoredTogether, None),
            Cause::Rule(Rule::ContactReopensTicket) => (HistoryCause::ContactReopensTicket, None),
            Cause::Rule(Rule::ConversationDeleted) => (HistoryCause::ConversationDeleted, None),
            Cause::Rule(Rule::TicketDeleted) => (HistoryCause::TicketDeleted, None),
            Cause::Rule(Rule::SenderBlocked) => (HistoryCause::SenderBlocked, None),
            Cause::Rule(Rule::StatusDeleted) => (HistoryCause::StatusDeleted, None),
            Cause::Rule(Rule::SurveyAsked) => (HistoryCause::SurveyAsked, None),
        };
        let line = |kind| Self {
            kind,
            cause,
            undoes,
            message_id: change.message(),
            message_kind: None,
            author: None,
            from_owner: None,
            to_owner: None,
            ticket_id: change.ticket(),
            conversation_id: None,
            from_status: None,
            to_status: None,
            from_priority: None,
            to_priority: None,
            from_contact: None,
            to_contact: None,
        };
        Some(match change {
            Change::ConversationStarted { .. } => line(HistoryKind::Started),
            Change::MessageAdded { message } => {
                Self { message_kind: Some(message.kind), author: Some(message.author), ..line(HistoryKind::Message) }
            }
            Change::OwnerSet { from, to, .. } => {
                Self { from_owner: from.owner, to_owner: to.owner, ..line(HistoryKind::Owner) }
            }
            Change::ContactSet { from, to, .. } => {
                Self { from_contact: *from, to_contact: *to, ..line(HistoryKind::Contact) }
            }
            Change::StateSet { to: ConversationState::Closed, .. } => line(HistoryKind::Closed),
            Change::StateSet { to: ConversationState::Open, .. } => line(HistoryKind::Reopened),
            Change::TrashSet { to: Some(_), .. } => line(HistoryKind::Trashed),
            Change::TrashSet { to: None, .. } => line(HistoryKind::Restored),
            Change::SpamSet { to: true, .. } => line(HistoryKind::Spam),
            Change::SpamSet { to: false, .. } => line(HistoryKind::NotSpam),
            Change::HiddenSet { to: Some(_), .. } => line(HistoryKind::Hidden),
            Change::HiddenSet { to: None, .. } => line(HistoryKind::Unhidden),
            Change::TicketOf { conversation, to: Some(_), .. } => {
                Self { conversation_id: Some(*conversation), ..line(HistoryKind::TicketAttached) }
            }
            Change::TicketOf { to: None, .. } => line(HistoryKind::TicketDeleted),
            Change::SurveySet { from, to } => {
                let kind = match (from.open, to.open) {
                    (false, true) => HistoryKind::SurveyAsked,
                    (true, false) => HistoryKind::SurveyTakenBack,
                    _ => HistoryKind::SurveyAnswered,
                };
                Self { message_id: Some(to.message), to_contact: Some(to.contact), ..line(kind) }
            }
            Change::BlockSet { to: true, .. } => line(HistoryKind::Blocked),
            Change::BlockSet { to: false, .. } => line(HistoryKind::Unblocked),
            Change::Ticket(TicketChange::Added { .. }) => line(HistoryKind::TicketCreated),
            Change::Ticket(TicketChange::LostConversation { conversation, .. }) => {
                Self { conversation_id: Some(*conversation), ..line(HistoryKind::TicketLostConversation) }
            }
            Change::Ticket(TicketChange::Set { set, .. }) => match *set {
                TicketSet::Name { .. } => line(HistoryKind::TicketRenamed),
                TicketSet::Priority { from, to } => {
                    Self { from_priority: from, to_priority: to, ..line(HistoryKind::TicketPriority) }
                }
                TicketSet::Owner { from, to } => Self {
                    from_owner: from.map(Owner::Agent),
                    to_owner: to.map(Owner::Agent),
                    ..line(HistoryKind::TicketOwner)
                },
                TicketSet::Standing { from, to } => Self {
                    from_status: Some(from.status),
                    to_status: Some(to.status),
                    ..line(HistoryKind::TicketStatus)
                },
                TicketSet::Trash { to: Some(_), .. } => line(HistoryKind::TicketTrashed),
                TicketSet::Trash { to: None, .. } => line(HistoryKind::TicketRestored),
                TicketSet::Values { .. } => line(HistoryKind::TicketValues),
                TicketSet::Contact { from, to } => {
                    Self { from_contact: from, to_contact: to, ..line(HistoryKind::TicketContact) }
                }
            },
            _ => return None,
        })
    }
}
