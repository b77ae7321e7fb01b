//! One thing done with many conversations (T8), on both engines: what it is about is frozen, each is done or refused
//! on its own, it stops, and is undone as a whole.

use crate::engines::{on_each_engine, request};
use crate::office::{NOW, Office, counts, later, now};
use crate::story::{mail, received};
use samtal_model::query::parse;
use samtal_model::wire::{BulkAction, BulkState};
use samtal_model::{
    Actor, Address, AgentState, AuthorRef, Channel, Command, ConversationId, ConversationState, MessageKind, Origin,
    Receive, Timestamp, View,
};
use samtal_server::store::{Begun, BulkOf, Search, Selection};

#[tokio::test]
async fn all_of_a_view_but_some_is_closed_and_nothing_else() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(150).await;
        let selection = Selection {
            inbox: Some(office.inbox),
            view: View::Open,
            search: None,
            except: vec![ids[3], ids[140], ConversationId(4711)],
        };
        let of = BulkOf::Matching(selection);
        let reader = office.bench.reader(office.anna).await;
        assert_eq!(office.bulks.count(&reader, &of).await.expect("counted"), Some(148));
        let view = office.done(&office.asked(BulkAction::Close, of)).await;
        assert_eq!(counts(&view), (BulkState::Done, 148, 148, 0, 148));
        assert_eq!(office.state(ids[3]).await, ConversationState::Open);
        assert_eq!(office.closed(&ids).await, 148);
        assert_eq!(office.commands("close").await, 148, "each by a command of its own");
        // They are closed already: nothing has to change, and that is no refusal.
        let again = office.done(&office.asked(BulkAction::Close, BulkOf::Ids(ids[..10].to_vec()))).await;
        assert_eq!(counts(&again), (BulkState::Done, 10, 10, 0, 1), "but for the one left out before");
    })
    .await;
}

#[tokio::test]
async fn a_view_is_taken_as_it_stands_while_others_write() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(700).await;
        let id = office.waiting(&office.asked(BulkAction::Assign, office.all_in(View::Unassigned))).await;
        let working = tokio::spawn({
            let bulks = office.bulks.clone();
            async move { bulks.carry_out(id).await }
        });
        // Meanwhile the oldest come to the top by an answer, and new ones come in.
        let mut new = vec![];
        for (n, old) in ids.iter().take(40).enumerate() {
            let text = "a word".to_owned();
            office.bench.ask(Actor::Agent(office.jonas), NOW, Command::Reply { conversation: *old, text }).await;
            if office.view(id).await.state != BulkState::Selecting {
                let at = NOW + n as i64;
                new.push(received(&office.bench, mail(office.inbox, "nils@post.test", "new", at), at).await.0);
            }
        }
        working.await.expect("no panic").expect("carried out");
        assert!(!new.is_empty());
        let view = office.view(id).await;
        assert_eq!(counts(&view), (BulkState::Done, 700, 700, 0, 0), "each once, and nobody's stay nobody's");
        let items = office.bench.store.bulk_items(id, 0, 1000).await.expect("a query");
        let mut found: Vec<_> = items.iter().map(|item| item.conversation).collect();
        found.sort_unstable();
        assert_eq!(found, ids);
    })
    .await;
}

#[tokio::test]
async fn what_a_search_finds_is_written_down_once_each() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(450).await;
        for id in &ids[..20] {
            let next = Command::Comment { conversation: *id, text: "hello again".into() };
            office.bench.ask(Actor::Agent(office.jonas), NOW, next).await;
        }
        for (typed, many) in [("hello", 450), ("again", 20), ("is:open", 450), ("is:closed", 0), ("nothing", 0)] {
            let search = Search { query: parse(typed).query, ..Search::default() };
            let selection = Selection { inbox: None, view: View::Open, search: Some(search), except: vec![] };
            let of = BulkOf::Matching(selection);
            let reader = office.bench.reader(office.anna).await;
            let known = (many < 200).then_some(many);
            assert_eq!(office.bulks.count(&reader, &of).await.expect("counted"), known, "{typed}");
            let view = office.done(&office.asked(BulkAction::Unread, of)).await;
            assert_eq!((view.total, view.done, view.state), (many, many, BulkState::Done), "{typed}");
        }
    })
    .await;
}

#[tokio::test]
async fn more_than_are_taken_are_left_and_that_is_said() {
    on_each_engine(|bench| async move {
        let mut office = Office::new(bench).await;
        office.bulks = office.bulks.with_most(30);
        let ids = office.mails(40).await;
        let view = office.done(&office.asked(BulkAction::Close, office.all_in(View::Open))).await;
        assert!(view.limited);
        assert_eq!(counts(&view), (BulkState::Done, 30, 30, 0, 30));
        assert_eq!(office.closed(&ids[..10]).await, 0, "the oldest are left");
        let rest = office.done(&office.asked(BulkAction::Close, office.all_in(View::Open))).await;
        assert_eq!((rest.limited, rest.total), (false, 10));
    })
    .await;
}

