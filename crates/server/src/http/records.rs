//! `/contacts`, `/companies`, `/deals` and `/objects`: one set of routes for each kind of record, which is the same for
//! all (D6, D7).

mod activities;
mod kinds;
mod properties;

use crate::dispatch::{Known, Thing};
use crate::http::AppState;
use crate::http::answer::{About, Asker, created_unless};
use crate::http::conversations::{checked_limit, known_versions, tag};
use crate::http::extract::{Session, WithLists};
use crate::http::policy::Routes;
use crate::http::problem::Failure;
use crate::store::RecordQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::AppendHeaders;
use samtal_model::record::command::RecordCommand;
use samtal_model::record::{RecordKind, RecordRef};
use samtal_model::wire::{CommandAnswer, NewObject, NewRecord, RecordDetail, RecordPage, RecordPatch, TimelinePage};
use samtal_model::{Command, ObjectTypeId};
use serde::Deserialize;
use utoipa::IntoParams;

/// Records in a page unless asked otherwise, and the most.
const LIMIT: (i64, i64) = (50, 200);
/// The longest words that are looked for, in bytes.
const WORDS_MOST: usize = 500;

pub fn routes(routes: Routes) -> Routes {
    properties::routes(activities::routes(kinds::routes(routes)))
}

impl WithLists for NewRecord {
    const LISTS: &'static [&'static str] = &["links"];
}

impl WithLists for NewObject {
    const LISTS: &'static [&'static str] = &["links"];
}

fn command(command: RecordCommand) -> Command {
    Command::Record(Box::new(command))
}

type Answer = Result<axum::Json<CommandAnswer>, Failure>;

async fn ask(asker: Asker, about: RecordRef, asked: RecordCommand) -> Answer {
    Ok(axum::Json(asker.ask(command(asked), About::Record(about)).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// Words of a name, an address or a domain, or their beginnings; for contacts also of a company's name.
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
    /// Those in Trash, and no others.
    #[serde(default)]
    trash: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ObjectParams {
    /// Words of a name, or their beginnings.
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
    /// Those in Trash, and no others.
    #[serde(default)]
    trash: bool,
    /// Of this kind alone.
    #[serde(rename = "type")]
    object_type: Option<i64>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    cursor: Option<String>,
    limit: Option<i64>,
}

fn wrong_cursor() -> Failure {
    let message = "This is no `next_cursor` of such a list.";
    Failure::field(StatusCode::BAD_REQUEST, "bad_query", "cursor", "wrong_value", message)
}

async fn page(
    state: &AppState,
    session: &Session,
    kind: &'static str,
    params: ListParams,
    object_type: Option<ObjectTypeId>,
) -> Result<axum::Json<RecordPage>, Failure> {
    let ListParams { q, cursor, limit, trash } = params;
    if q.as_ref().is_some_and(|words| words.len() > WORDS_MOST) {
        let message = format!("Words to look for are at most {WORDS_MOST} bytes.");
        return Err(Failure::field(StatusCode::BAD_REQUEST, "bad_query", "q", "too_long", message));
    }
    let limit = checked_limit(limit, LIMIT)?;
    let query = RecordQuery { kind, object_type, words: q, trash, cursor, limit };
    Ok(axum::Json(state.store.records(&session.reader, &query).await?.ok_or_else(wrong_cursor)?))
}

async fn create(
    asker: Asker,
    kind: RecordKind,
    NewRecord { values, links }: NewRecord,
) -> Result<(StatusCode, axum::Json<CommandAnswer>), Failure> {
    let status = created_unless(asker.only_previews());
    let asked = RecordCommand::Create { kind, values: values.0, links };
    Ok((status, axum::Json(asker.ask(command(asked), About::Changes).await?)))
}

/// With its version as the tag.
type Tagged<T> = (AppendHeaders<[(header::HeaderName, String); 1]>, axum::Json<T>);

async fn detail(state: &AppState, session: &Session, id: RecordRef) -> Result<Tagged<RecordDetail>, Failure> {
    let found = state.store.record(&session.reader, id).await?;
    let found = found.ok_or_else(|| Failure::not_found(id.noun()))?;
    Ok((AppendHeaders([(header::ETAG, tag(found.record.version))]), axum::Json(found)))
}

async fn edit(asker: Asker, headers: HeaderMap, record: RecordRef, RecordPatch { values }: RecordPatch) -> Answer {
    let known = known_versions(&headers).map(|versions| Known { thing: Thing::Record(record), versions });
    // What is not for who asks has no version either.
    if known.is_some() && asker.state.store.record_view(&asker.session.reader, record).await?.is_none() {
        return Err(Failure::not_found(record.noun()));
    }
    ask(asker.knowing(known), record, RecordCommand::Edit { record, values: values.0 }).await
}

async fn link(asker: Asker, record: RecordRef, (kind, id): (String, i64), linked: bool) -> Answer {
    let other = RecordRef::from_parts(&kind, id).ok_or_else(Failure::no_such_address)?;
    ask(asker, record, RecordCommand::SetLink { record, other, linked }).await
}

pub async fn timeline(
    state: &AppState,
    session: &Session,
    id: RecordRef,
    PageParams { cursor, limit }: PageParams,
) -> Result<axum::Json<TimelinePage>, Failure> {
    let limit = checked_limit(limit, LIMIT)?.unsigned_abs() as usize;
    let found = state.store.timeline(&session.reader, id, cursor.as_deref(), limit).await?;
    let page = found.ok_or_else(|| Failure::not_found(id.noun()))?;
    Ok(axum::Json(page.ok_or_else(wrong_cursor)?))
}
