//! `/activities`: notes, tasks, meetings and calls on records. Feedback is taken in by the server itself.

use super::{Answer, command};
use crate::dispatch::{Known, Order, Thing};
use crate::http::answer::{About, Asker, created_unless};
use crate::http::conversations::known_versions;
use crate::http::extract::{Id, Json, Nothing};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use axum::http::{HeaderMap, StatusCode};
use samtal_model::ActivityId;
use samtal_model::record::activity::{ActivityEdit, ActivityText};
use samtal_model::record::command::RecordCommand;
use samtal_model::refusal::Noun;
use samtal_model::wire::{ActivityPatch, CommandAnswer, NewActivity};

pub fn routes(routes: Routes) -> Routes {
    routes.command(Policy::SignedIn, __path_create, create).command(Policy::SignedIn, __path_edit, edit).command(
        Policy::SignedIn,
        __path_delete,
        delete,
    )
}

/// Writes something down on a record.
#[utoipa::path(
    post, path = "/api/v1/activities", tag = "activities", operation_id = "create_activity", request_body = NewActivity,
    responses((status = 201, body = CommandAnswer))
)]
async fn create(
    asker: Asker,
    Json(new): Json<NewActivity>,
) -> Result<(StatusCode, axum::Json<CommandAnswer>), Failure> {
    let status = created_unless(asker.only_previews());
    let NewActivity { record, kind, text, at, due, assignee, ends_at, direction, outcome, duration_s } = new;
    let text = ActivityText { text, due, assignee, ends_at, direction, outcome, duration_s, score: None };
    let asked = RecordCommand::CreateActivity { record, kind, at, text, conversation: None };
    Ok((status, axum::Json(asker.ask(command(asked), About::Changes).await?)))
}

/// Changes it, or says that a task is done: what is absent stays, what is null is emptied.
#[utoipa::path(
    patch, path = "/api/v1/activities/{id}", tag = "activities", operation_id = "edit_activity",
    request_body = ActivityPatch,
    params(
        ("id" = ActivityId, Path),
        (
            "If-Match" = Option<String>, Header,
            description = "Its `version` in quotation marks. Refused with 412 if it has changed since."
        ),
    ),
    responses((status = 200, body = CommandAnswer))
)]
async fn edit(
    Id(activity): Id<ActivityId>,
    asker: Asker,
    headers: HeaderMap,
    Json(patch): Json<ActivityPatch>,
) -> Answer {
    let known = known_versions(&headers).map(|versions| Known { thing: Thing::Activity(activity), versions });
    // What is not for who asks has no version either.
    if known.is_some() && asker.state.store.activity(&asker.session.reader, activity).await?.is_none() {
        return Err(Failure::not_found(Noun::Activity));
    }
    let ActivityPatch { text, at, due, assignee, ends_at, direction, outcome, duration_s, done } = patch;
    let edit = ActivityEdit { text, at, due, assignee, ends_at, direction, outcome, duration_s };
    // An empty patch still says whether the activity is there.
    let edits = edit != ActivityEdit::default() || done.is_none();
    let edit = edits.then_some(RecordCommand::EditActivity { activity, edit });
    let done = done.map(|done| RecordCommand::SetDone { activity, done });
    let orders = edit.into_iter().chain(done).map(|asked| Order::from(command(asked))).collect();
    Ok(axum::Json(asker.knowing(known).ask_all(orders, About::Activity(activity)).await?))
}

/// Deletes it: its author does, or an admin.
#[utoipa::path(
    delete, path = "/api/v1/activities/{id}", tag = "activities", operation_id = "delete_activity",
    params(("id" = ActivityId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn delete(Id(activity): Id<ActivityId>, asker: Asker, _: Nothing) -> Answer {
    let asked = RecordCommand::DeleteActivity { activity };
    Ok(axum::Json(asker.ask(command(asked), About::Activity(activity)).await?))
}
