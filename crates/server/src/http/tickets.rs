//! `/tickets`: lists of them, one with its conversations, and what can be done with one (K).

use crate::dispatch::{Known, Order, Thing};
use crate::history;
use crate::http::AppState;
use crate::http::answer::{About, Asker, created_unless};
use crate::http::conversations::history::{HistoryParams, Place};
use crate::http::conversations::{checked_limit, known_versions, tag};
use crate::http::extract::{Id, Json, Nothing, Query, Session};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use crate::http::records::{PageParams, timeline};
use crate::store::{TicketOrder, TicketQuery};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use samtal_model::record::RecordRef;
use samtal_model::refusal::Noun;
use samtal_model::wire::{
    CommandAnswer, HistoryPage, NewTicketBody, TicketAnswer, TicketCounts, TicketPage, TicketPatch, TicketView,
    TimelinePage,
};
use samtal_model::{
    AgentId, Command, InboxId, NewTicket, PipelineId, Priority, StatusId, TicketCommand, TicketEdit, TicketId,
};
use serde::Deserialize;

/// Tickets in a page unless asked otherwise, and the most.
const LIMIT: (i64, i64) = (50, 200);
/// Values of one filter that count: there are no more statuses in a pipeline, and a menu of people is not ticked further.
const VALUES_MOST: usize = 30;
/// Characters of a search that are read.
const WORDS_MOST: usize = 200;

pub fn routes(routes: Routes) -> Routes {
    routes
        .at(Policy::SignedIn, __path_list, list)
        .command(Policy::SignedIn, __path_create, create)
        .at(Policy::SignedIn, __path_show, show)
        .command(Policy::SignedIn, __path_edit, edit)
        .command(Policy::SignedIn, __path_trash, trash)
        .command(Policy::SignedIn, __path_restore, restore)
        .command(Policy::SignedIn, __path_delete, delete)
        .at(Policy::SignedIn, __path_show_history, show_history)
        .at(Policy::SignedIn, __path_past, past)
        .at(Policy::SignedIn, __path_counts, counts)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct TicketParams {
    /// Every inbox the reader sees where nothing is said.
    inbox: Option<InboxId>,
    pipeline: Option<PipelineId>,
    /// Ids, with commas between them.
    status: Option<String>,
    /// Ids of agents, and `none` for tickets of nobody, with commas between them.
    owner: Option<String>,
    /// `low`, `medium`, `high`, `urgent`, `none`, with commas between them.
    priority: Option<String>,
    /// Words of the name, each by its beginning.
    q: Option<String>,
    /// `newest_activity` (which is meant where nothing is said), `oldest_activity`, `newest_created`, `oldest_created`,
    /// `priority`, `name`.
    sort: Option<String>,
    /// Those in Trash, instead of those that are not.
    trash: Option<bool>,
    /// 1 to 200; 50 where nothing is said.
    limit: Option<i64>,
    /// `next_cursor` of the page before, with the same parameters otherwise.
    cursor: Option<String>,
}

/// A page of tickets.
#[utoipa::path(
    get, path = "/api/v1/tickets", tag = "tickets", operation_id = "list_tickets",
    params(TicketParams),
    responses((status = 200, body = TicketPage))
)]
async fn list(
    State(state): State<AppState>,
    session: Session,
    Query(params): Query<TicketParams>,
) -> Result<axum::Json<TicketPage>, Failure> {
    let TicketParams { inbox, pipeline, status, owner, priority, q, sort, trash, limit, cursor } = params;
    let order = match sort {
        None => TicketOrder::default(),
        Some(sort) => TicketOrder::from_slug(&sort).ok_or_else(|| wrong("sort", "This is no order of tickets."))?,
    };
    let words = q.unwrap_or_default();
    if words.chars().count() > WORDS_MOST {
        return Err(wrong("q", &format!("A search of tickets has at most {WORDS_MOST} characters.")));
    }
    let query = TicketQuery {
        inbox,
        pipeline,
        statuses: values("status", status, |word| word.parse().ok().map(StatusId))?,
        owners: values("owner", owner, |word| or_none(word, |word| word.parse().ok().map(AgentId)))?,
        priorities: values("priority", priority, |word| or_none(word, priority_of))?,
        words,
        trash: trash.unwrap_or(false),
        order,
        limit: checked_limit(limit, LIMIT)?,
        cursor,
    };
    if !query.has_known_cursor() {
        return Err(wrong("cursor", "This is no `next_cursor` of such a list."));
    }
    let page = state.store.tickets(&session.reader, &query).await?;
    Ok(axum::Json(page.ok_or_else(|| Failure::not_found(Noun::Inbox))?))
}

