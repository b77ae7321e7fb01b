//! A record's past (D7): messages, notes, calls, tasks, meetings and feedback in one order, newest first.
//!
//! Messages come from the conversations of a contact, or of the contacts of a company or deal, in the inboxes that the
//! reader sees; hidden ones are absent (M4), and so is what lies in Trash or Spam.

use super::seen::{SharedRecords, activity_view, known_to, may_see};
use super::{ACTIVITIES, activity_of};
use crate::store::sql::{Cells, bound, id_list, rows};
use crate::store::{Connection, Error, Reader, Store, personal_message};
use samtal_model::MessageId;
use samtal_model::record::RecordRef;
use samtal_model::wire::{ActivityView, TimelineEntry, TimelinePage};
use std::collections::{BTreeMap, BTreeSet};

/// Conversations whose messages are looked through, the newest ones; older ones are found by search.
const CONVERSATIONS_MOST: usize = 1_000;
/// Contacts of a company or deal whose conversations count.
const CONTACTS_MOST: usize = 200;

/// Where a page begins: below this moment, or at it below this entry. Activities stand above messages of the same
/// moment.
type Place = (i64, i64, i64);

const MESSAGE: i64 = 0;
const ACTIVITY: i64 = 1;

fn place(cursor: &str) -> Option<Place> {
    let mut parts = cursor.split('.').map(|part| part.parse::<i64>().ok());
    match (parts.next()?, parts.next()?, parts.next()?, parts.next()) {
        (Some(at), Some(kind), Some(id), None) => Some((at, kind, id)),
        _ => None,
    }
}

impl Store {
    /// A page of the timeline; none if the record is not there for this reader, and an inner none if the cursor is of no
    /// timeline.
    ///
    /// # Errors
    /// The engine's.
    pub async fn timeline(
        &self,
        reader: &Reader,
        id: RecordRef,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Option<Option<TimelinePage>>, Error> {
        let mut connection = self.read().await?;
        let found = SharedRecords::of(&mut connection, [id], &BTreeSet::new()).await?;
        let Some(record) = found.record(reader, id) else { return Ok(None) };
        let id = record.merged_into.map_or(id, RecordRef::Contact);
        let below = match cursor {
            None => (i64::MAX, i64::MAX, i64::MAX),
            Some(cursor) => match place(cursor) {
                Some(place) => place,
                None => return Ok(Some(None)),
            },
        };
        let most = limit + 1;
        let contacts = contacts_of(&mut connection, reader, id).await?;
        let messages = messages(&mut connection, reader, &contacts, below, most).await?;
        let activities = activities(&mut connection, reader, id, below, most).await?;
        drop(connection);
        let mut order: Vec<Place> = messages.iter().map(|(at, id)| (*at, MESSAGE, *id)).collect();
        order.extend(activities.iter().map(|it| (it.at.0, ACTIVITY, it.id.0)));
        order.sort_unstable_by(|one, other| other.cmp(one));
        let more = order.len() > limit;
        order.truncate(limit);
        let ids: Vec<MessageId> = order.iter().filter(|it| it.1 == MESSAGE).map(|it| MessageId(it.2)).collect();
        let views = self.shared_messages(&ids).await?;
        let mut views: BTreeMap<i64, _> = views.into_iter().map(|view| (view.id.0, view)).collect();
        let mut activities: BTreeMap<i64, ActivityView> = activities.into_iter().map(|it| (it.id.0, it)).collect();
        let next_cursor = order.last().filter(|_| more).map(|(at, kind, id)| format!("{at}.{kind}.{id}"));
        let items = order.into_iter().map(|(_, kind, id)| {
            let message = (kind == MESSAGE).then(|| views.remove(&id)).flatten().map(|mut view| {
                personal_message(&mut view, reader);
                view
            });
            TimelineEntry { message, activity: (kind == ACTIVITY).then(|| activities.remove(&id)).flatten() }
        });
        // One may have been hidden or deleted between the two queries.
        let there = |it: &TimelineEntry| it.activity.is_some() || it.message.as_ref().is_some_and(|it| !it.hidden);
        Ok(Some(Some(TimelinePage { items: items.filter(there).collect(), next_cursor })))
    }
}

/// Whose messages belong to the record.
async fn contacts_of(connection: &mut Connection, reader: &Reader, id: RecordRef) -> Result<Vec<i64>, Error> {
    if let RecordRef::Contact(contact) = id {
        return Ok(vec![contact.0]);
    }
    let known = known_to(reader);
    let sql = format!(
        "SELECT c.id FROM contacts c JOIN links l ON l.other_kind = 'contact' AND l.other_id = c.id \
         WHERE l.kind = $1 AND l.id = $2 AND c.made = 1 AND {known} ORDER BY c.id DESC LIMIT {CONTACTS_MOST}"
    );
    let found = rows(connection, sql, bound![id.word(), id.number()]).await?;
    found.iter().map(|row| Cells::new(row).int()).collect()
}

async fn messages(
    connection: &mut Connection,
    reader: &Reader,
    contacts: &[i64],
    (at, kind, id): Place,
    most: usize,
) -> Result<Vec<(i64, i64)>, Error> {
    let contacts = id_list(contacts.iter().copied());
    let inboxes = id_list(reader.inboxes.iter().map(|inbox| inbox.0));
    // At the moment itself: all of them below an activity, and below a message those with lesser ids.
    let id = if kind == ACTIVITY { i64::MAX } else { id };
    let sql = format!(
        "SELECT m.sent_at, m.id FROM (SELECT id FROM conversations WHERE contact_id IN ({contacts}) \
         AND inbox_id IN ({inboxes}) AND trashed_at IS NULL AND spam = 0 \
         ORDER BY last_activity_at DESC LIMIT {CONVERSATIONS_MOST}) c \
         JOIN messages m ON m.conversation_id = c.id \
         WHERE m.hidden_by IS NULL AND (m.sent_at < $1 OR (m.sent_at = $1 AND m.id < $2)) \
         ORDER BY m.sent_at DESC, m.id DESC LIMIT {most}"
    );
    let found = rows(connection, sql, bound![at, id]).await?;
    found
        .iter()
        .map(|row| {
            let mut cells = Cells::new(row);
            Ok((cells.int()?, cells.int()?))
        })
        .collect()
}

async fn activities(
    connection: &mut Connection,
    reader: &Reader,
    of: RecordRef,
    (at, kind, id): Place,
    most: usize,
) -> Result<Vec<ActivityView>, Error> {
    let inboxes = id_list(reader.inboxes.iter().map(|inbox| inbox.0));
    // Below a message of the same moment there is no activity.
    let id = if kind == MESSAGE { i64::MIN } else { id };
    let sql = format!(
        "{ACTIVITIES} WHERE a.record_kind = $1 AND a.record_id = $2 AND a.deleted = 0 \
         AND (a.at < $3 OR (a.at = $3 AND a.id < $4)) AND (a.inbox_id IS NULL OR a.inbox_id IN ({inboxes})) \
         ORDER BY a.at DESC, a.id DESC LIMIT {most}"
    );
    let found = rows(connection, sql, bound![of.word(), of.number(), at, id]).await?;
    let mut all = vec![];
    for row in &found {
        let row = activity_of(&mut Cells::new(row))?;
        if may_see(reader, &row.activity) {
            all.push(activity_view(&row, reader));
        }
    }
    Ok(all)
}
