//! Mail as it came: sources, Message-IDs for threading, what was received already, and quarantine.

use super::message::visible;
use super::sql::{Cells, bound, insert, row, rows, run};
use super::{Error, Reader, Store};
use samtal_model::{ConversationId, InboxId, MessageId, Timestamp};

/// Mail that could not be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    pub id: i64,
    pub inbox: InboxId,
    /// The file it stood in.
    pub origin: String,
    /// Why it could not be read.
    pub error: String,
    /// Bytes.
    pub size: i64,
    pub received_at: Timestamp,
}

impl Store {
    /// The mail as it came, byte for byte; none if the message is hidden (M4), came otherwise, or is not for this
    /// reader.
    ///
    /// # Errors
    /// The engine's.
    pub async fn mail_source(&self, reader: &Reader, id: MessageId) -> Result<Option<Vec<u8>>, Error> {
        let mut connection = self.read().await?;
        let sql = "SELECT m.conversation_id, s.raw FROM messages m JOIN mail_sources s ON s.message_id = m.id \
                   WHERE m.id = $1 AND m.hidden_by IS NULL";
        let Some(found) = row(&mut connection, sql, bound![id]).await? else { return Ok(None) };
        let mut cells = Cells::new(&found);
        let conversation = ConversationId(cells.int()?);
        if !visible(&mut connection, reader, conversation).await? {
            return Ok(None);
        }
        Ok(Some(cells.blob()?))
    }

    /// Whether [`Self::mail_source`] would give one; the mail itself is not read.
    ///
    /// # Errors
    /// The engine's.
    pub async fn has_mail_source(&self, reader: &Reader, id: MessageId) -> Result<bool, Error> {
        let mut connection = self.read().await?;
        let sql = "SELECT m.conversation_id FROM messages m JOIN mail_sources s ON s.message_id = m.id \
                   WHERE m.id = $1 AND m.hidden_by IS NULL";
        let Some(found) = row(&mut connection, sql, bound![id]).await? else { return Ok(false) };
        visible(&mut connection, reader, ConversationId(Cells::new(&found).int()?)).await
    }

    /// The conversation in `inbox` that the first known one of these Message-IDs belongs to.
    ///
    /// # Errors
    /// The engine's.
    pub async fn thread_of(&self, inbox: InboxId, ids: &[String]) -> Result<Option<ConversationId>, Error> {
        let mut connection = self.read().await?;
        // A mail names few; a hostile one may name thousands.
        for id in ids.iter().take(100) {
            let sql = "SELECT conversation_id FROM mail_ids WHERE inbox_id = $1 AND mail_id = $2 \
                       ORDER BY message_id DESC LIMIT 1";
            if let Some(found) = row(&mut connection, sql, bound![inbox, id.as_str()]).await? {
                return Ok(Some(ConversationId(Cells::new(&found).int()?)));
            }
        }
        Ok(None)
    }

    /// Which of these dedupe keys were received already (also into quarantine).
    ///
    /// # Errors
    /// The engine's.
    pub async fn already_received(&self, keys: &[String]) -> Result<Vec<bool>, Error> {
        let mut connection = self.read().await?;
        let mut known = Vec::with_capacity(keys.len());
        for key in keys {
            let sql = "SELECT 1 FROM mail_received WHERE dedupe_key = $1";
            known.push(row(&mut connection, sql, bound![key.as_str()]).await?.is_some());
        }
        Ok(known)
    }

    /// Keeps a mail that could not be parsed, once.
    ///
    /// # Errors
    /// The engine's.
    pub async fn quarantine_add(
        &self,
        inbox: InboxId,
        origin: &str,
        error: &str,
        raw: &[u8],
        dedupe: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut connection = self.write().await?;
        let sql = "INSERT INTO quarantine (id, inbox_id, origin, error, raw, dedupe_key, received_at) \
                   SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6 FROM quarantine WHERE 1 = 1 \
                   ON CONFLICT DO NOTHING";
        run(&mut connection, sql, bound![inbox, origin, error, raw.to_vec(), dedupe, now]).await?;
        let received = vec![bound![dedupe]];
        insert(&mut connection, "mail_received", "dedupe_key", "ON CONFLICT DO NOTHING", received).await
    }

    /// What stands in quarantine for this reader, newest first, at most 500.
    ///
    /// # Errors
    /// The engine's.
    pub async fn quarantine(&self, reader: &Reader) -> Result<Vec<Quarantined>, Error> {
        let mut connection = self.read().await?;
        let sql = "SELECT id, inbox_id, origin, error, CAST(LENGTH(raw) AS BIGINT), received_at FROM quarantine \
                   ORDER BY id DESC LIMIT 500";
        let found = rows(&mut connection, sql, vec![]).await?;
        let all = found.iter().map(|row| {
            let mut cells = Cells::new(row);
            Ok(Quarantined {
                id: cells.int()?,
                inbox: InboxId(cells.int()?),
                origin: cells.text()?,
                error: cells.text()?,
                size: cells.int()?,
                received_at: Timestamp(cells.int()?),
            })
        });
        let all: Vec<Quarantined> = all.collect::<Result<_, Error>>()?;
        Ok(all.into_iter().filter(|one| reader.inboxes.contains(&one.inbox)).collect())
    }

    /// One of them, byte for byte.
    ///
    /// # Errors
    /// The engine's.
    pub async fn quarantine_source(&self, reader: &Reader, id: i64) -> Result<Option<Vec<u8>>, Error> {
        let mut connection = self.read().await?;
        let found = row(&mut connection, "SELECT inbox_id, raw FROM quarantine WHERE id = $1", bound![id]).await?;
        let Some(found) = found else { return Ok(None) };
        let mut cells = Cells::new(&found);
        let inbox = InboxId(cells.int()?);
        if !reader.inboxes.contains(&inbox) {
            return Ok(None);
        }
        Ok(Some(cells.blob()?))
    }
}
