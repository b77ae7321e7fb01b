//! What a batch has done to records, and how it is written.

use super::define::{PROPERTY_COLUMNS, property_columns};
use super::{json, names};
use crate::store::code::Code;
use crate::store::search;
use crate::store::sql::{bound, id_list, insert, run};
use crate::store::{Connection, Engine, Error};
use samtal_model::record::RecordRef;
use samtal_model::record::activity::ActivityText;
use samtal_model::record::change::RecordChange;
use samtal_model::record::property::Place;
use samtal_model::record::value::{BuiltIn, Values};
use samtal_model::rules::record::Text;
use samtal_model::{
    ActivityId, AgentId, Author, Change, ContactId, ConversationId, InboxId, ObjectTypeId, PropertyId, RevisionId,
    Sequence, TicketChange, TicketId, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// Noted as changes are accepted.
#[derive(Default)]
pub(in crate::store) struct Noted {
    records: BTreeSet<RecordRef>,
    pub(super) erased: BTreeSet<RecordRef>,
    texts: BTreeMap<RevisionId, (RecordRef, Values)>,
    links: BTreeMap<(RecordRef, RecordRef), bool>,
    properties: BTreeSet<PropertyId>,
    object_types: BTreeSet<ObjectTypeId>,
    /// By revision, as JSON.
    definitions: BTreeMap<RevisionId, String>,
    shown: BTreeSet<(Place, Option<AgentId>)>,
    activities: BTreeSet<ActivityId>,
    activity_texts: BTreeMap<RevisionId, (ActivityId, ActivityText)>,
    /// Where contacts were met.
    met: BTreeSet<(ContactId, InboxId)>,
    /// Contacts whose name or address may be another.
    pub(super) renamed: BTreeSet<ContactId>,
    /// Conversations with another contact than before.
    pub(super) handed_over: BTreeMap<ConversationId, Option<ContactId>>,
    pub(super) knows_definitions: bool,
    /// Contacts whose inboxes have been loaded.
    placed: BTreeSet<ContactId>,
    /// Records whose links have been loaded.
    linked: BTreeSet<RecordRef>,
}

impl Noted {
    /// `world` is as it was before the change. Returns where a contact was met.
    pub(in crate::store) fn note(&mut self, change: &Change, world: &World) -> Option<(ContactId, InboxId)> {
        let inbox_of = |id| world.conversations.get(&id).map(|it| it.inbox);
        let met = match change {
            Change::ConversationStarted { conversation } => conversation.contact.zip(Some(conversation.inbox)),
            Change::MessageAdded { message } => match message.author {
                Author::Contact(author) => Some(author).zip(inbox_of(message.conversation)),
                _ => None,
            },
            Change::ContactSet { conversation, from, to } => {
                self.handed_over.entry(*conversation).or_insert(*from);
                to.zip(inbox_of(*conversation))
            }
            // What it said and had written on it goes as with a record.
            Change::Ticket(TicketChange::Deleted { ticket, .. }) => {
                self.erased.insert(RecordRef::Ticket(*ticket));
                None
            }
            // Who sees the inbox sees whose ticket it is.
            Change::Ticket(TicketChange::Added { ticket }) => ticket.contact.zip(Some(ticket.inbox)),
            Change::Recorded { change } => {
                self.renamed.extend(change.renamed_contact());
                self.note_recorded(change);
                None
            }
            _ => None,
        };
        self.met.extend(met);
        met
    }

    fn note_recorded(&mut self, change: &RecordChange) {
        match change {
            RecordChange::RecordSet { to, .. } => drop(self.records.insert(to.id)),
            RecordChange::RecordErased { was } => drop(self.erased.insert(was.id)),
            RecordChange::LinkSet { a, b, to, .. } => drop(self.links.insert((*a, *b), *to)),
            RecordChange::PropertySet { to, .. } => drop(self.properties.insert(to.id)),
            RecordChange::ObjectTypeSet { to, .. } => drop(self.object_types.insert(to.id)),
            RecordChange::ShownSet { place, agent, .. } => drop(self.shown.insert((*place, *agent))),
            RecordChange::ActivitySet { to, .. } => drop(self.activities.insert(to.id)),
        }
    }

    /// The text of the revision that `change` brings.
    pub(in crate::store) fn add_text(
        &mut self,
        change: &RecordChange,
        text: Text,
        world: &mut World,
    ) -> Result<(), Error> {
        let held = &mut world.records;
        match (change, text) {
            (RecordChange::RecordSet { to, .. }, Text::Values(id, values)) => {
                held.texts.insert(to.revision, values.clone());
                self.texts.insert(to.revision, (id, values));
            }
            (RecordChange::PropertySet { to, .. }, Text::Property(text)) => {
                self.definitions.insert(to.revision, json(&text)?);
                held.property_texts.insert(to.revision, text);
            }
            (RecordChange::ObjectTypeSet { to, .. }, Text::ObjectType(text)) => {
                self.definitions.insert(to.revision, json(&text)?);
                held.object_type_texts.insert(to.revision, text);
            }
            (RecordChange::ActivitySet { to, .. }, Text::Activity(text)) => {
                held.activity_texts.insert(to.revision, text.clone());
                self.activity_texts.insert(to.revision, (to.id, text));
            }
            _ => {}
        }
        Ok(())
    }

    /// The values of a ticket's new revision.
    pub(in crate::store) fn add_values(
        &mut self,
        revision: RevisionId,
        of: TicketId,
        values: Values,
        world: &mut World,
    ) {
        world.records.texts.insert(revision, values.clone());
        self.texts.insert(revision, (RecordRef::Ticket(of), values));
    }

    /// Whether the batch has changed it.
    pub(in crate::store) fn has_touched(&self, id: RecordRef) -> bool {
        self.records.contains(&id) || self.erased.contains(&id)
    }

    /// Whether it is still to be loaded where the contact is known; it counts as loaded from then on.
    pub(super) fn asks_where(&mut self, contact: ContactId) -> bool {
        self.placed.insert(contact)
    }

    /// The same of a record's links.
    pub(super) fn asks_links(&mut self, id: RecordRef) -> bool {
        self.linked.insert(id)
    }

    pub(in crate::store) fn is_erased(&self, id: RecordRef) -> bool {
        self.erased.contains(&id)
    }

    pub(super) fn has_touched_activity(&self, id: ActivityId) -> bool {
        self.activities.contains(&id)
    }

    pub(super) fn has_touched_link(&self, link: (RecordRef, RecordRef)) -> bool {
        self.links.contains_key(&link)
    }

    pub(super) fn has_touched_shown(&self, place: Place, agent: Option<AgentId>) -> bool {
        self.shown.contains(&(place, agent))
    }

    /// Writes all of it, before the messages are indexed: their words are read from here.
    pub(in crate::store) async fn save(
        &self,
        connection: &mut Connection,
        engine: Engine,
        world: &World,
        version: Sequence,
    ) -> Result<(), Error> {
        self.save_texts(connection, world).await?;
        self.save_contacts(connection, engine, world, version).await?;
        self.save_met(connection).await?;
        self.save_records(connection, engine, world, version).await?;
        self.save_links(connection).await?;
        self.save_definitions(connection, world, version).await?;
        self.save_activities(connection, world, version).await?;
        for id in &self.erased {
            erase(connection, engine, *id, version).await?;
        }
        Ok(())
    }

    /// After the contacts: their names say where they stand.
    async fn save_met(&self, connection: &mut Connection) -> Result<(), Error> {
        let mut met: BTreeMap<InboxId, Vec<i64>> = BTreeMap::new();
        for (contact, inbox) in &self.met {
            met.entry(*inbox).or_default().push(contact.0);
        }
        for (inbox, contacts) in met {
            let sql = format!(
                "INSERT INTO contact_inboxes (contact_id, inbox_id, folded) SELECT id, {inbox}, folded FROM contacts \
                 WHERE id IN ({}) ON CONFLICT DO NOTHING",
                id_list(contacts)
            );
            run(connection, sql, vec![]).await?;
        }
        Ok(())
    }

    async fn save_texts(&self, connection: &mut Connection, world: &World) -> Result<(), Error> {
        let mut texts = vec![];
        for (revision, (id, values)) in self.texts.iter().filter(|(_, (id, _))| !self.is_erased(*id)) {
            texts.push(bound![*revision, id.word(), id.number(), json(values)?]);
        }
        // What a contact came with stands in its row, which is about to say something else.
        for contact in self.records.iter().filter_map(|id| id.contact()) {
            let first = samtal_model::record::first_revision(contact);
            let edited = world.records.records.get(&RecordRef::Contact(contact)).is_some_and(|it| it.revision != first);
            if let Some(values) = world.records.texts.get(&first).filter(|_| edited) {
                texts.push(bound![first, "contact", contact, json(values)?]);
            }
        }
        let columns = "revision, kind, id, body";
        insert(connection, "record_texts", columns, "ON CONFLICT (revision) DO NOTHING", texts).await
    }

    async fn save_contacts(
        &self,
        connection: &mut Connection,
        engine: Engine,
        world: &World,
        version: Sequence,
    ) -> Result<(), Error> {
        let ids: Vec<ContactId> = self.records.iter().filter_map(|id| id.contact()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let list = id_list(ids.iter().map(|id| id.0));
        // Two may exchange an address: first nobody has it.
        run(connection, format!("UPDATE contacts SET email_folded = '' WHERE id IN ({list})"), vec![]).await?;
        let (mut all, mut words) = (vec![], vec![]);
        for id in ids {
            let Some(it) = world.records.records.get(&RecordRef::Contact(id)) else { continue };
            let values = world.records.values(it);
            let (name, email) = (values.text(BuiltIn::Name), values.text(BuiltIn::Email));
            let folded = email.to_lowercase();
            let own = if it.is_there() { folded.as_str() } else { "" };
            let absorbed = if it.made && it.merged_into.is_some() { folded.as_str() } else { "" };
            all.push(bound![
                id,
                name,
                email,
                own,
                values.text(BuiltIn::Phone),
                name.to_lowercase(),
                it.revision,
                it.made,
                it.by_hand,
                it.created_at,
                it.trashed_at,
                it.merged_into,
                absorbed,
                version,
            ]);
            if it.is_there() {
                words.push((id.0, vec![name.to_owned(), email.to_owned()]));
            }
        }
        let columns = "id, name, email, email_folded, phone, folded, revision, made, by_hand, created_at, trashed_at, \
                       merged_into, absorbed_email, version";
        insert(connection, "contacts", columns, &overwrite(columns), all).await?;
        names::follow_name(connection, &list).await?;
        search::index_anew(connection, engine, "contact", &list, words).await
    }

    async fn save_records(
        &self,
        connection: &mut Connection,
        engine: Engine,
        world: &World,
        version: Sequence,
    ) -> Result<(), Error> {
        let ours =
            |id: &&RecordRef| !matches!(id, RecordRef::Contact(_) | RecordRef::Ticket(_)) && !self.is_erased(**id);
        let ids: Vec<RecordRef> = self.records.iter().filter(ours).copied().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let (mut all, mut words) = (vec![], vec![]);
        for id in &ids {
            let Some(it) = world.records.records.get(id) else { continue };
            let values = world.records.values(it);
            let (name, domain) = (values.text(BuiltIn::Name).to_owned(), values.text(BuiltIn::Domain).to_owned());
            let folded = name.to_lowercase();
            all.push(bound![
                id.number(),
                id.word(),
                it.object_type,
                folded,
                it.revision,
                it.made,
                it.by_hand,
                it.created_at,
                it.trashed_at,
                version,
            ]);
            if it.is_there() {
                words.push((id.number(), vec![name, domain]));
            }
        }
        let columns = "id, kind, type_id, folded, revision, made, by_hand, created_at, trashed_at, version";
        insert(connection, "records", columns, &overwrite(columns), all).await?;
        search::index_anew(connection, engine, "record", &id_list(ids.iter().map(|id| id.number())), words).await
    }

    async fn save_links(&self, connection: &mut Connection) -> Result<(), Error> {
        let mut made = vec![];
        for ((a, b), linked) in &self.links {
            for (one, other) in [(a, b), (b, a)] {
                let row = bound![one.word(), one.number(), other.word(), other.number()];
                if *linked {
                    made.push(row);
                } else {
                    let sql = "DELETE FROM links WHERE kind = $1 AND id = $2 AND other_kind = $3 AND other_id = $4";
                    run(connection, sql, row).await?;
                }
            }
        }
        insert(connection, "links", "kind, id, other_kind, other_id", "ON CONFLICT DO NOTHING", made).await
    }

    async fn save_definitions(
        &self,
        connection: &mut Connection,
        world: &World,
        version: Sequence,
    ) -> Result<(), Error> {
        let texts = self.definitions.iter().map(|(revision, body)| bound![*revision, body.as_str()]).collect();
        insert(connection, "definition_texts", "revision, body", "", texts).await?;
        let held = &world.records;
        let properties = self.properties.iter().filter_map(|id| held.properties.get(id));
        let properties = properties.map(|it| property_columns(it, version)).collect::<Result<Vec<_>, _>>()?;
        insert(connection, "properties", PROPERTY_COLUMNS, &overwrite(PROPERTY_COLUMNS), properties).await?;
        let types = self.object_types.iter().filter_map(|id| held.object_types.get(id));
        let types = types.map(|it| bound![it.id, it.position, it.deleted, it.revision, version]).collect();
        let columns = "id, position, deleted, revision, version";
        insert(connection, "object_types", columns, &overwrite(columns), types).await?;
        for (place, agent) in &self.shown {
            let whose = agent.map_or(0, |agent| agent.0);
            let sql = "DELETE FROM shown_properties WHERE place = $1 AND agent_id = $2";
            run(connection, sql, bound![place.word(), whose]).await?;
            if let Some(properties) = held.shown.get(&(*place, *agent)) {
                let row = bound![place.word(), whose, json(properties)?];
                insert(connection, "shown_properties", "place, agent_id, properties", "", vec![row]).await?;
            }
        }
        Ok(())
    }

    async fn save_activities(
        &self,
        connection: &mut Connection,
        world: &World,
        version: Sequence,
    ) -> Result<(), Error> {
        let mut texts = vec![];
        // One that came and went in the same batch leaves nothing behind.
        let there = |id: &ActivityId| world.records.activities.contains_key(id);
        for (revision, (id, text)) in self.activity_texts.iter().filter(|(_, (id, _))| there(id)) {
            texts.push(bound![*revision, *id, json(text)?]);
        }
        insert(connection, "activity_texts", "revision, activity_id, body", "", texts).await?;
        let all = self.activities.iter().filter_map(|id| world.records.activities.get(id)).map(|it| {
            bound![
                it.id,
                it.record.word(),
                it.record.number(),
                it.kind.code(),
                it.author,
                it.conversation.map(|(id, _)| id),
                it.conversation.map(|(_, inbox)| inbox),
                it.created_at,
                it.at,
                it.done_at,
                it.deleted,
                it.revision,
                version,
            ]
        });
        let columns = "id, record_kind, record_id, kind, author, conversation_id, inbox_id, created_at, at, done_at, \
                       deleted, revision, version";
        insert(connection, "activities", columns, &overwrite(columns), all.collect()).await
    }
}

/// Says of an insert that it takes the place of what has the same id.
fn overwrite(columns: &str) -> String {
    let rest = columns.split(',').map(str::trim).filter(|column| *column != "id");
    let rest: Vec<String> = rest.map(|column| format!("{column} = excluded.{column}")).collect();
    format!("ON CONFLICT (id) DO UPDATE SET {}", rest.join(", "))
}

/// Deletes for good: every text of the record, and of what was written down on it. Of a contact an empty row stays, for
/// the messages that name it as their author.
async fn erase(connection: &mut Connection, engine: Engine, id: RecordRef, version: Sequence) -> Result<(), Error> {
    let of = || bound![id.word(), id.number()];
    let texts = "DELETE FROM activity_texts WHERE activity_id IN \
                 (SELECT id FROM activities WHERE record_kind = $1 AND record_id = $2)";
    for sql in [
        texts,
        "DELETE FROM activities WHERE record_kind = $1 AND record_id = $2",
        "DELETE FROM record_texts WHERE kind = $1 AND id = $2",
        "DELETE FROM links WHERE kind = $1 AND id = $2",
        "DELETE FROM links WHERE other_kind = $1 AND other_id = $2",
    ] {
        run(connection, sql, of()).await?;
    }
    if let RecordRef::Ticket(_) = id {
        // Its own row, name and words go with the tickets.
        return Ok(());
    }
    if let RecordRef::Contact(contact) = id {
        let sql = "UPDATE contacts SET name = '', email = '', email_folded = '', phone = '', folded = '', made = 0, \
                   by_hand = 0, absorbed_email = '', merged_into = NULL, version = $2 WHERE id = $1";
        run(connection, sql, bound![contact, version]).await?;
        run(connection, "DELETE FROM contact_inboxes WHERE contact_id = $1", bound![contact]).await?;
        run(connection, "DELETE FROM surveys WHERE contact_id = $1", bound![contact]).await?;
    } else {
        run(connection, "DELETE FROM records WHERE id = $1", bound![id.number()]).await?;
    }
    let what = if id.contact().is_some() { "contact" } else { "record" };
    search::index_anew(connection, engine, what, &id_list([id.number()]), vec![]).await
}
