//! What can be done with tickets (K1–K5, K7). What follows from it for others is said in [`super::linkage`].

use super::{Changes, asked, record};
use crate::change::{Change, TicketChange};
use crate::command::TicketCommand;
use crate::conversation::Owner;
use crate::id::{AgentId, ConversationId, InboxId, PipelineId, Sequence, StatusId, TicketId};
use crate::pipeline::{Pipeline, Status};
use crate::record::value::{Edits, Values};
use crate::record::{RecordKind, RecordRef};
use crate::refusal::{Invalid, Noun, Refusal};
use crate::ticket::{NO_VALUES, NewTicket, REACH_MOST, Standing, TICKET_NAME_MOST, Ticket, TicketEdit, TicketSet};
use crate::time::Timestamp;
use crate::world::{Actor, Ask, World};

pub(super) fn decide(world: &World, ask: &Ask, command: &TicketCommand) -> Result<Changes, Refusal> {
    match command {
        TicketCommand::Create(new) => create(world, ask, new),
        TicketCommand::Attach { conversation, ticket } => attach(world, ask, *conversation, *ticket),
        TicketCommand::Edit { ticket, edit: to } => edit(world, ask, *ticket, to),
        TicketCommand::SetStatus { ticket, status } => {
            edit(world, ask, *ticket, &TicketEdit { status: Some(*status), ..TicketEdit::default() })
        }
        TicketCommand::Trash { ticket } => trash(world, ask, *ticket),
        TicketCommand::Restore { ticket } => restore(world, ask, *ticket),
        TicketCommand::Delete { ticket } => delete(world, ask, *ticket),
    }
}

/// A ticket for a conversation, which keeps it for ever (K1): undo has nothing to take back here. Whoever made it by
/// mistake moves it to Trash.
fn create(world: &World, ask: &Ask, new: &NewTicket) -> Result<Changes, Refusal> {
    if !world.inboxes.contains_key(&new.inbox) || !world.may_see(ask.actor, new.inbox) {
        return Err(Refusal::NotFound(Noun::Inbox));
    }
    let conversation = match new.conversation {
        Some(id) => Some(without_ticket(world, ask, id)?),
        None => None,
    };
    if conversation.is_some_and(|conversation| conversation.inbox != new.inbox) {
        return Err(Refusal::OtherInbox);
    }
    checked_name(&new.name)?;
    let standing = standing(world, None, new.pipeline, new.status, ask.now)?;
    let owner = match new.owner {
        Some(owner) => owner,
        None => match conversation.and_then(|conversation| conversation.ownership.owner) {
            Some(Owner::Agent(agent)) => Some(agent),
            Some(Owner::Bot) | None => None,
        },
    };
    may_own(world, new.inbox, owner)?;
    let is_known = |contact| {
        let record = world.record_for(ask.actor, RecordRef::Contact(contact));
        record.is_ok_and(|record| record.trashed_at.is_none())
    };
    if new.contact.is_some_and(|contact| !is_known(contact)) {
        return Err(Refusal::Invalid { field: "contact_id", why: Invalid::Unknown });
    }
    let id = ask.fresh.ticket;
    let ticket = Ticket {
        id,
        inbox: new.inbox,
        standing,
        priority: new.priority,
        owner,
        contact: new.contact.or(conversation.and_then(|conversation| conversation.contact)),
        revision: ask.fresh.revision,
        values: NO_VALUES,
        created_at: ask.now,
        trashed_at: None,
        version: Sequence(0),
    };
    let mut changes = vec![asked(Change::Ticket(TicketChange::Added { ticket }))];
    changes.extend(conversation.map(|it| asked(Change::TicketOf { conversation: it.id, from: None, to: Some(id) })));
    Ok(changes)
}

