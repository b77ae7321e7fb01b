//! The store and the one door to it, on both engines.

use crate::engines::{Bench, on_each_engine, request};
use samtal_model::query::parse;
use samtal_model::view::memberships;
use samtal_model::wire::FeedEvent;
use samtal_model::{
    Actor, Address, AgentId, AuthorRef, Channel, Command, ConversationId, InboxId, MessageId, MessageKind, Origin,
    Receive, Refusal, Role, Sequence, Timestamp, View,
};
use samtal_server::dispatch::{Extras, Fault, MailExtras, Order, Request};
use samtal_server::store::{ListQuery, Search, ThreadAt};

const HOUR_MS: i64 = 3_600_000;

pub fn mail(inbox: InboxId, from: &str, text: &str, at: i64) -> Command {
    Command::Receive(Box::new(Receive {
        inbox,
        channel: Channel::Email,
        thread: None,
        origin: Origin::Inbound,
        kind: MessageKind::Inbound,
        author: AuthorRef::Contact(Address { name: String::new(), email: from.into() }),
        contact: None,
        subject: format!("About {from}"),
        text: text.into(),
        sent_at: Timestamp(at),
        spam: false,
        archived: false,
    }))
}

fn next_mail(thread: ConversationId, inbox: InboxId, from: &str, text: &str, at: i64) -> Command {
    let Command::Receive(mut receive) = mail(inbox, from, text, at) else { unreachable!("mail() makes Receive") };
    receive.thread = Some(thread);
    Command::Receive(receive)
}

fn in_view(inbox: InboxId, view: View) -> ListQuery {
    ListQuery::of_view(inbox, view)
}

fn searching(inbox: InboxId, words: &str) -> ListQuery {
    let search = Search { query: parse(words).query, ..Search::default() };
    ListQuery { inbox: Some(inbox), ..ListQuery::searching(search) }
}

/// A mail received; its conversation and message.
pub async fn received(bench: &Bench, command: Command, at: i64) -> (ConversationId, MessageId) {
    let outcome = bench.ask(Actor::System, at, command).await;
    let message = outcome.changes.iter().find_map(|entry| entry.change.message()).expect("a message");
    let conversation = outcome.changes.iter().find_map(|entry| entry.change.conversation()).expect("a conversation");
    (conversation, message)
}

async fn listed(bench: &Bench, agent: AgentId, query: &ListQuery) -> Vec<ConversationId> {
    let reader = bench.reader(agent).await;
    let page = bench.store.conversations(&reader, query).await.expect("a query").expect("an inbox of theirs");
    page.items.iter().map(|item| item.id).collect()
}

async fn count(bench: &Bench, agent: AgentId, inbox: InboxId, view: View) -> i64 {
    let reader = bench.reader(agent).await;
    let counts = bench.store.view_counts(&reader, inbox).await.expect("a query").expect("an inbox of theirs");
    counts.iter().find(|count| count.view == view).expect("every view").count
}

#[tokio::test]
async fn a_mail_is_listed_counted_found_and_read() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let (id, message) =
            received(&bench, mail(inbox, "maja@post.test", "The oak shelf is broken", 1000), 1000).await;
        assert_eq!(listed(&bench, anna, &in_view(inbox, View::Unassigned)).await, [id]);
        assert_eq!(count(&bench, anna, inbox, View::Unassigned).await, 1);
        assert_eq!(count(&bench, anna, inbox, View::Email).await, 1);
        assert_eq!(count(&bench, anna, inbox, View::Chat).await, 0);
        assert_eq!(listed(&bench, anna, &searching(inbox, "broken sh")).await, [id]);
        assert_eq!(listed(&bench, anna, &searching(inbox, "post.test")).await, [id]);
        assert!(listed(&bench, anna, &searching(inbox, "birch")).await.is_empty());

        let reader = bench.reader(anna).await;
        let row = bench.store.conversation(&reader, id).await.expect("a query").expect("the row");
        assert_eq!(row.preview, "The oak shelf is broken");
        assert_eq!(row.subject, "About maja@post.test");
        assert!(row.unread);
        bench.ask(Actor::Agent(anna), 2000, Command::MarkRead { conversation: id, up_to: message }).await;
        let row = bench.store.conversation(&reader, id).await.expect("a query").expect("the row");
        assert!(!row.unread);
    })
    .await;
}

