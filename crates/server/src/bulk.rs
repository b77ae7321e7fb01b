//! Bulk actions (T8): one thing done with many conversations, each by a command of its own through the one door, asked
//! by whoever asked for the whole. So the rules, their refusals, the feed, the counts and undo are those of a single
//! action, and there is none of them here.
//!
//! What is asked is written down first and worked off in groups, with a key for each command: after a crash it goes on
//! where it stopped, and what was carried out but not noted is not carried out again. Whoever works on it holds a lease,
//! so that of several nodes on one database one does.

mod reach;
mod select;

use crate::dispatch::{Answer, Dispatcher, Fault, Request};
use crate::store::{self, Begun, BulkOf, Item, Lease, NewBulk, Outcome, Reader, Store};
use samtal_model::view::memberships;
use samtal_model::wire::{BulkAction, BulkState};
use samtal_model::{Actor, AgentId, BulkId, Command, ConversationId, MessageId, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Notify, Semaphore};

/// Conversations of one bulk action at the most.
pub const MOST: usize = 200_000;
/// Up to so many are carried out before the request is answered.
pub const AT_ONCE: usize = 100;
/// Commands in one transaction at the least and at the most: a single command of somebody else waits for no more than
/// these.
const GROUP: (i64, i64) = (8, 64);
/// How long a group is to take. Where the machine is slow or busy, groups become smaller.
const GROUP_LASTS: Duration = Duration::from_millis(30);
/// Bulk actions that one node works on side by side. They take turns, so that more would only make each slower.
const SIDE_BY_SIDE: usize = 4;
/// How often it looks for what another node has left behind.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often a group is asked while the database fails, before that is taken for its outcome, and the pause before each
/// further try.
const TRIES: (u32, Duration) = (3, Duration::from_millis(500));

/// A handle on the bulk actions; cheap to clone.
#[derive(Clone)]
pub struct Bulks {
    store: Store,
    dispatcher: Dispatcher,
    /// Something may be due.
    due: Arc<Notify>,
    /// Held while a group is asked: whoever has asked waits until the others had their turn.
    turn: Arc<Mutex<()>>,
    clock: fn() -> Timestamp,
    most: usize,
}

impl Bulks {
    #[must_use]
    pub fn new(store: Store, dispatcher: Dispatcher, clock: fn() -> Timestamp) -> Self {
        Self { store, dispatcher, due: Arc::default(), turn: Arc::default(), clock, most: MOST }
    }

