//! `/agents`: the people of the team.

use crate::auth::Passwords;
use crate::dispatch::{Extras, Order};
use crate::http::AppState;
use crate::http::answer::{About, Asker, created_unless};
use crate::http::extract::{Id, Json, Session};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use axum::extract::State;
use axum::http::StatusCode;
use samtal_model::wire::{AgentList, AgentPatch, CommandAnswer, NewAgent};
use samtal_model::{AgentId, Command, Role};

pub fn routes(routes: Routes) -> Routes {
    let admin = Policy::AtLeast(Role::Admin);
    routes.at(Policy::SignedIn, __path_list, list).command(admin, __path_create, create).command(
        admin,
        __path_edit,
        edit,
    )
}

/// Everybody, former colleagues too: their names stand on what they wrote.
#[utoipa::path(
    get, path = "/api/v1/agents", tag = "agents", operation_id = "list_agents",
    responses((status = 200, body = AgentList))
)]
async fn list(State(state): State<AppState>, _: Session) -> Result<axum::Json<AgentList>, Failure> {
    Ok(axum::Json(AgentList { items: state.store.agents().await? }))
}

/// Adds a person, who can sign in at once.
#[utoipa::path(
    post, path = "/api/v1/agents", tag = "agents", operation_id = "create_agent", request_body = NewAgent,
    responses((status = 201, body = CommandAnswer))
)]
async fn create(
    State(state): State<AppState>,
    asker: Asker,
    Json(NewAgent { name, email, role, password }): Json<NewAgent>,
) -> Result<(StatusCode, axum::Json<CommandAnswer>), Failure> {
    Passwords::acceptable(&password)?;
    let status = created_unless(asker.only_previews());
    let hash = state.passwords.hash(password).await.map_err(|error| Failure::internal(&error))?;
    let command = Command::AddAgent { name, email, role };
    let order = Order { command, extras: Extras { password_hash: Some(hash), ..Extras::default() } };
    let answer = asker.ask_all(vec![order], About::Changes).await?;
    Ok((status, axum::Json(answer)))
}

/// Changes a person's role, or switches their account off or on. Who is switched off is signed out everywhere, and
/// what they own becomes unassigned (V3).
#[utoipa::path(
    patch, path = "/api/v1/agents/{id}", tag = "agents", operation_id = "edit_agent", request_body = AgentPatch,
    params(("id" = AgentId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn edit(
    Id(agent): Id<AgentId>,
    asker: Asker,
    Json(AgentPatch { state, role }): Json<AgentPatch>,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    let role = role.map(|role| Command::SetAgentRole { agent, role });
    let state = state.map(|state| Command::SetAgentState { agent, state });
    let orders = role.into_iter().chain(state).map(Order::from).collect();
    Ok(axum::Json(asker.ask_all(orders, About::Agent(agent)).await?))
}
