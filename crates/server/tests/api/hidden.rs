//! The text of a hidden message never leaves the server (M4): not in any answer to anybody, whoever hid it.

use crate::app::{Client, TestApp, stories};
use crate::events;
use crate::files::papers;
use serde_json::json;

stories![the_word_is_in_no_answer, it_comes_back_everywhere];

/// Everything that can be read, with the ids of what was hidden filled in.
fn readings(app: &TestApp, conversation: i64, message: i64, contact: i64) -> Vec<String> {
    let mut paths = vec![];
    for route in samtal_server::http::routes().table() {
        if route.method != axum::http::Method::GET || route.path.ends_with("/events") || route.path.ends_with(".json") {
            continue;
        }
        let path = route.path.replace("{index}", "0");
        let path = if path.contains("/messages/{id}") {
            path.replace("{id}", &message.to_string())
        } else if path.contains("/conversations/{id}") {
            path.replace("{id}", &conversation.to_string())
        } else {
            path.replace("{id}", &app.support.to_string())
        };
        if path.ends_with("/conversations") {
            for query in [
                "view=open",
                "view=email",
                "view=unassigned",
                "q=wombat",
                "q=wom",
                "q=papers",
                "q=-wombat",
                "q=is:open",
                "q=has:attachment",
                "status=open",
                "q=wombat&sort=oldest_created",
            ] {
                paths.push(format!("{path}?inbox={}&{query}", app.support));
            }
            paths.push(format!("{path}?q=wombat"));
            paths.push(format!("{path}?contact={contact}"));
        } else {
            paths.push(path);
        }
    }
    paths.push(format!("/conversations/{conversation}/messages?around={message}"));
    paths.push(format!("/messages/{message}/body?images=1"));
    paths.push(format!("/messages/{message}/image?url=https%3A%2F%2Ftrack.example%2Fx.png"));
    for index in 0..3 {
        paths.push(format!("/messages/{message}/attachments/{index}?inline=1"));
    }
    paths
}

/// Which of these paths tell the word.
async fn telling(client: &Client<'_>, paths: &[String]) -> Vec<String> {
    let mut told = vec![];
    for path in paths {
        let answer = client.get(path).await;
        assert_ne!(answer.status, 500, "{path}");
        let headers = format!("{:?}", answer.headers).to_lowercase();
        if answer.text().to_lowercase().contains("wombat") || headers.contains("wombat") {
            told.push(path.clone());
        }
    }
    told
}

async fn the_word_is_in_no_answer(app: TestApp) {
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let before_it = jonas.get("/session").await.ok().json()["sequence"].as_i64().expect("a sequence");
    let (conversation, message) = papers(&app, app.support).await;
    let shown = jonas.get(&format!("/conversations/{conversation}")).await.ok().json();
    let contact = shown["contact"]["id"].as_i64().expect("a contact");
    let paths = readings(&app, conversation.0, message.0, contact);
    let before = telling(&jonas, &paths).await;
    assert!(before.len() >= 12, "the walk sees what there is to see: {before:?}");

    let start = jonas.get("/session").await.ok().json()["sequence"].as_i64().expect("a sequence");
    let hidden = anna.post(&format!("/messages/{message}/hide")).await.ok();
    assert!(!hidden.text().to_lowercase().contains("wombat"));
    let again = anna.post(&format!("/messages/{message}/hide")).await.ok();
    assert!(!again.text().to_lowercase().contains("wombat"));
    for client in [&anna, &jonas, &app.ewa().await, &app.daan().await] {
        assert_eq!(telling(client, &paths).await, [] as [String; 0]);
    }
    for end in ["body", "source", "attachments/0", "attachments/1", "image?url=https://track.example/x.png"] {
        anna.get(&format!("/messages/{message}/{end}")).await.refused(404, "not_found");
    }
    let found = jonas.get("/conversations?q=wombat").await.ok().json();
    assert_eq!(found["items"], json!([]), "nor can it be found by it");
    // The feed from before it tells of its arrival, but no longer what it said.
    for after in [before_it, start] {
        let told = events::collect(&app, &jonas, after, 1).await;
        assert!(told[0].contains("\"hidden\":true"), "{told:?}");
        assert!(!told[0].to_lowercase().contains("wombat"), "{told:?}");
    }
    // What others do with the conversation does not bring it back either.
    let reply = json!({ "kind": "comment", "text": "I hid it" });
    let answer = jonas.post_json(&format!("/conversations/{conversation}/messages"), reply).await.ok();
    assert!(!answer.text().to_lowercase().contains("wombat"));
    assert_eq!(telling(&jonas, &paths).await, [] as [String; 0]);
}

async fn it_comes_back_everywhere(app: TestApp) {
    let (conversation, message) = papers(&app, app.support).await;
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let shown = jonas.get(&format!("/conversations/{conversation}")).await.ok().json();
    let paths = readings(&app, conversation.0, message.0, shown["contact"]["id"].as_i64().expect("a contact"));
    let before = telling(&jonas, &paths).await;
    let hidden = anna.post(&format!("/messages/{message}/hide")).await.command();
    assert!(telling(&jonas, &paths).await.is_empty());
    let undo = format!("/commands/{}/undo", hidden.command.expect("a command"));
    jonas.post(&undo).await.refused(403, "not_yours_to_undo");
    anna.post(&undo).await.ok();
    assert_eq!(telling(&jonas, &paths).await, before);
}
