//! One record with what it is associated with, and one activity, as a reader sees them.

use super::define::Definitions;
use super::seen::{SharedRecords, known_to};
use super::{CONTACTS, RECORDS, row_of, view};
use crate::store::log::log_end;
use crate::store::sql::{Cells, bound, rows};
use crate::store::{Connection, Error, Reader, Store};
use samtal_model::record::RecordRef;
use samtal_model::rules::record::LINKS_MOST;
use samtal_model::wire::{ActivityView, ObjectTypeView, PropertyView, RecordDetail, RecordView};
use samtal_model::{ActivityId, ObjectTypeId, PropertyId};
use std::collections::BTreeSet;

/// What `id` is associated with, of these kinds, for this reader: those in Trash left out, by name.
pub(super) async fn linked(
    connection: &mut Connection,
    reader: &Reader,
    definitions: &Definitions,
    id: RecordRef,
    kinds: &[&str],
    limit: usize,
) -> Result<Vec<RecordView>, Error> {
    let mut all = vec![];
    let join = "JOIN links l ON l.kind = $1 AND l.id = $2 AND l.other_kind = $3 AND l.other_id =";
    for kind in kinds {
        let sql = if *kind == "contact" {
            let known = known_to(reader);
            format!(
                "{CONTACTS} {join} c.id WHERE c.made = 1 AND c.merged_into IS NULL AND c.trashed_at IS NULL AND {known} \
                 ORDER BY c.folded, c.id LIMIT {limit}"
            )
        } else {
            format!(
                // The link says of which kind it is; said of the record too, SQLite would walk along all of that kind.
                "{RECORDS} {join} r.id WHERE r.made = 1 AND r.trashed_at IS NULL \
                 ORDER BY r.folded, r.id LIMIT {limit}"
            )
        };
        for row in rows(connection, sql, bound![id.word(), id.number(), *kind]).await? {
            let row = row_of(&mut Cells::new(&row))?;
            if definitions.has_type(row.record.object_type) {
                all.push(view(&row, definitions));
            }
        }
    }
    Ok(all)
}

impl Store {
    /// One record, in Trash or not; none if it is not there or not for this reader. A contact that was merged is
    /// answered with who took it in.
    ///
    /// # Errors
    /// The engine's.
    pub async fn record(&self, reader: &Reader, id: RecordRef) -> Result<Option<RecordDetail>, Error> {
        let mut connection = self.read().await?;
        let sequence = log_end(&mut connection).await?;
        let found = SharedRecords::of(&mut connection, [id], &BTreeSet::new()).await?;
        let Some(mut record) = found.record(reader, id) else { return Ok(None) };
        let mut merged_from = None;
        if let Some(winner) = record.merged_into {
            merged_from = id.contact();
            let id = RecordRef::Contact(winner);
            let found = SharedRecords::of(&mut connection, [id], &BTreeSet::new()).await?;
            let Some(winner) = found.record(reader, id) else { return Ok(None) };
            record = winner;
        }
        let id = record.reference().unwrap_or(id);
        let kinds = ["contact", "company", "deal", "object"];
        let links = linked(&mut connection, reader, &found.definitions, id, &kinds, LINKS_MOST).await?;
        Ok(Some(RecordDetail { record, links, merged_from, sequence }))
    }

    /// The record alone, for an answer to a command.
    pub(crate) async fn record_view(&self, reader: &Reader, id: RecordRef) -> Result<Option<RecordView>, Error> {
        let mut connection = self.read().await?;
        Ok(SharedRecords::of(&mut connection, [id], &BTreeSet::new()).await?.record(reader, id))
    }

    /// One activity; none if it is not there or not for this reader.
    ///
    /// # Errors
    /// The engine's.
    pub async fn activity(&self, reader: &Reader, id: ActivityId) -> Result<Option<ActivityView>, Error> {
        let mut connection = self.read().await?;
        Ok(SharedRecords::of(&mut connection, [], &[id].into()).await?.activity(reader, id))
    }

    /// One defined property.
    ///
    /// # Errors
    /// The engine's.
    pub async fn property(&self, id: PropertyId) -> Result<Option<PropertyView>, Error> {
        Ok(self.definitions().await?.property(id))
    }

    /// One of the team's own kinds of records.
    ///
    /// # Errors
    /// The engine's.
    pub async fn object_type(&self, id: ObjectTypeId) -> Result<Option<ObjectTypeView>, Error> {
        Ok(self.definitions().await?.object_type(id))
    }
}
