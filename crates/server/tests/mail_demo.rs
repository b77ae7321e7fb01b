//! The demo in a real store: what a newcomer finds.

use samtal_model::View;
use samtal_model::time::Timestamp;
use samtal_model::wire::ConversationView;
use samtal_server::demo;
use samtal_server::dispatch::Dispatcher;
use samtal_server::feed::FeedHub;
use samtal_server::store::{ListQuery, Reader, Store, ThreadAt, TicketQuery};

#[path = "mail/databases.rs"]
mod databases;

async fn filled(conversations: usize) -> (tempfile::TempDir, Store, Timestamp) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("demo.db").display());
    let (store, now) = filled_at(&url, conversations).await;
    (folder, store, now)
}

async fn filled_at(url: &str, conversations: usize) -> (Store, Timestamp) {
    let store = Store::open(url).await.expect("it opens");
    let feed = FeedHub::start(store.clone()).await.expect("it starts");
    let dispatcher = Dispatcher::new(store.clone(), feed);
    let now = Timestamp(1_795_258_800_000);
    let started = std::time::Instant::now();
    let made = demo::fill(&store, &dispatcher, conversations, now, "hash").await.expect("it fills");
    println!("{made:?} in {:?}", started.elapsed());
    assert_eq!(made.conversations, conversations);
    (store, now)
}

async fn reader(store: &Store, email: &str) -> Reader {
    let id = store.agent_by_email(email).await.expect("a query").expect("a person");
    store.reader(id).await.expect("a query").expect("an active one")
}

async fn list(store: &Store, reader: &Reader, view: View) -> Vec<ConversationView> {
    let inbox =
        store.inboxes(reader).await.expect("inboxes").into_iter().find(|it| it.name == "Support").expect("Support");
    let query = ListQuery { limit: 200, ..ListQuery::of_view(inbox.id, view) };
    store.conversations(reader, &query).await.expect("a query").expect("visible").items
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_finds_a_working_inbox() {
    let folder = tempfile::tempdir().expect("a folder");
    for url in databases::fresh(folder.path()).await {
        let (store, _now) = filled_at(&url, demo::CONVERSATIONS).await;
        look_round(store).await;
    }
}

async fn look_round(store: Store) {
    let anna = reader(&store, demo::PEOPLE[0].email).await;
    let mine = list(&store, &anna, View::Mine).await;
    let subjects: Vec<&str> = mine.iter().map(|it| it.subject.as_str()).collect();
    assert_eq!(subjects[0], "Charged twice for order 48213", "{subjects:?}");
    assert!(subjects.contains(&demo::LONG_THREAD_SUBJECT));

    let long = mine.iter().find(|it| it.subject == demo::LONG_THREAD_SUBJECT).expect("it is there");
    assert_eq!(long.message_count, 300);
    assert_eq!(mine.iter().find(|it| it.subject.starts_with("Return label")).map(|it| it.preview_hidden), Some(true));

    let thread = store.messages(&anna, mine[0].id, ThreadAt::Newest, 100).await.expect("a query").expect("visible");
    assert_eq!(thread.items.len(), 6);
    assert!(thread.items[1].hidden && thread.items[1].text.is_empty());
    let last = thread.items.last().expect("a message");
    assert!(last.has_html && last.quoted.contains("Kind regards"), "{last:?}");
    assert_eq!(last.attachments.len(), 2);
    assert!(thread.items.iter().all(|message| !message.unsent));

    for view in [
        View::Unassigned,
        View::Chat,
        View::Bots,
        View::Messenger,
        View::Forms,
        View::Calls,
        View::Closed,
        View::Sent,
        View::Spam,
        View::Trash,
    ] {
        assert!(!list(&store, &anna, view).await.is_empty(), "{view:?} is empty");
    }
    let open = list(&store, &anna, View::Open).await;
    assert!(open.iter().any(|it| it.unread) && open.iter().any(|it| !it.unread));

    // Sales is Ewa's, and the super admin's; it does not exist for Anna.
    let count = |email: &'static str| {
        let store = store.clone();
        async move { store.inboxes(&reader(&store, email).await).await.expect("inboxes").len() }
    };
    assert_eq!(
        (count("agent@demo.test").await, count("admin@demo.test").await, count("super@demo.test").await),
        (1, 2, 2)
    );

    let newsletter = open.iter().find(|it| it.subject.starts_with("The autumn oak")).expect("it is there");
    let thread = store.messages(&anna, newsletter.id, ThreadAt::Newest, 10).await.expect("a query").expect("visible");
    let message = &thread.items[0];
    assert!(message.has_remote_images && message.attachments.iter().any(|file| file.inline));
    let raw = store.mail_source(&anna, message.id).await.expect("a query").expect("its source");
    let body = samtal_server::mail::clean::body(&raw, "/a", None).expect("HTML");
    assert!(body.contains("src=\"/a/attachments/0?inline=1\"") && !body.contains("images.hantverk"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, in release: cargo test --release -p samtal-server --test mail_demo -- --ignored --nocapture"]
async fn a_hundred_thousand_are_quick() {
    filled(std::env::var("CONVERSATIONS").ok().and_then(|it| it.parse().ok()).unwrap_or(100_000)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_and_many_work_as_well() {
    filled(3).await;
    filled(700).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn some_of_what_is_written_is_followed_by_tickets_in_every_status() {
    let (_folder, store, now) = filled(demo::CONVERSATIONS).await;
    let daan = reader(&store, demo::PEOPLE[3].email).await;
    let statuses = store.pipelines(&daan).await.expect("a query").items.remove(0).statuses;
    let query = TicketQuery { limit: 200, ..TicketQuery::default() };
    let tickets = store.tickets(&daan, &query).await.expect("a query").expect("a page").items;
    for status in statuses {
        assert!(tickets.iter().any(|it| it.status_id == status.id), "{}", status.name);
    }
    assert!(tickets.iter().any(|it| it.conversation_count > 1), "{tickets:?}");
    assert!(tickets.iter().any(|it| it.closed) && tickets.iter().all(|it| it.created_at < now));
}
