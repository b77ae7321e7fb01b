//! What only shows where there is much: places far down a long list, and words that are common, rare or never met among
//! more messages than are read in one go.

use crate::desk::search;
use crate::engines::{Bench, on_each_engine, request};
use crate::story::mail;
use samtal_model::{Actor, AgentId, Command, ConversationId, InboxId, Role, Sort, View};
use samtal_server::store::{ListQuery, Reader};
use sqlx::Row;

const HOUR_MS: i64 = 3_600_000;
/// More than two blocks of ids, and at five hours each more than ten spans of time.
const MAILS: i64 = 1_400;

struct Crowd {
    bench: Bench,
    inbox: InboxId,
    anna: AgentId,
    reader: Reader,
    /// In the order they came.
    ids: Vec<ConversationId>,
}

impl Crowd {
    async fn of(bench: Bench, text: impl Fn(i64) -> String) -> Self {
        let inbox = bench.inbox("support", true).await;
        let anna = bench.agent("anna", Role::Agent).await;
        let requests = (0..MAILS).map(|n| {
            // Some before 1970, so that keys below nought are among them.
            let at = (n - 100) * 5 * HOUR_MS;
            request(Actor::System, at, mail(inbox, &format!("c{}@post.test", n % 50), &text(n), at))
        });
        let outcomes = bench.dispatcher.ask_many(requests.collect()).await;
        let ids = outcomes.into_iter().map(|outcome| {
            let changes = outcome.expect("received").changes;
            changes.iter().find_map(|entry| entry.change.conversation()).expect("a conversation")
        });
        let ids = ids.collect();
        let reader = bench.reader(anna).await;
        Self { bench, inbox, anna, reader, ids }
    }

    async fn each(&self, at: i64, command: fn(ConversationId) -> Command, ids: impl Iterator<Item = ConversationId>) {
        let requests = ids.map(|id| request(Actor::Agent(self.anna), at, command(id))).collect();
        assert!(self.bench.dispatcher.ask_many(requests).await.iter().all(Result::is_ok));
    }

    async fn page(&self, query: &ListQuery) -> (Vec<ConversationId>, Option<String>) {
        let page = self.bench.store.conversations(&self.reader, query).await.expect("a query").expect("a page");
        (page.items.iter().map(|item| item.id).collect(), page.next_cursor)
    }

    /// All pages, by cursor.
    async fn all(&self, mut query: ListQuery) -> Vec<ConversationId> {
        query.limit = 200;
        let mut all = vec![];
        for _ in 0..1_000 {
            let (ids, cursor) = self.page(&query).await;
            all.extend(ids);
            query.cursor = cursor;
            if query.cursor.is_none() {
                return all;
            }
        }
        panic!("the pages do not end");
    }

    /// Every rank that is tried stands where going there page by page comes.
    async fn places_hold(&self) {
        for view in [View::Open, View::Closed, View::Trash] {
            for sort in Sort::ALL {
                let query = ListQuery { sort, ..ListQuery::of_view(self.inbox, view) };
                let all = self.all(query.clone()).await;
                let edges = [0, 1, 127, 128, 511, 512, 513, 1023, 1024].into_iter();
                for place in edges.chain((0..all.len()).step_by(131)).filter(|place| *place < all.len()) {
                    let query = ListQuery { position: Some(place as i64), limit: 3, ..query.clone() };
                    let there = &all[place..all.len().min(place + 3)];
                    assert_eq!(self.page(&query).await.0, there, "{view:?} {sort:?} {place}");
                }
            }
        }
    }
}

#[tokio::test]
async fn any_place_is_found_where_nobody_waits_and_where_many_do() {
    on_each_engine(|bench| async move {
        let crowd = Crowd::of(bench, |_| "hello".into()).await;
        crowd.places_hold().await;
        let later = MAILS * 5 * HOUR_MS;
        // Who is answered waits no longer.
        crowd.each(later, answer, crowd.ids.iter().copied().filter(|id| id.0 % 9 != 0)).await;
        crowd.places_hold().await;
        let close = |conversation| Command::Close { conversation };
        crowd.each(later, close, crowd.ids.iter().copied().filter(|id| id.0 % 8 != 0)).await;
        crowd.places_hold().await;
        let trash = |conversation| Command::Trash { conversation };
        crowd.each(later + 1, trash, crowd.ids.iter().copied().filter(|id| id.0 % 3 == 0)).await;
        let reopen = |conversation| Command::Reopen { conversation };
        crowd.each(later + 2, reopen, crowd.ids.iter().copied().filter(|id| id.0 % 24 == 1)).await;
        crowd.places_hold().await;
    })
    .await;
}

