//! `/messages` and the thread of a conversation: reading, writing, hiding and unhiding (M4, M5).

use crate::http::AppState;
use crate::http::answer::{About, Asker, created_unless};
use crate::http::conversations::checked_limit;
use crate::http::extract::{Id, Json, Nothing, Query, Session};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use crate::store::ThreadAt;
use axum::extract::State;
use axum::http::StatusCode;
use samtal_model::refusal::Noun;
use samtal_model::wire::{CommandAnswer, MessageAnswer, MessagePage, NewMessage};
use samtal_model::{Command, ConversationId, MessageId, MessageKind};
use serde::Deserialize;

/// Messages in a page unless asked otherwise, and the most.
const LIMIT: (i64, i64) = (30, 100);

pub fn routes(routes: Routes) -> Routes {
    routes
        .at(Policy::SignedIn, __path_thread, thread)
        .command(Policy::SignedIn, __path_write, write)
        .at(Policy::SignedIn, __path_show, show)
        .command(Policy::SignedIn, __path_hide, hide)
        .command(Policy::SignedIn, __path_unhide, unhide)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ThreadParams {
    /// The page has this message in its middle.
    around: Option<MessageId>,
    /// The page ends before this message.
    before: Option<MessageId>,
    /// The page begins after this message.
    after: Option<MessageId>,
    /// 1 to 100; 30 where nothing is said.
    limit: Option<i64>,
}

/// A page of the thread, oldest first: the newest messages where nothing is said.
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}/messages", tag = "messages", operation_id = "list_messages",
    params(("id" = ConversationId, Path), ThreadParams),
    responses((status = 200, body = MessagePage))
)]
async fn thread(
    State(state): State<AppState>,
    session: Session,
    Id(conversation): Id<ConversationId>,
    Query(ThreadParams { around, before, after, limit }): Query<ThreadParams>,
) -> Result<axum::Json<MessagePage>, Failure> {
    let at = match (around, before, after) {
        (None, None, None) => ThreadAt::Newest,
        (Some(id), None, None) => ThreadAt::Around(id),
        (None, Some(id), None) => ThreadAt::Before(id),
        (None, None, Some(id)) => ThreadAt::After(id),
        _ => {
            let message = "Give one of around, before and after.";
            return Err(Failure::field(StatusCode::BAD_REQUEST, "bad_query", "around", "wrong_value", message));
        }
    };
    let limit = checked_limit(limit, LIMIT)?;
    let page = state.store.messages(&session.reader, conversation, at, limit).await?;
    Ok(axum::Json(page.ok_or_else(|| Failure::not_found(Noun::Conversation))?))
}

/// Writes in a conversation: a reply to the contact, or a comment among ourselves (R3).
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/messages", tag = "messages", operation_id = "write_message",
    request_body = NewMessage, params(("id" = ConversationId, Path)),
    responses((status = 201, body = CommandAnswer))
)]
async fn write(
    Id(conversation): Id<ConversationId>,
    asker: Asker,
    Json(NewMessage { kind, text }): Json<NewMessage>,
) -> Result<(StatusCode, axum::Json<CommandAnswer>), Failure> {
    let command = match kind {
        MessageKind::Outbound => Command::Reply { conversation, text },
        MessageKind::Comment => Command::Comment { conversation, text },
        MessageKind::Inbound => {
            let message = "An agent writes replies (outbound) and comments.";
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Err(Failure::field(status, "invalid", "kind", "wrong_value", message));
        }
    };
    let status = created_unless(asker.only_previews());
    Ok((status, axum::Json(asker.ask(command, About::Conversation(conversation)).await?)))
}

/// One message and its conversation, wherever it stands: what a link to a message needs (M2).
#[utoipa::path(
    get, path = "/api/v1/messages/{id}", tag = "messages", operation_id = "show_message",
    params(("id" = MessageId, Path)),
    responses((status = 200, body = MessageAnswer))
)]
async fn show(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<MessageId>,
) -> Result<axum::Json<MessageAnswer>, Failure> {
    let found = state.store.message(&session.reader, id).await?;
    Ok(axum::Json(found.ok_or_else(|| Failure::not_found(Noun::Message))?))
}

/// Hides a message from everyone (M4).
#[utoipa::path(
    post, path = "/api/v1/messages/{id}/hide", tag = "messages", operation_id = "hide_message",
    params(("id" = MessageId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn hide(Id(message): Id<MessageId>, asker: Asker, _: Nothing) -> Result<axum::Json<CommandAnswer>, Failure> {
    Ok(axum::Json(asker.ask(Command::Hide { message }, About::Message(message)).await?))
}

/// Brings a hidden message back. Only the agent who hid it and super admins may (M5).
#[utoipa::path(
    post, path = "/api/v1/messages/{id}/unhide", tag = "messages", operation_id = "unhide_message",
    params(("id" = MessageId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn unhide(Id(message): Id<MessageId>, asker: Asker, _: Nothing) -> Result<axum::Json<CommandAnswer>, Failure> {
    Ok(axum::Json(asker.ask(Command::Unhide { message }, About::Message(message)).await?))
}
