//! What undoing changes of records looks at: all of a kind in one statement, as it may be thousands, and everybody else
//! waits.

use super::define::Definitions;
use super::{ACTIVITIES, parsed};
use crate::store::save::Batch;
use crate::store::sql::{Cells, bound, id_list, row, rows};
use crate::store::{Connection, Error};
use samtal_model::record::RecordRef;
use samtal_model::record::change::RecordChange;
use samtal_model::record::value::{BuiltIn, PropertyKey};
use samtal_model::record::world::Made;
use samtal_model::{ActivityId, Cause, Change, Logged, ObjectTypeId, PropertyId, RevisionId};
use std::collections::BTreeSet;

/// Texts and records looked through for what has come to use something new. Where more have come since, it is taken to be
/// in use.
const LOOKED_THROUGH: i64 = 10_000;

impl Batch {
    /// What undoing these changes needs.
    pub(in crate::store) async fn load_records_changed(
        &mut self,
        connection: &mut Connection,
        logged: &[Logged],
    ) -> Result<(), Error> {
        let mut records: BTreeSet<RecordRef> = BTreeSet::new();
        let mut ends: BTreeSet<RecordRef> = BTreeSet::new();
        let mut activities: BTreeSet<ActivityId> = BTreeSet::new();
        let mut texts: BTreeSet<RevisionId> = BTreeSet::new();
        let mut definitions: BTreeSet<RevisionId> = BTreeSet::new();
        let (mut properties, mut object_types) = (vec![], vec![]);
        let mut any = false;
        for entry in logged {
            let change = match &entry.change {
                Change::Recorded { change } => change,
                Change::ContactSet { from, .. } => {
                    records.extend(from.map(RecordRef::Contact));
                    continue;
                }
                _ => continue,
            };
            any = true;
            records.extend(change.records());
            match change {
                RecordChange::RecordSet { from, to } => {
                    texts.extend([from.revision, to.revision]);
                    if from.made != to.made {
                        ends.insert(to.id);
                    }
                }
                RecordChange::LinkSet { a, b, .. } => ends.extend([*a, *b]),
                RecordChange::ActivitySet { to, .. } => drop(activities.insert(to.id)),
                RecordChange::ShownSet { place, agent, .. } => self.load_shown(connection, *place, *agent).await?,
                RecordChange::PropertySet { from, to } => {
                    properties.push(to.id);
                    definitions.extend([from.revision, to.revision]);
                }
                RecordChange::ObjectTypeSet { from, to } => {
                    object_types.push(to.id);
                    definitions.extend([from.revision, to.revision]);
                }
                RecordChange::RecordErased { .. } => {}
            }
        }
        if any {
            self.load_definitions(connection).await?;
        }
        if !definitions.is_empty() {
            let these = Definitions::these(connection, properties, object_types).await?;
            self.take_in_definitions(these);
        }
        self.load_records(connection, records).await?;
        self.load_links(connection, ends).await?;
        self.load_record_texts(connection, &texts).await?;
        self.load_definition_texts(connection, logged, &definitions).await?;
        if !activities.is_empty() {
            let list = id_list(activities.iter().map(|id| id.0));
            self.take_in_activities(connection, format!("{ACTIVITIES} WHERE a.id IN ({list})"), vec![]).await?;
            let held = &self.world.records.activities;
            let of: BTreeSet<RecordRef> = activities.iter().filter_map(|id| Some(held.get(id)?.record)).collect();
            self.load_records(connection, of).await?;
        }
        for entry in logged {
            if let Change::Recorded { change } = &entry.change {
                self.load_holder_then(connection, change).await?;
                self.load_use(connection, change, entry.cause).await?;
            }
        }
        Ok(())
    }

    /// Whoever has the address by now that an undo would give back.
    async fn load_holder_then(&mut self, connection: &mut Connection, change: &RecordChange) -> Result<(), Error> {
        let RecordChange::RecordSet { from, .. } = change else { return Ok(()) };
        if from.id.contact().is_none() {
            return Ok(());
        }
        let back = self.world.records.texts.get(&from.revision);
        let email = back.map(|text| text.text(BuiltIn::Email).to_owned()).unwrap_or_default();
        self.load_contact(connection, &email).await?;
        if let Some(holder) = self.world.contact_by_email.get(&email.to_lowercase()) {
            self.load_record(connection, RecordRef::Contact(*holder)).await?;
        }
        Ok(())
    }

    pub(in crate::store) async fn load_record_texts(
        &mut self,
        connection: &mut Connection,
        revisions: &BTreeSet<RevisionId>,
    ) -> Result<(), Error> {
        let missing = revisions.iter().filter(|it| !self.world.records.texts.contains_key(it)).map(|it| it.0);
        let missing: Vec<i64> = missing.collect();
        if missing.is_empty() {
            return Ok(());
        }
        let sql = format!("SELECT revision, body FROM record_texts WHERE revision IN ({})", id_list(missing));
        for row in rows(connection, sql, vec![]).await? {
            let mut cells = Cells::new(&row);
            let revision = RevisionId(cells.int()?);
            self.world.records.texts.insert(revision, parsed(&cells.text()?)?);
        }
        Ok(())
    }