fn wrong(field: &str, message: &str) -> Failure {
    Failure::field(StatusCode::BAD_REQUEST, "bad_query", field, "wrong_value", message)
}

fn values<T>(field: &str, list: Option<String>, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Failure> {
    let Some(list) = list else { return Ok(vec![]) };
    let values: Vec<T> = list
        .split(',')
        .map(|word| {
            read(word).ok_or_else(|| wrong(field, &format!("\u{201c}{word}\u{201d} is no value of this filter.")))
        })
        .collect::<Result<_, _>>()?;
    if values.len() > VALUES_MOST {
        return Err(wrong(field, &format!("A filter has at most {VALUES_MOST} values.")));
    }
    Ok(values)
}

fn or_none<T>(word: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if word == "none" { Some(None) } else { read(word).map(Some) }
}

fn priority_of(word: &str) -> Option<Priority> {
    match word {
        "low" => Some(Priority::Low),
        "medium" => Some(Priority::Medium),
        "high" => Some(Priority::High),
        "urgent" => Some(Priority::Urgent),
        _ => None,
    }
}

/// Makes a ticket, for a conversation or without one.
#[utoipa::path(
    post, path = "/api/v1/tickets", tag = "tickets", operation_id = "create_ticket", request_body = NewTicketBody,
    responses((status = 201, body = CommandAnswer))
)]
async fn create(
    asker: Asker,
    Json(body): Json<NewTicketBody>,
) -> Result<(StatusCode, axum::Json<CommandAnswer>), Failure> {
    let NewTicketBody { inbox_id, name, conversation_id, pipeline_id, status_id, priority, owner_id, contact_id } =
        body;
    let status = created_unless(asker.only_previews());
    let new = NewTicket {
        conversation: conversation_id,
        inbox: inbox_id,
        name,
        pipeline: pipeline_id,
        status: status_id,
        priority,
        owner: owner_id,
        contact: contact_id,
    };
    let answer = asker.ask(Command::Ticket(TicketCommand::Create(Box::new(new))), About::Changes).await?;
    Ok((status, axum::Json(answer)))
}

/// A ticket with its conversations. Its `ETag` is its version.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}", tag = "tickets", operation_id = "show_ticket",
    params(("id" = TicketId, Path)),
    responses((status = 200, body = TicketAnswer, headers(("ETag" = String))))
)]
async fn show(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<TicketId>,
) -> Result<impl IntoResponse, Failure> {
    let answer = state.store.ticket_answer(&session.reader, id).await?;
    let answer = answer.ok_or_else(|| Failure::not_found(Noun::Ticket))?;
    Ok((AppendHeaders([(header::ETAG, tag(answer.ticket.version))]), axum::Json(answer)))
}

/// Renames, moves, assigns, fills in values: what is absent from the body stays. A status that is closed closes its conversations (K4);
/// one that is open reopens a closed ticket (K5).
#[utoipa::path(
    patch, path = "/api/v1/tickets/{id}", tag = "tickets", operation_id = "edit_ticket", request_body = TicketPatch,
    params(
        ("id" = TicketId, Path),
        ("If-Match" = Option<String>, Header, description = "Refused with 412 if the ticket has changed since."),
    ),
    responses((status = 200, body = CommandAnswer))
)]
async fn edit(
    Id(ticket): Id<TicketId>,
    asker: Asker,
    headers: HeaderMap,
    Json(patch): Json<TicketPatch>,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    found(&asker, ticket).await?;
    let TicketPatch { name, priority, owner_id, pipeline_id, status_id, values } = patch;
    let edit =
        TicketEdit { name, priority, owner: owner_id, pipeline: pipeline_id, status: status_id, values: values.0 };
    // The menu of statuses sends nothing else, and its command has a name of its own in the history.
    let command = match edit.status {
        Some(status) if edit == (TicketEdit { status: Some(status), ..TicketEdit::default() }) => {
            TicketCommand::SetStatus { ticket, status }
        }
        _ => TicketCommand::Edit { ticket, edit },
    };
    let known = known_versions(&headers).map(|versions| Known { thing: Thing::Ticket(ticket), versions });
    let orders = vec![Order::from(Command::Ticket(command))];
    Ok(axum::Json(asker.knowing(known).ask_all(orders, About::Ticket(ticket)).await?))
}

