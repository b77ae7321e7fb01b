//! Tickets (K): made, attached, edited, closed and put away with their conversations, listed, previewed and undone.

use crate::app::{Client, TestApp, stories};
use crate::events::Line;
use axum::http::Method;
use samtal_model::ConversationId;
use serde_json::{Value, json};

stories![
    a_ticket_is_made_for_a_conversation_and_read_with_it,
    who_does_not_see_the_inbox_finds_no_ticket,
    closing_a_ticket_closes_its_conversations_and_says_so_first,
    trash_restore_and_the_end,
    tickets_are_listed_filtered_sorted_and_found_by_name,
    what_is_wrong_with_a_ticket_is_named,
    a_ticket_is_edited_as_it_was_known,
    a_sender_is_blocked_with_what_that_deletes_said_first,
    teammates_hear_of_tickets,
    a_tickets_history_says_who_did_what_and_why,
];

pub fn reach(answer: &Value) -> Vec<(String, i64)> {
    let of = answer["reach"].as_array().expect("a reach");
    of.iter()
        .map(|it| (it["what"].as_str().expect("a kind").to_owned(), it["count"].as_i64().expect("a count")))
        .collect()
}

async fn make(client: &Client<'_>, conversation: ConversationId, name: &str) -> i64 {
    let answer = client.post_json(&format!("/conversations/{conversation}/ticket"), json!({ "name": name })).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["ticket"]["id"].as_i64().expect("an id")
}

async fn a_ticket_is_made_for_a_conversation_and_read_with_it(app: TestApp) {
    let anna = app.anna().await;
    let (one, _) = app.mail(app.support, "Hi", "Hello").await;
    let (two, _) = app.mail(app.support, "Hi again", "Hello").await;
    anna.patch(&format!("/conversations/{one}"), json!({ "owner_id": app.anna })).await.ok();
    let id = make(&anna, one, " Broken shelf ").await;
    let attached = anna.post_json(&format!("/conversations/{two}/ticket"), json!({ "ticket_id": id })).await;
    assert_eq!((attached.status.as_u16(), &attached.json()["undoable"]), (200, &json!(false)));
    let found = anna.get(&format!("/tickets/{id}")).await.ok().json();
    let ticket = &found["ticket"];
    assert_eq!(
        (
            &ticket["name"],
            &ticket["owner_id"],
            &ticket["closed"],
            &ticket["conversation_count"],
            &ticket["contact"]["name"]
        ),
        (&json!("Broken shelf"), &json!(app.anna), &json!(false), &json!(2), &json!("Maja Berg"))
    );
    let of: Vec<_> = found["conversations"].as_array().expect("a list").iter().map(|it| it["id"].as_i64()).collect();
    assert_eq!(of, [Some(two.0), Some(one.0)], "newest activity first");
    let conversation = anna.get(&format!("/conversations/{one}")).await.ok().json();
    let shown = json!({ "id": id, "name": "Broken shelf", "status_id": 1, "closed": false });
    assert_eq!(conversation["ticket"], shown);
    let list = anna.get(&format!("/conversations?inbox={}&view=open", app.support)).await.ok().json();
    assert_eq!(list["items"][0]["ticket"], shown);
    anna.patch(&format!("/tickets/{id}"), json!({ "name": "Shelf", "status_id": 2 })).await.ok();
    let list = anna.get(&format!("/conversations?inbox={}&view=open", app.support)).await.ok().json();
    assert_eq!(list["items"][1]["ticket"], json!({ "id": id, "name": "Shelf", "status_id": 2, "closed": false }));
    let again = anna.post_json(&format!("/conversations/{one}/ticket"), json!({ "name": "Another" })).await;
    again.refused(409, "has_ticket");
    let counts = anna.get(&format!("/inboxes/{}/ticket-counts", app.support)).await.ok().json();
    assert_eq!(counts["items"], json!([{ "pipeline_id": 1, "status_id": 2, "count": 1 }]));
}

