//! What the feed says of records: each thing once, as the reader may see it now, or that it is gone.

use crate::store::{self, Reader, SharedRecords, Store};
use samtal_model::record::RecordRef;
use samtal_model::record::change::RecordChange;
use samtal_model::wire::{ConversationView, FeedEvent, LinkChange};
use samtal_model::{ActivityId, Author, Change, ContactId, InboxId, Logged, Sequence};
use std::collections::{BTreeMap, BTreeSet};

/// The changes of records among these.
pub(super) fn recorded(entries: &[(Logged, Option<InboxId>)]) -> impl Iterator<Item = &RecordChange> {
    entries.iter().filter_map(|(entry, _)| of(entry))
}

fn of(entry: &Logged) -> Option<&RecordChange> {
    if let Change::Recorded { change } = &entry.change { Some(change) } else { None }
}

/// Whom a reader may not have known before: who is beside a conversation that is new or was handed over, and who writes
/// in another's. By the place of the change in the log.
pub(super) fn met(
    entries: &[(Logged, Option<InboxId>)],
    conversations: &[ConversationView],
) -> BTreeMap<Sequence, Vec<ContactId>> {
    let mut all: BTreeMap<Sequence, Vec<ContactId>> = BTreeMap::new();
    for (entry, _) in entries {
        let contact = match &entry.change {
            Change::ConversationStarted { conversation } => conversation.contact,
            Change::ContactSet { to, .. } => *to,
            Change::MessageAdded { message } => match message.author {
                Author::Contact(author) => {
                    let with = conversations.iter().find(|it| it.id == message.conversation);
                    let with = with.and_then(|it| it.contact.as_ref()).map(|contact| contact.id);
                    (with != Some(author)).then_some(author)
                }
                _ => None,
            },
            _ => None,
        };
        all.entry(entry.sequence).or_default().extend(contact);
    }
    all.retain(|_, contacts| !contacts.is_empty());
    all
}

/// Adds to `event` what these changes, which the reader may hear of, are about.
pub(super) async fn tell_records(
    store: &Store,
    reader: &Reader,
    (shared, met): (&SharedRecords, &BTreeMap<Sequence, Vec<ContactId>>),
    heard: &[&(Logged, Option<InboxId>)],
    event: &mut FeedEvent,
) -> Result<(), store::Error> {
    let changes: Vec<&RecordChange> = heard.iter().filter_map(|(entry, _)| of(entry)).collect();
    let mut records: BTreeSet<RecordRef> = BTreeSet::new();
    let mut activities: BTreeSet<ActivityId> = BTreeSet::new();
    for change in &changes {
        match change {
            RecordChange::RecordSet { to, .. } => drop(records.insert(to.id)),
            RecordChange::RecordErased { was } => drop(records.insert(was.id)),
            RecordChange::LinkSet { a, b, to, .. } => {
                // The other end may be new to whoever shows the one.
                records.extend([*a, *b]);
                event.links.push(LinkChange { a: *a, b: *b, linked: *to });
            }
            RecordChange::ActivitySet { to, .. } => drop(activities.insert(to.id)),
            RecordChange::PropertySet { to, .. } => {
                event.properties.retain(|it| it.id != Some(to.id));
                event.properties_gone.retain(|it| *it != to.id);
                match shared.definitions.property(to.id) {
                    Some(view) => event.properties.push(view),
                    None => event.properties_gone.push(to.id),
                }
            }
            RecordChange::ObjectTypeSet { to, .. } => {
                event.object_types.retain(|it| it.id != to.id);
                event.object_types_gone.retain(|it| *it != to.id);
                match shared.definitions.object_type(to.id) {
                    Some(view) => event.object_types.push(view),
                    None => event.object_types_gone.push(to.id),
                }
            }
            RecordChange::ShownSet { .. } => {}
        }
    }
    // Whoever is met in a conversation is known from then on.
    for id in heard.iter().filter_map(|(entry, _)| met.get(&entry.sequence)).flatten() {
        let id = RecordRef::Contact(*id);
        if !records.contains(&id) && !event.records.iter().any(|it| it.reference() == Some(id)) {
            event.records.extend(shared.record(reader, id));
        }
    }
    for id in records {
        match shared.record(reader, id) {
            Some(view) => event.records.push(view),
            None => event.records_gone.push(id),
        }
    }
    for id in activities {
        match shared.activity(reader, id) {
            Some(view) => event.activities.push(view),
            None => event.activities_gone.push(id),
        }
    }
    event.shown = store.shown_in(reader, &shared.definitions, changes.into_iter()).await?;
    Ok(())
}
