//! How enums stand in the database: short words, stable for ever.

use super::Error;
use samtal_model::record::activity::ActivityKind;
use samtal_model::record::value::PropertyKind;
use samtal_model::wire::{BulkAction, BulkState};
use samtal_model::{AgentState, Author, Channel, ConversationState, MessageKind, Origin, Role, StatusColour};

/// A value with a word of its own.
pub trait Code: Sized + Copy + 'static {
    const CODES: &'static [(Self, &'static str)];

    fn code(self) -> &'static str;

    fn from_code(code: &str) -> Result<Self, Error> {
        Self::CODES
            .iter()
            .find(|(_, word)| *word == code)
            .map(|(value, _)| *value)
            .ok_or_else(|| Error::Unknown { what: format!("the word {code:?}") })
    }
}

macro_rules! codes {
    ($($type:ident { $($variant:ident = $word:literal),* $(,)? })*) => {$(
        impl Code for $type {
            const CODES: &'static [(Self, &'static str)] = &[$((Self::$variant, $word)),*];

            fn code(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
    )*};
}

codes! {
    Role { Agent = "agent", Admin = "admin", SuperAdmin = "super_admin" }
    AgentState { Active = "active", Deactivated = "deactivated", Removed = "removed" }
    Channel { Email = "email", Chat = "chat", Messenger = "messenger", Form = "form", Call = "call" }
    Origin { Inbound = "inbound", Outbound = "outbound", Bot = "bot" }
    ConversationState { Open = "open", Closed = "closed" }
    MessageKind { Inbound = "inbound", Outbound = "outbound", Comment = "comment" }
    StatusColour {
        Grey = "grey", Blue = "blue", Teal = "teal", Green = "green", Yellow = "yellow", Orange = "orange", Red = "red",
        Pink = "pink", Purple = "purple",
    }
    ActivityKind { Note = "note", Task = "task", Meeting = "meeting", Call = "call", Feedback = "feedback" }
    PropertyKind {
        Text = "text", Number = "number", Date = "date", Choice = "choice", Choices = "choices", YesNo = "yes_no",
        Person = "person", Email = "email", Phone = "phone", Domain = "domain", Money = "money",
        Currency = "currency", Stage = "stage",
    }
    BulkAction {
        Close = "close", Reopen = "reopen", Assign = "assign", Trash = "trash", Restore = "restore", Spam = "spam",
        NotSpam = "not_spam", Read = "read", Unread = "unread",
    }
    BulkState {
        Selecting = "selecting", Running = "running", Stopping = "stopping", Done = "done", Stopped = "stopped",
    }
}

/// An author as two columns.
pub fn author_columns(author: Author) -> (&'static str, Option<i64>) {
    match author {
        Author::Contact(id) => ("contact", Some(id.0)),
        Author::Agent(id) => ("agent", Some(id.0)),
        Author::Bot => ("bot", None),
        Author::Inbox => ("inbox", None),
    }
}

/// And back.
pub fn author(kind: &str, id: Option<i64>) -> Result<Author, Error> {
    Ok(match (kind, id) {
        ("contact", Some(id)) => Author::Contact(samtal_model::ContactId(id)),
        ("agent", Some(id)) => Author::Agent(samtal_model::AgentId(id)),
        ("bot", _) => Author::Bot,
        ("inbox", _) => Author::Inbox,
        _ => return Err(Error::Unknown { what: format!("an author of the kind {kind:?}") }),
    })
}
