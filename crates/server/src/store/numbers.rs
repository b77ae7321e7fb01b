//! Rows of whole numbers as one value: a statement about any number of them is the same statement, which is prepared
//! once, and asked once.

use super::sql::{Arg, run};
use super::{Connection, Engine, Error};
use std::fmt::Write;

/// Rows in one statement at the most, so that its value stays small.
const ROWS_MOST: usize = 1_000;

/// A query for the rows of `$1`, with these names for their numbers.
fn query(engine: Engine, columns: &[&str]) -> String {
    let mut sql = "SELECT ".to_owned();
    for (place, column) in columns.iter().enumerate() {
        let comma = if place > 0 { ", " } else { "" };
        // Writing into a String cannot fail.
        let _ = write!(sql, "{comma}CAST(n.value ->> {place} AS BIGINT) AS {column}");
    }
    sql.push_str(match engine {
        Engine::Sqlite => " FROM JSON_EACH($1) n",
        Engine::Postgres => " FROM JSON_ARRAY_ELEMENTS(CAST($1 AS JSON)) n(value)",
    });
    sql
}

fn value<const N: usize>(rows: &[[i64; N]]) -> Arg {
    let mut out = String::with_capacity(rows.len() * N * 8 + 2);
    out.push('[');
    for (place, row) in rows.iter().enumerate() {
        let comma = if place > 0 { "," } else { "" };
        let _ = write!(out, "{comma}{row:?}");
    }
    out.push(']');
    Arg::Text(out)
}

/// Inserts `rows`. `conflict` is the text after the values, or empty.
pub async fn insert<const N: usize>(
    connection: &mut Connection,
    engine: Engine,
    table: &str,
    columns: [&str; N],
    conflict: &str,
    rows: &[[i64; N]],
) -> Result<(), Error> {
    // SQLite would read the `ON` of a conflict as a join's, but for the WHERE.
    let sql =
        format!("INSERT INTO {table} ({}) {} WHERE 1 = 1 {conflict}", columns.join(", "), query(engine, &columns));
    for some in rows.chunks(ROWS_MOST) {
        run(connection, sql.as_str(), vec![value(some)]).await?;
    }
    Ok(())
}

/// Deletes the rows whose primary key is one of `keys`.
pub async fn delete<const N: usize>(
    connection: &mut Connection,
    engine: Engine,
    table: &str,
    columns: [&str; N],
    keys: &[[i64; N]],
) -> Result<(), Error> {
    let keys_query = query(engine, &columns);
    let sql = match engine {
        Engine::Sqlite => format!("DELETE FROM {table} WHERE ({}) IN ({keys_query})", columns.join(", ")),
        // Joined, it would read the whole table where it thinks the table small. What cannot be moved behind `OFFSET 0`
        // is looked up key by key.
        Engine::Postgres => {
            let same: Vec<String> = columns.iter().map(|column| format!("t.{column} = k.{column}")).collect();
            format!(
                "DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT f.ctid FROM ({keys_query}) k \
                 CROSS JOIN LATERAL (SELECT t.ctid FROM {table} t WHERE {} OFFSET 0) f))",
                same.join(" AND ")
            )
        }
    };
    for some in keys.chunks(ROWS_MOST) {
        run(connection, sql.as_str(), vec![value(some)]).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Arg, value};

    #[test]
    fn numbers_are_written_whole() {
        let Arg::Text(text) = value(&[[1, -2], [i64::MAX, i64::MIN]]) else { panic!("no text") };
        assert_eq!(text, "[[1, -2],[9223372036854775807, -9223372036854775808]]");
    }
}
