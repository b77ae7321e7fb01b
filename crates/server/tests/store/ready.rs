//! Rows kept ready: whatever is sent from them is what a fresh read would say, on every node, the moment a command has
//! been answered. That it holds after any command is in `law`; here are the cases that must not go wrong.

use crate::engines::{Bench, on_each_engine};
use crate::story::{mail, received};
use samtal_model::{Actor, AgentId, Command, InboxId, Role, Sort, View};
use samtal_server::store::{ListQuery, Reader};

/// The list as it is sent, after making sure that it says what the database says.
async fn sent(bench: &Bench, reader: &Reader, query: &ListQuery) -> String {
    let sent = bench.store.conversations_json(reader, query, None).await.expect("a query").expect("an inbox of theirs");
    let fresh = bench.store.conversations(reader, query).await.expect("a query").expect("an inbox of theirs");
    assert_eq!(sent, serde_json::to_string(&fresh).expect("json"));
    sent
}

/// Two nodes on one database, both with the open list of this agent ready.
struct TwoNodes {
    one: Bench,
    other: Bench,
    inbox: InboxId,
    anna: AgentId,
}

impl TwoNodes {
    async fn with_mails(one: Bench, texts: &[&str]) -> Self {
        let inbox = one.inbox("support", true).await;
        let anna = one.agent("anna", Role::Agent).await;
        for (number, text) in (1..).zip(texts) {
            let at = number * 1000;
            received(&one, mail(inbox, &format!("c{number}@post.test"), text, at), at).await;
        }
        let other = one.second_node().await;
        let nodes = Self { one, other, inbox, anna };
        nodes.open_lists().await;
        nodes
    }

    /// What each node sends of the open list.
    async fn open_lists(&self) -> [String; 2] {
        let query = ListQuery::of_view(self.inbox, View::Open);
        let reader = self.one.reader(self.anna).await;
        [sent(&self.one, &reader, &query).await, sent(&self.other, &reader, &query).await]
    }

    async fn ask(&self, command: Command) {
        self.one.ask(Actor::Agent(self.anna), 100_000, command).await;
    }
}

#[tokio::test]
async fn a_hidden_text_is_sent_by_no_node_once_hiding_is_answered() {
    on_each_engine(|bench| async move {
        let nodes = TwoNodes::with_mails(bench, &["the secret word"]).await;
        let reader = nodes.one.reader(nodes.anna).await;
        let page = nodes.one.store.conversations(&reader, &ListQuery::of_view(nodes.inbox, View::Open)).await;
        let message = page.expect("a query").expect("a page").items[0].last_message_id.expect("a message");
        assert!(nodes.open_lists().await.iter().all(|list| list.contains("secret")));
        nodes.ask(Command::Hide { message }).await;
        for list in nodes.open_lists().await {
            assert!(!list.contains("secret") && list.contains("\"preview_hidden\":true"), "{list}");
        }
        nodes.ask(Command::Unhide { message }).await;
        assert!(nodes.open_lists().await.iter().all(|list| list.contains("secret")));
    })
    .await;
}

#[tokio::test]
async fn what_is_closed_deleted_or_written_on_one_node_is_so_on_the_other() {
    on_each_engine(|bench| async move {
        let nodes = TwoNodes::with_mails(bench, &["birch", "oak", "ash"]).await;
        let conversation = |number: usize| {
            let nodes = &nodes;
            async move {
                let reader = nodes.one.reader(nodes.anna).await;
                let query = ListQuery { sort: Sort::OldestCreated, ..ListQuery::of_view(nodes.inbox, View::Open) };
                let page = nodes.one.store.conversations(&reader, &query).await.expect("a query").expect("a page");
                page.items[number].id
            }
        };
        let (birch, oak, ash) = (conversation(0).await, conversation(1).await, conversation(2).await);
        nodes.ask(Command::Trash { conversation: birch }).await;
        nodes.ask(Command::Delete { conversation: birch }).await;
        nodes.ask(Command::Close { conversation: oak }).await;
        nodes.ask(Command::Reply { conversation: ash, text: "larch".into() }).await;
        for list in nodes.open_lists().await {
            assert!(!list.contains("birch") && !list.contains("oak") && list.contains("larch"), "{list}");
        }
    })
    .await;
}

