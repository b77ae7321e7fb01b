//! What is done with a conversation at one press: Trash and back, Spam and back, read and unread.

use crate::http::answer::{About, Asker};
use crate::http::extract::{Id, Json, Nothing};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use samtal_model::wire::{CommandAnswer, ReadUpTo};
use samtal_model::{Command, ConversationId};

pub fn routes(routes: Routes) -> Routes {
    routes
        .command(Policy::SignedIn, __path_trash, trash)
        .command(Policy::SignedIn, __path_restore, restore)
        .command(Policy::SignedIn, __path_spam, spam)
        .command(Policy::SignedIn, __path_not_spam, not_spam)
        .command(Policy::SignedIn, __path_read, read)
        .command(Policy::SignedIn, __path_unread, unread)
        .command(Policy::SignedIn, __path_read_all, read_all)
}

type Answer = Result<axum::Json<CommandAnswer>, Failure>;

async fn ask(asker: Asker, conversation: ConversationId, command: Command) -> Answer {
    Ok(axum::Json(asker.ask(command, About::Conversation(conversation)).await?))
}

/// Moves a conversation to Trash.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/trash", tag = "conversations", operation_id = "trash_conversation",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn trash(Id(conversation): Id<ConversationId>, asker: Asker, _: Nothing) -> Answer {
    ask(asker, conversation, Command::Trash { conversation }).await
}

/// Takes a conversation out of Trash, as it was (V9).
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/restore", tag = "conversations", operation_id = "restore_conversation",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn restore(Id(conversation): Id<ConversationId>, asker: Asker, _: Nothing) -> Answer {
    ask(asker, conversation, Command::Restore { conversation }).await
}

/// Marks this thread as spam.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/spam", tag = "conversations", operation_id = "mark_spam",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn spam(Id(conversation): Id<ConversationId>, asker: Asker, _: Nothing) -> Answer {
    ask(asker, conversation, Command::MarkSpam { conversation }).await
}

/// Takes this thread out of Spam.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/not-spam", tag = "conversations", operation_id = "mark_not_spam",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn not_spam(Id(conversation): Id<ConversationId>, asker: Asker, _: Nothing) -> Answer {
    ask(asker, conversation, Command::MarkNotSpam { conversation }).await
}

/// Says how far the reader has read.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/read", tag = "conversations", operation_id = "mark_read",
    request_body = ReadUpTo, params(("id" = ConversationId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn read(Id(conversation): Id<ConversationId>, asker: Asker, Json(ReadUpTo { up_to }): Json<ReadUpTo>) -> Answer {
    ask(asker, conversation, Command::MarkRead { conversation, up_to }).await
}

/// Marks a conversation as unread for the reader.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/unread", tag = "conversations", operation_id = "mark_unread",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn unread(Id(conversation): Id<ConversationId>, asker: Asker, _: Nothing) -> Answer {
    ask(asker, conversation, Command::MarkUnread { conversation }).await
}

/// Marks everything up to a message as read for the reader.
#[utoipa::path(
    post, path = "/api/v1/read-all", tag = "conversations", operation_id = "mark_all_read",
    request_body = ReadUpTo,
    responses((status = 200, body = CommandAnswer))
)]
async fn read_all(asker: Asker, Json(ReadUpTo { up_to }): Json<ReadUpTo>) -> Answer {
    Ok(axum::Json(asker.ask(Command::MarkAllRead { up_to }, About::Changes).await?))
}
