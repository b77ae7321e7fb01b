//! One thing done with many conversations (T8), on both engines: what it is about is frozen, each is done or refused
//! on its own, it survives a crash, stops, and is undone as a whole.

use crate::engines::{Bench, on_each_engine, request};
use crate::story::{mail, received};
use samtal_model::query::parse;
use samtal_model::wire::{BulkAction, BulkState, BulkView};
use samtal_model::{
    Actor, Address, AgentId, AgentState, AuthorRef, BulkId, Channel, Command, ConversationId, ConversationState,
    InboxId, MessageKind, Origin, Receive, Role, Timestamp, View,
};
use samtal_server::bulk::{Bulks, key};
use samtal_server::dispatch::Request;
use samtal_server::jobs;
use samtal_server::store::{Begun, BulkOf, NewBulk, Search, Selection};

const NOW: i64 = 1_000_000_000;

fn now() -> Timestamp {
    Timestamp(NOW)
}

/// When every lease of [`now`] is over.
fn later() -> Timestamp {
    Timestamp(NOW + 60_000)
}

struct Office {
    bench: Bench,
    bulks: Bulks,
    inbox: InboxId,
    anna: AgentId,
    jonas: AgentId,
}

impl Office {
    async fn new(bench: Bench) -> Self {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let jonas = bench.agent("jonas", Role::SuperAdmin).await;
        let bulks = Bulks::new(bench.store.clone(), bench.dispatcher.clone(), now);
        Self { bench, bulks, inbox, anna, jonas }
    }

    /// So many conversations, oldest first.
    async fn mails(&self, count: i64) -> Vec<ConversationId> {
        let requests = (0..count).map(|n| request(Actor::System, n, mail(self.inbox, "maja@post.test", "hello", n)));
        let answers = self.bench.dispatcher.ask_many(requests.collect()).await;
        let id =
            |outcome: &samtal_server::dispatch::Outcome| outcome.changes.iter().find_map(|it| it.change.conversation());
        answers.iter().map(|answer| id(answer.as_ref().expect("received")).expect("a conversation")).collect()
    }

    fn asked(&self, action: BulkAction, of: BulkOf) -> NewBulk {
        NewBulk { agent: self.anna, action, owner: None, of, key: None, at: now() }
    }

    fn all_in(&self, view: View) -> BulkOf {
        BulkOf::Matching(Selection { inbox: Some(self.inbox), view, search: None, except: vec![] })
    }

    /// Writes it down without working on it.
    async fn waiting(&self, new: &NewBulk) -> BulkId {
        match self.bench.store.begin_bulk(new, false).await.expect("written down") {
            Begun::New(lease) => lease.bulk(),
            other => panic!("{other:?}"),
        }
    }

    /// Carries it out to its end.
    async fn done(&self, new: &NewBulk) -> BulkView {
        let id = self.waiting(new).await;
        self.bulks.carry_out(id).await.expect("carried out");
        self.view(id).await
    }

    async fn view(&self, id: BulkId) -> BulkView {
        self.bench.store.bulk_view(self.anna, id).await.expect("a query").expect("hers")
    }

    /// Conversation, code, and whether there is a subject.
    async fn refused(&self, id: BulkId) -> Vec<(ConversationId, String, bool)> {
        let reader = self.bench.reader(self.anna).await;
        let page = self.bench.store.bulk_refused(&reader, id, 0, 200).await.expect("a query").expect("hers");
        assert_eq!(page.next_cursor, None);
        page.items.into_iter().map(|it| (it.conversation_id, it.code, !it.subject.is_empty())).collect()
    }

    async fn state(&self, id: ConversationId) -> ConversationState {
        let reader = self.bench.reader(self.jonas).await;
        self.bench.store.conversation(&reader, id).await.expect("a query").expect("there").state
    }

    async fn closed(&self, ids: &[ConversationId]) -> usize {
        let reader = self.bench.reader(self.jonas).await;
        let all = self.bench.store.conversations_by_id(&reader, ids).await.expect("a query");
        all.iter().filter(|it| it.state == ConversationState::Closed).count()
    }

    /// How many commands of this name are in the log.
    async fn commands(&self, name: &str) -> usize {
        let mut count = 0;
        let mut after = samtal_model::Sequence(0);
        loop {
            let some = self.bench.store.log_after(after, 500).await.expect("a query");
            let Some((last, _)) = some.last() else { return count };
            after = last.sequence;
            count += some.iter().filter(|(entry, _)| entry.name == name).count();
        }
    }
}

fn counts(view: &BulkView) -> (BulkState, i64, i64, i64, i64) {
    (view.state, view.total, view.done, view.refused, view.changed)
}

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
async fn an_interrupted_one_goes_on_where_it_stopped_and_repeats_nothing() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(400).await;
        let id = office.waiting(&office.asked(BulkAction::Close, office.all_in(View::Open))).await;
        let bulks = office.bulks.clone();
        let working = tokio::spawn(async move { bulks.carry_out(id).await });
        while office.view(id).await.done == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        // Wherever it is at this moment.
        working.abort();
        let broken_off = working.await.is_err_and(|error| error.is_cancelled());
        let before = office.view(id).await;
        assert!(broken_off && before.done < 400, "{before:?}");
        // Nobody else takes it over before the lease is over …
        office.bulks.carry_out(id).await.expect("nothing to do");
        assert_eq!(office.view(id).await, before);
        // … then another node does.
        let node = office.bench.second_node().await;
        let bulks = Bulks::new(node.store.clone(), node.dispatcher.clone(), later);
        bulks.carry_out(id).await.expect("carried out");
        assert_eq!(counts(&office.view(id).await), (BulkState::Done, 400, 400, 0, 400));
        assert_eq!(office.closed(&ids).await, 400);
        assert_eq!(office.commands("close").await, 400);
    })
    .await;
}

