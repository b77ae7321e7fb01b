//! One request and its answer: JSON both ways, problems decoded, no answer turned into a problem of its own.

use crate::browser::abort::Stop;
use crate::browser::{frame, history, json};
use crate::routes::Route;
use gloo_net::http::{RequestBuilder, Response};
use samtal_model::json::{FromJson, Json};
use samtal_model::wire::Problem;
use serde::Serialize;
use std::pin::Pin;

const PREFIX: &str = "/api/v1";

/// How often a write that got no answer is sent again, with the same key, and the pause before, in milliseconds.
const RETRIES: u32 = 2;
const RETRY_PAUSE_MS: i32 = 400;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// A read.
pub async fn ask<A: FromJson>(path: &str, stop: Option<&Stop>) -> Result<A, Problem> {
    decode(call(Call { method: Method::Get, path: path.to_owned(), key: None, body: None, stop: stop.cloned() }).await?)
}

/// A write. With a `key` it is repeated when no answer comes: the server does it once.
pub async fn tell<B: Serialize, A: FromJson>(
    method: Method,
    path: &str,
    key: Option<&str>,
    body: Option<&B>,
) -> Result<A, Problem> {
    let body = body.map(serde_json::to_string).transpose().map_err(|_| unreadable())?;
    let key = key.map(ToOwned::to_owned);
    decode(call(Call { method, path: path.to_owned(), key, body, stop: None }).await?)
}

/// A write with a body that is JSON already.
pub async fn write<A: FromJson>(
    method: Method,
    path: &str,
    key: Option<&str>,
    body: Option<&Json>,
) -> Result<A, Problem> {
    let (key, body) = (key.map(ToOwned::to_owned), body.map(Json::written));
    decode(call(Call { method, path: path.to_owned(), key, body, stop: None }).await?)
}

/// A write that answers with nothing: ending the session.
pub async fn leave(path: &str) -> Result<(), Problem> {
    let method = Method::Delete;
    call(Call { method, path: path.to_owned(), key: None, body: None, stop: None }).await.map(|_| ())
}

struct Call {
    method: Method,
    path: String,
    key: Option<String>,
    body: Option<String>,
    stop: Option<Stop>,
}

/// Behind a pointer: every call is the same piece of code, whatever is made of its answer.
type Answered = Pin<Box<dyn Future<Output = Result<String, Problem>>>>;

/// The one place where a session that has ended is noticed, and where a write without an answer is repeated.
fn call(call: Call) -> Answered {
    Box::pin(async move {
        let mut left = if call.key.is_some() { RETRIES } else { 0 };
        loop {
            match send(&call).await {
                Err(problem) if problem.code == super::OFFLINE && left > 0 => {
                    left -= 1;
                    frame::pause(RETRY_PAUSE_MS).await;
                }
                answer => {
                    if let Err(problem) = &answer
                        && problem.status == 401
                        && problem.code == "sign_in"
                    {
                        signed_out();
                    }
                    return answer;
                }
            }
        }
    })
}

async fn send(Call { method, path, key, body, stop }: &Call) -> Result<String, Problem> {
    let url = [PREFIX, path].concat();
    let mut builder = RequestBuilder::new(&url).method(match method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Post => gloo_net::http::Method::POST,
        Method::Put => gloo_net::http::Method::PUT,
        Method::Patch => gloo_net::http::Method::PATCH,
        Method::Delete => gloo_net::http::Method::DELETE,
    });
    if let Some(key) = key {
        builder = builder.header("idempotency-key", key);
    }
    if let Some(signal) = stop.as_ref().and_then(Stop::signal) {
        builder = builder.abort_signal(Some(signal));
    }
    let sent = match body {
        Some(body) => builder.header("content-type", "application/json").body(body),
        None => builder.build(),
    };
    let request = sent.map_err(|_| offline())?;
    let response: Response = request.send().await.map_err(|_| offline())?;
    let status = response.status();
    let text = response.text().await.map_err(|_| offline())?;
    if response.ok() {
        return Ok(text);
    }
    Err(json::parse(&text)
        .and_then(Problem::from_json)
        .unwrap_or_else(|| problem(status, "unclear", "The server could not answer. Try again in a moment.")))
}

fn decode<A: FromJson>(text: String) -> Result<A, Problem> {
    A::from_json(tree(&text)?).ok_or_else(unreadable)
}

fn tree(text: &str) -> Result<Json, Problem> {
    json::parse(text).ok_or_else(unreadable)
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

fn unreadable() -> Problem {
    // A tab that was open over an upgrade: the words say what helps.
    problem(0, "unreadable", "The server answered in a way this page does not know. Reload the page.")
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
