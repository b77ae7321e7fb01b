//! Properties that a team defines (X4), kinds of records of its own (D6), and which properties are shown where (D3, K2).
//!
//! Names, also those of options, are texts in revisions. An option that is deleted stays in the definition with where
//! its values went, and whoever reads a value follows that: so one change deletes it, and undo is exact.

use super::value::{BuiltIn, PropertyKey, PropertyKind, Value};
use super::{RecordKind, take_over};
use crate::id::{ObjectTypeId, OptionId, PropertyId, RevisionId};
use serde::{Deserialize, Serialize};

/// Properties that may be defined for one kind of record: each is read with every record of it.
pub const PROPERTIES_MOST: usize = 100;
/// Options a property may have, those deleted among them: they are sent whole.
pub const OPTIONS_MOST: usize = 200;
/// Kinds of records a team may define.
pub const OBJECT_TYPES_MOST: usize = 30;
/// The longest name of a property, an option or a kind of record, in characters: it stands on one line.
pub const NAME_MOST: usize = 60;

/// What became of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptionState {
    There,
    /// Deleted; whoever had it has that one.
    MovedTo(OptionId),
    /// Deleted; whoever had it has nothing.
    Emptied,
}

/// An option of a choice. Its name is a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    pub id: OptionId,
    pub state: OptionState,
}

/// A defined property. Its kind is fixed once it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    pub id: PropertyId,
    pub object: RecordKind,
    pub kind: PropertyKind,
    /// In their order, deleted ones too.
    pub options: Vec<ChoiceOption>,
    pub position: i64,
    /// It can be brought back by undo, with its values.
    pub deleted: bool,
    pub revision: RevisionId,
}

impl Property {
    /// As it is after a change between the two.
    #[must_use]
    pub fn changed(&self, from: &Self, to: &Self) -> Self {
        let mut property = self.clone();
        take_over!(from, to => property; options, position, deleted, revision);
        property
    }

    /// Whether a record can have this option now.
    #[must_use]
    pub fn has_option(&self, id: OptionId) -> bool {
        self.options.iter().any(|option| option.id == id && option.state == OptionState::There)
    }

    /// What an option is by now: itself, where it went, or nothing.
    #[must_use]
    pub fn option_now(&self, id: OptionId) -> Option<OptionId> {
        let mut id = id;
        // It went at most through each of them once.
        for _ in 0..=self.options.len() {
            match self.options.iter().find(|option| option.id == id)?.state {
                OptionState::There => return Some(id),
                OptionState::MovedTo(next) => id = next,
                OptionState::Emptied => return None,
            }
        }
        None
    }

    /// A kept value as it is to be read.
    #[must_use]
    pub fn value_now(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Whole(id) if self.kind == PropertyKind::Choice => {
                self.option_now(OptionId(*id)).map(|id| Value::Whole(id.0))
            }
            Value::List(ids) if self.kind == PropertyKind::Choices => {
                let mut ids: Vec<i64> =
                    ids.iter().filter_map(|id| self.option_now(OptionId(*id))).map(|id| id.0).collect();
                ids.sort_unstable();
                ids.dedup();
                (!ids.is_empty()).then_some(Value::List(ids))
            }
            value => Some(value.clone()),
        }
    }
}

/// The names of a property and its options.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyText {
    pub name: String,
    pub options: Vec<(OptionId, String)>,
}

impl PropertyText {
    #[must_use]
    pub fn option(&self, id: OptionId) -> &str {
        self.options.iter().find(|(of, _)| *of == id).map_or("", |(_, name)| name)
    }
}

/// What is to be changed about a property; what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PropertyEdit {
    pub name: Option<String>,
    /// All of them in their order; new ones have no id yet.
    pub options: Option<Vec<(Option<OptionId>, String)>>,
    /// Where the values of options go that are no longer among them; none empties.
    pub removed: Vec<(OptionId, Option<OptionId>)>,
}

/// A kind of record that a team defines. Its names are texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectType {
    pub id: ObjectTypeId,
    pub position: i64,
    /// It can be brought back by undo, with its records.
    pub deleted: bool,
    pub revision: RevisionId,
}

impl ObjectType {
    #[must_use]
    pub fn changed(&self, from: &Self, to: &Self) -> Self {
        let mut object_type = self.clone();
        take_over!(from, to => object_type; position, deleted, revision);
        object_type
    }
}

/// What a kind of record is called, one and several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectTypeText {
    pub name: String,
    pub plural: String,
}

/// Where chosen properties are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Place {
    /// The ticket's card in the sidebar: the same for the whole team, who talk about it, and chosen by admins.
    #[serde(rename = "card:ticket")]
    TicketCard,
    /// What "View more" opens (K2): each agent's own, as the work differs.
    #[serde(rename = "panel:ticket")]
    TicketPanel,
    /// "About this contact" (D3): each agent's own.
    #[serde(rename = "about:contact")]
    AboutContact,
}

impl Place {
    pub const ALL: [Self; 3] = [Self::TicketCard, Self::TicketPanel, Self::AboutContact];

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::TicketCard => "card:ticket",
            Self::TicketPanel => "panel:ticket",
            Self::AboutContact => "about:contact",
        }
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.word() == word)
    }

    /// Whose properties they are.
    #[must_use]
    pub fn kind(self) -> RecordKind {
        match self {
            Self::TicketCard | Self::TicketPanel => RecordKind::Ticket,
            Self::AboutContact => RecordKind::Contact,
        }
    }

    /// Whether everybody sees the same.
    #[must_use]
    pub fn is_shared(self) -> bool {
        self == Self::TicketCard
    }

    /// What is shown until somebody chooses: what every record has.
    #[must_use]
    pub fn usual(self) -> Vec<PropertyKey> {
        let shown: &[BuiltIn] = match self {
            Self::TicketCard => &[BuiltIn::Status, BuiltIn::Priority, BuiltIn::Owner],
            Self::TicketPanel => {
                &[BuiltIn::Pipeline, BuiltIn::Status, BuiltIn::Priority, BuiltIn::Owner, BuiltIn::CreatedAt]
            }
            Self::AboutContact => &[BuiltIn::Email, BuiltIn::Phone],
        };
        shown.iter().map(|built_in| (*built_in).into()).collect()
    }
}
