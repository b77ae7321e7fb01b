//! What the one door makes of requests that come twice, or too late.

use crate::engines::{on_each_engine, request};
use crate::story::{mail, received};
use samtal_model::{Actor, Command, InboxId, Role, Sequence, Timestamp};
use samtal_server::dispatch::{Extras, Fault, Known, MailExtras, Order, Request, Thing};
use samtal_server::jobs;

#[tokio::test]
async fn the_same_key_does_the_same_thing_once() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let (id, _) = received(&bench, mail(inbox, "maja@post.test", "hello", 1000), 1000).await;
        let reply = |text: &str| Request {
            key: Some("k1".into()),
            ..request(Actor::Agent(anna), 2000, Command::Reply { conversation: id, text: text.into() })
        };
        let first = bench.dispatcher.ask(reply("hi")).await.expect("sent");
        let again = bench.dispatcher.ask(reply("hi")).await.expect("answered");
        assert_eq!(again.changes, first.changes);
        assert!(again.replayed && !first.replayed);
        assert!(matches!(bench.dispatcher.ask(reply("other")).await, Err(Fault::KeyReused)));
        let both = bench.dispatcher.ask_many(vec![
            Request { key: Some("k2".into()), ..reply("twice") },
            Request { key: Some("k2".into()), ..reply("twice") },
        ]);
        assert!(both.await.iter().all(Result::is_ok));
        let reader = bench.reader(anna).await;
        let row = bench.store.conversation(&reader, id).await.expect("a query").expect("the row");
        assert_eq!(row.message_count, 3);
    })
    .await;
}

#[tokio::test]
async fn of_two_edits_of_the_same_copy_in_one_group_the_first_wins() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let (id, _) = received(&bench, mail(inbox, "maja@post.test", "hello", 1000), 1000).await;
        let reader = bench.reader(anna).await;
        let row = async || bench.store.conversation(&reader, id).await.expect("a query").expect("the row");
        let before = row().await;
        let knowing = |versions: &[Sequence], command| Request {
            known: Some(Known { thing: Thing::Conversation(id), versions: versions.to_vec() }),
            ..request(Actor::Agent(anna), 2000, command)
        };
        let copy = [before.version];
        let take = || Command::Assign { conversation: id, owner: Some(anna) };
        let mut answers = bench
            .dispatcher
            .ask_many(vec![
                knowing(&[Sequence(before.version.0 - 1)], take()),
                knowing(&copy, take()),
                knowing(&copy, Command::Close { conversation: id }),
                knowing(&[], Command::Close { conversation: id }),
            ])
            .await;
        let first = answers.remove(1).expect("the first to come");
        assert_eq!(first.changes.len(), 1);
        for late in answers {
            assert!(matches!(late, Err(Fault::ChangedSince(_))), "{late:?}");
        }
        let after = row().await;
        assert!(after.owner.is_some() && after.state == before.state && after.version > before.version);
        let close = || knowing(&[before.version, after.version], Command::Close { conversation: id });
        let preview = Request { preview: true, ..knowing(&copy, Command::Close { conversation: id }) };
        assert!(matches!(bench.dispatcher.ask(preview).await, Err(Fault::ChangedSince(_))));
        // Sent again under its key it is what it was, not a second edit.
        let keyed = || Request { key: Some("k".into()), ..close() };
        assert_eq!(bench.dispatcher.ask(keyed()).await.expect("as it knew it").changes.len(), 1);
        assert!(bench.dispatcher.ask(keyed()).await.expect("the same answer").replayed);
        assert!(matches!(bench.dispatcher.ask(close()).await, Err(Fault::ChangedSince(_))));
    })
    .await;
}

