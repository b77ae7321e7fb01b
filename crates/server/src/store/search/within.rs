//! Whether there is a match in any of a few conversations, and which is the newest.

use super::ask::Ask;
use super::index::{Question, at_most};
use super::{Seeker, words};
use crate::store::sql::{Cells, bound, id_list, row, rows};
use crate::store::{Engine, Error};
use samtal_model::{ConversationId, MessageId};
use std::collections::BTreeMap;

/// Matches within a few conversations that are looked at.
const WITHIN_MOST: i64 = 5_000;
/// Conversations whose tokens are joined in one question, where there may be another way.
const JOINED_MOST: usize = 20;
/// Matches that are read for being between the first and the last message of some conversations.
const BETWEEN_MOST: i64 = 4_000;

impl Seeker<'_> {
    /// The newest match in each of `conversations`, as far as the tables agree.
    pub(super) async fn within(
        &mut self,
        ask: &Ask,
        conversations: &[ConversationId],
        bounds: (Option<i64>, Option<i64>),
    ) -> Result<BTreeMap<ConversationId, MessageId>, Error> {
        Ok(self.some_within(ask, conversations, bounds).await?.0)
    }

    /// The same, and below which message to go on if there may be more.
    pub(super) async fn some_within(
        &mut self,
        ask: &Ask,
        conversations: &[ConversationId],
        bounds: (Option<i64>, Option<i64>),
    ) -> Result<(BTreeMap<ConversationId, MessageId>, Option<i64>), Error> {
        if conversations.is_empty() {
            return Ok((BTreeMap::new(), None));
        }
        let (ids, last) = match self.engine {
            // Their tokens are few and rare, and the engine leaps from one to the next; of many it is slow to join them.
            Engine::Sqlite => {
                if let Some(ids) = self.between_their_messages(ask, conversations, bounds).await? {
                    return Ok((self.let_through(ids).await?, None));
                }
                let tokens = conversations.iter().map(|id| Ask::token(words::conversation(*id)));
                let ask = Ask::All(vec![Ask::Any(tokens.collect()), ask.clone()]);
                let ((above, below), limit) = (bounds, WITHIN_MOST);
                let question = Question { what: "message", ask: &ask, above, below, newest: true, limit };
                let ids = question.ids(self.connection, self.engine).await?;
                let last = ids.last().copied().filter(|_| ids.len() as i64 == WITHIN_MOST);
                (ids, last)
            }
            // It would read whole lists of common words for that; the rows of a few messages are cheaper.
            Engine::Postgres => {
                let list = id_list(conversations.iter().map(|id| id.0));
                let sql = format!(
                    "SELECT id FROM messages WHERE conversation_id IN ({list}) AND id > $1 AND id < $2 \
                     ORDER BY id DESC LIMIT {WITHIN_MOST}"
                );
                let args = bound![bounds.0.unwrap_or(i64::MIN), bounds.1.unwrap_or(i64::MAX)];
                let there = rows(self.connection, sql, args).await?;
                let there = there.iter().map(|row| Cells::new(row).int()).collect::<Result<Vec<_>, Error>>()?;
                let last = there.last().copied().filter(|_| there.len() as i64 == WITHIN_MOST);
                let list = id_list(there);
                // What cannot be moved behind `OFFSET 0` is not looked up in the index of words.
                let sql = format!(
                    "SELECT s.message_id FROM (SELECT message_id, words FROM message_search \
                     WHERE message_id IN ({list}) OFFSET 0) s WHERE s.words @@ CAST($1 AS tsquery)"
                );
                let found = rows(self.connection, sql, bound![ask.print(self.engine)]).await?;
                let ids = found.iter().map(|row| Cells::new(row).int()).collect::<Result<Vec<_>, Error>>()?;
                (ids, last)
            }
        };
        Ok((self.let_through(ids).await?, last))
    }

    /// All matches in `conversations`, from those between their first message and their last: conversations that stand
    /// together in a list were often written at the same time. None if they are few, or what lies between is much.
    async fn between_their_messages(
        &mut self,
        ask: &Ask,
        conversations: &[ConversationId],
        bounds: (Option<i64>, Option<i64>),
    ) -> Result<Option<Vec<i64>>, Error> {
        if conversations.len() <= JOINED_MOST {
            return Ok(None);
        }
        let list = id_list(conversations.iter().map(|id| id.0));
        let of_them = format!("m.conversation_id IN ({list}) AND m.id > $1 AND m.id < $2");
        let (above, below) = (bounds.0.unwrap_or(i64::MIN), bounds.1.unwrap_or(i64::MAX));
        let sql = format!("SELECT MIN(m.id), MAX(m.id) FROM messages m WHERE {of_them}");
        let Some(ends) = row(self.connection, sql, bound![above, below]).await? else { return Ok(None) };
        let mut cells = Cells::new(&ends);
        let (Some(first), Some(last)) = (cells.maybe()?, cells.maybe()?) else { return Ok(Some(vec![])) };
        let between = "SELECT rowid FROM message_search WHERE message_search MATCH $3 AND rowid >= $1 AND rowid <= $2";
        let words = ask.print(self.engine);
        if !at_most(self.connection, between, bound![first, last, words.as_str()], BETWEEN_MOST).await? {
            return Ok(None);
        }
        let of_them = of_them.replace("> $1", ">= $1").replace("< $2", "<= $2");
        let sql = format!("SELECT m.id FROM messages m WHERE {of_them} AND m.id IN ({between})");
        let found = rows(self.connection, sql, bound![first, last, words]).await?;
        found.iter().map(|row| Cells::new(row).int()).collect::<Result<_, Error>>().map(Some)
    }

    /// The newest of the messages in each conversation, as far as the tables agree.
    async fn let_through(&mut self, ids: Vec<i64>) -> Result<BTreeMap<ConversationId, MessageId>, Error> {
        let sql = format!(
            "SELECT m.conversation_id, MAX(m.id) FROM messages m WHERE m.id IN ({}) AND {} GROUP BY m.conversation_id",
            id_list(ids),
            self.narrow.on_message()
        );
        let found = rows(self.connection, sql, vec![]).await?;
        let pairs = found.iter().map(|row| {
            let mut cells = Cells::new(row);
            Ok((ConversationId(cells.int()?), MessageId(cells.int()?)))
        });
        pairs.collect()
    }
}
