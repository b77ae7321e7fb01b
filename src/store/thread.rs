//! The messages of a conversation in order, as far as they have been read. The words are in the store's messages.

use super::by_id::ById;
use super::{Store, lock};
use crate::api::{self, ThreadAt};
use crate::ui::live::spawn;
use leptos::prelude::*;
use samtal_model::wire::{MessageView, Problem};
use samtal_model::{ConversationId, MessageId};

/// Messages read at a time.
const PAGE: usize = 30;
/// Threads whose messages stay at hand; the one not looked at for longest gives up its own.
const MOST_THREADS: usize = 24;

#[derive(Clone, Debug, PartialEq)]
pub enum ThreadState {
    Loading,
    Ready,
    /// Deleted for good, or not for this agent (M3).
    Gone,
    Failed(Problem),
}

/// A thread; a handle that can be copied.
#[derive(Clone, Copy)]
pub struct Thread {
    /// Oldest first. A negative id is a message on its way to the server.
    pub order: Signal<Vec<MessageId>>,
    /// There are older ones: [`Thread::load_before`].
    pub has_before: Signal<bool>,
    /// There are newer ones: [`Thread::load_after`].
    pub has_after: Signal<bool>,
    pub state: Signal<ThreadState>,
    id: ConversationId,
    store: Store,
    held: Held,
}

#[derive(Clone, Copy)]
struct Held {
    order: RwSignal<Vec<MessageId>>,
    has_before: RwSignal<bool>,
    has_after: RwSignal<bool>,
    state: RwSignal<ThreadState>,
    /// What is being read; one at a time.
    reading: RwSignal<Option<ThreadAt>>,
    /// What came by the feed meanwhile: the page may have been read before it was there.
    late: StoredValue<Vec<MessageId>>,
}

#[derive(Default)]
pub struct Threads {
    held: ById<ConversationId, Thread>,
    /// Latest last.
    used: Vec<ConversationId>,
}

impl Store {
    /// The thread of a conversation; read it with one of its `load_` functions.
    #[must_use]
    pub fn thread(&self, id: ConversationId) -> Thread {
        let (thread, surplus) = {
            let mut threads = lock(&self.0.threads);
            threads.used.retain(|used| *used != id);
            threads.used.push(id);
            let surplus = (threads.used.len() > MOST_THREADS).then(|| threads.used.remove(0));
            let surplus = surplus.and_then(|id| threads.held.get(id).copied());
            let store = *self;
            (*threads.held.or_insert(id, || Thread::new(store, id)), surplus)
        };
        if let Some(surplus) = surplus {
            surplus.give_up();
        }
        thread
    }

    /// Reads the newest page of a conversation that may be opened next.
    pub fn fetch_ahead(&self, id: ConversationId) {
        let known = lock(&self.0.threads).held.has(id);
        if known || id.0 < 0 {
            return;
        }
        let thread = self.thread(id);
        // It is not what the agent looks at.
        let mut threads = lock(&self.0.threads);
        threads.used.retain(|used| *used != id);
        let at = threads.used.len().saturating_sub(1);
        threads.used.insert(at, id);
        drop(threads);
        thread.load_newest();
    }

    fn held_thread(&self, id: ConversationId) -> Option<Thread> {
        lock(&self.0.threads).held.get(id).copied()
    }

    /// Whether its messages are worth keeping.
    pub(super) fn keeps_thread(&self, id: ConversationId) -> bool {
        self.held_thread(id).is_some_and(|thread| thread.is_here() || thread.is_reading())
    }

    /// A message that arrived or was written stands where its date says, if that part of the thread is here.
    pub(super) fn place_in_thread(&self, message: &MessageView) {
        let Some(thread) = self.held_thread(message.conversation_id) else { return };
        let held = thread.held;
        if thread.is_reading() {
            held.late.update_value(|late| late.push(message.id));
        }
        if !thread.is_here() || held.order.read_untracked().contains(&message.id) {
            return;
        }
        if held.has_after.get_untracked() {
            return;
        }
        let ranks = lock(&self.0.messages);
        let rank = (message.sent_at, message.id);
        // A message on its way is the newest, whatever this machine's clock says.
        let later = |id: &MessageId| id.0 < 0 || ranks.rank(*id).is_some_and(|of| of > rank);
        let at = match message.id.0 < 0 {
            true => held.order.read_untracked().len(),
            false => held.order.read_untracked().iter().rposition(|id| !later(id)).map_or(0, |at| at + 1),
        };
        drop(ranks);
        if at == 0 && held.has_before.get_untracked() {
            return;
        }
        held.order.update(|order| order.insert(at, message.id));
    }

    /// A temporary message makes room for the real one, or goes.
    pub(super) fn leave_thread(&self, id: ConversationId, message: MessageId) {
        if let Some(thread) = self.held_thread(id) {
            thread.held.order.update(|order| order.retain(|of| *of != message));
        }
        lock(&self.0.messages).remove(message);
    }

    pub(super) fn end_thread(&self, id: ConversationId) {
        if let Some(thread) = self.held_thread(id) {
            thread.end();
        }
    }

    /// Something was missed. What the agent looks at is read anew where it stands; the others when they are opened.
    pub(super) fn reread_threads(&self) {
        let (threads, latest): (Vec<Thread>, Option<ConversationId>) = {
            let threads = lock(&self.0.threads);
            (threads.held.each().map(|(_, thread)| *thread).collect(), threads.used.last().copied())
        };
        for thread in threads {
            if Some(thread.id) == latest {
                let middle = thread.held.order.with_untracked(|order| order.get(order.len() / 2).copied());
                match middle.filter(|_| thread.held.has_after.get_untracked()) {
                    Some(middle) => thread.read(ThreadAt::Around(middle)),
                    None => thread.read(ThreadAt::Newest),
                }
            } else if thread.held.state.get_untracked() == ThreadState::Ready {
                thread.give_up();
            }
        }
    }
}

