//! Whom a conversation is with: attaching and detaching (D2), and what stands beside it (D1).

use crate::http::AppState;
use crate::http::answer::{About, Asker};
use crate::http::extract::{Id, Json, Session};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use axum::extract::State;
use samtal_model::refusal::Noun;
use samtal_model::wire::{CommandAnswer, ConversationContact, Sidebar};
use samtal_model::{Command, ConversationId};

pub fn routes(routes: Routes) -> Routes {
    routes.command(Policy::SignedIn, __path_attach, attach).at(Policy::SignedIn, __path_sidebar, sidebar)
}

/// Attaches a contact, or detaches the one there is. Who wrote the messages stays who they are.
#[utoipa::path(
    put, path = "/api/v1/conversations/{id}/contact", tag = "conversations", operation_id = "set_conversation_contact",
    request_body = ConversationContact, params(("id" = ConversationId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn attach(
    Id(conversation): Id<ConversationId>,
    asker: Asker,
    Json(ConversationContact { contact_id: contact }): Json<ConversationContact>,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    let command = Command::SetContact { conversation, contact };
    Ok(axum::Json(asker.ask(command, About::Conversation(conversation)).await?))
}

/// What is known of whom the conversation is with: the contact, their other conversations, deals, companies, objects and
/// feedback.
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}/sidebar", tag = "conversations", operation_id = "show_sidebar",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = Sidebar))
)]
async fn sidebar(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<ConversationId>,
) -> Result<axum::Json<Sidebar>, Failure> {
    let found = state.store.sidebar(&session.reader, id).await?;
    Ok(axum::Json(found.ok_or_else(|| Failure::not_found(Noun::Conversation))?))
}
