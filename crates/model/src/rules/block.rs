//! Blocking senders (T5).
//!
//! A block is of a contact in one inbox: an agent of one inbox decides nothing in another, and deletes no tickets that they
//! cannot see. What a blocked sender writes there is taken, filtered, and brings nothing back.

use super::{Changes, asked, by_rule};
use crate::change::{Change, Rule};
use crate::conversation::Conversation;
use crate::id::{ContactId, ConversationId, InboxId};
use crate::refusal::Refusal;
use crate::world::{Ask, World};

/// The sender's tickets go in [`super::linkage`].
pub(super) fn block(world: &World, ask: &Ask, id: ConversationId) -> Result<Changes, Refusal> {
    set(world, ask, id, true)
}

/// The conversation it is said in comes out of Spam; others of the sender stay where they are, as some of them may have
/// been filtered for what they are.
pub(super) fn unblock(world: &World, ask: &Ask, id: ConversationId) -> Result<Changes, Refusal> {
    set(world, ask, id, false)
}

fn set(world: &World, ask: &Ask, id: ConversationId, to: bool) -> Result<Changes, Refusal> {
    let conversation = world.conversation_for(ask.actor, id)?;
    if conversation.trashed_at.is_some() {
        return Err(Refusal::RestoreFirst);
    }
    let contact = conversation.contact.ok_or(Refusal::NoSender)?;
    let inbox = conversation.inbox;
    let from = is_blocked(world, conversation, contact);
    let mut changes = Changes::new();
    if from != to {
        // First, so that what follows finds this one filtered.
        if conversation.spam != to {
            changes.push(asked(Change::SpamSet { conversation: id, from: conversation.spam, to }));
        }
        changes.push(asked(Change::BlockSet { conversation: Some(id), inbox, contact, from, to }));
    }
    Ok(changes)
}

/// In which inboxes a contact is blocked.
pub(super) fn inboxes_of(world: &World, contact: ContactId) -> impl Iterator<Item = InboxId> {
    world.blocks.keys().filter(move |(_, of)| *of == contact).map(|(inbox, _)| *inbox)
}

/// Two senders are one (D7): where the loser was blocked the winner is, or whoever answers to that address would be heard
/// again. The winner's tickets stay: they were not what was decided on when the other was blocked.
pub(super) fn handed_over(world: &World, loser: ContactId, winner: ContactId) -> Changes {
    let set = |inbox, contact, to: bool| {
        by_rule(Rule::SenderBlocked, Change::BlockSet { conversation: None, inbox, contact, from: !to, to })
    };
    let mut changes = Changes::new();
    for inbox in inboxes_of(world, loser) {
        changes.push(set(inbox, loser, false));
        if !world.blocks.contains_key(&(inbox, winner)) {
            changes.push(set(inbox, winner, true));
        }
    }
    changes
}

/// Whether what `contact` writes in this conversation is filtered.
pub(super) fn is_blocked(world: &World, conversation: &Conversation, contact: ContactId) -> bool {
    world.blocks.contains_key(&(conversation.inbox, contact))
}
