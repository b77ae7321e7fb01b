//! JSON as a tree, and how the shapes of [`crate::wire`] are read from one. The browser parses; what serde would
//! generate to read the same shapes costs it some 50 KB more to fetch. That both read alike is tested.

mod write;

use crate::command::Address;
use crate::conversation::{Channel, ConversationState, Origin, Owner};
use crate::id::{AgentId, ContactId};
use crate::message::{Author, MessageKind};
use crate::person::{AgentState, Role};
use crate::pipeline::StatusColour;
use crate::reach::Reach;
use crate::record::RecordRef;
use crate::record::activity::{ActivityKind, CallOutcome, Direction};
use crate::record::property::Place;
use crate::record::value::{PropertyKey, PropertyKind};
use crate::sort::Sort;
use crate::ticket::Priority;
use crate::time::Timestamp;
use crate::view::View;
use crate::wire::{BulkAction, BulkState, HistoryCause, HistoryKind};
use crate::world::Actor;

/// A JSON value. Numbers are whole; nothing in the API is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Json {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Json>),
    Fields(Vec<(String, Json)>),
}

/// What can be read from JSON. None where it is of another shape.
pub trait FromJson: Sized {
    fn from_json(json: Json) -> Option<Self>;

    /// What an absent field means; none where it has to be there.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

impl Json {
    /// A field's value to look at; null where there is none.
    #[must_use]
    pub fn at(&self, name: &str) -> &Self {
        match self {
            Self::Fields(fields) => {
                fields.iter().find(|(field, _)| field == name).map_or(&Self::Null, |(_, value)| value)
            }
            _ => &Self::Null,
        }
    }

    #[must_use]
    pub fn int(&self) -> Option<i64> {
        if let Self::Int(value) = self { Some(*value) } else { None }
    }

    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(value) = self { Some(value) } else { None }
    }

    fn take(&mut self, name: &str) -> Option<Self> {
        let Self::Fields(fields) = self else { return None };
        let at = fields.iter().position(|(field, _)| field == name)?;
        Some(fields.swap_remove(at).1)
    }

    /// Reads a field and takes it out.
    pub fn field<T: FromJson>(&mut self, name: &str) -> Option<T> {
        match self.take(name) {
            Some(value) => T::from_json(value),
            None => T::absent(),
        }
    }

    /// The same for a field that may be left out and is not null.
    pub fn field_or_default<T: FromJson + Default>(&mut self, name: &str) -> Option<T> {
        self.take(name).map_or_else(|| Some(T::default()), T::from_json)
    }
}

impl FromJson for Json {
    fn from_json(json: Json) -> Option<Self> {
        Some(json)
    }
}

impl FromJson for bool {
    fn from_json(json: Json) -> Option<Self> {
        if let Json::Bool(value) = json { Some(value) } else { None }
    }
}

impl FromJson for i64 {
    fn from_json(json: Json) -> Option<Self> {
        json.int()
    }
}

impl FromJson for u16 {
    fn from_json(json: Json) -> Option<Self> {
        json.int()?.try_into().ok()
    }
}

impl FromJson for String {
    fn from_json(json: Json) -> Option<Self> {
        if let Json::Text(value) = json { Some(value) } else { None }
    }
}

