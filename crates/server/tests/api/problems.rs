//! What is wrong with a request is said in words, and the field is named.

use crate::app::{Answer, TestApp, stories};
use axum::http::{Method, Request};
use serde_json::json;

stories![
    a_wrong_body_is_named_by_its_field,
    a_body_that_is_no_json_is_told_apart,
    an_array_is_no_object_and_what_takes_no_body_gets_none,
    a_wrong_query_is_named_by_its_parameter,
    what_is_not_there_is_a_problem_too,
    no_answer_is_kept_or_sniffed,
];

async fn a_wrong_body_is_named_by_its_field(app: TestApp) {
    let anna = app.anna().await;
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let path = format!("/conversations/{id}");
    anna.patch(&path, json!({ "state": "closed", "colour": "red" })).await.names(
        400,
        "bad_json",
        "colour",
        "unknown_field",
    );
    anna.patch(&path, json!({ "state": "half" })).await.names(400, "bad_json", "state", "wrong_value");
    anna.patch(&path, json!({ "owner_id": "me" })).await.names(400, "bad_json", "owner_id", "wrong_value");
    let path = format!("/conversations/{id}/messages");
    anna.post_json(&path, json!({ "kind": "comment" })).await.names(400, "bad_json", "text", "missing");
    anna.post_json(&path, json!({ "kind": "comment", "text": 7 })).await.names(400, "bad_json", "text", "wrong_value");
    anna.post_json(&path, json!({ "kind": "comment", "text": " " })).await.names(422, "invalid", "text", "empty");
    anna.post_json(&path, json!({ "kind": "inbound", "text": "x" })).await.names(422, "invalid", "kind", "wrong_value");
    let compose = |to: serde_json::Value| json!({ "inbox_id": app.support, "to": to, "subject": "s", "text": "t" });
    let answer = anna.post_json("/conversations", compose(json!({ "email": "x", "phone": "1" }))).await;
    answer.names(400, "bad_json", "to.phone", "unknown_field");
    anna.post_json("/conversations", compose(json!({ "name": "x" })))
        .await
        .names(400, "bad_json", "to.email", "missing");
    let answer = anna.post_json("/conversations", compose(json!({ "email": "nobody" }))).await;
    answer.names(422, "invalid", "to", "not_an_address");
}

async fn a_body_that_is_no_json_is_told_apart(app: TestApp) {
    let post = |kind: &'static str, body: Vec<u8>| {
        let anonymous = app.anonymous();
        async move {
            let request = Request::post("/api/v1/session").header("content-type", kind);
            Answer::read(anonymous.raw(request, body).await).await
        }
    };
    post("application/json", b"{\"email\":".to_vec()).await.refused(400, "bad_json");
    post("application/json", b"".to_vec()).await.refused(400, "bad_json");
    post("application/json", b"{} {}".to_vec()).await.names(400, "bad_json", "email", "missing");
    post("application/json; charset=utf-8", b"[]".to_vec()).await.refused(400, "bad_json");
    post("text/plain", b"{}".to_vec()).await.refused(415, "not_json");
    post("application/x-www-form-urlencoded", b"email=x".to_vec()).await.refused(415, "not_json");
    post("application/json", vec![b' '; (1 << 20) + 1]).await.refused(413, "too_large");
}

async fn an_array_is_no_object_and_what_takes_no_body_gets_none(app: TestApp) {
    let anna = app.anna().await;
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let path = format!("/conversations/{id}");
    anna.patch(&path, json!(["closed"])).await.refused(400, "bad_json");
    anna.patch(&path, json!(["open", 2])).await.refused(400, "bad_json");
    anna.patch(&path, json!([])).await.refused(400, "bad_json");
    let arrays = json!({ "inbox_id": app.support, "to": ["Maja", "maja@post.test"], "subject": "s", "text": "t" });
    anna.post_json("/conversations", arrays).await.names(400, "bad_json", "to", "wrong_value");

    let spam = format!("{path}/spam");
    anna.post_json(&spam, json!({ "x": 1 })).await.names(400, "bad_json", "x", "unknown_field");
    anna.post_json(&spam, json!([])).await.refused(400, "bad_json");
    anna.post_json(&spam, json!("x")).await.refused(400, "bad_json");
    anna.post_json(&format!("{path}/trash"), json!({ "x": 1 })).await.names(400, "bad_json", "x", "unknown_field");
    assert!(!anna.get(&path).await.ok().json()["spam"].as_bool().expect("a word"));
    anna.post_json(&spam, json!({})).await.command();
    anna.post(&format!("{path}/not-spam")).await.command();
}

async fn a_wrong_query_is_named_by_its_parameter(app: TestApp) {
    let anna = app.anna().await;
    let list = |query: &'static str| anna.get(query);
    list("/conversations").await.names(400, "bad_query", "inbox", "missing");
    list("/conversations?inbox=x").await.names(400, "bad_query", "inbox", "wrong_value");
    list("/conversations?inbox=1&view=all").await.names(400, "bad_query", "view", "wrong_value");
    list("/conversations?inbox=1&limit=0").await.names(400, "bad_query", "limit", "wrong_value");
    list("/conversations?inbox=1&limit=201").await.names(400, "bad_query", "limit", "wrong_value");
    list("/conversations?inbox=1&position=-1").await.names(400, "bad_query", "position", "wrong_value");
    for cursor in ["", "xx", "1", "1.", ".1", "1.1.1", "1.x", "99999999999999999999.1"] {
        let path = format!("/conversations?inbox={}&cursor={cursor}", app.support);
        anna.get(&path).await.names(400, "bad_query", "cursor", "wrong_value");
        if cursor != "1" {
            anna.get(&format!("{path}&q=hello")).await.names(400, "bad_query", "cursor", "wrong_value");
        }
    }
    list("/conversations?inbox=1&colour=red").await.names(400, "bad_query", "colour", "unknown_field");
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let path = format!("/conversations/{id}/messages?before=1&after=2");
    anna.get(&path).await.names(400, "bad_query", "around", "wrong_value");
    let path = format!("/conversations/{id}/trash?preview=maybe");
    anna.post(&path).await.names(400, "bad_query", "preview", "wrong_value");
}

async fn what_is_not_there_is_a_problem_too(app: TestApp) {
    let anna = app.anna().await;
    anna.get("/nothing").await.refused(404, "not_found");
    anna.get("/conversations/abc").await.refused(404, "not_found");
    anna.get("/conversations/99999999999999999999").await.refused(404, "not_found");
    anna.get("/conversations/-1").await.refused(404, "not_found");
    anna.get("/messages/1/attachments/x").await.refused(404, "not_found");
    anna.put("/conversations/1").await.refused(405, "wrong_method");
    anna.send(Method::OPTIONS, "/session", &[], None).await.refused(405, "wrong_method");
    app.anonymous().get("/nothing").await.refused(404, "not_found");
}

async fn no_answer_is_kept_or_sniffed(app: TestApp) {
    let anna = app.anna().await;
    for answer in [anna.get("/inboxes").await, anna.get("/nothing").await, app.anonymous().get("/inboxes").await] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    }
}
