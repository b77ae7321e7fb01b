//! Signing in and staying signed in.

use crate::app::{PASSWORD, TestApp, let_pass, stories, with_time};
use axum::http::Method;
use samtal_model::{AgentState, Command};
use serde_json::json;

stories![
    an_agent_signs_in_and_out,
    a_wrong_password_and_an_unknown_account_look_the_same,
    signing_in_ends_the_session_the_browser_came_with,
    ten_wrong_passwords_and_the_account_waits,
    a_stranger_does_not_hold_off_the_account_they_guess_at,
    a_session_ends_after_thirty_days_unless_it_is_used,
    deactivation_ends_every_session_at_once,
    another_site_cannot_write,
    behind_https_the_cookie_is_bound_to_the_host,
];

const DAY: i64 = 24 * 60 * 60 * 1000;

async fn an_agent_signs_in_and_out(app: TestApp) {
    let answer = app.anonymous().sign_in(" Agent@DEMO.test ", PASSWORD).await.ok();
    assert_eq!(answer.json()["agent"]["name"], "Anna Lind");
    assert!(answer.json()["sequence"].is_i64());
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("samtal="), "{cookie}");
    for mark in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(mark), "{cookie}");
    }
    assert!(!answer.text().contains("argon2"));

    let anna = app.anonymous().with_cookie(cookie);
    assert_eq!(anna.get("/session").await.ok().json()["agent"]["email"], "agent@demo.test");
    assert_eq!(anna.get("/session?optional=true").await.ok().json()["agent"]["email"], "agent@demo.test");
    let out = anna.delete("/session").await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    anna.get("/session").await.refused(401, "sign_in");
    assert!(anna.get("/session?optional=true").await.ok().json().is_null());
    anna.delete("/session").await.refused(401, "sign_in");
}

async fn a_wrong_password_and_an_unknown_account_look_the_same(app: TestApp) {
    let wrong = app.anonymous().sign_in("agent@demo.test", "not it at all").await;
    let unknown = app.anonymous().sign_in("nobody@demo.test", "not it at all").await;
    wrong.refused(401, "wrong_credentials");
    assert_eq!(wrong.body, unknown.body);
    assert_eq!(wrong.header("set-cookie"), "");
    app.system(Command::SetAgentState { agent: app.anna, state: AgentState::Deactivated }).await;
    let gone = app.anonymous().sign_in("agent@demo.test", PASSWORD).await;
    assert_eq!(gone.body, wrong.body);
}

async fn signing_in_ends_the_session_the_browser_came_with(app: TestApp) {
    let before = app.anna().await;
    let answer = before.sign_in("second@demo.test", PASSWORD).await.ok();
    let after = app.anonymous().with_cookie(answer.header("set-cookie"));
    before.get("/session").await.refused(401, "sign_in");
    assert_eq!(after.get("/session").await.ok().json()["agent"]["name"], "Jonas Karlsson");

    // A session id that somebody made up is not taken over.
    let planted = "ab".repeat(32);
    let answer = app.anonymous().with_cookie(&format!("samtal={planted}")).sign_in("agent@demo.test", PASSWORD).await;
    assert!(!answer.ok().header("set-cookie").contains(&planted));
    app.anonymous().with_cookie(&format!("samtal={planted}")).get("/session").await.refused(401, "sign_in");
}

async fn ten_wrong_passwords_and_the_account_waits(app: TestApp) {
    with_time(async {
        for _ in 0..10 {
            app.anonymous().sign_in("agent@demo.test", "guess").await.refused(401, "wrong_credentials");
        }
        let answer = app.anonymous().sign_in("agent@demo.test", PASSWORD).await;
        answer.refused(429, "too_many_attempts");
        let seconds: i64 = answer.header("retry-after").parse().expect("seconds");
        assert!((1..=30).contains(&seconds), "{seconds}");
        app.anonymous().sign_in("second@demo.test", PASSWORD).await.ok();
        let_pass(seconds * 1000);
        app.anonymous().sign_in("agent@demo.test", PASSWORD).await.ok();
    })
    .await;
}

async fn a_stranger_does_not_hold_off_the_account_they_guess_at(app: TestApp) {
    let app = app.behind_a_proxy();
    let sign_in = async |from: &str, password: &str| {
        let body = serde_json::json!({ "email": "agent@demo.test", "password": password });
        app.anonymous().send(Method::POST, "/session", &[("x-forwarded-for", from)], Some(body)).await
    };
    sign_in("198.51.100.7", PASSWORD).await.ok();
    for _ in 0..10 {
        sign_in("203.0.113.9", "guess").await.refused(401, "wrong_credentials");
    }
    sign_in("203.0.113.9", PASSWORD).await.refused(429, "too_many_attempts");
    for home in ["198.51.100.7", "198.51.100.8"] {
        sign_in(home, PASSWORD).await.ok();
    }
}

async fn a_session_ends_after_thirty_days_unless_it_is_used(app: TestApp) {
    with_time(async {
        let (used, unused) = (app.anna().await, app.anna().await);
        let_pass(20 * DAY);
        let answer = used.get("/session").await.ok();
        assert!(answer.header("set-cookie").contains("Max-Age=2592000"), "the browser keeps the cookie as long");
        assert_eq!(used.get("/session").await.ok().header("set-cookie"), "", "but is not told each time");
        let_pass(20 * DAY);
        used.get("/session").await.ok();
        unused.get("/session").await.refused(401, "sign_in");
        let_pass(31 * DAY);
        used.get("/session").await.refused(401, "sign_in");
    })
    .await;
}

async fn deactivation_ends_every_session_at_once(app: TestApp) {
    let (anna, ewa) = (app.anna().await, app.ewa().await);
    let path = format!("/agents/{}", app.anna);
    let answer = ewa.patch(&path, json!({ "state": "deactivated" })).await.command();
    anna.get("/inboxes").await.refused(401, "sign_in");
    let undo = answer.command.expect("a command").0;
    ewa.post(&format!("/commands/{undo}/undo")).await.ok();
    anna.get("/inboxes").await.refused(401, "sign_in");
    app.anonymous().sign_in("agent@demo.test", PASSWORD).await.ok();
}

async fn another_site_cannot_write(app: TestApp) {
    let anna = app.anna().await;
    let (id, _) = app.mail(app.support, "Hi", "Hello").await;
    let path = format!("/conversations/{id}/trash");
    for headers in [
        [("sec-fetch-site", "cross-site"), ("host", "inbox.example")],
        [("origin", "https://evil.example"), ("host", "inbox.example")],
    ] {
        anna.send(Method::POST, &path, &headers, None).await.refused(403, "cross_site");
    }
    let same = [("origin", "http://inbox.example"), ("host", "inbox.example")];
    anna.send(Method::POST, &path, &same, None).await.ok();
}

async fn behind_https_the_cookie_is_bound_to_the_host(app: TestApp) {
    let state = app.state.clone().with_public_origin("https://inbox.example");
    let router = samtal_server::http::router(state).expect("a router");
    let body = json!({ "email": "agent@demo.test", "password": PASSWORD }).to_string();
    let request = axum::http::Request::post("/api/v1/session")
        .header("content-type", "application/json")
        .header("origin", "https://inbox.example")
        .header("host", "10.0.0.7:8080")
        .body(axum::body::Body::from(body))
        .expect("a request");
    let answer = tower::ServiceExt::oneshot(router, request).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let cookie = answer.headers()["set-cookie"].to_str().expect("text");
    assert!(cookie.starts_with("__Host-samtal=") && cookie.ends_with("; Secure"), "{cookie}");
    assert!(answer.headers().contains_key("strict-transport-security"));
}
