//! `/bulk`: with which conversations, how far it is, what was refused, stop and undo (T8, T9).

use crate::app::{Client, TestApp, let_pass, stories, with_time};
use axum::http::Method;
use samtal_model::wire::{BulkList, BulkPreview, BulkRefusedPage, BulkState, BulkView};
use samtal_model::{AgentId, ConversationId};
use serde_json::{Value, json};
use std::time::Duration;

stories![
    a_hundred_are_done_before_the_answer,
    more_go_on_after_the_answer,
    what_matches_a_list_is_taken_but_for_some,
    a_preview_says_how_many_and_writes_nothing,
    a_preview_says_what_else_would_change,
    what_is_refused_is_told_with_its_reason,
    one_undo_for_all_and_only_once,
    anothers_is_not_there,
    ones_own_are_listed_while_they_run_and_for_an_hour,
    the_same_key_is_the_same_bulk_action,
    the_same_request_gets_the_same_answer_after_its_view_is_gone,
    what_is_wrong_is_named,
    an_owner_who_could_be_none_is_named_before_anything_is_done,
];

async fn mails(app: &TestApp, count: usize) -> Vec<ConversationId> {
    let mut ids = vec![];
    for n in 0..count {
        ids.push(app.mail(app.support, &format!("Mail {n}"), "Hello").await.0);
    }
    ids
}

async fn view(client: &Client<'_>, id: impl std::fmt::Display) -> BulkView {
    serde_json::from_value(client.get(&format!("/bulk/{id}")).await.ok().json()).expect("a bulk action")
}

async fn ask(client: &Client<'_>, body: Value) -> (u16, BulkView) {
    let answer = client.post_json("/bulk", body).await.ok();
    (answer.status.as_u16(), serde_json::from_value(answer.json()).expect("a bulk action"))
}

