//! Custom views (V10): kept, listed, changed, ordered, shared, deleted and brought back; and what each lists.

use crate::app::{Answer, Client, TestApp, stories};
use crate::events::Line;
use axum::http::Method;
use serde_json::{Value, json};

stories![
    a_search_is_kept_under_a_name,
    who_is_nobody_has_none,
    an_own_view_is_nobody_elses,
    a_shared_view_is_its_owners_and_the_admins_to_change,
    what_is_wrong_is_named,
    views_are_put_in_order,
    a_view_lists_what_it_finds,
    the_same_request_is_carried_out_once_and_a_preview_never,
    teammates_hear_of_views_and_of_their_counts,
];

fn open() -> Value {
    json!({ "name": "Open", "query": "is:open", "sort": "waiting_longest", "shared": false, "utc_offset_minutes": 60 })
}

fn with(field: &str, value: Value) -> Value {
    let mut body = open();
    body[field] = value;
    body
}

async fn make(client: &Client<'_>, body: Value) -> i64 {
    let answer = client.post_json("/custom-views", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.command().custom_view.expect("the view").id.0
}

async fn all(client: &Client<'_>) -> Vec<Value> {
    client.get("/custom-views").await.ok().json()["items"].as_array().expect("items").clone()
}

async fn names(client: &Client<'_>) -> Vec<String> {
    all(client).await.iter().map(|view| view["name"].as_str().expect("a name").to_owned()).collect()
}

fn ids(answer: &Answer) -> Vec<i64> {
    let page = answer.json();
    page["items"].as_array().expect("items").iter().map(|item| item["id"].as_i64().expect("an id")).collect()
}

async fn a_search_is_kept_under_a_name(app: TestApp) {
    let anna = app.anna().await;
    app.mail(app.support, "Hi", "Hello").await;
    let id = make(&anna, with("query", json!("  IS:open hello "))).await;
    let view = json!({
        "id": id, "name": "Open", "query": "hello is:open", "sort": "waiting_longest", "shared": false,
        "owner_id": app.anna, "position": 1024, "count": 1, "filling": false, "can_edit": true,
    });
    assert_eq!(all(&anna).await, [view]);
    let path = format!("/custom-views/{id}");
    let list = anna.get("/custom-views").await.ok().json();
    assert_eq!(
        list["sequence"],
        anna.get("/session").await.ok().json()["sequence"],
        "the live feed goes on from there"
    );
    let answer = anna.patch(&path, json!({ "name": "Later", "query": "" })).await.command();
    let view = answer.custom_view.expect("the view");
    assert_eq!((view.name.as_str(), view.query.as_str(), view.count), ("Later", "", 1));
    let nothing = anna.patch(&path, json!({})).await.command();
    assert_eq!((nothing.command, nothing.custom_view.expect("the view").name), (None, "Later".into()));
    let undo = |command| format!("/commands/{command}/undo");
    let undone = anna.post(&undo(answer.command.expect("a command"))).await.command();
    assert_eq!(undone.custom_view.expect("the view").name, "Open");
    let gone = anna.delete(&path).await.command();
    assert_eq!((gone.custom_view, gone.undoable), (None, true));
    anna.delete(&path).await.refused(404, "not_found");
    anna.post(&undo(gone.command.expect("a command"))).await.ok();
    assert_eq!(names(&anna).await, ["Open"]);
}

async fn who_is_nobody_has_none(app: TestApp) {
    let nobody = app.anonymous();
    nobody.get("/custom-views").await.refused(401, "sign_in");
    nobody.post_json("/custom-views", open()).await.refused(401, "sign_in");
    nobody.patch("/custom-views/1", json!({})).await.refused(401, "sign_in");
    nobody.delete("/custom-views/1").await.refused(401, "sign_in");
}

async fn an_own_view_is_nobody_elses(app: TestApp) {
    let id = make(&app.anna().await, open()).await;
    for other in [app.jonas().await, app.ewa().await, app.daan().await] {
        assert_eq!(all(&other).await, Vec::<Value>::new());
        for missing in [id, 4711] {
            let path = format!("/custom-views/{missing}");
            other.patch(&path, json!({ "name": "Mine" })).await.refused(404, "not_found");
            // What the body says wrong does not tell whether it is there.
            other.patch(&path, json!({ "query": "is:opne" })).await.refused(404, "not_found");
            other.delete(&path).await.refused(404, "not_found");
            other.get(&format!("/conversations?custom_view={missing}")).await.refused(404, "not_found");
        }
    }
}

async fn a_shared_view_is_its_owners_and_the_admins_to_change(app: TestApp) {
    let (anna, jonas, ewa) = (app.anna().await, app.jonas().await, app.ewa().await);
    let path = format!("/custom-views/{}", make(&anna, with("shared", json!(true))).await);
    assert_eq!(all(&jonas).await[0]["can_edit"], json!(false));
    assert_eq!(all(&ewa).await[0]["can_edit"], json!(true));
    jonas.patch(&path, json!({ "name": "Mine" })).await.refused(403, "not_yours_to_edit");
    jonas.delete(&path).await.refused(403, "not_yours_to_edit");
    ewa.patch(&path, json!({ "name": "Ours" })).await.ok();
    assert_eq!(names(&jonas).await, ["Ours"]);
    ewa.patch(&format!("/agents/{}", app.anna), json!({ "state": "deactivated" })).await.ok();
    assert_eq!(names(&jonas).await, ["Ours"]);
    ewa.delete(&path).await.ok();
    assert_eq!(names(&jonas).await, Vec::<String>::new());
}

async fn what_is_wrong_is_named(app: TestApp) {
    let anna = app.anna().await;
    let id = make(&anna, open()).await;
    let post = async |body| anna.post_json("/custom-views", body).await;
    post(open()).await.names(422, "invalid", "name", "taken");
    post(with("name", json!(" OPEN "))).await.names(422, "invalid", "name", "taken");
    post(with("name", json!(" "))).await.names(422, "invalid", "name", "empty");
    post(with("name", json!("å".repeat(61)))).await.names(422, "invalid", "name", "too_long");
    post(with("utc_offset_minutes", json!(841))).await.names(422, "invalid", "utc_offset_minutes", "not_a_clock");
    post(with("sort", json!("loudest"))).await.names(400, "bad_json", "sort", "wrong_value");
    post(with("colour", json!("red"))).await.names(400, "bad_json", "colour", "unknown_field");
    post(json!({ "name": "Open" })).await.names(400, "bad_json", "query", "missing");
    let problem = post(with("query", json!("form:anna is:opne"))).await.refused(422, "invalid");
    let said: Vec<_> = problem.errors.iter().map(|error| (error.field.as_str(), error.code.as_str())).collect();
    assert_eq!(said, [("query", "no_operator"), ("query", "not_a_value")]);
    assert!(problem.detail.contains("form"), "{}", problem.detail);
    let path = format!("/custom-views/{id}");
    anna.patch(&path, json!({ "query": "is:" })).await.names(422, "invalid", "query", "incomplete");
    anna.patch(&path, json!({ "before": 4711 })).await.names(422, "invalid", "before", "not_beside");
    anna.patch(&path, json!({ "count": 7 })).await.names(400, "bad_json", "count", "unknown_field");
    let list = format!("/conversations?custom_view={id}");
    anna.get(&format!("{list}&position=3")).await.names(400, "bad_query", "position", "wrong_value");
    anna.get("/conversations?custom_view=x").await.refused(400, "bad_query");
}

async fn views_are_put_in_order(app: TestApp) {
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let mut made = vec![];
    for name in ["A", "B", "C"] {
        made.push(make(&anna, with("name", json!(name))).await);
    }
    let mut shared = with("name", json!("Ours"));
    shared["shared"] = json!(true);
    make(&jonas, shared).await;
    let path = format!("/custom-views/{}", made[2]);
    anna.patch(&path, json!({ "before": made[0] })).await.ok();
    assert_eq!(names(&anna).await, ["Ours", "C", "A", "B"]);
    let both = anna.patch(&path, json!({ "before": null, "name": "Last" })).await.command();
    assert_eq!(both.changes.len(), 2);
    assert_eq!(names(&anna).await, ["Ours", "A", "B", "Last"]);
    anna.post(&format!("/commands/{}/undo", both.command.expect("a command"))).await.ok();
    assert_eq!(names(&anna).await, ["Ours", "C", "A", "B"]);
    anna.patch(&path, json!({ "shared": true })).await.ok();
    assert_eq!(names(&jonas).await, ["Ours", "C"]);
}

async fn a_view_lists_what_it_finds(app: TestApp) {
    let (anna, daan) = (app.anna().await, app.daan().await);
    let (lamp, _) = app.mail(app.support, "Lamp", "a broken lamp").await;
    let (shelf, _) = app.mail(app.support, "Shelf", "a broken shelf").await;
    let (elsewhere, _) = app.mail(app.sales, "Lamp", "a broken lamp there").await;
    let (whole, _) = app.mail(app.support, "Chair", "all is well").await;
    anna.patch(&format!("/conversations/{whole}"), json!({ "state": "closed" })).await.ok();
    let mut body = with("query", json!("broken is:open"));
    body["sort"] = json!("oldest_created");
    body["shared"] = json!(true);
    let list = format!("/conversations?custom_view={}", make(&anna, body).await);
    let page = anna.get(&list).await.ok();
    assert_eq!((ids(&page), page.json()["total"].clone()), (vec![lamp.0, shelf.0], json!(2)));
    let page = daan.get(&format!("{list}&limit=1")).await.ok();
    assert_eq!((ids(&page), page.json()["total"].clone()), (vec![lamp.0], json!(3)));
    let page = daan.get(&format!("{list}&inbox={}", app.sales)).await.ok();
    assert_eq!((ids(&page), page.json()["total"].clone()), (vec![elsewhere.0], json!(1)));
    anna.get(&format!("{list}&inbox={}", app.sales)).await.refused(404, "not_found");
    assert_eq!(ids(&anna.get(&format!("{list}&sort=newest_created")).await.ok()), [shelf.0, lamp.0]);
    for (query, there) in [
        ("q=shelf", vec![shelf.0]),
        ("q=-shelf", vec![lamp.0]),
        // Narrower means narrower, not the one or the other.
        ("q=is:closed", vec![]),
        ("q=well", vec![]),
        ("status=open&assignee=none", vec![lamp.0, shelf.0]),
        ("assignee=me", vec![]),
    ] {
        let page = anna.get(&format!("{list}&{query}")).await.ok();
        assert_eq!((ids(&page), page.json()["total"].clone()), (there, json!(null)), "{query}");
    }
    let bare = format!("/conversations?custom_view={}", make(&anna, with("query", json!("-lamp"))).await);
    assert_eq!(ids(&anna.get(&format!("{bare}&sort=oldest_created")).await.ok()), [shelf.0, whole.0]);
    assert_eq!(ids(&anna.get(&format!("{bare}&q=broken")).await.ok()), [shelf.0]);
}

async fn the_same_request_is_carried_out_once_and_a_preview_never(app: TestApp) {
    let anna = app.anna().await;
    let preview = anna.post_json("/custom-views?preview=true", open()).await;
    assert_eq!(preview.status, 200);
    let preview = preview.command();
    assert_eq!((preview.changes.len(), preview.undoable), (1, true));
    assert_eq!(all(&anna).await, Vec::<Value>::new());
    let key = [("idempotency-key", "k-1")];
    let first = anna.send(Method::POST, "/custom-views", &key, Some(open())).await.command();
    let again = anna.send(Method::POST, "/custom-views", &key, Some(open())).await.command();
    assert_eq!(first, again);
    assert_eq!(all(&anna).await.len(), 1);
    let path = format!("/custom-views/{}", first.custom_view.expect("the view").id);
    assert_eq!(anna.delete(&format!("{path}?preview=true")).await.command().changes.len(), 1);
    assert_eq!(all(&anna).await.len(), 1);
}

async fn teammates_hear_of_views_and_of_their_counts(app: TestApp) {
    let (anna, jonas) = (app.anna().await, app.jonas().await);
    let mut line = Line::open(&jonas, "/events", &[]).await;
    make(&anna, with("name", json!("Hers"))).await;
    let mut body = open();
    body["shared"] = json!(true);
    let shared = make(&anna, body).await;
    let event = line.event().await;
    assert_eq!(event.custom_views.len(), 1, "of hers alone nothing is told: {event:?}");
    let view = &event.custom_views[0];
    assert_eq!((view.id.0, view.count, view.can_edit), (shared, 0, false));
    assert!(!serde_json::to_string(&event.changes).expect("json").contains("Open"), "a change carries no text");
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let event = line.event().await;
    assert_eq!(event.custom_views.iter().map(|view| (view.id.0, view.count)).collect::<Vec<_>>(), [(shared, 1)]);
    // Nothing is told of a view that finds what it found.
    anna.patch(&format!("/conversations/{id}"), json!({ "owner_id": app.anna })).await.ok();
    assert_eq!(line.event().await.custom_views, []);
    // In an inbox that is not his.
    app.mail(app.sales, "Hi", "Hello").await;
    anna.patch(&format!("/custom-views/{shared}"), json!({ "name": "Opened" })).await.ok();
    let event = line.event().await;
    let told: Vec<_> = event.custom_views.iter().map(|view| (view.name.as_str(), view.count)).collect();
    assert_eq!(told, [("Opened", 1)]);
    anna.patch(&format!("/custom-views/{shared}"), json!({ "shared": false })).await.ok();
    let event = line.event().await;
    assert_eq!((event.custom_views.len(), event.custom_views_gone.len()), (0, 1));
    assert_eq!(event.custom_views_gone[0].0, shared);
}
