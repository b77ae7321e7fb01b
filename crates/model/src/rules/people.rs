//! People and inboxes, and what becomes of the work of those who leave (V3, X2).

use super::{Changes, asked, by_rule, checked_address, checked_line, ticket};
use crate::change::{Change, Rule};
use crate::conversation::{Owner, Ownership};
use crate::id::{AgentId, InboxId, MessageId, Sequence};
use crate::inbox::Inbox;
use crate::person::{Agent, AgentState, Role};
use crate::refusal::{Invalid, Noun, Refusal};
use crate::ticket::TicketSet;
use crate::world::{Actor, Ask, World};

/// Refuses unless the asker manages people; a change to or of a super admin takes one.
pub(super) fn manages(world: &World, ask: &Ask, touches: Role) -> Result<(), Refusal> {
    match world.asking_agent(ask.actor)? {
        Some(agent) if agent.role < Role::Admin || agent.role < touches => Err(Refusal::RoleTooLow),
        _ => Ok(()),
    }
}

pub(super) fn create_inbox(
    world: &World,
    ask: &Ask,
    name: &str,
    address: &str,
    open_to_all: bool,
) -> Result<Changes, Refusal> {
    manages(world, ask, Role::Agent)?;
    checked_line("name", name)?;
    checked_address("address", address)?;
    let id = ask.fresh.inbox;
    let mut changes = vec![asked(Change::InboxAdded { inbox: Inbox { id, open_to_all } })];
    // Who makes an inbox for chosen people is the first of them.
    if let Actor::Agent(agent) = ask.actor
        && !open_to_all
    {
        changes.push(asked(Change::AccessSet { agent, inbox: id, from: false, to: true }));
    }
    Ok(changes)
}

pub(super) fn add_agent(world: &World, ask: &Ask, name: &str, email: &str, role: Role) -> Result<Changes, Refusal> {
    manages(world, ask, role)?;
    checked_line("name", name)?;
    checked_address("email", email)?;
    if world.agent_by_email.contains_key(&email.to_lowercase()) {
        return Err(Refusal::Invalid { field: "email", why: Invalid::Taken });
    }
    let read_floor = Some(MessageId(ask.fresh.message.0 - 1));
    let agent = Agent { id: ask.fresh.agent, role, state: AgentState::Active, read_floor };
    Ok(vec![asked(Change::AgentAdded { agent })])
}

pub(super) fn set_state(world: &World, ask: &Ask, id: AgentId, to: AgentState) -> Result<Changes, Refusal> {
    let agent = known(world, id)?;
    manages(world, ask, agent.role)?;
    if agent.state == to {
        return Ok(vec![]);
    }
    with_consequences(world, Change::AgentStateSet { agent: id, from: agent.state, to })
}

pub(super) fn set_role(world: &World, ask: &Ask, id: AgentId, to: Role) -> Result<Changes, Refusal> {
    let agent = known(world, id)?;
    manages(world, ask, agent.role.max(to))?;
    if agent.role == to {
        return Ok(vec![]);
    }
    with_consequences(world, Change::AgentRoleSet { agent: id, from: agent.role, to })
}

pub(super) fn set_access(world: &World, ask: &Ask, id: AgentId, inbox: InboxId, to: bool) -> Result<Changes, Refusal> {
    manages(world, ask, Role::Agent)?;
    known(world, id)?;
    visible_inbox(world, ask, inbox)?;
    let from = world.access.contains_key(&(inbox, id));
    if from == to {
        return Ok(vec![]);
    }
    with_consequences(world, Change::AccessSet { agent: id, inbox, from, to })
}

pub(super) fn set_inbox_open(world: &World, ask: &Ask, inbox: InboxId, to: bool) -> Result<Changes, Refusal> {
    manages(world, ask, Role::Agent)?;
    let from = visible_inbox(world, ask, inbox)?.open_to_all;
    if from == to {
        return Ok(vec![]);
    }
    with_consequences(world, Change::InboxOpenSet { inbox, from, to })
}

/// Somebody of the team; who was removed is gone for good.
fn known(world: &World, id: AgentId) -> Result<&Agent, Refusal> {
    world.agents.get(&id).filter(|agent| agent.state != AgentState::Removed).ok_or(Refusal::NotFound(Noun::Agent))
}

fn visible_inbox<'w>(world: &'w World, ask: &Ask, id: InboxId) -> Result<&'w Inbox, Refusal> {
    world.inboxes.get(&id).filter(|_| world.may_see(ask.actor, id)).ok_or(Refusal::NotFound(Noun::Inbox))
}

/// The change, then an unassignment for every conversation and ticket whose owner it leaves without sight of it (V3): what
/// is theirs and nothing else. The caller has loaded the conversations and tickets of those it can concern.
fn with_consequences(world: &World, change: Change) -> Result<Changes, Refusal> {
    let after = people_after(world, std::iter::once(&change));
    super_admin_stays(world, &after)?;
    let mut changes = vec![asked(change)];
    for conversation in world.conversations.values() {
        if let Some(Owner::Agent(owner)) = conversation.ownership.owner
            && world.may_see(Actor::Agent(owner), conversation.inbox)
            && !after.may_see(Actor::Agent(owner), conversation.inbox)
        {
            let from = conversation.ownership;
            changes.push(by_rule(
                Rule::OwnerLeft,
                Change::OwnerSet { conversation: conversation.id, from, to: Ownership { owner: None, ..from } },
            ));
        }
    }
    for ticket in world.tickets.values() {
        if let Some(owner) = ticket.owner
            && world.may_see(Actor::Agent(owner), ticket.inbox)
            && !after.may_see(Actor::Agent(owner), ticket.inbox)
        {
            let set = TicketSet::Owner { from: Some(owner), to: None };
            changes.push(by_rule(Rule::OwnerLeft, ticket::set_of(ticket, set)));
        }
    }
    Ok(changes)
}

/// People, inboxes and access as they are after `changes`; conversations left out.
pub(super) fn people_after<'c>(world: &World, changes: impl Iterator<Item = &'c Change>) -> World {
    let mut after = World {
        agents: world.agents.clone(),
        inboxes: world.inboxes.clone(),
        access: world.access.clone(),
        ..World::default()
    };
    for change in changes {
        after.apply(Sequence(0), change);
    }
    after
}

/// Somebody must be able to let people in again.
pub(super) fn super_admin_stays(before: &World, after: &World) -> Result<(), Refusal> {
    let any = |world: &World| world.agents.values().any(|agent| agent.role == Role::SuperAdmin && agent.is_active());
    if any(before) && !any(after) {
        return Err(Refusal::LastSuperAdmin);
    }
    Ok(())
}