#[tokio::test]
async fn no_place_is_further_than_a_block_of_ids_from_what_is_counted() {
    on_each_engine(|bench| async move {
        let crowd = Crowd::of(bench, |_| "hello".into()).await;
        crowd.each(MAILS * 5 * HOUR_MS, answer, crowd.ids.iter().copied()).await;
        let rows = sqlx::AnyPool::connect(&crowd.bench.url).await.expect("the database");
        let sql = "SELECT CAST(COUNT(*) AS BIGINT), CAST(SUM(total) AS BIGINT), CAST(MAX(total) AS BIGINT) \
                   FROM view_stretches WHERE view = $1 AND sort = 2 AND level = $2 AND total > 0";
        let open = View::ALL.iter().position(|view| *view == View::Open).expect("a view") as i64;
        for (level, many, most) in [(0, 3, 512), (1, 1, MAILS)] {
            let found = sqlx::query(sql).bind(open).bind(level).fetch_one(&rows).await.expect("a query");
            let [count, total, largest]: [i64; 3] = [found.get(0), found.get(1), found.get(2)];
            assert_eq!((count, total), (many, MAILS), "level {level}");
            assert!(largest <= most, "{largest} at level {level}");
        }
        rows.close().await;
    })
    .await;
}

#[tokio::test]
async fn common_rare_and_old_words_are_found_once_each_and_in_order() {
    on_each_engine(|bench| async move {
        let crowd = Crowd::of(bench, text_of).await;
        let saying = |typed: &str, text: fn(&str) -> bool| {
            let ids = (0..).zip(&crowd.ids).filter(|(n, _)| text(&text_of(*n))).map(|(_, id)| *id);
            (typed.to_owned(), ids.collect::<Vec<_>>())
        };
        for (typed, mut expected) in [
            saying("birch", |_| true),
            saying("elm", |text| text.contains("elm")),
            saying("oak", |text| text.contains("oak")),
            saying("ash", |text| text.contains("ash")),
            saying("\"elm larch\"", |text| text.contains("elm larch")),
            saying("\"pine birch\"", |_| false),
            saying("elm pine", |text| text.contains("elm") && text.contains("pine")),
        ] {
            for sort in [Sort::OldestActivity, Sort::NewestActivity] {
                let found = crowd.all(ListQuery { sort, ..ListQuery::searching(search(&typed)) }).await;
                assert_eq!(found, expected, "{typed} {sort:?}");
                expected.reverse();
            }
            // In an order that is not that of the matches, some are looked for among many conversations at once.
            let newest: Vec<_> = expected.iter().rev().copied().collect();
            for (sort, there) in [(Sort::OldestCreated, &expected), (Sort::NewestCreated, &newest)] {
                let found = crowd.all(ListQuery { sort, ..ListQuery::searching(search(&typed)) }).await;
                assert_eq!(&found, there, "{typed} {sort:?}");
            }
        }
    })
    .await;
}

fn answer(conversation: ConversationId) -> Command {
    Command::Reply { conversation, text: "ours".into() }
}

/// What the mail of this number says.
fn text_of(n: i64) -> String {
    let mut text = "birch".to_owned();
    for (word, said) in [
        ("elm", n % 20 == 0),
        // So the newest thousand say nothing of how common it is.
        ("oak", n < MAILS - 1_100),
        ("ash", [3, 700, 1_399].contains(&n)),
        ("elm larch", n % 40 == 20),
        ("pine", n % 2 == 0),
    ] {
        if said {
            text = format!("{text} {word}");
        }
    }
    text
}
