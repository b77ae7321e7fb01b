//! `/conversations/{id}/history`: what was done with a conversation (T11).

use super::{checked_cursor, checked_limit};
use crate::history;
use crate::http::AppState;
use crate::http::extract::{Id, Query, Session};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use axum::extract::State;
use samtal_model::refusal::Noun;
use samtal_model::wire::HistoryPage;
use samtal_model::{ConversationId, Sequence};
use serde::Deserialize;

/// Commands in a page unless asked otherwise, and the most.
const LIMIT: (i64, i64) = (50, 100);

/// Where to read on in a history, and how far.
pub struct Place {
    pub before: Option<Sequence>,
    pub limit: usize,
}

pub fn routes(routes: Routes) -> Routes {
    routes.at(Policy::SignedIn, __path_show, show)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryParams {
    /// 1 to 100; 50 where nothing is said.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl HistoryParams {
    /// What they say, if it can be.
    pub fn place(self) -> Result<Place, Failure> {
        Ok(Place { before: checked_cursor(self.cursor)?, limit: checked_limit(self.limit, LIMIT)? as usize })
    }
}

/// What was done with a conversation, by whom and why, newest first: one entry for each command. It repeats no text.
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}/history", tag = "conversations", operation_id = "show_history",
    params(("id" = ConversationId, Path), HistoryParams),
    responses((status = 200, body = HistoryPage))
)]
async fn show(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<ConversationId>,
    Query(params): Query<HistoryParams>,
) -> Result<axum::Json<HistoryPage>, Failure> {
    let Place { before, limit } = params.place()?;
    let page = history::page(&state.store, &session.reader, id, before, limit, state.now()).await?;
    Ok(axum::Json(page.ok_or_else(|| Failure::not_found(Noun::Conversation))?))
}
