//! Replies, comments, and hiding (M4, M5).

use super::{Changes, asked, by_rule, checked_text, person};
use crate::change::{Change, Rule};
use crate::conversation::{Channel, Conversation, ReadState};
use crate::id::{ConversationId, MessageId, Sequence};
use crate::message::{Author, Hidden, Message, MessageKind};
use crate::person::Role;
use crate::refusal::Refusal;
use crate::world::{Ask, World};

pub(super) fn reply(world: &World, ask: &Ask, id: ConversationId, text: &str) -> Result<Changes, Refusal> {
    let conversation = world.conversation_for(ask.actor, id)?;
    if conversation.spam && conversation.trashed_at.is_none() {
        return Err(Refusal::NotSpamFirst);
    }
    let channel = match conversation.channel {
        Channel::Chat => Channel::Chat,
        Channel::Messenger => Channel::Messenger,
        // Forms and calls have no way back of their own.
        Channel::Email | Channel::Form | Channel::Call => Channel::Email,
    };
    write(world, ask, conversation, MessageKind::Outbound, channel, text)
}

pub(super) fn comment(world: &World, ask: &Ask, id: ConversationId, text: &str) -> Result<Changes, Refusal> {
    let conversation = world.conversation_for(ask.actor, id)?;
    write(world, ask, conversation, MessageKind::Comment, conversation.channel, text)
}

fn write(
    world: &World,
    ask: &Ask,
    conversation: &Conversation,
    kind: MessageKind,
    channel: Channel,
    text: &str,
) -> Result<Changes, Refusal> {
    let agent = person(ask)?;
    if conversation.trashed_at.is_some() {
        return Err(Refusal::RestoreFirst);
    }
    checked_text("text", text)?;
    let mut changes = vec![asked(Change::MessageAdded {
        message: Message {
            id: ask.fresh.message,
            conversation: conversation.id,
            kind,
            author: Author::Agent(agent),
            channel,
            sent_at: ask.now,
            hidden: None,
            version: Sequence(0),
        },
    })];
    let from = world.read_state(agent, conversation.id);
    let floor = world.agents.get(&agent).and_then(|agent| agent.read_floor);
    if conversation.is_unread(from, floor) {
        let up_to = from.up_to.max(conversation.last_inbound_message);
        changes.push(by_rule(
            Rule::AuthorHasRead,
            Change::ReadSet {
                agent,
                conversation: conversation.id,
                from,
                to: ReadState { up_to, marked_unread: false },
            },
        ));
    }
    Ok(changes)
}

pub(super) fn hide(world: &World, ask: &Ask, id: MessageId) -> Result<Changes, Refusal> {
    let agent = person(ask)?;
    let message = world.message_for(ask.actor, id)?;
    if message.hidden.is_some() {
        return Ok(vec![]);
    }
    Ok(vec![asked(Change::HiddenSet {
        message: id,
        conversation: message.conversation,
        from: None,
        to: Some(Hidden { by: agent, at: ask.now }),
    })])
}

pub(super) fn unhide(world: &World, ask: &Ask, id: MessageId) -> Result<Changes, Refusal> {
    let agent = person(ask)?;
    let message = world.message_for(ask.actor, id)?;
    let Some(hidden) = message.hidden else {
        return Ok(vec![]);
    };
    let role = world.agents.get(&agent).map(|agent| agent.role);
    if !may_unhide(hidden, agent, role) {
        return Err(Refusal::NotYoursToUnhide);
    }
    Ok(vec![asked(Change::HiddenSet { message: id, conversation: message.conversation, from: Some(hidden), to: None })])
}

/// M5: the agent who hid it, or a super admin.
#[must_use]
pub fn may_unhide(hidden: Hidden, agent: crate::AgentId, role: Option<Role>) -> bool {
    hidden.by == agent || role == Some(Role::SuperAdmin)
}
