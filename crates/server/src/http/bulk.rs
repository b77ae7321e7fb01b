//! `/bulk`: one thing done with many conversations (T8). Only who asked for it sees it.

use crate::http::AppState;
use crate::http::answer::{Asker, reach};
use crate::http::conversations::{checked_cursor, checked_limit, search};
use crate::http::custom_views;
use crate::http::extract::{Id, JsonWithLists, Nothing, Query, Session, WithLists};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use crate::store::{Begun, BulkOf, ListQuery, NewBulk as Asked, Selection, UNFINISHED_MOST};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use samtal_model::query::parse;
use samtal_model::refusal::Noun;
use samtal_model::wire::{
    BulkAction, BulkList, BulkPreview, BulkRefusedPage, BulkView, FieldError, Matching, NewBulk, Problem,
};
use samtal_model::{AgentId, BulkId, ConversationId, InboxId};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Ids in one request at the most; for more there is `matching`.
const IDS_MOST: usize = 1_000;
/// Refusals in a page unless asked otherwise, and the most.
const LIMIT: (i64, i64) = (50, 200);

pub fn routes(routes: Routes) -> Routes {
    routes
        .at(Policy::SignedIn, __path_list, list)
        .command(Policy::SignedIn, __path_ask, ask)
        .at(Policy::SignedIn, __path_show, show)
        .at(Policy::SignedIn, __path_refused, refused)
        .at(Policy::SignedIn, __path_stop, stop)
        .command(Policy::SignedIn, __path_undo, undo)
}

/// How long one that is over stays in the list.
const SHOWN_MS: i64 = 60 * 60 * 1_000;

impl WithLists for NewBulk {
    const LISTS: &'static [&'static str] = &["conversations", "except"];
}

/// The asker's own that are still under way, and those asked within the last hour that are over: newest first, at most
/// 20. Those under way are all among them.
#[utoipa::path(
    get, path = "/api/v1/bulk", tag = "bulk", operation_id = "list_bulk",
    responses((status = 200, body = BulkList))
)]
async fn list(State(state): State<AppState>, session: Session) -> Result<axum::Json<BulkList>, Failure> {
    let since = state.now().plus_ms(-SHOWN_MS);
    Ok(axum::Json(BulkList { items: state.store.bulk_views(session.reader.agent, since).await? }))
}

/// Does one thing with many conversations, each on its own: what cannot be done with one is told by `refused` and keeps
/// nothing else from being done. Up to 100 ids are carried out before the answer (200), anything else goes on after it
/// (202). At most 200,000 are taken; `limited` says that there were more.
#[utoipa::path(
    post, path = "/api/v1/bulk", tag = "bulk", operation_id = "ask_bulk", request_body = NewBulk,
    responses(
        (status = 200, body = BulkView, description = "It has been carried out. With `preview`: a BulkPreview."),
        (status = 202, body = BulkView, description = "It is being carried out."),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many of the asker's are under way."),
    )
)]
async fn ask(asker: Asker, JsonWithLists(asked): JsonWithLists<NewBulk>) -> Result<Response, Failure> {
    let fingerprint = Sha256::digest(format!("{asked:?}")).to_vec();
    if let Some(answer) = answered(&asker, &fingerprint).await? {
        return Ok(answer);
    }
    let (action, owner) = (asked.action, asked.owner_id.flatten());
    let of = checked(&asker, asked).await?;
    if let Some(owner) = owner {
        can_own_some(&asker, owner, &of).await?;
    }
    if asker.only_previews() {
        return preview(&asker, action, owner, &of).await;
    }
    begin(&asker, action, owner, of, fingerprint).await
}

/// How far it is.
#[utoipa::path(
    get, path = "/api/v1/bulk/{id}", tag = "bulk", operation_id = "show_bulk", params(("id" = BulkId, Path)),
    responses((status = 200, body = BulkView))
)]
async fn show(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<BulkId>,
) -> Result<axum::Json<BulkView>, Failure> {
    found(&state, session.reader.agent, id).await.map(axum::Json)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct RefusedParams {
    /// 1 to 200; 50 where nothing is said.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// With which conversations it was not done, and why.
#[utoipa::path(
    get, path = "/api/v1/bulk/{id}/refused", tag = "bulk", operation_id = "list_bulk_refused",
    params(("id" = BulkId, Path), RefusedParams),
    responses((status = 200, body = BulkRefusedPage))
)]
async fn refused(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<BulkId>,
    Query(RefusedParams { limit, cursor }): Query<RefusedParams>,
) -> Result<axum::Json<BulkRefusedPage>, Failure> {
    let limit = checked_limit(limit, LIMIT)?;
    let after = checked_cursor(cursor)?.unwrap_or(0);
    let page = state.store.bulk_refused(&session.reader, id, after, limit).await?;
    Ok(axum::Json(page.ok_or_else(|| Failure::not_found(Noun::Bulk))?))
}

