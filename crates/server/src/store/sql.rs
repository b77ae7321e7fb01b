//! Small things every statement needs: arguments by value, rows by position, inserts of many rows at once.

use super::{Connection, Error};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Arguments, AssertSqlSafe, Row};
use std::fmt::Write;

/// One value bound to a statement.
#[derive(Clone, Debug)]
pub enum Arg {
    Int(Option<i64>),
    Text(String),
    Blob(Vec<u8>),
}

macro_rules! args {
    ($($from:ty => $make:expr),* $(,)?) => {$(
        impl From<$from> for Arg {
            fn from(value: $from) -> Self {
                ($make)(value)
            }
        }
    )*};
}

args! {

    i64 => |value| Self::Int(Some(value)),
    Option<i64> => Self::Int,
    bool => |value| Self::Int(Some(i64::from(value))),
    &str => |value: &str| Self::Text(value.replace('\0', "")),
    String => |value: String| Self::Text(if value.contains('\0') { value.replace('\0', "") } else { value }),
    Vec<u8> => Self::Blob,
}

macro_rules! id_args {
    ($($id:ty),*) => {$(
        impl From<$id> for Arg {
            fn from(value: $id) -> Self { Self::Int(Some(value.0)) }
        }
        impl From<Option<$id>> for Arg {
            fn from(value: Option<$id>) -> Self { Self::Int(value.map(|value| value.0)) }
        }
    )*};
}

id_args!(
    samtal_model::ActivityId,
    samtal_model::ObjectTypeId,
    samtal_model::PropertyId,
    samtal_model::AgentId,
    samtal_model::BulkId,
    samtal_model::CommandId,
    samtal_model::ContactId,
    samtal_model::ConversationId,
    samtal_model::CustomViewId,
    samtal_model::InboxId,
    samtal_model::MessageId,
    samtal_model::PipelineId,
    samtal_model::RevisionId,
    samtal_model::Sequence,
    samtal_model::StatusId,
    samtal_model::TicketId,
    samtal_model::Timestamp
);

/// `bound![a, b]`: a list of arguments from anything that can be one.
macro_rules! bound {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::sql::Arg::from($value)),*] };
}
pub(super) use bound;

fn arguments(args: Vec<Arg>) -> Result<AnyArguments, Error> {
    let mut out = AnyArguments::default();
    for arg in args {
        match arg {
            Arg::Int(value) => out.add(value),
            Arg::Text(value) => out.add(value),
            Arg::Blob(value) => out.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(out)
}

fn statement(sql: String, args: Vec<Arg>) -> Result<Query<'static, Any, AnyArguments>, Error> {
    let again = comes_again(&sql);
    Ok(sqlx::query_with(AssertSqlSafe(sql), arguments(args)?).persistent(again))
}

/// Whether a statement is worth preparing for good. One that names ids in its own text never comes again, and would push
/// out of the cache those that do.
fn comes_again(sql: &str) -> bool {
    let mut lists = sql.match_indices("IN (").map(|(at, list)| sql.as_bytes().get(at + list.len()));
    !lists.any(|first| first.is_some_and(|first| first.is_ascii_digit() || *first == b'-'))
}

/// Runs a statement; the number of rows it changed.
pub async fn run(connection: &mut Connection, sql: impl Into<String>, args: Vec<Arg>) -> Result<u64, Error> {
    Ok(statement(sql.into(), args)?.execute(connection).await?.rows_affected())
}

/// All rows of a query whose own text bounds their number.
pub async fn rows(connection: &mut Connection, sql: impl Into<String>, args: Vec<Arg>) -> Result<Vec<AnyRow>, Error> {
    Ok(statement(sql.into(), args)?.fetch_all(connection).await?)
}

/// The same for a text that will not come again: kept ready, it would push the useful ones out of the cache.
pub async fn rows_once(connection: &mut Connection, sql: String) -> Result<Vec<AnyRow>, Error> {
    Ok(sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_all(connection).await?)
}

/// The first row, if any.
pub async fn row(connection: &mut Connection, sql: impl Into<String>, args: Vec<Arg>) -> Result<Option<AnyRow>, Error> {
    Ok(statement(sql.into(), args)?.fetch_optional(connection).await?)
}

/// Values bound in one statement at the most. SQLite looks its numbered ones up one after the other, so the cost of a
/// statement grows with the square of this.
const MOST_BOUND: usize = 160;

/// Inserts `rows` by as few statements as the engines allow. `conflict` is the text after the values, or empty.
pub async fn insert(
    connection: &mut Connection,
    table: &str,
    columns: &str,
    conflict: &str,
    rows: Vec<Vec<Arg>>,
) -> Result<(), Error> {
    let Some(width) = rows.first().map(Vec::len) else { return Ok(()) };
    let most = (MOST_BOUND / width).max(1);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<Vec<Arg>> = rows.by_ref().take(most).collect();
        let mut sql = format!("INSERT INTO {table} ({columns}) VALUES ");
        let mut number = 0;
        for index in 0..chunk.len() {
            sql.push_str(if index == 0 { "(" } else { ",(" });
            for column in 0..width {
                number += 1;
                let comma = if column == 0 { "" } else { "," };
                // Writing into a String cannot fail.
                let _ = write!(sql, "{comma}${number}");
            }
            sql.push(')');
        }
        sql.push(' ');
        sql.push_str(conflict);
        let usual = chunk.len() == 1 || chunk.len() == most;
        let args = arguments(chunk.into_iter().flatten().collect())?;
        // Statements of odd lengths would push the useful ones out of the cache.
        sqlx::query_with(AssertSqlSafe(sql), args).persistent(usual).execute(&mut *connection).await?;
    }
    Ok(())
}