async fn who_does_not_see_the_inbox_finds_no_ticket(app: TestApp) {
    let (anna, daan) = (app.anna().await, app.daan().await);
    let (hers, _) = app.mail(app.support, "Hi", "Hello").await;
    let (secret, _) = app.mail(app.sales, "Hi", "Hello").await;
    let id = make(&daan, secret, "Secret").await;
    for path in [format!("/tickets/{id}"), format!("/tickets/{id}/history")] {
        anna.get(&path).await.refused(404, "not_found");
    }
    anna.get(&format!("/inboxes/{}/ticket-counts", app.sales)).await.refused(404, "not_found");
    anna.get(&format!("/tickets?inbox={}", app.sales)).await.refused(404, "not_found");
    assert_eq!(anna.get("/tickets").await.ok().json()["items"], json!([]));
    anna.patch(&format!("/tickets/{id}"), json!({ "status_id": 4 })).await.refused(404, "not_found");
    anna.post(&format!("/tickets/{id}/trash?preview=true")).await.refused(404, "not_found");
    anna.delete(&format!("/tickets/{id}")).await.refused(404, "not_found");
    let attach = anna.post_json(&format!("/conversations/{hers}/ticket"), json!({ "ticket_id": id })).await;
    attach.refused(404, "not_found");
    let answer = daan.post_json(&format!("/conversations/{hers}/ticket"), json!({ "ticket_id": id })).await;
    answer.refused(409, "other_inbox");
    app.anonymous().get(&format!("/tickets/{id}")).await.refused(401, "sign_in");
    let body = json!({ "inbox_id": app.sales, "name": "Mine" });
    anna.post_json("/tickets", body).await.refused(404, "not_found");
}

async fn closing_a_ticket_closes_its_conversations_and_says_so_first(app: TestApp) {
    let anna = app.anna().await;
    let (one, _) = app.mail(app.support, "Hi", "Hello").await;
    let (two, _) = app.mail(app.support, "Hi", "Hello").await;
    let id = make(&anna, one, "Shelf").await;
    anna.post_json(&format!("/conversations/{two}/ticket"), json!({ "ticket_id": id })).await.ok();
    let path = format!("/tickets/{id}");
    let preview = anna.patch(&format!("{path}?preview=true"), json!({ "status_id": 4 })).await.ok().json();
    let expected = json!([{ "what": "conversation_closed", "ids": [one, two], "count": 2 }]);
    assert_eq!((&preview["reach"], &preview["refused"], &preview["command"]), (&expected, &Value::Null, &Value::Null));
    assert_eq!(anna.get(&path).await.ok().json()["ticket"]["closed"], false, "nothing was written");
    let closed = anna.patch(&path, json!({ "status_id": 4 })).await.ok().json();
    assert_eq!((&closed["ticket"]["closed"], reach(&closed)), (&json!(true), vec![("conversation_closed".into(), 2)]));
    let state = |found: Value| found["state"].clone();
    assert_eq!(state(anna.get(&format!("/conversations/{two}")).await.ok().json()), "closed");
    let history = anna.get(&format!("/conversations/{two}/history")).await.ok().json();
    assert_eq!(
        (&history["items"][0]["changes"][0]["kind"], &history["items"][0]["changes"][0]["cause"]),
        (&json!("closed"), &json!("ticket_closed"))
    );
    anna.post(&format!("/commands/{}/undo", closed["command"])).await.ok();
    assert_eq!(state(anna.get(&format!("/conversations/{two}")).await.ok().json()), "open");
    assert_eq!(anna.get(&path).await.ok().json()["ticket"]["closed"], false);
    let trashed = anna.post(&format!("{path}/trash")).await.ok().json();
    assert_eq!(reach(&trashed), [("conversation_trashed".into(), 2)]);
    let preview = anna.patch(&format!("{path}?preview=true"), json!({ "status_id": 4 })).await.ok().json();
    assert_eq!((&preview["refused"]["code"], &preview["reach"]), (&json!("ticket_in_trash"), &json!([])));
}

