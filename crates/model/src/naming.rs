//! Which names a change brings into being: it carries the revision, and the command the words.

use crate::change::{Change, PipelineChange, TicketChange};
use crate::command::{Command, PipelineCommand, TicketCommand};
use crate::id::RevisionId;
use crate::rules::place::STEP;
use crate::ticket::TicketSet;

/// The name of a ticket, a pipeline or a status that `command` brings with `change`, and the revision it stands in.
#[must_use]
pub fn named(command: &Command, change: &Change) -> Option<(RevisionId, String)> {
    let (revision, name) = match (command, change) {
        (Command::Ticket(TicketCommand::Create(new)), Change::Ticket(TicketChange::Added { ticket })) => {
            (ticket.revision, new.name.as_str())
        }
        (
            Command::Ticket(TicketCommand::Edit { edit, .. }),
            Change::Ticket(TicketChange::Set { set: TicketSet::Name { to, .. }, .. }),
        ) => (*to, edit.name.as_deref()?),
        (Command::Pipeline(command), Change::Pipeline(change)) => of_pipeline(command, change)?,
        _ => return None,
    };
    Some((revision, name.trim().to_owned()))
}

fn of_pipeline<'c>(command: &'c PipelineCommand, change: &PipelineChange) -> Option<(RevisionId, &'c str)> {
    match (command, change) {
        (
            PipelineCommand::Create { name, .. } | PipelineCommand::Rename { name, .. },
            PipelineChange::Pipeline { to, .. },
        ) => Some((to.revision, name)),
        (PipelineCommand::Create { statuses, .. }, PipelineChange::Status { to, .. }) => {
            // They are placed in the order in which they were given.
            let nth = usize::try_from(to.position / STEP - 1).ok()?;
            Some((to.revision, statuses.get(nth)?.name.as_str()))
        }
        (PipelineCommand::CreateStatus { status, .. }, PipelineChange::Status { to, .. }) => {
            Some((to.revision, status.name.as_str()))
        }
        (PipelineCommand::EditStatus { name, .. }, PipelineChange::Status { from, to })
            if from.revision != to.revision =>
        {
            Some((to.revision, name.as_deref()?))
        }
        _ => None,
    }
}