#[tokio::test]
async fn a_contact_is_one_person_in_any_letter_case() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let (first, _) = received(&bench, mail(inbox, "Maja@Post.test", "one", 1000), 1000).await;
        let (second, _) = received(&bench, mail(inbox, "maja@post.test", "two", 2000), 2000).await;
        let reader = bench.reader(anna).await;
        let rows = bench.store.conversations_by_id(&reader, &[first, second]).await.expect("a query");
        assert_eq!(rows[0].contact.as_ref().map(|it| it.id), rows[1].contact.as_ref().map(|it| it.id));
        let contact = rows[0].contact.as_ref().map(|it| it.id);
        let mine = format!("contact:{}", contact.expect("a contact"));
        let query = ListQuery { inbox: None, ..searching(inbox, &mine) };
        assert_eq!(listed(&bench, anna, &query).await, [second, first]);
    })
    .await;
}

#[tokio::test]
async fn pages_and_positions_cover_a_view_once() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let requests: Vec<Request> = (0..120)
            .map(|n| {
                // Two in each hour, so that several share a day and some share a moment.
                let at = (n / 2) * HOUR_MS;
                request(Actor::System, at, mail(inbox, &format!("c{n}@post.test"), "hello", at))
            })
            .collect();
        assert!(bench.dispatcher.ask_many(requests).await.iter().all(Result::is_ok));
        let reader = bench.reader(anna).await;
        let all = ListQuery { limit: 200, ..in_view(inbox, View::Open) };
        let all = listed(&bench, anna, &all).await;
        assert_eq!(all.len(), 120);
        let mut query = ListQuery { limit: 7, ..in_view(inbox, View::Open) };
        let mut paged = vec![];
        loop {
            let page = bench.store.conversations(&reader, &query).await.expect("a query").expect("a page");
            assert_eq!(page.total, Some(120));
            paged.extend(page.items.iter().map(|item| item.id));
            query.cursor = page.next_cursor;
            if query.cursor.is_none() {
                break;
            }
        }
        assert_eq!(paged, all);
        for position in [0, 1, 23, 24, 25, 60, 118, 119] {
            let query = ListQuery { position: Some(position), limit: 5, ..in_view(inbox, View::Open) };
            let page = bench.store.conversations(&reader, &query).await.expect("a query").expect("a page");
            assert_eq!(page.position, Some(position));
            let from = position as usize;
            let ids: Vec<_> = page.items.iter().map(|item| item.id).collect();
            assert_eq!(ids, all[from..(from + 5).min(120)]);
        }
        let beyond = ListQuery { position: Some(5000), ..in_view(inbox, View::Open) };
        assert!(listed(&bench, anna, &beyond).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_inbox_of_others_does_not_exist() {
    on_each_engine(|bench| async move {
        let secret = bench.inbox("sales", false).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let boss = bench.agent("boss", Role::SuperAdmin).await;
        let (id, message) = received(&bench, mail(secret, "maja@post.test", "a secret word", 1000), 1000).await;
        let reader = bench.reader(anna).await;
        assert!(reader.inboxes.is_empty());
        assert!(bench.store.conversations(&reader, &in_view(secret, View::Open)).await.expect("a query").is_none());
        let everywhere = ListQuery { inbox: None, ..searching(secret, "secret") };
        assert!(listed(&bench, anna, &everywhere).await.is_empty());
        assert_eq!(listed(&bench, boss, &everywhere).await, [id]);
        assert!(bench.store.conversation(&reader, id).await.expect("a query").is_none());
        assert!(bench.store.message(&reader, message).await.expect("a query").is_none());
        assert!(bench.store.messages(&reader, id, ThreadAt::Newest, 10).await.expect("a query").is_none());
        let refused =
            bench.dispatcher.ask(request(Actor::Agent(anna), 2000, Command::Close { conversation: id })).await;
        assert!(matches!(refused, Err(Fault::Refused(Refusal::NotFound(_)))));

        bench.ask(Actor::Agent(boss), 2000, Command::SetAccess { agent: anna, inbox: secret, allowed: true }).await;
        assert_eq!(listed(&bench, anna, &in_view(secret, View::Open)).await, [id]);
    })
    .await;
}

#[tokio::test]
async fn a_hidden_text_is_read_from_nowhere_and_comes_back() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let jonas = bench.agent("jonas", Role::Agent).await;
        let boss = bench.agent("boss", Role::SuperAdmin).await;
        let command = mail(inbox, "maja@post.test", "my card is xylophone4111", 1000);
        let extras = MailExtras { raw: Some(b"raw xylophone4111".to_vec()), ..MailExtras::default() };
        let order = Order { command, extras: Extras { mail: Some(extras), ..Extras::default() } };
        let all = Request {
            orders: vec![order],
            ..request(Actor::System, 1000, Command::MarkAllRead { up_to: MessageId(0) })
        };
        let outcome = bench.dispatcher.ask(all).await.expect("received");
        let id = outcome.changes.iter().find_map(|entry| entry.change.conversation()).expect("a conversation");
        let message = outcome.changes.iter().find_map(|entry| entry.change.message()).expect("a message");
        bench.ask(Actor::Agent(anna), 2000, Command::Hide { message }).await;
        let reader = bench.reader(jonas).await;
        let row = bench.store.conversation(&reader, id).await.expect("a query").expect("the row");
        assert_eq!((row.preview.as_str(), row.preview_hidden), ("", true));
        let page = bench.store.messages(&reader, id, ThreadAt::Newest, 10).await.expect("a query").expect("a page");
        assert!(page.items[0].hidden && !page.items[0].can_unhide);
        assert!(!serde_json::to_string(&page).expect("json").contains("xylophone"));
        assert!(listed(&bench, jonas, &searching(inbox, "xylophone4111")).await.is_empty());
        assert!(bench.store.mail_source(&reader, message).await.expect("a query").is_none());

        let refused = bench.dispatcher.ask(request(Actor::Agent(jonas), 3000, Command::Unhide { message })).await;
        assert!(matches!(refused, Err(Fault::Refused(Refusal::NotYoursToUnhide))));
        bench.ask(Actor::Agent(boss), 3000, Command::Unhide { message }).await;
        let page = bench.store.messages(&reader, id, ThreadAt::Newest, 10).await.expect("a query").expect("a page");
        assert_eq!(page.items[0].text, "my card is xylophone4111");
        assert_eq!(listed(&bench, jonas, &searching(inbox, "xylophone4111")).await, [id]);
        assert!(bench.store.mail_source(&reader, message).await.expect("a query").is_some());
    })
    .await;
}