/// Stops it. What was done until then stays, and can be undone. One that has ended stays as it is.
#[utoipa::path(
    post, path = "/api/v1/bulk/{id}/stop", tag = "bulk", operation_id = "stop_bulk", params(("id" = BulkId, Path)),
    responses((status = 200, body = BulkView))
)]
async fn stop(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<BulkId>,
    _: Nothing,
) -> Result<axum::Json<BulkView>, Failure> {
    state.bulks.stop(session.reader.agent, id).await?;
    found(&state, session.reader.agent, id).await.map(axum::Json)
}

/// Takes back everything that it changed, newest first, by a bulk action of its own: each on its own too. One that is
/// still under way is stopped first. Once: unless the undo was stopped before its end.
#[utoipa::path(
    post, path = "/api/v1/bulk/{id}/undo", tag = "bulk", operation_id = "undo_bulk", params(("id" = BulkId, Path)),
    responses(
        (status = 200, body = BulkView, description = "It has been undone. With `preview`: a BulkPreview."),
        (status = 202, body = BulkView, description = "It is being undone."),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It has been undone, or is being undone."),
    )
)]
async fn undo(Id(id): Id<BulkId>, asker: Asker, _: Nothing) -> Result<Response, Failure> {
    let fingerprint = Sha256::digest(format!("undo {id}")).to_vec();
    if let Some(answer) = answered(&asker, &fingerprint).await? {
        return Ok(answer);
    }
    let first = found(&asker.state, asker.session.reader.agent, id).await?;
    let of = BulkOf::Undo(id);
    if asker.only_previews() {
        return preview(&asker, first.action, first.owner_id, &of).await;
    }
    begin(&asker, first.action, first.owner_id, of, fingerprint).await
}

/// How many it would be about, and what else would change.
async fn preview(asker: &Asker, action: BulkAction, owner: Option<AgentId>, of: &BulkOf) -> Result<Response, Failure> {
    let (state, reader) = (&asker.state, &asker.session.reader);
    let total = state.bulks.count(reader, of).await?;
    let reach = match state.bulks.reach(reader, action, owner, of).await? {
        Some(reached) => Some(reach::told(state, reader, reached, &[]).await?),
        None => None,
    };
    Ok(axum::Json(BulkPreview { action, owner_id: owner, total, reach }).into_response())
}

async fn found(state: &AppState, agent: AgentId, id: BulkId) -> Result<BulkView, Failure> {
    state.store.bulk_view(agent, id).await?.ok_or_else(|| Failure::not_found(Noun::Bulk))
}

/// The answer to a request that came before with the same key. It is looked for before anything else is: what was named
/// may be gone since.
async fn answered(asker: &Asker, fingerprint: &[u8]) -> Result<Option<Response>, Failure> {
    let Some(key) = asker.key().filter(|_| !asker.only_previews()) else { return Ok(None) };
    match asker.state.store.bulk_begun_with(asker.session.reader.agent, key, fingerprint).await? {
        Some(begun) => answer(asker, begun).await.map(Some),
        None => Ok(None),
    }
}

async fn begin(
    asker: &Asker,
    action: BulkAction,
    owner: Option<AgentId>,
    of: BulkOf,
    fingerprint: Vec<u8>,
) -> Result<Response, Failure> {
    let state = &asker.state;
    let agent = asker.session.reader.agent;
    let key = asker.key().map(|key| (key.to_owned(), fingerprint));
    let begun = state.bulks.ask(&Asked { agent, action, owner, of, key, at: state.now() }).await?;
    answer(asker, begun).await
}

