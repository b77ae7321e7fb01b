//! How PostgreSQL is asked for the first or last that match. Its index of words has no order: all matches are found, and
//! sorted. So each statement here is made for how common a word is, and leaves the planner no choice.

use super::index::{Ahead, Question};
use super::{stretch, words};
use crate::store::sql::{Cells, bound, row, rows};
use crate::store::{Connection, Engine, Error};

/// Rows next to where one begins that are read before the index is asked: a very common word has matches enough there.
const WINDOW: i64 = 500;
/// The same where there are no stretches to leap along.
const WIDE_WINDOW: i64 = 1_000;
/// How many times as far as before is looked next at the most.
const FARTHER: i64 = 16;
/// Rows that are read at the most where the beginning of a word has no token.
const READ_MOST: i64 = 5_000;
/// Matches that are handed over at once: to find one, all have to be found and sorted.
const FETCHED: i64 = 1_500;
/// What may match, by the index, that is looked at in one statement, and for one answer in bounded time.
const AT_ONCE: i64 = 1_000;
const LOOKED_MOST: i64 = 3_000;

/// A question, in its words.
pub(super) struct Asked<'a> {
    question: Question<'a>,
    id: String,
    table: String,
    ask: String,
    between: (i64, i64),
}

impl<'a> Asked<'a> {
    pub(super) fn new(question: Question<'a>) -> Self {
        Self {
            id: words::id_column(Engine::Postgres, question.what),
            table: format!("{}_search", question.what),
            ask: question.ask.print(Engine::Postgres),
            between: (question.above.unwrap_or(i64::MIN), question.below.unwrap_or(i64::MAX)),
            question,
        }
    }

    /// As many as are asked for, however long it takes.
    pub(super) async fn all(&self, connection: &mut Connection) -> Result<Ahead, Error> {
        if self.question.what != "message" {
            return self.without_stretches(connection).await;
        }
        let found = self.along_stretches(connection).await?;
        if found.looked_to.is_some() { self.fetch(connection).await } else { Ok(found) }
    }

    /// As many as are asked for, or how far it was looked for them.
    pub(super) async fn in_bounded_time(&self, connection: &mut Connection) -> Result<Ahead, Error> {
        if self.question.what == "message" {
            self.along_stretches(connection).await
        } else {
            self.without_stretches(connection).await
        }
    }

    /// Either row by row in order, which is quick for a common word, or all there are from the index, which is quick for
    /// a rare one. Left to choose, the planner believes that reading a row's words costs nothing, and reads all rows for
    /// a rare one. So a few are read first, and they say which it is.
    async fn without_stretches(&self, connection: &mut Connection) -> Result<Ahead, Error> {
        let limit = self.question.limit;
        let (ids, rows_in_all) = self.walk(connection, WIDE_WINDOW).await?;
        let there = ids.len() as i64;
        if there >= limit {
            return Ok(Ahead { ids, ..Ahead::default() });
        }
        if there > 0 {
            // As often as here, so many rows would have to be read, or so many matches be fetched and sorted.
            let (to_read, to_fetch) = (WIDE_WINDOW * limit / there, there * rows_in_all / WIDE_WINDOW);
            if to_read < to_fetch {
                // Twice as far as it should take: then it was not as often.
                let (ids, _) = self.walk(connection, 2 * to_read).await?;
                if ids.len() as i64 >= limit {
                    return Ok(Ahead { ids, ..Ahead::default() });
                }
            }
        }
        self.fetch(connection).await
    }

    /// A few rows in order; then what the index has for one stretch of ids after another, each as wide as it should take
    /// by what was found until then, until there are enough. The rarer a word is, the sooner all is looked through.
    async fn along_stretches(&self, connection: &mut Connection) -> Result<Ahead, Error> {
        let Question { newest, limit, ask, .. } = self.question;
        let (ids, _) = self.walk(connection, WINDOW).await?;
        if ids.len() as i64 >= limit {
            return Ok(Ahead { ids, ..Ahead::default() });
        }
        let (wide, exact) = ask.print_wide();
        let to_read = 2 * WINDOW * limit / (ids.len() as i64).max(1);
        if wide.contains(":*") && to_read <= READ_MOST {
            let (ids, _) = self.walk(connection, to_read).await?;
            if ids.len() as i64 >= limit {
                return Ok(Ahead { ids, ..Ahead::default() });
            }
        }
        let Some((begin, last)) = self.ends(connection).await? else {
            return Ok(Ahead { are_all: true, ..Ahead::default() });
        };
        let (mut from, mut ids, mut looked) = (begin, vec![], 0);
        loop {
            // As often as so far, what is missing should lie within this.
            let (there, passed) = (ids.len() as i64, (begin - from).abs());
            let most = passed * FARTHER;
            let reach = if there == 0 { most } else { most.min((limit - there) * passed / there) };
            let left = (from - last).abs();
            let next = (reach < left).then(|| stretch::next(reach, from, newest));
            let edge =
                next.as_ref().map_or(last, |next| if newest { next.edge.max(last) } else { next.edge.min(last) });
            let tokens = next.map(|next| next.tokens.join(" | "));
            let some = self.candidates(connection, (&wide, exact), tokens, (from, edge)).await?;
            looked += some.len() as i64;
            let more_there = (some.len() as i64 == AT_ONCE).then(|| some.last().map(|(id, _)| *id)).flatten();
            ids.extend(some.into_iter().filter_map(|(id, matches)| matches.then_some(id)));
            if more_there.is_none() && edge == last {
                return Ok(Ahead { ids, are_all: true, looked_to: None });
            }
            // What stands at the edge itself has been looked at.
            from = more_there.unwrap_or(edge);
            if ids.len() as i64 >= limit {
                return Ok(Ahead { ids, ..Ahead::default() });
            }
            if looked >= LOOKED_MOST {
                return Ok(Ahead { ids, are_all: false, looked_to: Some(from) });
            }
        }
    }

