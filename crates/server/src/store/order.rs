//! The order of a list, as the tables have it, and places in it.

use super::Error;
use super::sql::Cells;
use samtal_model::Sort;
use sqlx::any::AnyRow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Activity,
    Created,
    Waiting,
}

/// By which key, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    key: Key,
    descending: bool,
}

impl Order {
    pub(super) fn of(sort: Sort) -> Self {
        let key = match sort {
            Sort::NewestActivity | Sort::OldestActivity => Key::Activity,
            Sort::NewestCreated | Sort::OldestCreated => Key::Created,
            Sort::WaitingLongest => Key::Waiting,
        };
        Self { key, descending: !sort.is_upward() }
    }

    /// In `view_stretches.sort`.
    pub(super) fn number(self) -> i64 {
        self.key as i64
    }

    pub(super) fn is_by_activity(self) -> bool {
        self.key == Key::Activity
    }

    pub(super) fn is_descending(self) -> bool {
        self.descending
    }

    /// Of `view_rows`.
    pub(super) fn view_column(self) -> &'static str {
        match self.key {
            Key::Activity => "activity",
            Key::Created => "created",
            Key::Waiting => "waiting",
        }
    }

    /// Of `conversations c`.
    pub(super) fn conversation_column(self) -> &'static str {
        match self.key {
            Key::Activity => "c.last_activity_at",
            Key::Created => "c.created_at",
            Key::Waiting => "c.waiting",
        }
    }

    /// What is further down compares like this to what is before it.
    pub(super) fn after(self) -> &'static str {
        if self.descending { "<" } else { ">" }
    }

    pub(super) fn direction(self) -> &'static str {
        if self.descending { "DESC" } else { "ASC" }
    }

    /// Before everything.
    pub(super) fn top(self) -> Place {
        let least = if self.descending { i64::MAX } else { i64::MIN };
        Place { key: least, conversation: least }
    }

    /// Behind everything.
    pub(super) fn end(self) -> Place {
        let most = if self.descending { i64::MIN } else { i64::MAX };
        Place { key: most, conversation: most }
    }

    /// Sorts as the engines do.
    pub(super) fn sort(self, places: &mut [Place]) {
        places.sort_unstable();
        if self.descending {
            places.reverse();
        }
    }

    /// `place` is further down than `other`.
    pub(super) fn is_after(self, place: Place, other: Place) -> bool {
        if self.descending { place < other } else { place > other }
    }
}

/// A place in a list: a key and, among equal ones, the conversation's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub key: i64,
    pub conversation: i64,
}

impl Place {
    /// From a row that begins with both.
    pub(super) fn read(row: &AnyRow) -> Result<Self, Error> {
        let mut cells = Cells::new(row);
        Ok(Self { key: cells.int()?, conversation: cells.int()? })
    }

    pub(super) fn parse(cursor: &str) -> Option<Self> {
        let (key, conversation) = cursor.split_once('.')?;
        Some(Self { key: key.parse().ok()?, conversation: conversation.parse().ok()? })
    }

    pub(super) fn print(self) -> String {
        format!("{}.{}", self.key, self.conversation)
    }
}