#[tokio::test]
async fn keys_are_forgotten_after_three_days_and_no_sooner() {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let (id, _) = received(&bench, mail(inbox, "maja@post.test", "hello", 0), 0).await;
        let ask = async |key: String, at: i64| {
            let command = Command::Assign { conversation: id, owner: Some(anna) };
            let keyed = Request { key: Some(key), ..request(Actor::Agent(anna), at, command) };
            bench.dispatcher.ask(keyed).await.expect("answered").replayed
        };
        for n in 0..5 {
            assert!(!ask(format!("old{n}"), n).await);
        }
        ask("new".into(), 2 * DAY_MS).await;
        let cases = [(4, 2, 2), (4, 2, 2), (4, 2, 0)];
        for (before, limit, forgotten) in cases {
            assert_eq!(bench.store.forget_keys(Timestamp(before), limit).await.expect("a query"), forgotten);
        }
        assert!(!ask("old0".into(), 4).await && ask("old4".into(), 4).await);
        jobs::tidy(&bench.store, &bench.dispatcher, Timestamp(3 * DAY_MS + 5)).await.expect("tidied");
        assert!(ask("new".into(), 3 * DAY_MS + 5).await);
        assert!(!ask("old4".into(), 3 * DAY_MS + 5).await);
    })
    .await;
}

/// One request that receives a mail for each of these keys.
fn receiving(inbox: InboxId, keys: &[&str]) -> Request {
    let order = |key: &&str| {
        let extras = MailExtras { dedupe: Some((*key).into()), ..MailExtras::default() };
        let command = mail(inbox, "maja@post.test", "hello", 1000);
        Order { command, extras: Extras { mail: Some(extras), ..Extras::default() } }
    };
    Request::new(Actor::System, Timestamp(1000), keys.iter().map(order).collect())
}

#[tokio::test]
async fn a_mail_received_twice_is_kept_once() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let twice = || receiving(inbox, &["<one@post.test>"]);
        let answers = bench.dispatcher.ask_many(vec![twice(), twice()]).await;
        assert!(answers[0].is_ok());
        assert!(matches!(answers[1], Err(Fault::Duplicate)));
        assert!(matches!(bench.dispatcher.ask(twice()).await, Err(Fault::Duplicate)));
        let known = bench.store.already_received(&["<one@post.test>".into(), "<two@post.test>".into()]).await;
        assert_eq!(known.expect("a query"), [true, false]);
    })
    .await;
}

#[tokio::test]
async fn a_mail_is_not_lost_because_another_of_its_request_had_come_before() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        bench.dispatcher.ask(receiving(inbox, &["one"])).await.expect("received");
        let answers = bench.dispatcher.ask_many(vec![
            receiving(inbox, &["two", "one"]),
            receiving(inbox, &["three", "three"]),
            receiving(inbox, &["two"]),
            receiving(inbox, &["three"]),
        ]);
        let answers = answers.await;
        assert!(answers[..2].iter().all(|answer| matches!(answer, Err(Fault::Duplicate))), "{answers:?}");
        assert!(answers[2..].iter().all(Result::is_ok), "{answers:?}");
        let known = bench.store.already_received(&["one".into(), "two".into(), "three".into()]).await;
        assert_eq!(known.expect("a query"), [true; 3]);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_fails_only_the_request_that_needs_it() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let mut ids = vec![];
        for at in [1000, 2000, 3000] {
            ids.push(received(&bench, mail(inbox, "maja@post.test", "hello", at), at).await.0);
        }
        let pool = sqlx::AnyPool::connect(&bench.url).await.expect("the database");
        let spoil = "UPDATE conversations SET channel = 'pigeon' WHERE id = $1";
        sqlx::query(spoil).bind(ids[1].0).execute(&pool).await.expect("spoilt");
        pool.close().await;
        let close = |conversation| request(Actor::Agent(anna), 4000, Command::Close { conversation });
        let answers = bench.dispatcher.ask_many(ids.iter().copied().map(close).collect()).await;
        assert!(matches!(answers[1], Err(Fault::Store(_))), "{:?}", answers[1]);
        for good in [&answers[0], &answers[2]] {
            assert_eq!(good.as_ref().expect("closed").changes.len(), 1);
        }
        assert!(answers[0].as_ref().expect("closed").command < answers[2].as_ref().expect("closed").command);
    })
    .await;
}
