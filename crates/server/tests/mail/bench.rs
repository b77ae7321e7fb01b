//! A backend without HTTP, and a folder for the mail that is imported into it.

use crate::databases;
use samtal_model::time::Timestamp;
use samtal_model::wire::ConversationView;
use samtal_model::{Actor, Command, Role, View};
use samtal_server::dispatch::{Dispatcher, Request};
use samtal_server::feed::FeedHub;
use samtal_server::import::{self, Error, Summary, Wanted};
use samtal_server::store::{ListQuery, Reader, Store};
use std::path::{Path, PathBuf};

pub struct Bench {
    pub folder: tempfile::TempDir,
    pub store: Store,
    pub dispatcher: Dispatcher,
    pub now: Timestamp,
}

impl Bench {
    /// On SQLite.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("import.db").display());
        Self::open(folder, &url).await
    }

    /// On each engine at hand.
    pub async fn each() -> Vec<Self> {
        let mut benches = vec![Self::new().await];
        let folder = tempfile::tempdir().expect("a folder");
        for url in databases::fresh(folder.path()).await.iter().skip(1) {
            benches.push(Self::open(tempfile::tempdir().expect("a folder"), url).await);
        }
        benches
    }

    async fn open(folder: tempfile::TempDir, url: &str) -> Self {
        let store = Store::open(url).await.expect("it opens");
        let feed = FeedHub::start(store.clone()).await.expect("it starts");
        let dispatcher = Dispatcher::new(store.clone(), feed);
        let now = Timestamp::parse("2026-11-21T10:00:00Z").expect("a time");
        let bench = Self { folder, store, dispatcher, now };
        let command =
            Command::AddAgent { name: "Anna".into(), email: "anna@hyllan.example".into(), role: Role::SuperAdmin };
        bench.ask(command).await;
        bench
    }

    async fn ask(&self, command: Command) {
        let request = Request::new(Actor::System, self.now, vec![command.into()]);
        self.dispatcher.ask(request).await.expect("accepted");
    }

    pub fn mail(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join("mail").join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, text).expect("written");
        path
    }

    pub async fn import(&self, path: &Path) -> Result<Summary, Error> {
        self.run(&wanted(path), std::future::pending()).await
    }

    pub async fn run(&self, wanted: &Wanted<'_>, stop: impl Future<Output = ()>) -> Result<Summary, Error> {
        import::run(&self.store, &self.dispatcher, wanted, self.now, stop).await
    }

    pub async fn reader(&self) -> Reader {
        let anna = self.store.agent_by_email("anna@hyllan.example").await.expect("a query").expect("Anna");
        self.store.reader(anna).await.expect("a query").expect("active")
    }

    pub async fn list(&self, view: View) -> Vec<ConversationView> {
        let reader = self.reader().await;
        let inbox = self.store.inboxes(&reader).await.expect("inboxes").first().expect("an inbox").id;
        let query = ListQuery { limit: 200, ..ListQuery::of_view(inbox, view) };
        self.store.conversations(&reader, &query).await.expect("a query").expect("visible").items
    }
}

/// What is wanted of most imports here.
pub fn wanted(path: &Path) -> Wanted<'_> {
    Wanted { path, inbox: "Support", make_inbox: false, address: None, archived: false }
}

/// A mail, dated as in its header.
pub fn mail(id: &str, from: &str, to: &str, at: &str, answers: &str, words: &str) -> String {
    let answers =
        if answers.is_empty() { String::new() } else { format!("References: {answers}\nIn-Reply-To: {answers}\n") };
    format!(
        "From: {from}\nTo: {to}\nSubject: Shelf {id}\nDate: {at}\nMessage-ID: <{id}@post.example>\n{answers}\n{words}\n"
    )
}

/// The inbox's address.
pub const INBOX: &str = "support@hyllan.example";
