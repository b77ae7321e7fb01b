//! Loads what the rules of records look at. What the batch holds already is newer than the database and stays.

use super::define::{Definitions, chosen};
use super::{ACTIVITIES, activity_of, parsed, row_of, rows_of};
use crate::store::save::Batch;
use crate::store::sql::{Arg, Cells, bound, row, rows};
use crate::store::{Connection, Error};
use samtal_model::record::change::{RecordChange, ends};
use samtal_model::record::command::RecordCommand;
use samtal_model::record::property::Place;
use samtal_model::record::value::{BuiltIn, Edits, PropertyKey};
use samtal_model::record::{Record, RecordRef};
use samtal_model::rules::record::{CONVERSATIONS_MOST, LINKS_MOST};
use samtal_model::{ActivityId, Actor, AgentId, Change, ContactId, InboxId, Logged, RevisionId};

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
                for link in links {
                    self.load_record(connection, *link).await?;
                    self.load_links(connection, *link).await?;
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
                for id in [record, other] {
                    self.load_record(connection, *id).await?;
                    self.load_links(connection, *id).await?;
                }
            }
            RecordCommand::Merge { winner, loser } => {
                for contact in [*winner, *loser] {
                    let id = RecordRef::Contact(contact);
                    self.load_record(connection, id).await?;
                    self.load_links(connection, id).await?;
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

    /// What undoing these changes needs.
    pub(in crate::store) async fn load_records_changed(
        &mut self,
        connection: &mut Connection,
        logged: &[Logged],
    ) -> Result<(), Error> {
        for entry in logged {
            let change = match &entry.change {
                Change::Recorded { change } => change,
                Change::ContactSet { from, .. } => {
                    if let Some(contact) = from {
                        self.load_record(connection, RecordRef::Contact(*contact)).await?;
                    }
                    continue;
                }
                _ => continue,
            };
            self.load_definitions(connection).await?;
            for record in change.records() {
                self.load_record(connection, record).await?;
            }
            match change {
                RecordChange::RecordSet { from, to } => {
                    for revision in [from.revision, to.revision] {
                        self.load_record_text(connection, revision).await?;
                    }
                    let back = self.world.records.texts.get(&from.revision);
                    let email = back.map(|text| text.text(BuiltIn::Email).to_owned()).unwrap_or_default();
                    if from.id.contact().is_some() {
                        self.load_contact(connection, &email).await?;
                        if let Some(holder) = self.world.contact_by_email.get(&email.to_lowercase()) {
                            self.load_record(connection, RecordRef::Contact(*holder)).await?;
                        }
                    }
                }
                RecordChange::LinkSet { a, b, .. } => {
                    self.load_links(connection, *a).await?;
                    self.load_links(connection, *b).await?;
                }
                RecordChange::ActivitySet { to, .. } => self.load_activity(connection, to.id).await?,
                RecordChange::ShownSet { place, agent, .. } => self.load_shown(connection, *place, *agent).await?,
                RecordChange::PropertySet { from, to } => {
                    for revision in [from.revision, to.revision] {
                        if !self.world.records.property_texts.contains_key(&revision)
                            && let Some(body) = definition_text(connection, revision).await?
                        {
                            self.world.records.property_texts.insert(revision, parsed(&body)?);
                        }
                    }
                }
                RecordChange::ObjectTypeSet { from, to } => {
                    for revision in [from.revision, to.revision] {
                        if !self.world.records.object_type_texts.contains_key(&revision)
                            && let Some(body) = definition_text(connection, revision).await?
                        {
                            self.world.records.object_type_texts.insert(revision, parsed(&body)?);
                        }
                    }
                }
                RecordChange::RecordErased { .. } => {}
            }
        }
        Ok(())
    }

    /// The record with what it says, and where a contact is known.
    pub(in crate::store) async fn load_record(
        &mut self,
        connection: &mut Connection,
        id: RecordRef,
    ) -> Result<(), Error> {
        if self.records.is_erased(id) {
            return Ok(());
        }
        if id.contact().is_none() {
            self.load_definitions(connection).await?;
        }
        if !self.world.records.records.contains_key(&id)
            && let Some(found) = rows_of(connection, [id]).await?.pop()
        {
            self.world.records.texts.or_insert_with(found.record.revision, || found.values);
            self.world.records.records.insert(id, found.record);
        }
        if let RecordRef::Contact(contact) = id {
            let sql = "SELECT inbox_id FROM contact_inboxes WHERE contact_id = $1";
            for row in rows(connection, sql, bound![contact]).await? {
                self.world.records.known_in.insert((contact, InboxId(Cells::new(&row).int()?)), ());
            }
        }
        Ok(())
    }

    async fn load_record_text(&mut self, connection: &mut Connection, revision: RevisionId) -> Result<(), Error> {
        if self.world.records.texts.contains_key(&revision) {
            return Ok(());
        }
        let sql = "SELECT body FROM record_texts WHERE revision = $1";
        if let Some(found) = row(connection, sql, bound![revision]).await? {
            self.world.records.texts.insert(revision, parsed(&Cells::new(&found).text()?)?);
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

    /// A contact's conversations and whom it took in.
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

    async fn load_links(&mut self, connection: &mut Connection, id: RecordRef) -> Result<(), Error> {
        let most = LINKS_MOST + 1;
        let sql = format!("SELECT other_kind, other_id FROM links WHERE kind = $1 AND id = $2 LIMIT {most}");
        for row in rows(connection, sql, bound![id.word(), id.number()]).await? {
            let mut cells = Cells::new(&row);
            let (kind, number) = (cells.text()?, cells.int()?);
            let other = super::reference(&kind, number)?;
            let link = ends(id, other);
            if !self.records.has_touched_link(link) {
                self.world.records.links.insert(link, ());
            }
        }
        Ok(())
    }

    async fn load_activity(&mut self, connection: &mut Connection, id: ActivityId) -> Result<(), Error> {
        let sql = format!("{ACTIVITIES} WHERE a.id = $1");
        self.take_in_activities(connection, sql, bound![id]).await?;
        if let Some(activity) = self.world.records.activities.get(&id) {
            let record = activity.record;
            self.load_record(connection, record).await?;
        }
        Ok(())
    }

    async fn take_in_activities(
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

    async fn load_shown(
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
    async fn load_definitions(&mut self, connection: &mut Connection) -> Result<(), Error> {
        if std::mem::replace(&mut self.records.knows_definitions, true) {
            return Ok(());
        }
        let all = Definitions::of(connection).await?;
        let held = &mut self.world.records;
        for (property, text, _) in all.properties.into_values() {
            held.property_texts.or_insert_with(property.revision, || text);
            held.properties.or_insert_with(property.id, || property);
        }
        for (object_type, text, _) in all.object_types.into_values() {
            held.object_type_texts.or_insert_with(object_type.revision, || text);
            held.object_types.or_insert_with(object_type.id, || object_type);
        }
        Ok(())
    }
}

async fn definition_text(connection: &mut Connection, revision: RevisionId) -> Result<Option<String>, Error> {
    let found = row(connection, "SELECT body FROM definition_texts WHERE revision = $1", bound![revision]).await?;
    found.map(|row| Cells::new(&row).text()).transpose()
}
