//! Records, properties and what stands beside a conversation, over HTTP (D1–D7, X2, X4).

use crate::app::{Answer, Client, TestApp, receive, stories};
use axum::http::Method;
use samtal_model::record::RecordRef;
use samtal_model::record::activity::{ActivityKind, ActivityText};
use samtal_model::record::command::RecordCommand;
use samtal_model::{Address, AuthorRef, Command, ContactId, ConversationId, InboxId, Receive};
use samtal_server::dispatch::MailExtras;
use serde_json::{Value, json};

stories![
    a_contact_is_read_and_edited_with_defined_properties,
    who_wrote_to_another_inbox_does_not_exist,
    a_ticket_is_for_any_contact_who_is_known,
    a_contact_is_detached_and_attached,
    the_sidebar_tells_what_is_known,
    two_contacts_become_one_and_two_again,
    a_merge_says_how_many_conversations_it_moves,
    trash_and_the_end_of_a_contact,
    what_is_written_down_stands_in_the_timeline,
    what_has_changed_since_is_not_overwritten,
    a_repeated_request_makes_one_company,
    nobody_and_nothing,
];

pub async fn mail_from(app: &TestApp, inbox: InboxId, name: &str, email: &str) -> (ConversationId, ContactId) {
    let address = Address { name: name.into(), email: email.into() };
    let mail = Receive { author: AuthorRef::Contact(address), ..receive(inbox, "Shelf", "Hello") };
    let (conversation, _) = app.receive(mail, MailExtras::default()).await;
    let daan = app.daan().await;
    let seen = daan.get(&format!("/conversations/{conversation}")).await.ok().json();
    (conversation, ContactId(seen["contact"]["id"].as_i64().expect("a contact")))
}

pub async fn put_json(client: &Client<'_>, path: &str, body: Value) -> Answer {
    client.send(Method::PUT, path, &[], Some(body)).await
}

/// A property that Ewa defines; its key and id.
pub async fn defined(app: &TestApp, body: Value) -> (String, i64) {
    let property = app.ewa().await.post_json("/properties", body).await.ok().json()["property"].clone();
    (property["key"].as_str().expect("a key").to_owned(), property["id"].as_i64().expect("an id"))
}

async fn a_contact_is_read_and_edited_with_defined_properties(app: TestApp) {
    let (conversation, maja) = mail_from(&app, app.support, "Maja Berg", "maja@kund.example").await;
    let anna = app.anna().await;
    let path = format!("/contacts/{maja}");
    let before = anna.get(&path).await.ok().json();
    assert_eq!(before["record"]["values"], json!({ "name": "Maja Berg", "email": "maja@kund.example" }));
    let (number, _) = defined(&app, json!({ "object": "contact", "kind": "number", "name": "Customer number" })).await;
    let (language, _) = defined(
        &app,
        json!({ "object": "contact", "kind": "choice", "name": "Language", "options": ["Svenska", "Polski"] }),
    )
    .await;
    let values =
        json!({ "name": "Maja Öberg", "phone": "+46 8 123 45", number.as_str(): "0010.50", language.as_str(): 2 });
    let answer = anna.patch(&path, json!({ "values": values })).await.command();
    assert!(answer.undoable);
    let record = answer.record.expect("the contact");
    assert_eq!(record.version, answer.sequence);
    let after = anna.get(&path).await.ok().json()["record"]["values"].clone();
    let whole = json!({
        "name": "Maja Öberg", "email": "maja@kund.example", "phone": "+46 8 123 45", number.as_str(): "10.5",
        language.as_str(): 2,
    });
    assert_eq!(after, whole);
    // The list, the thread and the search know the new name.
    let row = anna.get("/conversations?q=oberg").await.ok().json();
    assert_eq!(row["items"][0]["contact"]["name"], "Maja Öberg");
    let open = anna.get(&format!("/conversations?inbox={}&view=open", app.support)).await.ok().json();
    assert_eq!(open["items"][0]["contact"]["name"], "Maja Öberg");
    assert!(anna.get("/conversations?q=berg").await.ok().json()["items"].as_array().expect("a list").is_empty());
    let thread = anna.get(&format!("/conversations/{conversation}/messages")).await.ok().json();
    assert_eq!(thread["items"][0]["author_name"], "Maja Öberg");
    let found = anna.get("/contacts?q=ob").await.ok().json();
    assert_eq!(found["items"][0]["id"], maja.0);
    // And back.
    let command = answer.command.expect("a command");
    anna.post(&format!("/commands/{command}/undo")).await.ok();
    assert_eq!(anna.get(&path).await.ok().json()["record"]["values"], before["record"]["values"]);
    assert_eq!(anna.get("/conversations?q=berg").await.ok().json()["items"][0]["id"], conversation.0);
    anna.patch(&path, json!({ "values": { "phone": null } })).await.ok();
    // The same once more changes nothing.
    let again = anna.patch(&path, json!({ "values": { "name": "Maja Berg" } })).await.command();
    assert_eq!((again.command, again.changes.len()), (None, 0));
}

