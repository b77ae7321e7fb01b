//! A fresh database for a test: on SQLite, and on PostgreSQL where `SAMTAL_TEST_POSTGRES` names a cluster.

use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The address of each; that of SQLite lies in `folder`.
pub async fn fresh(folder: &std::path::Path) -> Vec<String> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut urls = vec![format!("sqlite:{}", folder.join(format!("samtal-{number}.db")).display())];
    if let Ok(cluster) = std::env::var("SAMTAL_TEST_POSTGRES") {
        sqlx::any::install_default_drivers();
        let name = format!("samtal_mail_{}_{number}", std::process::id());
        let admin = sqlx::AnyPool::connect(&cluster).await.expect("the cluster answers");
        sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&admin).await.expect("a database");
        admin.close().await;
        let (server, parameters) = cluster.split_once('?').map_or((cluster.as_str(), ""), |(server, it)| (server, it));
        let (host, _) = server.rsplit_once('/').expect("an address with a database name");
        urls.push(format!("{host}/{name}?{parameters}").trim_end_matches('?').to_owned());
    }
    urls
}
