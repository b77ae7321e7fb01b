//! Connections for reading, lent and given back without asking the engine whether they still stand: sqlx's pool asks
//! each time, before and after, which costs as much as finding a page. Here each is asked at most once in a second.

use super::Error;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A connection is believed to stand for so long. One that broke fails its queries until then.
const BELIEVED: Duration = Duration::from_secs(1);

type Free = Arc<Mutex<Vec<(PoolConnection<Any>, Instant)>>>;

/// The connections for reading; cheap to clone.
#[derive(Clone, Debug)]
pub struct Readers {
    pool: AnyPool,
    /// Of those that are not lent, the last given back is lent first: it has the most in its caches.
    free: Free,
    turns: Arc<Semaphore>,
}

impl Readers {
    /// `most` of `pool`'s connections, which has to allow so many.
    pub fn new(pool: AnyPool, most: usize) -> Self {
        Self { pool, free: Arc::default(), turns: Arc::new(Semaphore::new(most)) }
    }

    /// One to read with, once one is free.
    pub async fn lend(&self) -> Result<Lent, Error> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| sqlx::Error::PoolClosed)?;
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match free {
            Some((connection, asked)) if asked.elapsed() < BELIEVED => Some((connection, asked)),
            // What does not answer is dropped, and the pool does not take it back.
            Some((mut connection, _)) => connection.ping().await.is_ok().then(|| (connection, Instant::now())),
            None => None,
        };
        let connection = match connection {
            Some(connection) => connection,
            None => (self.pool.acquire().await?, Instant::now()),
        };
        Ok(Lent { connection: Some(connection), free: Arc::clone(&self.free), _turn: turn })
    }
}

/// A lent connection; dropping it gives it back.
pub struct Lent {
    /// Taken out only when it is given back.
    connection: Option<(PoolConnection<Any>, Instant)>,
    free: Free,
    _turn: OwnedSemaphorePermit,
}

impl Deref for Lent {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        match &self.connection {
            Some((connection, _)) => connection,
            None => unreachable!("it is given back by drop alone"),
        }
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        match &mut self.connection {
            Some((connection, _)) => connection,
            None => unreachable!("it is given back by drop alone"),
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.free.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}
