//! How changes of tickets and pipelines move the state.

use crate::change::{PipelineChange, TicketChange};
use crate::id::{Sequence, StatusId};
use crate::ticket::TicketSet;
use crate::world::World;

impl World {
    pub(super) fn apply_to_ticket(&mut self, sequence: Sequence, change: &TicketChange) {
        match change {
            TicketChange::Added { ticket } => {
                let mut ticket = ticket.clone();
                ticket.version = sequence;
                self.use_status(ticket.standing.status, 1);
                self.tickets.insert(ticket.id, ticket);
            }
            TicketChange::Set { ticket: id, set, .. } => {
                if let Some(ticket) = self.tickets.get_mut(id) {
                    set.apply(ticket);
                    ticket.version = sequence;
                }
                if let TicketSet::Standing { from, to } = set {
                    self.use_status(from.status, -1);
                    self.use_status(to.status, 1);
                }
                if set.shows_in_rows() {
                    let of = self.conversations.values_mut().filter(|conversation| conversation.ticket == Some(*id));
                    of.for_each(|conversation| conversation.version = sequence);
                }
            }
            TicketChange::LostConversation { ticket, .. } => {
                if let Some(ticket) = self.tickets.get_mut(ticket) {
                    ticket.version = sequence;
                }
            }
            TicketChange::Deleted { ticket: id, .. } => {
                if let Some(ticket) = self.tickets.remove(id) {
                    self.use_status(ticket.standing.status, -1);
                }
                let of = self.conversations.values_mut().filter(|conversation| conversation.ticket == Some(*id));
                of.for_each(|conversation| conversation.ticket = None);
            }
        }
    }

    pub(super) fn apply_to_pipeline(&mut self, change: &PipelineChange) {
        match change {
            PipelineChange::Pipeline { from, to } => {
                let pipeline = self.pipelines.or_insert_with(to.id, || from.clone());
                *pipeline = pipeline.changed(from, to);
            }
            PipelineChange::Status { from, to } => {
                let status = self.statuses.or_insert_with(to.id, || from.clone());
                *status = status.changed(from, to);
            }
        }
    }

    /// One ticket more or less in a status. Who has not loaded how many there are finds only the difference here.
    fn use_status(&mut self, status: StatusId, by: i64) {
        *self.status_use.or_insert_with(status, || 0) += by;
    }
}
