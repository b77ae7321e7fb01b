//! `/inboxes`: those a reader sees, their views' counts, and who has access.

use crate::http::AppState;
use crate::http::answer::{About, Asker, created_unless};
use crate::http::extract::{Id, Json, Nothing, Session};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use axum::extract::State;
use axum::http::StatusCode;
use samtal_model::refusal::Noun;
use samtal_model::wire::{CommandAnswer, InboxList, InboxPatch, NewInbox, ViewCountList};
use samtal_model::{AgentId, Command, InboxId, Role};

pub fn routes(routes: Routes) -> Routes {
    let admin = Policy::AtLeast(Role::Admin);
    routes
        .at(Policy::SignedIn, __path_list, list)
        .command(admin, __path_create, create)
        .command(admin, __path_edit, edit)
        .at(Policy::SignedIn, __path_views, views)
        .command(admin, __path_allow, allow)
        .command(admin, __path_deny, deny)
}

/// The inboxes that the reader may see.
#[utoipa::path(
    get, path = "/api/v1/inboxes", tag = "inboxes", operation_id = "list_inboxes",
    responses((status = 200, body = InboxList))
)]
async fn list(State(state): State<AppState>, session: Session) -> Result<axum::Json<InboxList>, Failure> {
    Ok(axum::Json(InboxList { items: state.store.inboxes(&session.reader).await? }))
}

/// Adds an inbox.
#[utoipa::path(
    post, path = "/api/v1/inboxes", tag = "inboxes", operation_id = "create_inbox", request_body = NewInbox,
    responses((status = 201, body = CommandAnswer))
)]
async fn create(
    asker: Asker,
    Json(NewInbox { name, address, open_to_all }): Json<NewInbox>,
) -> Result<(StatusCode, axum::Json<CommandAnswer>), Failure> {
    let status = created_unless(asker.only_previews());
    let answer = asker.ask(Command::CreateInbox { name, address, open_to_all }, About::Changes).await?;
    Ok((status, axum::Json(answer)))
}

/// Opens an inbox to everybody, or to chosen people only.
#[utoipa::path(
    patch, path = "/api/v1/inboxes/{id}", tag = "inboxes", operation_id = "edit_inbox", request_body = InboxPatch,
    params(("id" = InboxId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn edit(
    Id(inbox): Id<InboxId>,
    asker: Asker,
    Json(InboxPatch { open_to_all }): Json<InboxPatch>,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    let command = Command::SetInboxOpen { inbox, open_to_all };
    Ok(axum::Json(asker.ask(command, About::Inbox(inbox)).await?))
}

/// How many conversations stand in each view of an inbox, for this reader, in the order of the sidebar.
#[utoipa::path(
    get, path = "/api/v1/inboxes/{id}/views", tag = "inboxes", operation_id = "list_views",
    params(("id" = InboxId, Path)),
    responses((status = 200, body = ViewCountList))
)]
async fn views(
    State(state): State<AppState>,
    session: Session,
    Id(inbox): Id<InboxId>,
) -> Result<axum::Json<ViewCountList>, Failure> {
    let counts = state.store.view_counts(&session.reader, inbox).await?;
    Ok(axum::Json(ViewCountList { items: counts.ok_or_else(|| Failure::not_found(Noun::Inbox))? }))
}

/// Gives an agent access to an inbox that is not open to all.
#[utoipa::path(
    put, path = "/api/v1/inboxes/{id}/access/{agent}", tag = "inboxes", operation_id = "allow_access",
    params(("id" = InboxId, Path), ("agent" = AgentId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn allow(
    Id((inbox, agent)): Id<(InboxId, AgentId)>,
    asker: Asker,
    _: Nothing,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    let command = Command::SetAccess { agent, inbox, allowed: true };
    Ok(axum::Json(asker.ask(command, About::Inbox(inbox)).await?))
}

/// Takes an agent's access to an inbox away. Conversations they own there become unassigned (V3).
#[utoipa::path(
    delete, path = "/api/v1/inboxes/{id}/access/{agent}", tag = "inboxes", operation_id = "deny_access",
    params(("id" = InboxId, Path), ("agent" = AgentId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn deny(
    Id((inbox, agent)): Id<(InboxId, AgentId)>,
    asker: Asker,
    _: Nothing,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    let command = Command::SetAccess { agent, inbox, allowed: false };
    Ok(axum::Json(asker.ask(command, About::Inbox(inbox)).await?))
}