/// As little to be taken back as [`create`].
fn attach(world: &World, ask: &Ask, id: ConversationId, ticket: TicketId) -> Result<Changes, Refusal> {
    if world.conversation_for(ask.actor, id)?.ticket == Some(ticket) {
        return Ok(vec![]);
    }
    let conversation = without_ticket(world, ask, id)?;
    let ticket = at_hand(world, ask, ticket)?;
    if ticket.inbox != conversation.inbox {
        return Err(Refusal::OtherInbox);
    }
    if world.conversations_of(ticket.id).count() >= REACH_MOST {
        return Err(Refusal::TicketFull);
    }
    Ok(vec![asked(Change::TicketOf { conversation: id, from: None, to: Some(ticket.id) })])
}

/// A conversation that may still get a ticket.
fn without_ticket<'w>(world: &'w World, ask: &Ask, id: ConversationId) -> Result<&'w crate::Conversation, Refusal> {
    let conversation = world.conversation_for(ask.actor, id)?;
    if conversation.ticket.is_some() {
        return Err(Refusal::HasTicket);
    }
    if conversation.trashed_at.is_some() {
        return Err(Refusal::RestoreFirst);
    }
    Ok(conversation)
}

/// A ticket that is not in Trash: there nothing but Restore and Delete permanently applies, as for conversations.
pub(super) fn at_hand<'w>(world: &'w World, ask: &Ask, id: TicketId) -> Result<&'w Ticket, Refusal> {
    let ticket = world.ticket_for(ask.actor, id)?;
    if ticket.trashed_at.is_some() { Err(Refusal::TicketInTrash) } else { Ok(ticket) }
}

fn edit(world: &World, ask: &Ask, id: TicketId, edit: &TicketEdit) -> Result<Changes, Refusal> {
    let ticket = at_hand(world, ask, id)?;
    let mut sides = vec![];
    if let Some(name) = &edit.name {
        checked_name(name)?;
        if world.names.get(&ticket.revision).is_none_or(|old| old != name.trim()) {
            sides.push(TicketSet::Name { from: ticket.revision, to: ask.fresh.revision });
        }
    }
    if edit.pipeline.is_some() || edit.status.is_some() {
        let to = standing(world, Some(ticket.standing), edit.pipeline, edit.status, ask.now)?;
        if to != ticket.standing {
            sides.push(TicketSet::Standing { from: ticket.standing, to });
        }
    }
    if let Some(to) = edit.priority.filter(|to| *to != ticket.priority) {
        sides.push(TicketSet::Priority { from: ticket.priority, to });
    }
    if let Some(to) = edit.owner.filter(|to| *to != ticket.owner) {
        may_own(world, ticket.inbox, to)?;
        sides.push(TicketSet::Owner { from: ticket.owner, to });
    }
    // Who sees the ticket may fill in what the team wants to know of it (X4).
    let values = edited_values(world, ticket, &edit.values)?;
    if values != values_of(world, ticket) {
        sides.push(TicketSet::Values { from: ticket.values, to: ask.fresh.revision });
    }
    Ok(sides.into_iter().map(|set| asked(set_of(ticket, set))).collect())
}

fn values_of(world: &World, ticket: &Ticket) -> Values {
    world.records.texts.get(&ticket.values).cloned().unwrap_or_default()
}

fn edited_values(world: &World, ticket: &Ticket, edits: &Edits) -> Result<Values, Refusal> {
    Ok(values_of(world, ticket).edited(&record::read(world, RecordKind::Ticket, edits)?))
}

/// The values of the new revision in `change`, which `edit` led to in `world`; none where it brings none.
#[must_use]
pub fn new_values(world: &World, edit: &TicketEdit, change: &Change) -> Option<Values> {
    match change {
        Change::Ticket(TicketChange::Set { ticket, set: TicketSet::Values { .. }, .. }) => {
            edited_values(world, world.tickets.get(ticket)?, &edit.values).ok()
        }
        _ => None,
    }
}

fn trash(world: &World, ask: &Ask, id: TicketId) -> Result<Changes, Refusal> {
    let ticket = world.ticket_for(ask.actor, id)?;
    if ticket.trashed_at.is_some() {
        return Ok(vec![]);
    }
    Ok(vec![asked(set_of(ticket, TicketSet::Trash { from: None, to: Some(ask.now) }))])
}