async fn trash_restore_and_the_end(app: TestApp) {
    let anna = app.anna().await;
    let (one, _) = app.mail(app.support, "Hi", "Hello").await;
    let id = make(&anna, one, "Shelf").await;
    let (path, conversation) = (format!("/tickets/{id}"), format!("/conversations/{one}"));
    let trashed = anna.post(&format!("{conversation}/trash")).await.ok().json();
    assert_eq!(reach(&trashed), [("ticket_trashed".into(), 1)]);
    assert_eq!(anna.get("/tickets").await.ok().json()["items"], json!([]));
    assert_eq!(anna.get("/tickets?trash=true").await.ok().json()["items"][0]["id"], id);
    let restored = anna.post(&format!("{path}/restore")).await.ok().json();
    assert_eq!(reach(&restored), [("conversation_restored".into(), 1)]);
    anna.delete(&path).await.refused(409, "ticket_trash_first");
    anna.post(&format!("{path}/trash")).await.ok();
    let gone = anna.delete(&path).await.ok().json();
    assert_eq!((reach(&gone), &gone["ticket"]), (vec![("conversation_deleted".into(), 1)], &Value::Null));
    anna.get(&path).await.refused(404, "not_found");
    anna.get(&conversation).await.refused(404, "not_found");
    anna.delete(&path).await.refused(404, "not_found");
}

async fn names(client: &Client<'_>, query: &str) -> Vec<String> {
    let page = client.get(&format!("/tickets{query}")).await.ok().json();
    let items = page["items"].as_array().expect("items").clone();
    items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
}

