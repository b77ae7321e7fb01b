//! Tickets over real SQL: cascades in one transaction, what is deleted for good, what every database has.

use crate::engines::{Bench, on_each_engine, request};
use crate::office::Office;
use crate::story::mail;
use samtal_model::wire::BulkAction;
use samtal_model::{
    Actor, Command, ConversationId, ConversationState, NewTicket, Refusal, Role, StatusId, TicketCommand, TicketId,
    View,
};
use samtal_server::dispatch::Fault;
use samtal_server::store::{BulkOf, ListQuery, Search, TicketQuery};

const CLOSED: StatusId = StatusId(4);

pub async fn ticket_of(office: &Office, conversations: &[ConversationId], name: &str) -> TicketId {
    let new = NewTicket {
        conversation: conversations.first().copied(),
        inbox: office.inbox,
        name: name.into(),
        pipeline: None,
        status: None,
        priority: None,
        owner: None,
        contact: None,
    };
    let create = Command::Ticket(TicketCommand::Create(Box::new(new)));
    let made = office.bench.ask(Actor::Agent(office.anna), 5, create).await;
    let ticket = made.changes.iter().find_map(|it| it.change.ticket()).expect("a ticket");
    let attach = conversations.iter().skip(1).map(|conversation| {
        let attach = TicketCommand::Attach { conversation: *conversation, ticket };
        request(Actor::Agent(office.anna), 5, Command::Ticket(attach))
    });
    for answer in office.bench.dispatcher.ask_many(attach.collect()).await {
        answer.expect("attached");
    }
    ticket
}

pub fn set(ticket: TicketId, status: StatusId) -> Command {
    Command::Ticket(TicketCommand::SetStatus { ticket, status })
}

async fn found(bench: &Bench, agent: samtal_model::AgentId, typed: &str) -> usize {
    let reader = bench.reader(agent).await;
    let search = Search { query: samtal_model::query::parse(typed).query, ..Search::default() };
    let page = bench.store.conversations(&reader, &ListQuery::searching(search)).await;
    page.expect("a query").expect("a page").items.len()
}

#[tokio::test]
async fn every_database_begins_with_a_pipeline() {
    on_each_engine(|bench| async move {
        let anna = bench.agent("anna", Role::Agent).await;
        let list = bench.store.pipelines(&bench.reader(anna).await).await.expect("a query");
        let names: Vec<_> = list.items[0].statuses.iter().map(|it| (it.name.as_str(), it.closed)).collect();
        let expected = [("New", false), ("Waiting on us", false), ("Waiting on contact", false), ("Closed", true)];
        assert_eq!((list.items.len(), list.items[0].name.as_str(), list.can_edit), (1, "Support", false));
        assert_eq!(names, expected);
    })
    .await;
}

#[tokio::test]
async fn a_cascade_over_500_conversations_is_one_transaction_and_one_undo() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let all = office.mails(500).await;
        let ticket = ticket_of(&office, &all, "Recall").await;
        let closed = office.bench.ask(Actor::Agent(office.anna), 6, set(ticket, CLOSED)).await;
        assert_eq!((closed.changes.len(), office.closed(&all).await), (501, 500));
        let undo = Command::Undo { command: closed.command.expect("a command") };
        office.bench.ask(Actor::Agent(office.anna), 7, undo).await;
        assert_eq!(office.closed(&all).await, 0);
        let trash = Command::Ticket(TicketCommand::Trash { ticket });
        office.bench.ask(Actor::Agent(office.anna), 8, trash).await;
        let restore = Command::Restore { conversation: all[250] };
        let restored = office.bench.ask(Actor::Agent(office.anna), 9, restore).await;
        assert_eq!(restored.changes.len(), 501);
    })
    .await;
}

#[tokio::test]
async fn a_ticket_holds_so_many_conversations_and_no_more() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let all = office.mails(2_001).await;
        let ticket = ticket_of(&office, &all[..2_000], "Recall").await;
        let attach = Command::Ticket(TicketCommand::Attach { conversation: all[2_000], ticket });
        let refused = office.bench.dispatcher.ask(request(Actor::Agent(office.anna), 6, attach)).await;
        assert!(matches!(refused, Err(Fault::Refused(Refusal::TicketFull))), "{refused:?}");
        let closed = office.bench.ask(Actor::Agent(office.anna), 6, set(ticket, CLOSED)).await;
        assert_eq!(closed.changes.len(), 2_001);
    })
    .await;
}