async fn who_wrote_to_another_inbox_does_not_exist(app: TestApp) {
    let (_, olle) = mail_from(&app, app.sales, "Olle Ek", "olle@kund.example").await;
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    let path = format!("/contacts/{olle}");
    ewa.get(&path).await.ok();
    anna.get(&path).await.refused(404, "not_found");
    anna.patch(&path, json!({ "values": { "name": "O" } })).await.refused(404, "not_found");
    anna.get(&format!("{path}/timeline")).await.refused(404, "not_found");
    anna.post(&format!("{path}/trash")).await.refused(404, "not_found");
    let (conversation, maja) = mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    let attach = json!({ "contact_id": olle });
    put_json(&anna, &format!("/conversations/{conversation}/contact"), attach).await.refused(404, "not_found");
    anna.post_json(&format!("/contacts/{maja}/merge"), json!({ "loser_id": olle })).await.refused(404, "not_found");
    let note = json!({ "record": { "kind": "contact", "id": olle }, "kind": "note", "text": "Hm" });
    anna.post_json("/activities", note).await.refused(404, "not_found");
    let names = |list: Value| {
        let items = list["items"].as_array().expect("a list").clone();
        items.iter().map(|it| it["values"]["name"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(anna.get("/contacts").await.ok().json()), ["Maja"]);
    assert_eq!(names(ewa.get("/contacts").await.ok().json()), ["Maja", "Olle Ek"]);
    assert!(names(anna.get("/contacts?q=olle").await.ok().json()).is_empty());
    // Nor does a company tell of them.
    let company = ewa.post_json("/companies", json!({ "values": { "name": "Kund AB" } })).await.command();
    let company = company.record.expect("a company").id;
    put_json(&ewa, &format!("/companies/{company}/links/contact/{olle}"), json!({})).await.ok();
    assert!(
        anna.get(&format!("/companies/{company}")).await.ok().json()["links"].as_array().expect("links").is_empty()
    );
    assert_eq!(ewa.get(&format!("/companies/{company}")).await.ok().json()["links"][0]["id"], olle.0);
    assert!(names(anna.get("/contacts?q=kund").await.ok().json()) == ["Maja"], "by the address alone");
    // Whoever makes a contact with that address is told that it is in use, and nothing of whose it is.
    ewa.patch(&path, json!({ "values": { "phone": "+46 8 555" } })).await.ok();
    let note = json!({ "record": { "kind": "contact", "id": olle }, "kind": "note", "text": "Pays late" });
    ewa.post_json("/activities", note).await.ok();
    ewa.post(&format!("{path}/trash")).await.ok();
    let body = json!({ "values": { "name": "Olle", "email": "olle@kund.example" } });
    let preview = anna.post_json("/contacts?preview=true", body.clone()).await.ok().json();
    assert_eq!(preview["refused"]["errors"][0]["code"], "taken");
    anna.post_json("/contacts", body).await.names(422, "invalid", "values.email", "taken");
    anna.get(&path).await.refused(404, "not_found");
    anna.get(&format!("{path}/timeline")).await.refused(404, "not_found");
    let as_it_was = ewa.get(&path).await.ok().json()["record"].clone();
    assert_eq!(as_it_was["values"]["name"], "Olle Ek");
    assert_ne!(as_it_was["trashed_at"], Value::Null);
}

async fn a_ticket_is_for_any_contact_who_is_known(app: TestApp) {
    let (_, olle) = mail_from(&app, app.sales, "Olle Ek", "olle@kund.example").await;
    let (anna, daan) = (app.anna().await, app.daan().await);
    let ticket = |contact: i64| json!({ "inbox_id": app.support, "name": "Shelf", "contact_id": contact });
    // Somebody made by hand has written to no inbox yet.
    let made = anna.post_json("/contacts", json!({ "values": { "name": "Zara" } })).await.command();
    let zara = made.record.expect("a contact").id;
    let answer = anna.post_json("/tickets", ticket(zara)).await.ok().json();
    assert_eq!(answer["ticket"]["contact"]["id"], zara);
    // Whose ticket it is, is not unmade.
    anna.post(&format!("/commands/{}/undo", made.command.expect("a command"))).await.refused(409, "changed_since");
    // Who is not known is not there; once a ticket of an inbox is theirs, everybody there knows them.
    anna.post_json("/tickets", ticket(olle.0)).await.names(422, "invalid", "contact_id", "unknown");
    anna.get(&format!("/contacts/{olle}")).await.refused(404, "not_found");
    daan.post_json("/tickets", ticket(olle.0)).await.ok();
    anna.get(&format!("/contacts/{olle}")).await.ok();
    anna.post(&format!("/contacts/{zara}/trash")).await.ok();
    anna.post_json("/tickets", ticket(zara)).await.names(422, "invalid", "contact_id", "unknown");
}

async fn a_contact_is_detached_and_attached(app: TestApp) {
    let (conversation, maja) = mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    let (_, olle) = mail_from(&app, app.support, "Olle", "olle@kund.example").await;
    let anna = app.anna().await;
    let path = format!("/conversations/{conversation}/contact");
    put_json(&anna, &path, json!({})).await.names(400, "bad_json", "contact_id", "missing");
    anna.post_json(&format!("/conversations/{conversation}/messages"), json!({ "kind": "outbound", "text": "Hi" }))
        .await
        .ok();
    let detached = put_json(&anna, &path, json!({ "contact_id": null })).await.command();
    assert_eq!(detached.conversation.expect("it").contact, None);
    let sidebar = anna.get(&format!("/conversations/{conversation}/sidebar")).await.ok().json();
    assert_eq!(sidebar["contact"], Value::Null);
    let thread = anna.get(&format!("/conversations/{conversation}/messages")).await.ok().json();
    assert_eq!(thread["items"][0]["author_email"], "maja@kund.example");
    assert_eq!(thread["items"][1]["to"][0]["email"], "maja@kund.example");
    let found = async |who: ContactId| {
        let list = anna.get(&format!("/conversations?q=contact:{who}")).await.ok().json();
        list["items"].as_array().expect("a list").iter().any(|it| it["id"] == conversation.0)
    };
    assert!(!found(maja).await);
    let attached = put_json(&anna, &path, json!({ "contact_id": olle })).await.command();
    assert_eq!(attached.conversation.expect("it").contact.expect("a contact").id, olle);
    assert!(found(olle).await);
    let history = anna.get(&format!("/conversations/{conversation}/history")).await.ok().json();
    assert_eq!(history["items"][0]["changes"][0]["kind"], "contact");
    assert_eq!(history["items"][0]["undoable"], true);
    anna.post(&format!("/commands/{}/undo", attached.command.expect("a command"))).await.ok();
    // As with owners: what somebody decided on since is not undone.
    let late = anna.post(&format!("/commands/{}/undo", detached.command.expect("a command"))).await;
    late.refused(409, "changed_since");
    put_json(&anna, &path, json!({ "contact_id": maja })).await.ok();
    assert!(found(maja).await);
    anna.post(&format!("/conversations/{conversation}/trash")).await.ok();
    put_json(&anna, &path, json!({ "contact_id": null })).await.refused(409, "restore_first");
}

async fn the_sidebar_tells_what_is_known(app: TestApp) {
    let (conversation, maja) = mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    let (second, _) = mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    let (secret, _) = mail_from(&app, app.sales, "Maja", "maja@kund.example").await;
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    let me = json!([{ "kind": "contact", "id": maja }]);
    let deal = json!({ "values": { "name": "40 desks", "amount": 1_990_000, "currency": "SEK", "stage": "proposal" }, "links": me });
    anna.post_json("/deals", deal).await.ok();
    anna.post_json("/companies", json!({ "values": { "name": "Kund AB", "domain": "kund.example" }, "links": me }))
        .await
        .ok();
    for (inbox, score) in [(conversation, 5), (secret, 1)] {
        let text = ActivityText { text: "Quick".into(), score: Some(score), ..ActivityText::default() };
        let feedback = RecordCommand::CreateActivity {
            record: RecordRef::Contact(maja),
            kind: ActivityKind::Feedback,
            at: None,
            text,
            conversation: Some(inbox),
        };
        app.system(Command::Record(Box::new(feedback))).await;
    }
    let sidebar = anna.get(&format!("/conversations/{conversation}/sidebar")).await.ok().json();
    assert_eq!(sidebar["contact"]["values"]["name"], "Maja");
    assert_eq!(sidebar["shown"], json!(["email", "phone"]));
    let ids = |sidebar: &Value| {
        let items = sidebar["conversations"]["items"].as_array().expect("a list").clone();
        items.iter().map(|it| it["id"].as_i64().expect("an id")).collect::<Vec<_>>()
    };
    assert_eq!(ids(&sidebar), [second.0], "what is in Sales is not for Anna");
    assert_eq!(sidebar["deals"][0]["values"]["amount"], 1_990_000);
    assert_eq!(sidebar["companies"][0]["values"]["name"], "Kund AB");
    assert_eq!(sidebar["feedback"].as_array().expect("a list").len(), 1);
    assert_eq!(sidebar["feedback"][0]["score"], 5);
    let hers = ewa.get(&format!("/conversations/{conversation}/sidebar")).await.ok().json();
    assert_eq!(ids(&hers), [secret.0, second.0]);
    assert_eq!(hers["feedback"].as_array().expect("a list").len(), 2);
    anna.get(&format!("/conversations/{secret}/sidebar")).await.refused(404, "not_found");
    for _ in 0..11 {
        mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    }
    let many = anna.get(&format!("/conversations/{conversation}/sidebar")).await.ok().json();
    assert_eq!((ids(&many).len(), &many["conversations"]["more"]), (10, &json!(true)));
}

async fn two_contacts_become_one_and_two_again(app: TestApp) {
    let (one, maja) = mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    let (two, other) = mail_from(&app, app.sales, "M. Berg", "berg@home.example").await;
    let daan = app.daan().await;
    daan.patch(&format!("/contacts/{other}"), json!({ "values": { "phone": "112 112" } })).await.ok();
    let link = json!([{ "kind": "contact", "id": other }]);
    let company =
        daan.post_json("/companies", json!({ "values": { "name": "Kund AB" }, "links": link })).await.command();
    let company = company.record.expect("a company").id;
    let note = json!({ "record": { "kind": "contact", "id": other }, "kind": "note", "text": "Likes oak" });
    daan.post_json("/activities", note).await.ok();
    let merge = format!("/contacts/{maja}/merge");
    let preview = daan.post_json(&format!("{merge}?preview=true"), json!({ "loser_id": other })).await.command();
    assert_eq!(preview.command, None);
    assert!(preview.changes.len() > 4);
    let merged = daan.post_json(&merge, json!({ "loser_id": other })).await.command();
    assert!(merged.undoable);
    let seen = daan.get(&format!("/contacts/{other}")).await.ok().json();
    assert_eq!((&seen["record"]["id"], &seen["merged_from"]), (&json!(maja), &json!(other)));
    assert_eq!(seen["record"]["values"], json!({ "name": "Maja", "email": "maja@kund.example", "phone": "112 112" }));
    assert_eq!(seen["links"][0]["id"], company);
    assert_eq!(daan.get(&format!("/conversations/{two}")).await.ok().json()["contact"]["id"], maja.0);
    let timeline = daan.get(&format!("/contacts/{maja}/timeline")).await.ok().json();
    assert_eq!(timeline["items"].as_array().expect("a list").len(), 3);
    // Who writes from the old address is the winner now.
    let (three, same) = mail_from(&app, app.support, "M. Berg", "BERG@home.example").await;
    assert_eq!(same, maja);
    daan.post_json(&merge, json!({ "loser_id": other })).await.refused(404, "not_found");
    daan.post_json(&merge, json!({ "loser_id": maja })).await.refused(422, "cannot_merge");
    daan.post(&format!("/commands/{}/undo", merged.command.expect("a command"))).await.ok();
    let back = daan.get(&format!("/contacts/{other}")).await.ok().json();
    assert_eq!((&back["record"]["id"], &back["merged_from"]), (&json!(other), &Value::Null));
    assert_eq!(back["links"][0]["id"], company);
    let values = daan.get(&format!("/contacts/{maja}")).await.ok().json()["record"]["values"].clone();
    assert_eq!(values, json!({ "name": "Maja", "email": "maja@kund.example" }));
    for (conversation, contact) in [(one, maja), (two, other), (three, maja)] {
        let seen = daan.get(&format!("/conversations/{conversation}")).await.ok().json();
        assert_eq!(seen["contact"]["id"], contact.0);
    }
    assert_eq!(mail_from(&app, app.sales, "M. Berg", "berg@home.example").await.1, other);
}

async fn a_merge_says_how_many_conversations_it_moves(app: TestApp) {
    let (_, maja) = mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    let (_, other) = mail_from(&app, app.support, "M. Berg", "berg@home.example").await;
    mail_from(&app, app.sales, "M. Berg", "berg@home.example").await;
    let address = Address { name: String::new(), email: "berg@home.example".into() };
    for _ in 0..204 {
        let mail = Receive { author: AuthorRef::Contact(address.clone()), ..receive(app.support, "Shelf", "Hello") };
        app.receive(mail, MailExtras::default()).await;
    }
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    let merge = format!("/contacts/{maja}/merge?preview=true");
    let moved = |answer: Value| {
        let reach = answer["reach"][0].clone();
        (reach["what"].clone(), reach["count"].clone(), reach["ids"].as_array().map(Vec::len))
    };
    // More than are told one by one; of another inbox neither the ids nor the number are told (X2).
    let preview = anna.post_json(&merge, json!({ "loser_id": other })).await.ok().json();
    assert_eq!(moved(preview), (json!("conversation_handed_over"), json!(205), Some(200)));
    anna.post(&format!("/contacts/{other}/trash")).await.ok();
    let gone = ewa.delete(&format!("/contacts/{other}?preview=true")).await.ok().json();
    assert_eq!(moved(gone), (json!("conversation_handed_over"), json!(206), Some(200)));
}

async fn trash_and_the_end_of_a_contact(app: TestApp) {
    let (conversation, maja) = mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    let path = format!("/contacts/{maja}");
    anna.patch(&path, json!({ "values": { "phone": "112 113" } })).await.ok();
    ewa.delete(&path).await.refused(409, "trash_first");
    let trashed = anna.post(&format!("{path}/trash")).await.command();
    assert!(trashed.record.expect("it").trashed_at.is_some());
    anna.patch(&path, json!({ "values": { "name": "M" } })).await.refused(409, "restore_first");
    assert!(anna.get("/contacts").await.ok().json()["items"].as_array().expect("a list").is_empty());
    assert_eq!(anna.get("/contacts?trash=true").await.ok().json()["items"][0]["id"], maja.0);
    // A word of theirs brings them back.
    mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    assert_eq!(anna.get(&path).await.ok().json()["record"]["trashed_at"], Value::Null);
    anna.post(&format!("{path}/trash")).await.ok();
    anna.delete(&path).await.refused(403, "role_too_low");
    let gone = ewa.delete(&path).await.command();
    assert!(!gone.undoable);
    ewa.get(&path).await.refused(404, "not_found");
    ewa.delete(&path).await.refused(404, "not_found");
    let seen = anna.get(&format!("/conversations/{conversation}")).await.ok().json();
    assert_eq!(seen["contact"], Value::Null);
    let thread = anna.get(&format!("/conversations/{conversation}/messages")).await.ok().json();
    assert_eq!(thread["items"][0]["author_name"], "");
    assert!(anna.get("/conversations?q=maja").await.ok().json()["items"].as_array().expect("a list").is_empty());
    // The address is nobody's now.
    assert_ne!(mail_from(&app, app.support, "Maja", "maja@kund.example").await.1, maja);
}

async fn what_is_written_down_stands_in_the_timeline(app: TestApp) {
    let (conversation, maja) = mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    let (anna, jonas, ewa) = (app.anna().await, app.jonas().await, app.ewa().await);
    let record = json!({ "kind": "contact", "id": maja });
    let new = |kind: &str, text: &str| json!({ "record": record, "kind": kind, "text": text });
    let note = anna.post_json("/activities", new("note", "Likes oak")).await.command().activity.expect("a note");
    assert!(note.can_edit);
    let mut task = new("task", "Call back");
    task["due"] = json!("2026-11-25T10:00:00.000Z");
    task["assignee"] = json!(app.jonas);
    let task = anna.post_json("/activities", task).await.command().activity.expect("a task");
    let mut call = new("call", "");
    call["direction"] = json!("out");
    call["outcome"] = json!("no_answer");
    anna.post_json("/activities", call).await.ok();
    anna.post_json("/activities", new("note", " ")).await.names(422, "invalid", "text", "empty");
    anna.post_json("/activities", new("feedback", "Good")).await.refused(403, "system_only");
    let mut wrong = new("note", "x");
    wrong["due"] = json!("2026-11-25T10:00:00.000Z");
    anna.post_json("/activities", wrong).await.names(422, "invalid", "due", "not_here");
    let timeline = format!("/contacts/{maja}/timeline");
    let first = anna.get(&format!("{timeline}?limit=3")).await.ok().json();
    assert_eq!(first["items"][0]["activity"]["kind"], "call");
    let cursor = first["next_cursor"].as_str().expect("there is more").to_owned();
    let rest = anna.get(&format!("{timeline}?limit=3&cursor={cursor}")).await.ok().json();
    assert_eq!(rest["items"].as_array().expect("a list").len(), 1);
    assert_eq!(rest["items"][0]["message"]["conversation_id"], conversation.0);
    anna.get(&format!("{timeline}?cursor=x")).await.names(400, "bad_query", "cursor", "wrong_value");
    // Its author and admins change a note; anybody says that a task is done.
    let path = format!("/activities/{}", note.id);
    jonas.patch(&path, json!({ "text": "Likes pine" })).await.refused(403, "not_yours_to_change");
    jonas.delete(&path).await.refused(403, "not_yours_to_change");
    ewa.patch(&path, json!({ "text": "Likes ash" })).await.ok();
    anna.patch(&path, json!({ "done": true })).await.names(422, "invalid", "done", "not_here");
    let done = jonas.patch(&format!("/activities/{}", task.id), json!({ "done": true })).await.command();
    assert!(done.activity.expect("the task").done_at.is_some());
    let deleted = anna.delete(&path).await.command();
    assert_eq!(deleted.activity, None);
    anna.delete(&path).await.refused(404, "not_found");
    anna.post(&format!("/commands/{}/undo", deleted.command.expect("a command"))).await.ok();
    let whole = anna.get(&timeline).await.ok().json();
    assert!(whole["items"].as_array().expect("a list").iter().any(|it| it["activity"]["text"] == "Likes ash"));
    // A hidden message is absent (M4).
    let message = rest["items"][0]["message"]["id"].as_i64().expect("an id");
    anna.post(&format!("/messages/{message}/hide")).await.ok();
    let without = anna.get(&timeline).await.ok().json();
    assert!(without["items"].as_array().expect("a list").iter().all(|it| it["message"].is_null()));
}

async fn what_has_changed_since_is_not_overwritten(app: TestApp) {
    let (_, olle) = mail_from(&app, app.sales, "Olle Ek", "olle@kund.example").await;
    let (anna, jonas, ewa) = (app.anna().await, app.jonas().await, app.ewa().await);
    for (kind, word) in [("companies", "company"), ("contacts", "contact")] {
        let made = anna.post_json(&format!("/{kind}"), json!({ "values": { "name": "Kund" } })).await.command();
        let id = made.record.expect("a record").id;
        let path = format!("/{kind}/{id}");
        let tag = anna.get(&path).await.ok().header("etag").to_owned();
        let known = [("if-match", tag.as_str())];
        let rename = |name: &str| Some(json!({ "values": { "name": name } }));
        jonas.send(Method::PATCH, &path, &known, rename("Kund AB")).await.ok();
        anna.send(Method::PATCH, &path, &known, rename("Kunden")).await.refused(412, "changed_since");
        anna.send(Method::PATCH, &path, &[("if-match", "*")], rename("Kunden")).await.ok();
        let task = json!({ "record": { "kind": word, "id": id }, "kind": "task", "text": "Call" });
        let task = anna.post_json("/activities", task).await.command().activity.expect("a task");
        let (path, tag) = (format!("/activities/{}", task.id), format!("\"{}\"", task.version));
        let known = [("if-match", tag.as_str())];
        anna.send(Method::PATCH, &path, &known, Some(json!({ "text": "Call them" }))).await.ok();
        anna.send(Method::PATCH, &path, &known, Some(json!({ "text": "Ring" }))).await.refused(412, "changed_since");
        anna.patch(&path, json!({ "text": "Ring" })).await.ok();
    }
    // A version tells nothing of what is not there for who asks.
    let note = json!({ "record": { "kind": "contact", "id": olle }, "kind": "note", "text": "Pays late" });
    let note = ewa.post_json("/activities", note).await.command().activity.expect("a note");
    let zero = [("if-match", "\"0\"")];
    let hidden = format!("/contacts/{olle}");
    anna.send(Method::PATCH, &hidden, &zero, Some(json!({ "values": {} }))).await.refused(404, "not_found");
    let hidden = format!("/activities/{}", note.id);
    anna.send(Method::PATCH, &hidden, &zero, Some(json!({ "text": "x" }))).await.refused(404, "not_found");
}

async fn a_repeated_request_makes_one_company(app: TestApp) {
    let anna = app.anna().await;
    let body = json!({ "values": { "name": "Kund AB" } });
    let key = [("idempotency-key", "company-1")];
    let send = async || anna.send(Method::POST, "/companies", &key, Some(body.clone())).await.command();
    let (one, two) = (send().await, send().await);
    assert_eq!(one.record.as_ref().map(|it| it.id), two.record.as_ref().map(|it| it.id));
    assert_eq!(anna.get("/companies").await.ok().json()["items"].as_array().expect("a list").len(), 1);
    // Undoing it makes it as if it had never been.
    anna.post(&format!("/commands/{}/undo", one.command.expect("a command"))).await.ok();
    anna.get(&format!("/companies/{}", one.record.expect("it").id)).await.refused(404, "not_found");
    assert!(anna.get("/companies").await.ok().json()["items"].as_array().expect("a list").is_empty());
}

async fn nobody_and_nothing(app: TestApp) {
    app.anonymous().get("/contacts").await.refused(401, "sign_in");
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    let there = |kind| anna.post_json(kind, json!({ "values": { "name": "Kund" } }));
    let company = there("/companies").await.command().record.expect("a company").id;
    let contact = there("/contacts").await.command().record.expect("a contact").id;
    for kind in ["contacts", "companies", "deals", "objects"] {
        anna.get(&format!("/{kind}/77")).await.refused(404, "not_found");
        anna.patch(&format!("/{kind}/77"), json!({ "values": {} })).await.refused(404, "not_found");
        anna.post(&format!("/{kind}/77/trash")).await.refused(404, "not_found");
        anna.post(&format!("/{kind}/77/restore")).await.refused(404, "not_found");
        anna.get(&format!("/{kind}/77/timeline")).await.refused(404, "not_found");
        // One end is there: it is the other that is missed, whichever it is.
        let (there, word) = if kind == "companies" { (contact, "contact") } else { (company, "company") };
        anna.put(&format!("/{kind}/77/links/{word}/{there}")).await.refused(404, "not_found");
        anna.delete(&format!("/{kind}/77/links/{word}/{there}")).await.refused(404, "not_found");
        ewa.delete(&format!("/{kind}/77")).await.refused(404, "not_found");
        anna.get(&format!("/{kind}?cursor=x")).await.names(400, "bad_query", "cursor", "wrong_value");
    }
    anna.put(&format!("/companies/{company}/links/contact/77")).await.refused(404, "not_found");
    anna.put(&format!("/companies/{company}/links/contact/{contact}")).await.ok();
    anna.get("/conversations/77/sidebar").await.refused(404, "not_found");
    put_json(&anna, "/conversations/77/contact", json!({ "contact_id": null })).await.refused(404, "not_found");
    anna.patch("/activities/77", json!({})).await.refused(404, "not_found");
    ewa.patch("/properties/77", json!({})).await.refused(404, "not_found");
}
