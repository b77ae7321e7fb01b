//! Tickets, pipelines, records and what is written down on them. What they say is kept as it came: [`crate::store::known`]
//! gives it names.

use super::request::{self, Method};
use super::told::Answer;
use crate::routes::escape;
use samtal_model::json::Json;
use samtal_model::wire::Problem;
use samtal_model::{ContactId, ConversationId, InboxId, TicketId};

/// Something to be done, as it is sent.
#[derive(Clone, Debug)]
pub struct Write {
    method: Method,
    path: String,
    body: Option<Json>,
}

impl Write {
    fn new(method: Method, path: String, body: Option<Json>) -> Self {
        Self { method, path, body }
    }

    /// Does it. Under the same `key` it is done once.
    pub async fn send(&self, key: &str) -> Result<Answer, Problem> {
        request::write(self.method, &self.path, Some(key), self.body.as_ref()).await
    }

    /// What it would change (K8).
    pub async fn preview(&self) -> Result<Answer, Problem> {
        let mark = if self.path.contains('?') { "&" } else { "?" };
        let path = [&self.path, mark, "preview=true"].concat();
        request::write(self.method, &path, None, self.body.as_ref()).await
    }

    /// Makes a ticket called `name` for a conversation (K1).
    #[must_use]
    pub fn create_ticket(conversation: ConversationId, name: &str) -> Self {
        let path = format!("/conversations/{conversation}/ticket");
        Self::new(Method::Post, path, Some(Json::object([("name", name.into())])))
    }

    /// Makes a ticket that has no conversation yet.
    #[must_use]
    pub fn new_ticket(inbox: InboxId, name: &str) -> Self {
        let body = Json::object([("inbox_id", inbox.0.into()), ("name", name.into())]);
        Self::new(Method::Post, "/tickets".into(), Some(body))
    }

    #[must_use]
    pub fn attach_ticket(conversation: ConversationId, ticket: TicketId) -> Self {
        let path = format!("/conversations/{conversation}/ticket");
        Self::new(Method::Post, path, Some(Json::object([("ticket_id", ticket.0.into())])))
    }

    /// Gives one side of a ticket another value: `name`, `priority`, `owner_id`, `status_id`, `pipeline_id`.
    #[must_use]
    pub fn edit_ticket(ticket: TicketId, field: &str, value: Json) -> Self {
        Self::new(Method::Patch, format!("/tickets/{ticket}"), Some(Json::object([(field, value)])))
    }

    #[must_use]
    pub fn trash_ticket(ticket: TicketId) -> Self {
        Self::new(Method::Post, format!("/tickets/{ticket}/trash"), None)
    }

    #[must_use]
    pub fn restore_ticket(ticket: TicketId) -> Self {
        Self::new(Method::Post, format!("/tickets/{ticket}/restore"), None)
    }

    /// For good, from Trash only.
    #[must_use]
    pub fn delete_ticket(ticket: TicketId) -> Self {
        Self::new(Method::Delete, format!("/tickets/{ticket}"), None)
    }

    /// For good, from Trash only. Only to be previewed here, as what follows is.
    #[must_use]
    pub fn delete_conversation(conversation: ConversationId) -> Self {
        Self::new(Method::Delete, format!("/conversations/{conversation}"), None)
    }

    /// Only to be previewed here: the store's own commands do these.
    #[must_use]
    pub fn trash(conversation: ConversationId) -> Self {
        Self::new(Method::Post, format!("/conversations/{conversation}/trash"), None)
    }

    #[must_use]
    pub fn restore(conversation: ConversationId) -> Self {
        Self::new(Method::Post, format!("/conversations/{conversation}/restore"), None)
    }

    /// The sender of a conversation (T4, T5).
    #[must_use]
    pub fn block(conversation: ConversationId, block: bool) -> Self {
        let verb = if block { "block" } else { "unblock" };
        Self::new(Method::Post, format!("/conversations/{conversation}/{verb}"), None)
    }

    /// Whose conversation it is; none detaches (D2).
    #[must_use]
    pub fn set_contact(conversation: ConversationId, contact: Option<ContactId>) -> Self {
        let path = format!("/conversations/{conversation}/contact");
        Self::new(Method::Put, path, Some(Json::object([("contact_id", contact.map(|id| id.0).into())])))
    }

