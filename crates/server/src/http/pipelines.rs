//! `/pipelines` and their statuses (A1). Everybody reads them; admins make, change, order and delete them.

use crate::dispatch::Order;
use crate::http::AppState;
use crate::http::answer::{About, Asker, created_unless};
use crate::http::extract::{Id, Json, JsonWithLists, Nothing, Query, Session, WithLists};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use axum::extract::State;
use axum::http::StatusCode;
use samtal_model::refusal::Noun;
use samtal_model::wire::{CommandAnswer, NewPipeline, NewStatusBody, PipelineList, PipelinePatch, StatusPatch};
use samtal_model::{Command, NewStatus, PipelineCommand, PipelineId, Role, StatusColour, StatusId};
use serde::Deserialize;

pub fn routes(routes: Routes) -> Routes {
    let admin = Policy::AtLeast(Role::Admin);
    routes
        .at(Policy::SignedIn, __path_list, list)
        .command(admin, __path_create, create)
        .command(admin, __path_edit, edit)
        .command(admin, __path_delete, delete)
        .command(admin, __path_create_status, create_status)
        .command(admin, __path_edit_status, edit_status)
        .command(admin, __path_move_tickets, move_tickets)
        .command(admin, __path_delete_status, delete_status)
}

impl WithLists for NewPipeline {
    const LISTS: &'static [&'static str] = &["statuses"];
}

/// The pipelines in their order, with their statuses.
#[utoipa::path(
    get, path = "/api/v1/pipelines", tag = "pipelines", operation_id = "list_pipelines",
    responses((status = 200, body = PipelineList))
)]
async fn list(State(state): State<AppState>, session: Session) -> Result<axum::Json<PipelineList>, Failure> {
    Ok(axum::Json(state.store.pipelines(&session.reader).await?))
}

/// Adds a pipeline.
#[utoipa::path(
    post, path = "/api/v1/pipelines", tag = "pipelines", operation_id = "create_pipeline", request_body = NewPipeline,
    responses((status = 201, body = CommandAnswer))
)]
async fn create(
    asker: Asker,
    JsonWithLists(NewPipeline { name, statuses }): JsonWithLists<NewPipeline>,
) -> Result<(StatusCode, axum::Json<CommandAnswer>), Failure> {
    let status = created_unless(asker.only_previews());
    let statuses = match statuses {
        Some(statuses) => statuses.into_iter().map(new_status).collect(),
        None => vec![
            NewStatus { name: "New".into(), colour: StatusColour::Blue, closed: false },
            NewStatus { name: "Closed".into(), colour: StatusColour::Green, closed: true },
        ],
    };
    let answer = asker.ask(Command::Pipeline(PipelineCommand::Create { name, statuses }), About::Changes).await?;
    Ok((status, axum::Json(answer)))
}

fn new_status(NewStatusBody { name, colour, closed }: NewStatusBody) -> NewStatus {
    NewStatus { name, colour, closed }
}

