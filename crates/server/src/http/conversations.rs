//! `/conversations`: the list, one of them, and what can be done with one as a whole.

use crate::dispatch::{Known, Order, Thing};
use crate::http::AppState;
use crate::http::answer::{About, Asker, created_unless};
use crate::http::custom_views;
use crate::http::extract::{Id, Json, Nothing, Session};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use samtal_model::refusal::Noun;
use samtal_model::wire::{
    CommandAnswer, ConversationPage, ConversationPatch, ConversationView, Matching, NewConversation,
};
use samtal_model::{Command, ConversationId, ConversationState, Sequence};
use search::{Asked, Listed};
use std::str::FromStr;

mod actions;
mod contact;
pub mod history;
pub mod search;
mod ticket;

/// Rows in a page unless asked otherwise, and the most.
const LIMIT: (i64, i64) = (50, 200);

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .at(Policy::SignedIn, __path_list, list)
        .command(Policy::SignedIn, __path_compose, compose)
        .at(Policy::SignedIn, __path_show, show)
        .command(Policy::SignedIn, __path_edit, edit)
        .command(Policy::SignedIn, __path_delete, delete);
    contact::routes(ticket::routes(history::routes(actions::routes(routes))))
}

/// A page of conversations: of a view, of a custom view, or, if `q` or one of the filters is given, of what a search
/// finds.
///
/// The language of `q` is that of the search field: words, `"phrases"`, `-word`, `from: to: subject: contact: assignee:
/// channel: is: has: before: after: on: in: hide: filename:`. The other filters say the same and are joined to it.
/// What a search asks of a message has to hold for one message as a whole, and `matches` says for which.
#[utoipa::path(
    get, path = "/api/v1/conversations", tag = "conversations", operation_id = "list_conversations",
    params(Matching, search::Page),
    responses((status = 200, body = ConversationPage))
)]
async fn list(State(state): State<AppState>, session: Session, listed: Listed) -> Result<impl IntoResponse, Failure> {
    let custom = match listed.matching.custom_view {
        Some(id) => Some(custom_views::found(&state, &session, id).await?),
        None => None,
    };
    let Asked { list, total } = search::checked(listed, state.now(), custom.as_ref())?;
    let page = state.store.conversations_json(&session.reader, &list, total).await?;
    let page = page.ok_or_else(|| Failure::not_found(Noun::Inbox))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], page))
}

/// The limit asked for, or the usual one.
pub fn checked_limit(limit: Option<i64>, (usual, most): (i64, i64)) -> Result<i64, Failure> {
    match limit {
        None => Ok(usual),
        Some(limit) if (1..=most).contains(&limit) => Ok(limit),
        Some(_) => {
            let message = format!("A page holds 1 to {most}.");
            Err(Failure::field(StatusCode::BAD_REQUEST, "bad_query", "limit", "wrong_value", message))
        }
    }
}

const NO_CURSOR: &str = "This is no `next_cursor` of such a list.";

/// A `next_cursor` given back, where that is one number.
pub fn checked_cursor<T: FromStr>(cursor: Option<String>) -> Result<Option<T>, Failure> {
    cursor
        .map(|cursor| cursor.parse())
        .transpose()
        .map_err(|_| Failure::field(StatusCode::BAD_REQUEST, "bad_query", "cursor", "wrong_value", NO_CURSOR))
}

/// Begins a conversation with a mail of ours (R5).
#[utoipa::path(
    post, path = "/api/v1/conversations", tag = "conversations", operation_id = "compose",
    request_body = NewConversation,
    responses((status = 201, body = CommandAnswer))
)]
async fn compose(
    asker: Asker,
    Json(NewConversation { inbox_id, to, subject, text }): Json<NewConversation>,
) -> Result<(StatusCode, axum::Json<CommandAnswer>), Failure> {
    let status = created_unless(asker.only_previews());
    let command = Command::Compose { inbox: inbox_id, to, subject, text };
    Ok((status, axum::Json(asker.ask(command, About::Changes).await?)))
}

/// One conversation. Its `ETag` is its version.
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}", tag = "conversations", operation_id = "show_conversation",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = ConversationView, headers(("ETag" = String))))
)]
async fn show(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<ConversationId>,
) -> Result<impl IntoResponse, Failure> {
    let conversation = found(&state, &session, id).await?;
    Ok((AppendHeaders([(header::ETAG, tag(conversation.version))]), axum::Json(conversation)))
}

/// Closes, reopens, assigns: what is absent from the body stays.
#[utoipa::path(
    patch, path = "/api/v1/conversations/{id}", tag = "conversations", operation_id = "edit_conversation",
    request_body = ConversationPatch,
    params(
        ("id" = ConversationId, Path),
        ("If-Match" = Option<String>, Header, description = "Refused with 412 if the conversation has changed since."),
    ),
    responses((status = 200, body = CommandAnswer))
)]
async fn edit(
    Id(conversation): Id<ConversationId>,
    asker: Asker,
    headers: HeaderMap,
    Json(ConversationPatch { state, owner_id }): Json<ConversationPatch>,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    found(&asker.state, &asker.session, conversation).await?;
    let known = known_versions(&headers).map(|versions| Known { thing: Thing::Conversation(conversation), versions });
    let owner = owner_id.map(|owner| Command::Assign { conversation, owner });
    let state = state.map(|state| match state {
        ConversationState::Open => Command::Reopen { conversation },
        ConversationState::Closed => Command::Close { conversation },
    });
    let orders = owner.into_iter().chain(state).map(Order::from).collect();
    Ok(axum::Json(asker.knowing(known).ask_all(orders, About::Conversation(conversation)).await?))
}

/// Deletes a conversation for good; it has to be in Trash (V9).
#[utoipa::path(
    delete, path = "/api/v1/conversations/{id}", tag = "conversations", operation_id = "delete_conversation",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn delete(
    Id(conversation): Id<ConversationId>,
    asker: Asker,
    _: Nothing,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    let command = Command::Delete { conversation };
    Ok(axum::Json(asker.ask(command, About::Conversation(conversation)).await?))
}

/// The conversation, if this reader may see it.
pub async fn found(state: &AppState, session: &Session, id: ConversationId) -> Result<ConversationView, Failure> {
    let conversation = state.store.conversation(&session.reader, id).await?;
    conversation.ok_or_else(|| Failure::not_found(Noun::Conversation))
}

/// The versions that If-Match names; none if any version will do. What is no tag of ours is no version.
pub fn known_versions(headers: &HeaderMap) -> Option<Vec<Sequence>> {
    let lines = headers.get_all(header::IF_MATCH);
    let mut tags = lines.iter().flat_map(|line| line.to_str().unwrap_or_default().split(',')).map(str::trim).peekable();
    tags.peek()?;
    let mut versions = vec![];
    for one in tags {
        if one == "*" {
            return None;
        }
        let version = one.trim_matches('"').parse().map(Sequence).ok();
        versions.extend(version.filter(|version| tag(*version) == one));
    }
    Some(versions)
}

pub fn tag(version: Sequence) -> String {
    format!("\"{version}\"")
}
