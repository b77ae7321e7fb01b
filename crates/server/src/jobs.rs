//! What the server does by the clock, without being asked: it empties Trash (V9), and forgets sessions that have run
//! out, requests that nobody will send again and bulk actions of a month ago. Like everybody else it changes state by commands.

use crate::dispatch::{Dispatcher, Fault, Request};
use crate::http;
use crate::store::{self, Store};
use samtal_model::{Actor, Command, ConversationId, Refusal, TicketCommand, Timestamp};
use std::time::Duration;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// Conversations deleted in one transaction at the most, so that people do not wait for it.
const AT_ONCE: usize = 50;
/// How long the outcome of a request is remembered under its idempotency key. A browser tries again within seconds, a
/// program within hours; three days let one that broke down on a Friday evening go on on Monday.
const KEYS_KEPT_MS: i64 = 3 * 24 * 60 * 60 * 1000;
/// Keys forgotten by one statement at the most, for the same reason.
const KEYS_AT_ONCE: i64 = 1_000;
/// How long a bulk action, what it refused and its undo can be had.
const BULK_KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Runs until it is dropped. The first look comes at once: a server may never run a whole hour.
pub async fn run(store: Store, dispatcher: Dispatcher) {
    let mut hour = tokio::time::interval(EVERY);
    loop {
        hour.tick().await;
        if let Err(error) = tidy(&store, &dispatcher, http::now()).await {
            tracing::error!(%error, "the hourly work failed; it is tried again in an hour");
        }
    }
}

/// One look: everything that is due at `now`. Says how many conversations were deleted for good.
///
/// # Errors
/// The database.
pub async fn tidy(store: &Store, dispatcher: &Dispatcher, now: Timestamp) -> Result<usize, store::Error> {
    store.forget_expired_sessions(now).await?;
    while store.forget_keys(now.plus_ms(-KEYS_KEPT_MS), KEYS_AT_ONCE).await? == KEYS_AT_ONCE.unsigned_abs() {}
    while store.forget_bulk(now.plus_ms(-BULK_KEPT_MS)).await? {}
    let mut deleted = 0;
    loop {
        let due = store.trash_due(now).await?;
        let before = deleted;
        deleted += delete(dispatcher, &due, now).await?;
        // What cannot be deleted now is left to the next hour.
        if deleted == before {
            break;
        }
    }
    // Tickets with conversations go with the last of those; these have none.
    let now_gone =
        |ticket| Request::new(Actor::System, now, vec![Command::Ticket(TicketCommand::Delete { ticket }).into()]);
    loop {
        let due = store.tickets_due(now).await?;
        let mut gone = 0;
        for some in due.chunks(AT_ONCE) {
            let answers = dispatcher.ask_many(some.iter().copied().map(now_gone).collect()).await;
            gone += answers.iter().filter(|answer| answer.is_ok()).count();
        }
        if gone == 0 {
            break;
        }
    }
    if deleted > 0 {
        tracing::info!(deleted, "conversations were deleted after 30 days in Trash");
    }
    Ok(deleted)
}

async fn delete(dispatcher: &Dispatcher, due: &[ConversationId], now: Timestamp) -> Result<usize, store::Error> {
    let mut deleted = 0;
    for some in due.chunks(AT_ONCE) {
        let requests = some
            .iter()
            .map(|&conversation| Request::new(Actor::System, now, vec![Command::Delete { conversation }.into()]))
            .collect();
        for answer in dispatcher.ask_many(requests).await {
            match answer {
                Ok(_) => deleted += 1,
                // Somebody restored or deleted it in this moment.
                Err(Fault::Refused(Refusal::NotFound(_) | Refusal::TrashFirst)) => {}
                Err(Fault::Store(error)) => return Err(error),
                Err(fault) => tracing::warn!(%fault, "a conversation could not be deleted from Trash"),
            }
        }
    }
    Ok(deleted)
}
