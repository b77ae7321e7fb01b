//! Counts custom views in the background (V10): what is new, what was changed, and what a new day has made another. The
//! store does the counting; that it is done is told by a command, so that the feed has it.

use crate::dispatch::{Dispatcher, Fault, Request};
use crate::http;
use crate::store::{self, Store};
use samtal_model::{Actor, Command, Timestamp};
use std::time::Duration;

/// How often it looks whether there is something to count. A look is one question to a small table.
const EVERY: Duration = Duration::from_millis(500);
/// Looks from one to the next for days that have turned: a minute.
const LOOKS_FOR_A_DAY: u32 = 120;

/// Runs until it is dropped.
pub async fn run(store: Store, dispatcher: Dispatcher) {
    let mut look = tokio::time::interval(EVERY);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut looks = 0_u32;
    loop {
        look.tick().await;
        let days = looks.is_multiple_of(LOOKS_FOR_A_DAY);
        looks = looks.wrapping_add(1);
        if let Err(error) = count(&store, &dispatcher, http::now(), days).await {
            tracing::error!(%error, "custom views could not be counted; it is tried again");
        }
    }
}

/// Counts everything that is left to count, and first looks for `days` that have turned by `now`.
///
/// # Errors
/// The database.
pub async fn count(store: &Store, dispatcher: &Dispatcher, now: Timestamp, days: bool) -> Result<(), store::Error> {
    if days {
        store.turn_custom_views(now).await?;
    }
    loop {
        // Who waits for the writer goes first: each step takes its place in the row.
        while store.count_custom_views().await? {}
        let counted = store.counted_custom_views().await?;
        if counted.is_empty() {
            return Ok(());
        }
        let tell = |(view, only_for)| {
            Request::new(Actor::System, now, vec![Command::CustomViewCounted { view, only_for }.into()])
        };
        for answer in dispatcher.ask_many(counted.into_iter().map(tell).collect()).await {
            match answer {
                Ok(_) => {}
                Err(Fault::Store(error)) => return Err(error),
                // It is left to the next look.
                Err(fault) => {
                    tracing::warn!(%fault, "it could not be told that a custom view is counted");
                    return Ok(());
                }
            }
        }
    }
}
