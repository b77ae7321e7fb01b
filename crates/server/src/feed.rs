//! The live feed: what happened, told to everyone who may hear of it, with the things themselves as this reader may
//! see them now (P1).
//!
//! The change log is what is read; a wake-up only says that it has grown. What is the same for every reader is read
//! once for each batch of changes and shared among the streams.

mod records;

use crate::store::{self, Engine, Reader, SharedCustomView, SharedRecords, Store};
use futures_util::Stream;
use records::{met, recorded, tell_records};
use samtal_model::wire::{AgentView, ConversationView, FeedEvent, InboxCounts, InboxView, MessageView};
use samtal_model::{AgentId, Change, ContactId, ConversationId, InboxId, Logged, MessageId, ReadState, Role, Sequence};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, OnceCell, broadcast};

mod tickets;

/// Another process may write into the same SQLite file (an import), and nothing tells of it: so often the log is looked
/// at anyway.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Changes told one by one at the most; whoever is further behind reads anew.
const TOLD_MOST: i64 = 500;
/// Batches kept for slow streams.
const KEPT: usize = 256;
/// How long to wait after the database failed, before the next try.
const RETRY: Duration = Duration::from_millis(500);

/// A handle on the feed; cheap to clone.
#[derive(Clone)]
pub struct FeedHub {
    store: Store,
    grown: Arc<Notify>,
    batches: broadcast::Sender<Arc<Batch>>,
}

impl FeedHub {
    /// Starts following the log from its end.
    ///
    /// # Errors
    /// The engine's.
    pub async fn start(store: Store) -> Result<Self, store::Error> {
        let last = store.sequence().await?;
        let (batches, _) = broadcast::channel(KEPT);
        let hub = Self { store, grown: Arc::new(Notify::new()), batches };
        tokio::spawn(follow(hub.store.clone(), hub.grown.clone(), hub.batches.clone(), last));
        if hub.store.engine() == Engine::Postgres {
            tokio::spawn(listen(hub.store.clone(), hub.grown.clone()));
        }
        Ok(hub)
    }

    /// Says that the log has grown.
    pub fn wake(&self) {
        self.grown.notify_one();
    }

    /// What happens after `after`, as `agent` may see it. Ends when the agent may see nothing any more.
    pub fn subscribe(&self, agent: AgentId, after: Sequence) -> impl Stream<Item = FeedEvent> + Send + 'static {
        let store = self.store.clone();
        let mut batches = self.batches.subscribe();
        async_stream::stream! {
            let mut stand = Stand { agent, reader: None, resumes: true, told: after, heard: after };
            let mut behind = true;
            loop {
                if behind {
                    match stand.catch_up(&store).await {
                        Ok(told) => {
                            behind = false;
                            match told {
                                Told::Event(event) => yield *event,
                                Told::Nothing => {}
                                Told::Over => return,
                            }
                        }
                        Err(error) => {
                            tracing::warn!(%error, "the feed could not be read");
                            tokio::time::sleep(RETRY).await;
                            continue;
                        }
                    }
                }
                match batches.recv().await {
                    Ok(batch) => match stand.tell(&store, &batch).await {
                        Ok(Told::Event(event)) => yield *event,
                        Ok(Told::Nothing) => {}
                        Ok(Told::Over) => return,
                        Err(error) => { tracing::warn!(%error, "the feed could not be read"); behind = true; }
                    },
                    Err(broadcast::error::RecvError::Lagged(_)) => behind = true,
                    Err(broadcast::error::RecvError::Closed) => return,
                }
            }
        }
    }
}

