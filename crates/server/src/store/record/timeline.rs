//! A record's past (D7): messages, notes, calls, tasks, meetings and feedback in one order, newest first.
//!
//! Messages come from the conversations of a contact, or of the contacts of a company or deal, in the inboxes that the
//! reader sees; hidden ones are absent (M4), and so is what lies in Trash or Spam. A ticket's come from its own
//! conversations, and its changes of status stand between them; of one in Trash, where all of it lies there, they are shown.

use super::seen::{SharedRecords, activity_view, known_to, may_see};
use super::{ACTIVITIES, activity_of};
use crate::store::log;
use crate::store::sql::{Cells, bound, id_list, rows};
use crate::store::{Connection, Error, Reader, Store, personal_message};
use samtal_model::record::RecordRef;
use samtal_model::wire::{ActivityView, HistoryChange, TimelineChange, TimelineEntry, TimelinePage};
use samtal_model::{MessageId, TicketId};
use std::collections::{BTreeMap, BTreeSet};

/// Conversations whose messages are looked through, the newest ones; older ones are found by search.
const CONVERSATIONS_MOST: usize = 1_000;
/// Contacts of a company or deal whose conversations count.
const CONTACTS_MOST: usize = 200;

/// Where a page begins: below this moment, or at it below this entry. Changes stand above activities of the same moment,
/// and those above messages.
type Place = (i64, i64, i64);

const MESSAGE: i64 = 0;
const ACTIVITY: i64 = 1;
const CHANGE: i64 = 2;

/// Below which id entries of `kind` follow at the place's own moment.
fn below((_, at, id): Place, kind: i64) -> i64 {
    match at.cmp(&kind) {
        std::cmp::Ordering::Greater => i64::MAX,
        std::cmp::Ordering::Equal => id,
        std::cmp::Ordering::Less => i64::MIN,
    }
}

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
        if !found.has(reader, id) {
            return Ok(None);
        }
        let merged = found.record(reader, id).and_then(|record| record.merged_into);
        let id = merged.map_or(id, RecordRef::Contact);
        let below = match cursor {
            None => (i64::MAX, i64::MAX, i64::MAX),
            Some(cursor) => match place(cursor) {
                Some(place) => place,
                None => return Ok(Some(None)),
            },
        };
        let most = limit + 1;
        let these = conversations_of(&mut connection, reader, id).await?;
        let messages = messages(&mut connection, reader, &these, below, most).await?;
        let activities = activities(&mut connection, reader, id, below, most).await?;
        let changes = match id {
            RecordRef::Ticket(ticket) => changes(&mut connection, ticket, below, most).await?,
            _ => vec![],
        };
        drop(connection);
        let mut order: Vec<Place> = messages.iter().map(|(at, id)| (*at, MESSAGE, *id)).collect();
        order.extend(activities.iter().map(|it| (it.at.0, ACTIVITY, it.id.0)));
        order.extend(changes.iter().map(|it| (it.at.0, CHANGE, it.sequence.0)));
        order.sort_unstable_by(|one, other| other.cmp(one));
        let more = order.len() > limit;
        order.truncate(limit);
        let ids: Vec<MessageId> = order.iter().filter(|it| it.1 == MESSAGE).map(|it| MessageId(it.2)).collect();
        let views = self.shared_messages(&ids).await?;
        let mut views: BTreeMap<i64, _> = views.into_iter().map(|view| (view.id.0, view)).collect();
        let mut activities: BTreeMap<i64, ActivityView> = activities.into_iter().map(|it| (it.id.0, it)).collect();
        let mut changes: BTreeMap<i64, TimelineChange> = changes.into_iter().map(|it| (it.sequence.0, it)).collect();
        let next_cursor = order.last().filter(|_| more).map(|(at, kind, id)| format!("{at}.{kind}.{id}"));
        let items = order.into_iter().map(|(_, kind, id)| {
            let message = (kind == MESSAGE).then(|| views.remove(&id)).flatten().map(|mut view| {
                personal_message(&mut view, reader);
                view
            });
            let activity = (kind == ACTIVITY).then(|| activities.remove(&id)).flatten();
            TimelineEntry { message, activity, change: (kind == CHANGE).then(|| changes.remove(&id)).flatten() }
        });
        // One may have been hidden or deleted between the two queries.
        let there = |it: &TimelineEntry| match &it.message {
            Some(message) => !message.hidden,
            None => it.activity.is_some() || it.change.is_some(),
        };
        Ok(Some(Some(TimelinePage { items: items.filter(there).collect(), next_cursor })))
    }
}

/// The condition for the conversations whose messages belong to the record.
async fn conversations_of(connection: &mut Connection, reader: &Reader, id: RecordRef) -> Result<String, Error> {
    if let RecordRef::Ticket(ticket) = id {
        let trashed = format!("EXISTS (SELECT 1 FROM tickets k WHERE k.id = {ticket} AND k.trashed_at IS NOT NULL)");
        return Ok(format!("ticket_id = {ticket} AND (trashed_at IS NULL OR {trashed})"));
    }
    let contacts = contacts_of(connection, reader, id).await?;
    Ok(format!("contact_id IN ({}) AND trashed_at IS NULL", id_list(contacts)))
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
    these: &str,
    place: Place,
    most: usize,
) -> Result<Vec<(i64, i64)>, Error> {
    let inboxes = id_list(reader.inboxes.iter().map(|inbox| inbox.0));
    let sql = format!(
        "SELECT m.sent_at, m.id FROM (SELECT id FROM conversations WHERE {these} \
         AND inbox_id IN ({inboxes}) AND spam = 0 \
         ORDER BY last_activity_at DESC LIMIT {CONVERSATIONS_MOST}) c \
         JOIN messages m ON m.conversation_id = c.id \
         WHERE m.hidden_by IS NULL AND (m.sent_at < $1 OR (m.sent_at = $1 AND m.id < $2)) \
         ORDER BY m.sent_at DESC, m.id DESC LIMIT {most}"
    );
    let found = rows(connection, sql, bound![place.0, below(place, MESSAGE)]).await?;
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
    place: Place,
    most: usize,
) -> Result<Vec<ActivityView>, Error> {
    let inboxes = id_list(reader.inboxes.iter().map(|inbox| inbox.0));
    let sql = format!(
        "{ACTIVITIES} WHERE a.record_kind = $1 AND a.record_id = $2 AND a.deleted = 0 \
         AND (a.at < $3 OR (a.at = $3 AND a.id < $4)) AND (a.inbox_id IS NULL OR a.inbox_id IN ({inboxes})) \
         ORDER BY a.at DESC, a.id DESC LIMIT {most}"
    );
    let found = rows(connection, sql, bound![of.word(), of.number(), place.0, below(place, ACTIVITY)]).await?;
    let mut all = vec![];
    for row in &found {
        let row = activity_of(&mut Cells::new(row))?;
        if may_see(reader, &row.activity) {
            all.push(activity_view(&row, reader));
        }
    }
    Ok(all)
}

/// That the ticket was made, and each other status it has had.
async fn changes(
    connection: &mut Connection,
    ticket: TicketId,
    place: Place,
    most: usize,
) -> Result<Vec<TimelineChange>, Error> {
    let found = log::statuses_of(connection, ticket, place.0, below(place, CHANGE), most).await?;
    let told = found.into_iter().filter_map(|it| {
        let change = HistoryChange::of(it.cause, &it.change)?;
        Some(TimelineChange { sequence: it.sequence, actor: it.actor, at: it.at, change })
    });
    Ok(told.collect())
}
