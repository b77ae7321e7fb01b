//! The people of the team come, change and go.

use crate::app::{TestApp, stories};
use serde_json::json;

stories![
    an_admin_lets_somebody_in,
    wrong_details_are_named,
    an_admin_does_not_touch_super_admins,
    the_last_super_admin_stays,
    who_leaves_is_unassigned_and_stays_on_the_list,
    inboxes_are_made_by_admins,
    who_makes_an_inbox_for_chosen_people_is_one_of_them,
];

fn greta() -> serde_json::Value {
    json!({ "name": "Greta Holm", "email": "greta@demo.test", "role": "agent", "password": "good enough" })
}

async fn an_admin_lets_somebody_in(app: TestApp) {
    let ewa = app.ewa().await;
    assert_eq!(ewa.post_json("/agents?preview=true", greta()).await.status, 200);
    app.anonymous().sign_in("greta@demo.test", "good enough").await.refused(401, "wrong_credentials");
    let answer = ewa.post_json("/agents", greta()).await;
    assert_eq!(answer.status, 201);
    assert!(!answer.text().contains("argon2") && !answer.text().contains("good enough"));
    let agent = answer.command().agent.expect("the agent");
    assert_eq!(agent.name, "Greta Holm");
    app.anonymous().sign_in("greta@demo.test", "good enough").await.ok();
    app.anonymous().sign_in("greta@demo.test", "good enougH").await.refused(401, "wrong_credentials");
    let promoted = ewa.patch(&format!("/agents/{}", agent.id), json!({ "role": "admin" })).await.command();
    assert_eq!(promoted.agent.expect("the agent").role, samtal_model::Role::Admin);
}

async fn wrong_details_are_named(app: TestApp) {
    let ewa = app.ewa().await;
    let with = |field: &str, value: &str| {
        let mut body = greta();
        body[field] = json!(value);
        body
    };
    ewa.post_json("/agents", with("email", "AGENT@demo.test")).await.names(422, "invalid", "email", "taken");
    ewa.post_json("/agents", with("email", "greta")).await.names(422, "invalid", "email", "not_an_address");
    ewa.post_json("/agents", with("name", " ")).await.names(422, "invalid", "name", "empty");
    ewa.post_json("/agents", with("name", "a\r\nb")).await.names(422, "invalid", "name", "control_character");
    ewa.post_json("/agents", with("password", "short")).await.names(422, "invalid", "password", "too_short");
    ewa.post_json("/agents", with("role", "boss")).await.names(400, "bad_json", "role", "wrong_value");
    ewa.patch("/agents/4711", json!({ "role": "admin" })).await.refused(404, "not_found");
}

async fn an_admin_does_not_touch_super_admins(app: TestApp) {
    let ewa = app.ewa().await;
    let daan = format!("/agents/{}", app.daan);
    ewa.patch(&daan, json!({ "state": "deactivated" })).await.refused(403, "role_too_low");
    ewa.patch(&daan, json!({ "role": "agent" })).await.refused(403, "role_too_low");
    ewa.patch(&format!("/agents/{}", app.ewa), json!({ "role": "super_admin" })).await.refused(403, "role_too_low");
    let mut body = greta();
    body["role"] = json!("super_admin");
    ewa.post_json("/agents", body).await.refused(403, "role_too_low");
}

async fn the_last_super_admin_stays(app: TestApp) {
    let daan = app.daan().await;
    let path = format!("/agents/{}", app.daan);
    for body in [json!({ "role": "agent" }), json!({ "state": "removed" }), json!({ "state": "deactivated" })] {
        daan.patch(&path, body).await.refused(403, "last_super_admin");
    }
}

async fn who_leaves_is_unassigned_and_stays_on_the_list(app: TestApp) {
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    anna.patch(&format!("/conversations/{id}"), json!({ "owner_id": app.anna })).await.ok();
    let path = format!("/agents/{}", app.anna);
    let preview = ewa.patch(&format!("{path}?preview=true"), json!({ "state": "removed" })).await.command();
    assert_eq!(preview.changes.len(), 2);
    anna.get("/session").await.ok();
    let answer = ewa.patch(&path, json!({ "state": "removed" })).await.command();
    assert_eq!(answer.changes.len(), 2);
    assert_eq!(ewa.get(&format!("/conversations/{id}")).await.ok().json()["owner"], json!(null));
    let all = ewa.get("/agents").await.ok().json();
    assert!(all["items"].as_array().expect("items").iter().any(|agent| agent["state"] == "removed"));
    ewa.patch(&path, json!({ "state": "active" })).await.refused(404, "not_found");
}

async fn inboxes_are_made_by_admins(app: TestApp) {
    let body = json!({ "name": "Press", "address": "press@hyllan.example", "open_to_all": true });
    app.anna().await.post_json("/inboxes", body.clone()).await.refused(403, "role_too_low");
    let answer = app.ewa().await.post_json("/inboxes", body).await;
    assert_eq!(answer.status, 201);
    let inbox = answer.command().inbox.expect("the inbox");
    assert_eq!(inbox.name, "Press");
    app.anna().await.get(&format!("/inboxes/{}/views", inbox.id)).await.ok();
    let wrong = json!({ "name": "Press", "address": "press", "open_to_all": true });
    app.ewa().await.post_json("/inboxes", wrong).await.names(422, "invalid", "address", "not_an_address");
}

async fn who_makes_an_inbox_for_chosen_people_is_one_of_them(app: TestApp) {
    let ewa = app.ewa().await;
    let body = json!({ "name": "Press", "address": "press@hyllan.example", "open_to_all": false });
    let answer = ewa.post_json("/inboxes", body).await;
    assert_eq!(answer.status, 201);
    let path = format!("/inboxes/{}/views", answer.command().inbox.expect("the inbox").id);
    ewa.get(&path).await.ok();
    app.anna().await.get(&path).await.refused(404, "not_found");
}
