//! The shapes of custom views (V10): searches kept under a name.

use crate::id::{AgentId, CustomViewId, Sequence};
use crate::json::{FromJson, Json};
use crate::sort::Sort;
use serde::{Deserialize, Serialize};

read_shapes! {
    /// A custom view as this reader has it.
    pub struct CustomViewView {
        pub id: CustomViewId,
        pub name: String,
        /// What it finds, in the language of the search field, as [`crate::Query::print`] writes it. Empty: everything.
        pub query: String,
        pub sort: Sort,
        /// The whole team has it.
        pub shared: bool,
        /// Who made it.
        pub owner_id: AgentId,
        /// Grows from the top to the bottom, among the shared ones and among one's own.
        pub position: i64,
        /// How many conversations it finds in the inboxes this reader sees.
        pub count: i64,
        /// It is being counted, for the first time or anew: `count` is on its way.
        pub filling: bool,
        /// This reader may change and delete it.
        pub can_edit: bool,
    }

    /// `GET /custom-views`: the shared ones in their order, then the reader's own in theirs.
    pub struct CustomViewList {
        pub items: Vec<CustomViewView>,
        /// Up to where of the live feed they hold.
        pub sequence: Sequence,
    }
}

requests! {
    /// `POST /custom-views`. It comes last among its kind.
    pub struct NewCustomView {
        /// 1 to 60 characters, and another than those of its kind have.
        pub name: String,
        /// As it is typed into the search field, without mistakes. Empty finds everything.
        pub query: String,
        /// `newest_activity` where nothing is said.
        #[serde(default)]
        pub sort: Sort,
        /// For the whole team; otherwise for oneself.
        #[serde(default)]
        pub shared: bool,
        /// How many minutes its days begin before those of UTC, -840 to 840: what `?offset=` is to a search.
        #[serde(default)]
        pub utc_offset_minutes: i32,
    }

    /// `PATCH /custom-views/{id}`: what is absent stays.
    #[derive(Default)]
    pub struct CustomViewPatch {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub query: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub sort: Option<Sort>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub shared: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub utc_offset_minutes: Option<i32>,
        /// Moves it before that one of its kind; `null` moves it to the end.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super::present")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<CustomViewId>))]
        pub before: Option<Option<CustomViewId>>,
    }
}