/// Moves a ticket to Trash, and its conversations with it (K7).
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/trash", tag = "tickets", operation_id = "trash_ticket",
    params(("id" = TicketId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn trash(Id(ticket): Id<TicketId>, asker: Asker, _: Nothing) -> Result<axum::Json<CommandAnswer>, Failure> {
    ask(asker, ticket, TicketCommand::Trash { ticket }).await
}

/// Takes a ticket out of Trash, and with it what went there with it (K7).
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/restore", tag = "tickets", operation_id = "restore_ticket",
    params(("id" = TicketId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn restore(Id(ticket): Id<TicketId>, asker: Asker, _: Nothing) -> Result<axum::Json<CommandAnswer>, Failure> {
    ask(asker, ticket, TicketCommand::Restore { ticket }).await
}

/// Deletes a ticket for good, and its conversations with it; it has to be in Trash.
#[utoipa::path(
    delete, path = "/api/v1/tickets/{id}", tag = "tickets", operation_id = "delete_ticket",
    params(("id" = TicketId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn delete(Id(ticket): Id<TicketId>, asker: Asker, _: Nothing) -> Result<axum::Json<CommandAnswer>, Failure> {
    ask(asker, ticket, TicketCommand::Delete { ticket }).await
}

async fn ask(asker: Asker, ticket: TicketId, command: TicketCommand) -> Result<axum::Json<CommandAnswer>, Failure> {
    Ok(axum::Json(asker.ask(Command::Ticket(command), About::Ticket(ticket)).await?))
}

/// The ticket, if this reader may see it.
async fn found(asker: &Asker, id: TicketId) -> Result<TicketView, Failure> {
    let ticket = asker.state.store.ticket(&asker.session.reader, id).await?;
    ticket.ok_or_else(|| Failure::not_found(Noun::Ticket))
}

/// What was done with a ticket, by whom and why, newest first: one entry for each command. It repeats no text.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}/history", tag = "tickets", operation_id = "show_ticket_history",
    params(("id" = TicketId, Path), HistoryParams),
    responses((status = 200, body = HistoryPage))
)]
async fn show_history(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<TicketId>,
    Query(params): Query<HistoryParams>,
) -> Result<axum::Json<HistoryPage>, Failure> {
    let Place { before, limit } = params.place()?;
    let page = history::of_ticket(&state.store, &session.reader, id, before, limit, state.now()).await?;
    Ok(axum::Json(page.ok_or_else(|| Failure::not_found(Noun::Ticket))?))
}

/// What was written in its conversations and down on it, and the statuses it has had, newest first. Hidden messages are
/// absent.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}/timeline", tag = "tickets", operation_id = "show_ticket_timeline",
    params(("id" = TicketId, Path), PageParams),
    responses((status = 200, body = TimelinePage))
)]
async fn past(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<TicketId>,
    Query(params): Query<PageParams>,
) -> Result<axum::Json<TimelinePage>, Failure> {
    timeline(&state, &session, RecordRef::Ticket(id), params).await
}

/// How many tickets of an inbox stand in which status, those in Trash left out.
#[utoipa::path(
    get, path = "/api/v1/inboxes/{id}/ticket-counts", tag = "tickets", operation_id = "ticket_counts",
    params(("id" = InboxId, Path)),
    responses((status = 200, body = TicketCounts))
)]
async fn counts(
    State(state): State<AppState>,
    session: Session,
    Id(inbox): Id<InboxId>,
) -> Result<axum::Json<TicketCounts>, Failure> {
    let counts = state.store.ticket_counts(&session.reader, inbox).await?;
    Ok(axum::Json(counts.ok_or_else(|| Failure::not_found(Noun::Inbox))?))
}