fn restore(world: &World, ask: &Ask, id: TicketId) -> Result<Changes, Refusal> {
    let ticket = world.ticket_for(ask.actor, id)?;
    if ticket.trashed_at.is_none() {
        return Ok(vec![]);
    }
    Ok(vec![asked(set_of(ticket, TicketSet::Trash { from: ticket.trashed_at, to: None }))])
}

fn delete(world: &World, ask: &Ask, id: TicketId) -> Result<Changes, Refusal> {
    let ticket = world.ticket_for(ask.actor, id)?;
    if ticket.trashed_at.is_none() {
        return Err(Refusal::TicketTrashFirst);
    }
    Ok(vec![asked(Change::Ticket(TicketChange::Deleted { ticket: id, inbox: ticket.inbox }))])
}

/// The change of one side of a ticket.
pub(super) fn set_of(ticket: &Ticket, set: TicketSet) -> Change {
    Change::Ticket(TicketChange::Set { ticket: ticket.id, inbox: ticket.inbox, set })
}

/// Where a ticket that stood at `from` comes to stand.
pub(super) fn standing(
    world: &World,
    from: Option<Standing>,
    pipeline: Option<PipelineId>,
    status: Option<StatusId>,
    now: Timestamp,
) -> Result<Standing, Refusal> {
    let status = match (status, pipeline) {
        (Some(id), pipeline) => {
            let unknown = Refusal::Invalid { field: "status_id", why: Invalid::Unknown };
            let status = world.statuses.get(&id).filter(|status| is_there(world, status)).ok_or(unknown)?;
            if pipeline.is_some_and(|pipeline| pipeline != status.pipeline) {
                return Err(Refusal::Invalid { field: "status_id", why: Invalid::NotItsStatus });
            }
            status
        }
        (None, Some(id)) => {
            if let Some(from) = from.filter(|from| from.pipeline == id) {
                return Ok(from);
            }
            first_of(world, id, from.is_some_and(Standing::is_closed))
                .ok_or(Refusal::Invalid { field: "pipeline_id", why: Invalid::Unknown })?
        }
        (None, None) => {
            let first = in_order(world).first().map(|pipeline| pipeline.id);
            first.and_then(|id| first_of(world, id, false)).ok_or(Refusal::NotFound(Noun::Pipeline))?
        }
    };
    let closed_at = status.closed.then(|| from.and_then(|from| from.closed_at).unwrap_or(now));
    Ok(Standing { pipeline: status.pipeline, status: status.id, closed_at })
}

/// Whether tickets can come to stand in it.
pub(super) fn is_there(world: &World, status: &Status) -> bool {
    !status.deleted && world.pipelines.get(&status.pipeline).is_some_and(|pipeline| !pipeline.deleted)
}

/// The pipelines that are there, in their order.
pub(super) fn in_order(world: &World) -> Vec<&Pipeline> {
    let mut list: Vec<_> = world.pipelines.values().filter(|pipeline| !pipeline.deleted).collect();
    list.sort_by_key(|pipeline| (pipeline.position, pipeline.id));
    list
}

/// The first status of a pipeline that is there and of this kind.
pub(super) fn first_of(world: &World, pipeline: PipelineId, closed: bool) -> Option<&Status> {
    let of = world.statuses.values().filter(|it| it.pipeline == pipeline && it.closed == closed && is_there(world, it));
    of.min_by_key(|status| (status.position, status.id))
}

/// Who owns a ticket is active and sees its inbox, as with conversations.
fn may_own(world: &World, inbox: InboxId, owner: Option<AgentId>) -> Result<(), Refusal> {
    let can = owner.is_none_or(|owner| world.may_see(Actor::Agent(owner), inbox));
    if can { Ok(()) } else { Err(Refusal::CannotOwn) }
}

fn checked_name(name: &str) -> Result<(), Refusal> {
    super::checked_short("name", name, TICKET_NAME_MOST)
}
