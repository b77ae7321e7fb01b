//! Records in the order of their names, so far as a reader may know them: what a page of them is walked along.

use super::list::RecordQuery;
use crate::store::sql::{Arg, Cells, bound, rows, run};
use crate::store::{Connection, Error, Reader, Store};
use samtal_model::Role;
use std::collections::BTreeSet;

/// Rows looked at for one page at the most, over everything that is walked: whose records are mostly in Trash, or merged,
/// gets the others over several pages.
pub(super) const LOOKED_AT: usize = 2_000;
/// Names of contacts folded in one transaction when the server starts.
const FOLDED_MOST: i64 = 500;
/// What migration 0012 leaves in the place of a name that SQL cannot fold.
const UNFOLDED: &str = "\u{1}";

/// A folded name and the record's number: where it stands.
pub(super) type Place = (String, i64);

/// The places after `begin`, in order, and whether there are more. All of them are the reader's to know: a page may end at
/// any, and where it ends is said in its cursor.
pub(super) async fn walk(
    connection: &mut Connection,
    reader: &Reader,
    query: &RecordQuery,
    begin: Option<&Place>,
) -> Result<(Vec<Place>, bool), Error> {
    let sources = sources(reader, query);
    let most = (LOOKED_AT / sources.len().max(1)).max(1);
    let mut places = BTreeSet::new();
    // Beyond the first end of a source that goes on, nothing is known to be complete.
    let mut horizon: Option<Place> = None;
    for (table, id, condition) in sources {
        let (after, args): (String, Vec<Arg>) = match begin {
            Some((name, last)) => (format!("AND (folded, {id}) > ($1, $2)"), bound![name.as_str(), *last]),
            None => (String::new(), vec![]),
        };
        let sql = format!(
            "SELECT {id}, folded FROM {table} WHERE {condition} {after} ORDER BY folded, {id} LIMIT {}",
            most + 1
        );
        let mut found = vec![];
        for row in rows(connection, sql, args).await? {
            let mut cells = Cells::new(&row);
            let number = cells.int()?;
            found.push((cells.text()?, number));
        }
        if found.len() > most {
            found.truncate(most);
            let last = found.last().cloned();
            horizon = match (horizon, last) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
        }
        places.extend(found);
    }
    if let Some(horizon) = &horizon {
        places.retain(|place| place <= horizon);
    }
    Ok((places.into_iter().collect(), horizon.is_some()))
}

/// Tables in the order of names, with the column of the record's number and a condition: each has an index of that order.
fn sources(reader: &Reader, query: &RecordQuery) -> Vec<(&'static str, &'static str, String)> {
    if query.kind != "contact" {
        // One of four words of our own.
        return vec![("records", "id", format!("kind = '{}'", query.kind))];
    }
    if reader.role == Role::SuperAdmin {
        return vec![("contacts", "id", "1 = 1".into())];
    }
    let met = reader.inboxes.iter().map(|inbox| ("contact_inboxes", "contact_id", format!("inbox_id = {inbox}")));
    std::iter::once(("contacts", "id", "by_hand = 1".into())).chain(met).collect()
}

impl Store {
    /// Folds the names that came to be before this did, as every name since.
    pub(in crate::store) async fn fold_names(&self) -> Result<(), Error> {
        loop {
            let mut transaction = self.begin().await?;
            let sql = format!("SELECT id, name FROM contacts WHERE folded = $1 LIMIT {FOLDED_MOST}");
            let found = rows(&mut transaction, sql, bound![UNFOLDED]).await?;
            for row in &found {
                let mut cells = Cells::new(row);
                let (id, name) = (cells.int()?, cells.text()?);
                // Somebody may have renamed them on another node.
                let sql = "UPDATE contacts SET folded = $1 WHERE id = $2 AND folded = $3";
                run(&mut transaction, sql, bound![name.to_lowercase(), id, UNFOLDED]).await?;
                follow_name(&mut transaction, &id.to_string()).await?;
            }
            transaction.commit().await?;
            if found.is_empty() {
                return Ok(());
            }
        }
    }
}

/// Takes the folded names of the contacts in `list` to where they are walked.
pub(super) async fn follow_name(connection: &mut Connection, list: &str) -> Result<(), Error> {
    let now = "(SELECT c.folded FROM contacts c WHERE c.id = contact_inboxes.contact_id)";
    let sql = format!("UPDATE contact_inboxes SET folded = {now} WHERE contact_id IN ({list}) AND folded <> {now}");
    run(connection, sql, vec![]).await.map(drop)
}

/// The place of a record by its cursor, `number.name`.
pub(super) fn place_of(cursor: &str) -> Option<Place> {
    let (id, name) = cursor.split_once('.')?;
    Some((name.to_owned(), id.parse().ok()?))
}
