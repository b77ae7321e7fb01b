//! Records by name, or by what is typed of it: page by page, each in bounded work.

use super::define::Definitions;
use super::names::{self, LOOKED_AT};
use super::seen::known_to;
use super::{CONTACTS, RECORDS, Row, row_of, view};
use crate::store::search;
use crate::store::sql::{Cells, bound, id_list, rows};
use crate::store::{Connection, Engine, Error, Reader, Store};
use samtal_model::ObjectTypeId;
use samtal_model::wire::RecordPage;
use std::collections::BTreeSet;

/// Which records are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordQuery {
    /// `contact`, `company`, `deal` or `object`.
    pub kind: &'static str,
    pub object_type: Option<ObjectTypeId>,
    /// Words, each of them or its beginning; of a contact also of a company's name.
    pub words: Option<String>,
    /// Those in Trash, and no others.
    pub trash: bool,
    /// [`RecordPage::next_cursor`] of the page before.
    pub cursor: Option<String>,
    pub limit: i64,
}

/// Companies whose contacts are found by the company's name.
const COMPANIES_MOST: i64 = 50;

impl Store {
    /// A page of records that this reader knows: by name, or newest first if words are given. None if the cursor is of
    /// no such list.
    ///
    /// # Errors
    /// The engine's.
    pub async fn records(&self, reader: &Reader, query: &RecordQuery) -> Result<Option<RecordPage>, Error> {
        let mut connection = self.read().await?;
        let words = query.words.as_deref().filter(|words| !words.trim().is_empty());
        let cursor = query.cursor.as_deref();
        let below = cursor.and_then(|cursor| cursor.parse::<i64>().ok());
        let begin = cursor.and_then(names::place_of);
        if cursor.is_some() && if words.is_some() { below.is_none() } else { begin.is_none() } {
            return Ok(None);
        }
        let definitions = Definitions::of(&mut connection).await?;
        let limit = query.limit.clamp(1, 1_000) as usize;
        let (found, next_cursor) = match words {
            Some(words) => by_words(&mut connection, self.engine, reader, query, words, below, limit).await?,
            None => by_name(&mut connection, reader, query, begin.as_ref(), limit).await?,
        };
        let typed = found.iter().filter(|row| definitions.has_type(row.record.object_type));
        Ok(Some(RecordPage { items: typed.map(|row| view(row, &definitions)).collect(), next_cursor }))
    }
}

/// The rows of the kind, and the letter of their table.
fn source(query: &RecordQuery) -> (&'static str, &'static str) {
    if query.kind == "contact" { (CONTACTS, "c") } else { (RECORDS, "r") }
}

/// What a row has to be, beside its place.
fn conditions(reader: &Reader, query: &RecordQuery) -> String {
    let of = source(query).1;
    let trash = if query.trash { "IS NOT NULL" } else { "IS NULL" };
    let mut sql = format!("{of}.made = 1 AND {of}.trashed_at {trash}");
    if query.kind == "contact" {
        sql.push_str(" AND c.merged_into IS NULL AND ");
        sql.push_str(&known_to(reader));
    } else {
        // One of four words of our own.
        sql.push_str(&format!(" AND r.kind = '{}'", query.kind));
    }
    if let Some(of) = query.object_type {
        sql.push_str(&format!(" AND r.type_id = {of}"));
    }
    sql
}

async fn by_name(
    connection: &mut Connection,
    reader: &Reader,
    query: &RecordQuery,
    begin: Option<&names::Place>,
    limit: usize,
) -> Result<(Vec<Row>, Option<String>), Error> {
    // First along the index of names, so far as is looked at; then what each of them is.
    let (places, more_to_walk) = names::walk(connection, reader, query, begin).await?;
    let of = source(query).1;
    let order = format!("{of}.folded, {of}.id");
    let ids = places.iter().map(|(_, id)| *id);
    let (found, more) = page_of(connection, reader, query, ids, &order, limit).await?;
    let last = if more {
        found.last().and_then(|row| places.iter().find(|(_, id)| *id == row.record.id.number()))
    } else if more_to_walk {
        places.last()
    } else {
        None
    };
    let cursor = last.map(|(name, id)| format!("{id}.{name}"));
    Ok((found, cursor))
}

/// Those of `ids` that are asked for, in order, and whether there are more than fit.
async fn page_of(
    connection: &mut Connection,
    reader: &Reader,
    query: &RecordQuery,
    ids: impl Iterator<Item = i64>,
    order: &str,
    limit: usize,
) -> Result<(Vec<Row>, bool), Error> {
    let (select, of) = source(query);
    let sql = format!(
        "{select} WHERE {of}.id IN ({}) AND {} ORDER BY {order} LIMIT {}",
        id_list(ids),
        conditions(reader, query),
        limit + 1
    );
    let mut found = vec![];
    for row in rows(connection, sql, vec![]).await? {
        found.push(row_of(&mut Cells::new(&row))?);
    }
    let more = found.len() > limit;
    found.truncate(limit);
    Ok((found, more))
}

async fn by_words(
    connection: &mut Connection,
    engine: Engine,
    reader: &Reader,
    query: &RecordQuery,
    words: &str,
    below: Option<i64>,
    limit: usize,
) -> Result<(Vec<Row>, Option<String>), Error> {
    let what = if query.kind == "contact" { "contact" } else { "record" };
    let most = LOOKED_AT as i64;
    let mut ids: BTreeSet<i64> =
        search::named(connection, engine, what, words, below, most).await?.into_iter().collect();
    if query.kind == "contact" {
        let list = id_list(companies_named(connection, engine, words).await?);
        let sql = format!(
            "SELECT DISTINCT other_id FROM links WHERE kind = 'company' AND id IN ({list}) AND other_kind = 'contact' \
             AND other_id < $1 ORDER BY other_id DESC LIMIT {most}"
        );
        for row in rows(connection, sql, bound![below.unwrap_or(i64::MAX)]).await? {
            ids.insert(Cells::new(&row).int()?);
        }
    }
    // Only as far down as both have been looked at.
    let looked: Vec<i64> = ids.iter().rev().copied().take(LOOKED_AT).collect();
    let order = format!("{}.id DESC", source(query).1);
    let (found, more) = page_of(connection, reader, query, looked.iter().copied(), &order, limit).await?;
    let last = if more {
        found.last().map(|row| row.record.id.number())
    } else if looked.len() == LOOKED_AT {
        looked.last().copied()
    } else {
        None
    };
    Ok((found, last.map(|id| id.to_string())))
}

/// The newest companies of that name. Deals and the team's own records are found by the same words, and left out.
async fn companies_named(connection: &mut Connection, engine: Engine, words: &str) -> Result<Vec<i64>, Error> {
    let most = LOOKED_AT as i64;
    let named = search::named(connection, engine, "record", words, None, most).await?;
    let sql = format!(
        "SELECT id FROM records WHERE id IN ({}) AND kind = 'company' ORDER BY id DESC LIMIT {COMPANIES_MOST}",
        id_list(named)
    );
    rows(connection, sql, vec![]).await?.iter().map(|row| Cells::new(row).int()).collect()
}
