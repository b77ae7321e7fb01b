//! Who may hear of a change: those who see the inbox it is about (X2).

use super::Batch;
use samtal_model::record::RecordRef;
use samtal_model::{Change, InboxId};

impl Batch {
    /// The inbox that a change is about; none if it is about none, and everybody may hear of it.
    pub(super) fn inbox_of(&self, change: &Change) -> Option<InboxId> {
        match change {
            Change::ConversationStarted { conversation } => Some(conversation.inbox),
            Change::InboxAdded { inbox } => Some(inbox.id),
            Change::InboxOpenSet { inbox, .. }
            | Change::AccessSet { inbox, .. }
            | Change::BlockSet { inbox, .. }
            | Change::Deleted { inbox, .. } => Some(*inbox),
            Change::Ticket(change) => Some(change.inbox()),
            // What is written down on a ticket is for who sees it (X2).
            Change::Recorded { change } => {
                let ticket = change.records().find_map(RecordRef::ticket);
                ticket.and_then(|id| self.world.tickets.get(&id)).map(|ticket| ticket.inbox)
            }
            Change::SurveySet { to, .. } => Some(to.inbox),
            _ => change.conversation().and_then(|id| self.world.conversations.get(&id)).map(|it| it.inbox),
        }
    }
}