#[tokio::test]
async fn how_far_somebody_has_read_is_theirs_alone() {
    on_each_engine(|bench| async move {
        let nodes = TwoNodes::with_mails(bench, &["birch"]).await;
        let jonas = nodes.one.agent("jonas", Role::Agent).await;
        // What was there before he came counts as read for him.
        received(&nodes.one, mail(nodes.inbox, "new@post.test", "oak", 50_000), 50_000).await;
        let query = ListQuery::of_view(nodes.inbox, View::Open);
        let reader = nodes.one.reader(nodes.anna).await;
        let page = nodes.one.store.conversations(&reader, &query).await.expect("a query").expect("a page");
        let (conversation, up_to) = (page.items[0].id, page.items[0].last_message_id.expect("a message"));
        let theirs = nodes.one.reader(jonas).await;
        for list in [nodes.open_lists().await, [sent(&nodes.one, &theirs, &query).await, String::new()]].concat() {
            assert!(list.is_empty() || list.contains("\"unread\":true"), "{list}");
        }
        nodes.ask(Command::MarkRead { conversation, up_to }).await;
        let read = format!("\"unread\":false,\"read_up_to\":{up_to}");
        assert!(nodes.open_lists().await.iter().all(|list| list.contains(&read)));
        assert!(sent(&nodes.one, &theirs, &query).await.contains("\"unread\":true"));
        nodes.ask(Command::MarkUnread { conversation }).await;
        assert!(nodes.open_lists().await.iter().all(|list| list.contains("\"marked_unread\":true")));
        nodes.ask(Command::MarkAllRead { up_to }).await;
        // How far everything is read comes with the reader, who is asked for anew.
        assert!(nodes.open_lists().await.iter().all(|list| list.contains(&format!("\"read_up_to\":{up_to}"))));
    })
    .await;
}

#[tokio::test]
async fn an_inbox_that_is_not_theirs_is_sent_to_nobody() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("secret", false).await;
        let (anna, daan) = (bench.agent("anna", Role::Agent).await, bench.agent("daan", Role::SuperAdmin).await);
        received(&bench, mail(inbox, "c@post.test", "birch", 1000), 1000).await;
        let query = ListQuery::of_view(inbox, View::Open);
        let seen = bench.reader(daan).await;
        assert!(sent(&bench, &seen, &query).await.contains("birch"));
        let reader = bench.reader(anna).await;
        assert_eq!(bench.store.conversations_json(&reader, &query, None).await.expect("a query"), None);
        bench.ask(Actor::Agent(daan), 2000, Command::SetAccess { agent: anna, inbox, allowed: true }).await;
        assert!(sent(&bench, &bench.reader(anna).await, &query).await.contains("birch"));
        bench.ask(Actor::Agent(daan), 3000, Command::SetAccess { agent: anna, inbox, allowed: false }).await;
        let reader = bench.reader(anna).await;
        assert_eq!(bench.store.conversations_json(&reader, &query, None).await.expect("a query"), None);
    })
    .await;
}

#[tokio::test]
async fn a_row_cannot_be_forged_by_what_is_written_into_it() {
    on_each_engine(|bench| async move {
        // The signs between packed cells, quotes, and letters of more than one byte.
        let nodes = TwoNodes::with_mails(bench, &["a\u{1f}2\u{1f}\u{1e}\u{1f}b", "\u{1e}", "\"\\ åäö 🪑"]).await;
        for list in nodes.open_lists().await {
            let page: serde_json::Value = serde_json::from_str(&list).expect("json");
            let previews: Vec<_> = page["items"].as_array().expect("rows").iter().map(|row| &row["preview"]).collect();
            assert_eq!(previews, ["\"\\ åäö 🪑", "", "a 2 \u{1e} b"]);
        }
    })
    .await;
}

#[tokio::test]
async fn more_changes_than_are_looked_at_one_by_one_leave_nothing_stale() {
    on_each_engine(|bench| async move {
        let nodes = TwoNodes::with_mails(bench, &["birch"]).await;
        let reader = nodes.one.reader(nodes.anna).await;
        let query = ListQuery::of_view(nodes.inbox, View::Open);
        let page = nodes.one.store.conversations(&reader, &query).await.expect("a query").expect("a page");
        let conversation = page.items[0].id;
        let requests = (0..1_100).map(|number| {
            let command =
                if number % 2 == 0 { Command::Close { conversation } } else { Command::Reopen { conversation } };
            crate::engines::request(Actor::Agent(nodes.anna), 100_000, command)
        });
        for answer in nodes.one.dispatcher.ask_many(requests.collect()).await {
            answer.expect("closed or reopened");
        }
        nodes.ask(Command::Comment { conversation, text: "larch".into() }).await;
        assert!(nodes.open_lists().await.iter().all(|list| list.contains("larch")));
    })
    .await;
}
