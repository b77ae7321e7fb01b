//! Which of a few conversations a search finds: the same search, asked about them alone. It is how custom views (V10)
//! are kept, so it has to miss nothing, whereas a page of a search may stop and go on later.

use super::ask::Ask;
use super::narrow::Narrow;
use super::{Search, Seeker};
use crate::store::sql::{Cells, id_list, rows_once};
use crate::store::{Connection, Engine, Error, Reader};
use samtal_model::{ConversationId, InboxId};
use std::collections::BTreeSet;

/// Conversations that are asked about at once: each is a term of one question to the index.
const AT_ONCE: usize = 200;

/// Those of `ids` that `search` finds for `reader`, in whatever inbox they are.
pub(in crate::store) async fn among(
    connection: &mut Connection,
    engine: Engine,
    reader: &Reader,
    search: &Search,
    ids: &[ConversationId],
) -> Result<Vec<(ConversationId, InboxId)>, Error> {
    let mut all = vec![];
    if ids.is_empty() {
        return Ok(all);
    }
    let narrow = Narrow::everywhere(connection, engine, reader, search).await?;
    if narrow.impossible {
        return Ok(all);
    }
    let filter = narrow.on_conversation();
    for some in ids.chunks(AT_ONCE) {
        let list = id_list(some.iter().map(|id| id.0));
        let sql = format!("SELECT c.id, c.inbox_id FROM conversations c {filter} AND c.id IN ({list})");
        let mut found = vec![];
        for row in rows_once(connection, sql).await? {
            let mut cells = Cells::new(&row);
            found.push((ConversationId(cells.int()?), InboxId(cells.int()?)));
        }
        let mut seeker = Seeker { connection: &mut *connection, engine, narrow: &narrow, limit: 0 };
        if let Some(ask) = &narrow.wanted {
            let matching = seeker.any_in(ask, &found).await?;
            found.retain(|(id, _)| matching.contains(id));
        }
        if let Some(ask) = &narrow.unwanted {
            let excluded = seeker.any_in(ask, &found).await?;
            found.retain(|(id, _)| !excluded.contains(id));
        }
        all.extend(found);
    }
    Ok(all)
}

impl Seeker<'_> {
    /// Those of the conversations with any match at all.
    async fn any_in(
        &mut self,
        ask: &Ask,
        conversations: &[(ConversationId, InboxId)],
    ) -> Result<BTreeSet<ConversationId>, Error> {
        let mut ids: Vec<_> = conversations.iter().map(|(id, _)| *id).collect();
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
