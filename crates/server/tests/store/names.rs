//! Contacts by name for who may not know all of them, and the order of names on both engines.

use crate::engines::{Bench, on_each_engine, request};
use crate::story::mail;
use samtal_model::record::RecordKind;
use samtal_model::record::RecordRef;
use samtal_model::record::command::RecordCommand;
use samtal_model::record::value::{BuiltIn, Edits, Value};
use samtal_model::{Actor, Command, ContactId, InboxId, Role};
use samtal_server::store::{Reader, RecordQuery};

/// More than are looked at for one page.
const HIDDEN: i64 = 2_100;

fn named(name: &str) -> Edits {
    vec![(BuiltIn::Name.into(), Some(Value::Text(name.into())))]
}

fn record(command: RecordCommand) -> Command {
    Command::Record(Box::new(command))
}

async fn take_in(bench: &Bench, inbox: InboxId, emails: impl Iterator<Item = String>) {
    let mails = emails.map(|email| request(Actor::System, 1, mail(inbox, &email, "hello", 1))).collect();
    assert!(bench.dispatcher.ask_many(mails).await.iter().all(Result::is_ok));
}

/// The names of each page of contacts, with the cursor after it.
async fn pages(bench: &Bench, reader: &Reader, limit: i64) -> Vec<(Vec<String>, Option<String>)> {
    let (mut cursor, mut all) = (None, vec![]);
    loop {
        let query = RecordQuery { kind: "contact", object_type: None, words: None, trash: false, cursor, limit };
        let page = bench.store.records(reader, &query).await.expect("a query").expect("a page");
        let names = page.items.iter().map(|it| it.values.text(BuiltIn::Name).to_owned()).collect();
        all.push((names, page.next_cursor.clone()));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

async fn contact(bench: &Bench, reader: &Reader, email: &str) -> ContactId {
    let words = Some(email.to_owned());
    let query = RecordQuery { kind: "contact", object_type: None, words, trash: false, cursor: None, limit: 2 };
    let page = bench.store.records(reader, &query).await.expect("a query").expect("a page");
    ContactId(page.items.first().expect("a contact").id)
}

#[tokio::test]
async fn x2_no_cursor_tells_the_name_of_a_hidden_contact() {
    on_each_engine(|bench| async move {
        let (support, sales) = (bench.inbox("support", true).await, bench.inbox("sales", false).await);
        let anna = bench.agent("anna", Role::Agent).await;
        let daan = bench.agent("daan", Role::SuperAdmin).await;
        take_in(&bench, sales, (0..HIDDEN).map(|n| format!("secret{n:04}@post.test"))).await;
        take_in(&bench, support, ["maja@post.test".to_owned(), "zara@post.test".to_owned()].into_iter()).await;
        let (hers, all) = (bench.reader(anna).await, bench.reader(daan).await);
        // Most of the hidden ones stand between the two whom Anna knows.
        for (email, name) in [("maja@post.test", "Aina"), ("zara@post.test", "Zara")] {
            let id = RecordRef::Contact(contact(&bench, &hers, email).await);
            let edit = record(RecordCommand::Edit { record: id, values: named(name) });
            bench.ask(Actor::Agent(anna), 2, edit).await;
        }
        let ids: Vec<ContactId> = {
            let query = RecordQuery {
                kind: "contact",
                object_type: None,
                words: None,
                trash: false,
                cursor: None,
                limit: 1_000,
            };
            let page = bench.store.records(&all, &query).await.expect("a query").expect("a page");
            page.items.iter().filter(|it| it.values.text(BuiltIn::Name) != "Aina").map(|it| ContactId(it.id)).collect()
        };
        let renamed = ids.iter().enumerate().map(|(n, id)| {
            let values = named(&format!("Hidden {n:04}"));
            let edit = record(RecordCommand::Edit { record: RecordRef::Contact(*id), values });
            request(Actor::Agent(daan), 3, edit)
        });
        assert!(bench.dispatcher.ask_many(renamed.collect()).await.iter().all(Result::is_ok));
        let made = RecordCommand::Create { kind: RecordKind::Contact, values: named("Made by hand"), links: vec![] };
        bench.ask(Actor::Agent(daan), 4, record(made)).await;
        // One page, and every cursor of the small ones is a place she knows.
        let one = pages(&bench, &hers, 50).await;
        assert_eq!(one, [(vec!["Aina".to_owned(), "Made by hand".into(), "Zara".into()], None)]);
        let small = pages(&bench, &hers, 1).await;
        let cursors: Vec<String> = small.iter().filter_map(|(_, cursor)| cursor.clone()).collect();
        let names: Vec<&str> = cursors.iter().filter_map(|cursor| Some(cursor.split_once('.')?.1)).collect();
        assert_eq!(names, ["aina", "made by hand"]);
        // A super admin gets everybody, each once.
        let everybody: Vec<String> = pages(&bench, &all, 200).await.into_iter().flat_map(|(names, _)| names).collect();
        assert_eq!(everybody.len() as i64, HIDDEN + 3);
    })
    .await;
}

#[tokio::test]
async fn names_are_in_one_order_on_both_engines_and_follow_a_new_name() {
    on_each_engine(|bench| async move {
        let support = bench.inbox("support", true).await;
        let second = bench.inbox("second", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let reader = bench.reader(anna).await;
        let names = ["Östen", "olle", "_under", "Åke", "Zara", "ola berg", "Ola-Berg"];
        for (n, name) in names.iter().enumerate() {
            let email = format!("c{n}@post.test");
            // Some are known by both inboxes, some by one, and some were made by hand.
            let known = [vec![support], vec![support, second], vec![]][n % 3].clone();
            for inbox in &known {
                take_in(&bench, *inbox, std::iter::once(email.clone())).await;
            }
            let command = if known.is_empty() {
                RecordCommand::Create { kind: RecordKind::Contact, values: named(name), links: vec![] }
            } else {
                let id = RecordRef::Contact(contact(&bench, &reader, &email).await);
                RecordCommand::Edit { record: id, values: named(name) }
            };
            bench.ask(Actor::Agent(anna), 2, record(command)).await;
        }
        let expected = ["_under", "ola berg", "Ola-Berg", "olle", "Zara", "Åke", "Östen"];
        for limit in [1, 2, 50] {
            let found: Vec<String> =
                pages(&bench, &reader, limit).await.into_iter().flat_map(|(names, _)| names).collect();
            assert_eq!(found, expected, "{limit}");
        }
    })
    .await;
}
