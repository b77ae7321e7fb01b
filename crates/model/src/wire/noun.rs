//! From the shapes back to the nouns that the rules know, and over again.

use super::{ConversationView, MessageView};
use crate::conversation::{Conversation, Ownership};
use crate::message::{Hidden, Message};

impl ConversationView {
    /// The noun that the rules know.
    #[must_use]
    pub fn to_model(&self) -> Conversation {
        Conversation {
            id: self.id,
            inbox: self.inbox_id,
            channel: self.channel,
            origin: self.origin,
            contact: self.contact.as_ref().map(|contact| contact.id),
            state: self.state,
            ownership: Ownership { owner: self.owner, person_ever: self.person_ever },
            spam: self.spam,
            trashed_at: self.trashed_at,
            answered: self.answered,
            created_at: self.created_at,
            last_activity_at: self.last_activity_at,
            last_inbound_at: self.last_inbound_at,
            waiting_since: self.waiting_since,
            last_message: self.last_message_id,
            last_inbound_message: self.last_inbound_message_id,
            message_count: self.message_count,
            version: self.version,
        }
    }

    /// Takes over what the rules know, and leaves the texts.
    pub fn set_model(&mut self, conversation: &Conversation) {
        self.state = conversation.state;
        self.owner = conversation.ownership.owner;
        self.person_ever = conversation.ownership.person_ever;
        self.spam = conversation.spam;
        self.trashed_at = conversation.trashed_at;
        self.answered = conversation.answered;
        self.last_activity_at = conversation.last_activity_at;
        self.last_inbound_at = conversation.last_inbound_at;
        self.waiting_since = conversation.waiting_since;
        self.last_message_id = conversation.last_message;
        self.last_inbound_message_id = conversation.last_inbound_message;
        self.message_count = conversation.message_count;
        self.version = conversation.version;
    }
}

impl MessageView {
    /// The noun that the rules know.
    #[must_use]
    pub fn to_model(&self) -> Message {
        Message {
            id: self.id,
            conversation: self.conversation_id,
            kind: self.kind,
            author: self.author,
            channel: self.channel,
            sent_at: self.sent_at,
            hidden: self.hidden_by.zip(self.hidden_at).map(|(by, at)| Hidden { by, at }),
            version: self.version,
        }
    }

    /// Takes every text away, as hiding does (M4).
    pub fn blank(&mut self) {
        self.subject.clear();
        self.text.clear();
        self.quoted.clear();
        self.to.clear();
        self.cc.clear();
        self.attachments.clear();
        self.has_html = false;
        self.has_remote_images = false;
        self.has_source = false;
    }
}
