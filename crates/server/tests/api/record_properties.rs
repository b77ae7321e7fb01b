//! Properties over HTTP (X4): defined, filled in, and chosen to be shown; and a team's own kinds of records (D6).

use crate::app::{TestApp, stories};
use crate::records::{defined, mail_from, put_json};
use serde_json::{Value, json};

stories![
    wrong_values_are_told_by_property,
    only_admins_define_properties,
    an_option_goes_with_its_values_to_another,
    shown_properties_are_each_agents_own_but_for_the_card,
    own_kinds_of_records,
];

async fn wrong_values_are_told_by_property(app: TestApp) {
    let (_, maja) = mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    mail_from(&app, app.support, "Olle", "olle@kund.example").await;
    let anna = app.anna().await;
    let path = format!("/contacts/{maja}");
    let mut keys = vec![];
    for (kind, name) in [("number", "Number"), ("date", "Since"), ("yes_no", "Newsletter"), ("person", "Seller")] {
        keys.push(defined(&app, json!({ "object": "contact", "kind": kind, "name": name })).await.0);
    }
    let choices = json!({ "object": "contact", "kind": "choices", "name": "Likes", "options": ["Oak", "Pine"] });
    keys.push(defined(&app, choices).await.0);
    let deal = defined(&app, json!({ "object": "deal", "kind": "text", "name": "Source" })).await.0;
    for (key, value, why) in [
        ("email", json!("nobody"), "not_an_address"),
        ("email", json!("OLLE@kund.example"), "taken"),
        ("phone", json!("call me"), "not_a_phone"),
        ("name", json!("x".repeat(300)), "too_long"),
        ("name", json!("two\nlines"), "control_character"),
        ("domain", json!("kund.example"), "unknown"),
        (keys[0].as_str(), json!("1,5"), "not_a_number"),
        (keys[0].as_str(), json!(true), "not_a_number"),
        (keys[1].as_str(), json!("2026-02-30"), "not_a_date"),
        (keys[2].as_str(), json!("yes"), "not_yes_or_no"),
        (keys[3].as_str(), json!(999), "not_a_person"),
        (keys[4].as_str(), json!([1, 7]), "not_an_option"),
        (keys[4].as_str(), json!(1), "not_an_option"),
        (deal.as_str(), json!("fair"), "unknown"),
        ("p99999", json!("x"), "unknown"),
    ] {
        let answer = anna.patch(&path, json!({ "values": { key: value } })).await;
        answer.names(422, "invalid", &format!("values.{key}"), why);
    }
    anna.patch(&path, json!({ "values": { "shoe_size": 44 } })).await.refused(400, "bad_json");
    anna.patch(&path, json!({ "value": {} })).await.names(400, "bad_json", "value", "unknown_field");
    anna.patch(&path, json!({ "values": { keys[0].as_str(): 1.5 } })).await.refused(400, "bad_json");
    let nameless = anna.post_json("/companies", json!({ "values": { "domain": "kund.example" } })).await;
    nameless.names(422, "invalid", "values.name", "empty");
    for (key, value, why) in [
        ("amount", json!("12"), "not_an_amount"),
        ("currency", json!("kr"), "not_a_currency"),
        ("stage", json!("soon"), "not_a_stage"),
    ] {
        let values = json!({ "name": "Shelves", key: value });
        anna.post_json("/deals", json!({ "values": values })).await.names(
            422,
            "invalid",
            &format!("values.{key}"),
            why,
        );
    }
}

async fn only_admins_define_properties(app: TestApp) {
    let anna = app.anna().await;
    let body = json!({ "object": "contact", "kind": "text", "name": "Nickname" });
    anna.post_json("/properties", body.clone()).await.refused(403, "role_too_low");
    let (key, id) = defined(&app, body.clone()).await;
    let ewa = app.ewa().await;
    ewa.post_json("/properties", body).await.names(422, "invalid", "name", "taken");
    ewa.post_json("/properties", json!({ "object": "contact", "kind": "email", "name": "Other address" }))
        .await
        .names(422, "invalid", "kind", "unknown");
    ewa.post_json("/properties", json!({ "object": "contact", "kind": "choice", "name": "Size" }))
        .await
        .names(422, "invalid", "options", "empty");
    ewa.post_json("/properties", json!({ "object": "object", "object_type_id": 77, "kind": "text", "name": "Size" }))
        .await
        .refused(404, "not_found");
    let path = format!("/properties/{id}");
    anna.patch(&path, json!({ "name": "Handle" })).await.refused(403, "role_too_low");
    let second = defined(&app, json!({ "object": "contact", "kind": "text", "name": "Second" })).await;
    ewa.patch(&format!("/properties/{}", second.1), json!({ "before": id })).await.ok();
    ewa.patch(&path, json!({ "name": "Handle" })).await.ok();
    let list = anna.get("/properties").await.ok().json();
    let own: Vec<_> = list["items"].as_array().expect("a list").iter().filter(|it| it["built_in"] == false).collect();
    assert_eq!((own[0]["name"].as_str(), own[1]["name"].as_str()), (Some("Second"), Some("Handle")));
    assert_eq!(list["items"][0]["key"], "name");
    // Deleting takes the values out of sight, and undoing brings them back.
    let (_, maja) = mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    let contact = format!("/contacts/{maja}");
    anna.patch(&contact, json!({ "values": { key.as_str(): "Maj" } })).await.ok();
    let deleted = ewa.delete(&path).await.command().command.expect("a command");
    assert_eq!(anna.get(&contact).await.ok().json()["record"]["values"][&key], Value::Null);
    ewa.delete(&path).await.refused(404, "not_found");
    ewa.post(&format!("/commands/{deleted}/undo")).await.ok();
    assert_eq!(anna.get(&contact).await.ok().json()["record"]["values"][&key], "Maj");
}