/// Reads the log whenever it has grown and hands it to the streams.
async fn follow(store: Store, grown: Arc<Notify>, batches: broadcast::Sender<Arc<Batch>>, mut last: Sequence) {
    loop {
        let _ = tokio::time::timeout(LOOK_EVERY, grown.notified()).await;
        loop {
            match missed(&store, last).await {
                Ok(batch) if batch.sequence > last => {
                    last = batch.sequence;
                    // Nobody may be listening.
                    let _ = batches.send(Arc::new(batch));
                }
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(%error, "the change log could not be read");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }
}

/// Wakes this node when another one has written.
async fn listen(store: Store, grown: Arc<Notify>) {
    loop {
        let listening = store.hear_of_growth(|| grown.notify_one()).await;
        if let Err(error) = listening {
            tracing::warn!(%error, "listening to the database ended; trying again");
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// The log after `after`, or word that it is too much to tell.
async fn missed(store: &Store, after: Sequence) -> Result<Batch, store::Error> {
    let end = store.sequence().await?;
    if end < after || end.0 - after.0 > TOLD_MOST {
        return Ok(Batch { sequence: end, reload: true, entries: vec![], shared: OnceCell::new() });
    }
    let entries = store.log_after(after, TOLD_MOST).await?;
    let sequence = entries.last().map_or(after, |(entry, _)| entry.sequence);
    // A ticket's name stands in the rows of all its conversations.
    if tickets::rows_of(store, entries.iter().map(|(entry, _)| &entry.change)).await?.is_none() {
        return Ok(Batch { sequence, reload: true, entries: vec![], shared: OnceCell::new() });
    }
    Ok(Batch { sequence, reload: false, entries, shared: OnceCell::new() })
}

/// Changes read together, and what goes along for everybody.
struct Batch {
    sequence: Sequence,
    /// Too much has happened to tell one by one.
    reload: bool,
    entries: Vec<(Logged, Option<InboxId>)>,
    shared: OnceCell<Shared>,
}

struct Shared {
    conversations: Vec<ConversationView>,
    messages: Vec<MessageView>,
    reads: Vec<(AgentId, ConversationId, ReadState)>,
    counts: Vec<(InboxId, Vec<store::KeptCount>)>,
    agents: Vec<AgentView>,
    inboxes: Vec<InboxView>,
    custom_views: Vec<SharedCustomView>,
    tickets: tickets::Told,
    records: SharedRecords,
    /// Contacts whom readers may not have known before, by the change that tells of them.
    met: BTreeMap<Sequence, Vec<ContactId>>,
}

impl Batch {
    async fn shared(&self, store: &Store) -> Result<&Shared, store::Error> {
        self.shared
            .get_or_try_init(|| async {
                let changes = || self.entries.iter().map(|(entry, _)| &entry.change);
                let mut conversations: BTreeSet<ConversationId> = changes().filter_map(Change::conversation).collect();
                conversations.extend(tickets::rows_of(store, changes()).await?.unwrap_or_default());
                let conversations: Vec<_> = conversations.into_iter().collect();
                let messages: BTreeSet<MessageId> = changes().filter_map(Change::message).collect();
                let messages: Vec<_> = messages.into_iter().collect();
                let moved = self.entries.iter().filter(|(entry, _)| entry.change.private_to().is_none());
                let inboxes: BTreeSet<InboxId> = moved.filter_map(|(_, inbox)| *inbox).collect();
                let mut counts = vec![];
                for inbox in inboxes {
                    counts.push((inbox, store.all_counts(inbox).await?));
                }
                let people = changes().any(Change::alters_sight);
                let before = self.entries.first().map_or(self.sequence, |(entry, _)| Sequence(entry.sequence.0 - 1));
                let conversations_now = store.shared_conversations(&conversations).await?;
                let met = met(&self.entries, &conversations_now);
                Ok(Shared {
                    records: store.shared_records(recorded(&self.entries), met.values().flatten().copied()).await?,
                    met,
                    conversations: conversations_now,
                    messages: store.shared_messages(&messages).await?,
                    reads: store.all_reads(&conversations).await?,
                    counts,
                    agents: if people { store.agents().await? } else { vec![] },
                    inboxes: if people { store.all_inboxes().await? } else { vec![] },
                    custom_views: store.changed_custom_views(before).await?,
                    tickets: tickets::Told::read(store, &self.entries, before).await?,
                })
            })
            .await
    }
}

/// Where one stream stands.
struct Stand {
    agent: AgentId,
    reader: Option<Reader>,
    /// Nothing was looked at yet: what this agent could see where the client was left is not known.
    resumes: bool,
    /// The sequence of the last event sent, or where the client said it stood.
    told: Sequence,
    /// How far the log was looked at.
    heard: Sequence,
}

enum Told {
    Event(Box<FeedEvent>),
    /// Nothing in it for this reader.
    Nothing,
    /// The agent has been switched off.
    Over,
}

impl Stand {
    /// Tells what the log holds beyond what was heard.
    async fn catch_up(&mut self, store: &Store) -> Result<Told, store::Error> {
        if self.reader.is_none() {
            // Before the log is read, so that a change between the two is seen as one.
            self.reader = store.reader(self.agent).await?;
        }
        let batch = missed(store, self.heard).await?;
        self.tell(store, &batch).await
    }

    async fn tell(&mut self, store: &Store, batch: &Batch) -> Result<Told, store::Error> {
        let fresh: Vec<_> = batch.entries.iter().filter(|(entry, _)| entry.sequence > self.heard).collect();
        let people = fresh.iter().any(|(entry, _)| entry.change.alters_sight());
        let mut reload = batch.reload;
        if self.reader.is_none() || people || reload {
            let Some(now) = store.reader(self.agent).await? else { return Ok(Told::Over) };
            reload |= people && self.resumes;
            reload |= self.reader.as_ref().is_some_and(|old| *old != now);
            self.reader = Some(now);
        }
        self.resumes = false;
        let Some(reader) = &self.reader else { return Ok(Told::Over) };
        let mut event = FeedEvent {
            after: self.told,
            sequence: batch.sequence,
            reload,
            changes: vec![],
            conversations: vec![],
            messages: vec![],
            agents: vec![],
            inboxes: vec![],
            gone: vec![],
            counts: vec![],
            custom_views: vec![],
            custom_views_gone: vec![],
            tickets: vec![],
            tickets_gone: vec![],
            pipelines: vec![],
            pipelines_gone: vec![],
            ticket_counts: vec![],
            blocks: vec![],
            records: vec![],
            records_gone: vec![],
            links: vec![],
            activities: vec![],
            activities_gone: vec![],
            properties: vec![],
            properties_gone: vec![],
            object_types: vec![],
            object_types_gone: vec![],
            shown: vec![],
        };
        if reload {
            self.heard = batch.sequence;
            self.told = batch.sequence;
            return Ok(Told::Event(Box::new(event)));
        }
        let heard: Vec<_> =
            fresh.into_iter().filter(|(entry, inbox)| may_hear(reader, &entry.change, *inbox)).collect();
        if heard.is_empty() {
            self.heard = batch.sequence.max(self.heard);
            return Ok(Told::Nothing);
        }
        let shared = batch.shared(store).await?;
        let known: Vec<_> = heard
            .into_iter()
            .filter(|(entry, _)| match &entry.change {
                Change::Recorded { change } => shared.records.touches(reader, change),
                _ => true,
            })
            .collect();
        if known.is_empty() {
            self.heard = batch.sequence.max(self.heard);
            return Ok(Told::Nothing);
        }
        let heard = known;
        tell_records(store, reader, (&shared.records, &shared.met), &heard, &mut event).await?;
        let conversations: BTreeSet<_> = heard.iter().filter_map(|(entry, _)| entry.change.conversation()).collect();
        let messages: BTreeSet<_> = heard.iter().filter_map(|(entry, _)| entry.change.message()).collect();
        let shown = tickets::shown(heard.iter().map(|(entry, _)| &entry.change));
        let is_told = |view: &&ConversationView| {
            conversations.contains(&view.id) || view.ticket.as_ref().is_some_and(|ticket| shown.contains(&ticket.id))
        };
        for view in shared.conversations.iter().filter(is_told) {
            let mut view = view.clone();
            let read = shared.reads.iter().find(|(agent, id, _)| *agent == reader.agent && *id == view.id);
            store::personal_conversation(&mut view, read.map(|found| found.2).unwrap_or_default(), reader.read_floor);
            event.conversations.push(view);
        }
        for view in shared.messages.iter().filter(|view| messages.contains(&view.id)) {
            let mut view = view.clone();
            store::personal_message(&mut view, reader);
            event.messages.push(view);
        }
        if heard.iter().any(|(entry, _)| entry.change.alters_sight()) {
            event.agents.clone_from(&shared.agents);
            let visible = shared.inboxes.iter().filter(|inbox| reader.inboxes.contains(&inbox.id));
            event.inboxes = visible.cloned().collect();
        }
        let told = self.heard;
        let seen = |id| shared.custom_views.iter().find(|view| view.id() == id).and_then(|view| view.seen_by(reader));
        let changed = shared.custom_views.iter().filter_map(|view| view.seen_by(reader));
        event.custom_views = changed.filter(|(_, version)| *version > told).map(|(view, _)| view).collect();
        shared.tickets.tell(reader, &heard, told, &mut event);
        for (entry, inbox) in heard {
            if let Change::CustomViewSet { to, .. } = &entry.change
                && !event.custom_views_gone.contains(&to.id)
                && seen(to.id).is_none()
            {
                event.custom_views_gone.push(to.id);
            }
            if let Change::Deleted { conversation, .. } = &entry.change {
                event.gone.push(*conversation);
            }
            if let Some(inbox) = inbox
                && entry.change.private_to().is_none()
                && !event.counts.iter().any(|counts| counts.inbox_id == *inbox)
                && let Some((_, all)) = shared.counts.iter().find(|(id, _)| id == inbox)
            {
                let items = store::counts_for(all, reader.agent);
                event.counts.push(InboxCounts { inbox_id: *inbox, items });
            }
            let told = match &entry.change {
                Change::Recorded { change } => shared.records.may_hear(reader, change),
                _ => true,
            };
            if told {
                event.changes.push(entry.clone().into());
            }
        }
        self.heard = batch.sequence.max(self.heard);
        self.told = self.heard;
        event.sequence = self.heard;
        Ok(Told::Event(Box::new(event)))
    }
}

/// Whether this reader may know of a change at all (X2).
fn may_hear(reader: &Reader, change: &Change, inbox: Option<InboxId>) -> bool {
    if change.private_to().is_some_and(|agent| agent != reader.agent) {
        return false;
    }
    match change {
        // A contact is told of with its conversation.
        Change::ContactAdded { .. } => false,
        Change::AccessSet { .. } if reader.role < Role::Admin => false,
        _ => inbox.is_none_or(|inbox| reader.inboxes.contains(&inbox)),
    }
}