#[tokio::test]
async fn a_stopped_one_leaves_the_rest_and_what_it_did_can_be_undone() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(600).await;
        let id = office.waiting(&office.asked(BulkAction::Close, BulkOf::Ids(ids.clone()))).await;
        let bulks = office.bulks.clone();
        let working = tokio::spawn(async move { bulks.carry_out(id).await });
        while office.view(id).await.done == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        assert!(!office.bulks.stop(office.jonas, id).await.expect("a query"), "only the asker stops it");
        assert!(office.bulks.stop(office.anna, id).await.expect("stopped"));
        working.await.expect("no panic").expect("no error");
        let view = office.view(id).await;
        assert_eq!(view.state, BulkState::Stopped);
        assert!((1..600).contains(&view.done), "{view:?}");
        assert_eq!(office.closed(&ids).await as i64, view.done);
        let undo = office.done(&office.asked(BulkAction::Close, BulkOf::Undo(id))).await;
        assert_eq!(counts(&undo), (BulkState::Done, view.done, view.done, 0, view.done));
        assert_eq!(office.closed(&ids).await, 0);
    })
    .await;
}

#[tokio::test]
async fn one_that_nobody_has_begun_with_stops_at_once() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(3).await;
        for of in [BulkOf::Ids(ids.clone()), office.all_in(View::Open)] {
            let id = office.waiting(&office.asked(BulkAction::Trash, of)).await;
            assert!(office.bulks.stop(office.anna, id).await.expect("stopped"));
            assert_eq!(office.view(id).await.state, BulkState::Stopped);
            office.bulks.carry_out(id).await.expect("nothing to do");
            assert_eq!(office.view(id).await.done, 0);
        }
        assert_eq!(office.commands("trash").await, 0);
    })
    .await;
}

#[tokio::test]
async fn one_undo_takes_all_back_but_for_what_somebody_changed_since() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(130).await;
        let first = office.done(&office.asked(BulkAction::Close, BulkOf::Ids(ids.clone()))).await;
        let jonas = Actor::Agent(office.jonas);
        office.bench.ask(jonas, NOW, Command::Reopen { conversation: ids[7] }).await;
        office.bench.ask(jonas, NOW, Command::Close { conversation: ids[7] }).await;
        let undo = office.asked(BulkAction::Close, BulkOf::Undo(first.id));
        let undone = office.done(&undo).await;
        assert_eq!(counts(&undone), (BulkState::Done, 130, 129, 1, 129));
        assert_eq!((undone.undoes, undone.action), (Some(first.id), BulkAction::Close));
        assert_eq!(office.refused(undone.id).await, [(ids[7], "changed_since".into(), true)]);
        assert_eq!((office.closed(&ids).await, office.state(ids[7]).await), (1, ConversationState::Closed));
        let order = office.bench.store.bulk_items(undone.id, 0, 200).await.expect("a query");
        assert!(order.iter().map(|item| item.conversation).eq(ids.iter().rev().copied()), "newest first");
        // Once: but the undo can be undone, which does it again.
        assert_eq!(office.view(first.id).await.undone_by, Some(undone.id));
        assert_eq!(office.bench.store.begin_bulk(&undo, false).await.expect("a query"), Begun::Undone);
        let redone = office.done(&office.asked(BulkAction::Close, BulkOf::Undo(undone.id))).await;
        assert_eq!(counts(&redone), (BulkState::Done, 129, 129, 0, 129));
        assert_eq!(office.closed(&ids).await, 130);
    })
    .await;
}

#[tokio::test]
async fn an_undo_waits_for_the_end_of_what_it_undoes_and_goes_on_after_a_stop() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(5).await;
        let first = office.waiting(&office.asked(BulkAction::Close, BulkOf::Ids(ids.clone()))).await;
        let undo = office.waiting(&office.asked(BulkAction::Close, BulkOf::Undo(first))).await;
        assert_eq!(office.bench.store.bulk_due(now(), 10).await.expect("a query"), [first]);
        assert_eq!(office.view(first).await.state, BulkState::Stopping);
        office.bulks.carry_out(first).await.expect("stopped");
        assert_eq!(office.bench.store.bulk_due(now(), 10).await.expect("a query"), [undo]);
        assert!(office.bulks.stop(office.anna, undo).await.expect("stopped"));
        assert_eq!(office.view(first).await.undone_by, None, "it can be asked for again");

        let second = office.done(&office.asked(BulkAction::Close, BulkOf::Ids(ids.clone()))).await;
        let half = office.waiting(&office.asked(BulkAction::Close, BulkOf::Undo(second.id))).await;
        let lease = office.bench.store.lease_bulk(half, now()).await.expect("a query").expect("free");
        let changed = office.bench.store.bulk_changed(second.id).await.expect("a query");
        let items: Vec<_> = changed.iter().map(|(id, command)| (*id, Some(*command))).collect();
        assert!(office.bench.store.add_bulk_items(lease, 0, &items[..2], now()).await.expect("written"));
        office.bench.store.bulk_selected(lease, false).await.expect("written");
        office.bulks.clone().with_clock(later).carry_out(half).await.expect("carried out");
        // As if it had been stopped there: what it has undone is not asked for again.
        let pool = sqlx::AnyPool::connect(&office.bench.url).await.expect("the database");
        sqlx::query("UPDATE bulk SET state = 'stopped' WHERE id = $1").bind(half.0).execute(&pool).await.expect("set");
        pool.close().await;
        assert_eq!(office.closed(&ids).await, 3);
        let rest = office.done(&office.asked(BulkAction::Close, BulkOf::Undo(second.id))).await;
        assert_eq!(counts(&rest), (BulkState::Done, 3, 3, 0, 3));
        assert_eq!(office.closed(&ids).await, 0);
    })
    .await;
}

