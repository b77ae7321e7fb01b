//! What is written down on a record: notes, tasks, meetings, calls and feedback (D5, D7).

use super::{RecordRef, take_over};
use crate::id::{ActivityId, AgentId, ConversationId, InboxId, RevisionId};
use crate::person::Role;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What an activity is. It stays what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    Note,
    Task,
    Meeting,
    Call,
    /// An answer to the satisfaction survey (D5).
    Feedback,
}

/// Which way a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    In,
    Out,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    Connected,
    NoAnswer,
    Busy,
    LeftMessage,
    WrongNumber,
}

/// An activity. What it says is a text and lives in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    pub id: ActivityId,
    pub record: RecordRef,
    pub kind: ActivityKind,
    /// None for what the server took in.
    pub author: Option<AgentId>,
    /// What it came from, if that is not the whole team's: only who sees the inbox sees the activity (X2).
    pub conversation: Option<(ConversationId, InboxId)>,
    pub created_at: Timestamp,
    /// Its place in the timeline.
    pub at: Timestamp,
    pub done_at: Option<Timestamp>,
    pub deleted: bool,
    pub revision: RevisionId,
}

impl Activity {
    #[must_use]
    pub fn changed(&self, from: &Self, to: &Self) -> Self {
        let mut activity = self.clone();
        take_over!(from, to => activity; record, at, done_at, deleted, revision);
        activity
    }

    /// Whether `agent` may change and delete it: their own, or any as an admin. What a customer said is nobody's to
    /// change, and an admin's to delete.
    #[must_use]
    pub fn is_edited_by(&self, agent: AgentId, role: Role) -> bool {
        self.kind != ActivityKind::Feedback && (self.author == Some(agent) || role >= Role::Admin)
    }
}

/// What an activity says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActivityText {
    pub text: String,
    /// When a task is to be done.
    pub due: Option<Timestamp>,
    /// Who is to do it.
    pub assignee: Option<AgentId>,
    /// When a meeting ends.
    pub ends_at: Option<Timestamp>,
    pub direction: Option<Direction>,
    pub outcome: Option<CallOutcome>,
    /// How long a call took, in seconds.
    pub duration_s: Option<i64>,
    /// 1 to 5.
    pub score: Option<i64>,
}

/// What is to be changed; what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityEdit {
    pub text: Option<String>,
    pub at: Option<Timestamp>,
    pub due: Option<Option<Timestamp>>,
    pub assignee: Option<Option<AgentId>>,
    pub ends_at: Option<Option<Timestamp>>,
    pub direction: Option<Option<Direction>>,
    pub outcome: Option<Option<CallOutcome>>,
    pub duration_s: Option<Option<i64>>,
}

impl ActivityText {
    /// With the text as it is kept.
    #[must_use]
    pub fn tidied(&self) -> Self {
        Self { text: self.text.trim().to_owned(), ..self.clone() }
    }

    #[must_use]
    pub fn edited(&self, edit: &ActivityEdit) -> Self {
        Self {
            text: edit.text.as_ref().unwrap_or(&self.text).trim().to_owned(),
            due: edit.due.unwrap_or(self.due),
            assignee: edit.assignee.unwrap_or(self.assignee),
            ends_at: edit.ends_at.unwrap_or(self.ends_at),
            direction: edit.direction.unwrap_or(self.direction),
            outcome: edit.outcome.unwrap_or(self.outcome),
            duration_s: edit.duration_s.unwrap_or(self.duration_s),
            score: self.score,
        }
    }
}
