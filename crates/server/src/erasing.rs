//! Clears away in the background what the database keeps of words that were deleted for good (V9), within minutes. How is
//! in the store; here is when, and how much of the machine it may take.

use crate::store::{self, Store};
use std::time::{Duration, Instant};

/// How often it looks. A look is one question to a small table.
const EVERY: Duration = Duration::from_secs(20);
/// After each step it rests so many times as long as that took, so that people are served as before.
const REST: u32 = 4;
/// And after the whole so many times as long as that took: of a large database all of the index is written anew.
const REST_AFTER: u32 = 10;
/// How often it tries to empty the log while others read from it, and the pause before each further try.
const TRIES: (u32, Duration) = (100, Duration::from_millis(100));

/// Runs until it is dropped.
pub async fn run(store: Store) {
    loop {
        tokio::time::sleep(EVERY).await;
        let begun = Instant::now();
        match clear(&store).await {
            Ok(true) => tokio::time::sleep(begun.elapsed() * REST_AFTER).await,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "what was deleted could not be cleared away; it is tried again"),
        }
    }
}

/// Clears everything away that there is. Says whether there was anything.
///
/// # Errors
/// The database.
pub async fn clear(store: &Store) -> Result<bool, store::Error> {
    if !store.has_remains().await? {
        return Ok(false);
    }
    loop {
        let begun = Instant::now();
        if !store.clear_remains().await? {
            break;
        }
        tokio::time::sleep(begun.elapsed() * REST).await;
    }
    for _ in 0..TRIES.0 {
        if store.empty_log().await? {
            return Ok(true);
        }
        tokio::time::sleep(TRIES.1).await;
    }
    tracing::info!("others read from the write-ahead log all the time; it is emptied by what is written next");
    Ok(true)
}
