//! Records (D6, D7): contacts, companies, deals and what a team defines itself, alike in what can be done with them.
//!
//! What a record says, built in or defined by the team, stands in revisions: each is written once and holds all of
//! its values. A change names the revisions before and after, so that undo points back and deleting for good reaches
//! everything. Tickets have values and links as records do; what else they are is not said here.

pub mod activity;
pub mod change;
pub mod command;
pub mod property;
pub mod value;
pub mod world;

use crate::id::{CompanyId, ContactId, DealId, ObjectId, ObjectTypeId, RevisionId, TicketId};
use crate::refusal::Noun;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Names a record of whatever kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind", content = "id", deny_unknown_fields)]
pub enum RecordRef {
    Contact(ContactId),
    Company(CompanyId),
    Deal(DealId),
    Ticket(TicketId),
    Object(ObjectId),
}

impl RecordRef {
    /// The word in URLs, in the API and in the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Contact(_) => "contact",
            Self::Company(_) => "company",
            Self::Deal(_) => "deal",
            Self::Ticket(_) => "ticket",
            Self::Object(_) => "object",
        }
    }

    /// Its number, which is its own among those of its kind.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Contact(ContactId(id))
            | Self::Company(CompanyId(id))
            | Self::Deal(DealId(id))
            | Self::Ticket(TicketId(id))
            | Self::Object(ObjectId(id)) => id,
        }
    }

    /// The record of that kind and number.
    #[must_use]
    pub fn from_parts(word: &str, id: i64) -> Option<Self> {
        Some(match word {
            "contact" => Self::Contact(ContactId(id)),
            "company" => Self::Company(CompanyId(id)),
            "deal" => Self::Deal(DealId(id)),
            "ticket" => Self::Ticket(TicketId(id)),
            "object" => Self::Object(ObjectId(id)),
            _ => return None,
        })
    }

    #[must_use]
    pub fn contact(self) -> Option<ContactId> {
        if let Self::Contact(id) = self { Some(id) } else { None }
    }

    #[must_use]
    pub fn ticket(self) -> Option<TicketId> {
        if let Self::Ticket(id) = self { Some(id) } else { None }
    }

    /// What it is called where it is missed.
    #[must_use]
    pub fn noun(self) -> Noun {
        match self {
            Self::Contact(_) => Noun::Contact,
            Self::Company(_) => Noun::Company,
            Self::Deal(_) => Noun::Deal,
            Self::Ticket(_) => Noun::Ticket,
            Self::Object(_) => Noun::Object,
        }
    }
}

/// What properties are defined for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "object", content = "type_id")]
pub enum RecordKind {
    Contact,
    Company,
    Deal,
    Ticket,
    Object(ObjectTypeId),
}

impl RecordKind {
    /// The word in the API and in the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Company => "company",
            Self::Deal => "deal",
            Self::Ticket => "ticket",
            Self::Object(_) => "object",
        }
    }

    #[must_use]
    pub fn object_type(self) -> Option<ObjectTypeId> {
        if let Self::Object(id) = self { Some(id) } else { None }
    }

    /// The kind of that word; an object's needs its type, the others have none.
    #[must_use]
    pub fn from_parts(word: &str, object_type: Option<ObjectTypeId>) -> Option<Self> {
        Some(match (word, object_type) {
            ("contact", None) => Self::Contact,
            ("company", None) => Self::Company,
            ("deal", None) => Self::Deal,
            ("ticket", None) => Self::Ticket,
            ("object", Some(id)) => Self::Object(id),
            _ => return None,
        })
    }
}

/// A record. What it says are texts and lives in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub id: RecordRef,
    /// For an object: of what kind.
    pub object_type: Option<ObjectTypeId>,
    /// Which values hold. A contact that came with a message begins with [`first_revision`].
    pub revision: RevisionId,
    /// It was made: undoing that makes it as if it had never been.
    pub made: bool,
    /// An agent made it, so that the whole team knows of it. Otherwise a contact is known where it wrote (X2).
    pub by_hand: bool,
    /// None for a contact from before this was kept.
    pub created_at: Option<Timestamp>,
    pub trashed_at: Option<Timestamp>,
    /// The contact that took this one in (D7); then there is nothing here but the way there.
    pub merged_into: Option<ContactId>,
}

/// The revision of what a contact came with. No other text has a number below zero.
#[must_use]
pub fn first_revision(contact: ContactId) -> RevisionId {
    RevisionId(-contact.0)
}

/// Takes over from `$to` what differs from `$from`.
macro_rules! take_over {
    ($from:expr, $to:expr => $into:expr; $($field:ident),* $(,)?) => {
        $(if $from.$field != $to.$field { $into.$field = $to.$field.clone(); })*
    };
}
pub(crate) use take_over;

impl Record {
    /// A contact as it comes with a message.
    #[must_use]
    pub fn of_contact(id: ContactId, at: Option<Timestamp>) -> Self {
        Self {
            id: RecordRef::Contact(id),
            object_type: None,
            revision: first_revision(id),
            made: true,
            by_hand: false,
            created_at: at,
            trashed_at: None,
            merged_into: None,
        }
    }

    #[must_use]
    pub fn kind(&self) -> RecordKind {
        match (self.id, self.object_type) {
            (RecordRef::Contact(_), _) => RecordKind::Contact,
            (RecordRef::Company(_), _) => RecordKind::Company,
            (RecordRef::Deal(_), _) => RecordKind::Deal,
            (RecordRef::Ticket(_), _) => RecordKind::Ticket,
            // An object without a type has no properties of its own.
            (RecordRef::Object(_), of) => RecordKind::Object(of.unwrap_or(ObjectTypeId(0))),
        }
    }

    /// Whether it is there to be read: in Trash it is.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.made && self.merged_into.is_none()
    }

    /// As it is after a change between the two: what they have in common stays as it is here.
    #[must_use]
    pub fn changed(&self, from: &Self, to: &Self) -> Self {
        let mut record = self.clone();
        take_over!(from, to => record; revision, made, by_hand, created_at, trashed_at, merged_into);
        record
    }
}
