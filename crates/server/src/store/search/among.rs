//! Which of a few conversations a search finds: the same search, asked about them alone, and many searches at once. It
//! is how custom views (V10) are kept, so it has to miss nothing, whereas a page of a search may stop and go on later.

use super::ask::Ask;
use super::narrow::Narrow;
use super::{Search, Seeker};
use crate::store::packed::{among, listed};
use crate::store::sql::{Cells, bound, rows};
use crate::store::{Connection, Engine, Error, Reader};
use samtal_model::{ConversationId, InboxId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Conversations that the index is asked about at once: each is a term of the question.
const ASKED_AT_ONCE: usize = 200;
/// Conversations that the tables are asked about at once.
const LOOKED_AT_ONCE: usize = 500;
/// Answers that are the bits of one number.
const BITS: usize = 62;

/// A search that is ready to be asked about any few conversations, in whatever inbox.
pub(in crate::store) struct Finder {
    narrow: Narrow,
    condition: String,
    /// What it asks of messages, in words: two that ask the same get the same answer.
    of_messages: String,
}

/// What the tables say of some conversations: which searches each is not ruled out of.
pub(in crate::store) struct Looked {
    there: BTreeMap<ConversationId, (InboxId, Vec<i64>)>,
    /// The bit of each search: what many views ask is looked at once.
    bits: Vec<usize>,
}

impl Looked {
    /// Where the conversation is; none if it is not there.
    pub(in crate::store) fn inbox(&self, id: ConversationId) -> Option<InboxId> {
        self.there.get(&id).map(|(inbox, _)| *inbox)
    }

    /// Whether the search at this place may find it; it does if no message has to match or must not.
    pub(in crate::store) fn passes(&self, id: ConversationId, place: usize) -> bool {
        let bit = self.bits[place];
        self.there.get(&id).is_some_and(|(_, answers)| answers[bit / BITS] >> (bit % BITS) & 1 == 1)
    }
}

impl Finder {
    pub(in crate::store) async fn new(
        connection: &mut Connection,
        engine: Engine,
        reader: &Reader,
        search: &Search,
    ) -> Result<Self, Error> {
        let narrow = Narrow::everywhere(connection, engine, reader, search).await?;
        let condition = narrow.of_conversation();
        let of_messages = format!("{:?} {:?} {}", narrow.wanted, narrow.unwanted, narrow.on_message());
        Ok(Self { narrow, condition, of_messages })
    }

    /// It has to be made anew for every batch.
    pub(in crate::store) fn is_passing(&self) -> bool {
        self.narrow.passing
    }

    /// Whether messages have to be asked, after the tables.
    pub(in crate::store) fn asks_messages(&self) -> bool {
        self.narrow.wanted.is_some() || self.narrow.unwanted.is_some()
    }

    /// What it asks of messages, for telling whether another one asks the same.
    pub(in crate::store) fn of_messages(&self) -> &str {
        &self.of_messages
    }

    /// Those of `ids` whose messages are as they have to be.
    pub(in crate::store) async fn matching(
        &self,
        connection: &mut Connection,
        engine: Engine,
        ids: &[ConversationId],
    ) -> Result<BTreeSet<ConversationId>, Error> {
        let mut all: BTreeSet<ConversationId> = ids.iter().copied().collect();
        for some in ids.chunks(ASKED_AT_ONCE) {
            let mut seeker = Seeker { connection: &mut *connection, engine, narrow: &self.narrow, limit: 0 };
            if let Some(ask) = &self.narrow.wanted {
                let matching = seeker.any_in(ask, some).await?;
                all.retain(|id| matching.contains(id) || !some.contains(id));
            }
            if let Some(ask) = &self.narrow.unwanted {
                let excluded = seeker.any_in(ask, some).await?;
                all.retain(|id| !excluded.contains(id));
            }
        }
        Ok(all)
    }
}

/// Looks at `ids` for all of these searches at once. Those that are not there are left out.
pub(in crate::store) async fn look(
    connection: &mut Connection,
    engine: Engine,
    finders: &[&Finder],
    ids: &[ConversationId],
) -> Result<Looked, Error> {
    let mut conditions: Vec<&str> = vec![];
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let bits = finders.iter().map(|finder| {
        *known.entry(&finder.condition).or_insert_with(|| {
            conditions.push(&finder.condition);
            conditions.len() - 1
        })
    });
    let bits = bits.collect();
    let mut sql = "SELECT c.id, c.inbox_id".to_owned();
    for some in conditions.chunks(BITS) {
        sql.push_str(", 0");
        for (bit, condition) in some.iter().enumerate() {
            // Writing into a String cannot fail.
            let _ = write!(sql, " | CASE WHEN {condition} THEN {} ELSE 0 END", 1_i64 << bit);
        }
    }
    // The ids are one value, so that the same views are the same statement, which is kept ready.
    let _ = write!(sql, " FROM conversations c WHERE {}", among(engine, "c.id", 1));
    let mut there = BTreeMap::new();
    for some in ids.chunks(LOOKED_AT_ONCE) {
        let list = listed(engine, some.iter().map(|id| id.0));
        for row in rows(connection, sql.as_str(), bound![list]).await? {
            let mut cells = Cells::new(&row);
            let (id, inbox) = (ConversationId(cells.int()?), InboxId(cells.int()?));
            let answers = conditions.chunks(BITS).map(|_| cells.int()).collect::<Result<_, Error>>()?;
            there.insert(id, (inbox, answers));
        }
    }
    Ok(Looked { there, bits })
}

impl Seeker<'_> {
    /// Those of the conversations with a message that none of theirs may be.
    pub(super) async fn excluded(
        &mut self,
        conversations: &[ConversationId],
    ) -> Result<BTreeSet<ConversationId>, Error> {
        let Some(ask) = &self.narrow.unwanted else { return Ok(BTreeSet::new()) };
        // What else is asked of a message is asked of the one that matches, and not of these.
        let any = Narrow::default();
        let mut seeker = Seeker { connection: &mut *self.connection, engine: self.engine, narrow: &any, limit: 0 };
        let mut all = BTreeSet::new();
        for some in conversations.chunks(ASKED_AT_ONCE) {
            all.append(&mut seeker.any_in(ask, some).await?);
        }
        Ok(all)
    }

    /// Those of the conversations with any match at all.
    async fn any_in(&mut self, ask: &Ask, conversations: &[ConversationId]) -> Result<BTreeSet<ConversationId>, Error> {
        let mut ids = conversations.to_vec();
        let mut all = BTreeSet::new();
        let mut below = None;
        while !ids.is_empty() {
            let (found, more) = self.some_within(ask, &ids, (None, below)).await?;
            all.extend(found.into_keys());
            ids.retain(|id| !all.contains(id));
            below = more;
            if more.is_none() {
                break;
            }
        }
        Ok(all)
    }
}
