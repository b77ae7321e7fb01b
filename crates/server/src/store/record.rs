//! Records, properties and what is written down on records: rows and their nouns.
//!
//! What a record says stands in `record_texts`, whole in each revision; a contact's name, address and telephone stand in
//! `contacts` too, where lists and messages read them. `load` brings what the rules look at, `noted` writes what a batch
//! did, `reach` takes a contact's new name to whatever shows or finds it, and the rest reads for answers.

mod define;
mod list;
mod load;
mod names;
mod noted;
mod reach;
mod seen;
mod show;
mod sidebar;
mod timeline;
mod undone;

pub(crate) use define::Definitions;
pub use list::RecordQuery;
pub(super) use noted::Noted;
pub(crate) use seen::SharedRecords;

use super::code::Code;
use super::sql::{Cells, id_list, rows};
use super::{Connection, Error};
use samtal_model::record::activity::{Activity, ActivityText};
use samtal_model::record::value::{BuiltIn, Value, Values};
use samtal_model::record::{Record, RecordRef};
use samtal_model::wire::RecordView;
use samtal_model::{
    ActivityId, Address, AgentId, ContactId, ConversationId, InboxId, ObjectTypeId, RevisionId, Sequence, Timestamp,
    World,
};

/// A record as it stands in the database.
#[derive(Clone, Debug)]
struct Row {
    record: Record,
    version: Sequence,
    values: Values,
}

/// In the order of [`row_of`].
const CONTACTS: &str = "SELECT 'contact', c.id, CAST(NULL AS BIGINT), c.revision, c.made, c.by_hand, c.created_at, \
     c.trashed_at, c.merged_into, c.version, t.body, c.name, c.email, c.phone \
     FROM contacts c LEFT JOIN record_texts t ON t.revision = c.revision";
const RECORDS: &str = "SELECT r.kind, r.id, r.type_id, r.revision, r.made, r.by_hand, r.created_at, \
     r.trashed_at, CAST(NULL AS BIGINT), r.version, t.body, '', '', '' \
     FROM records r LEFT JOIN record_texts t ON t.revision = r.revision";

fn row_of(cells: &mut Cells<'_>) -> Result<Row, Error> {
    let (kind, id) = (cells.text()?, cells.int()?);
    let id = reference(&kind, id)?;
    let object_type = cells.maybe()?.map(ObjectTypeId);
    let record = Record {
        id,
        object_type,
        revision: RevisionId(cells.int()?),
        made: cells.flag()?,
        by_hand: cells.flag()?,
        created_at: cells.maybe()?.map(Timestamp),
        trashed_at: cells.maybe()?.map(Timestamp),
        merged_into: cells.maybe()?.map(ContactId),
    };
    let version = Sequence(cells.int()?);
    let values = match cells.maybe_text()? {
        Some(body) => parsed(&body)?,
        None => came_with(&cells.text()?, &cells.text()?, &cells.text()?),
    };
    Ok(Row { record, version, values })
}

fn reference(kind: &str, id: i64) -> Result<RecordRef, Error> {
    RecordRef::from_parts(kind, id).ok_or_else(|| Error::Unknown { what: format!("a record of the kind {kind:?}") })
}

/// What a contact says that nobody has edited yet.
fn came_with(name: &str, email: &str, phone: &str) -> Values {
    let mut values = Values::default();
    for (key, text) in [(BuiltIn::Name, name), (BuiltIn::Email, email), (BuiltIn::Phone, phone)] {
        values.set(key.into(), (!text.is_empty()).then(|| Value::Text(text.to_owned())));
    }
    values
}

/// Those of `ids` that the database knows, in no order. There are no rows of tickets here.
async fn rows_of(connection: &mut Connection, ids: impl IntoIterator<Item = RecordRef>) -> Result<Vec<Row>, Error> {
    let (contacts, others): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| id.contact().is_some());
    let mut all = vec![];
    if !contacts.is_empty() {
        let list = id_list(contacts.iter().map(|id| id.number()));
        for row in rows(connection, format!("{CONTACTS} WHERE c.id IN ({list})"), vec![]).await? {
            all.push(row_of(&mut Cells::new(&row))?);
        }
    }
    if !others.is_empty() {
        let list = id_list(others.iter().map(|id| id.number()));
        for row in rows(connection, format!("{RECORDS} WHERE r.id IN ({list})"), vec![]).await? {
            let row = row_of(&mut Cells::new(&row))?;
            if others.contains(&row.record.id) {
                all.push(row);
            }
        }
    }
    Ok(all)
}

/// As everybody who may know of it sees it.
fn view(row: &Row, definitions: &Definitions) -> RecordView {
    RecordView {
        kind: row.record.id.word().to_owned(),
        id: row.record.id.number(),
        object_type_id: row.record.object_type,
        values: definitions.read(&row.values),
        created_at: row.record.created_at,
        trashed_at: row.record.trashed_at,
        merged_into: row.record.merged_into,
        version: row.version,
    }
}

/// In the order of [`activity_of`].
const ACTIVITIES: &str = "SELECT a.id, a.record_kind, a.record_id, a.kind, a.author, a.conversation_id, a.inbox_id, \
     a.created_at, a.at, a.done_at, a.deleted, a.revision, a.version, t.body \
     FROM activities a LEFT JOIN activity_texts t ON t.revision = a.revision";

struct ActivityRow {
    activity: Activity,
    version: Sequence,
    text: ActivityText,
}

fn activity_of(cells: &mut Cells<'_>) -> Result<ActivityRow, Error> {
    let id = ActivityId(cells.int()?);
    let (kind, number) = (cells.text()?, cells.int()?);
    let record = reference(&kind, number)?;
    let kind = Code::from_code(&cells.text()?)?;
    let author = cells.maybe()?.map(AgentId);
    let (conversation, inbox) = (cells.maybe()?, cells.maybe()?);
    let activity = Activity {
        id,
        record,
        kind,
        author,
        conversation: conversation.zip(inbox).map(|(id, inbox)| (ConversationId(id), InboxId(inbox))),
        created_at: Timestamp(cells.int()?),
        at: Timestamp(cells.int()?),
        done_at: cells.maybe()?.map(Timestamp),
        deleted: cells.flag()?,
        revision: RevisionId(cells.int()?),
    };
    let version = Sequence(cells.int()?);
    let text = cells.maybe_text()?.map(|body| parsed(&body)).transpose()?.unwrap_or_default();
    Ok(ActivityRow { activity, version, text })
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Unknown { what: error.to_string() })
}

pub(super) fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Unknown { what: format!("a text of a record ({error})") })
}

/// A contact who has just come, for the commands of the same batch.
pub(super) fn add_contact(world: &mut World, id: ContactId, address: &Address, at: Timestamp) {
    let record = Record::of_contact(id, Some(at));
    world.records.texts.insert(record.revision, came_with(&address.name, &address.email, ""));
    world.records.records.insert(record.id, record);
}
