//! What a command will change, before the server has said so: [`samtal_model::decide_here`] on the little that this browser
//! holds. The same rules run on the server, which has the last word.

use super::entity::Guess;
use samtal_model::wire::{AgentView, ConversationView, InboxView, MessageView};
use samtal_model::{
    Actor, Agent, AgentId, Ask, Change, Contact, ContactId, ConversationId, CustomViewId, Fresh, Inbox, InboxId,
    Message, MessageId, MessageKind, PipelineId, ReadState, RevisionId, StatusId, TicketId, Timestamp, World,
};

/// How much of a new message is shown as its conversation's preview, in characters.
const PREVIEW_MOST: usize = 160;

/// The ids of what a command may bring into being: negative, so that they meet no real one.
#[must_use]
pub fn circumstances(me: AgentId, now: Timestamp, fresh: u32) -> Ask {
    let id = -i64::from(fresh);
    Ask {
        actor: Actor::Agent(me),
        now,
        fresh: Fresh {
            agent: AgentId(id),
            contact: ContactId(id),
            conversation: ConversationId(id),
            inbox: InboxId(id),
            message: MessageId(id),
            custom_view: CustomViewId(id),
            revision: RevisionId(id),
            pipeline: PipelineId(id),
            status: StatusId(id),
            ticket: TicketId(id),
        },
    }
}

/// The part of the world that this browser holds around one conversation.
#[must_use]
pub fn world(
    agents: &[AgentView],
    inboxes: &[InboxView],
    floor: Option<MessageId>,
    me: AgentId,
    conversation: Option<&ConversationView>,
    message: Option<&MessageView>,
) -> World {
    let mut world = World::default();
    for agent in agents {
        let read_floor = if agent.id == me { floor } else { None };
        world.agents.insert(agent.id, Agent { id: agent.id, role: agent.role, state: agent.state, read_floor });
    }
    for inbox in inboxes {
        // Who else sees an inbox that is not open to all is not told to the browser: the server refuses if need be.
        world.inboxes.insert(inbox.id, Inbox { id: inbox.id, open_to_all: true });
    }
    if let Some(view) = conversation {
        if let Some(contact) = &view.contact {
            world.contacts.insert(contact.id, Contact { id: contact.id });
        }
        world.conversations.insert(view.id, view.to_model());
        world.reads.insert((me, view.id), read_state(view));
    }
    if let Some(view) = message {
        world.messages.insert(view.id, view.to_model());
    }
    world
}

fn read_state(view: &ConversationView) -> ReadState {
    ReadState { up_to: view.read_up_to, marked_unread: view.marked_unread }
}

/// Shows the guess on a copy of the conversation. Its version stays: the server's own word is always newer.
pub fn onto_conversation(view: &mut ConversationView, guess: &Guess, me: AgentId, floor: Option<MessageId>) {
    let mut world = World::default();
    world.conversations.insert(view.id, view.to_model());
    world.reads.insert((me, view.id), read_state(view));
    let id = view.id;
    for change in guess.changes.iter().filter(|change| change.conversation() == Some(id)) {
        world.apply(view.version, change);
        match change {
            Change::MessageAdded { message } => preview(view, message, &guess.text),
            Change::HiddenSet { message, to: Some(_), .. } if view.last_message_id == Some(*message) => {
                view.preview.clear();
                view.preview_hidden = true;
            }
            _ => {}
        }
    }
    let read = world.read_state(me, view.id);
    if let Some(conversation) = world.conversations.get(&view.id) {
        view.set_model(conversation);
        view.unread = conversation.is_unread(read, floor);
    }
    view.read_up_to = read.up_to;
    view.marked_unread = read.marked_unread;
}

fn preview(view: &mut ConversationView, message: &Message, text: &str) {
    view.preview = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(PREVIEW_MOST).collect();
    view.preview_hidden = false;
    view.preview_author = Some(message.author);
    view.preview_kind = Some(message.kind);
}

/// Shows the guess on a copy of the message. Unhiding waits for the server: the text is nowhere else (M4).
pub fn onto_message(view: &mut MessageView, guess: &Guess, me: AgentId) {
    for change in &guess.changes {
        if let Change::HiddenSet { message, to: Some(hidden), .. } = change
            && *message == view.id
        {
            view.blank();
            view.hidden = true;
            view.hidden_by = Some(hidden.by);
            view.hidden_at = Some(hidden.at);
            view.can_unhide = hidden.by == me;
        }
    }
}

/// A message that is thought to be added, as it will look.
#[must_use]
pub fn written(message: &Message, text: &str, me: &AgentView, conversation: &ConversationView) -> MessageView {
    MessageView {
        id: message.id,
        conversation_id: message.conversation,
        kind: message.kind,
        author: message.author,
        author_name: me.name.clone(),
        author_email: me.email.clone(),
        channel: message.channel,
        sent_at: message.sent_at,
        version: message.version,
        hidden: false,
        hidden_by: None,
        hidden_at: None,
        can_unhide: false,
        subject: String::new(),
        to: if message.kind == MessageKind::Outbound {
            let address = |contact: &samtal_model::wire::ContactView| samtal_model::Address {
                name: contact.name.clone(),
                email: contact.email.clone(),
            };
            conversation.contact.iter().map(address).collect()
        } else {
            Vec::new()
        },
        cc: Vec::new(),
        text: text.to_owned(),
        quoted: String::new(),
        has_html: false,
        has_remote_images: false,
        has_source: false,
        unsent: false,
        attachments: Vec::new(),
    }
}
