//! A conversation through its life: listed, assigned, closed, found.

use crate::app::{TestApp, let_pass, receive, stories, with_time};
use axum::http::Method;
use samtal_model::{AuthorRef, Channel, MessageKind, Origin};
use samtal_server::dispatch::MailExtras;
use serde_json::{Value, json};

stories![
    mail_shows_in_the_views_it_belongs_to,
    pages_follow_each_other,
    assigning_and_closing_are_one_action_and_one_undo,
    an_edit_of_an_older_copy_is_refused,
    of_two_edits_at_once_one_wins,
    spam_and_back,
    reading_is_ones_own,
    a_bots_conversation_waits,
    composing_begins_a_conversation,
    words_are_found_by_their_beginning,
];

fn ids(page: &Value) -> Vec<i64> {
    page["items"].as_array().expect("items").iter().map(|item| item["id"].as_i64().expect("an id")).collect()
}

async fn mail_shows_in_the_views_it_belongs_to(app: TestApp) {
    let (id, _) = app.mail(app.support, "Broken lamp", "It does not light up.").await;
    let anna = app.anna().await;
    for (view, there) in [("open", true), ("unassigned", true), ("email", true), ("mine", false), ("closed", false)] {
        let page = anna.get(&format!("/conversations?inbox={}&view={view}", app.support)).await.ok().json();
        assert_eq!(ids(&page).contains(&id.0), there, "{view}");
        assert_eq!(page["total"], i64::from(there), "{view}");
    }
    let views = anna.get(&format!("/inboxes/{}/views", app.support)).await.ok().json();
    let names: Vec<_> = views["items"].as_array().expect("views").iter().map(|view| view["view"].clone()).collect();
    assert_eq!(names.len(), 13);
    assert_eq!(names[..4], [json!("unassigned"), json!("mine"), json!("open"), json!("chat")]);
    assert_eq!(views["items"][0]["count"], 1);
    let shown = anna.get(&format!("/conversations/{id}")).await.ok();
    assert_eq!(shown.json()["subject"], "Broken lamp");
    assert_eq!(shown.json()["contact"]["name"], "Maja Berg");
    assert_eq!(shown.header("etag"), format!("\"{}\"", shown.json()["version"]));
}

async fn pages_follow_each_other(app: TestApp) {
    with_time(async {
        let mut made = vec![];
        for n in 0..7 {
            made.push(app.mail(app.support, &format!("Mail {n}"), "text").await.0.0);
            let_pass(1000);
        }
        made.reverse();
        let anna = app.anna().await;
        let first = anna.get(&format!("/conversations?inbox={}&limit=3", app.support)).await.ok().json();
        assert_eq!(ids(&first), made[..3]);
        assert_eq!((&first["total"], &first["position"]), (&json!(7), &json!(0)));
        let cursor = first["next_cursor"].as_str().expect("more");
        let path = format!("/conversations?inbox={}&limit=3&cursor={cursor}", app.support);
        assert_eq!(ids(&anna.get(&path).await.ok().json()), made[3..6]);
        let path = format!("/conversations?inbox={}&limit=5&position=5", app.support);
        let last = anna.get(&path).await.ok().json();
        assert_eq!(ids(&last), made[5..]);
        assert_eq!((&last["next_cursor"], &last["position"]), (&Value::Null, &json!(5)));
    })
    .await;
}

