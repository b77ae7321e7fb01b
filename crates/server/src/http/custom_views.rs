//! `/custom-views`: searches kept under a name (V10). What one lists is `GET /conversations?custom_view=`.

use crate::dispatch::Order;
use crate::http::AppState;
use crate::http::answer::{About, Asker, created_unless};
use crate::http::extract::{Id, Json, Nothing, Session};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use crate::store::CustomViewFound;
use axum::extract::State;
use axum::http::StatusCode;
use samtal_model::refusal::Noun;
use samtal_model::wire::{CommandAnswer, CustomViewList, CustomViewPatch, NewCustomView};
use samtal_model::{Command, CustomViewEdit, CustomViewId, CustomViewText, KeptQuery};

pub fn routes(routes: Routes) -> Routes {
    routes
        .at(Policy::SignedIn, __path_list, list)
        .command(Policy::SignedIn, __path_create, create)
        .command(Policy::SignedIn, __path_edit, edit)
        .command(Policy::SignedIn, __path_delete, delete)
}

/// The custom views that the reader has, with their counts: the shared ones in their order, then their own.
#[utoipa::path(
    get, path = "/api/v1/custom-views", tag = "custom views", operation_id = "list_custom_views",
    responses((status = 200, body = CustomViewList))
)]
async fn list(State(state): State<AppState>, session: Session) -> Result<axum::Json<CustomViewList>, Failure> {
    Ok(axum::Json(state.store.custom_views(&session.reader).await?))
}

/// Keeps a search under a name.
#[utoipa::path(
    post, path = "/api/v1/custom-views", tag = "custom views", operation_id = "create_custom_view",
    request_body = NewCustomView,
    responses((status = 201, body = CommandAnswer))
)]
async fn create(
    asker: Asker,
    Json(NewCustomView { name, query, sort, shared, utc_offset_minutes }): Json<NewCustomView>,
) -> Result<(StatusCode, axum::Json<CommandAnswer>), Failure> {
    let status = created_unless(asker.only_previews());
    let text = CustomViewText { name, query: KeptQuery::read(&query)?, sort, utc_offset_minutes };
    let answer = asker.ask(Command::CreateCustomView { text, shared }, About::Changes).await?;
    Ok((status, axum::Json(answer)))
}

/// Renames, changes, shares or moves a view: what is absent from the body stays.
#[utoipa::path(
    patch, path = "/api/v1/custom-views/{id}", tag = "custom views", operation_id = "edit_custom_view",
    request_body = CustomViewPatch, params(("id" = CustomViewId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn edit(
    Id(view): Id<CustomViewId>,
    asker: Asker,
    Json(CustomViewPatch { name, query, sort, shared, utc_offset_minutes, before }): Json<CustomViewPatch>,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    found(&asker.state, &asker.session, view).await?;
    let query = query.map(|query| KeptQuery::read(&query)).transpose()?;
    let edit = CustomViewEdit { name, query, sort, utc_offset_minutes, shared };
    let edit = (edit != CustomViewEdit::default()).then_some(Command::EditCustomView { view, edit });
    let place = before.map(|before| Command::MoveCustomView { view, before });
    let orders = edit.into_iter().chain(place).map(Order::from).collect();
    Ok(axum::Json(asker.ask_all(orders, About::CustomView(view)).await?))
}

/// Deletes a view. Its conversations stay where they are.
#[utoipa::path(
    delete, path = "/api/v1/custom-views/{id}", tag = "custom views", operation_id = "delete_custom_view",
    params(("id" = CustomViewId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn delete(Id(view): Id<CustomViewId>, asker: Asker, _: Nothing) -> Result<axum::Json<CommandAnswer>, Failure> {
    Ok(axum::Json(asker.ask(Command::DeleteCustomView { view }, About::CustomView(view)).await?))
}

/// The view, if this reader has it.
pub async fn found(state: &AppState, session: &Session, id: CustomViewId) -> Result<CustomViewFound, Failure> {
    let found = state.store.custom_view(&session.reader, id).await?;
    found.ok_or_else(|| Failure::not_found(Noun::CustomView))
}
