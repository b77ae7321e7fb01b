//! A conversation's ticket (K1), and blocking its sender (T5).

use crate::http::AppState;
use crate::http::answer::{About, Asker, created_unless};
use crate::http::extract::{Id, Json, Nothing, Session};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use axum::extract::State;
use axum::http::StatusCode;
use samtal_model::refusal::Noun;
use samtal_model::wire::{CommandAnswer, ConversationTicketRequest, SenderView};
use samtal_model::{Command, ConversationId, NewTicket, TicketCommand};

pub fn routes(routes: Routes) -> Routes {
    routes
        .command(Policy::SignedIn, __path_ticket, ticket)
        .command(Policy::SignedIn, __path_block, block)
        .command(Policy::SignedIn, __path_unblock, unblock)
        .at(Policy::SignedIn, __path_sender, sender)
}

/// Gives a conversation its ticket, for good: with `ticket_id` one that is there, with `name` a new one.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/ticket", tag = "conversations", operation_id = "give_ticket",
    request_body = ConversationTicketRequest, params(("id" = ConversationId, Path)),
    responses(
        (status = 200, body = CommandAnswer, description = "It has that ticket."),
        (status = 201, body = CommandAnswer, description = "It has a new ticket."),
    )
)]
async fn ticket(
    Id(conversation): Id<ConversationId>,
    asker: Asker,
    Json(body): Json<ConversationTicketRequest>,
) -> Result<(StatusCode, axum::Json<CommandAnswer>), Failure> {
    let found = super::found(&asker.state, &asker.session, conversation).await?;
    let ConversationTicketRequest { ticket_id, name, pipeline_id, status_id, priority, owner_id } = body;
    let of_new = pipeline_id.is_some() || status_id.is_some() || priority.is_some() || owner_id.is_some();
    let (status, command) = match (ticket_id, name) {
        (Some(ticket), None) if !of_new => (StatusCode::OK, TicketCommand::Attach { conversation, ticket }),
        (None, Some(name)) => {
            let new = NewTicket {
                conversation: Some(conversation),
                inbox: found.inbox_id,
                name,
                pipeline: pipeline_id,
                status: status_id,
                priority,
                owner: owner_id,
                contact: None,
            };
            (created_unless(asker.only_previews()), TicketCommand::Create(Box::new(new)))
        }
        (given, _) => {
            let field = if given.is_some() { "ticket_id" } else { "name" };
            let message = "Say either which ticket it is to have, or what a new one is called.";
            return Err(Failure::field(StatusCode::UNPROCESSABLE_ENTITY, "invalid", field, "wrong_value", message));
        }
    };
    let answer = asker.ask(Command::Ticket(command), About::Conversation(conversation)).await?;
    Ok((status, axum::Json(answer)))
}

/// Blocks the sender of a conversation in its inbox: what they write is filtered from now on, and their tickets there are
/// deleted for good. Neither unblocking nor undo brings those back; the preview says which they are.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/block", tag = "conversations", operation_id = "block_sender",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn block(
    Id(conversation): Id<ConversationId>,
    asker: Asker,
    _: Nothing,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    let command = Command::BlockSender { conversation };
    Ok(axum::Json(asker.ask(command, About::Conversation(conversation)).await?))
}

/// Lets the sender of a conversation write again, and takes this conversation out of Spam.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/unblock", tag = "conversations", operation_id = "unblock_sender",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn unblock(
    Id(conversation): Id<ConversationId>,
    asker: Asker,
    _: Nothing,
) -> Result<axum::Json<CommandAnswer>, Failure> {
    let command = Command::UnblockSender { conversation };
    Ok(axum::Json(asker.ask(command, About::Conversation(conversation)).await?))
}

/// With whom a conversation is, and whether they are blocked.
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}/sender", tag = "conversations", operation_id = "show_sender",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = SenderView))
)]
async fn sender(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<ConversationId>,
) -> Result<axum::Json<SenderView>, Failure> {
    let sender = state.store.sender(&session.reader, id).await?;
    Ok(axum::Json(sender.ok_or_else(|| Failure::not_found(Noun::Conversation))?))
}