#[tokio::test]
async fn deleted_for_good_leaves_nothing_to_reach() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let (id, message) = received(&bench, mail(inbox, "maja@post.test", "goodbye zebra", 1000), 1000).await;
        let early = bench.dispatcher.ask(request(Actor::Agent(anna), 2000, Command::Delete { conversation: id })).await;
        assert!(matches!(early, Err(Fault::Refused(Refusal::TrashFirst))));
        bench.ask(Actor::Agent(anna), 2000, Command::Trash { conversation: id }).await;
        assert_eq!(count(&bench, anna, inbox, View::Trash).await, 1);
        bench.ask(Actor::Agent(anna), 3000, Command::Delete { conversation: id }).await;
        let reader = bench.reader(anna).await;
        assert!(bench.store.conversation(&reader, id).await.expect("a query").is_none());
        assert!(bench.store.message(&reader, message).await.expect("a query").is_none());
        assert!(listed(&bench, anna, &searching(inbox, "zebra")).await.is_empty());
        assert!(listed(&bench, anna, &in_view(inbox, View::Trash)).await.is_empty());
        assert_eq!(count(&bench, anna, inbox, View::Trash).await, 0);
    })
    .await;
}

#[tokio::test]
async fn who_leaves_leaves_their_conversations_unassigned() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let boss = bench.agent("boss", Role::SuperAdmin).await;
        let (id, _) = received(&bench, mail(inbox, "maja@post.test", "hello", 1000), 1000).await;
        bench.ask(Actor::Agent(boss), 2000, Command::Assign { conversation: id, owner: Some(anna) }).await;
        assert_eq!(listed(&bench, anna, &in_view(inbox, View::Mine)).await, [id]);
        let left = Command::SetAgentState { agent: anna, state: samtal_model::AgentState::Deactivated };
        let outcome = bench.ask(Actor::Agent(boss), 3000, left).await;
        assert_eq!(listed(&bench, boss, &in_view(inbox, View::Unassigned)).await, [id]);
        assert!(bench.store.reader(anna).await.expect("a query").is_none());
        let undo = Command::Undo { command: outcome.command.expect("a command") };
        bench.ask(Actor::Agent(boss), 4000, undo).await;
        assert_eq!(listed(&bench, anna, &in_view(inbox, View::Mine)).await, [id]);
    })
    .await;
}