    /// The same, with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> Timestamp) -> Self {
        self.clock = clock;
        self
    }

    /// The same, taking no more conversations at once than this: tests would wait long for [`MOST`].
    #[must_use]
    pub fn with_most(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// Writes down what is asked, and carries it out at once if that is quickly done.
    ///
    /// # Errors
    /// The database. What was written down is carried out later then.
    pub async fn ask(&self, new: &NewBulk) -> Result<Begun, store::Error> {
        let few = match &new.of {
            BulkOf::Ids(ids) => ids.len() <= AT_ONCE,
            BulkOf::Matching(_) => false,
            BulkOf::Undo(first) => {
                let first = self.store.bulk_view(new.agent, *first).await?;
                first.is_some_and(|it| it.changed <= AT_ONCE as i64 && it.state.is_over())
            }
        };
        let begun = self.store.begin_bulk(new, few).await?;
        match begun {
            Begun::New(lease) if few => self.work(lease).await?,
            Begun::New(_) => self.due.notify_one(),
            _ => {}
        }
        Ok(begun)
    }

    /// How many conversations it would be about, where that is cheap to know: of ids and of a view always, of a search
    /// only if one step finds all.
    ///
    /// # Errors
    /// The database.
    pub async fn count(&self, reader: &Reader, of: &BulkOf) -> Result<Option<i64>, store::Error> {
        Ok(match of {
            BulkOf::Ids(ids) => Some(ids.len() as i64),
            BulkOf::Undo(first) => Some(self.store.bulk_changed(*first).await?.len() as i64),
            BulkOf::Matching(asked) if asked.search.is_some() => {
                let (found, more) = self.store.ids_found(reader, asked, None).await?;
                let except: BTreeSet<ConversationId> = asked.except.iter().copied().collect();
                let count = found.into_iter().collect::<BTreeSet<_>>().difference(&except).count();
                more.is_none().then_some(count as i64)
            }
            BulkOf::Matching(asked) => {
                let Some(inbox) = asked.inbox else { return Ok(None) };
                let counts = self.store.view_counts(reader, inbox).await?.unwrap_or_default();
                let all = counts.iter().find(|it| it.view == asked.view).map_or(0, |it| it.count);
                let key = asked.view.key_for(reader.agent);
                let except = self.store.conversations_by_id(reader, &asked.except).await?;
                let stand =
                    except.iter().filter(|it| it.inbox_id == inbox && memberships(&it.to_model()).contains(&key));
                Some((all - stand.count() as i64).clamp(0, self.most as i64))
            }
        })
    }

    /// Asks that one stops, if it is still under way; what is being carried out at this moment still is. Says whether
    /// `agent` has such a one.
    ///
    /// # Errors
    /// The database.
    pub async fn stop(&self, agent: AgentId, id: BulkId) -> Result<bool, store::Error> {
        let known = self.store.stop_bulk(agent, id).await?;
        // If nobody works on it, nobody would hear of it before it has its turn.
        if known {
            self.carry_out(id).await?;
        }
        Ok(known)
    }

    /// Works off whatever is due, until it is dropped.
    pub async fn run(self) {
        let places = Arc::new(Semaphore::new(SIDE_BY_SIDE));
        loop {
            // An error is for the log of whoever meets it; the next look tries again.
            let due = self.store.bulk_due((self.clock)(), SIDE_BY_SIDE as i64).await.unwrap_or_else(|error| {
                tracing::error!(%error, "bulk actions could not be looked for");
                vec![]
            });
            for id in due {
                let Ok(place) = Arc::clone(&places).try_acquire_owned() else { break };
                let bulks = self.clone();
                tokio::spawn(async move {
                    if let Err(error) = bulks.carry_out(id).await {
                        tracing::error!(%error, bulk = %id, "a bulk action was broken off; it goes on in a moment");
                    }
                    drop(place);
                    // Another may have waited for it.
                    bulks.due.notify_one();
                });
            }
            let _ = tokio::time::timeout(LOOK_EVERY, self.due.notified()).await;
        }
    }

    /// Works one off, from where it stands to its end, unless somebody else does.
    ///
    /// # Errors
    /// The database. It goes on when the lease is over.
    pub async fn carry_out(&self, id: BulkId) -> Result<(), store::Error> {
        match self.store.lease_bulk(id, (self.clock)()).await? {
            Some(lease) => self.work(lease).await,
            None => Ok(()),
        }
    }

    async fn work(&self, lease: Lease) -> Result<(), store::Error> {
        let id = lease.bulk();
        let mut size = GROUP.1;
        while let Some(bulk) = self.store.bulk(id).await? {
            let ours = match bulk.state {
                BulkState::Selecting => self.select(&bulk, lease).await? || self.is_stopping(id).await?,
                BulkState::Running => {
                    let items = self.store.bulk_items(id, bulk.looked_at, size).await?;
                    if items.is_empty() {
                        self.store.end_bulk(lease, BulkState::Done).await?
                    } else {
                        self.group(&bulk, lease, items, &mut size).await?
                    }
                }
                BulkState::Stopping => {
                    let all = bulk.looked_at > 0 && bulk.looked_at == bulk.total;
                    self.store.end_bulk(lease, if all { BulkState::Done } else { BulkState::Stopped }).await?
                }
                BulkState::Done | BulkState::Stopped => break,
            };
            if !ours {
                return Ok(());
            }
        }
        // What undoes this one waits for it.
        self.due.notify_one();
        Ok(())
    }

    async fn is_stopping(&self, id: BulkId) -> Result<bool, store::Error> {
        Ok(self.store.bulk(id).await?.is_some_and(|bulk| bulk.state == BulkState::Stopping))
    }

    /// Carries a group out and notes what became of it. False if somebody else has taken over. `size` is how many the
    /// next one is to hold.
    async fn group(
        &self,
        bulk: &store::Bulk,
        lease: Lease,
        items: Vec<Item>,
        size: &mut i64,
    ) -> Result<bool, store::Error> {
        let mut tries = 0;
        let answers = loop {
            let turn = self.turn.lock().await;
            let begun = Instant::now();
            let answers = self.dispatcher.ask_many(self.requests(bulk, &items)).await;
            let took = begun.elapsed();
            drop(turn);
            *size = if took > GROUP_LASTS { *size / 2 } else { *size * 2 }.clamp(GROUP.0, GROUP.1);
            tries += 1;
            if answers.iter().any(|answer| matches!(answer, Err(Fault::Stopping))) {
                return Ok(false);
            }
            let failed = answers.iter().all(|answer| matches!(answer, Err(Fault::Store(_))));
            if !failed || tries == TRIES.0 {
                break answers;
            }
            tokio::time::sleep(TRIES.1).await;
        };
        let outcomes: Vec<_> = items.into_iter().zip(answers.into_iter().map(outcome)).collect();
        self.store.note_bulk(lease, bulk.looked_at, &outcomes, (self.clock)()).await
    }

    fn requests(&self, bulk: &store::Bulk, items: &[Item]) -> Vec<Request> {
        let now = (self.clock)();
        let one = |item: &Item| Request {
            key: Some(key(bulk.id, item.conversation)),
            ..Request::new(Actor::Agent(bulk.agent), now, vec![command(bulk, item).into()])
        };
        items.iter().map(one).collect()
    }
}

