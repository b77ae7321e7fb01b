//! What the engines keep of words after these were deleted for good (V9), and how they let go of it.
//!
//! SQLite's index of words only notes that a message has left it; its words go when the pages they stand in are merged
//! into others. That is done here, some pages at a time. What is freed is overwritten, and at the end the write-ahead
//! log is emptied, which holds pages as they were before. Then nothing of it is in the files.
//!
//! PostgreSQL leaves dead rows behind until a VACUUM, which is run here rather than waited for. Then no query and no
//! dump can come upon them. Their bytes stay in free space of the files and in the write-ahead log until these are
//! written over, which nobody can ask it to do: against whoever reads its disk, the disk has to be encrypted.

use super::sql::{Cells, bound, row, run};
use super::{Engine, Error, Store};

/// Pages of the index written by one step at the most, some 4 KB each: people wait for it.
const PAGES: i64 = 128;
/// From here on are the pages of the index that say who has left it: the number of a segment is in the bits above 37,
/// and these count theirs from 65,536.
const LEFT_FROM: i64 = 65_536 << 37;
/// Where PostgreSQL keeps words, apart from what changes with every message.
const WORDS: &str = "'message_search', 'message_texts', 'mail_sources'";

impl Store {
    /// Whether anything is left of words that were deleted.
    ///
    /// # Errors
    /// The engine's.
    pub async fn has_remains(&self) -> Result<bool, Error> {
        let sql = match self.engine {
            Engine::Sqlite => {
                format!("SELECT COUNT(*) FROM (SELECT 1 FROM message_search_data WHERE id >= {LEFT_FROM} LIMIT 1)")
            }
            Engine::Postgres => format!(
                "SELECT CAST(COALESCE(SUM(n_dead_tup), 0) AS BIGINT) FROM pg_stat_user_tables WHERE relname IN ({WORDS})"
            ),
        };
        let found = row(&mut *self.read().await?, sql, vec![]).await?;
        Ok(found.map(|row| Cells::new(&row).int()).transpose()?.is_some_and(|count| count > 0))
    }

    /// Clears away some of it. False when there is no more to do.
    ///
    /// # Errors
    /// The engine's.
    pub async fn clear_remains(&self) -> Result<bool, Error> {
        match self.engine {
            Engine::Sqlite => {
                let mut transaction = self.begin().await?;
                let changes = "SELECT total_changes()";
                let before = row(&mut transaction, changes, vec![]).await?;
                // Below 0 all of the index takes part, not only what has gathered enough to be worth it.
                let merge = "INSERT INTO message_search (message_search, rank) VALUES ('merge', $1)";
                run(&mut transaction, merge, bound![-PAGES]).await?;
                let after = row(&mut transaction, changes, vec![]).await?;
                transaction.commit().await?;
                let count = |row: Option<_>| row.map_or(Ok(0), |row| Cells::new(&row).int());
                // One change is that of the statement itself.
                Ok(count(after)? - count(before)? > 1)
            }
            Engine::Postgres => {
                let sql = "VACUUM (SKIP_LOCKED) message_search, message_texts, mail_sources, messages, conversations";
                run(&mut *self.write().await?, sql, vec![]).await?;
                Ok(false)
            }
        }
    }

    /// Empties the write-ahead log, if nobody reads from it at this moment. PostgreSQL looks after its own.
    ///
    /// # Errors
    /// The engine's.
    pub async fn empty_log(&self) -> Result<bool, Error> {
        if self.engine == Engine::Postgres {
            return Ok(true);
        }
        let mut connection = self.write().await?;
        // Whoever wants to write would wait for as long as this waits for who reads.
        run(&mut connection, "PRAGMA busy_timeout = 0", vec![]).await?;
        let emptied = row(&mut connection, "PRAGMA wal_checkpoint(TRUNCATE)", vec![]).await;
        run(&mut connection, "PRAGMA busy_timeout = 10000", vec![]).await?;
        match emptied {
            Ok(Some(row)) => Ok(Cells::new(&row).int()? == 0),
            Ok(None) => Ok(true),
            Err(_somebody_reads) => Ok(false),
        }
    }
}
