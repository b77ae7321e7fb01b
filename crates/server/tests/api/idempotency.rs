//! A request that is sent again is carried out once; a preview never.

use crate::app::{TestApp, stories};
use axum::http::Method;
use serde_json::json;

stories![
    the_same_key_is_the_same_answer,
    a_key_for_something_else_is_refused,
    a_preview_writes_nothing_and_keeps_no_key,
    a_key_that_is_none_is_named,
];

async fn the_same_key_is_the_same_answer(app: TestApp) {
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let path = format!("/conversations/{id}/messages");
    let body = || Some(json!({ "kind": "outbound", "text": "Once only" }));
    let key = [("idempotency-key", "k-1")];
    let first = anna.send(Method::POST, &path, &key, body()).await.command();
    let again = anna.send(Method::POST, &path, &key, body()).await.command();
    assert_eq!(first.command, again.command);
    assert_eq!(first.changes, again.changes);
    assert_eq!(first.message, again.message);
    let other = jonas.send(Method::POST, &path, &key, body()).await.command();
    assert_ne!(first.command, other.command, "keys of two agents do not meet");
    let thread = anna.get(&path).await.ok().json();
    assert_eq!(thread["items"].as_array().expect("items").len(), 3);
}

async fn a_key_for_something_else_is_refused(app: TestApp) {
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let anna = app.anna().await;
    let key = [("idempotency-key", "k-2")];
    anna.send(Method::POST, &format!("/conversations/{id}/trash"), &key, None).await.ok();
    let other = anna.send(Method::POST, &format!("/conversations/{id}/restore"), &key, None).await;
    other.refused(422, "key_reused");
    assert_ne!(anna.get(&format!("/conversations/{id}")).await.ok().json()["trashed_at"], json!(null));
}

async fn a_preview_writes_nothing_and_keeps_no_key(app: TestApp) {
    let (id, message) = app.mail(app.support, "Hi", "Hello").await;
    let anna = app.anna().await;
    let before = anna.get("/session").await.ok().json()["sequence"].clone();
    let all = format!("/conversations?inbox={}", app.support);
    let list = anna.get(&all).await.ok().body;
    let key = [("idempotency-key", "k-3")];
    let actions = ["trash", "spam", "unread"].map(|action| format!("/conversations/{id}/{action}"));
    for path in actions.iter().chain([&format!("/messages/{message}/hide")]) {
        let path = format!("{path}?preview=true");
        let seen = anna.send(Method::POST, &path, &key, None).await.command();
        assert_eq!((seen.command, seen.changes.len()), (None, 1), "{path}");
    }
    assert_eq!(anna.get("/session").await.ok().json()["sequence"], before);
    assert_eq!(anna.get(&all).await.ok().body, list);
    anna.send(Method::POST, &format!("/conversations/{id}/trash"), &key, None).await.ok();
}

async fn a_key_that_is_none_is_named(app: TestApp) {
    let anna = app.anna().await;
    let long = "k".repeat(201);
    for key in ["", "with space", long.as_str()] {
        let answer = anna.send(Method::POST, "/conversations/1/trash", &[("idempotency-key", key)], None).await;
        answer.names(400, "bad_header", "Idempotency-Key", "wrong_value");
    }
}
