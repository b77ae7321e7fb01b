//! Tickets as records over HTTP: values of the team's own properties (X4), what is written down on them and their timeline
//! (K9), and whose issue they are when contacts are merged (D7).

use crate::app::{Client, TestApp, stories};
use crate::events::Line;
use crate::records::{defined, mail_from};
use axum::http::Method;
use samtal_model::ConversationId;
use serde_json::{Value, json};

stories![
    a_ticket_says_what_the_team_wants_to_know_of_it,
    wrong_values_of_a_ticket_are_named_by_their_property,
    notes_tasks_and_statuses_stand_in_a_tickets_timeline,
    who_does_not_see_the_inbox_hears_nothing_of_its_tickets_notes,
    teammates_hear_of_values_and_notes,
    a_tickets_contact_follows_a_merge,
    nobody_and_nothing_of_a_tickets_record,
];

async fn make(client: &Client<'_>, conversation: ConversationId) -> i64 {
    let answer = client.post_json(&format!("/conversations/{conversation}/ticket"), json!({ "name": "Shelf" })).await;
    answer.ok().json()["ticket"]["id"].as_i64().expect("an id")
}

fn written(on: i64, kind: &str, text: &str) -> Value {
    json!({ "record": { "kind": "ticket", "id": on }, "kind": kind, "text": text })
}

async fn a_ticket_says_what_the_team_wants_to_know_of_it(app: TestApp) {
    let anna = app.anna().await;
    let (one, _) = app.mail(app.support, "Hi", "Hello").await;
    let id = make(&anna, one).await;
    let path = format!("/tickets/{id}");
    let (number, _) = defined(&app, json!({ "object": "ticket", "kind": "number", "name": "Serial number" })).await;
    let choice = json!({ "object": "ticket", "kind": "choice", "name": "Colour", "options": ["Oak", "Pine"] });
    let (colour, property) = defined(&app, choice).await;
    assert_eq!(anna.get(&path).await.ok().json()["ticket"]["values"], json!({}));
    let values = json!({ number.as_str(): "0012.50", colour.as_str(): 2 });
    let answer = anna.patch(&path, json!({ "values": values, "priority": "high" })).await.ok().json();
    let expected = json!({ number.as_str(): "12.5", colour.as_str(): 2 });
    assert_eq!((&answer["ticket"]["values"], &answer["ticket"]["priority"]), (&expected, &json!("high")));
    assert_eq!(answer["undoable"], true);
    assert_eq!(anna.get(&path).await.ok().json()["ticket"]["values"], expected);
    let list = anna.get("/tickets").await.ok().json();
    assert_eq!(list["items"][0]["values"], expected);
    let sidebar = anna.get(&format!("/conversations/{one}/sidebar")).await.ok().json();
    assert_eq!(sidebar["tickets"][0]["values"], expected);
    let again = anna.patch(&path, json!({ "values": values })).await.ok().json();
    assert_eq!(again["command"], Value::Null, "what is so already is no change");
    let emptied = anna.patch(&path, json!({ "values": { number.as_str(): null } })).await.ok().json();
    assert_eq!(emptied["ticket"]["values"], json!({ colour.as_str(): 2 }));
    let history = anna.get(&format!("{path}/history")).await.ok().json();
    assert_eq!(history["items"][0]["changes"][0]["kind"], "ticket_values");
    assert_eq!(history["items"][0]["undoable"], true);
    anna.post(&format!("/commands/{}/undo", emptied["command"])).await.ok();
    assert_eq!(anna.get(&path).await.ok().json()["ticket"]["values"], expected);
    // An option that goes takes its values to where it is said.
    let moved = json!({ "options": [{ "id": 1, "name": "Oak" }], "removed": { "2": 1 } });
    app.ewa().await.patch(&format!("/properties/{property}"), moved).await.ok();
    assert_eq!(anna.get(&path).await.ok().json()["ticket"]["values"][&colour], 1);
    // Shown in the panel, and on the card by who manages.
    let shown = json!({ "properties": ["status", colour] });
    anna.send(Method::PUT, "/shown-properties/panel:ticket", &[], Some(shown)).await.ok();
    assert_eq!(anna.get("/shown-properties/panel:ticket").await.ok().json()["properties"], json!(["status", colour]));
}

