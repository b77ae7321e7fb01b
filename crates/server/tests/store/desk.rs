//! A desk for the tests of search: an inbox with people, mail that comes in, and what they find.

use crate::engines::{Bench, request};
use crate::story::received;
use samtal_model::query::parse;
use samtal_model::wire::ConversationPage;
use samtal_model::{
    Actor, Address, AgentId, AuthorRef, Channel, Command, ConversationId, InboxId, MessageId, MessageKind, Origin,
    Receive, Role, Timestamp,
};
use samtal_server::dispatch::{Extras, MailExtras, Order};
use samtal_server::store::{ListQuery, Search};

const HOUR_MS: i64 = 3_600_000;

/// A search of `typed` for somebody in UTC on 2026-11-21.
pub fn search(typed: &str) -> Search {
    let parsed = parse(typed);
    assert!(parsed.wrong.is_empty(), "{typed}: {:?}", parsed.wrong);
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
    let (from, to) = parsed.query.dates.bounds(today, 0);
    Search { query: parsed.query, from, to, within: None }
}

/// An inbox with people, and a clock that goes on by an hour with each mail.
pub struct Desk {
    pub bench: Bench,
    pub inbox: InboxId,
    pub secret: InboxId,
    pub anna: AgentId,
    pub ewa: AgentId,
    now: std::sync::atomic::AtomicI64,
}

impl Desk {
    pub async fn new(bench: Bench) -> Self {
        let inbox = bench.inbox("support", true).await;
        let secret = bench.inbox("secret", false).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let ewa = bench.agent("ewa", Role::SuperAdmin).await;
        Self { bench, inbox, secret, anna, ewa, now: 0.into() }
    }

    pub fn later(&self) -> i64 {
        self.now.fetch_add(HOUR_MS, std::sync::atomic::Ordering::Relaxed) + HOUR_MS
    }

    pub fn mail(&self, from: &str, subject: &str, text: &str) -> Receive {
        let (name, email) = from.split_once('/').unwrap_or(("", from));
        Receive {
            inbox: self.inbox,
            channel: Channel::Email,
            thread: None,
            origin: Origin::Inbound,
            kind: MessageKind::Inbound,
            author: AuthorRef::Contact(Address { name: name.into(), email: email.into() }),
            contact: None,
            subject: subject.into(),
            text: text.into(),
            sent_at: Timestamp(self.later()),
            spam: false,
            archived: false,
        }
    }

    pub async fn get(&self, receive: Receive) -> (ConversationId, MessageId) {
        let at = receive.sent_at.0;
        received(&self.bench, Command::Receive(Box::new(receive)), at).await
    }

    pub async fn with(&self, receive: Receive, mail: MailExtras) -> (ConversationId, MessageId) {
        let at = receive.sent_at.0;
        let extras = Extras { mail: Some(mail), ..Extras::default() };
        let order = Order { command: Command::Receive(Box::new(receive)), extras };
        let mut request = request(Actor::System, at, Command::MarkAllRead { up_to: MessageId(0) });
        request.orders = vec![order];
        let outcome = self.bench.dispatcher.ask(request).await.expect("received");
        let message = outcome.changes.iter().find_map(|entry| entry.change.message()).expect("a message");
        (outcome.changes.iter().find_map(|entry| entry.change.conversation()).expect("a conversation"), message)
    }

    /// One mail of a new conversation with this text.
    pub async fn say(&self, text: &str) -> ConversationId {
        self.get(self.mail("maja@post.test", "Hello", text)).await.0
    }

    pub async fn answer(&self, thread: ConversationId, text: &str) -> MessageId {
        let mail = Receive { thread: Some(thread), ..self.mail("maja@post.test", "Hello", text) };
        self.get(mail).await.1
    }

    pub async fn ask(&self, command: Command) {
        self.bench.ask(Actor::Agent(self.anna), self.later(), command).await;
    }

    pub async fn page(&self, who: AgentId, query: &ListQuery) -> ConversationPage {
        let reader = self.bench.reader(who).await;
        self.bench.store.conversations(&reader, query).await.expect("a query").expect("an inbox of theirs")
    }

    pub async fn found_by(&self, who: AgentId, typed: &str) -> Vec<ConversationId> {
        let page = self.page(who, &ListQuery::searching(search(typed))).await;
        assert_eq!(page.next_cursor, None, "{typed}");
        page.items.iter().map(|item| item.id).collect()
    }

    pub async fn found(&self, typed: &str) -> Vec<ConversationId> {
        self.found_by(self.anna, typed).await
    }

    /// What the pages of a query hold, one after the other.
    pub async fn all(&self, query: ListQuery) -> Vec<ConversationId> {
        let (mut query, mut all) = (query, vec![]);
        for _ in 0..500 {
            let page = self.page(self.anna, &query).await;
            all.extend(page.items.iter().map(|item| item.id));
            query.cursor = page.next_cursor;
            if query.cursor.is_none() {
                return all;
            }
        }
        panic!("the pages do not end");
    }
}
