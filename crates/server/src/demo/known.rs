//! What the shop knows of its customers: companies, telephones, deals, notes, calls and answers to its survey, for those
//! who wrote last. Its own properties too, and a machine or two.

use super::chance::Chance;
use super::story::{DAY, HOUR, Who};
use super::{Error, People};
use crate::dispatch::{Dispatcher, Outcome, Request};
use crate::store::{ListQuery, Store};
use samtal_model::record::activity::{ActivityKind, ActivityText, CallOutcome, Direction};
use samtal_model::record::change::RecordChange;
use samtal_model::record::command::RecordCommand;
use samtal_model::record::value::{BuiltIn, Edits, PropertyKey, PropertyKind, Value};
use samtal_model::record::{RecordKind, RecordRef};
use samtal_model::{Actor, Change, Command, ContactId, ConversationId, PropertyId, Timestamp, View};
use std::collections::BTreeMap;

/// Customers of whom more is known than what they wrote.
const KNOWN_MOST: usize = 200;

const COMPANIES: [(&str, &str); 10] = [
    ("Brunnsholm Inredning AB", "brunnsholm.example"),
    ("Lindqvist & Dotter", "lindqvist-dotter.example"),
    ("Meble Wisła sp. z o.o.", "meblewisla.example"),
    ("Grachtenkantoor BV", "grachtenkantoor.example"),
    ("Nordlys Kaffe", "nordlys-kaffe.example"),
    ("Fischer Architekten", "fischer-architekten.example"),
    ("Hotel Sankt Olof", "sanktolof.example"),
    ("Harbour Dental", "harbourdental.example"),
    ("Studio Wrzos", "studiowrzos.example"),
    ("Vecht Wonen", "vechtwonen.example"),
];

const DEALS: [(&str, i64); 8] = [
    ("Shelves for the new office", 4_890_000),
    ("Twelve desks, height adjustable", 9_600_000),
    ("Reception counter in oak", 3_250_000),
    ("Lobby, second floor", 12_400_000),
    ("Chairs for the café", 1_980_000),
    ("Library wall, made to measure", 7_150_000),
    ("Meeting room tables", 5_300_000),
    ("Refit of the waiting room", 2_760_000),
];

const STAGES: [&str; 5] = ["qualification", "proposal", "negotiation", "won", "lost"];

const NOTES: [&str; 6] = [
    "Prefers to be called before nine.",
    "Has a narrow staircase: ask the carrier for two people.",
    "Buys for several addresses. Check which one each time.",
    "Wants oak from the same batch as last year's order.",
    "Invoice goes to the company, delivery to the home address.",
    "Was very patient about the late delivery. Be generous next time.",
];

const CALLS: [&str; 4] = [
    "Went through the measurements together. A drawing follows by mail.",
    "Asked about the delivery date; told them week 48.",
    "No answer at the number on the order.",
    "Confirmed the colour and the new total.",
];

const WORDS: [(i64, &str); 6] = [
    (5, "Quick and friendly, thank you!"),
    (5, ""),
    (4, "Solved, though it took two mails."),
    (3, "Fine in the end."),
    (2, "I had to explain the same thing twice."),
    (1, "Still waiting for the missing screws."),
];

/// The properties that the shop defined.
struct Own {
    number: PropertyId,
    language: PropertyId,
    newsletter: PropertyId,
}

fn text(value: &str) -> Option<Value> {
    Some(Value::Text(value.to_owned()))
}

fn order(actor: Actor, at: i64, command: RecordCommand) -> Request {
    Request::new(actor, Timestamp(at), vec![Command::Record(Box::new(command)).into()])
}

