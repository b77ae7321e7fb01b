//! How conversations begin and messages from outside come in.

use super::{
    Changes, asked, block, by_rule, checked_address, checked_line, checked_name, checked_text, person, record,
};
use crate::change::{Change, Rule};
use crate::command::{Address, AuthorRef, Receive};
use crate::contact::Contact;
use crate::conversation::{Channel, Conversation, ConversationState, Origin, Owner, Ownership};
use crate::id::{ContactId, ConversationId, InboxId, Sequence};
use crate::message::{Author, Message, MessageKind};
use crate::refusal::{Noun, Refusal};
use crate::time::Timestamp;
use crate::world::{Actor, Ask, World};

pub(super) fn receive(world: &World, ask: &Ask, receive: &Receive) -> Result<Changes, Refusal> {
    if ask.actor != Actor::System {
        return Err(Refusal::SystemOnly);
    }
    if !world.inboxes.contains_key(&receive.inbox) {
        return Err(Refusal::NotFound(Noun::Inbox));
    }
    let mut changes = Changes::new();
    let thread = receive
        .thread
        .and_then(|id| world.conversations.get(&id))
        .filter(|conversation| conversation.inbox == receive.inbox);

    let author = match &receive.author {
        AuthorRef::Agent(id) => Author::Agent(*id),
        AuthorRef::Bot => Author::Bot,
        AuthorRef::Inbox => Author::Inbox,
        // A visitor without an address is whoever the conversation is with.
        AuthorRef::Contact(address) => Author::Contact(match thread.and_then(|thread| thread.contact) {
            Some(contact) if address.email.is_empty() => contact,
            _ => contact(world, ask, address, &mut changes),
        }),
    };

    let (conversation, past) = match thread {
        Some(old) => (old.id, is_past(ask, receive, old)),
        None => {
            let contact = match (author, &receive.contact) {
                (Author::Contact(id), _) => Some(id),
                (_, Some(address)) => Some(contact(world, ask, address, &mut changes)),
                _ => None,
            };
            let mut started = fresh(ask, receive.inbox, receive.channel, receive.origin, contact, receive.sent_at);
            started.spam = receive.spam || from_blocked(world, author, &started);
            let past = is_past(ask, receive, &started);
            changes.push(asked(Change::ConversationStarted { conversation: started }));
            (ask.fresh.conversation, past)
        }
    };

    // The state first: in a closed conversation nobody waits, so the message that follows has to find it as it will be.
    let blocked = thread.is_some_and(|old| from_blocked(world, author, old));
    match thread {
        // Nor does a blocked sender: what they write is filtered, wherever they write it (T5). In Trash nothing moves.
        Some(old) if blocked && !old.spam && old.trashed_at.is_none() => {
            changes.push(by_rule(Rule::SenderBlocked, Change::SpamSet { conversation, from: false, to: true }));
        }
        Some(_) if blocked => {}
        None if past => changes.push(asked(state_set(conversation, ConversationState::Closed))),
        // Only a new word brings a conversation back, not an old one that an import turns up.
        Some(old) if receive.kind == MessageKind::Inbound && !past && receive.sent_at >= old.last_activity_at => {
            if old.trashed_at.is_some() {
                let restored = Change::TrashSet { conversation, from: old.trashed_at, to: None };
                changes.push(by_rule(Rule::ContactRestores, restored));
            }
            if old.state == ConversationState::Closed {
                changes.push(by_rule(Rule::ContactReopens, state_set(conversation, ConversationState::Open)));
            }
        }
        _ => {}
    }

    changes.push(asked(Change::MessageAdded {
        message: Message {
            id: ask.fresh.message,
            conversation,
            kind: receive.kind,
            author,
            channel: receive.channel,
            sent_at: receive.sent_at,
            hidden: None,
            version: Sequence(0),
        },
    }));
    Ok(changes)
}

/// Whether it is a word of somebody who was blocked in that inbox.
fn from_blocked(world: &World, author: Author, conversation: &Conversation) -> bool {
    matches!(author, Author::Contact(contact) if block::is_blocked(world, conversation, contact))
}

/// Whether nothing is owed for it: it comes from an archive. T7 holds there too: what a bot's visitor wrote within the
/// last half hour is not past.
fn is_past(ask: &Ask, receive: &Receive, conversation: &Conversation) -> bool {
    let sent_at = (receive.kind == MessageKind::Inbound).then_some(receive.sent_at);
    let then = Conversation { last_inbound_at: conversation.last_inbound_at.max(sent_at), ..conversation.clone() };
    receive.archived && then.closing_barred_until(ask.now).is_none()
}

fn state_set(conversation: ConversationId, to: ConversationState) -> Change {
    let from = match to {
        ConversationState::Open => ConversationState::Closed,
        ConversationState::Closed => ConversationState::Open,
    };
    Change::StateSet { conversation, from, to }
}

pub(super) fn compose(
    world: &World,
    ask: &Ask,
    inbox: InboxId,
    to: &Address,
    subject: &str,
    text: &str,
) -> Result<Changes, Refusal> {
    let agent = person(ask)?;
    if !world.inboxes.contains_key(&inbox) || !world.may_see(ask.actor, inbox) {
        return Err(Refusal::NotFound(Noun::Inbox));
    }
    checked_address("to", &to.email)?;
    checked_name("to.name", &to.name)?;
    checked_line("subject", subject)?;
    checked_text("text", text)?;
    let mut changes = Changes::new();
    let contact = contact(world, ask, to, &mut changes);
    let mut started = fresh(ask, inbox, Channel::Email, Origin::Outbound, Some(contact), ask.now);
    // Who writes first answers for it: the reply comes to them.
    started.ownership = Ownership { owner: Some(Owner::Agent(agent)), person_ever: true };
    changes.push(asked(Change::ConversationStarted { conversation: started }));
    changes.push(asked(Change::MessageAdded {
        message: Message {
            id: ask.fresh.message,
            conversation: ask.fresh.conversation,
            kind: MessageKind::Outbound,
            author: Author::Agent(agent),
            channel: Channel::Email,
            sent_at: ask.now,
            hidden: None,
            version: Sequence(0),
        },
    }));
    Ok(changes)
}

/// The contact with this address, or a new one. Somebody without an address is new every time.
fn contact(world: &World, ask: &Ask, address: &Address, changes: &mut Changes) -> ContactId {
    let email = address.email.to_lowercase();
    if !email.is_empty()
        && let Some(known) = world.contact_by_email.get(&email)
    {
        record::comes_back(world, *known, changes);
        return *known;
    }
    let contact = Contact { id: ask.fresh.contact };
    let id = contact.id;
    changes.push(asked(Change::ContactAdded { contact }));
    id
}

fn fresh(
    ask: &Ask,
    inbox: InboxId,
    channel: Channel,
    origin: Origin,
    contact: Option<ContactId>,
    at: Timestamp,
) -> Conversation {
    let owner = (origin == Origin::Bot).then_some(Owner::Bot);
    Conversation {
        id: ask.fresh.conversation,
        inbox,
        channel,
        origin,
        contact,
        ticket: None,
        state: ConversationState::Open,
        ownership: Ownership { owner, person_ever: false },
        spam: false,
        trashed_at: None,
        answered: false,
        created_at: at,
        last_activity_at: at,
        last_inbound_at: None,
        waiting_since: None,
        last_message: None,
        last_inbound_message: None,
        message_count: 0,
        version: Sequence(0),
    }
}
