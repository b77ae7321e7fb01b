//! Writing, and hiding what should not have been written (M4, M5).

use crate::app::{TestApp, stories};
use serde_json::json;

stories![
    a_reply_and_a_comment_join_the_thread,
    a_thread_is_read_in_pages,
    a_link_finds_its_message_wherever_it_is,
    only_who_hid_it_or_a_super_admin_unhides,
    hiding_twice_changes_nothing,
];

async fn a_reply_and_a_comment_join_the_thread(app: TestApp) {
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let anna = app.anna().await;
    let path = format!("/conversations/{id}/messages");
    let answer = anna.post_json(&path, json!({ "kind": "outbound", "text": "Hello Maja" })).await;
    assert_eq!(answer.status, 201);
    let answer = answer.command();
    let message = answer.message.expect("the reply");
    assert_eq!((message.text.as_str(), message.author_name.as_str()), ("Hello Maja", "Anna Lind"));
    assert!(message.unsent, "outgoing mail is not connected, and that is said");
    let conversation = answer.conversation.expect("the conversation");
    assert_eq!((conversation.preview.as_str(), conversation.unread), ("Hello Maja", false));
    anna.post_json(&path, json!({ "kind": "comment", "text": "She is a regular" })).await.ok();
    let page = app.jonas().await.get(&path).await.ok().json();
    let texts: Vec<_> = page["items"].as_array().expect("items").iter().map(|item| item["text"].clone()).collect();
    assert_eq!(texts, [json!("Hello"), json!("Hello Maja"), json!("She is a regular")]);
    assert_eq!((&page["has_before"], &page["has_after"]), (&json!(false), &json!(false)));
}

async fn a_thread_is_read_in_pages(app: TestApp) {
    let (id, first) = app.mail(app.support, "Hi", "word 0").await;
    let anna = app.anna().await;
    let path = format!("/conversations/{id}/messages");
    let mut all = vec![first.0];
    for n in 1..10 {
        let said = anna.post_json(&path, json!({ "kind": "comment", "text": format!("word {n}") })).await.command();
        all.push(said.message.expect("a comment").id.0);
    }
    let page = |query: String| {
        let (anna, path) = (anna.clone(), path.clone());
        async move {
            let page = anna.get(&format!("{path}?{query}")).await.ok().json();
            let items = page["items"].as_array().expect("items");
            let ids: Vec<_> = items.iter().map(|item| item["id"].as_i64().expect("an id")).collect();
            (ids, page["has_before"].as_bool().expect("yes or no"), page["has_after"].as_bool().expect("yes or no"))
        }
    };
    assert_eq!(page("limit=4".into()).await, (all[6..].to_vec(), true, false));
    assert_eq!(page(format!("limit=4&before={}", all[6])).await, (all[2..6].to_vec(), true, true));
    assert_eq!(page(format!("limit=4&after={}", all[7])).await, (all[8..].to_vec(), true, false));
    let (ids, before, after) = page(format!("limit=5&around={}", all[4])).await;
    assert!(ids.contains(&all[4]) && ids.len() <= 6 && before && after, "{ids:?}");
}

async fn a_link_finds_its_message_wherever_it_is(app: TestApp) {
    let (id, message) = app.mail(app.support, "Hi", "Hello").await;
    let anna = app.anna().await;
    for action in ["", "spam", "not-spam", "trash"] {
        if !action.is_empty() {
            anna.post(&format!("/conversations/{id}/{action}")).await.ok();
        }
        let found = anna.get(&format!("/messages/{message}")).await.ok().json();
        assert_eq!((&found["message"]["text"], &found["conversation"]["id"]), (&json!("Hello"), &json!(id)));
    }
    anna.delete(&format!("/conversations/{id}")).await.ok();
    anna.get(&format!("/messages/{message}")).await.refused(404, "not_found");
}

async fn only_who_hid_it_or_a_super_admin_unhides(app: TestApp) {
    let (_, message) = app.mail(app.support, "Hi", "4111 1111 1111 1111").await;
    let (anna, jonas, ewa, daan) = (app.anna().await, app.jonas().await, app.ewa().await, app.daan().await);
    let (show, hide, unhide) =
        (format!("/messages/{message}"), format!("/messages/{message}/hide"), format!("/messages/{message}/unhide"));
    let hidden = anna.post(&hide).await.command().message.expect("the message");
    assert!(hidden.hidden && hidden.can_unhide && hidden.text.is_empty());
    assert_eq!(hidden.hidden_by, Some(app.anna));

    for (client, may) in [(&anna, true), (&jonas, false), (&ewa, false), (&daan, true)] {
        assert_eq!(client.get(&show).await.ok().json()["message"]["can_unhide"], may);
    }
    jonas.post(&unhide).await.refused(403, "not_yours_to_unhide");
    ewa.post(&unhide).await.refused(403, "not_yours_to_unhide");
    assert_eq!(jonas.get(&show).await.ok().json()["message"]["text"], "");
    assert_eq!(anna.post(&unhide).await.command().message.expect("it").text, "4111 1111 1111 1111");

    anna.post(&hide).await.ok();
    let back = daan.post(&unhide).await.command().message.expect("it");
    assert_eq!((back.hidden, back.text.as_str(), back.hidden_by), (false, "4111 1111 1111 1111", None));
}

async fn hiding_twice_changes_nothing(app: TestApp) {
    let (_, message) = app.mail(app.support, "Hi", "secret").await;
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    anna.post(&format!("/messages/{message}/hide")).await.ok();
    let again = jonas.post(&format!("/messages/{message}/hide")).await.command();
    assert_eq!((again.command, again.changes.len()), (None, 0));
    assert_eq!(again.message.expect("it").hidden_by, Some(app.anna), "the first one stays the one who may unhide");
    anna.post(&format!("/messages/{message}/unhide")).await.ok();
    assert_eq!(anna.post(&format!("/messages/{message}/unhide")).await.command().command, None);
}