async fn assigning_and_closing_are_one_action_and_one_undo(app: TestApp) {
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let anna = app.anna().await;
    let path = format!("/conversations/{id}");
    let preview = anna.patch(&format!("{path}?preview=true"), json!({ "state": "closed" })).await.command();
    assert_eq!((preview.command, preview.changes.len(), preview.undoable), (None, 1, true));
    assert_eq!(anna.get(&path).await.ok().json()["state"], "open");

    let done = anna.patch(&path, json!({ "state": "closed", "owner_id": app.jonas })).await.command();
    let after = done.conversation.expect("the conversation");
    assert_eq!(serde_json::to_value(&after).expect("JSON"), anna.get(&path).await.ok().json());
    assert_eq!(done.changes.len(), 2);
    assert!(done.undoable && after.version <= done.sequence);
    let nothing = anna.patch(&path, json!({ "state": "closed" })).await.command();
    assert_eq!((nothing.command, nothing.changes.len()), (None, 0));
    assert_eq!(anna.patch(&path, json!({})).await.command().conversation.expect("as it is").id, id);

    let undo = format!("/commands/{}/undo", done.command.expect("a command"));
    app.jonas().await.post(&undo).await.refused(403, "not_yours_to_undo");
    let undone = anna.post(&undo).await.command().conversation.expect("the conversation");
    assert_eq!((undone.owner, undone.state), (None, samtal_model::ConversationState::Open));
    anna.post(&undo).await.refused(409, "changed_since");
    anna.post("/commands/4711/undo").await.refused(404, "not_found");

    let former = json!({ "owner_id": 4711 });
    anna.patch(&path, former).await.refused(409, "cannot_own");
    anna.patch(&path, json!({ "owner_id": null })).await.command();
}

async fn an_edit_of_an_older_copy_is_refused(app: TestApp) {
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let anna = app.anna().await;
    let path = format!("/conversations/{id}");
    let tag = anna.get(&path).await.ok().header("etag").to_owned();
    let close = Some(json!({ "state": "closed" }));
    anna.send(Method::PATCH, &path, &[("if-match", "\"0\"")], close.clone()).await.refused(412, "changed_since");
    anna.send(Method::PATCH, &path, &[("if-match", &tag)], close.clone()).await.ok();
    anna.send(Method::PATCH, &path, &[("if-match", &tag)], close.clone()).await.refused(412, "changed_since");
    anna.send(Method::PATCH, &path, &[("if-match", "*")], close).await.ok();
    let tag = anna.get(&path).await.ok().header("etag").to_owned();
    let empty = || Some(json!({}));
    let either = format!("\"0\", {tag}");
    for good in [&tag, &either] {
        anna.send(Method::PATCH, &path, &[("if-match", good)], empty()).await.ok();
    }
    let weak = format!("W/{tag}");
    for bad in ["\"0\"", "", tag.trim_matches('"'), &weak, "\"\""] {
        anna.send(Method::PATCH, &path, &[("if-match", bad)], empty()).await.refused(412, "changed_since");
    }
}

async fn of_two_edits_at_once_one_wins(app: TestApp) {
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let path = format!("/conversations/{id}");
    for _ in 0..5 {
        let tag = anna.get(&path).await.ok().header("etag").to_owned();
        let known = [("if-match", tag.as_str())];
        let (one, other) = tokio::join!(
            anna.send(Method::PATCH, &path, &known, Some(json!({ "owner_id": app.anna }))),
            jonas.send(Method::PATCH, &path, &known, Some(json!({ "owner_id": app.jonas }))),
        );
        let (won, lost, owner) = if one.status.is_success() { (one, other, app.anna) } else { (other, one, app.jonas) };
        won.ok();
        lost.refused(412, "changed_since");
        assert_eq!(anna.get(&path).await.ok().json()["owner"]["id"], json!(owner));
        anna.patch(&path, json!({ "owner_id": null })).await.ok();
    }
}

async fn spam_and_back(app: TestApp) {
    let (id, _) = app.mail(app.support, "Win", "money").await;
    let anna = app.anna().await;
    let path = format!("/conversations/{id}");
    assert!(anna.post(&format!("{path}/spam")).await.command().conversation.expect("it").spam);
    let reply = json!({ "kind": "outbound", "text": "Hello" });
    anna.post_json(&format!("{path}/messages"), reply).await.refused(409, "not_spam_first");
    let page = anna.get(&format!("/conversations?inbox={}&view=spam", app.support)).await.ok().json();
    assert_eq!(ids(&page), [id.0]);
    assert!(!anna.post(&format!("{path}/not-spam")).await.command().conversation.expect("it").spam);
    assert_eq!(anna.post(&format!("{path}/not-spam")).await.command().command, None);
}

