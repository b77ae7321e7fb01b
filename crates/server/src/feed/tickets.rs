//! What the feed tells of tickets, pipelines and blocks.

use super::TOLD_MOST;
use crate::store::{self, ChangedPipeline, Reader, Store};
use samtal_model::wire::{BlockView, FeedEvent, TicketCounts, TicketView};
use samtal_model::{Change, ContactId, ConversationId, InboxId, Logged, Sequence, TicketChange, TicketId};
use std::collections::BTreeSet;

/// As they are now, for every reader.
pub(super) struct Told {
    tickets: Vec<TicketView>,
    pipelines: Vec<ChangedPipeline>,
    counts: Vec<TicketCounts>,
    blocks: Vec<BlockView>,
}

/// The tickets of which rows of the list show something that has changed.
pub(super) fn shown<'c>(changes: impl Iterator<Item = &'c Change>) -> BTreeSet<TicketId> {
    let of = changes.filter_map(|change| match change {
        Change::Ticket(TicketChange::Set { ticket, set, .. }) if set.shows_in_rows() => Some(*ticket),
        _ => None,
    });
    of.collect()
}

/// The conversations whose rows show these changes beside their own; none if they are too many to tell of.
pub(super) async fn rows_of<'c>(
    store: &Store,
    changes: impl Iterator<Item = &'c Change>,
) -> Result<Option<Vec<ConversationId>>, store::Error> {
    let tickets: Vec<_> = shown(changes).into_iter().collect();
    let rows = store.conversations_with(&tickets, TOLD_MOST + 1).await?;
    Ok((rows.len() as i64 <= TOLD_MOST).then_some(rows))
}

impl Told {
    pub(super) async fn read(
        store: &Store,
        entries: &[(Logged, Option<InboxId>)],
        before: Sequence,
    ) -> Result<Self, store::Error> {
        let changes = || entries.iter().map(|(entry, _)| &entry.change);
        let tickets: BTreeSet<TicketId> = changes().filter_map(Change::ticket).collect();
        let tickets: Vec<_> = tickets.into_iter().collect();
        let inboxes: BTreeSet<InboxId> = changes().filter_map(moved_in).collect();
        let mut counts = vec![];
        for inbox in inboxes {
            counts.push(store.all_ticket_counts(inbox).await?);
        }
        let pipelines = changes().any(|change| matches!(change, Change::Pipeline(_)));
        let blocks: BTreeSet<(InboxId, ContactId)> = changes().filter_map(block).collect();
        let blocks: Vec<_> = blocks.into_iter().collect();
        Ok(Self {
            tickets: store.shared_tickets(&tickets).await?,
            pipelines: if pipelines { store.changed_pipelines(before).await? } else { vec![] },
            counts,
            blocks: store.blocks(&blocks).await?,
        })
    }

    /// Adds what this reader may know. `heard` is what they may hear of, `since` how far they have heard.
    pub(super) fn tell(
        &self,
        reader: &Reader,
        heard: &[&(Logged, Option<InboxId>)],
        since: Sequence,
        event: &mut FeedEvent,
    ) {
        let changes = || heard.iter().map(|(entry, _)| &entry.change);
        let tickets: BTreeSet<TicketId> = changes().filter_map(Change::ticket).collect();
        let theirs = self.tickets.iter().filter(|it| tickets.contains(&it.id) && reader.inboxes.contains(&it.inbox_id));
        event.tickets.extend(theirs.cloned());
        for change in changes() {
            if let Change::Ticket(TicketChange::Deleted { ticket, .. }) = change
                && !event.tickets_gone.contains(ticket)
            {
                event.tickets_gone.push(*ticket);
            }
        }
        for pipeline in self.pipelines.iter().filter(|it| it.version > since) {
            match &pipeline.view {
                Some(view) => event.pipelines.push(view.clone()),
                None => event.pipelines_gone.push(pipeline.id),
            }
        }
        let inboxes: BTreeSet<InboxId> = changes().filter_map(moved_in).collect();
        event.ticket_counts.extend(self.counts.iter().filter(|it| inboxes.contains(&it.inbox_id)).cloned());
        let blocks: BTreeSet<(InboxId, ContactId)> = changes().filter_map(block).collect();
        let theirs = self.blocks.iter().filter(|it| blocks.contains(&(it.inbox_id, it.contact_id)));
        event.blocks.extend(theirs.cloned());
    }
}

fn moved_in(change: &Change) -> Option<InboxId> {
    match change {
        Change::Ticket(change) => Some(change.inbox()),
        _ => None,
    }
}

fn block(change: &Change) -> Option<(InboxId, ContactId)> {
    match change {
        Change::BlockSet { inbox, contact, .. } => Some((*inbox, *contact)),
        _ => None,
    }
}