    /// Gives one property of a record another value; `kind` as in addresses.
    #[must_use]
    pub fn edit_record(kind: &str, id: i64, property: &str, value: Json) -> Self {
        let values = Json::object([("values", Json::object([(property, value)]))]);
        Self::new(Method::Patch, format!("/{kind}/{id}"), Some(values))
    }

    /// Makes a record with these values, associated with `links` (kind in the singular, and id).
    #[must_use]
    pub fn new_record(kind: &str, object_type: Option<i64>, values: Json, links: &[(&str, i64)]) -> Self {
        let links = links.iter().map(|(kind, id)| Json::object([("kind", (*kind).into()), ("id", (*id).into())]));
        let mut fields = vec![("values".to_owned(), values), ("links".to_owned(), Json::List(links.collect()))];
        if let Some(object_type) = object_type {
            fields.push(("object_type_id".to_owned(), object_type.into()));
        }
        Self::new(Method::Post, format!("/{kind}"), Some(Json::Fields(fields)))
    }

    #[must_use]
    pub fn trash_record(kind: &str, id: i64, trash: bool) -> Self {
        let verb = if trash { "trash" } else { "restore" };
        Self::new(Method::Post, format!("/{kind}/{id}/{verb}"), None)
    }

    #[must_use]
    pub fn delete_record(kind: &str, id: i64) -> Self {
        Self::new(Method::Delete, format!("/{kind}/{id}"), None)
    }

    /// Associates a record with another one, or ends it; `to` in the singular.
    #[must_use]
    pub fn link(kind: &str, id: i64, to: &str, other: i64, linked: bool) -> Self {
        let method = if linked { Method::Put } else { Method::Delete };
        Self::new(method, format!("/{kind}/{id}/links/{to}/{other}"), None)
    }

    /// The contact `loser` becomes part of `winner` (D7).
    #[must_use]
    pub fn merge_contacts(winner: i64, loser: i64) -> Self {
        let body = Json::object([("loser_id", loser.into())]);
        Self::new(Method::Post, format!("/contacts/{winner}/merge"), Some(body))
    }

    /// Writes something down on a record: the fields of `POST /activities`.
    #[must_use]
    pub fn new_activity(fields: Json) -> Self {
        Self::new(Method::Post, "/activities".into(), Some(fields))
    }

    #[must_use]
    pub fn edit_activity(id: i64, fields: Json) -> Self {
        Self::new(Method::Patch, format!("/activities/{id}"), Some(fields))
    }

    #[must_use]
    pub fn delete_activity(id: i64) -> Self {
        Self::new(Method::Delete, format!("/activities/{id}"), None)
    }

    /// What is shown in a place, in this order (D3, K2).
    #[must_use]
    pub fn show(place: &str, properties: Vec<String>) -> Self {
        let body = Json::object([("properties", properties.into())]);
        Self::new(Method::Put, format!("/shown-properties/{place}"), Some(body))
    }

    #[must_use]
    pub fn new_property(fields: Json) -> Self {
        Self::new(Method::Post, "/properties".into(), Some(fields))
    }

    #[must_use]
    pub fn edit_property(id: i64, fields: Json) -> Self {
        Self::new(Method::Patch, format!("/properties/{id}"), Some(fields))
    }

    #[must_use]
    pub fn delete_property(id: i64) -> Self {
        Self::new(Method::Delete, format!("/properties/{id}"), None)
    }

    #[must_use]
    pub fn new_object_type(fields: Json) -> Self {
        Self::new(Method::Post, "/object-types".into(), Some(fields))
    }

    #[must_use]
    pub fn edit_object_type(id: i64, fields: Json) -> Self {
        Self::new(Method::Patch, format!("/object-types/{id}"), Some(fields))
    }

    #[must_use]
    pub fn delete_object_type(id: i64) -> Self {
        Self::new(Method::Delete, format!("/object-types/{id}"), None)
    }

    #[must_use]
    pub fn new_pipeline(fields: Json) -> Self {
        Self::new(Method::Post, "/pipelines".into(), Some(fields))
    }

