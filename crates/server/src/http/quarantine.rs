//! `/quarantine`: mail that could not be read, kept byte for byte.

use crate::http::AppState;
use crate::http::extract::{Id, Session};
use crate::http::files::{Download, download};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use crate::store::Quarantined;
use axum::extract::State;
use axum::response::IntoResponse;
use samtal_model::refusal::Noun;
use samtal_model::{InboxId, Role, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes(routes: Routes) -> Routes {
    let admin = Policy::AtLeast(Role::Admin);
    routes.at(admin, __path_list, list).at(admin, __path_source, source)
}

/// A mail that could not be read.
#[derive(Serialize, ToSchema)]
struct QuarantineView {
    id: i64,
    inbox_id: InboxId,
    /// The file it stood in.
    origin: String,
    /// Why it could not be read.
    error: String,
    /// Bytes.
    size: i64,
    received_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
struct QuarantineList {
    items: Vec<QuarantineView>,
}

impl From<Quarantined> for QuarantineView {
    fn from(mail: Quarantined) -> Self {
        let Quarantined { id, inbox, origin, error, size, received_at } = mail;
        Self { id, inbox_id: inbox, origin, error, size, received_at }
    }
}

/// The newest 500 mails that could not be read, of the inboxes that the reader sees.
#[utoipa::path(
    get, path = "/api/v1/quarantine", tag = "quarantine", operation_id = "list_quarantine",
    responses((status = 200, body = QuarantineList))
)]
async fn list(State(state): State<AppState>, session: Session) -> Result<axum::Json<QuarantineList>, Failure> {
    let items = state.store.quarantine(&session.reader).await?;
    Ok(axum::Json(QuarantineList { items: items.into_iter().map(QuarantineView::from).collect() }))
}

/// One of them, as it came.
#[utoipa::path(
    get, path = "/api/v1/quarantine/{id}/source", tag = "quarantine", operation_id = "quarantine_source",
    params(("id" = i64, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>))
)]
async fn source(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<i64>,
) -> Result<impl IntoResponse, Failure> {
    let raw = state.store.quarantine_source(&session.reader, id).await?;
    let bytes = raw.ok_or_else(|| Failure::not_found(Noun::Message))?;
    // Not message/rfc822: whatever it is, it is no mail that anybody could read.
    Ok(download(Download { name: &format!("quarantine-{id}.eml"), media_type: "application/octet-stream", bytes }))
}
