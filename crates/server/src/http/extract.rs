//! What handlers take out of a request. Each one that cannot be read becomes a problem document that names the field.

use crate::http::problem::Failure;
use crate::store::Reader;
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::LengthLimitError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::error::Error as _;
use std::sync::Arc;

/// The most a request's body may hold, in bytes.
pub const BODY_MOST: usize = 1 << 20;

/// The signed-in agent, put there by the route's guard.
#[derive(Clone)]
pub struct Session {
    pub reader: Arc<Reader>,
    /// SHA-256 of the session's id: what the store knows of it.
    pub id_hash: [u8; 32],
}

impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Failure::sign_in)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Session {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Failure> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

/// The ids in the path. What is no number leads nowhere.
pub struct Id<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match <Path<T> as FromRequestParts<S>>::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(_) => Err(Failure::no_such_address()),
        }
    }
}

/// The query. The route's guard has refused parameters that are not described.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        query(parts, |_| true).map(Self)
    }
}

/// Those parameters whose names `are_meant`: what several shapes have together can be read one after another.
pub fn query<T: DeserializeOwned>(parts: &Parts, are_meant: impl Fn(&str) -> bool) -> Result<T, Failure> {
    let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let pairs: Vec<_> = pairs.filter(|(name, _)| are_meant(name)).collect();
    let meant = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let pairs = form_urlencoded::parse(meant.as_bytes());
    serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs)).map_err(|error| {
        let path = error.path().to_string();
        let (field, why, message) = wrong(&path, &error.into_inner().to_string(), "parameter");
        Failure::field(StatusCode::BAD_REQUEST, "bad_query", field, why, message)
    })
}

/// A JSON body of at most [`BODY_MOST`] bytes. Unknown fields are refused.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        read_json(request, &[]).await.map(Self)
    }
}

/// A body some of whose fields are lists.
pub trait WithLists: DeserializeOwned {
    const LISTS: &'static [&'static str];
}

/// The same as [`Json`], for such a body.
pub struct JsonWithLists<T>(pub T);

impl<T: WithLists, S: Send + Sync> FromRequest<S> for JsonWithLists<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        read_json(request, T::LISTS).await.map(Self)
    }
}

async fn read_json<T: DeserializeOwned>(request: Request, lists: &[&str]) -> Result<T, Failure> {
    if !is_json(request.headers()) {
        return Err(Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "The body has to be JSON, with Content-Type: application/json.",
        ));
    }
    let bytes = axum::body::to_bytes(request.into_body(), BODY_MOST).await.map_err(unread)?;
    only_objects(&bytes, lists)?;
    let mut json = serde_json::Deserializer::from_slice(&bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() {
            let (field, why, message) = wrong(&path, &inner.to_string(), "field");
            Failure::field(StatusCode::BAD_REQUEST, "bad_json", field, why, message)
        } else {
            not_readable(&inner)
        }
    })?;
    json.end().map_err(|error| not_readable(&error))?;
    Ok(value)
}

/// No body, or an object without fields.
pub struct Nothing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFields {}

impl<S: Send + Sync> FromRequest<S> for Nothing {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let bytes = axum::body::to_bytes(body, BODY_MOST).await.map_err(unread)?;
        if !bytes.is_empty() {
            Json::<NoFields>::from_request(Request::from_parts(parts, bytes.into()), state).await?;
        }
        Ok(Self)
    }
}

/// Serde takes an array for an object with its fields in order. Only `lists` are lists.
fn only_objects(json: &[u8], lists: &[&str]) -> Result<(), Failure> {
    let wrong = |field: String| {
        let message = "There is an array where an object has to be.";
        Failure::field(StatusCode::BAD_REQUEST, "bad_json", field, "wrong_value", message.to_owned())
    };
    match serde_json::from_slice(json) {
        Ok(Value::Array(_)) => Err(wrong(String::new())),
        Ok(Value::Object(fields)) => {
            match fields.into_iter().find(|(name, value)| value.is_array() && !lists.contains(&name.as_str())) {
                Some((field, _)) => Err(wrong(field)),
                None => Ok(()),
            }
        }
        // What is no JSON is told by who reads it for good.
        _ => Ok(()),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

fn unread(error: axum::Error) -> Failure {
    let mut source = error.source();
    while let Some(inner) = source {
        if inner.is::<LengthLimitError>() {
            let detail = "The body is longer than 1 MB.";
            return Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail);
        }
        source = inner.source();
    }
    Failure::new(StatusCode::BAD_REQUEST, "bad_body", "The body broke off.")
}

fn not_readable(error: &serde_json::Error) -> Failure {
    let detail = format!("The body is not JSON: line {}, column {}.", error.line(), error.column());
    Failure::new(StatusCode::BAD_REQUEST, "bad_json", detail)
}

/// Turns serde's words into a field's name, a code and a sentence. `thing` is what the reader calls it.
fn wrong(path: &str, words: &str, thing: &str) -> (String, &'static str, String) {
    let quoted = || words.split('`').nth(1).unwrap_or_default().to_owned();
    if words.starts_with("missing field") {
        let name = joined(path, &quoted());
        let message = format!("The {thing} \u{201c}{name}\u{201d} is missing.");
        (name, "missing", message)
    } else if words.starts_with("unknown field") {
        let name = joined(path, &quoted());
        let message = format!("There is no {thing} \u{201c}{name}\u{201d} here.");
        (name, "unknown_field", message)
    } else if words.starts_with("duplicate field") {
        let name = joined(path, &quoted());
        let message = format!("The {thing} \u{201c}{name}\u{201d} is given twice.");
        (name, "duplicate", message)
    } else {
        let name = if path == "." { String::new() } else { path.to_owned() };
        let words = words.split(" at line ").next().unwrap_or(words);
        let message = if name.is_empty() {
            format!("The body has the wrong form: {words}.")
        } else {
            format!("The {thing} \u{201c}{name}\u{201d} is wrong: {words}.")
        };
        (name, "wrong_value", message)
    }
}

/// `path` may already end in the field's name.
fn joined(path: &str, name: &str) -> String {
    if path == "." || path == name {
        name.to_owned()
    } else if path.ends_with(&format!(".{name}")) {
        path.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
