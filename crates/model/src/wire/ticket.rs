//! The shapes of tickets, pipelines and their statuses, and of what a command reaches beyond what was asked (K8).

use super::{ContactView, ConversationView, NewValues};
use crate::id::{AgentId, ContactId, ConversationId, InboxId, PipelineId, Sequence, StatusId, TicketId};
use crate::json::{FromJson, Json};
use crate::pipeline::StatusColour;
use crate::reach::Reach;
use crate::record::value::Values;
use crate::ticket::Priority;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

read_shapes! {
    /// The ticket of a conversation, in the list and at the head of the thread. What its status is called and which colour
    /// it has is in `GET /pipelines`.
    pub struct ConversationTicket {
        pub id: TicketId,
        pub name: String,
        pub status_id: StatusId,
        pub closed: bool,
    }

    pub struct TicketView {
        pub id: TicketId,
        pub inbox_id: InboxId,
        pub pipeline_id: PipelineId,
        pub status_id: StatusId,
        pub closed: bool,
        pub name: String,
        pub priority: Option<Priority>,
        pub owner_id: Option<AgentId>,
        pub contact: Option<ContactView>,
        /// Of the properties that the team has defined for tickets: `p12` and the like. What is empty is absent.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub values: Values,
        pub created_at: Timestamp,
        /// When something was last done with it.
        pub changed_at: Timestamp,
        pub closed_at: Option<Timestamp>,
        pub trashed_at: Option<Timestamp>,
        /// In Trash or not.
        pub conversation_count: i64,
        /// Grows with every change to it; an older copy never replaces a newer one.
        pub version: Sequence,
    }

    /// A page of `GET /tickets`.
    pub struct TicketPage {
        pub items: Vec<TicketView>,
        /// Give it back as `?cursor=` for the next page; none at the end.
        pub next_cursor: Option<String>,
    }

    /// `GET /tickets/{id}`.
    pub struct TicketAnswer {
        pub ticket: TicketView,
        /// Newest activity first, at most 200.
        pub conversations: Vec<ConversationView>,
        /// There are others.
        pub more: bool,
    }

    pub struct StatusView {
        pub id: StatusId,
        pub pipeline_id: PipelineId,
        pub name: String,
        pub position: i64,
        pub colour: StatusColour,
        /// A ticket in it is closed.
        pub closed: bool,
    }

    pub struct PipelineView {
        pub id: PipelineId,
        pub name: String,
        pub position: i64,
        /// Contacts are asked how it went when their ticket is closed in it (D5).
        pub survey: bool,
        /// In their order.
        pub statuses: Vec<StatusView>,
        pub version: Sequence,
    }

    /// `GET /pipelines`, in their order.
    pub struct PipelineList {
        pub items: Vec<PipelineView>,
        /// This reader may make, change and delete them.
        pub can_edit: bool,
        /// Up to where of the live feed they hold.
        pub sequence: Sequence,
    }

    pub struct TicketCount {
        pub pipeline_id: PipelineId,
        pub status_id: StatusId,
        pub count: i64,
    }

    /// How many tickets of an inbox stand in which status, those in Trash left out. A status in which there is none is
    /// not named.
    pub struct TicketCounts {
        pub inbox_id: InboxId,
        pub items: Vec<TicketCount>,
        /// Up to where of the live feed they hold: older ones never replace newer ones.
        pub sequence: Sequence,
    }

    /// `GET /conversations/{id}/sender`.
    pub struct SenderView {
        /// Nobody to block where there is none.
        pub contact_id: Option<ContactId>,
        /// What they write in this inbox is filtered (T5).
        pub blocked: bool,
    }

    /// Somebody was blocked in an inbox, or no longer is.
    pub struct BlockView {
        pub inbox_id: InboxId,
        pub contact_id: ContactId,
        pub blocked: bool,
    }

    /// Things of one kind that a command reaches beyond what was asked about (K8).
    pub struct ReachView {
        pub what: Reach,
        /// At most 200; of conversations, tickets or contacts, as the first word of `what` says.
        pub ids: Vec<i64>,
        pub count: i64,
    }
}

requests! {
    /// `POST /tickets`.
    pub struct NewTicketBody {
        pub inbox_id: InboxId,
        /// 1 to 200 characters.
        pub name: String,
        /// One without a ticket, of the same inbox.
        #[serde(default)]
        pub conversation_id: Option<ConversationId>,
        /// The first where nothing is said.
        #[serde(default)]
        pub pipeline_id: Option<PipelineId>,
        /// The first open one where nothing is said.
        #[serde(default)]
        pub status_id: Option<StatusId>,
        #[serde(default)]
        pub priority: Option<Priority>,
        /// The conversation's where nothing is said; `null` is nobody.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<AgentId>))]
        pub owner_id: Option<Option<AgentId>>,
        /// The conversation's where nothing is said; otherwise anybody whom the asker may know.
        #[serde(default)]
        pub contact_id: Option<ContactId>,
    }

    /// `POST /conversations/{id}/ticket`: attaches the conversation to `ticket_id`, or makes a ticket called `name` for it.
    pub struct ConversationTicketRequest {
        #[serde(default)]
        pub ticket_id: Option<TicketId>,
        #[serde(default)]
        pub name: Option<String>,
        #[serde(default)]
        pub pipeline_id: Option<PipelineId>,
        #[serde(default)]
        pub status_id: Option<StatusId>,
        #[serde(default)]
        pub priority: Option<Priority>,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<AgentId>))]
        pub owner_id: Option<Option<AgentId>>,
    }

    /// `PATCH /tickets/{id}`: what is absent stays.
    #[derive(Default)]
    pub struct TicketPatch {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// `null` takes it away.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Priority>))]
        pub priority: Option<Option<Priority>>,
        /// `null` is nobody.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<AgentId>))]
        pub owner_id: Option<Option<AgentId>>,
        /// Alone: into its first status that is open, or closed, as the ticket is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub pipeline_id: Option<PipelineId>,
        /// Is enough: it is of one pipeline.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub status_id: Option<StatusId>,
        /// Of the properties that the team has defined for tickets: what is absent stays, what is null is emptied.
        #[serde(default, skip_serializing_if = "NewValues::is_empty")]
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub values: NewValues,
    }

    /// `POST /pipelines/{id}/statuses`. It comes last.
    pub struct NewStatusBody {
        /// 1 to 60 characters, and another than those beside it have.
        pub name: String,
        pub colour: StatusColour,
        /// A ticket in it is closed.
        pub closed: bool,
    }

    /// `POST /pipelines`. It comes last.
    pub struct NewPipeline {
        /// 1 to 60 characters, and another than the others have.
        pub name: String,
        /// In their order, at least one open and one closed. New and Closed where nothing is said.
        #[serde(default)]
        pub statuses: Option<Vec<NewStatusBody>>,
    }

    /// `PATCH /pipelines/{id}`: what is absent stays.
    #[derive(Default)]
    pub struct PipelinePatch {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// Moves it before that one; `null` moves it to the end.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<PipelineId>))]
        pub before: Option<Option<PipelineId>>,
        /// Whether contacts are asked how it went when their ticket is closed in it (D5).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub survey: Option<bool>,
    }

    /// `PATCH /pipelines/{id}/statuses/{status}`: what is absent stays.
    #[derive(Default)]
    pub struct StatusPatch {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub colour: Option<StatusColour>,
        /// Only while there is no ticket in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub closed: Option<bool>,
        /// Moves it before that one; `null` moves it to the end.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<StatusId>))]
        pub before: Option<Option<StatusId>>,
    }
}