async fn wrong_values_of_a_ticket_are_named_by_their_property(app: TestApp) {
    let anna = app.anna().await;
    let (one, _) = app.mail(app.support, "Hi", "Hello").await;
    let path = format!("/tickets/{}", make(&anna, one).await);
    let (number, _) = defined(&app, json!({ "object": "ticket", "kind": "number", "name": "Serial number" })).await;
    let (theirs, _) = defined(&app, json!({ "object": "contact", "kind": "text", "name": "Plan" })).await;
    let field = |key: &str| format!("values.{key}");
    let wrong = anna.patch(&path, json!({ "values": { number.as_str(): "twelve" } })).await;
    wrong.names(422, "invalid", &field(&number), "not_a_number");
    assert!(wrong.text().contains("Serial number"), "the sentence names the thing: {}", wrong.text());
    let other = anna.patch(&path, json!({ "name": "Table", "values": { theirs.as_str(): "x" } })).await;
    other.names(422, "invalid", &field(&theirs), "unknown");
    anna.patch(&path, json!({ "values": { "name": "x" } })).await.names(422, "invalid", "values.name", "unknown");
    anna.patch(&path, json!({ "value": {} })).await.names(400, "bad_json", "value", "unknown_field");
    let ticket = anna.get(&path).await.ok().json()["ticket"].clone();
    assert_eq!((&ticket["name"], &ticket["values"]), (&json!("Shelf"), &json!({})), "all or nothing");
    anna.post(&format!("{path}/trash")).await.ok();
    let trashed = anna.patch(&path, json!({ "values": { number.as_str(): "1" } })).await;
    trashed.refused(409, "ticket_in_trash");
}

async fn notes_tasks_and_statuses_stand_in_a_tickets_timeline(app: TestApp) {
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let (one, message) = app.mail(app.support, "Hi", "Hello").await;
    let id = make(&anna, one).await;
    anna.patch(&format!("/tickets/{id}"), json!({ "status_id": 2 })).await.ok();
    let note = anna.post_json("/activities", written(id, "note", "Sent a new one")).await.command();
    let note = note.activity.expect("a note");
    assert!(note.can_edit);
    let mut task = written(id, "task", "Call back");
    task["assignee"] = json!(app.jonas);
    let task = anna.post_json("/activities", task).await.command().activity.expect("a task");
    let timeline = format!("/tickets/{id}/timeline");
    let page = anna.get(&timeline).await.ok().json();
    let said = |it: &Value| {
        let change = it["change"]["change"]["kind"].as_str();
        let activity = it["activity"]["text"].as_str();
        change.or(activity).or(it["message"]["text"].as_str()).unwrap_or_default().to_owned()
    };
    let all: Vec<_> = page["items"].as_array().expect("a list").iter().map(said).collect();
    for words in ["Call back", "Sent a new one", "ticket_status", "ticket_created", "Hello"] {
        assert!(all.iter().any(|it| it == words), "{words} is missing in {all:?}");
    }
    let status = page["items"].as_array().expect("a list").iter().find(|it| said(it) == "ticket_status");
    let change = &status.expect("a change of status")["change"];
    assert_eq!((&change["change"]["from_status"], &change["change"]["to_status"]), (&json!(1), &json!(2)));
    assert_eq!(change["actor"], json!({ "type": "agent", "id": app.anna }));
    let first = anna.get(&format!("{timeline}?limit=2")).await.ok().json();
    let cursor = first["next_cursor"].as_str().expect("there is more").to_owned();
    let rest = anna.get(&format!("{timeline}?limit=50&cursor={cursor}")).await.ok().json();
    assert_eq!(rest["items"].as_array().expect("a list").len(), all.len() - 2);
    anna.get(&format!("{timeline}?cursor=x")).await.names(400, "bad_query", "cursor", "wrong_value");
    jonas.patch(&format!("/activities/{}", note.id), json!({ "text": "No" })).await.refused(403, "not_yours_to_change");
    let done = jonas.patch(&format!("/activities/{}", task.id), json!({ "done": true })).await.command();
    assert!(done.activity.expect("the task").done_at.is_some());
    anna.post(&format!("/messages/{message}/hide")).await.ok();
    assert!(!anna.get(&timeline).await.ok().text().contains("Hello"), "M4");
    anna.post(&format!("/tickets/{id}/trash")).await.ok();
    anna.post_json("/activities", written(id, "note", "Late")).await.refused(409, "ticket_in_trash");
    anna.delete(&format!("/tickets/{id}")).await.ok();
    anna.patch(&format!("/activities/{}", note.id), json!({ "text": "x" })).await.refused(404, "not_found");
    anna.get(&timeline).await.refused(404, "not_found");
}

