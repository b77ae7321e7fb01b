//! Where a contact's name and address have gone beyond their own row: the words of messages, what custom views find, and
//! whom an answer was sent to.

use crate::store::Connection;
use crate::store::Error;
use crate::store::save::Batch;
use crate::store::sql::{Cells, bound, id_list, row, rows, run};
use samtal_model::query::Concerns;
use samtal_model::record::RecordRef;
use samtal_model::record::change::RecordChange;
use samtal_model::record::value::BuiltIn;
use samtal_model::{Address, Change, ContactId, ConversationId, MessageId};
use std::collections::{BTreeMap, BTreeSet};

/// Conversations of one contact that a new name is taken to; the newest ones.
const CONVERSATIONS_MOST: i64 = 5_000;
/// Messages whose words are read anew in one transaction; the newest ones. Older ones are found by the old name.
const MESSAGES_MOST: i64 = 10_000;

/// As it is kept where nobody was named.
const TO_NOBODY: &str = r#"{"to":[],"cc":[]}"#;

impl Batch {
    /// To be called while the database still has the old names.
    pub(in crate::store) async fn follow_contacts(&mut self, connection: &mut Connection) -> Result<(), Error> {
        let renamed = self.renamed(connection).await?;
        if renamed.is_empty() && self.records.handed_over.is_empty() {
            return Ok(());
        }
        // By the contact they were with.
        let mut of: BTreeMap<ContactId, BTreeSet<ConversationId>> = BTreeMap::new();
        let mut all = BTreeSet::new();
        for contact in renamed {
            let sql = format!(
                "SELECT id FROM conversations WHERE contact_id = $1 ORDER BY last_activity_at DESC \
                 LIMIT {CONVERSATIONS_MOST}"
            );
            for row in rows(connection, sql, bound![contact]).await? {
                let id = ConversationId(Cells::new(&row).int()?);
                of.entry(contact).or_default().insert(id);
                all.insert(id);
            }
        }
        for (id, from) in &self.records.handed_over {
            if let Some(from) = from {
                of.entry(*from).or_default().insert(*id);
            }
            all.insert(*id);
        }
        for (contact, conversations) in of {
            remember_recipient(connection, contact, &conversations).await?;
        }
        if all.is_empty() {
            return Ok(());
        }
        let list = id_list(all.iter().map(|id| id.0));
        let sql =
            format!("SELECT id FROM messages WHERE conversation_id IN ({list}) ORDER BY id DESC LIMIT {MESSAGES_MOST}");
        for row in rows(connection, sql, vec![]).await? {
            self.reindexed.insert(MessageId(Cells::new(&row).int()?));
        }
        for id in all {
            self.custom.touch(id, Concerns::ALL);
        }
        Ok(())
    }

    /// Whose an address is by now, for the commands of the same batch.
    pub(in crate::store) fn follow_address(&mut self, change: &Change) {
        let Change::Recorded { change } = change else { return };
        let Some(contact) = change.records().next().and_then(RecordRef::contact) else { return };
        let record = match change {
            RecordChange::RecordSet { .. } => self.world.records.records.get(&RecordRef::Contact(contact)),
            RecordChange::RecordErased { .. } => None,
            _ => return,
        };
        let known = record.filter(|record| record.made).map(|record| {
            let email = self.world.records.values(record).text(BuiltIn::Email).to_lowercase();
            (email, record.merged_into.unwrap_or(contact))
        });
        self.world.contact_by_email.retain(|_, holder| *holder != contact);
        if let Some((email, holder)) = known
            && !email.is_empty()
        {
            // Who took the contact in and has the same address has it already.
            self.world.contact_by_email.insert(email, holder);
        }
    }

    /// Those of the touched contacts whose name or address really is another.
    async fn renamed(&self, connection: &mut Connection) -> Result<Vec<ContactId>, Error> {
        let mut renamed = vec![];
        for contact in &self.records.renamed {
            let sql = "SELECT name, email FROM contacts WHERE id = $1";
            let Some(found) = row(connection, sql, bound![*contact]).await? else { continue };
            let mut cells = Cells::new(&found);
            let old = (cells.text()?, cells.text()?);
            let id = RecordRef::Contact(*contact);
            let now = self.world.records.records.get(&id).map(|record| self.world.records.values(record));
            let now = now.unwrap_or_default();
            let name = now.text(BuiltIn::Name);
            let email = now.text(BuiltIn::Email);
            if (old.0.as_str(), old.1.as_str()) != (name, email) {
                renamed.push(*contact);
            }
        }
        Ok(renamed)
    }
}

/// An answer without recipients of its own went to whom the conversation was with: from now on it says so itself.
async fn remember_recipient(
    connection: &mut Connection,
    contact: ContactId,
    conversations: &BTreeSet<ConversationId>,
) -> Result<(), Error> {
    let found = row(connection, "SELECT name, email FROM contacts WHERE id = $1", bound![contact]).await?;
    let Some(found) = found else { return Ok(()) };
    let mut cells = Cells::new(&found);
    let address = Address { name: cells.text()?, email: cells.text()? };
    let recipients = super::json(&serde_json::json!({ "to": [address], "cc": [] }))?;
    let list = id_list(conversations.iter().map(|id| id.0));
    let sql = format!(
        "UPDATE message_texts SET recipients = $1 WHERE recipients = $2 AND message_id IN \
         (SELECT id FROM messages WHERE conversation_id IN ({list}) AND kind = 'outbound')"
    );
    run(connection, sql, bound![recipients, TO_NOBODY]).await.map(drop)
}
