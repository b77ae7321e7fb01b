//! Taking back what a command did (T9): every one of its changes turned round, last first, or none.

use super::people::{manages, people_after, super_admin_stays};
use super::{Changes, custom, linkage, person, pipeline, record, ticket};
use crate::change::{Cause, Change, Logged, PipelineChange, Rule, TicketChange};
use crate::conversation::{Conversation, ConversationState, Owner};
use crate::id::{CommandId, ConversationId};
use crate::map::Map;
use crate::person::Role;
use crate::record::RecordRef;
use crate::refusal::{Noun, Refusal};
use crate::ticket::TicketSet;
use crate::world::{Actor, Ask, World};

pub(super) fn undo(world: &World, ask: &Ask, command: CommandId) -> Result<Changes, Refusal> {
    person(ask)?;
    let logged = world.history.get(&command).ok_or(Refusal::NotFound(Noun::Command))?;
    // What somebody else did in an inbox one does not see is not there at all.
    for entry in logged {
        if let Some(conversation) = entry.change.conversation()
            && world.conversation_for(ask.actor, conversation).is_err()
            && !(is_merge(logged) && entry.actor == ask.actor)
        {
            return Err(Refusal::NotFound(Noun::Command));
        }
        // But the admin who deleted a status moved its tickets wherever they are, and may move them back (A1); so may who
        // merged two contacts.
        if let Change::Ticket(change) = &entry.change
            && !world.may_see(ask.actor, change.inbox())
            && !(entry.actor == ask.actor && (entry.cause == Cause::Rule(Rule::StatusDeleted) || is_merge(logged)))
        {
            return Err(Refusal::NotFound(Noun::Command));
        }
        // Nor is what somebody did with a view of their own.
        if entry.actor != ask.actor && entry.change.private_to().is_some() {
            return Err(Refusal::NotFound(Noun::Command));
        }
    }
    let mut changes = Changes::new();
    for entry in logged.iter().rev() {
        if entry.actor != ask.actor {
            return Err(Refusal::NotYoursToUndo);
        }
        if entry.change.outlasts_undo(entry.cause) {
            continue;
        }
        let inverse = entry.change.inverse().ok_or(Refusal::NotUndoable)?;
        if !still_as_left(world, &entry.change) || changed_later(world, entry) || !possible(world, &inverse, logged) {
            return Err(Refusal::ChangedSince);
        }
        match &inverse {
            Change::AgentRoleSet { from, to, .. } => manages(world, ask, *from.max(to))?,
            Change::AgentStateSet { agent, .. } => {
                manages(world, ask, world.agents.get(agent).map_or(Role::SuperAdmin, |agent| agent.role))?;
            }
            Change::AccessSet { .. } | Change::InboxOpenSet { .. } | Change::Pipeline(_) => {
                manages(world, ask, Role::Agent)?
            }
            Change::CustomViewSet { from, to } => {
                custom::may_undo(world, ask, from, to)?;
                let now = world.custom_views.get(&to.id).ok_or(Refusal::ChangedSince)?;
                custom::may_return(world, now, &now.changed(from, to))?;
            }
            Change::Recorded { change } => record::may_undo(world, ask, change, logged)?,
            _ => {}
        }
        changes.push((Cause::Undo(command), inverse));
    }
    if changes.is_empty() {
        return Err(Refusal::NotUndoable);
    }
    super_admin_stays(world, &people_after(world, changes.iter().map(|(_, change)| change)))?;
    not_closed_too_soon(world, ask, changes.iter().map(|(_, change)| change))?;
    let all = || changes.iter().map(|(_, change)| change);
    if !linkage::fit_together(world, all()) || !pipeline::stay_lawful(world, all()) {
        return Err(Refusal::ChangedSince);
    }
    // The order matters for who can own what: people come back before their conversations do.
    let (owners, mut first): (Changes, Changes) =
        changes.into_iter().partition(|(_, change)| matches!(change, Change::OwnerSet { .. }));
    first.extend(owners);
    Ok(first)
}