/// Adds what is known, as if it had been written down in the last weeks before `now`.
pub(super) async fn write(store: &Store, dispatcher: &Dispatcher, people: &People, now: i64) -> Result<(), Error> {
    let begun = now - 60 * DAY;
    let own = define(dispatcher, people, begun).await?;
    let contacts = last_to_write(store, people).await?;
    let mut requests = vec![];
    let mut chance = Chance::of(77);
    let system = Actor::System;
    let agent = |chance: &mut Chance| Actor::Agent(people.agent(chance.pick(&[Who::Anna, Who::Jonas, Who::Ewa])));
    let companies = companies(dispatcher, people, begun).await?;
    for (nth, (contact, conversation)) in contacts.iter().enumerate() {
        let record = RecordRef::Contact(*contact);
        let at = now - chance.between(2, 40) * DAY - chance.between(0, 9) * HOUR;
        let values = known_values(&own, nth, &mut chance);
        requests.push(order(agent(&mut chance), at, RecordCommand::Edit { record, values }));
        if nth % 3 == 0 && !companies.is_empty() {
            let other = companies[(nth / 3) % companies.len()];
            requests.push(order(agent(&mut chance), at, RecordCommand::SetLink { record, other, linked: true }));
            if nth % 6 == 0 {
                requests.push(order(agent(&mut chance), at + HOUR, deal(nth / 6, record, other, &mut chance)));
            }
        }
        let write = |kind, at, text, conversation| RecordCommand::CreateActivity {
            record,
            kind,
            at: Some(Timestamp(at)),
            text,
            conversation,
        };
        if chance.percent(35) {
            let text = ActivityText { text: chance.pick(&NOTES).to_owned(), ..ActivityText::default() };
            requests.push(order(agent(&mut chance), at, write(ActivityKind::Note, at, text, None)));
        }
        if chance.percent(20) {
            let answered = chance.percent(70);
            let text = ActivityText {
                text: if answered { chance.pick(&CALLS) } else { CALLS[2] }.to_owned(),
                direction: Some(chance.pick(&[Direction::In, Direction::Out])),
                outcome: Some(if answered { CallOutcome::Connected } else { CallOutcome::NoAnswer }),
                duration_s: answered.then(|| chance.between(40, 900)),
                ..ActivityText::default()
            };
            requests.push(order(agent(&mut chance), at + DAY, write(ActivityKind::Call, at + DAY, text, None)));
        }
        if chance.percent(12) {
            let due = Some(Timestamp(now + chance.between(-2, 6) * DAY));
            let assignee = Some(people.agent(chance.pick(&[Who::Anna, Who::Jonas])));
            let text =
                ActivityText { text: "Call back about the delivery".into(), due, assignee, ..ActivityText::default() };
            requests.push(order(agent(&mut chance), at, write(ActivityKind::Task, at, text, None)));
        }
        if chance.percent(25) {
            let (score, words) = chance.pick(&WORDS);
            let text = ActivityText { text: words.to_owned(), score: Some(score), ..ActivityText::default() };
            requests.push(order(system, at + DAY, write(ActivityKind::Feedback, at + DAY, text, Some(*conversation))));
        }
    }
    carried_out(dispatcher, requests).await.map(drop)
}

fn known_values(own: &Own, nth: usize, chance: &mut Chance) -> Edits {
    let number = 20_000 + 37 * nth;
    let mut values: Edits = vec![(PropertyKey::Defined(own.number), text(&format!("HY-{number}")))];
    if chance.percent(60) {
        let (country, area) = chance.pick(&[("46", "8"), ("46", "31"), ("48", "22"), ("31", "20"), ("49", "30")]);
        let phone = format!("+{country} {area} 555 {:02} {:02}", chance.between(0, 99), chance.between(0, 99));
        values.push((BuiltIn::Phone.into(), text(&phone)));
    }
    if chance.percent(70) {
        values.push((PropertyKey::Defined(own.language), Some(Value::Whole(chance.between(1, 5)))));
    }
    values.push((PropertyKey::Defined(own.newsletter), Some(Value::Flag(chance.percent(40)))));
    values
}

