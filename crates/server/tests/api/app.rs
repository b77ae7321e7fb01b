//! The app under test: a fresh database with four people and two inboxes, and clients that speak to the router.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use samtal_model::wire::{CommandAnswer, Problem};
use samtal_model::{
    Actor, Address, AgentId, AuthorRef, Change, Channel, Command, ConversationId, InboxId, MessageId, MessageKind,
    Origin, Receive, Role, Timestamp,
};
use samtal_server::auth::{self, Passwords};
use samtal_server::dispatch::{Dispatcher, Extras, MailExtras, Order, Outcome, Request as Ask};
use samtal_server::feed::FeedHub;
use samtal_server::fetch::Fetcher;
use samtal_server::http::{self, AppState};
use samtal_server::store::Store;
use serde_json::Value;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use tokio::sync::{OnceCell, watch};
use tower::ServiceExt;

/// Everybody's password.
pub const PASSWORD: &str = "samtal-test";

/// `stories![a, b]`: runs each `async fn a(app: TestApp)` on both engines.
macro_rules! stories {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name($crate::app::TestApp::on_sqlite().await).await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test]
                async fn $name() {
                    if let Some(app) = $crate::app::TestApp::on_postgres().await {
                        super::$name(app).await;
                    }
                }
            )*
        }
    };
}
pub(crate) use stories;

tokio::task_local! {
    static LATER_MS: AtomicI64;
}

/// Runs `story` with a server's clock that it can put forward by [`let_pass`].
pub async fn with_time(story: impl Future<Output = ()>) {
    LATER_MS.scope(AtomicI64::new(0), story).await;
}

/// Puts the server's clock forward.
pub fn let_pass(ms: i64) {
    LATER_MS.with(|later| later.fetch_add(ms, Ordering::Relaxed));
}

fn clock() -> Timestamp {
    let later = LATER_MS.try_with(|later| later.load(Ordering::Relaxed)).unwrap_or(0);
    http::now().plus_ms(later)
}

pub struct TestApp {
    pub state: AppState,
    pub store: Store,
    pub dispatcher: Dispatcher,
    pub stop: watch::Sender<bool>,
    router: Router,
    /// Open to all.
    pub support: InboxId,
    /// For the admin, and the super admin who sees everything.
    pub sales: InboxId,
    pub anna: AgentId,
    pub jonas: AgentId,
    pub ewa: AgentId,
    pub daan: AgentId,
    _folder: Option<tempfile::TempDir>,
}

impl TestApp {
    pub async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        Self::on(&url, Some(folder)).await
    }

    /// A database of its own in the cluster; none where there is no cluster.
    pub async fn on_postgres() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let cluster = std::env::var("SAMTAL_TEST_POSTGRES").ok()?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("samtal_api_{}_{}_{number}", std::process::id(), http::now().0);
        sqlx::any::install_default_drivers();
        let pool = sqlx::any::AnyPoolOptions::new().max_connections(1).connect(&cluster).await.expect("the cluster");
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::query(create).execute(&pool).await.expect("a database of its own");
        pool.close().await;
        let (base, query) = cluster.split_once('?').map_or((cluster.as_str(), None), |(a, b)| (a, Some(b)));
        let end = base.find("://").map_or(0, |at| at + 3);
        let host = base[end..].find('/').map_or(base, |at| &base[..end + at]);
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        Some(Self::on(&format!("{host}/{name}{query}"), None).await)
    }

    async fn on(url: &str, folder: Option<tempfile::TempDir>) -> Self {
        let store = Store::open(url).await.expect("the database opens");
        let feed = FeedHub::start(store.clone()).await.expect("the feed starts");
        let dispatcher = Dispatcher::new(store.clone(), feed.clone());
        let (stop, stopping) = watch::channel(false);
        let state = AppState::new(store.clone(), dispatcher.clone(), feed, stopping).with_clock(clock);
        let router = http::router(state.clone()).expect("a router");
        let mut app = Self {
            state,
            store,
            dispatcher,
            stop,
            router,
            support: InboxId(0),
            sales: InboxId(0),
            anna: AgentId(0),
            jonas: AgentId(0),
            ewa: AgentId(0),
            daan: AgentId(0),
            _folder: folder,
        };
        app.support = app.inbox("Support", true).await;
        app.sales = app.inbox("Sales", false).await;
        app.anna = app.person("Anna Lind", "agent@demo.test", Role::Agent).await;
        app.jonas = app.person("Jonas Karlsson", "second@demo.test", Role::Agent).await;
        app.ewa = app.person("Ewa Nowak", "admin@demo.test", Role::Admin).await;
        app.daan = app.person("Daan Visser", "super@demo.test", Role::SuperAdmin).await;
        app.system(Command::SetAccess { agent: app.ewa, inbox: app.sales, allowed: true }).await;
        app
    }

    /// The same app, which fetches from elsewhere in another way.
    pub fn with_fetcher(mut self, fetcher: Fetcher) -> Self {
        self.state = self.state.with_fetcher(fetcher);
        self.router = http::router(self.state.clone()).expect("a router");
        self
    }

    /// The same app, which believes what a proxy says about where a request comes from.
    pub fn behind_a_proxy(mut self) -> Self {
        self.state.behind_proxy = true;
        self.router = http::router(self.state.clone()).expect("a router");
        self
    }

    async fn inbox(&self, name: &str, open_to_all: bool) -> InboxId {
        let address = format!("{}@hyllan.example", name.to_lowercase());
        let outcome = self.system(Command::CreateInbox { name: name.into(), address, open_to_all }).await;
        let added = outcome.changes.iter().find_map(|logged| match &logged.change {
            Change::InboxAdded { inbox } => Some(inbox.id),
            _ => None,
        });
        added.expect("an inbox")
    }

    async fn person(&self, name: &str, email: &str, role: Role) -> AgentId {
        static HASH: OnceCell<String> = OnceCell::const_new();
        let hash = HASH.get_or_init(|| async { Passwords::default().hash(PASSWORD.into()).await.expect("a hash") });
        let command = Command::AddAgent { name: name.into(), email: email.into(), role };
        let extras = Extras { password_hash: Some(hash.await.clone()), ..Extras::default() };
        let outcome = self.order(Order { command, extras }).await;
        let added = outcome.changes.iter().find_map(|logged| match &logged.change {
            Change::AgentAdded { agent } => Some(agent.id),
            _ => None,
        });
        added.expect("an agent")
    }

    /// A command of the server itself.
    pub async fn system(&self, command: Command) -> Outcome {
        self.order(command.into()).await
    }

    async fn order(&self, order: Order) -> Outcome {
        let request = Ask::new(Actor::System, clock(), vec![order]);
        self.dispatcher.ask(request).await.expect("the server may do this")
    }

    /// A plain mail from Maja comes in.
    pub async fn mail(&self, inbox: InboxId, subject: &str, text: &str) -> (ConversationId, MessageId) {
        self.receive(receive(inbox, subject, text), MailExtras::default()).await
    }

    pub async fn receive(&self, receive: Receive, mail: MailExtras) -> (ConversationId, MessageId) {
        let extras = Extras { mail: Some(mail), ..Extras::default() };
        let outcome = self.order(Order { command: Command::Receive(Box::new(receive)), extras }).await;
        let added = outcome.changes.iter().find_map(|logged| match &logged.change {
            Change::MessageAdded { message } => Some((message.conversation, message.id)),
            _ => None,
        });
        added.expect("a message")
    }

    pub fn anonymous(&self) -> Client<'_> {
        Client { app: self, cookie: None }
    }

    pub async fn client(&self, agent: AgentId) -> Client<'_> {
        let cookie = auth::begin(&self.state, &HeaderMap::new(), agent).await.expect("a session");
        self.anonymous().with_cookie(cookie.to_str().expect("text"))
    }

    pub async fn anna(&self) -> Client<'_> {
        self.client(self.anna).await
    }

    pub async fn jonas(&self) -> Client<'_> {
        self.client(self.jonas).await
    }

    pub async fn ewa(&self) -> Client<'_> {
        self.client(self.ewa).await
    }

    pub async fn daan(&self) -> Client<'_> {
        self.client(self.daan).await
    }
}

