//! Contacts and other records by what is typed of their names.

use super::ask::Ask;
use super::index::Question;
use super::words::{self, Tokens, id_column, write};
use crate::store::sql::run;
use crate::store::{Connection, Engine, Error};

/// Those of `what` whose words begin with these, below an id, the greatest first.
pub(in crate::store) async fn named(
    connection: &mut Connection,
    engine: Engine,
    what: &str,
    typed: &str,
    below: Option<i64>,
    limit: i64,
) -> Result<Vec<i64>, Error> {
    let parts = words::parts(typed).into_iter().map(|part| Ask::Phrase { parts: vec![part], prefix: true });
    let asks: Vec<Ask> = parts.collect();
    if asks.is_empty() {
        return Ok(vec![]);
    }
    let ask = Ask::All(asks);
    Question { what, ask: &ask, above: None, below, newest: true, limit }.ids(connection, engine).await
}

/// Takes rows of `what` into its index anew, by their texts; those of `list` that are not among them go.
pub(in crate::store) async fn index_anew(
    connection: &mut Connection,
    engine: Engine,
    what: &str,
    list: &str,
    all: Vec<(i64, Vec<String>)>,
) -> Result<(), Error> {
    let column = id_column(engine, what);
    run(connection, format!("DELETE FROM {what}_search WHERE {column} IN ({list})"), vec![]).await?;
    let all = all.into_iter().map(|(id, texts)| (id, Tokens::of(&texts))).collect();
    write(connection, engine, what, all).await
}
