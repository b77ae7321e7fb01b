//! What can be done with a conversation as a whole (T4, V3, V9, T7).

use super::{Changes, asked, person};
use crate::change::Change;
use crate::conversation::{Conversation, ConversationState, Owner, Ownership, ReadState};
use crate::id::{AgentId, ConversationId, MessageId};
use crate::refusal::Refusal;
use crate::world::{Actor, Ask, World};

/// A conversation that is at hand: in Trash nothing but Restore and Delete permanently applies, so that Restore
/// puts it back exactly as it was (V9).
fn at_hand<'w>(world: &'w World, ask: &Ask, id: ConversationId) -> Result<&'w Conversation, Refusal> {
    let conversation = world.conversation_for(ask.actor, id)?;
    if conversation.trashed_at.is_some() {
        return Err(Refusal::RestoreFirst);
    }
    Ok(conversation)
}

pub(super) fn assign(world: &World, ask: &Ask, id: ConversationId, owner: Option<AgentId>) -> Result<Changes, Refusal> {
    let conversation = at_hand(world, ask, id)?;
    if let Some(agent) = owner
        && !world.may_see(Actor::Agent(agent), conversation.inbox)
    {
        return Err(Refusal::CannotOwn);
    }
    let from = conversation.ownership;
    let owner = owner.map(Owner::Agent);
    if from.owner == owner {
        return Ok(vec![]);
    }
    let to = Ownership { owner, person_ever: from.person_ever || owner.is_some() };
    Ok(vec![asked(Change::OwnerSet { conversation: id, from, to })])
}

pub(super) fn close(world: &World, ask: &Ask, id: ConversationId) -> Result<Changes, Refusal> {
    let conversation = at_hand(world, ask, id)?;
    if conversation.state == ConversationState::Closed {
        return Ok(vec![]);
    }
    if let Some(until) = conversation.closing_barred_until(ask.now) {
        return Err(Refusal::BotWaits { until });
    }
    Ok(vec![asked(Change::StateSet { conversation: id, from: ConversationState::Open, to: ConversationState::Closed })])
}

pub(super) fn reopen(world: &World, ask: &Ask, id: ConversationId) -> Result<Changes, Refusal> {
    if at_hand(world, ask, id)?.state == ConversationState::Open {
        return Ok(vec![]);
    }
    Ok(vec![asked(Change::StateSet { conversation: id, from: ConversationState::Closed, to: ConversationState::Open })])
}

pub(super) fn trash(world: &World, ask: &Ask, id: ConversationId) -> Result<Changes, Refusal> {
    if world.conversation_for(ask.actor, id)?.trashed_at.is_some() {
        return Ok(vec![]);
    }
    Ok(vec![asked(Change::TrashSet { conversation: id, from: None, to: Some(ask.now) })])
}

pub(super) fn restore(world: &World, ask: &Ask, id: ConversationId) -> Result<Changes, Refusal> {
    let from = world.conversation_for(ask.actor, id)?.trashed_at;
    if from.is_none() {
        return Ok(vec![]);
    }
    Ok(vec![asked(Change::TrashSet { conversation: id, from, to: None })])
}

pub(super) fn delete(world: &World, ask: &Ask, id: ConversationId) -> Result<Changes, Refusal> {
    let conversation = world.conversation_for(ask.actor, id)?;
    if conversation.trashed_at.is_none() {
        return Err(Refusal::TrashFirst);
    }
    Ok(vec![asked(Change::Deleted { conversation: id, inbox: conversation.inbox })])
}

pub(super) fn spam(world: &World, ask: &Ask, id: ConversationId, to: bool) -> Result<Changes, Refusal> {
    let from = at_hand(world, ask, id)?.spam;
    if from == to {
        return Ok(vec![]);
    }
    Ok(vec![asked(Change::SpamSet { conversation: id, from, to })])
}

pub(super) fn mark_read(world: &World, ask: &Ask, id: ConversationId, up_to: MessageId) -> Result<Changes, Refusal> {
    let agent = person(ask)?;
    let conversation = world.conversation_for(ask.actor, id)?;
    let from = world.read_state(agent, id);
    // Nobody has read what has not arrived yet.
    let newest = conversation.last_inbound_message.max(conversation.last_message);
    let up_to = from.up_to.max(Some(up_to).min(newest));
    read_set(agent, id, from, ReadState { up_to, marked_unread: false })
}

pub(super) fn mark_unread(world: &World, ask: &Ask, id: ConversationId) -> Result<Changes, Refusal> {
    let agent = person(ask)?;
    world.conversation_for(ask.actor, id)?;
    let from = world.read_state(agent, id);
    read_set(agent, id, from, ReadState { marked_unread: true, ..from })
}

fn read_set(agent: AgentId, conversation: ConversationId, from: ReadState, to: ReadState) -> Result<Changes, Refusal> {
    if from == to {
        return Ok(vec![]);
    }
    Ok(vec![asked(Change::ReadSet { agent, conversation, from, to })])
}

pub(super) fn mark_all_read(world: &World, ask: &Ask, up_to: MessageId) -> Result<Changes, Refusal> {
    let agent = person(ask)?;
    let from = world.agents.get(&agent).and_then(|agent| agent.read_floor);
    let to = from.max(Some(up_to.min(MessageId(ask.fresh.message.0 - 1))));
    if from == to {
        return Ok(vec![]);
    }
    Ok(vec![asked(Change::ReadFloorSet { agent, from, to })])
}
