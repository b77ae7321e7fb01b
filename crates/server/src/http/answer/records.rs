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
    let mut shown = Shown::default();
    let first = |pick: fn(&RecordChange) -> bool| recorded(changes).find(|change| pick(change));
    let record = match about {
        About::Record(id) => Some(id),
        _ => match first(|change| matches!(change, RecordChange::RecordSet { .. })) {
            Some(RecordChange::RecordSet { to, .. }) => Some(to.id),
            _ => None,
        },
    };
    if let Some(id) = record {
        shown.record = state.store.record_view(reader, id).await?;
    }
    let activity = match about {
        About::Activity(id) => Some(id),
        _ => match first(|change| matches!(change, RecordChange::ActivitySet { .. })) {
            Some(RecordChange::ActivitySet { to, .. }) => Some(to.id),
            _ => None,
        },
    };
    if let Some(id) = activity {
        shown.activity = state.store.activity(reader, id).await?;
    }
    let property = match about {
        About::Property(id) => Some(id),
        _ => match first(|change| matches!(change, RecordChange::PropertySet { .. })) {
            Some(RecordChange::PropertySet { to, .. }) => Some(to.id),
            _ => None,
        },
    };
    if let Some(id) = property {
        shown.property = state.store.property(id).await?;
    }
    let object_type = match about {
        About::ObjectType(id) => Some(id),
        _ => match first(|change| matches!(change, RecordChange::ObjectTypeSet { .. })) {
            Some(RecordChange::ObjectTypeSet { to, .. }) => Some(to.id),
            _ => None,
        },
    };
    if let Some(id) = object_type {
        shown.object_type = state.store.object_type(id).await?;
    }
    Ok(shown)
}