/// A merge of contacts reaches into inboxes that who merged them does not see, and is taken back whole.
fn is_merge(logged: &[Logged]) -> bool {
    logged.iter().any(|entry| entry.name == "merge_contacts")
}

/// Whether the state still is what the change made it.
fn still_as_left(world: &World, change: &Change) -> bool {
    let conversation = change.conversation().and_then(|id| world.conversations.get(&id));
    match change {
        Change::OwnerSet { to, .. } => conversation.is_some_and(|it| it.ownership == *to),
        Change::StateSet { to, .. } => conversation.is_some_and(|it| it.state == *to),
        Change::TrashSet { to, .. } => conversation.is_some_and(|it| it.trashed_at == *to),
        Change::SpamSet { to, .. } => conversation.is_some_and(|it| it.spam == *to),
        Change::HiddenSet { message, to, .. } => world.messages.get(message).is_some_and(|it| it.hidden == *to),
        Change::ReadSet { agent, conversation, to, .. } => world.read_state(*agent, *conversation) == *to,
        Change::ReadFloorSet { agent, to, .. } => world.agents.get(agent).is_some_and(|it| it.read_floor == *to),
        Change::InboxOpenSet { inbox, to, .. } => world.inboxes.get(inbox).is_some_and(|it| it.open_to_all == *to),
        Change::AgentStateSet { agent, to, .. } => world.agents.get(agent).is_some_and(|it| it.state == *to),
        Change::AgentRoleSet { agent, to, .. } => world.agents.get(agent).is_some_and(|it| it.role == *to),
        Change::AccessSet { agent, inbox, to, .. } => world.access.contains_key(&(*inbox, *agent)) == *to,
        Change::CustomViewSet { from, to } => {
            world.custom_views.get(&to.id).is_some_and(|now| now.changed(from, to) == *now)
        }
        Change::Ticket(TicketChange::Set { ticket, set, .. }) => {
            world.tickets.get(ticket).is_some_and(|ticket| set.holds_for(ticket))
        }
        Change::Pipeline(PipelineChange::Pipeline { from, to }) => {
            world.pipelines.get(&to.id).is_some_and(|now| now.changed(from, to) == *now)
        }
        Change::Pipeline(PipelineChange::Status { from, to }) => {
            world.statuses.get(&to.id).is_some_and(|now| now.changed(from, to) == *now)
        }
        Change::SurveySet { from, to } => {
            world.surveys.get(&to.message).is_some_and(|now| now.changed(from, to) == *now)
        }
        Change::BlockSet { inbox, contact, to, .. } => world.blocks.contains_key(&(*inbox, *contact)) == *to,
        Change::ContactSet { to, .. } => conversation.is_some_and(|it| it.contact == *to),
        Change::Recorded { change } => record::holds(world, change),
        Change::Ticket(_)
        | Change::TicketOf { .. }
        | Change::ContactAdded { .. }
        | Change::ConversationStarted { .. }
        | Change::MessageAdded { .. }
        | Change::Deleted { .. }
        | Change::InboxAdded { .. }
        | Change::AgentAdded { .. }
        | Change::CustomViewCounted { .. } => false,
    }
}

/// Whether somebody decided on the same thing after it, even if they came to the same end: that decision is theirs.
fn changed_later(world: &World, entry: &Logged) -> bool {
    world.history.values().flatten().any(|later| {
        later.sequence > entry.sequence
            && later.command != entry.command
            && is_about_the_same(&later.change, &entry.change)
    })
}

