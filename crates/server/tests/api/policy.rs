//! Every route of the table, against what it says of itself.

use crate::app::{TestApp, stories};
use axum::http::Method;
use samtal_model::Role;
use samtal_server::http::openapi;
use samtal_server::http::policy::Policy;
use std::collections::BTreeSet;

stories![
    nobody_gets_past_a_route_that_is_not_public,
    an_agent_does_not_get_past_an_admins_route,
    unknown_parameters_are_refused_everywhere,
];

/// The path with every id a 1.
fn filled(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect::<Vec<_>>().join("/")
}

async fn nobody_gets_past_a_route_that_is_not_public(app: TestApp) {
    let mut public = vec![];
    for route in samtal_server::http::routes().table() {
        let answer = app.anonymous().send(route.method.clone(), &filled(&route.path), &[], None).await;
        if route.policy == Policy::Public {
            public.push(format!("{} {}", route.method, route.path));
        } else {
            answer.refused(401, "sign_in");
        }
    }
    public.sort();
    assert_eq!(
        public,
        [
            "GET /api/v1/openapi.json",
            "GET /survey.css",
            "GET /survey/{token}",
            "POST /api/v1/session",
            "POST /survey/{token}",
        ]
    );
}

async fn an_agent_does_not_get_past_an_admins_route(app: TestApp) {
    let anna = app.anna().await;
    let mut walked = 0;
    for route in samtal_server::http::routes().table() {
        if let Policy::AtLeast(role) = route.policy {
            assert!(role > Role::Agent);
            anna.send(route.method.clone(), &filled(&route.path), &[], None).await.refused(403, "role_too_low");
            walked += 1;
        }
    }
    assert_eq!(walked, 25, "new routes for admins are told here");
}

async fn unknown_parameters_are_refused_everywhere(app: TestApp) {
    let daan = app.daan().await;
    for route in samtal_server::http::routes().table() {
        let path = format!("{}?surprise=1", filled(&route.path));
        let answer = daan.send(route.method.clone(), &path, &[], None).await;
        answer.names(400, "bad_query", "surprise", "unknown_field");
    }
}

#[test]
fn the_description_and_the_table_tell_of_the_same_routes() {
    let table: BTreeSet<(String, String)> = samtal_server::http::routes()
        .table()
        .iter()
        .map(|route| (route.path.clone(), route.method.to_string().to_lowercase()))
        .collect();
    let document = serde_json::to_value(openapi::document()).expect("JSON");
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            described.insert((path.clone(), method.clone()));
        }
    }
    assert_eq!(table, described);
    assert!(table.len() > 30);
}

#[test]
fn every_reference_in_the_description_leads_somewhere() {
    fn walk(value: &serde_json::Value, found: &mut BTreeSet<String>) {
        match value {
            serde_json::Value::Object(object) => {
                if let Some(serde_json::Value::String(reference)) = object.get("$ref") {
                    found.insert(reference.clone());
                }
                object.values().for_each(|value| walk(value, found));
            }
            serde_json::Value::Array(values) => values.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let document = serde_json::to_value(openapi::document()).expect("JSON");
    let mut found = BTreeSet::new();
    walk(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn every_answer_in_the_description_has_a_word_on_it() {
    let document = serde_json::to_value(openapi::document()).expect("JSON");
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            assert!(operation["summary"].is_string(), "{method} {path}");
            for (status, response) in operation["responses"].as_object().expect("responses") {
                let description = response["description"].as_str().unwrap_or_default();
                assert!(!description.is_empty(), "{method} {path} {status}");
            }
        }
    }
}

/// `SAMTAL_UPDATE_SNAPSHOTS=1` writes it anew; the diff shows in review what changed in the contract.
#[test]
fn the_description_is_the_one_in_the_repository() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let now = openapi::text();
    if std::env::var_os("SAMTAL_UPDATE_SNAPSHOTS").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs")).expect("the folder");
        std::fs::write(path, now).expect("the snapshot is written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == now,
        "docs/openapi.json is not what the code says: run with SAMTAL_UPDATE_SNAPSHOTS=1 and look at the diff"
    );
}

#[tokio::test]
async fn the_description_is_served() {
    let app = TestApp::on_sqlite().await;
    let answer = app.anonymous().send(Method::GET, "/openapi.json", &[], None).await.ok();
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json()["info"]["title"], "Samtal");
}
