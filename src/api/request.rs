//! One request and its answer: JSON both ways, problems decoded, no answer turned into a problem of its own.

use crate::browser::abort::Stop;
use crate::browser::{frame, history};
use crate::routes::Route;
use gloo_net::http::{RequestBuilder, Response};
use samtal_model::wire::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;

const PREFIX: &str = "/api/v1";

/// How often a write that got no answer is sent again, with the same key, and the pause before, in milliseconds.
const RETRIES: u32 = 2;
const RETRY_PAUSE_MS: i32 = 400;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

/// A read.
pub async fn ask<A: DeserializeOwned>(path: &str, stop: Option<&Stop>) -> Result<A, Problem> {
    decode(&fetch(Method::Get, path, None, None, stop).await?)
}

/// A write. With a `key` it is repeated when no answer comes: the server does it once.
pub async fn tell<B: Serialize, A: DeserializeOwned>(
    method: Method,
    path: &str,
    key: Option<&str>,
    body: Option<&B>,
) -> Result<A, Problem> {
    let body = body.map(serde_json::to_string).transpose().map_err(|error| unreadable(&error))?;
    let mut left = if key.is_some() { RETRIES } else { 0 };
    loop {
        match fetch(method, path, key, body.as_deref(), None).await {
            Err(problem) if problem.code == super::OFFLINE && left > 0 => {
                left -= 1;
                frame::pause(RETRY_PAUSE_MS).await;
            }
            answer => return decode(&answer?),
        }
    }
}

/// A write that answers with nothing: ending the session.
pub async fn leave(path: &str) -> Result<(), Problem> {
    fetch(Method::Delete, path, None, None, None).await.map(|_| ())
}

/// The one place where a session that has ended is noticed.
async fn fetch(
    method: Method,
    path: &str,
    key: Option<&str>,
    body: Option<&str>,
    stop: Option<&Stop>,
) -> Result<String, Problem> {
    let answer = send(method, path, key, body, stop).await;
    if let Err(problem) = &answer
        && problem.status == 401
        && problem.code == "sign_in"
    {
        signed_out();
    }
    answer
}

async fn send(
    method: Method,
    path: &str,
    key: Option<&str>,
    body: Option<&str>,
    stop: Option<&Stop>,
) -> Result<String, Problem> {
    let url = [PREFIX, path].concat();
    let mut builder = match method {
        Method::Get => RequestBuilder::new(&url),
        Method::Post => RequestBuilder::new(&url).method(gloo_net::http::Method::POST),
        Method::Patch => RequestBuilder::new(&url).method(gloo_net::http::Method::PATCH),
        Method::Delete => RequestBuilder::new(&url).method(gloo_net::http::Method::DELETE),
    };
    if let Some(key) = key {
        builder = builder.header("idempotency-key", key);
    }
    if let Some(signal) = stop.and_then(Stop::signal) {
        builder = builder.abort_signal(Some(signal));
    }
    let sent = match body {
        Some(body) => builder.header("content-type", "application/json").body(body.to_owned()),
        None => builder.build(),
    };
    let request = sent.map_err(|_| offline())?;
    let response: Response = request.send().await.map_err(|_| offline())?;
    let status = response.status();
    let text = response.text().await.map_err(|_| offline())?;
    if response.ok() {
        return Ok(text);
    }
    Err(serde_json::from_str(&text)
        .unwrap_or_else(|_| problem(status, "unclear", "The server could not answer. Try again in a moment.")))
}

fn decode<A: DeserializeOwned>(text: &str) -> Result<A, Problem> {
    serde_json::from_str(text).map_err(|error| unreadable(&error))
}

/// The session has ended. The page is loaded anew, so that nothing of it stays in memory; drafts are kept elsewhere.
fn signed_out() {
    let here = history::address();
    if !matches!(Route::parse(&here), Route::SignIn { .. }) {
        let next = (here != "/").then_some(here);
        history::load(&Route::SignIn { next }.href());
    }
}

fn offline() -> Problem {
    problem(0, super::OFFLINE, "The server cannot be reached. Check the connection and try again.")
}

fn unreadable(error: &serde_json::Error) -> Problem {
    // A tab that was open over an upgrade: the words say what helps.
    let mut problem =
        problem(0, "unreadable", "The server answered in a way this page does not know. Reload the page.");
    problem.title = error.to_string();
    problem
}

/// A problem of this side; status 0 where there was no answer.
pub fn problem(status: u16, code: &str, detail: &str) -> Problem {
    Problem {
        kind: "about:blank".into(),
        title: String::new(),
        status,
        detail: detail.into(),
        code: code.into(),
        errors: Vec::new(),
        until: None,
    }
}
