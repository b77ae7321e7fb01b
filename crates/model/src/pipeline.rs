//! Pipelines and their statuses (A1): named, ordered, coloured, each status open or closed.
//!
//! Names are texts. They stand in revisions, each written once, as those of custom views do.

use crate::id::{PipelineId, RevisionId, StatusId};
use serde::{Deserialize, Serialize};

/// The longest name of a pipeline or a status, in characters.
pub const PIPELINE_NAME_MOST: usize = 60;
/// Pipelines there may be: each is a tab of settings and an entry of every menu of statuses.
pub const PIPELINES_MOST: usize = 20;
/// Statuses of one pipeline: a board with more columns is read by nobody.
pub const STATUSES_MOST: usize = 30;
/// Tickets that move at the most when their status is deleted, in one transaction.
pub const MOVED_MOST: i64 = 2_000;

/// A pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    pub id: PipelineId,
    /// Which name holds.
    pub revision: RevisionId,
    /// Equal ones stand in the order of their ids.
    pub position: i64,
    /// Contacts are asked how it went when their ticket is closed in it (D5).
    #[serde(default)]
    pub survey: bool,
    /// It can be brought back by undo.
    pub deleted: bool,
}

/// The colours a status may have. What they look like, light and dark, is the app's to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StatusColour {
    Grey,
    Blue,
    Teal,
    Green,
    Yellow,
    Orange,
    Red,
    Pink,
    Purple,
}

/// A status of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub id: StatusId,
    pub pipeline: PipelineId,
    pub revision: RevisionId,
    pub position: i64,
    pub colour: StatusColour,
    /// A ticket in it is closed.
    pub closed: bool,
    /// It can be brought back by undo.
    pub deleted: bool,
}

impl Pipeline {
    /// As it is after a change between the two: what they have in common stays as it is here.
    #[must_use]
    pub fn changed(&self, from: &Self, to: &Self) -> Self {
        Self {
            id: self.id,
            revision: either(self.revision, from.revision, to.revision),
            position: either(self.position, from.position, to.position),
            survey: either(self.survey, from.survey, to.survey),
            deleted: either(self.deleted, from.deleted, to.deleted),
        }
    }
}

impl Status {
    /// As it is after a change between the two: what they have in common stays as it is here.
    #[must_use]
    pub fn changed(&self, from: &Self, to: &Self) -> Self {
        Self {
            id: self.id,
            pipeline: self.pipeline,
            revision: either(self.revision, from.revision, to.revision),
            position: either(self.position, from.position, to.position),
            colour: either(self.colour, from.colour, to.colour),
            closed: either(self.closed, from.closed, to.closed),
            deleted: either(self.deleted, from.deleted, to.deleted),
        }
    }
}

fn either<T: PartialEq>(now: T, from: T, to: T) -> T {
    if from == to { now } else { to }
}

/// A status that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStatus {
    pub name: String,
    pub colour: StatusColour,
    pub closed: bool,
}
