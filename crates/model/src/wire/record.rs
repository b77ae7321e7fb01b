//! The shapes of records, their properties and what is written down on them (D1–D7, X4).

use super::{ConversationView, HistoryChange, MessageView, TicketView};
use crate::id::{ActivityId, AgentId, ContactId, ConversationId, ObjectTypeId, OptionId, PropertyId, Sequence};
use crate::json::{FromJson, Json};
use crate::record::RecordRef;
use crate::record::activity::{ActivityKind, CallOutcome, Direction};
use crate::record::property::Place;
use crate::record::value::{Edits, PropertyKey, PropertyKind, Value, Values};
use crate::time::Timestamp;
use crate::world::Actor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

read_shapes! {
    /// A contact, company, deal or object: `kind` and `id` name it.
    pub struct RecordView {
        /// `contact`, `company`, `deal` or `object`.
        pub kind: String,
        pub id: i64,
        /// For an object: of which kind the team defined.
        pub object_type_id: Option<ObjectTypeId>,
        /// What it says, by property: `name`, `email` … or `p12` for a defined one. What is empty is absent.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub values: Values,
        /// None for a contact from before this was kept.
        pub created_at: Option<Timestamp>,
        pub trashed_at: Option<Timestamp>,
        /// The contact that took this one in.
        pub merged_into: Option<ContactId>,
        /// Grows with every change to it; an older copy never replaces a newer one.
        pub version: Sequence,
    }

    /// A page of records.
    pub struct RecordPage {
        pub items: Vec<RecordView>,
        /// Give it back as `?cursor=`; none at the end. A page can hold fewer than `limit` and still have one.
        pub next_cursor: Option<String>,
    }

    /// One record and what it is associated with.
    pub struct RecordDetail {
        pub record: RecordView,
        /// At most 1,000, those in Trash left out.
        pub links: Vec<RecordView>,
        /// The id asked for, where its contact was merged into this one.
        pub merged_from: Option<ContactId>,
        /// Up to where of the live feed it holds.
        pub sequence: Sequence,
    }

    /// An association that was made or ended.
    pub struct LinkChange {
        pub a: RecordRef,
        pub b: RecordRef,
        pub linked: bool,
    }

    /// A note, task, meeting, call or feedback.
    pub struct ActivityView {
        pub id: ActivityId,
        pub record: RecordRef,
        pub kind: ActivityKind,
        pub author: Option<AgentId>,
        pub created_at: Timestamp,
        /// Its place in the timeline: a meeting's start, when a call was, otherwise when it was written.
        pub at: Timestamp,
        pub text: String,
        pub due: Option<Timestamp>,
        pub assignee: Option<AgentId>,
        pub done_at: Option<Timestamp>,
        pub ends_at: Option<Timestamp>,
        pub direction: Option<Direction>,
        pub outcome: Option<CallOutcome>,
        /// Seconds.
        pub duration_s: Option<i64>,
        /// Of feedback: 1 to 5.
        pub score: Option<i64>,
        pub conversation_id: Option<ConversationId>,
        /// This reader may change and delete it.
        pub can_edit: bool,
        pub version: Sequence,
    }

    /// What became of a ticket at a moment: it was made, or has another status.
    pub struct TimelineChange {
        /// Its place in the change log, which names it.
        pub sequence: Sequence,
        pub actor: Actor,
        pub at: Timestamp,
        pub change: HistoryChange,
    }

    /// One entry of a timeline: a message, an activity, or, of a ticket, a change.
    pub struct TimelineEntry {
        pub message: Option<MessageView>,
        pub activity: Option<ActivityView>,
        pub change: Option<TimelineChange>,
    }

    /// `GET /contacts/{id}/timeline`, `GET /tickets/{id}/timeline` and the like, newest first.
    pub struct TimelinePage {
        pub items: Vec<TimelineEntry>,
        pub next_cursor: Option<String>,
    }

    /// An option of a choice.
    pub struct OptionView {
        pub id: OptionId,
        pub name: String,
    }

    /// What became of the values of a deleted option; none where they were emptied.
    pub struct MovedOption {
        pub from: OptionId,
        pub to: Option<OptionId>,
    }

    /// A property: built in, or defined by the team.
    pub struct PropertyView {
        /// As in a record's `values`.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub key: PropertyKey,
        /// None for a built-in one.
        pub id: Option<PropertyId>,
        /// `contact`, `company`, `deal`, `ticket` or `object`.
        pub object: String,
        pub object_type_id: Option<ObjectTypeId>,
        pub built_in: bool,
        pub kind: PropertyKind,
        /// Of a built-in one: its key.
        pub name: String,
        pub options: Vec<OptionView>,
        /// For who holds values from before an option was deleted.
        pub moved: Vec<MovedOption>,
        pub position: i64,
        pub version: Sequence,
    }

    pub struct PropertyList {
        pub items: Vec<PropertyView>,
        pub sequence: Sequence,
    }

    /// A kind of record that the team defined.
    pub struct ObjectTypeView {
        pub id: ObjectTypeId,
        pub name: String,
        pub plural: String,
        pub position: i64,
        pub version: Sequence,
    }

    pub struct ObjectTypeList {
        pub items: Vec<ObjectTypeView>,
        pub sequence: Sequence,
    }

    /// Which properties are shown in a place, in their order.
    pub struct ShownView {
        pub place: Place,
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
        pub properties: Vec<PropertyKey>,
        /// It is this agent's own choice; otherwise the team's.
        pub own: bool,
        /// Up to where of the live feed it holds: an older one never replaces a newer one.
        pub sequence: Sequence,
    }

    /// Some conversations of a contact.
    pub struct SidebarConversations {
        pub items: Vec<ConversationView>,
        /// There are others.
        pub more: bool,
    }

    /// `GET /conversations/{id}/sidebar`: what is known of whom the conversation is with (D1).
    pub struct Sidebar {
        pub conversation_id: ConversationId,
        pub contact: Option<RecordView>,
        /// What of the contact is shown, for this reader (D3).
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
        pub shown: Vec<PropertyKey>,
        /// The contact's others that the reader may see, newest first.
        pub conversations: SidebarConversations,
        /// The contact's that the reader may see, newest first, at most 20; the conversation's own among them (D4).
        pub tickets: Vec<TicketView>,
        pub deals: Vec<RecordView>,
        pub companies: Vec<RecordView>,
        pub objects: Vec<RecordView>,
        /// Newest first.
        pub feedback: Vec<ActivityView>,
        /// Up to where of the live feed it holds.
        pub sequence: Sequence,
    }
}