    async fn load_definition_texts(
        &mut self,
        connection: &mut Connection,
        logged: &[Logged],
        revisions: &BTreeSet<RevisionId>,
    ) -> Result<(), Error> {
        let held = &self.world.records;
        let known = |it: &RevisionId| held.property_texts.contains_key(it) || held.object_type_texts.contains_key(it);
        let missing: Vec<i64> = revisions.iter().filter(|it| !known(it)).map(|it| it.0).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let of_type = |revision: RevisionId| {
            logged.iter().any(|entry| match &entry.change {
                Change::Recorded { change: RecordChange::ObjectTypeSet { from, to } } => {
                    [from.revision, to.revision].contains(&revision)
                }
                _ => false,
            })
        };
        let sql = format!("SELECT revision, body FROM definition_texts WHERE revision IN ({})", id_list(missing));
        for row in rows(connection, sql, vec![]).await? {
            let mut cells = Cells::new(&row);
            let (revision, body) = (RevisionId(cells.int()?), cells.text()?);
            if of_type(revision) {
                self.world.records.object_type_texts.insert(revision, parsed(&body)?);
            } else {
                self.world.records.property_texts.insert(revision, parsed(&body)?);
            }
        }
        Ok(())
    }

    /// Whether something has come to use what a command made, whose undo would take it away.
    async fn load_use(
        &mut self,
        connection: &mut Connection,
        change: &RecordChange,
        cause: Cause,
    ) -> Result<(), Error> {
        let made = match change {
            RecordChange::RecordSet { from, to } if !from.made && to.made => {
                self.is_record_in_use(connection, to.id).await?.then_some(Made::Record(to.id))
            }
            // What comes back by an undo has values and records of before.
            RecordChange::PropertySet { from, to } if from.deleted && !to.deleted && cause == Cause::Asked => {
                is_property_in_use(connection, to.id).await?.then_some(Made::Property(to.id))
            }
            RecordChange::ObjectTypeSet { from, to } if from.deleted && !to.deleted && cause == Cause::Asked => {
                is_type_in_use(connection, to.id).await?.then_some(Made::ObjectType(to.id))
            }
            _ => None,
        };
        if let Some(made) = made {
            self.world.records.in_use.insert(made, ());
        }
        Ok(())
    }

    async fn is_record_in_use(&mut self, connection: &mut Connection, id: RecordRef) -> Result<bool, Error> {
        // What this batch has deleted since is looked at as what it is now.
        let sql = format!(
            "{ACTIVITIES} WHERE a.record_kind = $1 AND a.record_id = $2 AND a.deleted = 0 LIMIT {LOOKED_THROUGH}"
        );
        self.take_in_activities(connection, sql, bound![id.word(), id.number()]).await?;
        let Some(contact) = id.contact() else { return Ok(false) };
        let sql = "SELECT 1 FROM tickets WHERE contact_id = $1 LIMIT 1";
        Ok(row(connection, sql, bound![contact]).await?.is_some())
    }
}

/// Whether a record says something of the property now. Revisions grow, so only what was written since can.
async fn is_property_in_use(connection: &mut Connection, id: PropertyId) -> Result<bool, Error> {
    let key = PropertyKey::Defined(id);
    let sql = format!(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN t.body LIKE $2 AND (t.kind = 'ticket' \
         OR t.kind = 'contact' AND EXISTS (SELECT 1 FROM contacts c WHERE c.id = t.id AND c.revision = t.revision AND c.made = 1) \
         OR EXISTS (SELECT 1 FROM records r WHERE r.id = t.id AND r.kind = t.kind AND r.revision = t.revision AND r.made = 1)) \
         THEN 1 ELSE 0 END), 0) FROM (SELECT revision, kind, id, body FROM record_texts WHERE revision > $1 \
         ORDER BY revision LIMIT {LOOKED_THROUGH}) t"
    );
    is_any(connection, &sql, vec![id.into(), format!("%\"{key}\":%").into()]).await
}

async fn is_type_in_use(connection: &mut Connection, id: ObjectTypeId) -> Result<bool, Error> {
    let sql = format!(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN t.type_id = $1 AND t.made = 1 THEN 1 ELSE 0 END), 0) FROM \
         (SELECT id, type_id, made FROM records WHERE id > $1 ORDER BY id LIMIT {LOOKED_THROUGH}) t"
    );
    is_any(connection, &sql, bound![id]).await
}

/// Whether any was found among those looked through, or there are more than that.
async fn is_any(connection: &mut Connection, sql: &str, args: Vec<crate::store::sql::Arg>) -> Result<bool, Error> {
    let Some(found) = row(connection, sql, args).await? else { return Ok(false) };
    let mut cells = Cells::new(&found);
    let (looked, used) = (cells.int()?, cells.int()?);
    Ok(used > 0 || looked == LOOKED_THROUGH)
}