async fn tickets_are_listed_filtered_sorted_and_found_by_name(app: TestApp) {
    let daan = app.daan().await;
    for (name, inbox, priority, owner, status) in [
        ("Éclair missing", app.support, json!("low"), json!(app.anna), 1),
        ("broken shelf", app.support, json!("urgent"), Value::Null, 2),
        ("Broken table", app.sales, Value::Null, json!(app.ewa), 4),
        ("Invoice", app.support, Value::Null, json!(app.anna), 2),
    ] {
        let body =
            json!({ "inbox_id": inbox, "name": name, "priority": priority, "owner_id": owner, "status_id": status });
        let made = daan.post_json("/tickets", body).await;
        assert_eq!(made.status, 201, "{}", made.text());
    }
    assert_eq!(names(&daan, "").await, ["Invoice", "Broken table", "broken shelf", "Éclair missing"]);
    assert_eq!(names(&daan, "?sort=oldest_created").await[0], "Éclair missing");
    assert_eq!(names(&daan, "?sort=name").await, ["broken shelf", "Broken table", "Éclair missing", "Invoice"]);
    assert_eq!(names(&daan, "?sort=priority").await[..2], ["broken shelf", "Éclair missing"]);
    assert_eq!(names(&daan, "?q=brok").await, ["Broken table", "broken shelf"]);
    assert_eq!(names(&daan, "?q=eclair%20mis").await, ["Éclair missing"]);
    assert_eq!(names(&daan, "?q=shelf%20table").await, Vec::<String>::new());
    assert_eq!(names(&daan, "?status=2,4&sort=name").await, ["broken shelf", "Broken table", "Invoice"]);
    assert_eq!(names(&daan, "?owner=none").await, ["broken shelf"]);
    assert_eq!(names(&daan, &format!("?owner=none,{}&sort=name", app.anna)).await.len(), 3);
    assert_eq!(names(&daan, "?priority=none,low&pipeline=1").await.len(), 3);
    assert_eq!(names(&app.anna().await, "").await, ["Invoice", "broken shelf", "Éclair missing"], "Sales is not hers");
    for sort in ["newest_activity", "oldest_activity", "newest_created", "oldest_created", "priority", "name"] {
        let whole = names(&daan, &format!("?sort={sort}")).await;
        let (mut paged, mut cursor) = (vec![], String::new());
        for _ in 0..4 {
            let page = daan.get(&format!("/tickets?sort={sort}&limit=1{cursor}")).await.ok().json();
            paged.extend(
                page["items"]
                    .as_array()
                    .expect("items")
                    .iter()
                    .map(|it| it["name"].as_str().expect("a name").to_owned()),
            );
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(paged, whole, "{sort}");
    }
    for (query, field) in [
        ("?sort=size", "sort"),
        ("?owner=me", "owner"),
        ("?status=x", "status"),
        ("?priority=huge", "priority"),
        ("?cursor=x", "cursor"),
        ("?limit=0", "limit"),
    ] {
        daan.get(&format!("/tickets{query}")).await.names(400, "bad_query", field, "wrong_value");
    }
}

async fn what_is_wrong_with_a_ticket_is_named(app: TestApp) {
    let anna = app.anna().await;
    let body = |field: &str, value: Value| {
        let mut body = json!({ "inbox_id": app.support, "name": "Shelf" });
        body[field] = value;
        body
    };
    anna.post_json("/tickets", body("name", json!("  "))).await.names(422, "invalid", "name", "empty");
    anna.post_json("/tickets", body("name", json!("x".repeat(201)))).await.names(422, "invalid", "name", "too_long");
    anna.post_json("/tickets", body("status_id", json!(99))).await.names(422, "invalid", "status_id", "unknown");
    anna.post_json("/tickets", body("pipeline_id", json!(99))).await.names(422, "invalid", "pipeline_id", "unknown");
    anna.post_json("/tickets", body("contact_id", json!(99))).await.names(422, "invalid", "contact_id", "unknown");
    anna.post_json("/tickets", body("owner_id", json!(99))).await.refused(409, "cannot_own");
    anna.post_json("/tickets", body("conversation_id", json!(99))).await.refused(404, "not_found");
    anna.post_json("/tickets", body("size", json!(1))).await.names(400, "bad_json", "size", "unknown_field");
    let (one, _) = app.mail(app.support, "Hi", "Hello").await;
    let path = format!("/conversations/{one}/ticket");
    anna.post_json(&path, json!({})).await.names(422, "invalid", "name", "wrong_value");
    anna.post_json(&path, json!({ "ticket_id": 1, "name": "x" })).await.names(
        422,
        "invalid",
        "ticket_id",
        "wrong_value",
    );
    anna.post_json("/conversations/99/ticket", json!({ "name": "x" })).await.refused(404, "not_found");
    let key = [("idempotency-key", "once")];
    let first = anna.send(Method::POST, &path, &key, Some(json!({ "name": "x" }))).await.ok().json();
    let second = anna.send(Method::POST, &path, &key, Some(json!({ "name": "x" }))).await.ok().json();
    assert_eq!(first["command"], second["command"], "a double click makes one ticket");
}

async fn a_ticket_is_edited_as_it_was_known(app: TestApp) {
    let anna = app.anna().await;
    let (one, _) = app.mail(app.support, "Hi", "Hello").await;
    let path = format!("/tickets/{}", make(&anna, one, "Shelf").await);
    let version = anna.get(&path).await.ok().json()["ticket"]["version"].to_string();
    let edit = json!({ "priority": "high", "owner_id": app.jonas });
    let tag = format!("\"{version}\"");
    let headers = [("if-match", tag.as_str())];
    let edited = anna.send(Method::PATCH, &path, &headers, Some(edit.clone())).await.ok().json();
    assert_eq!((&edited["ticket"]["priority"], &edited["ticket"]["owner_id"]), (&json!("high"), &json!(app.jonas)));
    let late = anna.send(Method::PATCH, &path, &headers, Some(json!({ "priority": null }))).await;
    late.refused(412, "changed_since");
    let nothing = anna.patch(&path, edit).await.ok().json();
    assert_eq!(nothing["command"], Value::Null);
    let cleared = anna.patch(&path, json!({ "priority": null, "owner_id": null })).await.ok().json();
    assert_eq!((&cleared["ticket"]["priority"], &cleared["ticket"]["owner_id"]), (&Value::Null, &Value::Null));
    anna.post(&format!("/commands/{}/undo", cleared["command"])).await.ok();
    assert_eq!(anna.get(&path).await.ok().json()["ticket"]["priority"], "high");
}

async fn a_sender_is_blocked_with_what_that_deletes_said_first(app: TestApp) {
    let anna = app.anna().await;
    let (one, _) = app.mail(app.support, "Hi", "Hello").await;
    let (two, _) = app.mail(app.support, "Hi", "Hello").await;
    let id = make(&anna, two, "Shelf").await;
    let path = format!("/conversations/{one}");
    let preview = anna.post(&format!("{path}/block?preview=true")).await.ok().json();
    let expected = json!([
        { "what": "conversation_spam", "ids": [two], "count": 1 },
        { "what": "ticket_deleted", "ids": [id], "count": 1 },
    ]);
    assert_eq!(preview["reach"], expected);
    anna.get(&format!("/tickets/{id}")).await.ok();
    assert_eq!(anna.get(&format!("{path}/sender")).await.ok().json()["blocked"], false);
    let blocked = anna.post(&format!("{path}/block")).await.ok().json();
    assert_eq!(blocked["undoable"], true);
    assert_eq!(anna.get(&format!("{path}/sender")).await.ok().json()["blocked"], true);
    anna.get(&format!("/tickets/{id}")).await.refused(404, "not_found");
    let (later, _) = app.mail(app.support, "Hi", "Hello").await;
    assert_eq!(anna.get(&format!("/conversations/{later}")).await.ok().json()["spam"], true);
    let history = anna.get(&format!("/conversations/{two}/history")).await.ok().json();
    let kinds: Vec<_> =
        history["items"][0]["changes"].as_array().expect("changes").iter().map(|it| it["kind"].clone()).collect();
    assert_eq!(kinds, ["spam", "ticket_deleted"]);
    anna.post(&format!("/commands/{}/undo", blocked["command"])).await.ok();
    assert_eq!(anna.get(&format!("/conversations/{two}")).await.ok().json()["spam"], false);
    anna.get(&format!("/tickets/{id}")).await.refused(404, "not_found");
    anna.post(&format!("{path}/block")).await.ok();
    anna.post(&format!("{path}/unblock")).await.ok();
    let (welcome, _) = app.mail(app.support, "Hi", "Hello").await;
    assert_eq!(anna.get(&format!("/conversations/{welcome}")).await.ok().json()["spam"], false);
    anna.post("/conversations/99/block").await.refused(404, "not_found");
    anna.get("/conversations/99/sender").await.refused(404, "not_found");
}

async fn teammates_hear_of_tickets(app: TestApp) {
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let (one, _) = app.mail(app.support, "Hi", "Hello").await;
    let mut line = Line::open(&jonas, "/events", &[]).await;
    let id = make(&anna, one, "Shelf").await;
    let event = line.event().await;
    let shown = event.conversations[0].ticket.as_ref().expect("its ticket");
    assert_eq!((event.tickets[0].name.as_str(), shown.id.0), ("Shelf", id));
    assert_eq!(event.ticket_counts[0].items[0].count, 1);
    anna.patch(&format!("/tickets/{id}"), json!({ "name": "Table" })).await.ok();
    let event = line.event().await;
    let shown = event.conversations[0].ticket.as_ref().expect("its ticket");
    assert_eq!(shown.name, "Table", "the row that shows it comes along");
    let changes = serde_json::to_string(&event.changes).expect("json");
    assert!(!changes.contains("Table"), "a change carries no text");
}

async fn a_tickets_history_says_who_did_what_and_why(app: TestApp) {
    let anna = app.anna().await;
    let (one, _) = app.mail(app.support, "Hi", "Hello").await;
    let id = make(&anna, one, "Shelf").await;
    anna.patch(&format!("/conversations/{one}"), json!({ "owner_id": app.jonas })).await.ok();
    anna.patch(&format!("/tickets/{id}"), json!({ "status_id": 2, "priority": "low", "name": "Table" })).await.ok();
    let page = anna.get(&format!("/tickets/{id}/history")).await.ok().json();
    let line = |at: usize| {
        let changes = page["items"][at]["changes"].as_array().expect("changes");
        changes
            .iter()
            .map(|it| (it["kind"].as_str().expect("a kind"), it["cause"].as_str().expect("a cause")))
            .collect::<Vec<_>>()
    };
    assert_eq!(line(0), [("ticket_renamed", "asked"), ("ticket_status", "asked"), ("ticket_priority", "asked")]);
    assert_eq!(line(1), [("ticket_owner", "ticket_follows_owner")]);
    assert_eq!(line(2), [("ticket_created", "asked"), ("ticket_attached", "asked")]);
    assert_eq!((&page["items"][0]["undoable"], &page["items"][2]["undoable"]), (&json!(true), &json!(false)));
    let older = anna.get(&format!("/tickets/{id}/history?limit=1")).await.ok().json();
    assert!(older["next_cursor"].is_string());
}