/// New values by property; null empties. As [`Edits`] in JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewValues(pub Edits);

impl NewValues {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for NewValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de> Deserialize<'de> for NewValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(BTreeMap::<PropertyKey, Option<Value>>::deserialize(deserializer)?.into_iter().collect()))
    }
}

requests! {
    /// `POST /contacts`, `/companies`, `/deals`.
    pub struct NewRecord {
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub values: NewValues,
        /// What it is associated with from the beginning.
        #[serde(default)]
        pub links: Vec<RecordRef>,
    }

    /// `POST /objects`.
    pub struct NewObject {
        pub object_type_id: ObjectTypeId,
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub values: NewValues,
        #[serde(default)]
        pub links: Vec<RecordRef>,
    }

    /// `PATCH` of a record: what is absent stays, what is null is emptied.
    pub struct RecordPatch {
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub values: NewValues,
    }

    /// `POST /contacts/{id}/merge`.
    pub struct MergeContacts {
        /// Everything of it goes over, and its id leads to the winner.
        pub loser_id: ContactId,
    }

    /// `PUT /conversations/{id}/contact`.
    pub struct ConversationContact {
        /// `null` detaches; leaving it out is a mistake.
        #[serde(deserialize_with = "super::required")]
        #[cfg_attr(feature = "openapi", schema(required = true))]
        pub contact_id: Option<ContactId>,
    }

    /// `POST /properties`. It comes last among its kind.
    pub struct NewProperty {
        /// `contact`, `company`, `deal`, `ticket` or `object`.
        pub object: String,
        /// For `object`.
        #[serde(default)]
        pub object_type_id: Option<ObjectTypeId>,
        pub kind: PropertyKind,
        /// 1 to 60 characters.
        pub name: String,
        /// For a choice: what there is to choose.
        #[serde(default)]
        pub options: Vec<String>,
    }

    /// One option as it is to be; without an id it is new.
    pub struct OptionEdit {
        #[serde(default)]
        pub id: Option<OptionId>,
        pub name: String,
    }

    /// `PATCH /properties/{id}`: what is absent stays.
    #[derive(Default)]
    pub struct PropertyPatch {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// All of them, in their order. One that is left out is deleted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub options: Option<Vec<OptionEdit>>,
        /// Where the values of each deleted option go; `null` empties them.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub removed: BTreeMap<i64, Option<OptionId>>,
        /// Moves it before that one of its kind; `null` moves it to the end.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<PropertyId>))]
        pub before: Option<Option<PropertyId>>,
    }

    /// `POST /object-types`.
    pub struct NewObjectType { pub name: String, pub plural: String }

    /// `PATCH /object-types/{id}`: what is absent stays.
    #[derive(Default)]
    pub struct ObjectTypePatch {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub plural: Option<String>,
    }

    /// `PUT /shown-properties/{place}`.
    pub struct ShownProperties {
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
        pub properties: Vec<PropertyKey>,
    }

    /// `POST /activities`.
    pub struct NewActivity {
        pub record: RecordRef,
        pub kind: ActivityKind,
        #[serde(default)]
        pub text: String,
        /// Now where nothing is said.
        #[serde(default)]
        pub at: Option<Timestamp>,
        #[serde(default)]
        pub due: Option<Timestamp>,
        #[serde(default)]
        pub assignee: Option<AgentId>,
        #[serde(default)]
        pub ends_at: Option<Timestamp>,
        #[serde(default)]
        pub direction: Option<Direction>,
        #[serde(default)]
        pub outcome: Option<CallOutcome>,
        #[serde(default)]
        pub duration_s: Option<i64>,
    }

    /// `PATCH /activities/{id}`: what is absent stays, what is null is emptied.
    #[derive(Default)]
    pub struct ActivityPatch {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub text: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub at: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Timestamp>))]
        pub due: Option<Option<Timestamp>>,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<AgentId>))]
        pub assignee: Option<Option<AgentId>>,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Timestamp>))]
        pub ends_at: Option<Option<Timestamp>>,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Direction>))]
        pub direction: Option<Option<Direction>>,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<CallOutcome>))]
        pub outcome: Option<Option<CallOutcome>>,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
        pub duration_s: Option<Option<i64>>,
        /// Of a task.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub done: Option<bool>,
    }
}

impl RecordView {
    /// What names it; none if the word is unknown.
    #[must_use]
    pub fn reference(&self) -> Option<RecordRef> {
        RecordRef::from_parts(&self.kind, self.id)
    }
}
