//! What the database's own files keep of words that were deleted for good (V9).

use crate::desk::{Desk, search};
use crate::engines::{Bench, on_each_engine};
use samtal_model::Command;
use samtal_server::erasing;
use samtal_server::store::{Engine, ListQuery};
use std::time::Duration;

/// How often the words stand in the files of a SQLite database.
fn found_in_files(bench: &Bench, words: &str) -> usize {
    let path = bench.url.strip_prefix("sqlite:").expect("a file");
    let read = |end: &str| std::fs::read(format!("{path}{end}")).unwrap_or_default();
    let found = |bytes: Vec<u8>| bytes.windows(words.len()).filter(|window| *window == words.as_bytes()).count();
    ["", "-wal"].map(read).map(found).into_iter().sum()
}

#[tokio::test]
async fn words_deleted_for_good_leave_the_files_too() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let (mut stay, mut go) = (vec![], vec![]);
        for nth in 0..60 {
            // The index keeps of a word what tells it from the one before: its end stands there whole.
            let secret = desk.get(desk.mail("maja@post.test", "Qvanadium", &format!("qvanadium {nth} and more"))).await;
            go.push(secret.0);
            stay.push(desk.say(&format!("A palladium letter {nth}")).await);
        }
        for conversation in go {
            desk.ask(Command::Trash { conversation }).await;
            desk.ask(Command::Delete { conversation }).await;
        }
        assert!(desk.found("qvanadium").await.is_empty());
        let store = &desk.bench.store;
        if store.engine() == Engine::Sqlite {
            assert!(found_in_files(&desk.bench, "vanadium") > 0, "the index and the log still have it");
        } else {
            // The engine counts its dead rows now and then.
            for _ in 0..200 {
                if store.has_remains().await.expect("a query") {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        assert!(erasing::clear(store).await.expect("cleared"), "there was something");
        assert!(!store.has_remains().await.expect("a query"), "there is nothing any more");
        assert!(!erasing::clear(store).await.expect("a query"), "and nothing is done for nothing");
        if store.engine() == Engine::Sqlite {
            assert_eq!(found_in_files(&desk.bench, "vanadium"), 0);
            assert!(found_in_files(&desk.bench, "palladium") > 0, "what stays is still there");
        }
        stay.reverse();
        assert_eq!(desk.all(ListQuery::searching(search("palladium"))).await, stay);
    })
    .await;
}
