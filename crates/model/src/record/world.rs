//! The part of the state that the rules of records read, as the store loads it for a command.

use super::activity::{Activity, ActivityText};
use super::change::ends;
use super::property::{ObjectType, ObjectTypeText, Place, Property, PropertyText};
use super::value::{PropertyKey, Values};
use super::{Record, RecordRef};
use crate::id::{ActivityId, AgentId, ContactId, ConversationId, InboxId, ObjectTypeId, PropertyId, RevisionId};
use crate::map::Map;
use crate::person::Role;
use crate::refusal::{Noun, Refusal};
use crate::world::{Actor, World};

/// Records and what belongs to them. Texts are filled by the loader for those a command may look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    pub records: Map<RecordRef, Record>,
    pub texts: Map<RevisionId, Values>,
    /// In which inboxes a contact has written, or is whom a conversation is or was with. Nothing is taken out when a conversation goes: who
    /// knew the contact goes on knowing.
    pub known_in: Map<(ContactId, InboxId), ()>,
    /// Each association once, the lesser end first.
    pub links: Map<(RecordRef, RecordRef), ()>,
    pub properties: Map<PropertyId, Property>,
    pub property_texts: Map<RevisionId, PropertyText>,
    pub object_types: Map<ObjectTypeId, ObjectType>,
    pub object_type_texts: Map<RevisionId, ObjectTypeText>,
    pub shown: Map<(Place, Option<AgentId>), Vec<PropertyKey>>,
    pub activities: Map<ActivityId, Activity>,
    pub activity_texts: Map<RevisionId, ActivityText>,
    /// All conversations of the contacts of a merge or a deletion. Their tickets are among the world's.
    pub of_contact: Map<ContactId, Vec<ConversationId>>,
    /// What something holds on to that is not held here itself. Filled by the loader for the undo of what made it.
    pub in_use: Map<Made, ()>,
    /// Which ids name the contacts that were merged into another, for a merge or a deletion.
    pub absorbed: Map<ContactId, Vec<ContactId>>,
}

/// What a command may have made that others build upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Made {
    /// Something is written down on it, or a ticket is its.
    Record(RecordRef),
    /// A record has a value of it.
    Property(PropertyId),
    /// There are records of it.
    ObjectType(ObjectTypeId),
}

impl Records {
    /// What a record says.
    #[must_use]
    pub fn values(&self, record: &Record) -> Values {
        self.texts.get(&record.revision).cloned().unwrap_or_default()
    }

    #[must_use]
    pub fn are_linked(&self, one: RecordRef, other: RecordRef) -> bool {
        self.links.contains_key(&ends(one, other))
    }

    /// The other ends of a record's links that are held.
    pub fn linked_to(&self, record: RecordRef) -> impl Iterator<Item = RecordRef> {
        self.links.keys().filter_map(move |(a, b)| match record {
            it if it == *a => Some(*b),
            it if it == *b => Some(*a),
            _ => None,
        })
    }
}

impl World {
    /// Whether `actor` may know of the record (X2). Companies, deals and the team's own kinds are everybody's. A contact
    /// is there for whoever sees an inbox in which they were met, or for all once an agent made them by hand: so that
    /// somebody who wrote to an inbox for chosen people alone does not exist for the rest.
    #[must_use]
    pub fn may_see_record(&self, actor: Actor, record: &Record) -> bool {
        let RecordRef::Contact(contact) = record.id else { return true };
        let Actor::Agent(agent) = actor else { return true };
        let role = self.agents.get(&agent).filter(|agent| agent.is_active()).map(|agent| agent.role);
        let met =
            |inbox: &InboxId| self.records.known_in.contains_key(&(contact, *inbox)) && self.may_see(actor, *inbox);
        record.by_hand || role == Some(Role::SuperAdmin) || self.inboxes.keys().any(met)
    }

    /// The record, in Trash or not, if it is there and `actor` may see it; both "no" look the same (M3).
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn record_for(&self, actor: Actor, id: RecordRef) -> Result<&Record, Refusal> {
        let there = |record: &&Record| {
            let typed =
                record.object_type.is_none_or(|of| self.records.object_types.get(&of).is_some_and(|of| !of.deleted));
            record.is_there() && typed && self.may_see_record(actor, record)
        };
        self.records.records.get(&id).filter(there).ok_or(Refusal::NotFound(id.noun()))
    }

    /// Whether it is there for `actor`: a ticket is for whoever sees its inbox.
    #[must_use]
    pub fn knows(&self, actor: Actor, id: RecordRef) -> bool {
        match id {
            RecordRef::Ticket(ticket) => self.ticket_for(actor, ticket).is_ok(),
            _ => self.record_for(actor, id).is_ok(),
        }
    }

    /// The activity, under the same rule, and under that of the inbox it came from.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn activity_for(&self, actor: Actor, id: ActivityId) -> Result<&Activity, Refusal> {
        let there = |activity: &&Activity| {
            !activity.deleted
                && activity.conversation.is_none_or(|(_, inbox)| self.may_see(actor, inbox))
                && self.knows(actor, activity.record)
        };
        self.records.activities.get(&id).filter(there).ok_or(Refusal::NotFound(Noun::Activity))
    }
}
