//! Records on both engines: what a browser holds of them, for the law of the feed; that deleting for good leaves no text
//! behind; and that a contact's name reaches whatever shows or finds it.

use crate::desk::search;
use crate::engines::{Bench, on_each_engine};
use crate::law_tickets::written_on_tickets;
use crate::story::mail;
use samtal_model::record::RecordKind;
use samtal_model::record::activity::{ActivityKind, ActivityText};
use samtal_model::record::command::RecordCommand;
use samtal_model::record::property::{ObjectTypeText, Place};
use samtal_model::record::value::{BuiltIn, Edits, PropertyKey, PropertyKind, Value};
use samtal_model::record::{RecordRef, property::PropertyEdit};
use samtal_model::wire::{
    ActivityView, ConversationView, FeedEvent, ObjectTypeView, PropertyView, RecordView, ShownView,
};
use samtal_model::{
    ActivityId, Actor, AgentId, Change, Command, ContactId, ConversationId, InboxId, ObjectTypeId, OptionId,
    PropertyId, Role, Sequence, Timestamp,
};
use samtal_server::store::{ListQuery, Reader, RecordQuery};
use std::collections::{BTreeMap, BTreeSet};

/// What a browser holds of records, all of which it has looked at.
#[derive(Debug, Default, PartialEq)]
pub struct Records {
    pub records: BTreeMap<RecordRef, RecordView>,
    pub links: BTreeSet<(RecordRef, RecordRef)>,
    pub activities: BTreeMap<ActivityId, ActivityView>,
    pub properties: BTreeMap<PropertyId, PropertyView>,
    pub object_types: BTreeMap<ObjectTypeId, ObjectTypeView>,
    pub shown: BTreeMap<Place, ShownView>,
}

impl Records {
    pub async fn fresh(bench: &Bench, reader: &Reader) -> Self {
        let store = &bench.store;
        let mut all = Self::default();
        for (kind, trash) in
            ["contact", "company", "deal", "object"].into_iter().flat_map(|it| [(it, false), (it, true)])
        {
            let query = RecordQuery { kind, object_type: None, words: None, trash, cursor: None, limit: 1_000 };
            let page = store.records(reader, &query).await.expect("a query").expect("a page");
            assert_eq!(page.next_cursor, None);
            for record in page.items {
                all.look_at(bench, reader, record, true).await;
            }
        }
        all.activities.extend(written_on_tickets(bench, reader).await.into_iter().map(|it| (it.id, it)));
        let properties = store.properties().await.expect("a query").items;
        all.properties = properties.into_iter().filter_map(|it| Some((it.id?, it))).collect();
        let types = store.object_types().await.expect("a query").items;
        all.object_types = types.into_iter().map(|it| (it.id, it)).collect();
        for place in Place::ALL {
            let shown = store.shown(reader, place).await.expect("a query");
            // What is chosen, whenever that was.
            all.shown.insert(place, ShownView { sequence: Sequence(0), ..shown });
        }
        all
    }

    /// A record with what is linked to it and written down on it; `all` where every record is looked at.
    async fn look_at(&mut self, bench: &Bench, reader: &Reader, record: RecordView, all: bool) {
        let id = record.reference().expect("a record");
        if record.merged_into.is_some() {
            return;
        }
        // Of a link one end at least is no contact: where all are looked at, it is found there.
        if record.kind != "contact" || !all {
            let detail = bench.store.record(reader, id).await.expect("a query").expect("there");
            assert_eq!(detail.record, record);
            if record.trashed_at.is_none() {
                let ends = detail.links.iter().filter_map(RecordView::reference);
                self.links.extend(ends.map(|end| if id < end { (id, end) } else { (end, id) }));
            }
        }
        let timeline =
            bench.store.timeline(reader, id, None, 200).await.expect("a query").expect("there").expect("a page");
        let activities = timeline.items.into_iter().filter_map(|it| it.activity);
        self.activities.extend(activities.map(|it| (it.id, it)));
        self.records.insert(id, record);
    }

