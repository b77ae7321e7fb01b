//! What something is written down on, and whose timeline is shown: a record or a ticket. The forms and the timeline know
//! no more of it than this.

use crate::store::Store;
use leptos::prelude::*;
use samtal_model::ConversationId;
use samtal_model::json::Json;

/// A handle that can be copied.
#[derive(Clone, Copy)]
pub struct Holder {
    pub store: Store,
    /// As others name it: `contact`, `ticket` …
    pub word: &'static str,
    /// As addresses of the API have it.
    pub slug: &'static str,
    pub id: i64,
    /// Whether the messages of a conversation are among its own.
    pub concerns: Callback<ConversationId, bool>,
}

impl Holder {
    /// As others name it.
    #[must_use]
    pub fn reference(self) -> Json {
        Json::object([("kind", self.word.into()), ("id", self.id.into())])
    }

    /// Whether `reference` names it.
    #[must_use]
    pub fn is(self, reference: &Json) -> bool {
        reference.at("kind").text() == Some(self.word) && reference.at("id").int() == Some(self.id)
    }
}
