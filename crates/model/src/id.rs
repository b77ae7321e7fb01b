//! Identifiers: whole numbers, each with a type of its own so that one cannot stand where another is meant.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl crate::json::FromJson for $name {
            fn from_json(json: crate::json::Json) -> Option<Self> {
                json.int().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A person of the team.
    AgentId,
    /// A customer.
    ContactId,
    /// A thread of messages.
    ConversationId,
    /// One message of a conversation. Later arrivals have greater ids, whatever their date.
    MessageId,
    /// An inbox.
    InboxId,
    /// A custom view (V10).
    CustomViewId,
    /// A text that was written once: of a custom view, of a ticket's or a status' name.
    RevisionId,
    /// A ticket.
    TicketId,
    /// A pipeline of tickets (A1).
    PipelineId,
    /// A status of a pipeline.
    StatusId,
    /// One accepted command; its changes share it, and undo names it.
    CommandId,
    /// One bulk action: the record of what was asked for many conversations at once.
    BulkId,
    /// A company that contacts belong to.
    CompanyId,
    /// A deal.
    DealId,
    /// A kind of record that a team defines itself (D6).
    ObjectTypeId,
    /// A record of such a kind.
    ObjectId,
    /// A property that a team defines (X4).
    PropertyId,
    /// One choice of a property. Numbers begin anew with each property.
    OptionId,
    /// A note, task, meeting, call or feedback on a record.
    ActivityId,
    /// A place in the change log. Gap-free and growing in the order of commits.
    Sequence,
}
