//! The engines' indexes of words, asked for the first or last that match.

use super::ask::Ask;
use super::postgres::Asked;
use super::words;
use crate::store::sql::{Arg, Cells, bound, row, rows};
use crate::store::{Connection, Engine, Error};

/// One question for an index.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    /// Whose index: `message`, `contact` …
    pub what: &'a str,
    pub ask: &'a Ask,
    /// Ids that are not included themselves.
    pub above: Option<i64>,
    pub below: Option<i64>,
    /// From the greatest id down, or from the smallest up.
    pub newest: bool,
    pub limit: i64,
}

/// Matches in order, perhaps more of them than were asked for.
#[derive(Default)]
pub(super) struct Ahead {
    pub ids: Vec<i64>,
    /// There are no others.
    pub are_all: bool,
    /// Where there may be others and none of those asked for are left out: how far was looked, if not to the last found.
    pub looked_to: Option<i64>,
}

impl Question<'_> {
    /// The ids that match, in order.
    pub(super) async fn ids(self, connection: &mut Connection, engine: Engine) -> Result<Vec<i64>, Error> {
        let mut ids = match engine {
            Engine::Sqlite => self.of_sqlite(connection).await?,
            Engine::Postgres => Asked::new(self).all(connection).await?.ids,
        };
        ids.truncate(self.limit as usize);
        Ok(ids)
    }

    /// The same, with those that were found anyway; or fewer, if it would take long to find as many.
    pub(super) async fn ahead(self, connection: &mut Connection, engine: Engine) -> Result<Ahead, Error> {
        match engine {
            Engine::Sqlite => {
                let ids = self.of_sqlite(connection).await?;
                Ok(Ahead { are_all: (ids.len() as i64) < self.limit, ids, looked_to: None })
            }
            Engine::Postgres => Asked::new(self).in_bounded_time(connection).await,
        }
    }

    pub(super) fn direction(self) -> &'static str {
        if self.newest { "DESC" } else { "ASC" }
    }

    /// It reads the lists of the words from the end that is wanted, and leaps along them.
    async fn of_sqlite(self, connection: &mut Connection) -> Result<Vec<i64>, Error> {
        let (id, direction) = (words::id_column(Engine::Sqlite, self.what), self.direction());
        let table = format!("{}_search", self.what);
        let sql = format!(
            "SELECT {id} FROM {table} WHERE {table} MATCH $1 AND {id} > $2 AND {id} < $3 \
             ORDER BY {id} {direction} LIMIT $4 + 0"
        );
        let (above, below) = (self.above.unwrap_or(i64::MIN), self.below.unwrap_or(i64::MAX));
        let found = rows(connection, sql, bound![self.ask.print(Engine::Sqlite), above, below, self.limit]).await?;
        found.iter().map(|row| Cells::new(row).int()).collect()
    }
}

/// Whether `sql` has no more than so many rows.
pub(super) async fn at_most(connection: &mut Connection, sql: &str, args: Vec<Arg>, most: i64) -> Result<bool, Error> {
    let sql = format!("SELECT COUNT(*) FROM ({sql} LIMIT {})", most + 1);
    let found = row(connection, sql, args).await?;
    let count = found.map(|row| Cells::new(&row).int()).transpose()?;
    Ok(count.is_some_and(|count| count <= most))
}