/// `1,2,3` for an IN list. Whole numbers only, so there is nothing to escape; never empty (`-1` matches no id).
pub fn id_list(ids: impl IntoIterator<Item = i64>) -> String {
    let mut list = String::new();
    for id in ids {
        if !list.is_empty() {
            list.push(',');
        }
        let _ = write!(list, "{id}");
    }
    if list.is_empty() {
        list.push_str("-1");
    }
    list
}

/// What is read cell by cell from left to right: a row, or rows packed into one.
pub trait Cell {
    fn int(&mut self) -> Result<i64, Error>;
    fn maybe(&mut self) -> Result<Option<i64>, Error>;
    fn text(&mut self) -> Result<String, Error>;
    fn maybe_text(&mut self) -> Result<Option<String>, Error>;

    fn flag(&mut self) -> Result<bool, Error> {
        Ok(self.int()? != 0)
    }
}

/// Reads a row from left to right.
pub struct Cells<'r> {
    row: &'r AnyRow,
    next: usize,
}

impl<'r> Cells<'r> {
    pub fn new(row: &'r AnyRow) -> Self {
        Self { row, next: 0 }
    }

    fn take<T: for<'d> sqlx::Decode<'d, Any> + sqlx::Type<Any>>(&mut self) -> Result<T, Error> {
        let index = self.next;
        self.next += 1;
        Ok(self.row.try_get::<T, _>(index)?)
    }

    pub fn int(&mut self) -> Result<i64, Error> {
        self.take()
    }

    pub fn maybe(&mut self) -> Result<Option<i64>, Error> {
        self.take()
    }

    pub fn flag(&mut self) -> Result<bool, Error> {
        Ok(self.int()? != 0)
    }

    pub fn text(&mut self) -> Result<String, Error> {
        self.take()
    }

    pub fn maybe_text(&mut self) -> Result<Option<String>, Error> {
        self.take()
    }

    pub fn blob(&mut self) -> Result<Vec<u8>, Error> {
        self.take()
    }
}

impl Cell for Cells<'_> {
    fn int(&mut self) -> Result<i64, Error> {
        self.take()
    }

    fn maybe(&mut self) -> Result<Option<i64>, Error> {
        self.take()
    }

    fn text(&mut self) -> Result<String, Error> {
        self.take()
    }

    fn maybe_text(&mut self) -> Result<Option<String>, Error> {
        self.take()
    }
}

#[cfg(test)]
mod tests {
    use super::comes_again;

    #[test]
    fn a_statement_that_names_ids_is_not_kept() {
        assert!(comes_again("SELECT 1 FROM reads WHERE agent_id = $1"));
        assert!(comes_again("SELECT 1 FROM reads WHERE id IN (SELECT value FROM JSON_EACH($1))"));
        assert!(!comes_again("SELECT 1 FROM reads WHERE id IN (7,8) AND agent_id = $1"));
        assert!(!comes_again("SELECT 1 FROM a WHERE b IN (SELECT 1) AND id IN (-1)"));
    }
}
