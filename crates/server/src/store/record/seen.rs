//! Whom a reader knows (X2), and what the feed tells of records to each.

use super::define::{Definitions, shown};
use super::{ACTIVITIES, ActivityRow, RecordRef, Row, activity_of, rows_of, view};
use crate::store::sql::{Cells, id_list, rows};
use crate::store::{Connection, Error, Reader, Store};
use samtal_model::record::activity::Activity;
use samtal_model::record::change::RecordChange;
use samtal_model::wire::{ActivityView, RecordView, ShownView};
use samtal_model::{ActivityId, ContactId, InboxId, Role, TicketId};
use std::collections::{BTreeMap, BTreeSet};

/// The condition that a contact `c` is there for this reader, as [`samtal_model::World::may_see_record`] says it.
pub(super) fn known_to(reader: &Reader) -> String {
    if reader.role == Role::SuperAdmin {
        return "1 = 1".into();
    }
    let inboxes = id_list(reader.inboxes.iter().map(|inbox| inbox.0));
    format!(
        "(c.by_hand = 1 OR EXISTS (SELECT 1 FROM contact_inboxes k WHERE k.contact_id = c.id AND k.inbox_id IN ({inboxes})))"
    )
}

/// In which inboxes these contacts are known.
async fn inboxes_of(
    connection: &mut Connection,
    contacts: impl Iterator<Item = ContactId>,
) -> Result<BTreeMap<ContactId, BTreeSet<InboxId>>, Error> {
    let list = id_list(contacts.map(|id| id.0));
    let mut all: BTreeMap<ContactId, BTreeSet<InboxId>> = BTreeMap::new();
    let sql = format!("SELECT contact_id, inbox_id FROM contact_inboxes WHERE contact_id IN ({list})");
    for row in rows(connection, sql, vec![]).await? {
        let mut cells = Cells::new(&row);
        all.entry(ContactId(cells.int()?)).or_default().insert(InboxId(cells.int()?));
    }
    Ok(all)
}

async fn inboxes_of_tickets(
    connection: &mut Connection,
    tickets: impl Iterator<Item = TicketId>,
) -> Result<BTreeMap<TicketId, InboxId>, Error> {
    let list = id_list(tickets.map(|id| id.0));
    let found = rows(connection, format!("SELECT id, inbox_id FROM tickets WHERE id IN ({list})"), vec![]).await?;
    let all = found.iter().map(|row| {
        let mut cells = Cells::new(row);
        Ok((TicketId(cells.int()?), InboxId(cells.int()?)))
    });
    all.collect()
}

/// Records as everybody sees them, and who knows them.
#[derive(Default)]
pub(crate) struct SharedRecords {
    rows: Vec<Row>,
    known_in: BTreeMap<ContactId, BTreeSet<InboxId>>,
    /// Of the tickets that something is written on, as far as they are still there.
    tickets: BTreeMap<TicketId, InboxId>,
    activities: Vec<ActivityRow>,
    pub definitions: Definitions,
}

impl SharedRecords {
    /// Those that these changes are about.
    pub(in crate::store) async fn of(
        connection: &mut Connection,
        ids: impl IntoIterator<Item = RecordRef>,
        activities: &BTreeSet<ActivityId>,
    ) -> Result<Self, Error> {
        let mut ids: BTreeSet<RecordRef> = ids.into_iter().collect();
        let list = id_list(activities.iter().map(|id| id.0));
        let sql = format!("{ACTIVITIES} WHERE a.id IN ({list})");
        let found = rows(connection, sql, vec![]).await?;
        let activities =
            found.iter().map(|row| activity_of(&mut Cells::new(row))).collect::<Result<Vec<_>, Error>>()?;
        ids.extend(activities.iter().map(|it| it.activity.record));
        let contacts: Vec<ContactId> = ids.iter().filter_map(|id| id.contact()).collect();
        Ok(Self {
            known_in: inboxes_of(connection, contacts.into_iter()).await?,
            tickets: inboxes_of_tickets(connection, ids.iter().filter_map(|id| id.ticket())).await?,
            rows: rows_of(connection, ids).await?,
            activities,
            definitions: Definitions::of(connection).await?,
        })
    }

    fn row(&self, id: RecordRef) -> Option<&Row> {
        self.rows.iter().find(|row| row.record.id == id)
    }

    /// Whether the record is there for this reader and can have something written on it.
    pub(in crate::store) fn has(&self, reader: &Reader, id: RecordRef) -> bool {
        match id {
            RecordRef::Ticket(ticket) => self.tickets.get(&ticket).is_some_and(|of| reader.inboxes.contains(of)),
            _ => self.record(reader, id).is_some(),
        }
    }