async fn ended(client: &Client<'_>, id: impl std::fmt::Display) -> BulkView {
    for _ in 0..500 {
        let view = view(client, &id).await;
        if view.state.is_over() {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it does not end");
}

async fn count(client: &Client<'_>, app: &TestApp, name: &str) -> i64 {
    let views = client.get(&format!("/inboxes/{}/views", app.support)).await.ok().json();
    let views = views["items"].as_array().expect("items").clone();
    views.iter().find(|it| it["view"] == name).expect("every view")["count"].as_i64().expect("a number")
}

async fn a_hundred_are_done_before_the_answer(app: TestApp) {
    let ids = mails(&app, 100).await;
    let anna = app.anna().await;
    let body = json!({ "action": "assign", "owner_id": app.jonas, "conversations": ids });
    let (status, done) = ask(&anna, body).await;
    assert_eq!((status, done.state, done.total, done.done, done.changed), (200, BulkState::Done, 100, 100, 100));
    assert_eq!(done.owner_id, Some(app.jonas));
    assert_eq!(count(&app.jonas().await, &app, "mine").await, 100);
    let (_, nobody) =
        ask(&anna, json!({ "action": "assign", "owner_id": null, "conversations": [ids[0], ids[0]] })).await;
    assert_eq!((nobody.total, nobody.changed, nobody.owner_id), (1, 1, None), "named twice is done once");
    for (action, back, name) in
        [("close", "reopen", "closed"), ("trash", "restore", "trash"), ("spam", "not_spam", "spam")]
    {
        ask(&anna, json!({ "action": action, "conversations": ids[..3] })).await;
        assert_eq!(count(&anna, &app, name).await, 3, "{action}");
        let (_, undone) = ask(&anna, json!({ "action": back, "conversations": ids[..4] })).await;
        assert_eq!((undone.done, undone.changed), (4, 3), "{back}");
        assert_eq!(count(&anna, &app, name).await, 0, "{back}");
    }
    for (action, unread) in [("read", false), ("unread", true)] {
        ask(&anna, json!({ "action": action, "conversations": [ids[5]] })).await;
        let row = anna.get(&format!("/conversations/{}", ids[5])).await.ok().json();
        assert_eq!(row["unread"], unread, "{action}");
    }
}

async fn more_go_on_after_the_answer(app: TestApp) {
    let ids = mails(&app, 101).await;
    let anna = app.anna().await;
    let (status, begun) = ask(&anna, json!({ "action": "close", "conversations": ids })).await;
    assert_eq!((status, begun.state, begun.done), (202, BulkState::Running, 0));
    let runner = tokio::spawn(app.state.bulks.clone().run());
    let done = ended(&anna, begun.id).await;
    assert_eq!((done.state, done.done, done.changed), (BulkState::Done, 101, 101));
    // Its undo is as large, and one that is undone while it runs is stopped first.
    let answer = anna.post(&format!("/bulk/{}/undo", begun.id)).await.ok();
    assert_eq!(answer.status, 202);
    let undo: BulkView = serde_json::from_value(answer.json()).expect("a bulk action");
    assert_eq!(ended(&anna, undo.id).await.changed, 101);
    runner.abort();
    let (_, waiting) = ask(&anna, json!({ "action": "close", "conversations": ids })).await;
    let stopped = anna.post(&format!("/bulk/{}/stop", waiting.id)).await.ok().json();
    assert_eq!((&stopped["state"], &stopped["done"]), (&json!("stopped"), &json!(0)));
    let again = anna.post(&format!("/bulk/{}/stop", begun.id)).await.ok().json();
    assert_eq!(again["state"], "done", "what has ended stays as it is");
    assert_eq!(count(&anna, &app, "closed").await, 0);
}

async fn what_matches_a_list_is_taken_but_for_some(app: TestApp) {
    let ids = mails(&app, 6).await;
    app.mail(app.sales, "Offer", "Hello").await;
    let anna = app.anna().await;
    let runner = tokio::spawn(app.state.bulks.clone().run());
    let matching = json!({ "inbox": app.support, "view": "unassigned", "sort": "oldest_created" });
    let body = json!({ "action": "assign", "owner_id": app.anna, "matching": matching, "except": [ids[2]] });
    let (status, begun) = ask(&anna, body).await;
    assert_eq!(status, 202);
    assert_eq!(ended(&anna, begun.id).await.changed, 5);
    assert_eq!(count(&anna, &app, "unassigned").await, 1);
    for (matching, changed) in [
        (json!({ "q": "\"mail 3\"" }), 1),
        (json!({ "assignee": "me", "status": "open", "inbox": app.support }), 4),
        (json!({ "q": "hello", "hide_trash": true }), 1),
        (json!({ "q": "offer" }), 0),
    ] {
        let (_, begun) = ask(&anna, json!({ "action": "close", "matching": matching })).await;
        assert_eq!(ended(&anna, begun.id).await.changed, changed, "{matching}");
    }
    runner.abort();
}

async fn a_preview_says_how_many_and_writes_nothing(app: TestApp) {
    let ids = mails(&app, 4).await;
    let anna = app.anna().await;
    let before = anna.get("/session").await.ok().json()["sequence"].clone();
    for (body, total) in [
        (json!({ "action": "close", "conversations": ids }), Some(4)),
        (
            json!({ "action": "close", "matching": { "inbox": app.support, "view": "open" }, "except": [ids[0]] }),
            Some(3),
        ),
        (json!({ "action": "close", "matching": { "q": "hello" }, "except": [ids[0], 4711] }), Some(3)),
    ] {
        let answer = anna.post_json("/bulk?preview=true", body.clone()).await.ok();
        let preview: BulkPreview = serde_json::from_value(answer.json()).expect("a preview");
        assert_eq!(preview.total, total, "{body}");
    }
    anna.get("/bulk/1").await.refused(404, "not_found");
    assert_eq!(anna.get("/session").await.ok().json()["sequence"], before);
    let (_, done) = ask(&anna, json!({ "action": "close", "conversations": ids })).await;
    let preview = anna.post(&format!("/bulk/{}/undo?preview=true", done.id)).await.ok().json();
    assert_eq!((&preview["total"], &preview["action"]), (&json!(4), &json!("close")));
    assert_eq!(view(&anna, done.id).await.undone_by, None);
}

/// What a preview says of others, as words and numbers; none where it is not known.
async fn further(client: &Client<'_>, path: &str, body: Value) -> Option<Vec<(String, i64)>> {
    let preview = client.post_json(&format!("{path}?preview=true"), body).await.ok().json();
    let reach = preview["reach"].as_array()?;
    Some(
        reach
            .iter()
            .map(|it| (it["what"].as_str().expect("a kind").to_owned(), it["count"].as_i64().expect("a count")))
            .collect(),
    )
}

/// K8: what would happen if each were done now, one after the other.
async fn a_preview_says_what_else_would_change(app: TestApp) {
    let ids = mails(&app, 6).await;
    let (anna, daan) = (app.anna().await, app.daan().await);
    // Two of one ticket, one of another, the rest of none.
    let made = anna.post_json(&format!("/conversations/{}/ticket", ids[0]), json!({ "name": "Two" })).await.ok();
    let two = made.json()["ticket"]["id"].clone();
    anna.post_json(&format!("/conversations/{}/ticket", ids[1]), json!({ "ticket_id": two })).await.ok();
    anna.post_json(&format!("/conversations/{}/ticket", ids[2]), json!({ "name": "One" })).await.ok();
    let named = |action: &str, ids: &[ConversationId]| json!({ "action": action, "conversations": ids });
    let nothing = Some(vec![]);
    for action in ["close", "spam", "read", "unread"] {
        assert_eq!(further(&anna, "/bulk", named(action, &ids)).await, nothing, "{action} reaches no further (K6)");
    }
    assert_eq!(further(&anna, "/bulk", named("trash", &ids[3..])).await, nothing, "no tickets");
    assert_eq!(further(&anna, "/bulk", named("trash", &ids[..1])).await, nothing, "the other one stays at hand");
    let trashed = Some(vec![("ticket_trashed".to_owned(), 2)]);
    assert_eq!(further(&anna, "/bulk", named("trash", &ids)).await, trashed);
    let view = json!({ "inbox": app.support, "view": "open" });
    let all = json!({ "action": "trash", "matching": view });
    assert_eq!(further(&anna, "/bulk", all.clone()).await, trashed);
    let but_one = json!({ "action": "trash", "matching": view, "except": [ids[0]] });
    assert_eq!(further(&anna, "/bulk", but_one).await, Some(vec![("ticket_trashed".to_owned(), 1)]));
    let mut assign = named("assign", &ids);
    assign["owner_id"] = json!(app.jonas);
    assert_eq!(further(&anna, "/bulk", assign.clone()).await, Some(vec![("ticket_assigned".to_owned(), 2)]));
    let found = json!({ "action": "trash", "matching": { "inbox": app.support, "q": "subject:mail" } });
    assert_eq!(further(&anna, "/bulk", found).await, trashed, "a search that one step goes through");
    assert_eq!(count(&anna, &app, "open").await, 6, "nothing was written");

    // What it said is what happens, and what is undone by one more.
    let (_, done) = ask(&anna, named("trash", &ids)).await;
    assert_eq!(anna.get("/tickets?trash=true").await.ok().json()["items"].as_array().expect("items").len(), 2);
    let undo = format!("/bulk/{}/undo", done.id);
    let back = Some(vec![("ticket_restored".to_owned(), 2)]);
    assert_eq!(further(&anna, &undo, json!({})).await, back);
    assert_eq!(further(&anna, "/bulk", named("restore", &ids)).await, back);
    anna.post(&undo).await.ok();
    // Two that went together: restoring one brings the other, which is further only if it was not chosen.
    anna.post(&format!("/tickets/{two}/trash")).await.ok();
    let both = Some(vec![("ticket_restored".to_owned(), 1)]);
    assert_eq!(further(&anna, "/bulk", named("restore", &ids[..2])).await, both);
    let one = Some(vec![("ticket_restored".to_owned(), 1), ("conversation_restored".to_owned(), 1)]);
    assert_eq!(further(&anna, "/bulk", named("restore", &ids[..1])).await, one);
    anna.post(&format!("/tickets/{two}/restore")).await.ok();

    // X2: neither ids nor numbers of what is not for the asker.
    let (secret, _) = app.mail(app.sales, "Secret", "Hello").await;
    daan.post_json(&format!("/conversations/{secret}/ticket"), json!({ "name": "Secret" })).await.ok();
    assert_eq!(further(&anna, "/bulk", named("trash", &[secret])).await, nothing);
    assert_eq!(further(&daan, "/bulk", named("trash", &[secret])).await, Some(vec![("ticket_trashed".into(), 1)]));
}

async fn what_is_refused_is_told_with_its_reason(app: TestApp) {
    let ids = mails(&app, 3).await;
    let (offer, _) = app.mail(app.sales, "A secret offer", "text").await;
    let anna = app.anna().await;
    for id in &ids[..2] {
        anna.post(&format!("/conversations/{id}/trash")).await.ok();
    }
    let (_, done) = ask(&anna, json!({ "action": "close", "conversations": [ids[0], offer, ids[1], ids[2]] })).await;
    assert_eq!((done.state, done.done, done.refused), (BulkState::Done, 1, 3));
    let path = format!("/bulk/{}/refused", done.id);
    let answer = anna.get(&path).await.ok();
    assert!(!answer.text().contains("secret"), "X2");
    let page: BulkRefusedPage = serde_json::from_value(answer.json()).expect("a page");
    let codes: Vec<_> =
        page.items.iter().map(|it| (it.conversation_id, it.code.as_str(), it.subject.as_str())).collect();
    let wanted = [(ids[0], "restore_first", "Mail 0"), (offer, "not_found", ""), (ids[1], "restore_first", "Mail 1")];
    assert_eq!(codes, wanted);
    let alone = anna.patch(&format!("/conversations/{}", ids[0]), json!({ "state": "closed" })).await;
    assert_eq!(page.items[0].reason, alone.refused(409, "restore_first").detail);
    assert_eq!(page.items[0].contact.as_ref().map(|it| it.name.as_str()), Some("Maja Berg"));
    let first: BulkRefusedPage =
        serde_json::from_value(anna.get(&format!("{path}?limit=2")).await.ok().json()).expect("a page");
    assert_eq!(first.items[..], page.items[..2]);
    let cursor = first.next_cursor.expect("there is more");
    let second = anna.get(&format!("{path}?limit=2&cursor={cursor}")).await.ok().json();
    assert_eq!(serde_json::from_value::<BulkRefusedPage>(second).expect("a page").items[..], page.items[2..]);
    anna.get(&format!("{path}?limit=0")).await.names(400, "bad_query", "limit", "wrong_value");
    anna.get(&format!("{path}?cursor=x")).await.names(400, "bad_query", "cursor", "wrong_value");
}

async fn one_undo_for_all_and_only_once(app: TestApp) {
    let ids = mails(&app, 5).await;
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let (_, done) = ask(&anna, json!({ "action": "close", "conversations": ids })).await;
    let path = format!("/conversations/{}", ids[1]);
    jonas.patch(&path, json!({ "state": "open" })).await.ok();
    let undo = format!("/bulk/{}/undo", done.id);
    let key = [("idempotency-key", "undo-1")];
    let answer = anna.send(Method::POST, &undo, &key, None).await.ok();
    assert_eq!(answer.status, 200, "few are undone before the answer");
    let undone: BulkView = serde_json::from_value(answer.json()).expect("a bulk action");
    assert_eq!((undone.undoes, undone.done, undone.refused), (Some(done.id), 4, 1));
    assert_eq!(view(&anna, done.id).await.undone_by, Some(undone.id));
    let refused = anna.get(&format!("/bulk/{}/refused", undone.id)).await.ok().json();
    assert_eq!(refused["items"][0]["code"], "changed_since");
    assert_eq!(count(&anna, &app, "open").await, 5);
    assert_eq!(anna.send(Method::POST, &undo, &key, None).await.ok().json()["id"], json!(undone.id), "sent again");
    anna.post(&undo).await.refused(409, "already_undone");
}

async fn anothers_is_not_there(app: TestApp) {
    let ids = mails(&app, 2).await;
    let (anna, daan) = (app.anna().await, app.daan().await);
    let (_, done) = ask(&anna, json!({ "action": "close", "conversations": ids })).await;
    for id in [done.id.to_string(), "4711".into()] {
        daan.get(&format!("/bulk/{id}")).await.refused(404, "not_found");
        daan.get(&format!("/bulk/{id}/refused")).await.refused(404, "not_found");
        daan.post(&format!("/bulk/{id}/stop")).await.refused(404, "not_found");
        daan.post(&format!("/bulk/{id}/undo")).await.refused(404, "not_found");
    }
    app.anonymous().post_json("/bulk", json!({})).await.refused(401, "sign_in");
    daan.get("/bulk/x").await.refused(404, "not_found");
    let hidden = json!({ "action": "close", "matching": { "inbox": app.sales } });
    anna.post_json("/bulk", hidden).await.refused(404, "not_found");
}

async fn ones_own_are_listed_while_they_run_and_for_an_hour(app: TestApp) {
    let ids = mails(&app, 101).await;
    let (anna, daan) = (app.anna().await, app.daan().await);
    let list = async |client: &Client<'_>| {
        let list: BulkList = serde_json::from_value(client.get("/bulk").await.ok().json()).expect("a list");
        list.items
    };
    assert_eq!(list(&anna).await, []);
    let (_, waiting) = ask(&anna, json!({ "action": "close", "conversations": ids })).await;
    let mut over = vec![];
    for id in ids.iter().take(20) {
        over.push(ask(&anna, json!({ "action": "read", "conversations": [id] })).await.1);
    }
    over.reverse();
    let listed = list(&anna).await;
    assert_eq!(listed[..19], over[..19], "newest first");
    assert_eq!(listed[19..], [waiting], "and none that is under way is left out");
    assert_eq!(list(&daan).await, [], "another's are not there");
    with_time(async {
        let_pass(61 * 60 * 1_000);
        assert_eq!(list(&anna).await, listed[19..], "what is over stays for an hour, what waits stays");
    })
    .await;
    app.anonymous().get("/bulk").await.refused(401, "sign_in");
    anna.get("/bulk?limit=3").await.names(400, "bad_query", "limit", "unknown_field");
}

async fn the_same_key_is_the_same_bulk_action(app: TestApp) {
    let ids = mails(&app, 2).await;
    let anna = app.anna().await;
    let key = [("idempotency-key", "b-1")];
    let close = Some(json!({ "action": "close", "conversations": ids }));
    let first = anna.send(Method::POST, "/bulk", &key, close.clone()).await.ok().json();
    anna.patch(&format!("/conversations/{}", ids[0]), json!({ "state": "open" })).await.ok();
    assert_eq!(anna.send(Method::POST, "/bulk", &key, close).await.ok().json(), first);
    assert_eq!(count(&anna, &app, "open").await, 1, "it was not done again");
    let other = Some(json!({ "action": "trash", "conversations": ids }));
    anna.send(Method::POST, "/bulk", &key, other).await.refused(422, "key_reused");
}

async fn the_same_request_gets_the_same_answer_after_its_view_is_gone(app: TestApp) {
    mails(&app, 2).await;
    let anna = app.anna().await;
    let view = json!({ "name": "Open", "query": "is:open", "sort": "newest_activity", "shared": false });
    let view = anna.post_json("/custom-views", view).await.ok().json()["custom_view"]["id"].clone();
    let key = [("idempotency-key", "b-2")];
    let close = Some(json!({ "action": "close", "matching": { "custom_view": view } }));
    let first = anna.send(Method::POST, "/bulk", &key, close.clone()).await.ok().json();
    anna.delete(&format!("/custom-views/{view}")).await.ok();
    assert_eq!(anna.send(Method::POST, "/bulk", &key, close.clone()).await.ok().json(), first);
    anna.send(Method::POST, "/bulk?preview=true", &key, close.clone()).await.refused(404, "not_found");
    anna.send(Method::POST, "/bulk", &[("idempotency-key", "b-3")], close).await.refused(404, "not_found");
    let other = Some(json!({ "action": "close", "matching": { "custom_view": 4711 } }));
    anna.send(Method::POST, "/bulk", &key, other).await.refused(422, "key_reused");
}

async fn what_is_wrong_is_named(app: TestApp) {
    let anna = app.anna().await;
    let many: Vec<i64> = (0..1_001).collect();
    let matching = json!({ "inbox": app.support });
    for (body, field, why) in [
        (json!({ "action": "assign", "conversations": [1] }), "owner_id", "missing"),
        (json!({ "action": "close", "owner_id": 1, "conversations": [1] }), "owner_id", "wrong_value"),
        (json!({ "action": "close" }), "conversations", "missing"),
        (json!({ "action": "close", "conversations": [] }), "conversations", "wrong_value"),
        (json!({ "action": "close", "conversations": many }), "conversations", "wrong_value"),
        (json!({ "action": "close", "conversations": [1], "except": [2] }), "except", "wrong_value"),
        (json!({ "action": "close", "conversations": [1], "matching": matching }), "matching", "wrong_value"),
        (json!({ "action": "close", "matching": matching, "except": many }), "except", "too_many"),
        (json!({ "action": "close", "matching": {} }), "matching.inbox", "missing"),
        (json!({ "action": "close", "matching": { "q": "is:lost" } }), "matching.q", "not_a_value"),
        (
            json!({ "action": "close", "matching": { "q": "a", "channel": "pigeon" } }),
            "matching.channel",
            "wrong_value",
        ),
    ] {
        anna.post_json("/bulk", body).await.names(422, "invalid", field, why);
    }
    for (body, field, why) in [
        (json!({ "action": "delete", "conversations": [1] }), "action", "wrong_value"),
        (json!({ "conversations": [1] }), "action", "missing"),
        (json!({ "action": "close", "conversations": [1], "surprise": 1 }), "surprise", "unknown_field"),
        (json!({ "action": "close", "matching": { "limit": 1 } }), "matching.limit", "unknown_field"),
        (json!({ "action": "close", "matching": [1] }), "matching", "wrong_value"),
        (json!({ "action": "close", "conversations": ["x"] }), "conversations[0]", "wrong_value"),
    ] {
        anna.post_json("/bulk", body).await.names(400, "bad_json", field, why);
    }
}

async fn an_owner_who_could_be_none_is_named_before_anything_is_done(app: TestApp) {
    let ids = mails(&app, 2).await;
    let offer = app.mail(app.sales, "Offer", "Hello").await.0;
    let ewa = app.ewa().await;
    let assign = |owner: AgentId, with: Value| {
        let mut body = json!({ "action": "assign", "owner_id": owner });
        body.as_object_mut().expect("fields").extend(with.as_object().expect("fields").clone());
        body
    };
    let nobody = AgentId(4711);
    for path in ["/bulk", "/bulk?preview=true"] {
        let refused = ewa.post_json(path, assign(nobody, json!({ "conversations": ids }))).await;
        refused.names(422, "invalid", "owner_id", "not_found");
        for with in [json!({ "conversations": [offer] }), json!({ "matching": { "inbox": app.sales } })] {
            let refused = ewa.post_json(path, assign(app.anna, with)).await;
            refused.names(422, "invalid", "owner_id", "no_access");
        }
    }
    // Where some of it can be theirs, the rest is told with its reason.
    let (_, done) = ask(&ewa, assign(app.anna, json!({ "conversations": [ids[0], offer] }))).await;
    assert_eq!((done.changed, done.refused), (1, 1));
    let daan = app.daan().await;
    daan.patch(&format!("/agents/{}", app.jonas), json!({ "state": "deactivated" })).await.ok();
    let refused = ewa.post_json("/bulk", assign(app.jonas, json!({ "conversations": ids }))).await;
    refused.names(422, "invalid", "owner_id", "not_active");
    assert!(ewa.get("/bulk").await.ok().json()["items"].as_array().expect("items").len() == 1, "only one was begun");
}