/// A mail from Maja that begins a conversation.
pub fn receive(inbox: InboxId, subject: &str, text: &str) -> Receive {
    let maja = Address { name: "Maja Berg".into(), email: "maja@kund.example".into() };
    Receive {
        inbox,
        channel: Channel::Email,
        thread: None,
        origin: Origin::Inbound,
        kind: MessageKind::Inbound,
        author: AuthorRef::Contact(maja),
        contact: None,
        subject: subject.into(),
        text: text.into(),
        sent_at: clock(),
        spam: false,
        archived: false,
    }
}

#[derive(Clone)]
pub struct Client<'a> {
    app: &'a TestApp,
    cookie: Option<String>,
}

impl Client<'_> {
    /// The same client with the cookie of a `Set-Cookie` header.
    pub fn with_cookie(mut self, set_cookie: &str) -> Self {
        self.cookie = set_cookie.split(';').next().map(str::to_owned);
        self
    }

    pub async fn raw(&self, request: axum::http::request::Builder, body: impl Into<Body>) -> axum::response::Response {
        let request = match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        };
        let request = request.body(body.into()).expect("a request");
        self.app.router.clone().oneshot(request).await.expect("an answer")
    }

    pub async fn send(&self, method: Method, path: &str, extra: &[(&str, &str)], body: Option<Value>) -> Answer {
        let own = path.starts_with("/api") || path.starts_with("/survey");
        let path = if own { path.to_owned() } else { format!("/api/v1{path}") };
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in extra {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(json) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                json.to_string()
            }
            None => String::new(),
        };
        Answer::read(self.raw(request, body).await).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    pub async fn post(&self, path: &str) -> Answer {
        self.send(Method::POST, path, &[], None).await
    }

    pub async fn post_json(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, &[], Some(body)).await
    }

    pub async fn put(&self, path: &str) -> Answer {
        self.send(Method::PUT, path, &[], None).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], None).await
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.post_json("/session", serde_json::json!({ "email": email, "password": password })).await
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub async fn read(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes().to_vec();
        Self { status: parts.status, headers: parts.headers, body }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    #[track_caller]
    pub fn command(self) -> CommandAnswer {
        serde_json::from_value(self.ok().json()).expect("the answer to a command")
    }

    /// The refusal with this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Problem {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem: Problem = serde_json::from_value(self.json()).expect("a problem document");
        assert_eq!((problem.code.as_str(), problem.status), (code, status), "{problem:?}");
        assert!(!problem.detail.is_empty());
        problem
    }

    /// A refusal that names one field.
    #[track_caller]
    pub fn names(&self, status: u16, code: &str, field: &str, why: &str) {
        let problem = self.refused(status, code);
        let fields: Vec<_> = problem.errors.iter().map(|error| (error.field.as_str(), error.code.as_str())).collect();
        assert_eq!(fields, [(field, why)], "{problem:?}");
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
