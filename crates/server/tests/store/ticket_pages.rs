//! Pages of tickets where there are many: every order and filter gives what there is, each ticket once, and no page costs
//! more than it may.

use crate::engines::{Bench, on_each_engine, request};
use samtal_model::{Actor, Command, PipelineCommand, Priority, Refusal, Role, StatusId};
use samtal_server::dispatch::Fault;
use samtal_server::store::{Reader, TicketOrder, TicketQuery};
use sqlx::AssertSqlSafe;

/// More than are looked at for one page.
const TICKETS: i64 = 12_000;

/// What the tickets below are, by their number.
fn changed(n: i64) -> i64 {
    n * 5 % 12_007
}

fn priority(n: i64) -> i64 {
    n * 7 % 5
}

async fn filled(bench: &Bench) -> Reader {
    let inbox = bench.inbox("support", true).await;
    let anna = bench.agent("anna", Role::Agent).await;
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(&bench.url).await.expect("the database");
    let numbers = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {TICKETS})");
    for sql in [
        format!(
            "{numbers} INSERT INTO tickets (id, inbox_id, pipeline_id, status_id, priority, owner_id, contact_id, revision, \
             created_at, closed_at, trashed_at, version, changed_at, name, name_key) SELECT i, {inbox}, 1, \
             CASE WHEN i % 4000 = 1 THEN 2 ELSE 1 END, i * 7 % 5, CASE WHEN i % 6000 = 5999 THEN {anna} ELSE NULL END, \
             NULL, i, i, NULL, CASE WHEN i % 3000 = 1500 THEN 1 ELSE NULL END, 1, i * 5 % 12007, \
             'Ticket ' || (10000 + i), 'ticket ' || (10000 + i) FROM n"
        ),
        format!("{numbers} INSERT INTO ticket_words (word, ticket_id) SELECT 'ticket', i FROM n"),
        format!("{numbers} INSERT INTO ticket_words (word, ticket_id) SELECT 'rare', i FROM n WHERE i % 5000 = 7"),
    ] {
        sqlx::query(AssertSqlSafe(sql)).execute(&pool).await.expect("tickets");
    }
    pool.close().await;
    bench.reader(anna).await
}

/// All pages: the ids, and how many pages there were.
async fn all(bench: &Bench, reader: &Reader, mut query: TicketQuery) -> (Vec<i64>, usize) {
    let (mut ids, mut pages) = (vec![], 0);
    loop {
        let page = bench.store.tickets(reader, &query).await.expect("a query").expect("a page");
        assert!(page.items.len() as i64 <= query.limit);
        ids.extend(page.items.iter().map(|it| it.id.0));
        pages += 1;
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return (ids, pages);
        }
        assert!(pages < 100, "the pages do not end");
    }
}

