//! Loads what the rules of records look at. What the batch holds already is newer than the database and stays.

use super::define::{Definitions, chosen};
use super::{ACTIVITIES, activity_of, row_of, rows_of};
use crate::store::save::Batch;
use crate::store::sql::{Arg, Cells, bound, id_list, row, rows};
use crate::store::{Connection, Error};
use samtal_model::record::change::ends;
use samtal_model::record::command::RecordCommand;
use samtal_model::record::property::Place;
use samtal_model::record::value::{BuiltIn, Edits, PropertyKey};
use samtal_model::record::{Record, RecordRef};
use samtal_model::rules::record::{CONVERSATIONS_MOST, LINKS_MOST};
use samtal_model::{ActivityId, Actor, AgentId, ContactId, InboxId, Sequence};
use std::collections::BTreeMap;

/// Links that the requests of one batch may add to a record before they are in the database.
const LINKED_IN_BATCH: usize = 500;

impl Batch {
    /// What `command` needs.
    pub(in crate::store) async fn load_for_record(
        &mut self,
        connection: &mut Connection,
        actor: Actor,
        command: &RecordCommand,
    ) -> Result<(), Error> {
        self.load_definitions(connection).await?;
        match command {
            RecordCommand::Create { values, links, .. } => {
                self.load_holder(connection, values).await?;
                // More are refused, and need not be read while everybody waits.
                if links.len() <= LINKS_MOST {
                    self.load_records(connection, links.iter().copied()).await?;
                    let full = self.nearly_full(connection, links).await?;
                    self.load_links(connection, full).await?;
                }
            }
            RecordCommand::Edit { record, values } => {
                self.load_record(connection, *record).await?;
                self.load_holder(connection, values).await?;
            }
            RecordCommand::Trash { record } | RecordCommand::Restore { record } => {
                self.load_record(connection, *record).await?;
            }
            RecordCommand::Erase { record } => {
                self.load_record(connection, *record).await?;
                if let RecordRef::Contact(contact) = record {
                    self.load_blocks(connection, *contact).await?;
                    self.load_all_of(connection, *contact).await?;
                }
            }
            RecordCommand::SetLink { record, other, .. } => {
                self.load_records(connection, [*record, *other]).await?;
                self.load_links(connection, [*record, *other]).await?;
            }
            RecordCommand::Merge { winner, loser } => {
                for contact in [*winner, *loser] {
                    let id = RecordRef::Contact(contact);
                    self.load_record(connection, id).await?;
                    self.load_links(connection, [id]).await?;
                    self.load_blocks(connection, contact).await?;
                }
                self.load_all_of(connection, *loser).await?;
                let most = CONVERSATIONS_MOST + 1;
                let sql = format!(
                    "{ACTIVITIES} WHERE a.record_kind = 'contact' AND a.record_id = $1 AND a.deleted = 0 LIMIT {most}"
                );
                self.take_in_activities(connection, sql, bound![*loser]).await?;
            }
            RecordCommand::CreateActivity { record, conversation, .. } => {
                self.load_record(connection, *record).await?;
                if let Some(conversation) = conversation {
                    self.load_conversation(connection, actor, *conversation).await?;
                }
            }
            RecordCommand::EditActivity { activity, .. }
            | RecordCommand::SetDone { activity, .. }
            | RecordCommand::DeleteActivity { activity } => self.load_activity(connection, *activity).await?,
            RecordCommand::AnswerSurvey { survey, .. } => self.load_survey_to_answer(connection, *survey).await?,
            RecordCommand::SetShown { place, .. } => {
                let agent = if let Actor::Agent(agent) = actor { Some(agent) } else { None };
                self.load_shown(connection, *place, agent.filter(|_| !place.is_shared())).await?;
            }
            RecordCommand::CreateProperty { .. }
            | RecordCommand::EditProperty { .. }
            | RecordCommand::MoveProperty { .. }
            | RecordCommand::DeleteProperty { .. }
            | RecordCommand::CreateObjectType { .. }
            | RecordCommand::EditObjectType { .. }
            | RecordCommand::DeleteObjectType { .. } => {}
        }
        Ok(())
    }