/// Renames or moves a pipeline, or says whether it asks contacts how it went: what is absent from the body stays.
#[utoipa::path(
    patch, path = "/api/v1/pipelines/{id}", tag = "pipelines", operation_id = "edit_pipeline",
    request_body = PipelinePatch, params(("id" = PipelineId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn edit(
    Id(pipeline): Id<PipelineId>,
    asker: Asker,
    Json(PipelinePatch { name, before, survey }): Json<PipelinePatch>,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    found(&asker, pipeline, None).await?;
    let rename = name.map(|name| PipelineCommand::Rename { pipeline, name });
    let place = before.map(|before| PipelineCommand::Move { pipeline, before });
    let survey = survey.map(|on| PipelineCommand::SetSurvey { pipeline, on });
    ask(asker, pipeline, rename.into_iter().chain(place).chain(survey)).await
}

/// Deletes a pipeline without tickets.
#[utoipa::path(
    delete, path = "/api/v1/pipelines/{id}", tag = "pipelines", operation_id = "delete_pipeline",
    params(("id" = PipelineId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn delete(Id(pipeline): Id<PipelineId>, asker: Asker, _: Nothing) -> Result<axum::Json<CommandAnswer>, Failure> {
    ask(asker, pipeline, [PipelineCommand::Delete { pipeline }]).await
}

/// Adds a status to a pipeline.
#[utoipa::path(
    post, path = "/api/v1/pipelines/{id}/statuses", tag = "pipelines", operation_id = "create_status",
    request_body = NewStatusBody, params(("id" = PipelineId, Path)),
    responses((status = 201, body = CommandAnswer))
)]
async fn create_status(
    Id(pipeline): Id<PipelineId>,
    asker: Asker,
    Json(body): Json<NewStatusBody>,
) -> Result<(StatusCode, axum::Json<CommandAnswer>), Failure> {
    let created = created_unless(asker.only_previews());
    let command = PipelineCommand::CreateStatus { pipeline, status: new_status(body) };
    Ok((created, ask(asker, pipeline, [command]).await?))
}

/// Renames, colours or moves a status, or makes it open or closed while no ticket has it: what is absent from the body
/// stays.
#[utoipa::path(
    patch, path = "/api/v1/pipelines/{id}/statuses/{status}", tag = "pipelines", operation_id = "edit_status",
    request_body = StatusPatch, params(("id" = PipelineId, Path), ("status" = StatusId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn edit_status(
    Id((pipeline, status)): Id<(PipelineId, StatusId)>,
    asker: Asker,
    Json(StatusPatch { name, colour, closed, before }): Json<StatusPatch>,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    found(&asker, pipeline, Some(status)).await?;
    let edits = name.is_some() || colour.is_some() || closed.is_some();
    let edit = edits.then_some(PipelineCommand::EditStatus { status, name, colour, closed });
    let place = before.map(|before| PipelineCommand::MoveStatus { status, before });
    ask(asker, pipeline, edit.into_iter().chain(place)).await
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct MoveTo {
    /// The status that its tickets get; needed if there are any. Of the same pipeline, and open or closed as it is.
    move_to: Option<StatusId>,
    /// Read where commands are.
    #[param(ignore)]
    #[serde(rename = "preview")]
    _preview: Option<bool>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct To {
    /// The status they get. Of the same pipeline, and open or closed as it is.
    to: StatusId,
    /// Read where commands are.
    #[param(ignore)]
    #[serde(rename = "preview")]
    _preview: Option<bool>,
}

/// Moves the oldest 2,000 tickets of a status to another, or fewer if they have more conversations than that; `reach` counts
/// them. Repeated until it changes nothing, it empties any status, however full.
#[utoipa::path(
    post, path = "/api/v1/pipelines/{id}/statuses/{status}/move", tag = "pipelines", operation_id = "move_tickets",
    params(("id" = PipelineId, Path), ("status" = StatusId, Path), To),
    responses((status = 200, body = CommandAnswer))
)]
async fn move_tickets(
    Id((pipeline, status)): Id<(PipelineId, StatusId)>,
    asker: Asker,
    Query(To { to, .. }): Query<To>,
    _: Nothing,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    found(&asker, pipeline, Some(status)).await?;
    ask(asker, pipeline, [PipelineCommand::MoveTickets { status, to }]).await
}

/// Deletes a status. Its tickets move to `move_to`, unless they are more than 2,000.
#[utoipa::path(
    delete, path = "/api/v1/pipelines/{id}/statuses/{status}", tag = "pipelines", operation_id = "delete_status",
    params(("id" = PipelineId, Path), ("status" = StatusId, Path), MoveTo),
    responses((status = 200, body = CommandAnswer))
)]
async fn delete_status(
    Id((pipeline, status)): Id<(PipelineId, StatusId)>,
    asker: Asker,
    Query(MoveTo { move_to, .. }): Query<MoveTo>,
    _: Nothing,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    found(&asker, pipeline, Some(status)).await?;
    ask(asker, pipeline, [PipelineCommand::DeleteStatus { status, move_to }]).await
}

async fn ask(
    asker: Asker,
    pipeline: PipelineId,
    commands: impl IntoIterator<Item = PipelineCommand>,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    let orders = commands.into_iter().map(|command| Order::from(Command::Pipeline(command))).collect();
    Ok(axum::Json(asker.ask_all(orders, About::Pipeline(pipeline)).await?))
}

/// Refuses unless the pipeline is there, and the status in it.
async fn found(asker: &Asker, pipeline: PipelineId, status: Option<StatusId>) -> Result<(), Failure> {
    let all = asker.state.store.pipelines(&asker.session.reader).await?.items;
    let found = all.iter().find(|it| it.id == pipeline).ok_or_else(|| Failure::not_found(Noun::Pipeline))?;
    match status {
        Some(status) if !found.statuses.iter().any(|it| it.id == status) => Err(Failure::not_found(Noun::Status)),
        _ => Ok(()),
    }
}