/// What stands for the command in what is remembered of requests. It has spaces, which no key of a client has.
#[must_use]
pub fn key(bulk: BulkId, conversation: ConversationId) -> String {
    format!("bulk {bulk} {conversation}")
}

fn command(bulk: &store::Bulk, item: &Item) -> Command {
    let conversation = item.conversation;
    if let Some(command) = item.target {
        return Command::Undo { command };
    }
    command_for(bulk.action, bulk.owner, bulk.up_to, conversation)
}

/// What is done with one of them.
fn command_for(action: BulkAction, owner: Option<AgentId>, up_to: MessageId, conversation: ConversationId) -> Command {
    match action {
        BulkAction::Close => Command::Close { conversation },
        BulkAction::Reopen => Command::Reopen { conversation },
        BulkAction::Assign => Command::Assign { conversation, owner },
        BulkAction::Trash => Command::Trash { conversation },
        BulkAction::Restore => Command::Restore { conversation },
        BulkAction::Spam => Command::MarkSpam { conversation },
        BulkAction::NotSpam => Command::MarkNotSpam { conversation },
        BulkAction::Read => Command::MarkRead { conversation, up_to },
        BulkAction::Unread => Command::MarkUnread { conversation },
    }
}

/// A refusal is told as it is for a single action.
fn outcome(answer: Answer) -> Outcome {
    match answer {
        Ok(outcome) => Outcome::Done(outcome.command),
        Err(Fault::Refused(refusal)) => {
            Outcome::Refused { code: refusal.code().to_owned(), reason: refusal.sentence() }
        }
        Err(fault) => {
            tracing::error!(%fault, "one conversation of a bulk action failed");
            let reason = "Something went wrong on the server. It has been written to its log.".to_owned();
            Outcome::Refused { code: "internal".to_owned(), reason }
        }
    }
}
