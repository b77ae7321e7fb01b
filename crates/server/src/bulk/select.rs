//! What a bulk action is about: the conversations that its list holds when it begins, written down before any of them
//! is touched. A list that changes while it is worked off changes nothing in that. It may begin long after it was asked;
//! what has had a message since is left out, because whoever asked has not seen that.

use super::Bulks;
use crate::store::{self, Bulk, BulkOf, Lease, Selection};
use samtal_model::{CommandId, ConversationId};
use std::collections::BTreeSet;

/// Items written in one transaction, so that people do not wait for it.
const AT_ONCE: usize = 500;

/// A selection while it is written down.
struct Written<'a> {
    bulks: &'a Bulks,
    lease: Lease,
    seen: BTreeSet<ConversationId>,
    count: usize,
    /// There would have been more than are taken.
    limited: bool,
}

impl Bulks {
    /// Writes down what it is about. False if it was stopped meanwhile, or somebody else has taken over.
    pub(super) async fn select(&self, bulk: &Bulk, lease: Lease) -> Result<bool, store::Error> {
        // A selection that was broken off is taken anew: nothing has been done with it.
        while self.store.drop_bulk_items(lease, 4 * AT_ONCE as i64, (self.clock)()).await? > 0 {}
        let mut written = Written { bulks: self, lease, seen: BTreeSet::new(), count: 0, limited: false };
        let whole = match &bulk.of {
            // They were written down with the request.
            BulkOf::Ids(_) => true,
            BulkOf::Matching(asked) => {
                written.seen.extend(&asked.except);
                written.matching(bulk, asked).await?
            }
            BulkOf::Undo(first) => {
                let changed = self.store.bulk_changed(*first).await?;
                written.add(changed.into_iter().map(|(id, command)| (id, Some(command))).collect()).await?
            }
        };
        if whole {
            self.store.bulk_selected(lease, written.limited).await?;
        }
        Ok(whole)
    }
}

impl Written<'_> {
    /// As the asker sees the list now; somebody who sees nothing any more selects nothing.
    async fn matching(&mut self, bulk: &Bulk, asked: &Selection) -> Result<bool, store::Error> {
        let store = &self.bulks.store;
        let Some(reader) = store.reader(bulk.agent).await? else { return Ok(true) };
        if asked.search.is_none() {
            let Some(inbox) = asked.inbox else { return Ok(true) };
            // One more than are taken, and than could be left out.
            let most = self.bulks.most + asked.except.len() + 1;
            let ids = store.ids_in_view(&reader, inbox, asked.view, bulk.up_to, most).await?;
            return self.add(ids.into_iter().map(|id| (id, None)).collect()).await;
        }
        let mut cursor = None;
        loop {
            let (mut ids, next) = store.ids_found(&reader, asked, cursor).await?;
            let grown = store.grown_since(&ids, bulk.up_to).await?;
            ids.retain(|id| !grown.contains(id));
            let going_on = self.add(ids.into_iter().map(|id| (id, None)).collect()).await?;
            if !going_on || self.limited || next.is_none() {
                return Ok(going_on);
            }
            cursor = next;
        }
    }

    /// Writes down those that are new, as many as are taken. False if it is no longer to be selected here.
    async fn add(&mut self, mut items: Vec<(ConversationId, Option<CommandId>)>) -> Result<bool, store::Error> {
        items.retain(|(id, _)| self.seen.insert(*id));
        let room = self.bulks.most - self.count;
        self.limited |= items.len() > room;
        items.truncate(room);
        // An empty step is written too: it keeps the lease, and hears of a stop.
        let mut left = items.as_slice();
        loop {
            let (some, rest) = left.split_at(left.len().min(AT_ONCE));
            let now = (self.bulks.clock)();
            if !self.bulks.store.add_bulk_items(self.lease, self.count as i64, some, now).await? {
                return Ok(false);
            }
            self.count += some.len();
            left = rest;
            if left.is_empty() {
                return Ok(true);
            }
        }
    }
}