async fn answer(asker: &Asker, begun: Begun) -> Result<Response, Failure> {
    let conflict = |code, detail: String| Err(Failure::new(StatusCode::CONFLICT, code, detail));
    let id = match begun {
        Begun::New(lease) => lease.bulk(),
        Begun::Again(id) => id,
        Begun::KeyReused => return Err(crate::dispatch::Fault::KeyReused.into()),
        Begun::TooMany => {
            let detail =
                format!("{UNFINISHED_MOST} bulk actions of yours are still under way. Wait until one has ended.");
            return conflict("too_many_bulk", detail);
        }
        Begun::Undone => {
            return conflict("already_undone", "This has been undone already, or is being undone.".into());
        }
        Begun::Unknown => return Err(Failure::not_found(Noun::Bulk)),
    };
    let view = found(&asker.state, asker.session.reader.agent, id).await?;
    let status = if view.state.is_over() { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok((status, axum::Json(view)).into_response())
}

/// With which conversations, or what is wrong with how that is said.
async fn checked(asker: &Asker, asked: NewBulk) -> Result<BulkOf, Failure> {
    let NewBulk { action, owner_id, conversations, matching, except } = asked;
    match (action, owner_id) {
        (BulkAction::Assign, None) => {
            return Err(wrong("owner_id", "missing", "Say to whom: an agent's id, or null for nobody."));
        }
        (BulkAction::Assign, Some(_)) | (_, None) => {}
        _ => return Err(wrong("owner_id", "wrong_value", "Only `assign` has an owner.")),
    }
    match (conversations, matching) {
        (Some(ids), None) => {
            if !except.is_empty() {
                return Err(wrong("except", "wrong_value", "Only with `matching` are some left out."));
            }
            let ids = distinct(ids);
            if ids.is_empty() || ids.len() > IDS_MOST {
                let message = format!("It takes 1 to {IDS_MOST} conversations; for more there is `matching`.");
                return Err(wrong("conversations", "wrong_value", &message));
            }
            Ok(BulkOf::Ids(ids))
        }
        (None, Some(matching)) => {
            let except = distinct(except);
            if except.len() > IDS_MOST {
                let message = format!("At most {IDS_MOST} are left out.");
                return Err(wrong("except", "too_many", &message));
            }
            Ok(BulkOf::Matching(selection(asker, matching, except).await?))
        }
        (None, None) => Err(wrong("conversations", "missing", "Say with which: `conversations` or `matching`.")),
        (Some(_), Some(_)) => Err(wrong("matching", "wrong_value", "Either `conversations` or `matching`, not both.")),
    }
}

async fn selection(asker: &Asker, matching: Matching, except: Vec<ConversationId>) -> Result<Selection, Failure> {
    let custom = match matching.custom_view {
        Some(id) => Some(custom_views::found(&asker.state, &asker.session, id).await?),
        None => None,
    };
    let query = search::selected(&matching, asker.state.now(), custom.as_ref()).map_err(|wrong| {
        let inside = |it: FieldError| FieldError { field: format!("matching.{}", it.field), ..it };
        Failure::fields(StatusCode::UNPROCESSABLE_ENTITY, "invalid", wrong.into_iter().map(inside).collect())
    })?;
    let ListQuery { inbox, view, search, .. } = query;
    if inbox.is_some_and(|inbox| !asker.session.reader.inboxes.contains(&inbox)) {
        return Err(Failure::not_found(Noun::Inbox));
    }
    // It is kept as its text, and has to be the same when that is read.
    let same = |query: &samtal_model::Query| {
        let read = parse(&query.print());
        read.wrong.is_empty() && read.query == *query
    };
    let within = search.as_ref().and_then(|search| search.within.as_deref());
    if search.iter().chain(within).any(|search| !same(&search.query)) {
        return Err(wrong("matching.q", "too_long", "This search is too long, together with its filters."));
    }
    Ok(Selection { inbox, view, search, except })
}

/// Refuses an owner who could be none of any of these: the rules would refuse each of them, one by one. Who sees some of
/// the inboxes and not others is refused where they do not.
async fn can_own_some(asker: &Asker, owner: AgentId, of: &BulkOf) -> Result<(), Failure> {
    let store = &asker.state.store;
    let refused = |why, message: String| Err(wrong("owner_id", why, &message));
    let Some(reader) = store.reader(owner).await? else {
        return match store.agents().await?.into_iter().find(|agent| agent.id == owner) {
            Some(agent) => refused("not_active", format!("{} is not active, so nothing can be theirs.", agent.name)),
            None => refused("not_found", format!("Nobody of the team has the id {owner}.")),
        };
    };
    let inboxes: BTreeSet<InboxId> = match of {
        BulkOf::Ids(ids) => {
            let found = store.conversations_by_id(&asker.session.reader, ids).await?;
            found.into_iter().map(|it| it.inbox_id).collect()
        }
        BulkOf::Matching(asked) => asked.inbox.into_iter().collect(),
        BulkOf::Undo(_) => BTreeSet::new(),
    };
    if !inboxes.is_empty() && inboxes.iter().all(|inbox| !reader.inboxes.contains(inbox)) {
        return refused("no_access", "They have no access to the inbox of these conversations.".into());
    }
    Ok(())
}

/// Each once, in the order in which they were named.
fn distinct(ids: Vec<ConversationId>) -> Vec<ConversationId> {
    let mut seen = BTreeSet::new();
    ids.into_iter().filter(|id| seen.insert(*id)).collect()
}

fn wrong(field: &str, why: &str, message: &str) -> Failure {
    Failure::field(StatusCode::UNPROCESSABLE_ENTITY, "invalid", field, why, message)
}
