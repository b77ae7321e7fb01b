//! What undo may take away, over real SQL: nothing that somebody else has built upon since (T9), and blocks that go with a
//! merge (T5).

use crate::engines::{Bench, on_each_engine, request};
use crate::story::mail;
use samtal_model::record::activity::{ActivityKind, ActivityText};
use samtal_model::record::command::RecordCommand;
use samtal_model::record::property::ObjectTypeText;
use samtal_model::record::value::{BuiltIn, Edits, PropertyKey, PropertyKind, Value};
use samtal_model::record::{RecordKind, RecordRef};
use samtal_model::{
    Actor, AgentId, Command, CommandId, ContactId, ConversationId, InboxId, ObjectTypeId, PropertyId, Refusal, Role,
};
use samtal_server::dispatch::{Fault, Outcome};

struct Two {
    bench: Bench,
    inbox: InboxId,
    ewa: AgentId,
    jonas: AgentId,
}

impl Two {
    async fn new(bench: Bench) -> Self {
        let inbox = bench.inbox("support", true).await;
        let (ewa, jonas) = (bench.agent("ewa", Role::Admin).await, bench.agent("jonas", Role::Agent).await);
        Self { bench, inbox, ewa, jonas }
    }

    async fn by(&self, agent: AgentId, command: RecordCommand) -> Outcome {
        self.bench.ask(Actor::Agent(agent), 10, Command::Record(Box::new(command))).await
    }

    async fn undo(&self, agent: AgentId, command: CommandId) -> Result<Outcome, Refusal> {
        let undo = request(Actor::Agent(agent), 11, Command::Undo { command });
        match self.bench.dispatcher.ask(undo).await {
            Err(Fault::Refused(refusal)) => Err(refusal),
            other => Ok(other.expect("no fault of the database")),
        }
    }

    /// Ewa cannot take back what she made while what Jonas did on it stands, and can when he has taken that back.
    async fn stands_while(&self, made: &Outcome, theirs: RecordCommand) {
        let made = made.command.expect("a command");
        let since = self.by(self.jonas, theirs).await.command.expect("a command");
        assert_eq!(self.undo(self.ewa, made).await.map(drop), Err(Refusal::ChangedSince));
        self.undo(self.jonas, since).await.expect("undone");
        self.undo(self.ewa, made).await.expect("undone");
    }

    async fn mail(&self, email: &str, at: i64) -> (ConversationId, ContactId, bool) {
        let outcome = self.bench.ask(Actor::System, at, mail(self.inbox, email, "hello", at)).await;
        let id = outcome.changes.iter().find_map(|it| it.change.conversation()).expect("a conversation");
        let reader = self.bench.reader(self.ewa).await;
        let seen = self.bench.store.conversation(&reader, id).await.expect("a query").expect("there");
        (id, seen.contact.expect("a contact").id, seen.spam)
    }
}

fn named(name: &str) -> Edits {
    vec![(BuiltIn::Name.into(), Some(Value::Text(name.into())))]
}

fn made(outcome: &Outcome) -> RecordRef {
    let changes = outcome.changes.iter();
    let record = |change: &samtal_model::Change| match change {
        samtal_model::Change::Recorded { change } => change.records().next(),
        _ => None,
    };
    changes.filter_map(|entry| record(&entry.change)).next().expect("a record")
}

fn company(values: Edits) -> RecordCommand {
    RecordCommand::Create { kind: RecordKind::Company, values, links: vec![] }
}

#[tokio::test]
async fn t9_a_record_somebody_wrote_a_note_on_is_not_unmade() {
    on_each_engine(|bench| async move {
        let two = Two::new(bench).await;
        let outcome = two.by(two.ewa, company(named("Kund"))).await;
        let note = RecordCommand::CreateActivity {
            record: made(&outcome),
            kind: ActivityKind::Note,
            at: None,
            text: ActivityText { text: "Likes oak".into(), ..ActivityText::default() },
            conversation: None,
        };
        two.stands_while(&outcome, note).await;
    })
    .await;
}

#[tokio::test]
async fn t9_a_record_somebody_associated_is_not_unmade() {
    on_each_engine(|bench| async move {
        let two = Two::new(bench).await;
        let other =
            two.by(two.ewa, RecordCommand::Create { kind: RecordKind::Deal, values: named("D"), links: vec![] });
        let other = made(&other.await);
        let outcome = two.by(two.ewa, company(named("Kund"))).await;
        let link = RecordCommand::SetLink { record: made(&outcome), other, linked: true };
        two.stands_while(&outcome, link).await;
    })
    .await;
}

#[tokio::test]
async fn t9_a_property_with_values_and_a_kind_with_records_are_not_unmade() {
    on_each_engine(|bench| async move {
        let two = Two::new(bench).await;
        let create = RecordCommand::CreateProperty {
            object: RecordKind::Company,
            kind: PropertyKind::Text,
            name: "Plan".into(),
            options: vec![],
        };
        let property = two.by(two.ewa, create).await;
        let list = two.bench.store.properties().await.expect("a query").items;
        let id = list.iter().find_map(|it| it.id).expect("the property");
        let key = PropertyKey::Defined(PropertyId(id.0));
        let mut values = named("Kund");
        values.push((key, Some(Value::Text("Gold".into()))));
        two.stands_while(&property, company(values)).await;
        let text = ObjectTypeText { name: "Boat".into(), plural: "Boats".into() };
        let kind = two.by(two.ewa, RecordCommand::CreateObjectType { text }).await;
        let of = ObjectTypeId(two.bench.store.object_types().await.expect("a query").items[0].id.0);
        let boat = RecordCommand::Create { kind: RecordKind::Object(of), values: named("Ellen"), links: vec![] };
        two.stands_while(&kind, boat).await;
    })
    .await;
}

#[tokio::test]
async fn t5_who_was_blocked_stays_blocked_through_a_merge_and_its_undo() {
    on_each_engine(|bench| async move {
        let two = Two::new(bench).await;
        let (_, winner, _) = two.mail("maja@post.test", 1).await;
        let (conversation, loser, _) = two.mail("berg@post.test", 2).await;
        two.bench.ask(Actor::Agent(two.jonas), 3, Command::BlockSender { conversation }).await;
        let merged = two.by(two.jonas, RecordCommand::Merge { winner, loser }).await;
        for email in ["berg@post.test", "maja@post.test"] {
            assert_eq!(two.mail(email, 4).await.1, winner);
            assert!(two.mail(email, 4).await.2, "{email} is filtered");
        }
        two.undo(two.jonas, merged.command.expect("a command")).await.expect("undone");
        assert!(two.mail("berg@post.test", 5).await.2);
        assert!(!two.mail("maja@post.test", 5).await.2);
        let record = RecordRef::Contact(loser);
        two.bench.ask(Actor::Agent(two.ewa), 6, Command::Record(Box::new(RecordCommand::Trash { record }))).await;
        let erase = Command::Record(Box::new(RecordCommand::Erase { record }));
        let refused = two.bench.dispatcher.ask(request(Actor::Agent(two.ewa), 7, erase)).await;
        assert!(matches!(refused, Err(Fault::Refused(Refusal::UnblockFirst))), "{refused:?}");
    })
    .await;
}
