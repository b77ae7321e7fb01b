//! What is in an inbox that is not for them does not exist for the rest (X2, M3): it looks exactly like what is not
//! there.

use crate::app::{TestApp, stories};
use axum::http::Method;
use serde_json::{Value, json};

stories![
    a_stranger_and_nobody_look_the_same_on_every_route,
    inboxes_of_others_are_not_listed,
    access_comes_and_goes_at_once,
    an_admin_without_access_hears_nothing_of_it,
];

async fn a_stranger_and_nobody_look_the_same_on_every_route(app: TestApp) {
    let (conversation, message) = app.mail(app.sales, "Offer", "Quite a secret").await;
    let trashed = app.mail(app.sales, "Old", "gone").await.0;
    let daan = app.daan().await;
    daan.post(&format!("/conversations/{trashed}/trash")).await.ok();
    let closing = daan.patch(&format!("/conversations/{conversation}"), json!({ "state": "closed" })).await.command();
    let command = closing.command.expect("a command").0;
    let anna = app.anna().await;

    let words = json!({ "kind": "comment", "text": "x" });
    let get = |path: &str| (Method::GET, path.to_owned(), None);
    let post = |path: &str, body: Option<Value>| (Method::POST, path.to_owned(), body);
    // The number that is to be found is "ID", "TRASHED", "MESSAGE", "COMMAND" or "INBOX".
    let calls = [
        get("/inboxes/INBOX/views"),
        get("/conversations?inbox=INBOX"),
        get("/conversations?inbox=INBOX&q=secret"),
        get("/conversations/ID"),
        get("/conversations/ID/messages"),
        get("/messages/MESSAGE"),
        get("/messages/MESSAGE/body"),
        get("/messages/MESSAGE/source"),
        get("/messages/MESSAGE/attachments/0"),
        get("/messages/MESSAGE/image?url=x"),
        (Method::PATCH, "/conversations/ID".into(), Some(json!({ "state": "closed" }))),
        (Method::PATCH, "/conversations/ID".into(), Some(json!({}))),
        (Method::DELETE, "/conversations/ID".into(), None),
        (Method::DELETE, "/conversations/TRASHED".into(), None),
        post("/conversations/ID/messages", Some(words)),
        post("/conversations/ID/trash", None),
        post("/conversations/TRASHED/restore", None),
        post("/conversations/ID/spam", None),
        post("/conversations/ID/not-spam", None),
        post("/conversations/ID/unread", None),
        post("/conversations/ID/read", Some(json!({ "up_to": 1 }))),
        post("/messages/MESSAGE/hide", None),
        post("/messages/MESSAGE/unhide", None),
        post("/commands/COMMAND/undo", None),
    ];
    for (method, path, body) in calls {
        let filled = |id: [i64; 5]| {
            ["ID", "TRASHED", "MESSAGE", "COMMAND", "INBOX"]
                .iter()
                .zip(id)
                .fold(path.clone(), |path, (word, id)| path.replace(word, &id.to_string()))
        };
        let theirs = filled([conversation.0, trashed.0, message.0, command, app.sales.0]);
        let nothing = filled([4711; 5]);
        let theirs = anna.send(method.clone(), &theirs, &[], body.clone()).await;
        let nothing = anna.send(method.clone(), &nothing, &[], body).await;
        theirs.refused(404, "not_found");
        assert_eq!(theirs.text(), nothing.text(), "{method} {path}");
    }
    let compose = json!({ "inbox_id": app.sales, "to": { "email": "a@b.example" }, "subject": "s", "text": "t" });
    anna.post_json("/conversations", compose).await.refused(404, "not_found");
    let everything = anna.get("/conversations?q=secret").await.ok().json();
    assert_eq!(everything["items"], json!([]));
}

async fn inboxes_of_others_are_not_listed(app: TestApp) {
    let names = |answer: Value| -> Vec<String> {
        let items = answer["items"].as_array().expect("items").clone();
        items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(app.anna().await.get("/inboxes").await.ok().json()), ["Support"]);
    assert_eq!(names(app.ewa().await.get("/inboxes").await.ok().json()), ["Support", "Sales"]);
    assert_eq!(names(app.daan().await.get("/inboxes").await.ok().json()), ["Support", "Sales"]);
}

async fn access_comes_and_goes_at_once(app: TestApp) {
    let (id, _) = app.mail(app.sales, "Offer", "text").await;
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    let (access, path) = (format!("/inboxes/{}/access/{}", app.sales, app.anna), format!("/conversations/{id}"));
    ewa.put(&access).await.ok();
    assert_eq!(ewa.put(&access).await.command().command, None);
    anna.get(&path).await.ok();
    anna.patch(&path, json!({ "owner_id": app.anna })).await.ok();
    let taken = ewa.delete(&access).await.command();
    assert_eq!(taken.changes.len(), 2, "who loses sight of it does not own it (V3)");
    anna.get(&path).await.refused(404, "not_found");
    assert_eq!(ewa.get(&path).await.ok().json()["owner"], Value::Null);
    ewa.put(&format!("/inboxes/{}/access/4711", app.sales)).await.refused(404, "not_found");
    ewa.put(&format!("/inboxes/4711/access/{}", app.anna)).await.refused(404, "not_found");

    ewa.patch(&format!("/inboxes/{}", app.sales), json!({ "open_to_all": true })).await.ok();
    anna.get(&path).await.ok();
}

async fn an_admin_without_access_hears_nothing_of_it(app: TestApp) {
    let daan = app.daan().await;
    let (id, _) = app.mail(app.sales, "Offer", "text").await;
    daan.put(&format!("/inboxes/{}/access/{}", app.sales, app.anna)).await.ok();
    daan.patch(&format!("/conversations/{id}"), json!({ "owner_id": app.anna })).await.ok();
    daan.delete(&format!("/inboxes/{}/access/{}", app.sales, app.ewa)).await.ok();
    let ewa = app.ewa().await;
    ewa.delete(&format!("/inboxes/{}/access/{}", app.sales, app.anna)).await.refused(404, "not_found");
    let answer = ewa.patch(&format!("/agents/{}", app.anna), json!({ "state": "deactivated" })).await.command();
    assert_eq!(answer.changes.len(), 1, "the unassigned conversation is none of hers: {:?}", answer.changes);
    assert_eq!(answer.conversation, None);
    assert_eq!(daan.get(&format!("/conversations/{id}")).await.ok().json()["owner"], Value::Null);
}
