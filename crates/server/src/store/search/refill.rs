//! The index is filled anew after a migration has emptied it.

use super::words::{contact_tokens, forget, id_column, index, write};
use crate::store::sql::{Cells, bound, id_list, row, rows, run};
use crate::store::{Connection, Engine, Error, Store};
use samtal_model::MessageId;

/// Messages, and contacts, that are taken in by one transaction.
const REFILLED: i64 = 500;

impl Store {
    /// Takes in anew what a migration has emptied, some at a time, each in a transaction of its own: it can be
    /// interrupted and goes on where it was.
    pub(in crate::store) async fn refill_search(&self) -> Result<(), Error> {
        let mut told = false;
        loop {
            let mut transaction = self.begin().await?;
            let lock = if self.engine == Engine::Postgres { " FOR UPDATE" } else { "" };
            let sql = format!("SELECT contact, message FROM search_refill WHERE id = 1{lock}");
            let Some(found) = row(&mut transaction, sql, vec![]).await? else { return Ok(()) };
            let mut cells = Cells::new(&found);
            let (contact, message) = (cells.int()?, cells.int()?);
            let contacts = self.refill_contacts(&mut transaction, contact).await?;
            let last = self.refill_messages(&mut transaction, message).await?;
            if contacts.is_none() && last.is_none() {
                run(&mut transaction, "DELETE FROM search_refill", vec![]).await?;
            } else {
                let done = bound![contacts.unwrap_or(contact), last.unwrap_or(message)];
                run(&mut transaction, "UPDATE search_refill SET contact = $1, message = $2 WHERE id = 1", done).await?;
                if !told {
                    told = true;
                    tracing::info!("the search index is being filled anew; this happens once");
                }
            }
            transaction.commit().await?;
        }
    }

    async fn refill_contacts(&self, connection: &mut Connection, after: i64) -> Result<Option<i64>, Error> {
        let sql = "SELECT id, name, email FROM contacts WHERE id > $1 ORDER BY id LIMIT $2 + 0";
        let found = rows(connection, sql, bound![after, REFILLED]).await?;
        let mut all = vec![];
        for row in &found {
            let mut cells = Cells::new(row);
            all.push((cells.int()?, contact_tokens(&cells.text()?, &cells.text()?)));
        }
        let last = all.last().map(|(id, _)| *id);
        let list = id_list(all.iter().map(|(id, _)| *id));
        let column = id_column(self.engine, "contact");
        run(connection, format!("DELETE FROM contact_search WHERE {column} IN ({list})"), vec![]).await?;
        write(connection, self.engine, "contact", all).await?;
        Ok(last)
    }

    async fn refill_messages(&self, connection: &mut Connection, after: i64) -> Result<Option<i64>, Error> {
        let sql = "SELECT id FROM messages WHERE id > $1 ORDER BY id LIMIT $2 + 0";
        let found = rows(connection, sql, bound![after, REFILLED]).await?;
        let ids = found.iter().map(|row| Cells::new(row).int().map(MessageId)).collect::<Result<Vec<_>, Error>>()?;
        forget(connection, self.engine, ids.iter().copied()).await?;
        index(connection, self.engine, ids.iter().copied()).await?;
        Ok(ids.last().map(|id| id.0))
    }
}
