//! What this browser knows: entities by id, each live, and the one door by which answers, guesses and the feed come in.
//! What the agent sees of it is in the folders named after it; how it travels is in [`crate::api`].

mod act;
pub mod bulk;
mod by_id;
mod counts;
mod custom;
mod entity;
mod guess;
pub mod known;
mod live;
mod thread;
mod write;

pub use live::follow;
pub use thread::{Thread, ThreadState};

use crate::api;
use crate::browser::frame;
use crate::ui::live::spawn;
use counts::Counts;
use entity::{Conversations, Messages};
use leptos::prelude::*;
use samtal_model::wire::{AgentView, ConversationView, InboxView, MessageView, Problem, SessionView};
use samtal_model::{AgentId, ConversationId, CustomViewId, InboxId, MessageId, Sequence, Sort, View, ViewKey};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The state of the signed-in agent's page. It lives as long as the page: signing out loads the page anew, so that
/// nothing of one account is there for the next.
#[derive(Clone, Copy)]
pub struct Store(&'static Inner);

struct Inner {
    /// Owns every signal of the store.
    owner: Owner,
    me: RwSignal<AgentView>,
    agents: RwSignal<Vec<AgentView>>,
    inboxes: RwSignal<Vec<InboxView>>,
    /// The inboxes have been read at least once.
    inboxes_known: RwSignal<bool>,
    counts: RwSignal<Counts>,
    connection: RwSignal<Connection>,
    /// Messages up to this one are read for this agent.
    floor: Mutex<Option<MessageId>>,
    sequence: Mutex<Sequence>,
    conversations: Mutex<Conversations>,
    messages: Mutex<Messages>,
    threads: Mutex<thread::Threads>,
    listeners: Mutex<Vec<(u32, Listener)>>,
    notice: Mutex<Option<Teller>>,
    /// What this page did that can be undone, latest last.
    undoable: Mutex<Vec<act::Done>>,
    /// For temporary ids, tickets and listeners.
    next: Mutex<u32>,
}

type Teller = Arc<dyn Fn(Notice) + Send + Sync>;
type Listener = Arc<dyn Fn(&News) + Send + Sync>;

/// Whether the feed flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    Up,
    Reconnecting,
}

/// What lists have to look at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// These conversations changed; `own`: by this agent's hand.
    Changed { ids: Vec<ConversationId>, own: bool },
    /// Deleted for good, or out of sight.
    Gone(Vec<ConversationId>),
    /// What these custom views find has changed, or what they are.
    Custom(Vec<CustomViewId>),
    /// Something was missed: read anew what is shown.
    Reread,
}

/// Something to tell the agent, wherever they look.
pub enum Notice {
    Done(String),
    /// With a way back.
    Undoable(i64, String, Box<dyn Fn() + Send + Sync>),
    /// What was offered under this number has been taken back otherwise.
    TakenBack(i64),
    Bad(String),
}

/// The store; call it at a component's top.
#[must_use]
pub fn use_store() -> Store {
    expect_context()
}

/// Makes the store for who signed in and reads what every screen needs. [`follow`] starts the feed.
pub fn open(session: SessionView) -> Store {
    let owner = Owner::new_root(None);
    let inner = owner.with(|| Inner {
        owner: owner.clone(),
        agents: RwSignal::new(vec![session.agent.clone()]),
        me: RwSignal::new(session.agent),
        inboxes: RwSignal::new(Vec::new()),
        inboxes_known: RwSignal::new(false),
        counts: RwSignal::new(Counts::default()),
        connection: RwSignal::new(Connection::Up),
        floor: Mutex::new(session.read_floor),
        sequence: Mutex::new(session.sequence),
        conversations: Mutex::default(),
        messages: Mutex::default(),
        threads: Mutex::default(),
        listeners: Mutex::default(),
        notice: Mutex::default(),
        undoable: Mutex::default(),
        next: Mutex::new(1),
    });
    let store = Store(Box::leak(Box::new(inner)));
    store.read_rosters(|_, _| {});
    store
}

/// Pause before something that every screen needs is asked for again, in milliseconds.
const AGAIN_MS: i32 = 2_000;

/// Waits a little, if the problem is one that passes: no connection, or a server that cannot answer just now.
async fn passes(problem: &Problem) -> bool {
    let passes = problem.status == 0 || problem.status >= 500;
    if passes {
        frame::pause(AGAIN_MS).await;
    }
    passes
}

