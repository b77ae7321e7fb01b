//! Turns for each session: one mail with many pictures at slow servers keeps neither the others waiting nor all of its
//! reader's connections busy for minutes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Fetches under way for one session at the most: fewer than a browser's six connections.
const AT_ONCE: usize = 4;
/// How long one more waits: a little longer than dead servers hold a turn, so that the living behind them have theirs.
const WAIT: Duration = Duration::from_secs(5);

/// Who fetches, and how much at once.
pub struct Turns {
    sessions: Mutex<HashMap<[u8; 32], Weak<Semaphore>>>,
    at_once: usize,
    wait: Duration,
}

impl Default for Turns {
    fn default() -> Self {
        Self::new(AT_ONCE, WAIT)
    }
}

/// Ends when it is dropped.
#[must_use]
pub struct Turn(#[expect(dead_code, reason = "it is held")] OwnedSemaphorePermit);

impl Turns {
    /// `at_once` for each session; more wait as long as `wait`.
    #[must_use]
    pub fn new(at_once: usize, wait: Duration) -> Self {
        Self { sessions: Mutex::default(), at_once, wait }
    }

    /// A turn for this session, if one comes up soon enough.
    pub async fn take(&self, session: [u8; 32]) -> Option<Turn> {
        let turns = self.of(session);
        let turn = tokio::time::timeout(self.wait, turns.acquire_owned()).await;
        turn.ok()?.ok().map(Turn)
    }

    fn of(&self, session: [u8; 32]) -> Arc<Semaphore> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        // Only those that fetch or wait are remembered.
        sessions.retain(|_, turns| turns.strong_count() > 0);
        if let Some(turns) = sessions.get(&session).and_then(Weak::upgrade) {
            return turns;
        }
        let turns = Arc::new(Semaphore::new(self.at_once));
        sessions.insert(session, Arc::downgrade(&turns));
        turns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_session_has_its_turns_and_takes_none_of_another() {
        let turns = Turns::new(2, Duration::from_millis(20));
        let (first, second) = (turns.take([1; 32]).await, turns.take([1; 32]).await);
        assert!(first.is_some() && second.is_some());
        assert!(turns.take([1; 32]).await.is_none(), "it has waited long enough");
        assert!(turns.take([2; 32]).await.is_some());
        drop(first);
        assert!(turns.take([1; 32]).await.is_some());
        drop(second);
        let _one = turns.take([3; 32]).await;
        assert_eq!(turns.sessions.lock().expect("unspoilt").len(), 1, "who is done is forgotten");
    }

    #[tokio::test]
    async fn a_turn_that_comes_up_is_waited_for() {
        let turns = Turns::new(1, Duration::from_secs(20));
        let first = turns.take([1; 32]).await;
        let later = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            drop(first);
        };
        let (second, ()) = tokio::join!(turns.take([1; 32]), later);
        assert!(second.is_some());
    }
}
