//! The shapes of the JSON API, shared by the server that writes them and the app that reads them.
//!
//! Times are RFC 3339 in UTC, ids are integers, fields are snake case. Texts appear here and only here: the server
//! adds them for what this reader may see at that moment.

use crate::change::{Cause, Change, Logged};
use crate::command::Address;
use crate::conversation::{Channel, ConversationState, Origin, Owner};
use crate::id::{
    ActivityId, AgentId, CommandId, ContactId, ConversationId, CustomViewId, InboxId, MessageId, ObjectTypeId,
    PipelineId, PropertyId, Sequence, TicketId,
};
use crate::json::{FromJson, Json};
use crate::message::{Author, MessageKind};
use crate::person::{AgentState, Role};
use crate::record::RecordRef;
use crate::time::Timestamp;
use crate::view::View;
use crate::world::Actor;
use serde::{Deserialize, Deserializer, Serialize};

/// What the server sends.
macro_rules! shapes {
    ($($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name { $($body)* }
    )*};
}

/// The same, which the app reads through [`FromJson`].
macro_rules! read_shapes {
    ($($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$about:meta])* pub $field:ident: $type:ty),* $(,)?
    })*) => {$(
        shapes! { $(#[$meta])* pub struct $name { $($(#[$about])* pub $field: $type,)* } }

        impl FromJson for $name {
            fn from_json(mut json: Json) -> Option<Self> {
                Some(Self { $($field: json.field(stringify!($field))?,)* })
            }
        }
    )*};
}

/// What the app and others send. Unknown fields are refused.
macro_rules! requests {
    ($($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name { $($body)* }
    )*};
}

mod bulk;
mod history;
mod noun;
mod ticket;

pub use bulk::{
    BulkAction, BulkList, BulkPreview, BulkRefusal, BulkRefusedPage, BulkState, BulkView, Matching, NewBulk,
};
pub use history::{HistoryCause, HistoryChange, HistoryEntry, HistoryKind, HistoryPage};
pub use ticket::{
    BlockView, ConversationTicket, ConversationTicketRequest, NewPipeline, NewStatusBody, NewTicketBody, PipelineList,
    PipelinePatch, PipelineView, ReachView, SenderView, StatusPatch, StatusView, TicketAnswer, TicketCount,
    TicketCounts, TicketPage, TicketPatch, TicketView,
};

read_shapes! {
    /// A person of the team, as every colleague sees them.
    pub struct AgentView {
        pub id: AgentId,
        pub name: String,
        pub email: String,
        pub role: Role,
        pub state: AgentState,
    }

    /// `GET /session`, and the answer to signing in.
    pub struct SessionView {
        pub agent: AgentView,
        /// Where the live feed goes on from.
        pub sequence: Sequence,
        /// Messages up to this one are read for this agent.
        pub read_floor: Option<MessageId>,
    }

    pub struct InboxView {
        pub id: InboxId,
        pub name: String,
        /// Its mail address.
        pub address: String,
        pub open_to_all: bool,
    }

    /// One of `GET /inboxes/{id}/views`: how many conversations stand in it. All but Closed, Sent, Spam and Trash
    /// hold open ones only.
    pub struct ViewCount {
        pub view: View,
        pub count: i64,
    }

    pub struct ContactView {
        pub id: ContactId,
        pub name: String,
        /// Empty where it is not known.
        pub email: String,
    }

    /// A row of the list and the head of a thread.
    pub struct ConversationView {
        pub id: ConversationId,
        pub inbox_id: InboxId,
        pub channel: Channel,
        pub origin: Origin,
        pub state: ConversationState,
        pub owner: Option<Owner>,
        pub person_ever: bool,
        pub spam: bool,
        pub trashed_at: Option<Timestamp>,
        pub answered: bool,
        pub created_at: Timestamp,
        pub last_activity_at: Timestamp,
        pub last_inbound_at: Option<Timestamp>,
        pub waiting_since: Option<Timestamp>,
        pub last_message_id: Option<MessageId>,
        pub last_inbound_message_id: Option<MessageId>,
        pub message_count: i64,
        /// Grows with every change to it; an older copy never replaces a newer one.
        pub version: Sequence,
        /// May be empty (chats, calls): show the contact and the channel instead.
        pub subject: String,
        /// The first words of the newest message; empty if that one is hidden.
        pub preview: String,
        /// The newest message is hidden (M4).
        pub preview_hidden: bool,
        /// Who wrote the newest message.
        pub preview_author: Option<Author>,
        pub preview_kind: Option<MessageKind>,
        pub contact: Option<ContactView>,
        pub ticket: Option<ConversationTicket>,
        /// For this reader.
        pub unread: bool,
        /// How far this reader has read it; none if never.
        pub read_up_to: Option<MessageId>,
        pub marked_unread: bool,
    }

    /// A file that came with a message. It is fetched from `/messages/{message}/attachments/{index}`.
    pub struct AttachmentView {
        /// Its place among the message's attachments, from 0.
        pub index: i64,
        /// As its sender named it: a text, never a path.
        pub name: String,
        pub media_type: String,
        /// Bytes.
        pub size: i64,
        /// Shown inside the body already.
        pub inline: bool,
    }

    /// One message. A hidden one (M4) has `hidden: true`, who hid it and when, and no text of any kind: `text`,
    /// `quoted` and `subject` are empty, `attachments`, `to` and `cc` have nothing in them.
    pub struct MessageView {
        pub id: MessageId,
        pub conversation_id: ConversationId,
        pub kind: MessageKind,
        pub author: Author,
        /// The name to show for the author.
        pub author_name: String,
        /// The author's address; empty where there is none.
        pub author_email: String,
        pub channel: Channel,
        pub sent_at: Timestamp,
        pub version: Sequence,
        pub hidden: bool,
        pub hidden_by: Option<AgentId>,
        pub hidden_at: Option<Timestamp>,
        /// This reader may unhide it (M5).
        pub can_unhide: bool,
        pub subject: String,
        pub to: Vec<Address>,
        pub cc: Vec<Address>,
        /// What is new in it, as plain text.
        pub text: String,
        /// What it repeats of older messages, as plain text; folded (T2).
        pub quoted: String,
        /// It has an HTML body, at `/messages/{id}/body`.
        pub has_html: bool,
        /// The body names pictures on other servers, which are not fetched until asked for.
        pub has_remote_images: bool,
        /// Its original source can be had at `/messages/{id}/source`.
        pub has_source: bool,
        /// A mail of ours that has not left: outgoing mail is not connected.
        pub unsent: bool,
        pub attachments: Vec<AttachmentView>,
    }

    /// Where a search found a conversation.
    pub struct MatchView {
        pub conversation_id: ConversationId,
        /// The message to open it at.
        pub message_id: Option<MessageId>,
        /// When that message was sent: by which the list is ordered, where it is ordered by activity.
        pub sent_at: Option<Timestamp>,
        pub kind: Option<MessageKind>,
        pub author: Option<Author>,
        /// The words around the first match in that message's text; empty where it is the newest message and the preview
        /// shows a match near its beginning, or where the match is not in the text (but in the subject, a name, a file's name).
        pub snippet: String,
    }

    /// A page of the list. `items` is in the order asked for.
    pub struct ConversationPage {
        pub items: Vec<ConversationView>,
        /// One for each of `items`, in their order, if a search asked for something that a message has to match;
        /// otherwise none.
        pub matches: Vec<MatchView>,
        /// Give it back as `?cursor=` for the next page; none at the end. A page of a search can hold fewer than
        /// `limit`, even none, and still have one.
        pub next_cursor: Option<String>,
        /// How many there are in all, where that is kept (a view without search).
        pub total: Option<i64>,
        /// The place of the first item in the whole, from 0, where it is known.
        pub position: Option<i64>,
    }

    /// A page of a thread, oldest first.
    pub struct MessagePage {
        pub items: Vec<MessageView>,
        /// There are older ones: `?before=` the first item's id.
        pub has_before: bool,
        /// There are newer ones: `?after=` the last item's id.
        pub has_after: bool,
    }

    /// `GET /messages/{id}`.
    pub struct MessageAnswer {
        pub message: MessageView,
        pub conversation: ConversationView,
    }

    /// A page of anything short enough to come whole.
    pub struct InboxList { pub items: Vec<InboxView> }
    pub struct AgentList { pub items: Vec<AgentView> }
    pub struct ViewCountList { pub items: Vec<ViewCount> }

    pub struct InboxCounts {
        pub inbox_id: InboxId,
        pub items: Vec<ViewCount>,
    }

    pub struct FieldError {
        /// As in the request.
        pub field: String,
        pub code: String,
        pub message: String,
    }
}

shapes! {
    /// A change in the log as the API shows it.
    pub struct ChangeView {
        pub sequence: Sequence,
        pub command: CommandId,
        pub name: String,
        pub actor: Actor,
        pub at: Timestamp,
        pub cause: Cause,
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub change: Change,
    }

    /// The answer to a write: what changed, and the things themselves as they are now.
    pub struct CommandAnswer {
        /// Names it for `POST /commands/{id}/undo`; none if nothing had to change or it was a preview.
        pub command: Option<CommandId>,
        /// Whether it can be taken back.
        pub undoable: bool,
        pub changes: Vec<ChangeView>,
        /// The conversation, unless it is gone.
        pub conversation: Option<ConversationView>,
        /// The message that was written, hidden or unhidden.
        pub message: Option<MessageView>,
        /// The agent who was added or changed.
        pub agent: Option<AgentView>,
        pub inbox: Option<InboxView>,
        /// The custom view that was made or changed, unless it is gone.
        pub custom_view: Option<CustomViewView>,
        pub ticket: Option<TicketView>,
        pub pipeline: Option<PipelineView>,
        /// What was changed beyond the thing that was asked about (K8), as far as this reader may see it.
        pub reach: Vec<ReachView>,
        /// In a preview: why it would not be done. Nothing would be changed then.
        pub refused: Option<Problem>,
        /// The contact, company, deal or object that was made or changed, unless it is gone.
        pub record: Option<RecordView>,
        pub activity: Option<ActivityView>,
        pub property: Option<PropertyView>,
        pub object_type: Option<ObjectTypeView>,
        /// The log's end after it.
        pub sequence: Sequence,
    }

    /// One event of `GET /events`; its `id:` is `sequence`. Everything in it is as this reader may see it now.
    pub struct FeedEvent {
        /// The stream's sequence before this event: a reader who stands elsewhere has missed something.
        pub after: Sequence,
        pub sequence: Sequence,
        /// The reader has to read anew: the gap is too old, or what they may see has changed.
        pub reload: bool,
        pub changes: Vec<ChangeView>,
        pub conversations: Vec<ConversationView>,
        pub messages: Vec<MessageView>,
        pub agents: Vec<AgentView>,
        pub inboxes: Vec<InboxView>,
        /// Deleted for good.
        pub gone: Vec<ConversationId>,
        /// The views whose counts have changed, with their counts now.
        pub counts: Vec<InboxCounts>,
        /// Custom views (V10) that are new or whose definition or count has changed for this reader.
        pub custom_views: Vec<CustomViewView>,
        /// Custom views that this reader no longer has.
        pub custom_views_gone: Vec<CustomViewId>,
        pub tickets: Vec<TicketView>,
        /// Deleted for good.
        pub tickets_gone: Vec<TicketId>,
        /// With their statuses.
        pub pipelines: Vec<PipelineView>,
        pub pipelines_gone: Vec<PipelineId>,
        /// Of the inboxes in which it has changed how many tickets stand in which status.
        pub ticket_counts: Vec<TicketCounts>,
        pub blocks: Vec<BlockView>,
        /// Records that are new or were changed. What shows a contact beside a conversation or a message takes the
        /// name and address from here.
        pub records: Vec<RecordView>,
        /// Records that are no longer there: deleted for good, or their making was undone.
        pub records_gone: Vec<RecordRef>,
        pub links: Vec<LinkChange>,
        pub activities: Vec<ActivityView>,
        pub activities_gone: Vec<ActivityId>,
        pub properties: Vec<PropertyView>,
        pub properties_gone: Vec<PropertyId>,
        pub object_types: Vec<ObjectTypeView>,
        pub object_types_gone: Vec<ObjectTypeId>,
        /// What is shown where, for this reader.
        pub shown: Vec<ShownView>,
    }

    /// An error, as RFC 9457 has it (`application/problem+json`).
    pub struct Problem {
        /// `about:blank`.
        #[serde(rename = "type")]
        pub kind: String,
        /// The HTTP status in words.
        pub title: String,
        pub status: u16,
        /// A sentence that names the thing.
        pub detail: String,
        /// Stable, for programs.
        pub code: String,
        /// One for each wrong field.
        #[serde(default)]
        pub errors: Vec<FieldError>,
        /// For `bot_waits`: from when on it works.
        #[serde(default)]
        pub until: Option<Timestamp>,
    }
}

impl FromJson for Problem {
    fn from_json(mut json: Json) -> Option<Self> {
        Some(Self {
            kind: json.field("type")?,
            title: json.field("title")?,
            status: json.field("status")?,
            detail: json.field("detail")?,
            code: json.field("code")?,
            errors: json.field_or_default("errors")?,
            until: json.field("until")?,
        })
    }
}

requests! {
    /// `POST /session`.
    pub struct SignIn { pub email: String, pub password: String }

    /// `POST /conversations/{id}/messages`.
    pub struct NewMessage {
        /// `outbound` (a reply) or `comment`.
        pub kind: MessageKind,
        pub text: String,
    }

    /// `POST /conversations`: a new outbound mail.
    pub struct NewConversation {
        pub inbox_id: InboxId,
        pub to: Address,
        pub subject: String,
        pub text: String,
    }

    /// `PATCH /conversations/{id}`: what is absent stays.
    #[derive(Default)]
    pub struct ConversationPatch {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub state: Option<ConversationState>,
        /// `{"owner_id": 3}` assigns, `{"owner_id": null}` unassigns.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<AgentId>))]
        pub owner_id: Option<Option<AgentId>>,
    }

    /// `POST /conversations/{id}/read`.
    pub struct ReadUpTo { pub up_to: MessageId }

    /// `POST /inboxes`.
    pub struct NewInbox { pub name: String, pub address: String, pub open_to_all: bool }

    /// `PATCH /inboxes/{id}`.
    pub struct InboxPatch { pub open_to_all: bool }

    /// `POST /agents`.
    pub struct NewAgent { pub name: String, pub email: String, pub role: Role, pub password: String }

    /// `PATCH /agents/{id}`: what is absent stays.
    pub struct AgentPatch {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub state: Option<AgentState>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub role: Option<Role>,
    }
}

mod custom;
mod record;

pub use record::*;

pub use custom::{CustomViewList, CustomViewPatch, CustomViewView, NewCustomView};

/// Tells an absent field from one that is null.
mod present {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<T: Serialize, S: Serializer>(value: &Option<Option<T>>, serializer: S) -> Result<S::Ok, S::Error> {
        value.as_ref().and_then(Option::as_ref).serialize(serializer)
    }

    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Option<T>>, D::Error> {
        Option::<T>::deserialize(deserializer).map(Some)
    }
}

/// A value that may be `null` and has to be there: what is left out otherwise counts as `null`.
fn required<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Deserialize::deserialize(deserializer)
}

impl From<Logged> for ChangeView {
    fn from(logged: Logged) -> Self {
        let Logged { sequence, command, name, actor, at, cause, change } = logged;
        Self { sequence, command, name, actor, at, cause, change }
    }
}
