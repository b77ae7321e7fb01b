//! The database: SQLite in a file, or PostgreSQL, by the same code. The only place with SQL.
//!
//! Reading takes a [`Reader`] wherever the answer depends on who asks, so that a query without a scope cannot be
//! written by accident. Writing goes through [`crate::dispatch`] alone.

mod ahead;
mod bulk;
mod code;
mod conversation;
mod custom;
mod history;
mod log;
mod mail;
mod message;
mod numbers;
mod order;
mod packed;
mod page;
mod people;
mod readers;
mod ready;
mod record;
mod remains;
mod save;
mod search;
mod secret;
mod session;
mod sql;
mod surveys;
mod tickets;
mod view;
mod world;

pub use bulk::{Begun, Bulk, BulkOf, Item, Lease, NewBulk, Outcome, Selection, UNFINISHED_MOST};
pub(crate) use conversation::personal as personal_conversation;
pub use custom::CustomViewFound;
pub(crate) use custom::SharedCustomView;
pub use log::{Remembered, Subject};
pub use mail::Quarantined;
pub(crate) use message::personal as personal_message;
pub use message::{TextRow, ThreadAt};
pub use people::Reader;
use readers::{Lent, Readers};
pub use record::RecordQuery;
pub(crate) use record::SharedRecords;
pub(crate) use save::Incoming;
pub use save::{Batch, NewPerson};
pub use search::Search;
pub use secret::Secret;
pub use surveys::SurveyFound;
pub(crate) use tickets::ChangedPipeline;
pub use tickets::{TicketOrder, TicketQuery};
pub use view::ListQuery;
pub(crate) use view::{KeptCount, counts_for};

use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Any, AnyConnection, AnyPool, Transaction};
use std::sync::Arc;

/// The database could not do what was asked. What it said is for the log, never for a client.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    #[error("database: {0}")]
    Database(Arc<sqlx::Error>),
    #[error("database migration: {0}")]
    Migration(Arc<sqlx::migrate::MigrateError>),
    #[error("SQLite {found} is too old: 3.51.3 or newer is needed, older ones can corrupt a write-ahead log")]
    SqliteTooOld { found: String },
    #[error("the database holds {what}, which this version does not know")]
    Unknown { what: String },
    #[error("the system has no random numbers: {0}")]
    NoChance(getrandom::Error),
    #[error("There is no database at {path}.")]
    Missing { path: String },
    #[error("the database address {url:?} is neither sqlite:PATH nor postgres://…")]
    Address { url: String },
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

/// Which engine is behind it; the few statements that differ ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Readers at once. SQLite reads in parallel with its one writer; each connection has a cache of its own.
const READERS: u32 = 4;

/// A handle on the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    readers: Readers,
    writer: AnyPool,
    engine: Engine,
    url: Arc<str>,
    secret: Secret,
    /// What is kept of custom views, as it was read last.
    plan: custom::Remembered,
    ready: Arc<ready::ReadyRows>,
}

impl Store {
    /// Opens `sqlite:PATH` (made if it is not there) or `postgres://…`, and brings its tables up to date.
    ///
    /// # Errors
    /// An address of neither kind, an engine that cannot be reached, a SQLite older than 3.51.3.
    pub async fn open(url: &str) -> Result<Self, Error> {
        sqlx::any::install_default_drivers();
        let (engine, url) = if url.starts_with("sqlite:") {
            let joint = if url.contains('?') { '&' } else { '?' };
            let mode = if url.contains("mode=") { String::new() } else { format!("{joint}mode=rwc") };
            (Engine::Sqlite, format!("{url}{mode}"))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            (Engine::Postgres, url.to_owned())
        } else {
            return Err(Error::Address { url: url.to_owned() });
        };
        let writer = pool(engine, 1).connect(&url).await?;
        match engine {
            Engine::Sqlite => {
                let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&writer).await?;
                if !new_enough(&version) {
                    return Err(Error::SqliteTooOld { found: version });
                }
                sqlx::migrate!("migrations/sqlite").run(&writer).await
            }
            Engine::Postgres => sqlx::migrate!("migrations/postgres").run(&writer).await,
        }
        .map_err(|error| Error::Migration(Arc::new(error)))?;
        let secret = Secret::kept(&mut *writer.acquire().await?, "signing").await?;
        let readers = Readers::new(pool(engine, READERS).connect(&url).await?, READERS as usize);
        let (ready, plan) = (Arc::default(), custom::Remembered::default());
        let store = Self { readers, writer, engine, url: url.into(), secret, plan, ready };
        store.fold_names().await?;
        store.refill_search().await?;
        Ok(store)
    }

    /// The same for a database that has to be there already: a file is not made.
    ///
    /// # Errors
    /// That there is none, or those of [`Self::open`].
    pub async fn open_existing(url: &str) -> Result<Self, Error> {
        if url.starts_with("sqlite:") && !url.contains("mode=memory") {
            let options: SqliteConnectOptions = url.parse()?;
            let path = options.get_filename();
            if !path.is_file() && !url.contains(":memory:") {
                return Err(Error::Missing { path: path.display().to_string() });
            }
        }
        Self::open(url).await
    }

    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The address it was opened with, for what needs a connection of its own.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What this installation signs with.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    async fn read(&self) -> Result<Lent, Error> {
        self.readers.lend().await
    }

    /// A connection that may write; for the few tables that are no part of the business state (sessions, mail
    /// waiting in quarantine, the record of bulk actions).
    async fn write(&self) -> Result<PoolConnection<Any>, Error> {
        Ok(self.writer.acquire().await?)
    }

    /// Begins a transaction that holds the one write lock from its first moment.
    ///
    /// # Errors
    /// The engine's.
    pub async fn begin(&self) -> Result<Transaction<'static, Any>, Error> {
        Ok(match self.engine {
            Engine::Sqlite => self.writer.begin_with("BEGIN IMMEDIATE").await?,
            Engine::Postgres => self.writer.begin().await?,
        })
    }
}

fn pool(engine: Engine, most: u32) -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(most).min_connections(1).after_connect(move |connection, _| {
        Box::pin(async move {
            if engine == Engine::Sqlite {
                for pragma in [
                    "PRAGMA journal_mode = WAL",
                    "PRAGMA synchronous = FULL",
                    "PRAGMA busy_timeout = 10000",
                    "PRAGMA foreign_keys = OFF",
                    // What was deleted for good is not left behind in free pages (V9); those of the index of words that were
                    // merged into others are free pages too.
                    "PRAGMA secure_delete = ON",
                    "PRAGMA cache_size = -4000",
                    "PRAGMA temp_store = MEMORY",
                ] {
                    sqlx::query(pragma).execute(&mut *connection).await?;
                }
            }
            Ok(())
        })
    })
}

fn new_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) >= (3, 51, 3)
}

/// The connection of a transaction or a pool, as the modules below take it.
pub(crate) type Connection = AnyConnection;

#[cfg(test)]
mod tests {
    use super::new_enough;

    #[test]
    fn an_old_sqlite_is_turned_away() {
        assert!(new_enough("3.51.3"));
        assert!(new_enough("3.52.0"));
        assert!(!new_enough("3.51.2"));
        assert!(!new_enough("3.9.9"));
    }
}