#[tokio::test]
async fn each_is_refused_for_itself_as_a_single_action_is() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let secret = office.bench.inbox("secret", false).await;
        let mut ids = office.mails(2).await;
        let hers = received(&office.bench, mail(secret, "maja@post.test", "hidden from her", NOW), NOW).await.0;
        let bot = Command::Receive(Box::new(Receive {
            inbox: office.inbox,
            channel: Channel::Chat,
            thread: None,
            origin: Origin::Bot,
            kind: MessageKind::Inbound,
            author: AuthorRef::Contact(Address { name: "Nils".into(), email: String::new() }),
            contact: None,
            subject: String::new(),
            text: "hello bot".into(),
            sent_at: Timestamp(NOW - 1),
            spam: false,
            archived: false,
        }));
        ids.push(received(&office.bench, bot, NOW - 1).await.0);
        ids.extend([hers, ConversationId(4711)]);
        office.bench.ask(Actor::Agent(office.jonas), NOW, Command::Trash { conversation: ids[1] }).await;
        let view = office.done(&office.asked(BulkAction::Close, BulkOf::Ids(ids.clone()))).await;
        assert_eq!(counts(&view), (BulkState::Done, 5, 1, 4, 1));
        let refused = office.refused(view.id).await;
        let wanted = [
            (ids[1], "restore_first", true),
            (ids[2], "bot_waits", false),
            (hers, "not_found", false),
            (ids[4], "not_found", false),
        ];
        assert_eq!(refused, wanted.map(|(id, code, named)| (id, code.to_owned(), named)));
        let reader = office.bench.reader(office.jonas).await;
        assert_eq!(office.bench.store.bulk_refused(&reader, view.id, 0, 9).await.expect("a query"), None);
        assert_eq!(office.bench.store.bulk_view(office.jonas, view.id).await.expect("a query"), None);
        // Its own sentence, word for word.
        let alone = request(Actor::Agent(office.anna), NOW, Command::Close { conversation: ids[2] });
        let sentence = office.bench.dispatcher.ask(alone).await.expect_err("refused").to_string();
        let reader = office.bench.reader(office.anna).await;
        let page = office.bench.store.bulk_refused(&reader, view.id, 0, 2).await.expect("a query").expect("hers");
        assert_eq!((page.items[1].reason.as_str(), page.next_cursor.as_deref()), (sentence.as_str(), Some("3")));
    })
    .await;
}

#[tokio::test]
async fn whoever_is_switched_off_meanwhile_is_refused_the_rest() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(4).await;
        let id = office.waiting(&office.asked(BulkAction::Close, BulkOf::Ids(ids.clone()))).await;
        let view = office.waiting(&office.asked(BulkAction::Close, office.all_in(View::Open))).await;
        let off = Command::SetAgentState { agent: office.anna, state: AgentState::Deactivated };
        office.bench.ask(Actor::Agent(office.jonas), NOW, off).await;
        for bulk in [id, view] {
            office.bulks.carry_out(bulk).await.expect("carried out");
        }
        assert_eq!(counts(&office.view(id).await), (BulkState::Done, 4, 0, 4, 0));
        assert_eq!(counts(&office.view(view).await), (BulkState::Done, 0, 0, 0, 0));
        assert_eq!(office.closed(&ids).await, 0);
    })
    .await;
}

#[tokio::test]
async fn reading_goes_as_far_as_what_had_come_when_it_was_asked() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(2).await;
        let id = office.waiting(&office.asked(BulkAction::Read, BulkOf::Ids(ids.clone()))).await;
        let next = Command::Receive(Box::new(Receive {
            inbox: office.inbox,
            channel: Channel::Email,
            thread: Some(ids[1]),
            origin: Origin::Inbound,
            kind: MessageKind::Inbound,
            author: AuthorRef::Contact(Address { name: String::new(), email: "maja@post.test".into() }),
            contact: None,
            subject: String::new(),
            text: "and another thing".into(),
            sent_at: Timestamp(NOW),
            spam: false,
            archived: false,
        }));
        received(&office.bench, next, NOW).await;
        office.bulks.carry_out(id).await.expect("carried out");
        let reader = office.bench.reader(office.anna).await;
        let rows = office.bench.store.conversations_by_id(&reader, &ids).await.expect("a query");
        assert_eq!(rows.iter().map(|row| row.unread).collect::<Vec<_>>(), [false, true]);
        let undo = office.done(&office.asked(BulkAction::Read, BulkOf::Undo(id))).await;
        assert_eq!(counts(&undo), (BulkState::Done, 2, 2, 0, 2));
    })
    .await;
}