    #[must_use]
    pub fn edit_pipeline(id: i64, fields: Json) -> Self {
        Self::new(Method::Patch, format!("/pipelines/{id}"), Some(fields))
    }

    #[must_use]
    pub fn delete_pipeline(id: i64) -> Self {
        Self::new(Method::Delete, format!("/pipelines/{id}"), None)
    }

    #[must_use]
    pub fn new_status(pipeline: i64, fields: Json) -> Self {
        Self::new(Method::Post, format!("/pipelines/{pipeline}/statuses"), Some(fields))
    }

    #[must_use]
    pub fn edit_status(pipeline: i64, status: i64, fields: Json) -> Self {
        Self::new(Method::Patch, format!("/pipelines/{pipeline}/statuses/{status}"), Some(fields))
    }

    /// Its tickets go to `move_to`, if there are any.
    #[must_use]
    pub fn delete_status(pipeline: i64, status: i64, move_to: Option<i64>) -> Self {
        let to = move_to.map(|to| format!("?move_to={to}")).unwrap_or_default();
        Self::new(Method::Delete, format!("/pipelines/{pipeline}/statuses/{status}{to}"), None)
    }
}

async fn read(path: String) -> Result<Json, Problem> {
    request::ask(&path, None).await
}

fn after(cursor: Option<&str>) -> String {
    cursor.map(|cursor| ["&cursor=", &escape(cursor)].concat()).unwrap_or_default()
}

pub async fn pipelines() -> Result<Json, Problem> {
    read("/pipelines".into()).await
}

/// A ticket with its conversations.
pub async fn ticket(id: TicketId) -> Result<Json, Problem> {
    read(format!("/tickets/{id}")).await
}

/// Tickets that `query` asks for, as it stands in addresses; `cursor` from the page before.
pub async fn tickets(query: &str, cursor: Option<&str>, limit: usize) -> Result<Json, Problem> {
    let mark = if query.is_empty() { "" } else { "&" };
    read(format!("/tickets?limit={limit}{mark}{query}{}", after(cursor))).await
}

/// Asks [`tickets`] for those of an inbox by words of their names.
#[must_use]
pub fn words_of_tickets(inbox: InboxId, words: &str) -> String {
    ["inbox=", &inbox.to_string(), "&q=", &escape(words)].concat()
}

/// How many tickets of an inbox stand in which status.
pub async fn ticket_counts(inbox: InboxId) -> Result<Json, Problem> {
    read(format!("/inboxes/{inbox}/ticket-counts")).await
}

pub async fn ticket_history(id: TicketId, cursor: Option<&str>) -> Result<Json, Problem> {
    read(format!("/tickets/{id}/history?limit=30{}", after(cursor))).await
}

/// What is known of whom a conversation is with (D1).
pub async fn sidebar(conversation: ConversationId) -> Result<Json, Problem> {
    read(format!("/conversations/{conversation}/sidebar")).await
}

/// A record with what it is associated with; `kind` as in addresses.
pub async fn record(kind: &str, id: i64) -> Result<Json, Problem> {
    read(format!("/{kind}/{id}")).await
}

/// Records of a kind that `query` asks for, as it stands in addresses.
pub async fn records_of(kind: &str, query: &str, cursor: Option<&str>, limit: usize) -> Result<Json, Problem> {
    let mark = if query.is_empty() { "" } else { "&" };
    read(format!("/{kind}?limit={limit}{mark}{query}{}", after(cursor))).await
}

/// Records by name, address or domain.
pub async fn records(kind: &str, q: &str, cursor: Option<&str>, limit: usize) -> Result<Json, Problem> {
    read(format!("/{kind}?limit={limit}&q={}{}", escape(q), after(cursor))).await
}

pub async fn timeline(kind: &str, id: i64, cursor: Option<&str>) -> Result<Json, Problem> {
    read(format!("/{kind}/{id}/timeline?limit=30{}", after(cursor))).await
}

pub async fn properties() -> Result<Json, Problem> {
    read("/properties".into()).await
}

pub async fn object_types() -> Result<Json, Problem> {
    read("/object-types".into()).await
}

pub async fn shown(place: &str) -> Result<Json, Problem> {
    read(format!("/shown-properties/{place}")).await
}