    /// From where to look and to where: the first is not included, the last is. None if nothing is between.
    async fn ends(&self, connection: &mut Connection) -> Result<Option<(i64, i64)>, Error> {
        let Self { id, table, between: (above, below), .. } = self;
        let sql = format!("SELECT MIN({id}), MAX({id}) FROM {table}");
        let Some(ends) = row(connection, sql, vec![]).await? else { return Ok(None) };
        let mut cells = Cells::new(&ends);
        let (Some(first), Some(last)) = (cells.maybe()?, cells.maybe()?) else { return Ok(None) };
        let (from, to) = (first.max(above.saturating_add(1)), last.min(below.saturating_sub(1)));
        let ends = if self.question.newest { (to + 1, from) } else { (from - 1, to) };
        Ok((from <= to).then_some(ends))
    }

    /// What the index has between two ids, the first not included, in order, and whether it does match.
    async fn candidates(
        &self,
        connection: &mut Connection,
        (wide, exact): (&str, bool),
        stretches: Option<String>,
        (from, edge): (i64, i64),
    ) -> Result<Vec<(i64, bool)>, Error> {
        let (Self { id, table, ask, .. }, direction) = (self, self.question.direction());
        let (above, below) = if self.question.newest { (edge - 1, from) } else { (from, edge + 1) };
        let mut args = bound![wide, above, below, AT_ONCE];
        let mut of_stretches = String::new();
        if let Some(stretches) = stretches {
            args.extend(bound![stretches]);
            // A condition of its own: the index leaps along the one by the other.
            of_stretches = format!(" AND words @@ CAST(${} AS tsquery)", args.len());
        }
        let mut matches = "1".to_owned();
        if !exact {
            args.extend(bound![ask.as_str()]);
            matches = format!("CASE WHEN s.words @@ CAST(${} AS tsquery) THEN 1 ELSE 0 END", args.len());
        }
        // The ids are hidden from the planner, or it would walk along them.
        let sql = format!(
            "SELECT s.{id}, CAST({matches} AS BIGINT) FROM (SELECT {id}, words FROM {table} \
             WHERE words @@ CAST($1 AS tsquery){of_stretches} AND {id} + 0 > $2 AND {id} + 0 < $3 \
             ORDER BY {id} + 0 {direction} LIMIT $4) s"
        );
        let found = rows(connection, sql, args).await?;
        let pairs = found.iter().map(|row| {
            let mut cells = Cells::new(row);
            Ok((cells.int()?, cells.int()? == 1))
        });
        let mut pairs = pairs.collect::<Result<Vec<_>, Error>>()?;
        if self.question.newest {
            pairs.sort_unstable_by(|one, other| other.cmp(one));
        } else {
            pairs.sort_unstable();
        }
        Ok(pairs)
    }

    /// The matches among the first `most` rows, and how many rows there are in all, more or less.
    async fn walk(&self, connection: &mut Connection, most: i64) -> Result<(Vec<i64>, i64), Error> {
        let (Self { id, table, .. }, direction) = (self, self.question.direction());
        let sql = format!(
            "SELECT s.{id}, (SELECT MAX({id}) FROM {table}) FROM (SELECT {id}, words FROM {table} \
             WHERE {id} > $2 AND {id} < $3 ORDER BY {id} {direction} LIMIT $4) s \
             WHERE s.words @@ CAST($1 AS tsquery) ORDER BY s.{id} {direction} LIMIT $5"
        );
        let (above, below) = self.between;
        let found = rows(connection, sql, bound![self.ask.as_str(), above, below, most, self.question.limit]).await?;
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
        let (Self { id, table, .. }, direction) = (self, self.question.direction());
        let sql = format!(
            "SELECT {id} FROM {table} WHERE words @@ CAST($1 AS tsquery) AND {id} + 0 > $2 AND {id} + 0 < $3 \
             ORDER BY {id} + 0 {direction} LIMIT $4"
        );
        let ((above, below), most) = (self.between, self.question.limit.max(FETCHED));
        let found = rows(connection, sql, bound![self.ask.as_str(), above, below, most]).await?;
        let ids = found.iter().map(|row| Cells::new(row).int()).collect::<Result<Vec<_>, Error>>()?;
        Ok(Ahead { are_all: (ids.len() as i64) < most, ids, looked_to: None })
    }
}
