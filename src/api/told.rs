//! What the app reads of answers and feed events. They are the shapes of [`samtal_model::wire`], but a change is read as
//! far as the app needs it: its kind, what it is about, and the few values that no entity beside it says. Decoding all
//! kinds of change in full would cost a browser some 20 KB more to fetch.

use samtal_model::json::{FromJson, Json};
use samtal_model::wire::{AgentView, ConversationView, CustomViewView, InboxCounts, InboxView, MessageView};
use samtal_model::{
    Actor, AgentId, Change, CommandId, ConversationId, CustomViewId, Hidden, MessageId, MessageKind, Sequence,
    Timestamp,
};

/// Each field by its name.
macro_rules! read {
    ($name:ident { $($field:ident),* } $(and $rest:ident)?) => {
        impl FromJson for $name {
            fn from_json(mut json: Json) -> Option<Self> {
                Some(Self { $($field: json.field(stringify!($field))?,)* $($rest: json)? })
            }
        }
    };
}

read! { Answer { command, undoable, changes, conversation, message, custom_view, sequence } and known }
read! { Event { after, sequence, reload, changes, conversations, messages, agents, inboxes, gone, counts, custom_views, custom_views_gone } and known }
read! { Told { sequence, actor, change } }

/// `samtal_model::wire::CommandAnswer`.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Names it for undo; none if nothing had to change.
    pub command: Option<CommandId>,
    pub undoable: bool,
    pub changes: Vec<Told>,
    pub conversation: Option<ConversationView>,
    pub message: Option<MessageView>,
    pub custom_view: Option<CustomViewView>,
    pub sequence: Sequence,
    /// What else it says: tickets, records and the like.
    pub known: Json,
}

/// `samtal_model::wire::FeedEvent`.
#[derive(Clone, Debug)]
pub struct Event {
    pub after: Sequence,
    pub sequence: Sequence,
    pub reload: bool,
    pub changes: Vec<Told>,
    pub conversations: Vec<ConversationView>,
    pub messages: Vec<MessageView>,
    pub agents: Vec<AgentView>,
    pub inboxes: Vec<InboxView>,
    pub gone: Vec<ConversationId>,
    pub counts: Vec<InboxCounts>,
    pub custom_views: Vec<CustomViewView>,
    pub custom_views_gone: Vec<CustomViewId>,
    /// What else it says: tickets, records and the like.
    pub known: Json,
}

/// `samtal_model::wire::ChangeView`.
#[derive(Clone, Debug)]
pub struct Told {
    pub sequence: Sequence,
    pub actor: Actor,
    change: Json,
}

impl Told {
    fn kind(&self) -> &str {
        self.change.at("type").text().unwrap_or_default()
    }

    /// What kind of change it is, for who counts them; of records, what happened with them. What ends an association
    /// is none.
    #[must_use]
    pub fn counts_as(&self) -> Option<&str> {
        if self.kind() != "recorded" {
            return Some(self.kind());
        }
        let change = self.change.at("change");
        change.at("type").text().filter(|kind| *kind != "link_set" || *change.at("to") == Json::Bool(true))
    }

    /// The conversation that is gone for good by it.
    #[must_use]
    pub fn deleted(&self) -> Option<ConversationId> {
        self.conversation().filter(|_| self.kind() == "deleted")
    }

    /// The message that is hidden by it.
    #[must_use]
    pub fn hidden(&self) -> Option<(MessageId, Hidden)> {
        if self.kind() != "hidden_set" {
            return None;
        }
        let to = self.change.at("to");
        let by = AgentId(to.at("by").int()?);
        let at = to.at("at").text().and_then(Timestamp::read)?;
        Some((self.message()?, Hidden { by, at }))
    }

    /// Up to which message everything is read by it, and for whom.
    #[must_use]
    pub fn read_floor(&self) -> Option<(AgentId, Option<MessageId>)> {
        if self.kind() != "read_floor_set" {
            return None;
        }
        Some((AgentId(self.change.at("agent").int()?), self.change.at("to").int().map(MessageId)))
    }

    /// The conversation it is about, if any.
    #[must_use]
    pub fn conversation(&self) -> Option<ConversationId> {
        let conversation = self.change.at("conversation");
        let id = conversation.int().or(conversation.at("id").int());
        id.or(self.change.at("message").at("conversation").int()).map(ConversationId)
    }