#[tokio::test]
async fn few_of_many_tickets_come_over_several_pages_each_once() {
    on_each_engine(|bench| async move {
        let reader = filled(&bench).await;
        let anna = reader.agent;
        let is_trashed = |n: i64| n % 3000 == 1500;
        type Filter = (TicketQuery, fn(i64) -> bool);
        let filters: [Filter; 6] = [
            (TicketQuery { owners: vec![Some(anna)], ..TicketQuery::default() }, |n| n % 6000 == 5999),
            (TicketQuery { statuses: vec![StatusId(2)], ..TicketQuery::default() }, |n| n % 4000 == 1),
            (TicketQuery { words: "rar".into(), ..TicketQuery::default() }, |n| n % 5000 == 7),
            (TicketQuery { words: "ticket rare".into(), ..TicketQuery::default() }, |n| n % 5000 == 7),
            (TicketQuery { words: "nothing".into(), ..TicketQuery::default() }, |_| false),
            (
                TicketQuery {
                    words: "ticket".into(),
                    priorities: vec![Some(Priority::Medium)],
                    owners: vec![Some(anna), None],
                    statuses: vec![StatusId(2)],
                    ..TicketQuery::default()
                },
                |n| n % 4000 == 1 && priority(n) == 2,
            ),
        ];
        for (order, word) in TicketOrder::ALL {
            for (filter, is_asked) in &filters {
                let mut expected: Vec<i64> = (1..=TICKETS).filter(|n| is_asked(*n) && !is_trashed(*n)).collect();
                match order {
                    TicketOrder::NewestActivity => expected.sort_by_key(|n| std::cmp::Reverse((changed(*n), *n))),
                    TicketOrder::OldestActivity => expected.sort_by_key(|n| (changed(*n), *n)),
                    TicketOrder::NewestCreated => expected.sort_by_key(|n| std::cmp::Reverse(*n)),
                    TicketOrder::Priority => expected.sort_by_key(|n| std::cmp::Reverse((priority(*n), *n))),
                    TicketOrder::OldestCreated | TicketOrder::Name => {}
                }
                let query = TicketQuery { order, limit: 2, ..filter.clone() };
                assert_eq!(all(&bench, &reader, query).await.0, expected, "{word} {filter:?}");
            }
        }
        let trash = TicketQuery { trash: true, limit: 50, ..TicketQuery::default() };
        assert_eq!(all(&bench, &reader, trash).await, (vec![4_500, 1_500, 10_500, 7_500], 1));
        // Of what stands beyond so many others, the first page says only where to go on.
        let mine =
            TicketQuery { owners: vec![Some(anna)], limit: 50, order: TicketOrder::Name, ..TicketQuery::default() };
        let page = bench.store.tickets(&reader, &mine).await.expect("a query").expect("a page");
        assert_eq!((page.items.len(), page.next_cursor.is_some()), (1, true));
        // Words that are nowhere end the list at once, and so does who has none in the order of activity.
        let nothing = TicketQuery { words: "nothing".into(), limit: 50, ..TicketQuery::default() };
        assert_eq!(all(&bench, &reader, nothing).await, (vec![], 1));
        let owned = TicketQuery { owners: vec![Some(anna)], limit: 50, ..TicketQuery::default() };
        assert_eq!(all(&bench, &reader, owned).await.1, 1);
    })
    .await;
}

#[tokio::test]
async fn a1_a_status_of_any_size_is_emptied_and_deleted() {
    on_each_engine(|bench| async move {
        let reader = filled(&bench).await;
        let ewa = bench.agent("ewa", Role::Admin).await;
        // What is left in the first status is still too many at once.
        let pool = sqlx::AnyPool::connect(&bench.url).await.expect("the database");
        for sql in [
            "UPDATE tickets SET status_id = 3 WHERE id > 4100".to_owned(),
            format!("INSERT INTO ticket_counts SELECT inbox_id, 1, status_id, \
                     SUM(CASE WHEN trashed_at IS NULL THEN 1 ELSE 0 END), SUM(CASE WHEN trashed_at IS NULL THEN 0 ELSE 1 END) \
                     FROM tickets WHERE inbox_id = {} GROUP BY inbox_id, status_id", reader.inboxes.iter().next().expect("one")),
        ] {
            sqlx::query(AssertSqlSafe(sql)).execute(&pool).await.expect("counts");
        }
        pool.close().await;
        let ask = |command| request(Actor::Agent(ewa), 9, Command::Pipeline(command));
        let delete = || ask(PipelineCommand::DeleteStatus { status: StatusId(1), move_to: Some(StatusId(2)) });
        let refused = bench.dispatcher.ask(delete()).await;
        assert!(matches!(refused, Err(Fault::Refused(Refusal::StatusTooFull))), "{refused:?}");
        let step = || ask(PipelineCommand::MoveTickets { status: StatusId(1), to: StatusId(2) });
        let mut moved = vec![];
        // Two of one batch do not move the same ones.
        for answer in bench.dispatcher.ask_many(vec![step(), step(), step(), step()]).await {
            moved.push(answer.expect("moved").changes.len());
        }
        // 1 and 4001 stood in the other one already.
        assert_eq!(moved, [2_000, 2_000, 98, 0]);
        bench.dispatcher.ask(delete()).await.expect("deleted");
        let query = TicketQuery { statuses: vec![StatusId(2)], limit: 200, ..TicketQuery::default() };
        let trashed = TicketQuery { trash: true, ..query.clone() };
        assert_eq!(all(&bench, &reader, query).await.0.len() + all(&bench, &reader, trashed).await.0.len(), 4_100);
        let closed = request(
            Actor::Agent(ewa),
            9,
            Command::Pipeline(PipelineCommand::MoveTickets { status: StatusId(2), to: StatusId(4) }),
        );
        let refused = bench.dispatcher.ask(closed).await;
        assert!(matches!(refused, Err(Fault::Refused(Refusal::Invalid { field: "move_to", .. }))), "{refused:?}");
    })
    .await;
}
