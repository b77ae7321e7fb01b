//! What a ticket says beyond its own facts, on both engines: values, what is written down on it, its timeline, and what
//! becomes of it with its contact.

use crate::engines::{on_each_engine, request};
use crate::office::Office;
use crate::tickets::{set, ticket_of};
use samtal_model::record::activity::{ActivityEdit, ActivityKind, ActivityText};
use samtal_model::record::command::RecordCommand;
use samtal_model::record::value::{BuiltIn, Edits, PropertyKey, PropertyKind, Value};
use samtal_model::record::{RecordKind, RecordRef};
use samtal_model::wire::TicketView;
use samtal_model::{
    Actor, AgentId, Change, Command, CommandId, ContactId, Role, StatusId, TicketCommand, TicketEdit, TicketId,
    Timestamp,
};
use std::cmp::Reverse;
use std::collections::BTreeSet;

fn text(value: &str) -> Option<Value> {
    Some(Value::Text(value.into()))
}

fn record(command: RecordCommand) -> Command {
    Command::Record(Box::new(command))
}

fn edit(ticket: TicketId, values: Edits) -> Command {
    Command::Ticket(TicketCommand::Edit { ticket, edit: TicketEdit { values, ..TicketEdit::default() } })
}

fn note(ticket: TicketId, words: &str, at: Option<i64>) -> Command {
    record(RecordCommand::CreateActivity {
        record: RecordRef::Ticket(ticket),
        kind: ActivityKind::Note,
        at: at.map(Timestamp),
        text: ActivityText { text: words.into(), ..ActivityText::default() },
        conversation: None,
    })
}

async fn ask(office: &Office, agent: AgentId, command: Command) -> CommandId {
    office.bench.ask(Actor::Agent(agent), 100, command).await.command.expect("something changed")
}

/// A property of tickets that is a text.
async fn property(office: &Office, name: &str) -> PropertyKey {
    let (object, kind) = (RecordKind::Ticket, PropertyKind::Text);
    let create = RecordCommand::CreateProperty { object, kind, name: name.into(), options: vec![] };
    ask(office, office.jonas, record(create)).await;
    let all = office.bench.store.properties().await.expect("a query").items;
    all.into_iter().find(|it| it.name == name).expect("the property").key
}

async fn seen(office: &Office, ticket: TicketId) -> Option<TicketView> {
    let reader = office.bench.reader(office.anna).await;
    office.bench.store.ticket(&reader, ticket).await.expect("a query")
}

async fn count(office: &Office, sql: String) -> i64 {
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(&office.bench.url).await.expect("the database");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&pool).await.expect("a count")
}

#[tokio::test]
async fn what_a_ticket_said_goes_with_it_for_good_and_nothing_else_does() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let key = property(&office, "Serial number").await;
        // A company whose number one of the tickets has too.
        let name = vec![(BuiltIn::Name.into(), text("Kund AB"))];
        let create = RecordCommand::Create { kind: RecordKind::Company, values: name, links: vec![] };
        let made = office.bench.ask(Actor::Agent(office.anna), 5, record(create)).await;
        let company = made.changes.iter().find_map(|entry| match &entry.change {
            Change::Recorded { change } => change.records().next(),
            _ => None,
        });
        let company = company.expect("a company");
        let conversations = office.mails(company.number()).await;
        let mut ticket = TicketId(0);
        for conversation in &conversations {
            ticket = ticket_of(&office, &[*conversation], "Shelf").await;
        }
        assert_eq!(ticket.0, company.number());
        let kept = ask(&office, office.anna, note(ticket, "Secretnote", None)).await;
        let changes = office.bench.store.changes_of(kept).await.expect("a query");
        let activity = changes.iter().find_map(|entry| match &entry.change {
            Change::Recorded { change: samtal_model::record::change::RecordChange::ActivitySet { to, .. } } => {
                Some(to.id)
            }
            _ => None,
        });
        let words = ActivityEdit { text: Some("Secretother".into()), ..ActivityEdit::default() };
        let rewrite = RecordCommand::EditActivity { activity: activity.expect("a note"), edit: words };
        ask(&office, office.anna, record(rewrite)).await;
        for value in ["Secretone", "Secrettwo"] {
            ask(&office, office.anna, edit(ticket, vec![(key, text(value))])).await;
        }
        ask(&office, office.anna, Command::Ticket(TicketCommand::Trash { ticket })).await;
        // What is written at the same moment goes too, whoever comes first.
        let together = [
            Command::Ticket(TicketCommand::Restore { ticket }),
            note(ticket, "Secretlast", None),
            edit(ticket, vec![(key, text("Secretthree"))]),
            Command::Ticket(TicketCommand::Trash { ticket }),
            Command::Ticket(TicketCommand::Delete { ticket }),
        ];
        let together = together.into_iter().map(|command| request(Actor::Agent(office.anna), 200, command));
        for answer in office.bench.dispatcher.ask_many(together.collect()).await {
            answer.expect("carried out");
        }
        assert_eq!(seen(&office, ticket).await, None);
        for table in ["record_texts", "activity_texts", "changes"] {
            let sql = format!("SELECT COUNT(*) FROM {table} WHERE LOWER(body) LIKE '%secret%'");
            assert_eq!(count(&office, sql).await, 0, "{table}");
        }
        assert_eq!(count(&office, "SELECT COUNT(*) FROM activities".into()).await, 0);
        let reader = office.bench.reader(office.anna).await;
        let company = office.bench.store.record(&reader, company).await.expect("a query").expect("still there");
        assert_eq!(company.record.values.text(BuiltIn::Name), "Kund AB");
    })
    .await;
}