#[tokio::test]
async fn an_undo_knows_of_what_a_colleague_decided_later() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let jonas = bench.agent("jonas", Role::Agent).await;
        let (id, _) = received(&bench, mail(inbox, "maja@post.test", "hello", 1000), 1000).await;
        let first = bench.ask(Actor::Agent(anna), 2000, Command::MarkSpam { conversation: id }).await;
        let undo = Command::Undo { command: first.command.expect("a command") };
        let back = request(Actor::Agent(jonas), 3000, Command::MarkNotSpam { conversation: id });
        let again = request(Actor::Agent(jonas), 3000, Command::MarkSpam { conversation: id });
        let undo = request(Actor::Agent(anna), 4000, undo);
        // In the transaction of the others, and in one of its own.
        let answers = bench.dispatcher.ask_many(vec![back, again, undo.clone()]).await;
        assert!(answers[0].is_ok() && answers[1].is_ok());
        for answer in [answers[2].clone(), bench.dispatcher.ask(undo).await] {
            assert!(matches!(answer, Err(Fault::Refused(Refusal::ChangedSince))), "{answer:?}");
        }
        assert_eq!(listed(&bench, anna, &in_view(inbox, View::Spam)).await, [id]);
        let again = Command::Undo { command: answers[1].as_ref().expect("done").command.expect("a command") };
        bench.ask(Actor::Agent(jonas), 5000, again).await;
        assert!(listed(&bench, anna, &in_view(inbox, View::Spam)).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_thread_is_read_from_any_message() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let (id, first) = received(&bench, mail(inbox, "maja@post.test", "m0", 1000), 1000).await;
        let rest = (1..40).map(|n| {
            let at = 1000 + n * 10;
            request(Actor::System, at, next_mail(id, inbox, "maja@post.test", &format!("m{n}"), at))
        });
        assert!(bench.dispatcher.ask_many(rest.collect()).await.iter().all(Result::is_ok));
        let reader = bench.reader(anna).await;
        let texts = async |at: ThreadAt| {
            let page = bench.store.messages(&reader, id, at, 10).await.expect("a query").expect("a page");
            let texts: Vec<String> = page.items.iter().map(|item| item.text.clone()).collect();
            (texts, page.has_before, page.has_after, page.items)
        };
        let (newest, before, after, items) = texts(ThreadAt::Newest).await;
        assert_eq!((newest[0].as_str(), newest[9].as_str(), before, after), ("m30", "m39", true, false));
        let (older, ..) = texts(ThreadAt::Before(items[0].id)).await;
        assert_eq!((older[0].as_str(), older[9].as_str()), ("m20", "m29"));
        let (around, before, after, _) = texts(ThreadAt::Around(first)).await;
        assert_eq!((around[0].as_str(), before, after), ("m0", false, true));
        let (around, before, after, _) = texts(ThreadAt::Around(items[0].id)).await;
        assert!(around.contains(&"m30".to_owned()) && before && after);
        assert!(bench.store.messages(&reader, id, ThreadAt::Around(MessageId(99_999)), 10).await.expect("q").is_none());
    })
    .await;
}

#[tokio::test]
async fn the_feed_tells_each_reader_what_is_theirs() {
    on_each_engine(|bench| async move {
        use futures_util::StreamExt;
        let inbox = bench.inbox("support", true).await;
        let secret = bench.inbox("sales", false).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let jonas = bench.agent("jonas", Role::Agent).await;
        let start = bench.store.sequence().await.expect("a query");
        let mut stream = Box::pin(bench.feed.subscribe(anna, start));
        received(&bench, mail(secret, "x@post.test", "not for anna", 900), 900).await;
        let (id, message) = received(&bench, mail(inbox, "maja@post.test", "for all", 1000), 1000).await;
        let event = next(&mut stream).await;
        assert_eq!(event.after, start);
        assert!(!serde_json::to_string(&event).expect("json").contains("not for anna"));
        assert_eq!(event.conversations.iter().map(|it| it.id).collect::<Vec<_>>(), [id]);
        assert_eq!(event.messages[0].text, "for all");
        assert!(event.counts[0].items.iter().any(|count| count.view == View::Open && count.count == 1));

        bench.ask(Actor::Agent(jonas), 2000, Command::MarkRead { conversation: id, up_to: message }).await;
        bench.ask(Actor::Agent(jonas), 2000, Command::Hide { message }).await;
        let hidden = next(&mut stream).await;
        assert_eq!(hidden.after, event.sequence);
        assert!(hidden.changes.iter().all(|change| change.name == "hide"), "reading is private");
        assert!(hidden.messages[0].hidden && hidden.messages[0].text.is_empty());
        assert_eq!(hidden.conversations[0].preview, "");

        // From the past, the text is not told any more either.
        let mut late = Box::pin(bench.feed.subscribe(anna, start));
        let event = next(&mut late).await;
        assert_eq!(event.sequence, hidden.sequence);
        assert!(!serde_json::to_string(&event).expect("json").contains("for all"));

        // From a future that never was: read anew.
        let mut lost = Box::pin(bench.feed.subscribe(anna, Sequence(1_000_000)));
        assert!(next(&mut lost).await.reload);
        assert!(StreamExt::next(&mut Box::pin(bench.feed.subscribe(AgentId(999), start))).await.is_none());
    })
    .await;
}