#[tokio::test]
async fn a_selection_that_broke_off_is_taken_anew() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(30).await;
        let id = office.waiting(&office.asked(BulkAction::Close, office.all_in(View::Open))).await;
        let lease = office.bench.store.lease_bulk(id, now()).await.expect("a query").expect("free");
        let some = [(ids[0], None), (ids[29], None)];
        assert!(office.bench.store.add_bulk_items(lease, 0, &some, now()).await.expect("written"));
        let bulks = office.bulks.clone().with_clock(later);
        bulks.carry_out(id).await.expect("carried out");
        assert_eq!(counts(&office.view(id).await), (BulkState::Done, 30, 30, 0, 30));
        // Who held the lease before can write nothing any more.
        assert!(!office.bench.store.add_bulk_items(lease, 2, &some, later()).await.expect("a query"));
        assert!(!office.bench.store.end_bulk(lease, BulkState::Stopped).await.expect("a query"));
        assert_eq!(office.view(id).await.state, BulkState::Done);
    })
    .await;
}

#[tokio::test]
async fn what_was_carried_out_but_not_noted_is_not_carried_out_again() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(3).await;
        let id = office.waiting(&office.asked(BulkAction::Close, BulkOf::Ids(ids.clone()))).await;
        let close = Command::Close { conversation: ids[0] };
        let asked = Request { key: Some(key(id, ids[0])), ..request(Actor::Agent(office.anna), NOW, close) };
        office.bench.dispatcher.ask(asked).await.expect("closed");
        office.bench.ask(Actor::Agent(office.jonas), NOW, Command::Reopen { conversation: ids[0] }).await;
        office.bulks.carry_out(id).await.expect("carried out");
        assert_eq!(counts(&office.view(id).await), (BulkState::Done, 3, 3, 0, 3));
        assert_eq!(office.state(ids[0]).await, ConversationState::Open, "the colleague's word stands");
        assert_eq!(office.commands("close").await, 3);
    })
    .await;
}

#[tokio::test]
async fn of_two_nodes_one_does_it() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        office.mails(200).await;
        let id = office.waiting(&office.asked(BulkAction::Close, office.all_in(View::Open))).await;
        let node = office.bench.second_node().await;
        let other = Bulks::new(node.store.clone(), node.dispatcher.clone(), now);
        let (one, two) = tokio::join!(office.bulks.carry_out(id), other.carry_out(id));
        one.and(two).expect("no error");
        assert_eq!(counts(&office.view(id).await), (BulkState::Done, 200, 200, 0, 200));
        assert_eq!(office.commands("close").await, 200);
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
async fn twenty_are_under_way_at_the_most_and_a_key_stands_for_one() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(1).await;
        let store = &office.bench.store;
        let new = office.asked(BulkAction::Close, BulkOf::Ids(ids));
        let keyed = NewBulk { key: Some(("k".into(), vec![1])), ..new.clone() };
        let id = office.waiting(&keyed).await;
        assert_eq!(store.begin_bulk(&keyed, false).await.expect("a query"), Begun::Again(id));
        let other = NewBulk { key: Some(("k".into(), vec![2])), ..new.clone() };
        assert_eq!(store.begin_bulk(&other, false).await.expect("a query"), Begun::KeyReused);
        let theirs = NewBulk { agent: office.jonas, ..keyed.clone() };
        assert!(matches!(store.begin_bulk(&theirs, false).await.expect("a query"), Begun::New(_)));
        for _ in 1..20 {
            office.waiting(&new).await;
        }
        assert_eq!(store.begin_bulk(&new, false).await.expect("a query"), Begun::TooMany);
        office.bulks.carry_out(id).await.expect("carried out");
        assert!(matches!(store.begin_bulk(&new, false).await.expect("a query"), Begun::New(_)));
        let nothing = office.asked(BulkAction::Close, BulkOf::Undo(BulkId(4711)));
        office.bulks.stop(office.anna, id).await.expect("a query");
        assert_eq!(store.begin_bulk(&nothing, false).await.expect("a query"), Begun::TooMany);
        let theirs = NewBulk { agent: office.jonas, of: BulkOf::Undo(id), ..nothing };
        assert_eq!(store.begin_bulk(&theirs, false).await.expect("a query"), Begun::Unknown, "it is none of theirs");
    })
    .await;
}

#[tokio::test]
async fn they_are_forgotten_after_a_month_and_no_sooner() {
    const MONTH_MS: i64 = 30 * 24 * 60 * 60 * 1000;
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(3).await;
        let view = office.done(&office.asked(BulkAction::Close, BulkOf::Ids(ids))).await;
        let tidy = async |at| jobs::tidy(&office.bench.store, &office.bench.dispatcher, Timestamp(at)).await;
        tidy(NOW + MONTH_MS).await.expect("tidied");
        assert_eq!(office.view(view.id).await, view);
        tidy(NOW + MONTH_MS + 1).await.expect("tidied");
        assert_eq!(office.bench.store.bulk_view(office.anna, view.id).await.expect("a query"), None);
        assert_eq!(office.bench.store.bulk_items(view.id, 0, 10).await.expect("a query"), []);
        let next = office.done(&office.asked(BulkAction::Reopen, office.all_in(View::Closed))).await;
        assert!(next.id > view.id, "an id is never given twice");
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
