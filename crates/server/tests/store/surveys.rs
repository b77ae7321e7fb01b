//! Surveys in the database (D5): the token is known by its hash alone, no text stands in the log, and what is deleted for
//! good takes its survey along.

use crate::engines::{Bench, on_each_engine};
use samtal_model::record::RecordRef;
use samtal_model::record::command::RecordCommand;
use samtal_model::{
    Actor, Address, AgentId, AuthorRef, Change, Channel, Command, ContactId, ConversationId, InboxId, MessageKind,
    NewTicket, Origin, PipelineCommand, PipelineId, Receive, Role, StatusId, Survey, TicketCommand, TicketId,
    Timestamp,
};
use samtal_server::survey::token_hash;

const CLOSED: StatusId = StatusId(4);
const NEW: StatusId = StatusId(1);

struct Asking<'b> {
    bench: &'b Bench,
    daan: Actor,
    inbox: InboxId,
}

impl<'b> Asking<'b> {
    async fn open(bench: &'b Bench) -> Self {
        let inbox = bench.inbox("support", true).await;
        let daan: AgentId = bench.agent("daan", Role::SuperAdmin).await;
        let on = PipelineCommand::SetSurvey { pipeline: PipelineId(1), on: true };
        bench.ask(Actor::Agent(daan), 0, Command::Pipeline(on)).await;
        Self { bench, daan: Actor::Agent(daan), inbox }
    }

    async fn by(&self, at: i64, command: Command) -> Vec<Change> {
        let outcome = self.bench.ask(self.daan, at, command).await;
        outcome.changes.into_iter().map(|entry| entry.change).collect()
    }

    /// A closed ticket about which a contact was asked, and the token in the mail.
    async fn closed(&self, at: i64, email: &str) -> (Survey, String) {
        let receive = Receive {
            inbox: self.inbox,
            channel: Channel::Email,
            thread: None,
            origin: Origin::Inbound,
            kind: MessageKind::Inbound,
            author: AuthorRef::Contact(Address { name: "Maja".into(), email: email.into() }),
            contact: None,
            subject: "Shelf".into(),
            text: "Hello".into(),
            sent_at: Timestamp(at),
            spam: false,
            archived: false,
        };
        let outcome = self.bench.ask(Actor::System, at, Command::Receive(Box::new(receive))).await;
        let conversation: ConversationId =
            outcome.changes.iter().find_map(|it| it.change.conversation()).expect("a conversation");
        let new = NewTicket {
            conversation: Some(conversation),
            inbox: self.inbox,
            name: "Shelf".into(),
            pipeline: None,
            status: None,
            priority: None,
            owner: None,
            contact: None,
        };
        let made = self.by(at, Command::Ticket(TicketCommand::Create(Box::new(new)))).await;
        let ticket: TicketId = made.iter().find_map(Change::ticket).expect("a ticket");
        let changes = self.by(at, Command::Ticket(TicketCommand::SetStatus { ticket, status: CLOSED })).await;
        let survey = changes.iter().find_map(|change| match change {
            Change::SurveySet { to, .. } => Some(to.clone()),
            _ => None,
        });
        let survey = survey.expect("a survey");
        let text = self.value(&format!("SELECT text FROM message_texts WHERE message_id = {}", survey.message)).await;
        let token = text.split("/survey/").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a token");
        (survey, token.to_owned())
    }

    async fn value(&self, sql: &str) -> String {
        let pool = sqlx::AnyPool::connect(&self.bench.url).await.expect("the database");
        let found = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(&pool).await.expect("a row");
        pool.close().await;
        found
    }