    pub async fn apply(&mut self, bench: &Bench, reader: &Reader, event: &FeedEvent) {
        for place in &event.shown {
            assert!(place.sequence >= event.sequence, "as new as what is told with it");
            self.shown.insert(place.place, ShownView { sequence: Sequence(0), ..place.clone() });
        }
        // Who hears that records consist of something else reads them anew.
        let defined = !(event.properties.is_empty() && event.properties_gone.is_empty());
        if defined || !(event.object_types.is_empty() && event.object_types_gone.is_empty()) {
            *self = Self::fresh(bench, reader).await;
            return;
        }
        for id in &event.tickets_gone {
            self.activities.retain(|_, activity| activity.record != RecordRef::Ticket(*id));
        }
        for id in &event.records_gone {
            self.records.remove(id);
            self.links.retain(|(a, b)| a != id && b != id);
            self.activities.retain(|_, activity| activity.record != *id);
        }
        for record in &event.records {
            let Some(id) = record.reference() else { continue };
            let before = self.records.get(&id);
            let at_hand = |it: &RecordView| it.trashed_at.is_none() && it.merged_into.is_none();
            // What is new here, or comes out of Trash, is looked at with everything that belongs to it.
            if at_hand(record) && !before.is_some_and(at_hand) {
                if let Some(now) = bench.store.record(reader, id).await.expect("a query")
                    && now.merged_from.is_none()
                {
                    self.look_at(bench, reader, now.record, false).await;
                }
            } else if record.merged_into.is_some() {
                self.records.remove(&id);
                self.links.retain(|(a, b)| *a != id && *b != id);
            } else {
                if record.trashed_at.is_some() {
                    self.links.retain(|(a, b)| *a != id && *b != id);
                }
                self.records.insert(id, record.clone());
            }
        }
        for link in &event.links {
            let there = |id| self.records.get(id).is_some_and(|it: &RecordView| it.trashed_at.is_none());
            if link.linked && there(&link.a) && there(&link.b) {
                self.links.insert((link.a, link.b));
            } else {
                self.links.remove(&(link.a, link.b));
            }
        }
        for activity in &event.activities {
            self.activities.insert(activity.id, activity.clone());
        }
        for id in &event.activities_gone {
            self.activities.remove(id);
        }
    }
}

fn text(value: &str) -> Option<Value> {
    Some(Value::Text(value.into()))
}

fn record(command: RecordCommand) -> Command {
    Command::Record(Box::new(command))
}

