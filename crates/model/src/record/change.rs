//! What happens to records, as the change log says it: before and after, by id, never a text.

use super::activity::Activity;
use super::property::{ObjectType, Place, Property};
use super::value::PropertyKey;
use super::{Record, RecordRef};
use crate::id::AgentId;
use crate::world::World;
use serde::{Deserialize, Serialize};

/// One step. [`crate::Change::Recorded`] carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RecordChange {
    /// Made (it was not before), changed, moved to trash or back, or merged into another. What is the same before and
    /// after is no part of it.
    RecordSet {
        from: Record,
        to: Record,
    },
    /// Gone for good, with its values, links and activities. `was` says who may hear of it.
    RecordErased {
        was: Record,
    },
    /// Two records were associated, or no longer are. The lesser of the two stands first.
    LinkSet {
        a: RecordRef,
        b: RecordRef,
        from: bool,
        to: bool,
    },
    PropertySet {
        from: Property,
        to: Property,
    },
    ObjectTypeSet {
        from: ObjectType,
        to: ObjectType,
    },
    /// None where nobody has chosen. Heard by `agent` alone, if there is one.
    ShownSet {
        place: Place,
        agent: Option<AgentId>,
        from: Option<Vec<PropertyKey>>,
        to: Option<Vec<PropertyKey>>,
    },
    ActivitySet {
        from: Activity,
        to: Activity,
    },
}

/// A link's two ends in the order in which they are kept.
#[must_use]
pub fn ends(one: RecordRef, other: RecordRef) -> (RecordRef, RecordRef) {
    if one < other { (one, other) } else { (other, one) }
}

impl RecordChange {
    #[must_use]
    pub fn inverse(&self) -> Option<Self> {
        Some(match self.clone() {
            Self::RecordSet { from, to } => Self::RecordSet { from: to, to: from },
            Self::LinkSet { a, b, from, to } => Self::LinkSet { a, b, from: to, to: from },
            Self::PropertySet { from, to } => Self::PropertySet { from: to, to: from },
            Self::ObjectTypeSet { from, to } => Self::ObjectTypeSet { from: to, to: from },
            Self::ShownSet { place, agent, from, to } => Self::ShownSet { place, agent, from: to, to: from },
            Self::ActivitySet { from, to } => Self::ActivitySet { from: to, to: from },
            Self::RecordErased { .. } => return None,
        })
    }

    /// The only agent who may hear of it.
    #[must_use]
    pub fn private_to(&self) -> Option<AgentId> {
        if let Self::ShownSet { agent, .. } = self { *agent } else { None }
    }

    /// The records it is about.
    pub fn records(&self) -> impl Iterator<Item = RecordRef> + use<> {
        let (one, other) = match self {
            Self::RecordSet { to, .. } => (Some(to.id), None),
            Self::RecordErased { was } => (Some(was.id), None),
            Self::LinkSet { a, b, .. } => (Some(*a), Some(*b)),
            Self::ActivitySet { from, to } => (Some(to.record), Some(from.record).filter(|old| *old != to.record)),
            Self::PropertySet { .. } | Self::ObjectTypeSet { .. } | Self::ShownSet { .. } => (None, None),
        };
        one.into_iter().chain(other)
    }

    /// The contact whose name or address may be another after it: what shows or finds one has to look again.
    #[must_use]
    pub fn renamed_contact(&self) -> Option<crate::ContactId> {
        match self {
            Self::RecordSet { from, to } if from.revision != to.revision || from.made != to.made => to.id.contact(),
            Self::RecordErased { was } => was.id.contact(),
            _ => None,
        }
    }
}

impl World {
    /// Applies a change to the records that are held.
    pub(crate) fn apply_to_records(&mut self, change: &RecordChange) {
        let held = &mut self.records;
        match change {
            RecordChange::RecordSet { from, to } => {
                let record = held.records.or_insert_with(to.id, || from.clone());
                *record = record.changed(from, to);
            }
            RecordChange::RecordErased { was } => {
                held.records.remove(&was.id);
                held.links.retain(|(a, b), ()| *a != was.id && *b != was.id);
                held.activities.retain(|_, activity| activity.record != was.id);
            }
            RecordChange::LinkSet { a, b, to, .. } => {
                if *to {
                    held.links.insert((*a, *b), ());
                } else {
                    held.links.remove(&(*a, *b));
                }
            }
            RecordChange::PropertySet { from, to } => {
                let property = held.properties.or_insert_with(to.id, || from.clone());
                *property = property.changed(from, to);
            }
            RecordChange::ObjectTypeSet { from, to } => {
                let object_type = held.object_types.or_insert_with(to.id, || from.clone());
                *object_type = object_type.changed(from, to);
            }
            RecordChange::ShownSet { place, agent, to, .. } => match to {
                Some(to) => drop(held.shown.insert((*place, *agent), to.clone())),
                None => drop(held.shown.remove(&(*place, *agent))),
            },
            RecordChange::ActivitySet { from, to } => {
                let activity = held.activities.or_insert_with(to.id, || from.clone());
                *activity = activity.changed(from, to);
            }
        }
    }
}