    fn message(&self) -> Option<MessageId> {
        let message = self.change.at("message");
        message.int().or(message.at("id").int()).map(MessageId)
    }

    /// Whether it is what the same agent's `guess` expected: the same kind of thing done to the same.
    #[must_use]
    pub fn is_like(&self, guess: &Change) -> bool {
        if self.conversation() != guess.conversation() {
            return false;
        }
        match guess {
            Change::MessageAdded { message } => {
                let kind = match message.kind {
                    MessageKind::Inbound => "inbound",
                    MessageKind::Outbound => "outbound",
                    MessageKind::Comment => "comment",
                };
                self.kind() == "message_added" && self.change.at("message").at("kind").text() == Some(kind)
            }
            Change::OwnerSet { .. } => self.kind() == "owner_set",
            Change::StateSet { .. } => self.kind() == "state_set",
            Change::TrashSet { .. } => self.kind() == "trash_set",
            Change::SpamSet { .. } => self.kind() == "spam_set",
            Change::HiddenSet { message, .. } => self.kind() == "hidden_set" && self.message() == Some(*message),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Told;
    use samtal_model::json::Json;
    use samtal_model::{
        Actor, AgentId, Author, Change, Channel, ConversationId, ConversationState, Hidden, InboxId, Message,
        MessageId, MessageKind, Ownership, Sequence, Timestamp,
    };

    fn tree(value: serde_json::Value) -> Json {
        match value {
            serde_json::Value::Null => Json::Null,
            serde_json::Value::Bool(value) => Json::Bool(value),
            serde_json::Value::Number(value) => Json::Int(value.as_i64().expect("whole")),
            serde_json::Value::String(value) => Json::Text(value),
            serde_json::Value::Array(items) => Json::List(items.into_iter().map(tree).collect()),
            serde_json::Value::Object(fields) => {
                Json::Fields(fields.into_iter().map(|(name, value)| (name, tree(value))).collect())
            }
        }
    }

    fn told(change: &Change) -> Told {
        let change = tree(serde_json::to_value(change).expect("changes are JSON"));
        Told { sequence: Sequence(1), actor: Actor::System, change }
    }

    fn written(kind: MessageKind) -> Change {
        let message = Message {
            id: MessageId(9),
            conversation: ConversationId(4),
            kind,
            author: Author::Agent(AgentId(1)),
            channel: Channel::Email,
            sent_at: Timestamp(5),
            hidden: None,
            version: Sequence(0),
        };
        Change::MessageAdded { message }
    }

    fn changes() -> Vec<Change> {
        let conversation = ConversationId(4);
        let hidden = Some(Hidden { by: AgentId(2), at: Timestamp(7_000) });
        let owner = Ownership::default();
        vec![
            written(MessageKind::Comment),
            written(MessageKind::Outbound),
            Change::OwnerSet { conversation, from: owner, to: owner },
            Change::StateSet { conversation, from: ConversationState::Open, to: ConversationState::Closed },
            Change::TrashSet { conversation, from: None, to: Some(Timestamp(5)) },
            Change::SpamSet { conversation, from: false, to: true },
            Change::HiddenSet { message: MessageId(9), conversation, from: None, to: hidden },
        ]
    }

    #[test]
    fn each_change_is_like_itself_and_like_no_other() {
        for (index, change) in changes().iter().enumerate() {
            let told = told(change);
            assert_eq!(told.conversation(), change.conversation());
            for (other, guess) in changes().iter().enumerate() {
                assert_eq!(told.is_like(guess), index == other, "{change:?} and {guess:?}");
            }
        }
    }

    #[test]
    fn what_no_entity_says_is_read() {
        let hidden = Hidden { by: AgentId(2), at: Timestamp(7_000) };
        assert_eq!(told(&changes()[6]).hidden(), Some((MessageId(9), hidden)));
        let shown =
            Change::HiddenSet { message: MessageId(9), conversation: ConversationId(4), from: Some(hidden), to: None };
        assert_eq!(told(&shown).hidden(), None);
        let deleted = Change::Deleted { conversation: ConversationId(4), inbox: InboxId(1) };
        assert_eq!(told(&deleted).deleted(), Some(ConversationId(4)));
        let floor = Change::ReadFloorSet { agent: AgentId(1), from: None, to: Some(MessageId(3)) };
        assert_eq!(told(&floor).read_floor(), Some((AgentId(1), Some(MessageId(3)))));
    }
}