/// Something about records, for a random day.
pub fn record_command(
    mut roll: impl FnMut(usize) -> usize,
    known: &Records,
    conversations: &BTreeMap<ConversationId, ConversationView>,
) -> Option<Command> {
    let all: Vec<RecordRef> = known.records.keys().copied().collect();
    let contacts: Vec<ContactId> = all.iter().filter_map(|id| id.contact()).collect();
    let activities: Vec<ActivityId> = known.activities.keys().copied().collect();
    let properties: Vec<&PropertyView> = known.properties.values().collect();
    let types: Vec<ObjectTypeId> = known.object_types.keys().copied().collect();
    let one = |from: &[RecordRef], n: usize| from.get(n % from.len().max(1)).copied();
    let what = roll(26);
    let (a, b) = (one(&all, roll(1_000)), one(&all, roll(1_000)));
    let contact = contacts.get(roll(contacts.len().max(1))).copied();
    let activity = activities.get(roll(activities.len().max(1))).copied();
    let property = properties.get(roll(properties.len().max(1)));
    let object_type = types.get(roll(types.len().max(1))).copied();
    let name = ["Kund", "Maja", "Olle Ek", "C1"][roll(4)];
    let named: Edits = vec![(BuiltIn::Name.into(), text(name))];
    Some(record(match what {
        0..=2 => RecordCommand::Create {
            kind: match (roll(4), object_type) {
                (0, _) => RecordKind::Contact,
                (1, _) => RecordKind::Company,
                (2, Some(of)) => RecordKind::Object(of),
                _ => RecordKind::Deal,
            },
            values: named,
            links: a.into_iter().collect(),
        },
        3..=6 => {
            let email = format!("c{}@post.test", roll(6));
            let mut values = named;
            if let (Some(RecordRef::Contact(_)), 0) = (a, roll(2)) {
                values.push((BuiltIn::Email.into(), text(&email)));
            }
            RecordCommand::Edit { record: a?, values }
        }
        7 => {
            let property = property?;
            let value = match property.kind {
                PropertyKind::Choice => Value::Whole(property.options.get(roll(property.options.len().max(1)))?.id.0),
                _ => Value::Text("12.5".into()),
            };
            RecordCommand::Edit { record: a?, values: vec![(property.key, Some(value))] }
        }
        8 => RecordCommand::Trash { record: a? },
        9 => RecordCommand::Restore { record: a? },
        10 => RecordCommand::Erase { record: a? },
        11 | 12 => RecordCommand::SetLink { record: a?, other: b?, linked: roll(3) > 0 },
        13 | 14 => RecordCommand::Merge { winner: contact?, loser: contacts[roll(contacts.len())] },
        15 => RecordCommand::CreateProperty {
            object: [RecordKind::Contact, RecordKind::Company][roll(2)],
            kind: PropertyKind::Choice,
            name: format!("Property {}", roll(6)),
            options: vec!["Gold".into(), "Silver".into()],
        },
        16 => {
            let property = property?;
            let (stays, goes) = (property.options.first()?.id, property.options.last()?.id);
            let removed = if stays == goes { vec![] } else { vec![(goes, (roll(2) == 0).then_some(stays))] };
            let options = Some(vec![(Some(stays), "Platinum".into()), (None::<OptionId>, "Bronze".into())]);
            let middle = property.options.iter().filter(|it| it.id != stays && it.id != goes).map(|it| (it.id, None));
            let removed = removed.into_iter().chain(middle).collect();
            RecordCommand::EditProperty { property: property.id?, edit: PropertyEdit { name: None, options, removed } }
        }
        17 => RecordCommand::DeleteProperty { property: property?.id? },
        18 => RecordCommand::CreateObjectType {
            text: ObjectTypeText { name: format!("Thing {}", roll(3)), plural: "Things".into() },
        },
        19 => RecordCommand::DeleteObjectType { object_type: object_type? },
        20 => {
            let key = property.filter(|it| it.object == "contact").map_or(BuiltIn::Phone.into(), |it| it.key);
            let place = [Place::AboutContact, Place::TicketCard][roll(2)];
            let properties: Vec<PropertyKey> =
                if place == Place::TicketCard { vec![BuiltIn::Owner.into()] } else { vec![key] };
            RecordCommand::SetShown { place, properties }
        }
        21 | 22 => RecordCommand::CreateActivity {
            record: a?,
            kind: [ActivityKind::Note, ActivityKind::Task][roll(2)],
            at: None,
            text: ActivityText { text: "Written down".into(), ..ActivityText::default() },
            conversation: None,
        },
        23 => RecordCommand::SetDone { activity: activity?, done: roll(2) == 0 },
        24 => RecordCommand::DeleteActivity { activity: activity? },
        _ => {
            let ids: Vec<_> = conversations.keys().copied().collect();
            let conversation = *ids.get(roll(ids.len().max(1)))?;
            return Some(Command::SetContact { conversation, contact: contact.filter(|_| roll(4) > 0) });
        }
    }))
}

/// An inbox with mail, and people.
struct Desk {
    bench: Bench,
    inbox: InboxId,
    anna: AgentId,
    ewa: AgentId,
}

impl Desk {
    async fn new(bench: Bench) -> Self {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let ewa = bench.agent("ewa", Role::Admin).await;
        Self { bench, inbox, anna, ewa }
    }

    async fn mail(&self, email: &str, word: &str, at: i64) -> (ConversationId, ContactId) {
        let outcome = self.bench.ask(Actor::System, at, mail(self.inbox, email, word, at)).await;
        let id = outcome.changes.iter().find_map(|it| it.change.conversation()).expect("a conversation");
        let reader = self.bench.reader(self.ewa).await;
        let seen = self.bench.store.conversation(&reader, id).await.expect("a query").expect("there");
        (id, seen.contact.expect("a contact").id)
    }

    async fn ask(&self, command: RecordCommand) -> samtal_server::dispatch::Outcome {
        self.bench.ask(Actor::Agent(self.ewa), 5_000, record(command)).await
    }

