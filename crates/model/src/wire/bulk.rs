//! The shapes of bulk actions (T8): one thing asked for many conversations, its progress, and what was refused.

use super::{ContactView, ReachView};
use crate::id::{AgentId, BulkId, ConversationId, CustomViewId, InboxId};
use crate::json::{FromJson, Json};
use crate::sort::Sort;
use crate::time::Timestamp;
use crate::view::View;
use serde::{Deserialize, Serialize};

/// What is done with each of the conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    Close,
    Reopen,
    /// To `owner_id`; to nobody without one.
    Assign,
    Trash,
    Restore,
    Spam,
    NotSpam,
    /// For the asker, up to what had arrived when it was asked.
    Read,
    /// For the asker.
    Unread,
}

/// How far a bulk action is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkState {
    /// What it is about is being written down; `total` grows, and nothing is changed yet.
    Selecting,
    Running,
    /// Asked to stop; what is under way is being finished.
    Stopping,
    /// All were looked at.
    Done,
    /// Stopped before all were looked at. What was done until then stays, and can be undone.
    Stopped,
}

impl BulkState {
    /// Nothing more is done.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Stopped)
    }
}

read_shapes! {
    /// One thing done with many conversations, each on its own. `done` and `refused` together are how many were looked
    /// at.
    pub struct BulkView {
        pub id: BulkId,
        /// Of an undo: what is undone.
        pub action: BulkAction,
        /// For `assign`: to whom; none to nobody.
        pub owner_id: Option<AgentId>,
        /// The bulk action that this one takes back.
        pub undoes: Option<BulkId>,
        /// The one that takes this one back; none if that was stopped before its end, and can be asked for again.
        pub undone_by: Option<BulkId>,
        pub state: BulkState,
        /// How many it is about.
        pub total: i64,
        /// Carried out, also where nothing had to change.
        pub done: i64,
        /// Not carried out; `/bulk/{id}/refused` says which and why.
        pub refused: i64,
        /// Carried out, and something changed by it.
        pub changed: i64,
        /// More were found than one bulk action takes; the rest was left.
        pub limited: bool,
        /// When it was asked.
        pub at: Timestamp,
    }

    /// `GET /bulk`, newest first.
    pub struct BulkList { pub items: Vec<BulkView> }

    /// `POST /bulk?preview=true`.
    pub struct BulkPreview {
        pub action: BulkAction,
        pub owner_id: Option<AgentId>,
        /// How many it would be about: of ids and of a view always, of a search only where few are found.
        pub total: Option<i64>,
        /// What else would change with them (K8), as it stands now; none where that is not cheap to know: where a search
        /// has to be gone through, or more than 20,000 of them have tickets.
        pub reach: Option<Vec<ReachView>>,
    }

    /// A conversation with which it was not done.
    pub struct BulkRefusal {
        pub conversation_id: ConversationId,
        /// Empty where the asker may not see the conversation any more, or it has none.
        pub subject: String,
        pub contact: Option<ContactView>,
        /// As in a problem document: `bot_waits`, `not_found`, `changed_since` …
        pub code: String,
        /// The sentence that the same action on this conversation alone is refused with.
        pub reason: String,
    }

    /// `GET /bulk/{id}/refused`, in the order in which they were looked at.
    pub struct BulkRefusedPage {
        pub items: Vec<BulkRefusal>,
        /// Give it back as `?cursor=` for the next page; none at the end.
        pub next_cursor: Option<String>,
    }
}

requests! {
    /// `POST /bulk`: either `conversations` or `matching` says with which.
    pub struct NewBulk {
        pub action: BulkAction,
        /// For `assign`, and only there: an agent's id, or null for nobody.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<AgentId>))]
        pub owner_id: Option<Option<AgentId>>,
        /// 1 to 1,000 of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub conversations: Option<Vec<ConversationId>>,
        /// All that the list with these parameters holds, but for what gets a message before they are taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub matching: Option<Matching>,
        /// With `matching`: but for these, at most 1,000.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub except: Vec<ConversationId>,
    }

    /// What a list holds, in the words of `GET /conversations`: a view, or a search.
    #[derive(Default)]
    #[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
    pub struct Matching {
        /// Needed for a built-in view. A custom view or a search without it looks in every inbox of the reader.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub inbox: Option<InboxId>,
        /// `open` where nothing is said. A search has `in:` instead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub view: Option<View>,
        /// A custom view, with its own order where `sort` says nothing. A search is then within it, and a message has to
        /// match both.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub custom_view: Option<CustomViewId>,
        /// A search, as it is typed. What is wrong in it is refused with one entry of `errors` for each; a list passes over
        /// a value that is only begun, and a bulk action refuses it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub q: Option<String>,
        /// `newest_activity` where nothing is said; where a message has to match, its newest match counts as the activity,
        /// and for `oldest_activity` its oldest. Without effect in a bulk action: there the newest come first, by activity
        /// in a view, by match or by creation in a search.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub sort: Option<Sort>,
        /// How many minutes the reader's clock is ahead of UTC, -840 to 840: days begin there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub offset: Option<i32>,
        /// `open`, `closed`, with commas.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub status: Option<String>,
        /// `email`, `chat`, `messenger`, `form`, `call`, with commas.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub channel: Option<String>,
        /// `me`, `none`, `anyone`, `bot` or ids of agents, with commas.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub assignee: Option<String>,
        /// Ids of contacts, with commas.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub contact: Option<String>,
        /// From this day, month or year on: as after `after:`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub from: Option<String>,
        /// Up to this day, month or year, which is not included: as after `before:`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub to: Option<String>,
        /// Leaves Spam out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub hide_spam: Option<bool>,
        /// Leaves Trash out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub hide_trash: Option<bool>,
    }
}