async fn reading_is_ones_own(app: TestApp) {
    let (id, message) = app.mail(app.support, "Hi", "Hello").await;
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let path = format!("/conversations/{id}");
    assert_eq!(anna.get(&path).await.ok().json()["unread"], true);
    let read = anna.post_json(&format!("{path}/read"), json!({ "up_to": message })).await.command();
    assert!(!read.conversation.expect("it").unread);
    assert_eq!(jonas.get(&path).await.ok().json()["unread"], true);
    assert!(anna.post(&format!("{path}/unread")).await.command().conversation.expect("it").unread);
    anna.post_json("/read-all", json!({ "up_to": message })).await.ok();
    assert_eq!(jonas.get(&path).await.ok().json()["unread"], true);
    jonas.post_json("/read-all", json!({ "up_to": message })).await.ok();
    assert_eq!(jonas.get(&path).await.ok().json()["unread"], false);
    assert_eq!(jonas.get("/session").await.ok().json()["read_floor"], json!(message));
}

async fn a_bots_conversation_waits(app: TestApp) {
    with_time(async {
        let mut chat = receive(app.support, "", "Where is my parcel?");
        chat.channel = Channel::Chat;
        chat.origin = Origin::Bot;
        chat.contact = Some(samtal_model::Address { name: "Visitor".into(), email: String::new() });
        chat.author = AuthorRef::Bot;
        chat.kind = MessageKind::Outbound;
        let (id, _) = app.receive(chat, MailExtras::default()).await;
        let mut said = receive(app.support, "", "It is late.");
        said.channel = Channel::Chat;
        said.thread = Some(id);
        app.receive(said, MailExtras::default()).await;
        let anna = app.anna().await;
        let path = format!("/conversations/{id}");
        let problem = anna.patch(&path, json!({ "state": "closed" })).await.refused(409, "bot_waits");
        assert!(problem.until.is_some());
        let_pass(30 * 60 * 1000 + 1000);
        anna.patch(&path, json!({ "state": "closed" })).await.ok();
    })
    .await;
}

async fn composing_begins_a_conversation(app: TestApp) {
    let anna = app.anna().await;
    let mail = json!({
        "inbox_id": app.support, "to": { "name": "Ola Nordmann", "email": "ola@kund.example" },
        "subject": "Your order", "text": "It is on its way.",
    });
    let preview = anna.post_json("/conversations?preview=true", mail.clone()).await;
    assert_eq!(preview.status, 200);
    assert!(preview.command().changes.len() >= 2);
    let answer = anna.post_json("/conversations", mail).await;
    assert_eq!(answer.status, 201);
    let answer = answer.command();
    assert!(!answer.undoable);
    assert_eq!(answer.message.expect("the mail").text, "It is on its way.");
    let conversation = answer.conversation.expect("the conversation");
    assert_eq!(conversation.contact.expect("the contact").email, "ola@kund.example");
    assert_eq!(conversation.subject, "Your order");
    let page = anna.get(&format!("/conversations?inbox={}&view=sent", app.support)).await.ok().json();
    assert_eq!(ids(&page), [conversation.id.0], "the preview has written nothing");
}

async fn words_are_found_by_their_beginning(app: TestApp) {
    let (lamp, _) = app.mail(app.support, "Lampa", "Den är trasig, förstår ni").await;
    let (secret, _) = app.mail(app.sales, "Lampor", "En offert").await;
    let anna = app.anna().await;
    let found = |q: &'static str| {
        let anna = anna.clone();
        async move { ids(&anna.get(&format!("/conversations?q={q}")).await.ok().json()) }
    };
    assert_eq!(found("lamp").await, [lamp.0]);
    assert_eq!(found("FORSTAR").await, [lamp.0]);
    assert_eq!(found("lampa+tras").await, [lamp.0]);
    assert_eq!(found("chair").await, [] as [i64; 0]);
    let ewa = app.ewa().await.get("/conversations?q=lamp").await.ok().json();
    assert_eq!(ids(&ewa), [secret.0, lamp.0], "Ewa sees Sales too");
    let contact = anna.get(&format!("/conversations/{lamp}")).await.ok().json()["contact"]["id"].clone();
    let path = format!("/conversations?contact={contact}");
    assert_eq!(ids(&anna.get(&path).await.ok().json()), [lamp.0]);
    assert_eq!(ids(&app.daan().await.get(&path).await.ok().json()).len(), 2);
}