    async fn made(&self, kind: RecordKind, values: Edits, links: Vec<RecordRef>) -> RecordRef {
        let outcome = self.ask(RecordCommand::Create { kind, values, links }).await;
        let made = outcome.changes.iter().find_map(|entry| match &entry.change {
            Change::Recorded { change } => change.records().next(),
            _ => None,
        });
        made.expect("a record")
    }

    async fn found(&self, typed: &str) -> Vec<ConversationId> {
        let reader = self.bench.reader(self.anna).await;
        let page = self.bench.store.conversations(&reader, &ListQuery::searching(search(typed))).await;
        page.expect("a query").expect("a page").items.iter().map(|it| it.id).collect()
    }

    async fn named(&self, words: &str) -> Vec<i64> {
        let reader = self.bench.reader(self.anna).await;
        let words = Some(words.to_owned());
        let query = RecordQuery { kind: "contact", object_type: None, words, trash: false, cursor: None, limit: 50 };
        let page = self.bench.store.records(&reader, &query).await.expect("a query").expect("a page");
        page.items.iter().map(|it| it.id).collect()
    }
}

#[tokio::test]
async fn what_was_deleted_for_good_is_in_no_table() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let (_, maja) = desk.mail("maja@post.test", "hello", 1).await;
        let id = RecordRef::Contact(maja);
        let values = vec![(BuiltIn::Name.into(), text("Secretname")), (BuiltIn::Phone.into(), text("5557777"))];
        desk.ask(RecordCommand::Edit { record: id, values }).await;
        desk.ask(RecordCommand::Edit { record: id, values: vec![(BuiltIn::Name.into(), text("Secretother"))] }).await;
        let said = ActivityText { text: "Secretnote".into(), ..ActivityText::default() };
        let note = RecordCommand::CreateActivity {
            record: id,
            kind: ActivityKind::Note,
            at: None,
            text: said,
            conversation: None,
        };
        desk.ask(note).await;
        desk.ask(RecordCommand::Trash { record: id }).await;
        assert_eq!(desk.found("secretother").await.len(), 1);
        desk.ask(RecordCommand::Erase { record: id }).await;
        assert!(desk.found("secretother").await.is_empty());
        assert!(desk.named("secret").await.is_empty());
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(&desk.bench.url).await.expect("the database");
        for (table, column) in [
            ("contacts", "name"),
            ("contacts", "email"),
            ("contacts", "phone"),
            ("contacts", "folded"),
            ("contacts", "absorbed_email"),
            ("contact_inboxes", "folded"),
            ("record_texts", "body"),
            ("activity_texts", "body"),
            ("changes", "body"),
        ] {
            for word in ["secret", "5557777", "maja@"] {
                let sql = format!("SELECT COUNT(*) FROM {table} WHERE LOWER({column}) LIKE '%{word}%'");
                let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&pool).await.expect("a count");
                assert_eq!(count, 0, "{word} in {table}.{column}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_name_reaches_rows_words_and_kept_views() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let (conversation, maja) = desk.mail("maja@post.test", "hello", 1).await;
        let view = Command::CreateCustomView { text: crate::custom::text("Of Zara", "zara"), shared: true };
        desk.bench.ask(Actor::Agent(desk.anna), 2, view).await;
        crate::custom::counted(&desk.bench, 0).await;
        let reader = desk.bench.reader(desk.anna).await;
        let count = async || desk.bench.store.custom_views(&reader).await.expect("a query").items[0].count;
        let row = async || {
            let list = ListQuery::of_view(desk.inbox, samtal_model::View::Open);
            desk.bench.store.conversations_json(&reader, &list, None).await.expect("a query").expect("a page")
        };
        // Once to have it kept ready.
        assert!(!row().await.contains("Zara") && !row().await.contains("Zara"));
        assert_eq!(count().await, 0);
        let name = vec![(BuiltIn::Name.into(), text("Zara Öst"))];
        let outcome = desk.ask(RecordCommand::Edit { record: RecordRef::Contact(maja), values: name }).await;
        assert!(row().await.contains("Zara Öst"));
        assert_eq!((count().await, desk.found("zara ost").await), (1, vec![conversation]));
        assert_eq!(desk.found("contact:zara").await, [conversation]);
        assert_eq!(desk.named("zar").await, [maja.0]);
        let undo = Command::Undo { command: outcome.command.expect("a command") };
        desk.bench.ask(Actor::Agent(desk.ewa), 6_000, undo).await;
        assert!(!row().await.contains("Zara"));
        assert_eq!((count().await, desk.found("zara").await.len(), desk.named("zar").await.len()), (0, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_name_given_and_used_in_one_transaction_holds() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let contact = |email: &str| {
            let values = vec![(BuiltIn::Email.into(), text(email))];
            record(RecordCommand::Create { kind: RecordKind::Contact, values, links: vec![] })
        };
        let requests = vec![
            crate::engines::request(Actor::Agent(desk.ewa), 1, contact("new@post.test")),
            crate::engines::request(Actor::Agent(desk.anna), 2, contact("NEW@post.test")),
            crate::engines::request(Actor::System, 3, mail(desk.inbox, "new@post.test", "hello", 3)),
        ];
        let answers = desk.bench.dispatcher.ask_many(requests).await;
        assert!(answers[0].is_ok());
        assert!(answers[1].is_err(), "the address is in use already");
        assert_eq!(desk.named("new").await.len(), 1);
        let (_, later) = desk.mail("new@post.test", "again", 4).await;
        assert_eq!(desk.named("new").await, [later.0]);
    })
    .await;
}

#[tokio::test]
async fn records_are_paged_by_name_and_by_words() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let company = desk.made(RecordKind::Company, vec![(BuiltIn::Name.into(), text("Hyllan"))], vec![]).await;
        for n in 0..25 {
            let name = vec![(BuiltIn::Name.into(), text(&format!("Person {:02}", (n * 7) % 25)))];
            desk.made(RecordKind::Contact, name, vec![company]).await;
        }
        // Whatever else is called so does not stand before the company.
        for _ in 0..60 {
            desk.made(RecordKind::Deal, vec![(BuiltIn::Name.into(), text("Hyllan"))], vec![]).await;
        }
        let reader = desk.bench.reader(desk.anna).await;
        for (words, expected) in
            [(None, 25), (Some("pers"), 25), (Some("hyll"), 25), (Some("person 03"), 1), (Some("x"), 0)]
        {
            let (mut cursor, mut names, mut ids) = (None, vec![], BTreeSet::new());
            loop {
                let words = words.map(str::to_owned);
                let query = RecordQuery { kind: "contact", object_type: None, words, trash: false, cursor, limit: 10 };
                let page = desk.bench.store.records(&reader, &query).await.expect("a query").expect("a page");
                for item in page.items {
                    assert!(ids.insert(item.id), "nothing comes twice");
                    names.push(item.values.text(BuiltIn::Name).to_owned());
                }
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(names.len(), expected, "{words:?}");
            if words.is_none() {
                assert!(names.is_sorted(), "{names:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_timeline_is_one_order_across_its_pages() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let mut maja = ContactId(0);
        for n in 0..7 {
            maja = desk.mail("maja@post.test", "hello", 1_000 * (n % 4)).await.1;
        }
        for n in 0..7 {
            let text = ActivityText { text: format!("note {n}"), ..ActivityText::default() };
            let (record, at) = (RecordRef::Contact(maja), Some(Timestamp(1_000 * (n % 4))));
            let kind = ActivityKind::Note;
            desk.ask(RecordCommand::CreateActivity { record, kind, at, text, conversation: None }).await;
        }
        let reader = desk.bench.reader(desk.anna).await;
        let (mut cursor, mut times, mut all) = (None::<String>, vec![], BTreeSet::new());
        loop {
            let page = desk.bench.store.timeline(&reader, RecordRef::Contact(maja), cursor.as_deref(), 3).await;
            let page = page.expect("a query").expect("there").expect("a page");
            for item in page.items {
                let (at, key) = match (item.message, item.activity) {
                    (Some(message), None) => (message.sent_at, (0, message.id.0)),
                    (None, Some(activity)) => (activity.at, (1, activity.id.0)),
                    other => panic!("{other:?}"),
                };
                times.push(std::cmp::Reverse(at));
                assert!(all.insert(key), "nothing comes twice");
            }
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(all.len(), 14);
        assert!(times.is_sorted());
    })
    .await;
}
