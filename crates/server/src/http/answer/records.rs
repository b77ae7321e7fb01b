//! What an answer shows of records: the one that a command was about, as the asker may see it.

use super::About;
use crate::http::AppState;
use crate::http::problem::Failure;
use crate::store::{Reader, SharedRecords};
use samtal_model::record::change::RecordChange;
use samtal_model::wire::{ActivityView, ObjectTypeView, PropertyView, RecordView};
use samtal_model::{Change, Logged};

/// The parts of an answer that are about records.
#[derive(Default)]
pub(super) struct Shown {
    pub record: Option<RecordView>,
    pub activity: Option<ActivityView>,
    pub property: Option<PropertyView>,
    pub object_type: Option<ObjectTypeView>,
}

pub(super) fn recorded(changes: &[Logged]) -> impl Iterator<Item = &RecordChange> {
    changes.iter().filter_map(|entry| match &entry.change {
        Change::Recorded { change } => Some(change),
        _ => None,
    })
}

/// What the changes may be told of by: nothing is read where there are none.
pub(super) async fn shared(state: &AppState, changes: &[Logged]) -> Result<SharedRecords, Failure> {
    Ok(state.store.shared_records(recorded(changes), std::iter::empty()).await?)
}

pub(super) async fn shown(
    state: &AppState,
    reader: &Reader,
    changes: &[Logged],
    about: About,
) -> Result<Shown, Failure> {
    let record = match about {
        About::Record(id) => Some(id),
        _ => first(changes, |change| match change {
            RecordChange::RecordSet { to, .. } => Some(to.id),
            _ => None,
        }),
    };
    let activity = match about {
        About::Activity(id) => Some(id),
        _ => first(changes, |change| match change {
            RecordChange::ActivitySet { to, .. } => Some(to.id),
            _ => None,
        }),
    };
    let property = match about {
        About::Property(id) => Some(id),
        _ => first(changes, |change| match change {
            RecordChange::PropertySet { to, .. } => Some(to.id),
            _ => None,
        }),
    };
    let object_type = match about {
        About::ObjectType(id) => Some(id),
        _ => first(changes, |change| match change {
            RecordChange::ObjectTypeSet { to, .. } => Some(to.id),
            _ => None,
        }),
    };
    let mut shown = Shown::default();
    if let Some(id) = record {
        shown.record = state.store.record_view(reader, id).await?;
    }
    if let Some(id) = activity {
        shown.activity = state.store.activity(reader, id).await?;
    }
    if let Some(id) = property {
        shown.property = state.store.property(id).await?;
    }
    if let Some(id) = object_type {
        shown.object_type = state.store.object_type(id).await?;
    }
    Ok(shown)
}

/// What the first change of a kind is about.
fn first<T>(changes: &[Logged], of: fn(&RecordChange) -> Option<T>) -> Option<T> {
    recorded(changes).find_map(of)
}