#[tokio::test]
async fn a_value_filled_in_after_an_undo_of_the_same_moment_keeps_the_others() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let (one, two) = (property(&office, "Serial number").await, property(&office, "Colour").await);
        let conversations = office.mails(1).await;
        let ticket = ticket_of(&office, &conversations, "Shelf").await;
        ask(&office, office.anna, edit(ticket, vec![(one, text("A1")), (two, text("oak"))])).await;
        let wrong = ask(&office, office.anna, edit(ticket, vec![(one, text("B2"))])).await;
        let requests = [Command::Undo { command: wrong }, edit(ticket, vec![(two, text("pine"))])];
        let requests = requests.into_iter().map(|command| request(Actor::Agent(office.anna), 300, command));
        for answer in office.bench.dispatcher.ask_many(requests.collect()).await {
            answer.expect("carried out");
        }
        let values = seen(&office, ticket).await.expect("there").values;
        assert_eq!((values.text(one), values.text(two)), ("A1", "pine"));
        // A property that is deleted is no longer read, and its values come back with it.
        let PropertyKey::Defined(property) = two else { panic!("a property of the team") };
        let deleted = ask(&office, office.jonas, record(RecordCommand::DeleteProperty { property })).await;
        let read = async || seen(&office, ticket).await.expect("there").values.get(two).cloned();
        assert_eq!(read().await, None);
        ask(&office, office.jonas, Command::Undo { command: deleted }).await;
        assert_eq!(read().await, text("pine"));
    })
    .await;
}

#[tokio::test]
async fn the_tickets_of_a_merged_contact_go_over_at_once_and_back() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let conversations = office.mails(40).await;
        let mut tickets = vec![];
        for conversation in &conversations {
            tickets.push(ticket_of(&office, &[*conversation], "Shelf").await);
        }
        let of = async |ticket: TicketId| seen(&office, ticket).await.expect("there").contact.map(|contact| contact.id);
        let loser = of(tickets[0]).await.expect("a contact");
        let values = vec![(BuiltIn::Email.into(), text("other@post.test"))];
        let create = RecordCommand::Create { kind: RecordKind::Contact, values, links: vec![] };
        let made = office.bench.ask(Actor::Agent(office.anna), 5, record(create)).await;
        let winner = made.changes.iter().find_map(|entry| match &entry.change {
            Change::Recorded { change } => change.records().find_map(RecordRef::contact),
            _ => None,
        });
        let winner: ContactId = winner.expect("a contact");
        let merged = ask(&office, office.anna, record(RecordCommand::Merge { winner, loser })).await;
        for ticket in [tickets[0], tickets[39]] {
            assert_eq!(of(ticket).await, Some(winner));
        }
        ask(&office, office.anna, Command::Undo { command: merged }).await;
        assert_eq!(of(tickets[20]).await, Some(loser));
        let id = RecordRef::Contact(loser);
        ask(&office, office.anna, record(RecordCommand::Trash { record: id })).await;
        ask(&office, office.jonas, record(RecordCommand::Erase { record: id })).await;
        assert_eq!((of(tickets[0]).await, of(tickets[39]).await), (None, None));
    })
    .await;
}

#[tokio::test]
async fn a_tickets_timeline_is_one_order_across_its_pages() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let conversations = office.mails(3).await;
        let ticket = ticket_of(&office, &conversations, "Shelf").await;
        for n in 0..5 {
            ask(&office, office.anna, note(ticket, "Sent a new one", Some(n % 3))).await;
            let status = StatusId(1 + (n + 1) % 3);
            office.bench.ask(Actor::Agent(office.anna), n % 3, set(ticket, status)).await;
        }
        let reader = office.bench.reader(office.anna).await;
        let of = RecordRef::Ticket(ticket);
        let (mut cursor, mut times, mut all) = (None::<String>, vec![], BTreeSet::new());
        loop {
            let page = office.bench.store.timeline(&reader, of, cursor.as_deref(), 2).await;
            let page = page.expect("a query").expect("there").expect("a page");
            for item in page.items {
                let (at, key) = match (item.message, item.activity, item.change) {
                    (Some(message), None, None) => (message.sent_at, (0, message.id.0)),
                    (None, Some(activity), None) => (activity.at, (1, activity.id.0)),
                    (None, None, Some(change)) => (change.at, (2, change.sequence.0)),
                    other => panic!("{other:?}"),
                };
                times.push(Reverse(at));
                assert!(all.insert(key), "nothing comes twice");
            }
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert!(times.is_sorted(), "{times:?}");
        assert_eq!(all.len(), 3 + 5 + 6, "messages, notes, statuses and that it was made");
        // In Trash all of it lies there, and can be read.
        ask(&office, office.anna, Command::Ticket(TicketCommand::Trash { ticket })).await;
        let page = office.bench.store.timeline(&reader, of, None, 50).await.expect("a query").expect("there");
        assert_eq!(page.expect("a page").items.len(), 14);
        let stranger = office.bench.agent("olle", Role::Agent).await;
        office.bench.ask(Actor::System, 1, Command::SetInboxOpen { inbox: office.inbox, open_to_all: false }).await;
        let reader = office.bench.reader(stranger).await;
        assert!(office.bench.store.timeline(&reader, of, None, 50).await.expect("a query").is_none());
    })
    .await;
}
