//! The engines' indexes of words, asked for the first or last that match.

use super::ask::Ask;
use super::words;
use crate::store::sql::{Arg, Cells, bound, row, rows};
use crate::store::{Connection, Engine, Error};

/// Rows next to where one begins that PostgreSQL reads before it asks the index: a common word has matches enough there.
const WINDOW: i64 = 1_000;

/// Matches that PostgreSQL hands over at once: to find one it has to find and sort all.
const FETCHED: i64 = 1_500;

/// Ids from the index of `what`, between two that are not included, in order.
pub(super) async fn index_ids(
    connection: &mut Connection,
    engine: Engine,
    what: &str,
    ask: &Ask,
    (above, below): (Option<i64>, Option<i64>),
    newest: bool,
    limit: i64,
) -> Result<Vec<i64>, Error> {
    let mut ids = index_ids_ahead(connection, engine, what, ask, (above, below), newest, limit).await?.ids;
    ids.truncate(limit as usize);
    Ok(ids)
}

/// Matches in order, perhaps more of them than were asked for.
#[derive(Default)]
pub(super) struct Ahead {
    pub ids: Vec<i64>,
    /// There are no others.
    pub are_all: bool,
}

/// The same, with those that were found anyway.
pub(super) async fn index_ids_ahead(
    connection: &mut Connection,
    engine: Engine,
    what: &str,
    ask: &Ask,
    (above, below): (Option<i64>, Option<i64>),
    newest: bool,
    limit: i64,
) -> Result<Ahead, Error> {
    let direction = if newest { "DESC" } else { "ASC" };
    let asked = Asked {
        id: words::id_column(engine, what),
        table: format!("{what}_search"),
        ask: ask.print(engine),
        between: (above.unwrap_or(i64::MIN), below.unwrap_or(i64::MAX)),
        direction,
        limit,
    };
    match engine {
        // It reads the lists of the words from the end that is wanted, and leaps along them.
        Engine::Sqlite => {
            let Asked { id, table, direction, .. } = &asked;
            let sql = format!(
                "SELECT {id} FROM {table} WHERE {table} MATCH $1 AND {id} > $2 AND {id} < $3 \
                 ORDER BY {id} {direction} LIMIT $4 + 0"
            );
            let (above, below) = asked.between;
            let found = rows(connection, sql, bound![asked.ask, above, below, limit]).await?;
            let ids = found.iter().map(|row| Cells::new(row).int()).collect::<Result<Vec<_>, Error>>()?;
            Ok(Ahead { are_all: (ids.len() as i64) < limit, ids })
        }
        Engine::Postgres => asked.of_postgres(connection).await,
    }
}

/// Whether `sql` has no more than so many rows.
pub(super) async fn at_most(connection: &mut Connection, sql: &str, args: Vec<Arg>, most: i64) -> Result<bool, Error> {
    let sql = format!("SELECT COUNT(*) FROM ({sql} LIMIT {})", most + 1);
    let found = row(connection, sql, args).await?;
    let count = found.map(|row| Cells::new(&row).int()).transpose()?;
    Ok(count.is_some_and(|count| count <= most))
}

/// A question for one index.
struct Asked {
    id: String,
    table: String,
    ask: String,
    between: (i64, i64),
    direction: &'static str,
    limit: i64,
}

impl Asked {
    /// PostgreSQL either reads row by row in order, which is quick for a common word, or asks its index for all there
    /// are, which is quick for a rare one. Left to choose, it believes that reading a row's words costs nothing, and
    /// reads all rows for a rare one. So a few are read first, and they say which it is; each statement leaves no choice.
    async fn of_postgres(self, connection: &mut Connection) -> Result<Ahead, Error> {
        let (ids, rows_in_all) = self.walk(connection, WINDOW).await?;
        let there = ids.len() as i64;
        if there >= self.limit {
            return Ok(Ahead { ids, are_all: false });
        }
        if there > 0 {
            // As often as here, so many rows would have to be read, or so many matches be fetched and sorted.
            let (to_read, to_fetch) = (WINDOW * self.limit / there, there * rows_in_all / WINDOW);
            if to_read < to_fetch {
                // Twice as far as it should take: then it was not as often.
                let (ids, _) = self.walk(connection, 2 * to_read).await?;
                if ids.len() as i64 >= self.limit {
                    return Ok(Ahead { ids, are_all: false });
                }
            }
        }
        self.fetch(connection).await
    }

    /// The matches among the first `most` rows, and how many rows there are in all, more or less.
    async fn walk(&self, connection: &mut Connection, most: i64) -> Result<(Vec<i64>, i64), Error> {
        let Self { id, table, direction, .. } = self;
        let sql = format!(
            "SELECT s.{id}, (SELECT MAX({id}) FROM {table}) FROM (SELECT {id}, words FROM {table} \
             WHERE {id} > $2 AND {id} < $3 ORDER BY {id} {direction} LIMIT $4) s \
             WHERE s.words @@ CAST($1 AS tsquery) ORDER BY s.{id} {direction} LIMIT $5"
        );
        let (above, below) = self.between;
        let found = rows(connection, sql, bound![self.ask.as_str(), above, below, most, self.limit]).await?;
        let mut ids = Vec::with_capacity(found.len());
        let mut rows_in_all = 0;
        for row in &found {
            let mut cells = Cells::new(row);
            ids.push(cells.int()?);
            rows_in_all = cells.int()?;
        }
        Ok((ids, rows_in_all))
    }

    /// All matches from the index of words, sorted. The ids are hidden from the planner, or it would walk along them.
    async fn fetch(&self, connection: &mut Connection) -> Result<Ahead, Error> {
        let Self { id, table, direction, .. } = self;
        let sql = format!(
            "SELECT {id} FROM {table} WHERE words @@ CAST($1 AS tsquery) AND {id} + 0 > $2 AND {id} + 0 < $3 \
             ORDER BY {id} + 0 {direction} LIMIT $4"
        );
        let ((above, below), most) = (self.between, self.limit.max(FETCHED));
        let found = rows(connection, sql, bound![self.ask.as_str(), above, below, most]).await?;
        let ids = found.iter().map(|row| Cells::new(row).int()).collect::<Result<Vec<_>, Error>>()?;
        Ok(Ahead { are_all: (ids.len() as i64) < most, ids })
    }
}