async fn an_option_goes_with_its_values_to_another(app: TestApp) {
    let (_, maja) = mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    let (key, id) = defined(
        &app,
        json!({ "object": "contact", "kind": "choice", "name": "Plan", "options": ["Free", "Small", "Large"] }),
    )
    .await;
    let (ewa, path) = (app.ewa().await, format!("/properties/{id}"));
    let contact = format!("/contacts/{maja}");
    ewa.patch(&contact, json!({ "values": { key.as_str(): 2 } })).await.ok();
    let two = json!([{ "id": 3, "name": "Big" }, { "id": 1, "name": "Free" }]);
    ewa.patch(&path, json!({ "options": two })).await.names(422, "invalid", "removed", "missing");
    ewa.patch(&path, json!({ "options": two, "removed": { "2": 9 } })).await.names(
        422,
        "invalid",
        "removed",
        "not_an_option",
    );
    let moved = ewa.patch(&path, json!({ "options": two, "removed": { "2": 3 } })).await.command();
    let view = moved.property.expect("the property");
    assert_eq!(view.options.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["Big", "Free"]);
    let value = async || ewa.get(&contact).await.ok().json()["record"]["values"][&key].clone();
    assert_eq!(value().await, 3);
    ewa.patch(&contact, json!({ "values": { key.as_str(): 2 } })).await.names(
        422,
        "invalid",
        &format!("values.{key}"),
        "not_an_option",
    );
    ewa.post(&format!("/commands/{}/undo", moved.command.expect("a command"))).await.ok();
    assert_eq!(value().await, 2);
    ewa.patch(&path, json!({ "options": two, "removed": { "2": null } })).await.ok();
    assert_eq!(value().await, Value::Null);
}

async fn shown_properties_are_each_agents_own_but_for_the_card(app: TestApp) {
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    let (key, id) = defined(&app, json!({ "object": "contact", "kind": "yes_no", "name": "Newsletter" })).await;
    let about = "/shown-properties/about:contact";
    let chosen = put_json(&anna, about, json!({ "properties": [key, "phone"] })).await.command();
    let shown = anna.get(about).await.ok().json();
    assert_eq!((&shown["properties"], &shown["sequence"]), (&json!([key, "phone"]), &json!(chosen.sequence)));
    assert_eq!(
        ewa.get(about).await.ok().json(),
        json!({
            "place": "about:contact", "properties": ["email", "phone"], "own": false, "sequence": chosen.sequence
        })
    );
    put_json(&anna, about, json!({ "properties": ["stage"] })).await.names(422, "invalid", "properties", "unknown");
    put_json(&anna, about, json!({ "properties": ["email", "email"] })).await.names(
        422,
        "invalid",
        "properties",
        "taken",
    );
    let card = "/shown-properties/card:ticket";
    put_json(&anna, card, json!({ "properties": ["status"] })).await.refused(403, "role_too_low");
    put_json(&ewa, card, json!({ "properties": ["owner", "status"] })).await.ok();
    assert_eq!(anna.get(card).await.ok().json()["properties"], json!(["owner", "status"]));
    assert_eq!(anna.get("/shown-properties/panel:ticket").await.ok().json()["properties"][0], "pipeline");
    anna.get("/shown-properties/ceiling").await.refused(404, "not_found");
    ewa.delete(&format!("/properties/{id}")).await.ok();
    assert_eq!(anna.get(about).await.ok().json()["properties"], json!(["phone"]));
}

async fn own_kinds_of_records(app: TestApp) {
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    let (_, maja) = mail_from(&app, app.support, "Maja", "maja@kund.example").await;
    anna.post_json("/object-types", json!({ "name": "Machine", "plural": "Machines" }))
        .await
        .refused(403, "role_too_low");
    let made = ewa.post_json("/object-types", json!({ "name": "Machine", "plural": "Machines" })).await.command();
    let of = made.object_type.expect("a kind").id;
    ewa.post_json("/object-types", json!({ "name": "machine", "plural": "x" }))
        .await
        .names(422, "invalid", "name", "taken");
    let (serial, _) =
        defined(&app, json!({ "object": "object", "object_type_id": of, "kind": "text", "name": "Serial number" }))
            .await;
    let new = json!({
        "object_type_id": of, "values": { "name": "Saw", serial.as_str(): "S-1" },
        "links": [{ "kind": "contact", "id": maja }],
    });
    let saw = anna.post_json("/objects", new).await.command().record.expect("a machine");
    let path = format!("/objects/{}", saw.id);
    let seen = anna.get(&path).await.ok().json();
    assert_eq!(seen["record"]["values"][&serial], "S-1");
    assert_eq!(seen["links"][0]["id"], maja.0);
    assert_eq!(anna.get(&format!("/objects?type={of}&q=sa")).await.ok().json()["items"][0]["id"], saw.id);
    anna.get(&format!("/companies/{}", saw.id)).await.refused(404, "not_found");
    anna.delete(&format!("{path}/links/contact/{maja}")).await.ok();
    assert!(anna.get(&path).await.ok().json()["links"].as_array().expect("links").is_empty());
    put_json(&anna, &format!("{path}/links/object/{}", saw.id), json!({})).await.refused(422, "cannot_link");
    let deleted = ewa.delete(&format!("/object-types/{of}")).await.command();
    anna.get(&path).await.refused(404, "not_found");
    ewa.post(&format!("/commands/{}/undo", deleted.command.expect("a command"))).await.ok();
    anna.get(&path).await.ok();
}