/// A panic while a lock is held ends the page anyway.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Makes signals that live as long as the page, for who needs one of a kind.
    pub fn for_good<T>(&self, make: impl FnOnce() -> T) -> T {
        self.0.owner.with(make)
    }

    /// Who is signed in.
    #[must_use]
    pub fn me(&self) -> AgentView {
        self.0.me.get()
    }

    /// Without following changes; for callbacks.
    fn my_id(&self) -> AgentId {
        self.0.me.with_untracked(|me| me.id)
    }

    /// Everybody of the team, former ones too.
    #[must_use]
    pub fn agents(&self) -> Signal<Vec<AgentView>> {
        self.0.agents.into()
    }

    /// The name of an agent, followed as it changes.
    #[must_use]
    pub fn agent_name(&self, id: AgentId) -> String {
        self.0.agents.with(|agents| {
            agents
                .iter()
                .find(|agent| agent.id == id)
                .map_or_else(|| "Former colleague".into(), |agent| agent.name.clone())
        })
    }

    /// The inboxes this agent sees.
    #[must_use]
    pub fn inboxes(&self) -> Signal<Vec<InboxView>> {
        self.0.inboxes.into()
    }

    /// Whether [`Store::inboxes`] has been read, so that none means none.
    #[must_use]
    pub fn inboxes_known(&self) -> Signal<bool> {
        self.0.inboxes_known.into()
    }

    /// How many stand in a view; none while it is not known. Followed.
    #[must_use]
    pub fn count(&self, inbox: InboxId, view: View) -> Option<i64> {
        self.0.counts.with(|counts| counts.of(inbox, view))
    }

    /// The same, for now only.
    #[must_use]
    pub fn count_now(&self, inbox: InboxId, view: View) -> Option<i64> {
        self.0.counts.with_untracked(|counts| counts.of(inbox, view))
    }

    /// How the feed is doing.
    #[must_use]
    pub fn connection(&self) -> Signal<Connection> {
        self.0.connection.into()
    }

    /// The conversation, live; none while it is not here, and after it is gone. It is fetched if it is not here.
    #[must_use]
    pub fn conversation(&self, id: ConversationId) -> ArcRwSignal<Option<ConversationView>> {
        let (signal, fetch) = lock(&self.0.conversations).watch(id);
        if fetch {
            let store = *self;
            spawn(async move {
                match api::conversation(id).await {
                    Ok(conversation) => store.take_conversations(vec![conversation], false),
                    Err(problem) => store.conversation_failed(id, &problem),
                }
            });
        }
        signal
    }

    /// Its value now, without following it and without fetching it.
    #[must_use]
    pub fn peek(&self, id: ConversationId) -> Option<ConversationView> {
        lock(&self.0.conversations).shown(id)
    }

    /// The message, live; none while it is not here.
    #[must_use]
    pub fn message(&self, id: MessageId) -> ArcRwSignal<Option<MessageView>> {
        lock(&self.0.messages).watch(id)
    }

    /// Whether the conversation stands in the view, as this agent sees it.
    #[must_use]
    pub fn stands_in(&self, conversation: &ConversationView, inbox: InboxId, view: View) -> bool {
        conversation.inbox_id == inbox && self.views_of(conversation).contains(&view)
    }

    /// The views it stands in, as this agent sees them.
    #[must_use]
    pub fn views_of(&self, conversation: &ConversationView) -> Vec<View> {
        let me = self.my_id();
        let mine = |key: &ViewKey| key.agent.is_none_or(|agent| agent == me);
        samtal_model::view::memberships(&conversation.to_model())
            .iter()
            .filter(|key| mine(key))
            .map(|key| key.view)
            .collect()
    }

    /// Where notices go; set once by the app.
    pub fn on_notice(&self, tell: impl Fn(Notice) + Send + Sync + 'static) {
        *lock(&self.0.notice) = Some(Arc::new(tell));
    }

    /// Says that something could not be done.
    pub fn warn(&self, words: String) {
        self.notify(Notice::Bad(words));
    }

    pub(crate) fn notify(&self, notice: Notice) {
        let tell = lock(&self.0.notice).clone();
        if let Some(tell) = tell {
            tell(notice);
        }
    }

    /// Hears of every change that may move rows, until the caller's owner is gone.
    pub fn on_news(&self, listener: impl Fn(&News) + Send + Sync + 'static) {
        let id = self.fresh();
        lock(&self.0.listeners).push((id, Arc::new(listener)));
        let store = *self;
        on_cleanup(move || lock(&store.0.listeners).retain(|(of, _)| *of != id));
    }

    fn tell_news(&self, news: &News) {
        let listeners: Vec<Listener> = lock(&self.0.listeners).iter().map(|(_, listener)| listener.clone()).collect();
        for listener in listeners {
            listener(news);
        }
    }

    /// A number this page has not used yet.
    fn fresh(&self) -> u32 {
        let mut next = lock(&self.0.next);
        *next += 1;
        *next
    }

    fn floor(&self) -> Option<MessageId> {
        *lock(&self.0.floor)
    }

    /// What the list is ordered by: the greater stands higher; without following it.
    #[must_use]
    pub fn rank(&self, id: ConversationId, sort: Sort) -> Option<i64> {
        lock(&self.0.conversations).rank(id, sort)
    }

    // What follows is the one door by which state comes in.

    /// Takes in conversations from an answer or the feed.
    pub(crate) fn take_conversations(&self, conversations: Vec<ConversationView>, own: bool) {
        let ids: Vec<ConversationId> = conversations.iter().map(|conversation| conversation.id).collect();
        {
            let mut shelf = lock(&self.0.conversations);
            for conversation in conversations {
                shelf.take(conversation, self.my_id(), self.floor());
            }
        }
        if !ids.is_empty() {
            self.tell_news(&News::Changed { ids, own });
        }
    }

    /// Takes in a page of the list.
    pub(crate) fn take_page(&self, conversations: Vec<ConversationView>) {
        self.take_conversations(conversations, false);
    }

    /// Takes in messages from an answer or the feed.
    pub(crate) fn take_messages(&self, messages: Vec<MessageView>) {
        let mut shelf = lock(&self.0.messages);
        for message in messages {
            shelf.take(message, self.my_id());
        }
    }

    /// Deleted for good, or out of this agent's sight.
    pub(crate) fn forget(&self, ids: &[ConversationId]) {
        for id in ids {
            lock(&self.0.conversations).forget(*id);
            lock(&self.0.messages).forget_of(*id);
            self.end_thread(*id);
        }
        if !ids.is_empty() {
            self.tell_news(&News::Gone(ids.to_vec()));
        }
    }

    fn conversation_failed(&self, id: ConversationId, problem: &Problem) {
        let gone = problem.status == 404;
        lock(&self.0.conversations).fetch_failed(id, gone);
        if gone {
            self.end_thread(id);
        }
    }

    fn take_agents(&self, changed: Vec<AgentView>) {
        self.0.agents.update(|agents| {
            for agent in changed {
                if agent.id == self.my_id() {
                    self.0.me.set(agent.clone());
                }
                match agents.iter_mut().find(|known| known.id == agent.id) {
                    Some(known) => *known = agent,
                    None => agents.push(agent),
                }
            }
        });
    }

    /// Something was missed: reads anew all that is shown.
    pub(crate) fn reread(&self) {
        let store = *self;
        spawn(async move {
            let session = loop {
                match api::session().await {
                    Ok(session) => break Some(session),
                    Err(problem) if !passes(&problem).await => break None,
                    Err(_) => {}
                }
            };
            if let Some(session) = session {
                // Before the rest is read: what changes meanwhile comes by the feed and is newer.
                let mut sequence = lock(&store.0.sequence);
                *sequence = session.sequence.max(*sequence);
                drop(sequence);
                *lock(&store.0.floor) = session.read_floor;
                store.0.me.set(session.agent);
            }
            store.read_custom_views();
            store.reread_known();
            let held = store.0.counts.with_untracked(Counts::inboxes);
            store.read_rosters(Store::drop_unseen);
            for inbox in held {
                store.read_counts(inbox);
            }
            store.reread_threads();
            store.tell_news(&News::Reread);
        });
    }

    /// `known` is told of the inboxes before anybody else.
    fn read_rosters(&self, known: fn(&Self, &[InboxView])) {
        let store = *self;
        spawn(async move {
            loop {
                match api::inboxes().await {
                    Ok(list) => {
                        known(&store, &list.items);
                        store.0.inboxes.set(list.items);
                        store.0.inboxes_known.set(true);
                        return;
                    }
                    Err(problem) if !passes(&problem).await => return,
                    Err(_) => {}
                }
            }
        });
        spawn(async move {
            loop {
                match api::agents().await {
                    Ok(list) => return store.0.agents.set(list.items),
                    Err(problem) if !passes(&problem).await => return,
                    Err(_) => {}
                }
            }
        });
    }

    /// What stands in inboxes this agent no longer sees leaves.
    fn drop_unseen(&self, inboxes: &[InboxView]) {
        let seen: Vec<InboxId> = inboxes.iter().map(|inbox| inbox.id).collect();
        let gone = lock(&self.0.conversations).outside(&seen);
        self.forget(&gone);
    }

    /// Reads the counts of an inbox; from then on the feed keeps them.
    pub fn read_counts(&self, inbox: InboxId) {
        let store = *self;
        spawn(async move {
            if let Ok(list) = api::view_counts(inbox).await {
                let items = list.items;
                store.0.counts.update(|counts| {
                    counts.take(&samtal_model::wire::InboxCounts { inbox_id: inbox, items });
                });
            }
        });
    }
}
