//! A fresh database for each test, on SQLite and, where `SAMTAL_TEST_POSTGRES` names a cluster, on PostgreSQL too.

use samtal_model::{Actor, AgentId, Command, InboxId, Role, Timestamp};
use samtal_server::dispatch::{Dispatcher, Order, Outcome, Request};
use samtal_server::feed::FeedHub;
use samtal_server::store::{Reader, Store};
use std::sync::atomic::{AtomicU32, Ordering};

/// A running backend without HTTP.
pub struct Bench {
    pub store: Store,
    pub dispatcher: Dispatcher,
    pub feed: FeedHub,
    pub url: String,
    _folder: Option<tempfile::TempDir>,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Runs the test on every engine at hand.
pub async fn on_each_engine<F, Fut>(test: F)
where
    F: Fn(Bench) -> Fut,
    Fut: Future<Output = ()>,
{
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("samtal.db").display());
    test(Bench::open(url, Some(folder)).await).await;
    if let Ok(cluster) = std::env::var("SAMTAL_TEST_POSTGRES") {
        test(Bench::open(new_database(&cluster).await, None).await).await;
    }
}

/// The same for a test that opens the empty database itself.
pub async fn on_each_url<F, Fut>(test: F)
where
    F: Fn(String) -> Fut,
    Fut: Future<Output = ()>,
{
    let folder = tempfile::tempdir().expect("a temporary folder");
    test(format!("sqlite:{}", folder.path().join("samtal.db").display())).await;
    if let Ok(cluster) = std::env::var("SAMTAL_TEST_POSTGRES") {
        test(new_database(&cluster).await).await;
    }
}

/// A new, empty database in the cluster; the cluster is thrown away as a whole.
async fn new_database(cluster: &str) -> String {
    sqlx::any::install_default_drivers();
    let name = format!("samtal_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let admin = sqlx::AnyPool::connect(cluster).await.expect("the cluster answers");
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&admin).await.expect("a database");
    admin.close().await;
    let (server, parameters) = cluster.split_once('?').map_or((cluster, String::new()), |(s, p)| (s, format!("?{p}")));
    let (host, _) = server.rsplit_once('/').expect("an address with a database name");
    format!("{host}/{name}{parameters}")
}

impl Bench {
    async fn open(url: String, folder: Option<tempfile::TempDir>) -> Self {
        let store = Store::open(&url).await.expect("the database opens");
        let feed = FeedHub::start(store.clone()).await.expect("the feed starts");
        let dispatcher = Dispatcher::new(store.clone(), feed.clone());
        Self { store, dispatcher, feed, url, _folder: folder }
    }

    /// Another server on the same database.
    pub async fn second_node(&self) -> Self {
        Self::open(self.url.clone(), None).await
    }

    /// Carries out a command that has to succeed.
    pub async fn ask(&self, actor: Actor, now: i64, command: Command) -> Outcome {
        let name = command.name();
        self.dispatcher
            .ask(request(actor, now, command))
            .await
            .unwrap_or_else(|fault| panic!("{name} was refused: {fault}"))
    }

    /// An agent of this role, who sees the inboxes open to all.
    pub async fn agent(&self, name: &str, role: Role) -> AgentId {
        let email = format!("{name}@samtal.test");
        let command = Command::AddAgent { name: name.into(), email: email.clone(), role };
        self.ask(Actor::System, 0, command).await;
        self.store.agent_by_email(&email).await.expect("a query").expect("the agent")
    }

    pub async fn inbox(&self, name: &str, open_to_all: bool) -> InboxId {
        let address = format!("{name}@samtal.test");
        self.ask(Actor::System, 0, Command::CreateInbox { name: name.into(), address, open_to_all }).await;
        let inboxes = self.store.all_inboxes().await.expect("a query");
        inboxes.into_iter().find(|inbox| inbox.name == name).expect("the inbox").id
    }

    pub async fn reader(&self, agent: AgentId) -> Reader {
        self.store.reader(agent).await.expect("a query").expect("an active agent")
    }
}

pub fn request(actor: Actor, now: i64, command: Command) -> Request {
    Request::new(actor, Timestamp(now), vec![Order::from(command)])
}