    fn knows(&self, reader: &Reader, row: &Row) -> bool {
        let RecordRef::Contact(contact) = row.record.id else { return true };
        row.record.by_hand
            || reader.role == Role::SuperAdmin
            || self.known_in.get(&contact).is_some_and(|known| known.iter().any(|inbox| reader.inboxes.contains(inbox)))
    }

    /// The record, if it is there for this reader; a merged one leads on.
    pub(crate) fn record(&self, reader: &Reader, id: RecordRef) -> Option<RecordView> {
        let row = self.row(id).filter(|row| row.record.made && self.knows(reader, row))?;
        self.definitions.has_type(row.record.object_type).then(|| view(row, &self.definitions))
    }

    pub(crate) fn activity(&self, reader: &Reader, id: ActivityId) -> Option<ActivityView> {
        let found = self.activities.iter().find(|it| it.activity.id == id)?;
        let there = !found.activity.deleted && may_see(reader, &found.activity);
        (there && self.has(reader, found.activity.record)).then(|| activity_view(found, reader))
    }

    /// Whether something that this reader may know of is another after the change, even if they may not hear of all of
    /// it: a note that comes to a contact of theirs with another's merging.
    pub(crate) fn touches(&self, reader: &Reader, change: &RecordChange) -> bool {
        let RecordChange::ActivitySet { from, to } = change else { return self.may_hear(reader, change) };
        let knows = |id| match id {
            RecordRef::Ticket(_) => self.has(reader, id),
            _ => self.row(id).is_some_and(|row| self.knows(reader, row)),
        };
        may_see(reader, to) && (knows(from.record) || knows(to.record))
    }

    /// Whether this reader may hear of the change at all: nothing of a contact whom they do not know, and nothing that
    /// came from an inbox they do not see.
    pub(crate) fn may_hear(&self, reader: &Reader, change: &RecordChange) -> bool {
        let knows = |id: RecordRef| match self.row(id) {
            // Of a ticket that is gone by now nobody hears what was written on it.
            None if id.ticket().is_some() => self.has(reader, id),
            Some(row) => self.knows(reader, row),
            // What was erased is told as gone to whoever may have held it: an id, and nothing else.
            None => true,
        };
        let seen = match change {
            RecordChange::ActivitySet { to, .. } => may_see(reader, to),
            _ => true,
        };
        let erased = matches!(change, RecordChange::RecordErased { .. });
        seen && (erased || change.records().all(knows))
    }
}

pub(super) fn may_see(reader: &Reader, activity: &Activity) -> bool {
    activity.conversation.is_none_or(|(_, inbox)| reader.inboxes.contains(&inbox))
}

pub(super) fn activity_view(row: &ActivityRow, reader: &Reader) -> ActivityView {
    let (it, text) = (&row.activity, &row.text);
    ActivityView {
        id: it.id,
        record: it.record,
        kind: it.kind,
        author: it.author,
        created_at: it.created_at,
        at: it.at,
        text: text.text.clone(),
        due: text.due,
        assignee: text.assignee,
        done_at: it.done_at,
        ends_at: text.ends_at,
        direction: text.direction,
        outcome: text.outcome,
        duration_s: text.duration_s,
        score: text.score,
        conversation_id: it.conversation.map(|(id, _)| id),
        can_edit: it.is_edited_by(reader.agent, reader.role),
        version: row.version,
    }
}

impl Store {
    /// For the feed and for answers: what changes are about and contacts who were met, with who may know of them.
    pub(crate) async fn shared_records<'c>(
        &self,
        changes: impl Iterator<Item = &'c RecordChange>,
        met: impl Iterator<Item = ContactId>,
    ) -> Result<SharedRecords, Error> {
        let mut ids: BTreeSet<RecordRef> = met.map(RecordRef::Contact).collect();
        let mut activities = BTreeSet::new();
        let mut any = !ids.is_empty();
        for change in changes {
            any = true;
            ids.extend(change.records());
            if let RecordChange::ActivitySet { to, .. } = change {
                activities.insert(to.id);
            }
        }
        if !any {
            return Ok(SharedRecords::default());
        }
        SharedRecords::of(&mut *self.read().await?, ids, &activities).await
    }

    /// What is shown where, for the places that changes are about.
    pub(crate) async fn shown_in<'c>(
        &self,
        reader: &Reader,
        definitions: &Definitions,
        changes: impl Iterator<Item = &'c RecordChange>,
    ) -> Result<Vec<ShownView>, Error> {
        let places: BTreeSet<_> = changes
            .filter_map(|change| match change {
                RecordChange::ShownSet { place, .. } => Some(*place),
                _ => None,
            })
            .collect();
        let mut all = vec![];
        for place in places {
            all.push(shown(&mut *self.read().await?, definitions, place, reader.agent).await?);
        }
        Ok(all)
    }
}