fn is_about_the_same(one: &Change, other: &Change) -> bool {
    match (one, other) {
        (Change::OwnerSet { .. }, Change::OwnerSet { .. })
        | (Change::StateSet { .. }, Change::StateSet { .. })
        | (Change::TrashSet { .. }, Change::TrashSet { .. })
        | (Change::ContactSet { .. }, Change::ContactSet { .. })
        | (Change::SpamSet { .. }, Change::SpamSet { .. }) => one.conversation() == other.conversation(),
        (Change::HiddenSet { message, .. }, Change::HiddenSet { message: same, .. }) => message == same,
        (
            Change::ReadSet { agent, conversation, .. },
            Change::ReadSet { agent: same, conversation: same_conversation, .. },
        ) => agent == same && conversation == same_conversation,
        (
            Change::Ticket(TicketChange::Set { ticket, set, .. }),
            Change::Ticket(TicketChange::Set { ticket: same, set: other, .. }),
        ) => ticket == same && set.is_beside(*other),
        (
            Change::BlockSet { inbox, contact, .. },
            Change::BlockSet { inbox: same_inbox, contact: same_contact, .. },
        ) => inbox == same_inbox && contact == same_contact,
        _ => false,
    }
}

/// T7 also holds for what an undo leaves behind: a bot's conversation that a person took over and closed would be
/// closed and never have been a person's.
fn not_closed_too_soon<'c>(world: &World, ask: &Ask, changes: impl Iterator<Item = &'c Change>) -> Result<(), Refusal> {
    let mut after: Map<ConversationId, Conversation> = Map::default();
    for change in changes {
        let Some(id) = change.conversation() else { continue };
        let Some(now) = world.conversations.get(&id) else { continue };
        let then = after.or_insert_with(id, || now.clone());
        match change {
            Change::OwnerSet { to, .. } => then.ownership = *to,
            Change::StateSet { to, .. } => then.state = *to,
            _ => {}
        }
    }
    for then in after.values().filter(|then| then.state == ConversationState::Closed) {
        let now = &world.conversations[&then.id];
        let was = now.state == ConversationState::Closed && now.closing_barred_until(ask.now).is_some();
        if let Some(until) = then.closing_barred_until(ask.now).filter(|_| !was) {
            return Err(Refusal::BotWaits { until });
        }
    }
    Ok(())
}

/// Whether the old value can stand today: an owner who was there then may be gone now. An owner who comes back in
/// the same undo is looked at as the one they will be.
fn possible(world: &World, inverse: &Change, logged: &[Logged]) -> bool {
    match inverse {
        Change::OwnerSet { conversation, to, .. } => match (to.owner, world.conversations.get(conversation)) {
            (Some(Owner::Agent(owner)), Some(conversation)) => {
                world.may_see(Actor::Agent(owner), conversation.inbox)
                    || logged.iter().any(|entry| concerns_sight_of(&entry.change, owner))
            }
            (_, found) => found.is_some(),
        },
        Change::Ticket(TicketChange::Set { ticket, inbox, set: TicketSet::Owner { to: Some(owner), .. } }) => {
            world.tickets.contains_key(ticket)
                && (world.may_see(Actor::Agent(*owner), *inbox)
                    || logged.iter().any(|entry| concerns_sight_of(&entry.change, *owner)))
        }
        Change::Ticket(TicketChange::Set { set: TicketSet::Standing { to, .. }, .. }) => {
            let comes_back = |entry: &Logged| matches!(&entry.change, Change::Pipeline(PipelineChange::Status { from, .. }) if from.id == to.status);
            // A status that was made closed meanwhile, or open, would make the ticket what it never was.
            world.statuses.get(&to.status).is_some_and(|status| {
                status.closed == to.is_closed() && ticket::is_there(world, status) || logged.iter().any(comes_back)
            })
        }
        // Whom it was with may be gone by now.
        Change::ContactSet { to, .. }
        | Change::Ticket(TicketChange::Set { set: TicketSet::Contact { to, .. }, .. }) => to.is_none_or(|to| {
            let back = world.records.records.get(&RecordRef::Contact(to));
            back.is_some_and(|it| it.is_there() || is_merge(logged))
        }),
        _ => true,
    }
}

fn concerns_sight_of(change: &Change, owner: crate::AgentId) -> bool {
    match change {
        Change::AgentStateSet { agent, .. } | Change::AgentRoleSet { agent, .. } | Change::AccessSet { agent, .. } => {
            *agent == owner
        }
        Change::InboxOpenSet { .. } => true,
        _ => false,
    }
}
