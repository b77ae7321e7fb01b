//! `/session`: signing in, being signed in, signing out.

use crate::auth::{self, Ended};
use crate::http::AppState;
use crate::http::extract::{Json, Query, Session};
use crate::http::headers::Peer;
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use crate::store::Reader;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use samtal_model::wire::{Problem, SessionView, SignIn};
use serde::Deserialize;

pub fn routes(routes: Routes) -> Routes {
    routes.at(Policy::Public, __path_sign_in, sign_in).at(Policy::Recognised, __path_show, show).at(
        Policy::SignedIn,
        __path_sign_out,
        sign_out,
    )
}

/// Signs in. The session is in a cookie; one the browser came with ends.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "session", operation_id = "sign_in", request_body = SignIn,
    responses(
        (status = 200, body = SessionView),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "Wrong e-mail or password."),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many attempts; see Retry-After."),
    )
)]
async fn sign_in(
    State(state): State<AppState>,
    Extension(Peer(address)): Extension<Peer>,
    headers: HeaderMap,
    Json(SignIn { email, password }): Json<SignIn>,
) -> Result<impl IntoResponse, Failure> {
    state.limits.take(&email, address, state.now()).map_err(Failure::too_many_attempts)?;
    let (agent, hash) = state.store.credentials(&email).await?.unzip();
    let right = state.passwords.matches(password, hash).await.map_err(|error| Failure::internal(&error))?;
    let Some(agent) = agent.filter(|_| right) else {
        return Err(Failure::new(
            StatusCode::UNAUTHORIZED,
            "wrong_credentials",
            "The e-mail address or the password is wrong.",
        ));
    };
    state.limits.give_back(&email, address, state.now());
    let cookie = auth::begin(&state, &headers, agent).await?;
    let reader = state.store.reader(agent).await?.ok_or_else(Failure::sign_in)?;
    let view = view(&state, &reader).await?;
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), axum::Json(view)))
}

/// Whether nobody is an answer too.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Show {
    /// Answers `null` instead of 401 where nobody is signed in: what a page asks before it knows.
    #[serde(default)]
    optional: bool,
}

/// Who is signed in, and where the live feed goes on from.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "session", operation_id = "show_session", params(Show),
    responses((status = 200, body = SessionView))
)]
async fn show(
    State(state): State<AppState>,
    Query(Show { optional }): Query<Show>,
    session: Option<Session>,
) -> Result<axum::Json<Option<SessionView>>, Failure> {
    match session {
        Some(session) => Ok(axum::Json(Some(view(&state, &session.reader).await?))),
        None if optional => Ok(axum::Json(None)),
        None => Err(Failure::sign_in()),
    }
}

/// Signs out: the session is over everywhere it was used.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "session", operation_id = "sign_out",
    responses((status = 204, description = "Signed out."))
)]
async fn sign_out(
    State(state): State<AppState>,
    session: Session,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Failure> {
    state.store.end_session(session.id_hash).await?;
    state.tell_ended(Ended::Session(session.id_hash));
    let cookie = AppendHeaders([(header::SET_COOKIE, auth::cleared(&state, &headers))]);
    Ok((StatusCode::NO_CONTENT, cookie))
}

async fn view(state: &AppState, reader: &Reader) -> Result<SessionView, Failure> {
    // The sequence first: what happens in between is then told twice rather than never.
    let sequence = state.store.sequence().await?;
    let agents = state.store.agents().await?;
    let agent = agents.into_iter().find(|agent| agent.id == reader.agent).ok_or_else(Failure::sign_in)?;
    Ok(SessionView { agent, sequence, read_floor: reader.read_floor })
}
