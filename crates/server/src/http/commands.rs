//! `/commands`: taking one back (T9).

use crate::http::answer::{About, Asker};
use crate::http::extract::{Id, Nothing};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use samtal_model::wire::CommandAnswer;
use samtal_model::{Command, CommandId};

pub fn routes(routes: Routes) -> Routes {
    routes.command(Policy::SignedIn, __path_undo, undo)
}

/// Takes back everything that a command changed, or nothing of it.
#[utoipa::path(
    post, path = "/api/v1/commands/{id}/undo", tag = "commands", operation_id = "undo",
    params(("id" = CommandId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn undo(Id(command): Id<CommandId>, asker: Asker, _: Nothing) -> Result<axum::Json<CommandAnswer>, Failure> {
    Ok(axum::Json(asker.ask(Command::Undo { command }, About::Changes).await?))
}