async fn next(stream: &mut (impl futures_util::Stream<Item = FeedEvent> + Unpin)) -> FeedEvent {
    use futures_util::StreamExt;
    let wait = std::time::Duration::from_secs(10);
    tokio::time::timeout(wait, stream.next()).await.expect("an event in time").expect("the stream goes on")
}

#[tokio::test]
async fn many_writers_leave_no_gap_and_no_wrong_count() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let before = bench.store.sequence().await.expect("a query");
        let tasks: Vec<_> = (0..60)
            .map(|n| {
                let dispatcher = bench.dispatcher.clone();
                let command = mail(inbox, &format!("c{n}@post.test"), "hello", n * 1000);
                tokio::spawn(async move { dispatcher.ask(request(Actor::System, n * 1000, command)).await })
            })
            .collect();
        for task in tasks {
            task.await.expect("no panic").expect("received");
        }
        let log = bench.store.log_after(before, 1000).await.expect("a query");
        let sequences: Vec<i64> = log.iter().map(|(entry, _)| entry.sequence.0).collect();
        assert_eq!(sequences, (before.0 + 1..=before.0 + 180).collect::<Vec<_>>());
        let reader = bench.reader(anna).await;
        let all = ListQuery { limit: 200, ..in_view(inbox, View::Open) };
        let page = bench.store.conversations(&reader, &all).await.expect("a query").expect("a page");
        assert_eq!(page.items.len(), 60);
        assert!(page.items.iter().all(|item| memberships(&item.to_model()).len() == 3));
        assert_eq!(count(&bench, anna, inbox, View::Unassigned).await, 60);
    })
    .await;
}

#[tokio::test]
async fn a_preview_changes_nothing() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let (id, _) = received(&bench, mail(inbox, "maja@post.test", "hello", 1000), 1000).await;
        let before = bench.store.sequence().await.expect("a query");
        let ask = Request { preview: true, ..request(Actor::Agent(anna), 2000, Command::Trash { conversation: id }) };
        let outcome = bench.dispatcher.ask(ask).await.expect("answered");
        assert_eq!(outcome.changes.len(), 1);
        assert_eq!(bench.store.sequence().await.expect("a query"), before);
        assert_eq!(count(&bench, anna, inbox, View::Trash).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_one_node_writes_another_tells() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        if !bench.url.starts_with("postgres") {
            return;
        }
        let other = bench.second_node().await;
        let start = bench.store.sequence().await.expect("a query");
        let mut stream = Box::pin(other.feed.subscribe(anna, start));
        let (here, _) = received(&bench, mail(inbox, "maja@post.test", "from here", 1000), 1000).await;
        assert_eq!(next(&mut stream).await.conversations[0].id, here);
        // Both write at once: the log stays without gaps.
        let writers = [bench.dispatcher.clone(), other.dispatcher.clone()];
        let tasks: Vec<_> = (0..40)
            .map(|n| {
                let dispatcher = writers[n % 2].clone();
                let command = mail(inbox, &format!("c{n}@post.test"), "hello", n as i64 * 1000);
                tokio::spawn(async move { dispatcher.ask(request(Actor::System, 0, command)).await })
            })
            .collect();
        for task in tasks {
            task.await.expect("no panic").expect("received");
        }
        let log = bench.store.log_after(start, 1000).await.expect("a query");
        let sequences: Vec<i64> = log.iter().map(|(entry, _)| entry.sequence.0).collect();
        assert_eq!(sequences, (start.0 + 1..=start.0 + log.len() as i64).collect::<Vec<_>>());
        assert_eq!(log.len(), 41 * 3);
    })
    .await;
}