fn deal(nth: usize, contact: RecordRef, company: RecordRef, chance: &mut Chance) -> RecordCommand {
    let (name, amount) = DEALS[nth % DEALS.len()];
    let month = chance.between(1, 12);
    let values = vec![
        (BuiltIn::Name.into(), text(name)),
        (BuiltIn::Amount.into(), Some(Value::Whole(amount))),
        (BuiltIn::Currency.into(), text(chance.pick(&["SEK", "SEK", "EUR"]))),
        (BuiltIn::Stage.into(), text(chance.pick(&STAGES))),
        (BuiltIn::CloseDate.into(), text(&format!("2027-{month:02}-15"))),
    ];
    RecordCommand::Create { kind: RecordKind::Deal, values, links: vec![contact, company] }
}

async fn define(dispatcher: &Dispatcher, people: &People, at: i64) -> Result<Own, Error> {
    let ewa = Actor::Agent(people.agent(Who::Ewa));
    let property = |kind, name: &str, options: &[&str]| {
        let options = options.iter().map(|it| (*it).to_owned()).collect();
        let object = RecordKind::Contact;
        order(ewa, at, RecordCommand::CreateProperty { object, kind, name: name.to_owned(), options })
    };
    let languages = ["English", "Svenska", "Polski", "Nederlands", "Deutsch"];
    let requests = vec![
        property(PropertyKind::Text, "Customer number", &[]),
        property(PropertyKind::Choice, "Language", &languages),
        property(PropertyKind::YesNo, "Newsletter", &[]),
    ];
    let mut ids = vec![];
    for outcome in carried_out(dispatcher, requests).await? {
        ids.extend(outcome.changes.iter().filter_map(|entry| match &entry.change {
            Change::Recorded { change: RecordChange::PropertySet { to, .. } } => Some(to.id),
            _ => None,
        }));
    }
    let id = |nth: usize| ids.get(nth).copied().unwrap_or(PropertyId(0));
    Ok(Own { number: id(0), language: id(1), newsletter: id(2) })
}

async fn companies(dispatcher: &Dispatcher, people: &People, at: i64) -> Result<Vec<RecordRef>, Error> {
    let requests = COMPANIES.iter().map(|(name, domain)| {
        let values = vec![(BuiltIn::Name.into(), text(name)), (BuiltIn::Domain.into(), text(domain))];
        let create = RecordCommand::Create { kind: RecordKind::Company, values, links: vec![] };
        order(Actor::Agent(people.agent(Who::Ewa)), at, create)
    });
    let made = carried_out(dispatcher, requests.collect()).await?;
    Ok(made
        .iter()
        .flat_map(|outcome| &outcome.changes)
        .filter_map(|entry| match &entry.change {
            Change::Recorded { change } => change.records().next(),
            _ => None,
        })
        .collect())
}

/// The contacts of the newest conversations in Support, each with one of theirs.
async fn last_to_write(store: &Store, people: &People) -> Result<Vec<(ContactId, ConversationId)>, Error> {
    let reader = store.reader(people.agent(Who::Daan)).await.map_err(failed)?;
    let Some(reader) = reader else { return Ok(vec![]) };
    let mut contacts = BTreeMap::new();
    for view in [View::Open, View::Closed] {
        let query = ListQuery { limit: 200, ..ListQuery::of_view(people.support, view) };
        let page = store.conversations(&reader, &query).await.map_err(failed)?;
        for item in page.map(|page| page.items).unwrap_or_default() {
            if let Some(contact) = item.contact.filter(|_| contacts.len() < KNOWN_MOST) {
                contacts.entry(contact.id).or_insert(item.id);
            }
        }
    }
    Ok(contacts.into_iter().collect())
}

fn failed(error: crate::store::Error) -> Error {
    Error(error.into())
}

async fn carried_out(dispatcher: &Dispatcher, requests: Vec<Request>) -> Result<Vec<Outcome>, Error> {
    let answers = dispatcher.ask_many(requests).await;
    answers.into_iter().collect::<Result<Vec<_>, _>>().map_err(Error)
}