    async fn count(&self, from: &str) -> i64 {
        self.value(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM {from}")).await.parse().expect("a number")
    }

    async fn is_open(&self, token: &str, at: i64) -> bool {
        let hash = token_hash(token).expect("a token");
        self.bench.store.open_survey(hash, Timestamp(at)).await.expect("a query").is_some()
    }
}

fn answer(survey: &Survey, score: i64, words: &str) -> Command {
    Command::Record(Box::new(RecordCommand::AnswerSurvey { survey: survey.message, score, words: words.into() }))
}

#[tokio::test]
async fn neither_the_token_nor_the_words_stand_in_the_log() {
    on_each_engine(|bench| async move {
        let asking = Asking::open(&bench).await;
        let (survey, token) = asking.closed(1_000, "maja@post.test").await;
        bench.ask(Actor::System, 2_000, answer(&survey, 4, "hushhush")).await;
        for word in [token.as_str(), "hushhush"] {
            assert_eq!(asking.count(&format!("changes WHERE body LIKE '%{word}%'")).await, 0, "{word}");
        }
        let hash: Vec<u8> = token_hash(&token).expect("a token").to_vec();
        assert_ne!(hash, token.as_bytes());
        let found = bench.store.open_survey(token_hash(&token).expect("a token"), Timestamp(3_000)).await;
        let found = found.expect("a query").expect("open");
        assert_eq!((found.survey.message, found.inbox.as_str()), (survey.message, "support"));
        assert_eq!(found.answer, Some((4, "hushhush".to_owned())));
        // Another node on the same database knows it, too.
        let other = bench.second_node().await;
        let hash = token_hash(&token).expect("a token");
        assert!(other.store.open_survey(hash, Timestamp(3_000)).await.expect("a query").is_some());
    })
    .await;
}

#[tokio::test]
async fn a_survey_goes_with_its_conversation_its_ticket_and_its_contact() {
    on_each_engine(|bench| async move {
        let asking = Asking::open(&bench).await;
        let mut at = 0;
        for what in ["conversation", "ticket", "contact"] {
            at += 10_000;
            let (survey, token) = asking.closed(at, &format!("{what}@post.test")).await;
            assert!(asking.is_open(&token, at).await, "{what}");
            let maja = RecordRef::Contact(survey.contact);
            let steps = match what {
                "conversation" => [
                    Command::Trash { conversation: survey.conversation },
                    Command::Delete { conversation: survey.conversation },
                ],
                "ticket" => [
                    Command::Ticket(TicketCommand::Trash { ticket: survey.ticket }),
                    Command::Ticket(TicketCommand::Delete { ticket: survey.ticket }),
                ],
                _ => [RecordCommand::Trash { record: maja }, RecordCommand::Erase { record: maja }]
                    .map(|command| Command::Record(Box::new(command))),
            };
            for command in steps {
                asking.by(at, command).await;
            }
            assert!(!asking.is_open(&token, at).await, "{what}");
            assert_eq!(asking.count("surveys").await, 0, "{what}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_asked_is_known_when_the_ticket_is_closed_again_and_who_was_merged_is_who_took_them_in() {
    on_each_engine(|bench| async move {
        let asking = Asking::open(&bench).await;
        let (survey, token) = asking.closed(1_000, "maja@post.test").await;
        let (other, _) = asking.closed(1_000, "berg@post.test").await;
        for status in [NEW, CLOSED] {
            asking.by(2_000, Command::Ticket(TicketCommand::SetStatus { ticket: survey.ticket, status })).await;
        }
        assert_eq!(asking.count("surveys").await, 2, "within the week nobody is asked again");
        let winner: ContactId = other.contact;
        let merge = RecordCommand::Merge { winner, loser: survey.contact };
        asking.by(3_000, Command::Record(Box::new(merge))).await;
        let outcome = bench.ask(Actor::System, 4_000, answer(&survey, 5, "Thanks")).await;
        let record = outcome.changes.iter().find_map(|entry| match &entry.change {
            Change::Recorded { change } => change.records().next(),
            _ => None,
        });
        assert_eq!(record, Some(RecordRef::Contact(winner)));
        let again = bench.ask(Actor::System, 4_500, answer(&survey, 5, "Thanks")).await;
        assert!(again.changes.is_empty(), "a form that is sent twice says nothing new");
        assert!(asking.is_open(&token, 5_000).await, "for a day");
    })
    .await;
}