    /// When a record was last changed.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn record_version(
        &self,
        connection: &mut Connection,
        id: RecordRef,
    ) -> Result<Option<Sequence>, Error> {
        // What this batch has changed has no version yet that anybody could know.
        if self.records.has_touched(id) {
            return Ok(Some(self.sequence()));
        }
        let sql = match id {
            RecordRef::Contact(_) => "SELECT version FROM contacts WHERE id = $1",
            RecordRef::Ticket(_) => "SELECT version FROM tickets WHERE id = $1",
            _ => "SELECT version FROM records WHERE id = $1",
        };
        let found = row(connection, sql, bound![id.number()]).await?;
        found.map(|row| Ok(Sequence(Cells::new(&row).int()?))).transpose()
    }

    /// The same of an activity.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn activity_version(
        &self,
        connection: &mut Connection,
        id: ActivityId,
    ) -> Result<Option<Sequence>, Error> {
        if self.records.has_touched_activity(id) {
            return Ok(Some(self.sequence()));
        }
        let found = row(connection, "SELECT version FROM activities WHERE id = $1", bound![id]).await?;
        found.map(|row| Ok(Sequence(Cells::new(&row).int()?))).transpose()
    }

    /// The record with what it says, and where a contact is known. A ticket stands with the tickets.
    pub(in crate::store) async fn load_record(
        &mut self,
        connection: &mut Connection,
        id: RecordRef,
    ) -> Result<(), Error> {
        self.load_records(connection, [id]).await
    }

    /// The same for many, in as few statements as for one.
    pub(in crate::store) async fn load_records(
        &mut self,
        connection: &mut Connection,
        ids: impl IntoIterator<Item = RecordRef>,
    ) -> Result<(), Error> {
        let mut ids: Vec<RecordRef> = ids.into_iter().filter(|id| !self.records.is_erased(*id)).collect();
        for ticket in ids.extract_if(.., |id| id.ticket().is_some()).filter_map(RecordRef::ticket).collect::<Vec<_>>() {
            self.load_ticket(connection, ticket).await?;
        }
        if ids.iter().any(|id| id.contact().is_none()) {
            self.load_definitions(connection).await?;
        }
        let missing: Vec<_> = ids.iter().copied().filter(|id| !self.world.records.records.contains_key(id)).collect();
        for found in rows_of(connection, missing).await? {
            self.world.records.texts.or_insert_with(found.record.revision, || found.values);
            self.world.records.records.insert(found.record.id, found.record);
        }
        let contacts = ids.iter().filter_map(|id| id.contact());
        let contacts: Vec<i64> = contacts.filter(|id| self.records.asks_where(*id)).map(|id| id.0).collect();
        if !contacts.is_empty() {
            let list = id_list(contacts);
            let sql = format!("SELECT contact_id, inbox_id FROM contact_inboxes WHERE contact_id IN ({list})");
            for row in rows(connection, sql, vec![]).await? {
                let mut cells = Cells::new(&row);
                let (contact, inbox) = (ContactId(cells.int()?), InboxId(cells.int()?));
                self.world.records.known_in.insert((contact, inbox), ());
            }
        }
        Ok(())
    }

    /// Whoever has the address that is to be set.
    async fn load_holder(&mut self, connection: &mut Connection, values: &Edits) -> Result<(), Error> {
        let key = PropertyKey::BuiltIn(BuiltIn::Email);
        let emails = values.iter().filter(|(of, _)| *of == key).filter_map(|(_, value)| value.as_ref()?.as_text());
        for email in emails {
            let email = email.trim().to_lowercase();
            self.load_contact(connection, &email).await?;
            if let Some(holder) = self.world.contact_by_email.get(&email) {
                self.load_record(connection, RecordRef::Contact(*holder)).await?;
            }
        }
        Ok(())
    }

    /// A contact's conversations and tickets, and whom it took in.
    async fn load_all_of(&mut self, connection: &mut Connection, contact: ContactId) -> Result<(), Error> {
        let most = CONVERSATIONS_MOST + 1;
        let sql = format!("SELECT id FROM conversations WHERE contact_id = $1 LIMIT {most}");
        let found = rows(connection, sql, bound![contact]).await?;
        let found = found.iter().map(|row| Ok(samtal_model::ConversationId(Cells::new(row).int()?)));
        let mut ids = found.collect::<Result<Vec<_>, Error>>()?;
        // More than are moved are refused, and need not be read.
        if ids.len() < most {
            self.load_owned(connection, "contact_id = $1", bound![contact]).await?;
            let with = self.world.conversations.values().filter(|it| it.contact == Some(contact));
            ids = with.map(|it| it.id).collect();
        }
        self.world.records.of_contact.insert(contact, ids);
        self.load_tickets_of(connection, contact, most).await?;
        let sql = format!("{} WHERE c.merged_into = $1", super::CONTACTS);
        for row in rows(connection, sql, bound![contact]).await? {
            let found = row_of(&mut Cells::new(&row))?;
            if !self.records.is_erased(found.record.id) {
                self.world.records.texts.or_insert_with(found.record.revision, || found.values);
                self.world.records.records.or_insert_with(found.record.id, || found.record);
            }
        }
        let into = |record: &&Record| record.merged_into == Some(contact);
        let absorbed = self.world.records.records.values().filter(into).filter_map(|record| record.id.contact());
        let absorbed = absorbed.collect();
        self.world.records.absorbed.insert(contact, absorbed);
        Ok(())
    }

    /// All links of these, once in a batch.
    pub(super) async fn load_links(
        &mut self,
        connection: &mut Connection,
        ids: impl IntoIterator<Item = RecordRef>,
    ) -> Result<(), Error> {
        let mut by_kind: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for id in ids {
            if self.records.asks_links(id) {
                by_kind.entry(id.word()).or_default().push(id.number());
            }
        }
        for (kind, ids) in by_kind {
            // No record has more, but for those from before that was held to.
            let most = ids.len() * (LINKS_MOST + 1);
            let sql = format!(
                "SELECT id, other_kind, other_id FROM links WHERE kind = $1 AND id IN ({}) LIMIT {most}",
                id_list(ids)
            );
            for row in rows(connection, sql, bound![kind]).await? {
                let mut cells = Cells::new(&row);
                let one = super::reference(kind, cells.int()?)?;
                let (other_kind, number) = (cells.text()?, cells.int()?);
                let link = ends(one, super::reference(&other_kind, number)?);
                if !self.records.has_touched_link(link) {
                    self.world.records.links.insert(link, ());
                }
            }
        }
        Ok(())
    }

    /// Those of `ids` that another link may be too many for: the others' are not looked at by who makes a record.
    async fn nearly_full(&self, connection: &mut Connection, ids: &[RecordRef]) -> Result<Vec<RecordRef>, Error> {
        let mut by_kind: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for id in ids {
            by_kind.entry(id.word()).or_default().push(id.number());
        }
        let mut full = vec![];
        for (kind, ids) in by_kind {
            let sql = format!(
                "SELECT id FROM links WHERE kind = $1 AND id IN ({}) GROUP BY id HAVING COUNT(*) >= {}",
                id_list(ids),
                LINKS_MOST - LINKED_IN_BATCH
            );
            for row in rows(connection, sql, bound![kind]).await? {
                full.push(super::reference(kind, Cells::new(&row).int()?)?);
            }
        }
        Ok(full)
    }

    pub(in crate::store) async fn load_activity(
        &mut self,
        connection: &mut Connection,
        id: ActivityId,
    ) -> Result<(), Error> {
        let sql = format!("{ACTIVITIES} WHERE a.id = $1");
        self.take_in_activities(connection, sql, bound![id]).await?;
        if let Some(activity) = self.world.records.activities.get(&id) {
            let record = activity.record;
            self.load_record(connection, record).await?;
        }
        Ok(())
    }

    pub(super) async fn take_in_activities(
        &mut self,
        connection: &mut Connection,
        sql: String,
        args: Vec<Arg>,
    ) -> Result<(), Error> {
        for row in rows(connection, sql, args).await? {
            let found = activity_of(&mut Cells::new(&row))?;
            if !self.records.is_erased(found.activity.record) {
                self.world.records.activity_texts.or_insert_with(found.activity.revision, || found.text);
                self.world.records.activities.or_insert_with(found.activity.id, || found.activity);
            }
        }
        Ok(())
    }

    pub(super) async fn load_shown(
        &mut self,
        connection: &mut Connection,
        place: Place,
        agent: Option<AgentId>,
    ) -> Result<(), Error> {
        if !self.records.has_touched_shown(place, agent)
            && let Some(found) = chosen(connection, place, agent).await?
        {
            self.world.records.shown.insert((place, agent), found);
        }
        Ok(())
    }

    /// All definitions, once for a batch.
    pub(in crate::store) async fn load_definitions(&mut self, connection: &mut Connection) -> Result<(), Error> {
        if std::mem::replace(&mut self.records.knows_definitions, true) {
            return Ok(());
        }
        let all = Definitions::of(connection).await?;
        self.take_in_definitions(all);
        Ok(())
    }

    pub(super) fn take_in_definitions(&mut self, all: Definitions) {
        let held = &mut self.world.records;
        for (property, text, _) in all.properties.into_values() {
            held.property_texts.or_insert_with(property.revision, || text);
            held.properties.or_insert_with(property.id, || property);
        }
        for (object_type, text, _) in all.object_types.into_values() {
            held.object_type_texts.or_insert_with(object_type.revision, || text);
            held.object_types.or_insert_with(object_type.id, || object_type);
        }
    }
}
