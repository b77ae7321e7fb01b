//! What the one door makes of requests that come twice, or too late.

use crate::engines::{on_each_engine, request};
use crate::story::{mail, received};
use samtal_model::{Actor, Command, MessageId, Role, Sequence};
use samtal_server::dispatch::{Extras, Fault, Known, MailExtras, Order, Request};

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
            known: Some(Known { conversation: id, versions: versions.to_vec() }),
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
            assert!(matches!(late, Err(Fault::ChangedSince)), "{late:?}");
        }
        let after = row().await;
        assert!(after.owner.is_some() && after.state == before.state && after.version > before.version);
        let close = || knowing(&[before.version, after.version], Command::Close { conversation: id });
        let preview = Request { preview: true, ..knowing(&copy, Command::Close { conversation: id }) };
        assert!(matches!(bench.dispatcher.ask(preview).await, Err(Fault::ChangedSince)));
        // Sent again under its key it is what it was, not a second edit.
        let keyed = || Request { key: Some("k".into()), ..close() };
        assert_eq!(bench.dispatcher.ask(keyed()).await.expect("as it knew it").changes.len(), 1);
        assert!(bench.dispatcher.ask(keyed()).await.expect("the same answer").replayed);
        assert!(matches!(bench.dispatcher.ask(close()).await, Err(Fault::ChangedSince)));
    })
    .await;
}

#[tokio::test]
async fn a_mail_received_twice_is_kept_once() {
    on_each_engine(|bench| async move {
        let inbox = bench.inbox("support", true).await;
        let twice = || {
            let extras = MailExtras { dedupe: Some("<one@post.test>".into()), ..MailExtras::default() };
            let order = Order {
                command: mail(inbox, "maja@post.test", "hello", 1000),
                extras: Extras { mail: Some(extras), ..Extras::default() },
            };
            Request {
                orders: vec![order],
                ..request(Actor::System, 1000, Command::MarkAllRead { up_to: MessageId(0) })
            }
        };
        let answers = bench.dispatcher.ask_many(vec![twice(), twice()]).await;
        assert!(answers[0].is_ok());
        assert!(matches!(answers[1], Err(Fault::Duplicate)));
        assert!(matches!(bench.dispatcher.ask(twice()).await, Err(Fault::Duplicate)));
        let known = bench.store.already_received(&["<one@post.test>".into(), "<two@post.test>".into()]).await;
        assert_eq!(known.expect("a query"), [true, false]);
    })
    .await;
}