#[tokio::test]
async fn a_conversation_is_found_by_its_tickets_name_as_it_is_now() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let all = office.mails(3).await;
        let (bench, anna) = (&office.bench, office.anna);
        let ticket = ticket_of(&office, &all[..2], "Wobbly bookcase").await;
        assert_eq!(found(bench, anna, "bookca").await, 2);
        let edit = samtal_model::TicketEdit { name: Some("Étagère".into()), ..Default::default() };
        bench.ask(Actor::Agent(anna), 6, Command::Ticket(TicketCommand::Edit { ticket, edit })).await;
        assert_eq!((found(bench, anna, "bookcase").await, found(bench, anna, "etagere hello").await), (0, 2));
        bench.ask(Actor::Agent(anna), 7, Command::Ticket(TicketCommand::Attach { conversation: all[2], ticket })).await;
        assert_eq!(found(bench, anna, "etagere").await, 3);
        bench.ask(Actor::Agent(anna), 8, Command::BlockSender { conversation: all[0] }).await;
        assert_eq!(found(bench, anna, "etagere").await, 0, "the ticket is gone");
    })
    .await;
}

#[tokio::test]
async fn what_is_deleted_for_good_leaves_no_name_behind() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let all = office.mails(1).await;
        let ticket = ticket_of(&office, &all, "Porcelain").await;
        let edit = samtal_model::TicketEdit { name: Some("Stoneware".into()), ..Default::default() };
        let commands = [
            Command::Ticket(TicketCommand::Edit { ticket, edit }),
            Command::Ticket(TicketCommand::Trash { ticket }),
            Command::Ticket(TicketCommand::Delete { ticket }),
        ];
        for command in commands {
            office.bench.ask(Actor::Agent(office.anna), 6, command).await;
        }
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(&office.bench.url).await.expect("the database");
        for table in ["tickets", "ticket_texts", "ticket_words", "conversations", "message_texts"] {
            let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
            let count: i64 = sqlx::query_scalar(sql).fetch_one(&pool).await.expect("a number");
            assert_eq!(count, 0, "{table}");
        }
        pool.close().await;
        let reader = office.bench.reader(office.anna).await;
        let counts = office.bench.store.ticket_counts(&reader, office.inbox).await.expect("a query").expect("hers");
        assert!(counts.items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn many_at_once_take_their_tickets_along_and_bring_them_back() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let all = office.mails(4).await;
        let ticket = ticket_of(&office, &all[..3], "Recall").await;
        let trashed = office.done(&office.asked(BulkAction::Trash, BulkOf::Ids(all.clone()))).await;
        assert_eq!(trashed.changed, 4);
        let reader = office.bench.reader(office.anna).await;
        let trashed_at = |view: Option<samtal_model::wire::TicketView>| view.expect("the ticket").trashed_at;
        assert!(trashed_at(office.bench.store.ticket(&reader, ticket).await.expect("a query")).is_some());
        let restored = office.done(&office.asked(BulkAction::Restore, office.all_in(View::Trash))).await;
        assert_eq!(restored.refused, 0);
        assert_eq!(trashed_at(office.bench.store.ticket(&reader, ticket).await.expect("a query")), None);
        assert_eq!(office.state(all[0]).await, ConversationState::Open);
    })
    .await;
}

#[tokio::test]
async fn trash_is_emptied_of_tickets_too() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let all = office.mails(2).await;
        let (with, without) = (ticket_of(&office, &all, "With").await, ticket_of(&office, &[], "Without").await);
        for ticket in [with, without] {
            office.bench.ask(Actor::Agent(office.anna), 6, Command::Ticket(TicketCommand::Trash { ticket })).await;
        }
        let month = samtal_model::Timestamp(31 * 24 * 3_600_000);
        samtal_server::jobs::tidy(&office.bench.store, &office.bench.dispatcher, month).await.expect("tidied");
        let reader = office.bench.reader(office.anna).await;
        let query = TicketQuery { trash: true, limit: 10, ..TicketQuery::default() };
        let left = office.bench.store.tickets(&reader, &query).await.expect("a query").expect("a page");
        assert!(left.items.is_empty(), "{left:?}");
    })
    .await;
}

#[tokio::test]
async fn who_leaves_leaves_their_tickets_without_an_owner() {
    on_each_engine(|bench| async move {
        let office = Office::new(bench).await;
        let all = office.mails(1).await;
        let ticket = ticket_of(&office, &all, "Recall").await;
        let edit = samtal_model::TicketEdit { owner: Some(Some(office.anna)), ..Default::default() };
        let edit = Command::Ticket(TicketCommand::Edit { ticket, edit });
        office.bench.ask(Actor::Agent(office.anna), 6, edit).await;
        let state = samtal_model::AgentState::Deactivated;
        let left = Command::SetAgentState { agent: office.anna, state };
        office.bench.ask(Actor::Agent(office.jonas), 7, left).await;
        let reader = office.bench.reader(office.jonas).await;
        let view = office.bench.store.ticket(&reader, ticket).await.expect("a query").expect("the ticket");
        assert_eq!(view.owner_id, None);
        let later = mail(office.inbox, "maja@post.test", "hello", 8);
        office.bench.ask(Actor::System, 8, later).await;
    })
    .await;
}
