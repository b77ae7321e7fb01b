//! What is written down of bulk actions survives a crash, is worked off by one node, has its limits and is forgotten.

use crate::engines::{on_each_engine, request};
use crate::office::{NOW, Office, counts, later, now};
use samtal_model::wire::{BulkAction, BulkState};
use samtal_model::{Actor, BulkId, Command, ConversationState, Timestamp, View};
use samtal_server::bulk::{Bulks, key};
use samtal_server::dispatch::Request;
use samtal_server::jobs;
use samtal_server::store::{Begun, BulkOf, NewBulk};

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
        // What was on its way to the disk arrives.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
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
async fn more_than_are_worked_on_side_by_side_wait_for_a_place() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let ids = office.mails(9).await;
        let mut waiting = vec![];
        for id in &ids {
            waiting.push(office.waiting(&office.asked(BulkAction::Close, BulkOf::Ids(vec![*id]))).await);
        }
        waiting.push(office.waiting(&office.asked(BulkAction::Close, BulkOf::Undo(waiting[8]))).await);
        let runner = tokio::spawn(office.bulks.clone().run());
        for id in waiting {
            let mut looked = 0;
            while !office.view(id).await.state.is_over() {
                looked += 1;
                assert!(looked < 1_000, "{id} is not worked on");
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        }
        runner.abort();
        assert_eq!(office.closed(&ids).await, 8, "the last was stopped before it began");
    })
    .await;
}
