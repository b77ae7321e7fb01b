//! Trash: there and back as it was, for good, and by itself after thirty days (V9).

use crate::app::{TestApp, let_pass, stories, with_time};
use samtal_server::{http, jobs};
use serde_json::json;

stories![trash_and_back_as_it_was, deleted_for_good_is_nowhere, trash_empties_itself_after_thirty_days];

async fn trash_and_back_as_it_was(app: TestApp) {
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let anna = app.anna().await;
    let path = format!("/conversations/{id}");
    anna.patch(&path, json!({ "state": "closed", "owner_id": app.jonas })).await.ok();
    let mut before = anna.get(&path).await.ok().json();
    anna.post(&format!("{path}/trash")).await.ok();
    assert_eq!(anna.post(&format!("{path}/trash")).await.command().command, None);
    anna.patch(&path, json!({ "state": "open" })).await.refused(409, "restore_first");
    let comment = json!({ "kind": "comment", "text": "x" });
    anna.post_json(&format!("{path}/messages"), comment).await.refused(409, "restore_first");
    anna.get(&format!("{path}/messages")).await.ok();
    anna.post(&format!("{path}/restore")).await.ok();
    let mut after = anna.get(&path).await.ok().json();
    before["version"].take();
    after["version"].take();
    assert_eq!(before, after);
}

async fn deleted_for_good_is_nowhere(app: TestApp) {
    let (id, message) = app.mail(app.support, "Zebra", "Okapi").await;
    let anna = app.anna().await;
    let path = format!("/conversations/{id}");
    anna.delete(&path).await.refused(409, "trash_first");
    anna.post(&format!("{path}/trash")).await.ok();
    let answer = anna.delete(&path).await.command();
    assert_eq!((answer.conversation, answer.undoable, answer.changes.len()), (None, false, 1));
    let undo = format!("/commands/{}/undo", answer.command.expect("a command"));
    assert!(!anna.post(&undo).await.status.is_success());
    for path in [path.clone(), format!("{path}/messages"), format!("/messages/{message}")] {
        anna.get(&path).await.refused(404, "not_found");
    }
    anna.delete(&path).await.refused(404, "not_found");
    anna.post(&format!("{path}/restore")).await.refused(404, "not_found");
    for query in [format!("inbox={}&view=trash", app.support), "q=zebra".into(), "q=okapi".into()] {
        assert_eq!(anna.get(&format!("/conversations?{query}")).await.ok().json()["items"], json!([]), "{query}");
    }
}

async fn trash_empties_itself_after_thirty_days(app: TestApp) {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    with_time(async {
        let (old, _) = app.mail(app.support, "Old", "text").await;
        let (kept, _) = app.mail(app.support, "Kept", "text").await;
        app.anna().await.post(&format!("/conversations/{old}/trash")).await.ok();
        let_pass(29 * DAY);
        app.anna().await.post(&format!("/conversations/{kept}/trash")).await.ok();
        let later = |days: i64| http::now().plus_ms(days * DAY);
        assert_eq!(jobs::tidy(&app.store, &app.dispatcher, later(29)).await.expect("tidied"), 0);
        assert_eq!(jobs::tidy(&app.store, &app.dispatcher, later(31)).await.expect("tidied"), 1);
        let anna = app.anna().await;
        anna.get(&format!("/conversations/{old}")).await.refused(404, "not_found");
        anna.get(&format!("/conversations/{kept}")).await.ok();
    })
    .await;
}