impl FromJson for Timestamp {
    fn from_json(json: Json) -> Option<Self> {
        Self::read(json.text()?)
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: Json) -> Option<Self> {
        if json == Json::Null { Some(None) } else { T::from_json(json).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Json) -> Option<Self> {
        let Json::List(items) = json else { return None };
        let mut all = Self::with_capacity(items.len());
        for item in items {
            all.push(T::from_json(item)?);
        }
        Some(all)
    }
}

impl FromJson for Address {
    fn from_json(mut json: Json) -> Option<Self> {
        Some(Self { name: json.field_or_default("name")?, email: json.field("email")? })
    }
}

impl FromJson for View {
    fn from_json(json: Json) -> Option<Self> {
        Self::from_slug(json.text()?)
    }
}

impl FromJson for Sort {
    fn from_json(json: Json) -> Option<Self> {
        Self::from_slug(json.text()?)
    }
}

/// Enums that are written as one word.
macro_rules! words {
    ($($name:ident { $($word:literal => $variant:ident),* $(,)? })*) => {$(
        impl FromJson for $name {
            fn from_json(json: Json) -> Option<Self> {
                match json.text()? {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    )*};
}

words! {
    Channel { "email" => Email, "chat" => Chat, "messenger" => Messenger, "form" => Form, "call" => Call }
    Origin { "inbound" => Inbound, "outbound" => Outbound, "bot" => Bot }
    ConversationState { "open" => Open, "closed" => Closed }
    MessageKind { "inbound" => Inbound, "outbound" => Outbound, "comment" => Comment }
    Role { "agent" => Agent, "admin" => Admin, "super_admin" => SuperAdmin }
    AgentState { "active" => Active, "deactivated" => Deactivated, "removed" => Removed }
    BulkAction {
        "close" => Close, "reopen" => Reopen, "assign" => Assign, "trash" => Trash, "restore" => Restore,
        "spam" => Spam, "not_spam" => NotSpam, "read" => Read, "unread" => Unread,
    }
    BulkState {
        "selecting" => Selecting, "running" => Running, "stopping" => Stopping, "done" => Done, "stopped" => Stopped,
    }
    HistoryKind {
        "started" => Started, "message" => Message, "closed" => Closed, "reopened" => Reopened, "owner" => Owner,
        "trashed" => Trashed, "restored" => Restored, "spam" => Spam, "not_spam" => NotSpam, "hidden" => Hidden,
        "unhidden" => Unhidden, "ticket_created" => TicketCreated, "ticket_attached" => TicketAttached,
        "ticket_renamed" => TicketRenamed, "ticket_status" => TicketStatus, "ticket_priority" => TicketPriority,
        "ticket_owner" => TicketOwner, "ticket_trashed" => TicketTrashed, "ticket_restored" => TicketRestored,
        "ticket_values" => TicketValues, "ticket_contact" => TicketContact,
        "ticket_lost_conversation" => TicketLostConversation, "ticket_deleted" => TicketDeleted, "blocked" => Blocked,
        "unblocked" => Unblocked, "contact" => Contact, "survey_asked" => SurveyAsked,
        "survey_taken_back" => SurveyTakenBack, "survey_answered" => SurveyAnswered,
    }
    ActivityKind {
        "note" => Note, "task" => Task, "meeting" => Meeting, "call" => Call, "feedback" => Feedback,
    }
    Direction { "in" => In, "out" => Out }
    CallOutcome {
        "connected" => Connected, "no_answer" => NoAnswer, "busy" => Busy, "left_message" => LeftMessage,
        "wrong_number" => WrongNumber,
    }
    HistoryCause {
        "asked" => Asked, "undo" => Undo, "contact_reopens" => ContactReopens, "contact_restores" => ContactRestores,
        "owner_left" => OwnerLeft, "author_has_read" => AuthorHasRead,
        "ticket_follows_owner" => TicketFollowsOwner, "ticket_closed" => TicketClosed,
        "ticket_reopened" => TicketReopened, "conversation_trashed" => ConversationTrashed,
        "ticket_trashed" => TicketTrashed, "restored_together" => RestoredTogether,
        "contact_reopens_ticket" => ContactReopensTicket, "conversation_deleted" => ConversationDeleted,
        "ticket_deleted" => TicketDeleted, "sender_blocked" => SenderBlocked, "status_deleted" => StatusDeleted,
        "survey_asked" => SurveyAsked,
    }
    Priority { "low" => Low, "medium" => Medium, "high" => High, "urgent" => Urgent }
    StatusColour {
        "grey" => Grey, "blue" => Blue, "teal" => Teal, "green" => Green, "yellow" => Yellow, "orange" => Orange,
        "red" => Red, "pink" => Pink, "purple" => Purple,
    }
    Reach {
        "conversation_closed" => ConversationClosed, "conversation_reopened" => ConversationReopened,
        "conversation_trashed" => ConversationTrashed, "conversation_restored" => ConversationRestored,
        "conversation_deleted" => ConversationDeleted, "conversation_assigned" => ConversationAssigned,
        "conversation_unassigned" => ConversationUnassigned, "conversation_spam" => ConversationSpam,
        "conversation_not_spam" => ConversationNotSpam, "ticket_assigned" => TicketAssigned,
        "ticket_unassigned" => TicketUnassigned, "ticket_trashed" => TicketTrashed,
        "ticket_restored" => TicketRestored, "ticket_deleted" => TicketDeleted, "ticket_reopened" => TicketReopened,
        "ticket_moved" => TicketMoved, "ticket_noted" => TicketNoted, "contact_asked" => ContactAsked,
        "contact_unasked" => ContactUnasked,
    }
}

impl FromJson for PropertyKind {
    fn from_json(json: Json) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, word)| Some(*word) == json.text()).map(|(kind, _)| kind)
    }
}

impl FromJson for Place {
    fn from_json(json: Json) -> Option<Self> {
        Self::from_word(json.text()?)
    }
}

impl FromJson for PropertyKey {
    fn from_json(json: Json) -> Option<Self> {
        json.text()?.parse().ok()
    }
}

impl FromJson for RecordRef {
    fn from_json(json: Json) -> Option<Self> {
        Self::from_parts(json.at("kind").text()?, json.at("id").int()?)
    }
}

impl FromJson for Owner {
    fn from_json(json: Json) -> Option<Self> {
        match json.at("type").text()? {
            "agent" => Some(Self::Agent(AgentId(json.at("id").int()?))),
            "bot" => Some(Self::Bot),
            _ => None,
        }
    }
}

impl FromJson for Author {
    fn from_json(json: Json) -> Option<Self> {
        match json.at("type").text()? {
            "contact" => Some(Self::Contact(ContactId(json.at("id").int()?))),
            "agent" => Some(Self::Agent(AgentId(json.at("id").int()?))),
            "bot" => Some(Self::Bot),
            "inbox" => Some(Self::Inbox),
            _ => None,
        }
    }
}

impl FromJson for Actor {
    fn from_json(json: Json) -> Option<Self> {
        match json.at("type").text()? {
            "agent" => Some(Self::Agent(AgentId(json.at("id").int()?))),
            "system" => Some(Self::System),
            _ => None,
        }
    }
}
