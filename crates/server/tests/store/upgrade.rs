//! A database of the first version is brought up to date with what is in it.

use crate::desk::search;
use crate::engines::on_each_url;
use samtal_model::{ConversationId, InboxId, Sort, View};
use samtal_server::store::{ListQuery, Store};
use sqlx::AssertSqlSafe;
use sqlx::any::AnyPoolOptions;

/// More than one step of the refilling.
const CONVERSATIONS: i64 = 1_200;

async fn as_it_was(url: &str) {
    sqlx::any::install_default_drivers();
    let folder = tempfile::tempdir().expect("a folder");
    let engine = if url.starts_with("sqlite") { "sqlite" } else { "postgres" };
    let old = format!("{}/migrations/{engine}/0001_ground.sql", env!("CARGO_MANIFEST_DIR"));
    std::fs::copy(old, folder.path().join("0001_ground.sql")).expect("the first migration");
    let url = if engine == "sqlite" { format!("{url}?mode=rwc") } else { url.to_owned() };
    let pool = AnyPoolOptions::new().max_connections(1).connect(&url).await.expect("a database");
    let migrator = sqlx::migrate::Migrator::new(folder.path()).await.expect("a migration");
    migrator.run(&pool).await.expect("the first tables");
    let mut sql = vec![
        "INSERT INTO agents VALUES (1, 'Anna', 'anna@samtal.test', 'anna@samtal.test', 'agent', 'active', NULL)".into(),
        "INSERT INTO inboxes VALUES (1, 'Support', 'support@samtal.test', 1)".into(),
        "INSERT INTO contacts VALUES (1, 'Maja ÖBERG', 'maja@post.test', 'maja@post.test')".to_owned(),
        format!("INSERT INTO view_counts VALUES (1, 2, 0, {CONVERSATIONS})"),
    ];
    for id in 1..=CONVERSATIONS {
        // Activity grows, creation falls, and every second one waits.
        let (activity, created) = (id * 3_600_000, -id * 3_600_000);
        let waiting = if id % 2 == 0 { (CONVERSATIONS - id).to_string() } else { "NULL".into() };
        sql.push(format!(
            "INSERT INTO conversations VALUES ({id}, 1, 'email', 'inbound', 1, 'open', NULL, 0, 0, 0, NULL, 1, {created}, \
             {activity}, {activity}, {waiting}, {id}, {id}, 1, 1, 'Shelf {id}')"
        ));
        let hidden = if id == 7 { "1, 5" } else { "NULL, NULL" };
        sql.push(format!(
            "INSERT INTO messages VALUES ({id}, {id}, 'inbound', 'contact', 1, 'email', {activity}, {hidden}, 1)"
        ));
        sql.push(format!(
            "INSERT INTO message_texts VALUES ({id}, 'Shelf {id}', 'p', 'Números n{id}', '', '{{\"to\":[],\"cc\":[]}}', \
             '[]', 0, 0, 0, 0)"
        ));
        sql.push(format!("INSERT INTO view_rows VALUES (1, 2, 0, {activity}, {id})"));
    }
    let mut all = pool.begin().await.expect("a transaction");
    for statement in sql {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *all).await.expect("a row");
    }
    all.commit().await.expect("written");
    pool.close().await;
}

#[tokio::test]
async fn the_first_versions_mail_is_found_and_sorted() {
    on_each_url(|url| async move {
        as_it_was(&url).await;
        for round in 0..2 {
            let store = Store::open(&url).await.expect("brought up to date");
            let anna = store.agent_by_email("anna@samtal.test").await.expect("a query").expect("Anna");
            let reader = store.reader(anna).await.expect("a query").expect("active");
            let pipelines = store.pipelines(&reader).await.expect("a query").items;
            assert_eq!((pipelines.len(), pipelines[0].statuses.len()), (1, 4), "tickets have where to stand");
            let find = async |query: ListQuery| {
                let page = store.conversations(&reader, &query).await.expect("a query").expect("an inbox");
                page.items.iter().map(|it| it.id.0).collect::<Vec<_>>()
            };
            for (typed, there) in [
                ("numeros \"n1200\"", vec![1200]),
                ("\"n1\"", vec![1]),
                ("\"n7\"", vec![]),
                ("subject:\"shelf 900\"", vec![900]),
                ("contact:oberg \"n3\"", vec![3]),
            ] {
                assert_eq!(find(ListQuery::searching(search(typed))).await, there, "{typed}");
            }
            let last = CONVERSATIONS;
            for (sort, first) in [
                (Sort::NewestActivity, [last, last - 1]),
                (Sort::OldestActivity, [1, 2]),
                (Sort::NewestCreated, [1, 2]),
                (Sort::OldestCreated, [last, last - 1]),
                (Sort::WaitingLongest, [last, last - 2]),
            ] {
                let query = ListQuery { sort, limit: 2, ..ListQuery::of_view(InboxId(1), View::Open) };
                assert_eq!(find(query.clone()).await, first, "{sort:?}");
                let all = find(ListQuery { limit: 200, ..query.clone() }).await;
                assert_eq!(find(ListQuery { position: Some(100), ..query }).await, all[100..102], "{sort:?}");
            }
            // What SQL cannot fold is folded all the same, where the contact stands by name too.
            sqlx::any::install_default_drivers();
            let pool = AnyPoolOptions::new().max_connections(1).connect(&url).await.expect("the database");
            for table in ["contacts WHERE id = 1", "contact_inboxes WHERE contact_id = 1"] {
                let sql = AssertSqlSafe(format!("SELECT folded FROM {table}"));
                let folded: String = sqlx::query_scalar(sql).fetch_one(&pool).await.expect("a name");
                assert_eq!(folded, "maja öberg", "{table}, round {round}");
            }
            pool.close().await;
            assert_eq!(store.conversations_by_id(&reader, &[ConversationId(7)]).await.expect("a query").len(), 1);
        }
    })
    .await;
}