async fn who_does_not_see_the_inbox_hears_nothing_of_its_tickets_notes(app: TestApp) {
    let (anna, daan) = (app.anna().await, app.daan().await);
    let (secret, _) = app.mail(app.sales, "Hi", "Hello").await;
    let id = make(&daan, secret).await;
    let (number, _) = defined(&app, json!({ "object": "ticket", "kind": "text", "name": "Serial number" })).await;
    let mut line = Line::open(&anna, "/events", &[]).await;
    daan.patch(&format!("/tickets/{id}"), json!({ "values": { number.as_str(): "Secret" } })).await.ok();
    let note = daan.post_json("/activities", written(id, "note", "Secret")).await.command().activity.expect("a note");
    daan.patch(&format!("/activities/{}", note.id), json!({ "text": "Secret too" })).await.ok();
    app.mail(app.support, "Hi", "Hello").await;
    let event = line.event().await;
    assert!(event.tickets.is_empty() && event.activities.is_empty() && event.activities_gone.is_empty());
    assert!(event.changes.iter().all(|it| !format!("{it:?}").contains("ActivitySet")), "{:?}", event.changes);
    anna.get(&format!("/tickets/{id}/timeline")).await.refused(404, "not_found");
    anna.post_json("/activities", written(id, "note", "x")).await.refused(404, "not_found");
    anna.patch(&format!("/activities/{}", note.id), json!({ "text": "x" })).await.refused(404, "not_found");
    anna.delete(&format!("/activities/{}", note.id)).await.refused(404, "not_found");
    anna.patch(&format!("/tickets/{id}"), json!({ "values": { number.as_str(): "x" } }))
        .await
        .refused(404, "not_found");
}

async fn teammates_hear_of_values_and_notes(app: TestApp) {
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let (one, _) = app.mail(app.support, "Hi", "Hello").await;
    let id = make(&anna, one).await;
    let (key, _) = defined(&app, json!({ "object": "ticket", "kind": "text", "name": "Serial number" })).await;
    let mut line = Line::open(&jonas, "/events", &[]).await;
    anna.patch(&format!("/tickets/{id}"), json!({ "values": { key.as_str(): "A-1" } })).await.ok();
    let event = line.event().await;
    let ticket = serde_json::to_value(&event.tickets[0]).expect("json");
    assert_eq!(ticket["values"], json!({ key.as_str(): "A-1" }));
    let changes = serde_json::to_string(&event.changes).expect("json");
    assert!(!changes.contains("A-1"), "a change carries no text");
    anna.post_json("/activities", written(id, "note", "Sent a new one")).await.ok();
    let event = line.event().await;
    assert_eq!((event.activities[0].text.as_str(), event.activities[0].can_edit), ("Sent a new one", false));
    assert!(!serde_json::to_string(&event.changes).expect("json").contains("Sent"), "a change carries no text");
}

async fn a_tickets_contact_follows_a_merge(app: TestApp) {
    let (one, maja) = mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    let (secret, _) = mail_from(&app, app.sales, "Maja", "maja@kund.example").await;
    let (_, olle) = mail_from(&app, app.support, "Olle", "olle@kund.example").await;
    let (anna, daan) = (app.anna().await, app.daan().await);
    let (hers, hidden) = (make(&anna, one).await, make(&daan, secret).await);
    let of = async |id: i64| daan.get(&format!("/tickets/{id}")).await.ok().json()["ticket"]["contact"]["id"].clone();
    let merged = anna.post_json(&format!("/contacts/{olle}/merge"), json!({ "loser_id": maja })).await.ok();
    let told = |id: i64| merged.text().contains(&format!("\"ticket\":{id},"));
    assert!(told(hers) && !told(hidden), "X2: {}", merged.text());
    assert_eq!((of(hers).await, of(hidden).await), (json!(olle), json!(olle)));
    let history = anna.get(&format!("/tickets/{hers}/history")).await.ok().json();
    let line = &history["items"][0]["changes"][0];
    assert_eq!(
        (&line["kind"], &line["from_contact"], &line["to_contact"]),
        (&json!("ticket_contact"), &json!(maja), &json!(olle))
    );
    anna.post(&format!("/commands/{}/undo", merged.json()["command"])).await.ok();
    assert_eq!((of(hers).await, of(hidden).await), (json!(maja), json!(maja)));
    anna.post(&format!("/contacts/{maja}/trash")).await.ok();
    app.ewa().await.delete(&format!("/contacts/{maja}")).await.ok();
    assert_eq!((of(hers).await, of(hidden).await), (Value::Null, Value::Null));
}

async fn nobody_and_nothing_of_a_tickets_record(app: TestApp) {
    app.anonymous().get("/tickets/1/timeline").await.refused(401, "sign_in");
    let anna = app.anna().await;
    anna.get("/tickets/77/timeline").await.refused(404, "not_found");
    anna.patch("/tickets/77", json!({ "values": {} })).await.refused(404, "not_found");
    anna.post_json("/activities", written(77, "note", "x")).await.refused(404, "not_found");
    let (one, _) = app.mail(app.support, "Hi", "Hello").await;
    let id = make(&anna, one).await;
    let key = [("idempotency-key", "note-1")];
    let send = async || {
        let body = Some(written(id, "note", "Once"));
        anna.send(Method::POST, "/activities", &key, body).await.command().activity.expect("a note").id
    };
    assert_eq!(send().await, send().await, "a double click makes one note");
    let link = anna.put(&format!("/contacts/1/links/ticket/{id}")).await;
    link.refused(404, "not_found");
}
