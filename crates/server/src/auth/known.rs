//! The sessions seen in the last second, so that a burst of requests from one browser asks the database once who
//! it is. Whatever this node does to people, inboxes or sessions forgets them all at once; what another node does is
//! noticed when the second is over.

use crate::http::extract::Session;
use samtal_model::{Change, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a session is believed, in milliseconds.
const BELIEVED_MS: i64 = 1_000;
/// How many are kept; with one more, all are forgotten.
const KEPT: usize = 2_000;

/// The sessions seen lately.
#[derive(Default)]
pub struct KnownSessions(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// Grows whenever all is forgotten: what was read before then is not put in after.
    generation: u64,
    sessions: HashMap<[u8; 32], (Session, Timestamp)>,
}

impl KnownSessions {
    /// The session, if it was read a moment ago; else the generation to hand to [`Self::keep`].
    pub(super) fn find(&self, id_hash: &[u8; 32], now: Timestamp) -> Result<Session, u64> {
        let inner = self.lock();
        match inner.sessions.get(id_hash) {
            Some((session, read)) if (*read..read.plus_ms(BELIEVED_MS)).contains(&now) => Ok(session.clone()),
            _ => Err(inner.generation),
        }
    }

    /// Keeps a session that was read after [`Self::find`] gave `generation`.
    pub(super) fn keep(&self, session: &Session, now: Timestamp, generation: u64) {
        let mut inner = self.lock();
        if inner.generation != generation {
            return;
        }
        if inner.sessions.len() >= KEPT {
            inner.sessions.clear();
        }
        inner.sessions.insert(session.id_hash, (session.clone(), now));
    }

    /// Forgets everything.
    pub fn forget(&self) {
        let mut inner = self.lock();
        inner.generation += 1;
        inner.sessions.clear();
    }

    /// Forgets everything if one of these changes may alter what somebody sees.
    pub fn heed<'c>(&self, mut changes: impl Iterator<Item = &'c Change>) {
        if changes.any(Change::alters_sight) {
            self.forget();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Reader;
    use samtal_model::{AgentId, Role};
    use std::sync::Arc;

    fn session() -> Session {
        let reader = Reader { agent: AgentId(1), role: Role::Agent, read_floor: None, inboxes: [].into() };
        Session { reader: Arc::new(reader), id_hash: [7; 32] }
    }

    #[test]
    fn a_session_is_believed_for_a_second() {
        let known = KnownSessions::default();
        let generation = known.find(&[7; 32], Timestamp(0)).err().expect("not known yet");
        known.keep(&session(), Timestamp(0), generation);
        assert!(known.find(&[7; 32], Timestamp(999)).is_ok());
        assert!(known.find(&[7; 32], Timestamp(1_000)).is_err());
        assert!(known.find(&[8; 32], Timestamp(0)).is_err());
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let known = KnownSessions::default();
        let generation = known.find(&[7; 32], Timestamp(0)).err().expect("not known yet");
        known.forget();
        known.keep(&session(), Timestamp(0), generation);
        assert!(known.find(&[7; 32], Timestamp(0)).is_err());
    }
}