impl Thread {
    fn new(store: Store, id: ConversationId) -> Self {
        let held = store.0.owner.with(|| Held {
            order: RwSignal::new(Vec::new()),
            has_before: RwSignal::new(false),
            has_after: RwSignal::new(false),
            state: RwSignal::new(ThreadState::Loading),
            reading: RwSignal::new(None),
            late: StoredValue::new(Vec::new()),
        });
        store.0.owner.with(|| Self {
            order: held.order.into(),
            has_before: held.has_before.into(),
            has_after: held.has_after.into(),
            state: held.state.into(),
            id,
            store,
            held,
        })
    }

    fn is_here(self) -> bool {
        self.held.state.get_untracked() == ThreadState::Ready
    }

    /// Whether a part of it is on its way. Followed.
    #[must_use]
    pub fn reading(self) -> bool {
        self.held.reading.with(Option::is_some)
    }

    /// The same, without following it.
    #[must_use]
    pub fn is_reading(self) -> bool {
        self.held.reading.with_untracked(Option::is_some)
    }

    /// The newest page; nothing, if it is here.
    pub fn load_newest(self) {
        let ready = self.held.state.get_untracked() == ThreadState::Ready;
        if !ready || self.held.has_after.get_untracked() {
            self.read(ThreadAt::Newest);
        }
    }

    /// The page around a message; nothing, if that is here.
    pub fn load_around(self, message: MessageId) {
        if !self.held.order.read_untracked().contains(&message) {
            self.read(ThreadAt::Around(message));
        }
    }

    /// The page before the first.
    pub fn load_before(self) {
        let first = self.held.order.with_untracked(|order| order.iter().copied().find(|id| id.0 > 0));
        if let Some(first) = first.filter(|_| self.held.has_before.get_untracked()) {
            self.read(ThreadAt::Before(first));
        }
    }

    /// The page after the last.
    pub fn load_after(self) {
        let last = self.held.order.with_untracked(|order| order.iter().copied().rfind(|id| id.0 > 0));
        if let Some(last) = last.filter(|_| self.held.has_after.get_untracked()) {
            self.read(ThreadAt::After(last));
        }
    }

    fn read(self, at: ThreadAt) {
        let held = self.held;
        // Asked twice, it is read once; asked for another part, the latest wins.
        if held.reading.get_untracked() == Some(at) {
            return;
        }
        held.reading.set(Some(at));
        spawn(async move {
            let answer = api::messages(self.id, at, PAGE).await;
            if held.reading.get_untracked() != Some(at) {
                return;
            }
            held.reading.set(None);
            match answer {
                Ok(page) => {
                    let ids: Vec<MessageId> = page.items.iter().map(|message| message.id).collect();
                    self.store.take_messages(page.items);
                    self.merge(at, ids, page.has_before, page.has_after);
                    held.state.set(ThreadState::Ready);
                    self.place_late();
                }
                Err(problem) if problem.status == 404 => self.end(),
                // A page that could not be added leaves what is here; its edge asks again.
                Err(_) if matches!(at, ThreadAt::Before(_) | ThreadAt::After(_)) => {}
                Err(problem) => {
                    if held.state.get_untracked() != ThreadState::Ready {
                        held.state.set(ThreadState::Failed(problem));
                    }
                }
            }
        });
    }

    /// Puts in what came while a page was on its way.
    fn place_late(self) {
        let late = self.held.late.try_update_value(std::mem::take).unwrap_or_default();
        for id in late {
            let message = lock(&self.store.0.messages).confirmed(id).cloned();
            if let Some(message) = message {
                self.store.place_in_thread(&message);
            }
        }
    }

    fn merge(self, at: ThreadAt, ids: Vec<MessageId>, before: bool, after: bool) {
        let held = self.held;
        held.order.update(|order| match at {
            ThreadAt::Newest | ThreadAt::Around(_) => {
                // What is on its way, and what arrived while the page was, stay behind it.
                let newest = ids.iter().max().copied();
                let after_page = |id: &MessageId| at == ThreadAt::Newest && Some(*id) > newest;
                let waiting: Vec<MessageId> =
                    order.iter().copied().filter(|id| id.0 < 0 || (newest.is_some() && after_page(id))).collect();
                *order = ids;
                if !after {
                    order.extend(waiting);
                }
            }
            ThreadAt::Before(_) => {
                let mut joined = ids;
                joined.retain(|id| !order.contains(id));
                joined.append(order);
                *order = joined;
            }
            ThreadAt::After(_) => {
                let at = order.iter().rposition(|id| id.0 > 0).map_or(0, |at| at + 1);
                let new: Vec<MessageId> = ids.into_iter().filter(|id| !order.contains(id)).collect();
                order.splice(at..at, new);
            }
        });
        if !matches!(at, ThreadAt::After(_)) {
            held.has_before.set(before);
        }
        if !matches!(at, ThreadAt::Before(_)) {
            held.has_after.set(after);
        }
    }

    fn end(self) {
        self.held.reading.set(None);
        self.held.order.set(Vec::new());
        self.held.has_before.set(false);
        self.held.has_after.set(false);
        self.held.state.set(ThreadState::Gone);
    }

    fn give_up(self) {
        let ids = self.held.order.with_untracked(Clone::clone);
        self.held.order.set(Vec::new());
        self.held.state.set(ThreadState::Loading);
        for id in ids {
            lock(&self.store.0.messages).remove(id);
        }
    }
}
