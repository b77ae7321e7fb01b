//! What a mail brings beside its words: its HTML body for the sandboxed frame, its attachments and its source. All
//! three come from the raw source, which the store does not give out once the message is hidden (M4), and none may
//! stay in a browser's cache.

use crate::http::extract::{Id, Query, Session};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use crate::http::{API, AppState, images};
use crate::mail;
use crate::mail::attachment::is_safe_image;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use samtal_model::MessageId;
use samtal_model::refusal::Noun;
use serde::Deserialize;

pub fn routes(routes: Routes) -> Routes {
    routes.at(Policy::SignedIn, __path_body, body).at(Policy::SignedIn, __path_source, source).at(
        Policy::SignedIn,
        __path_attachment,
        attachment,
    )
}

/// An attachment shown in place or saved: it is data, whatever it says it is.
const FILE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox";

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct BodyParams {
    /// `1` shows pictures from other servers, fetched by this one.
    #[serde(default)]
    images: Option<u8>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct AttachmentParams {
    /// `1` shows a picture in place; other files are downloads all the same.
    #[serde(default)]
    inline: Option<u8>,
}

/// The HTML body, made safe, as a document with a policy of its own.
#[utoipa::path(
    get, path = "/api/v1/messages/{id}/body", tag = "messages", operation_id = "message_body",
    params(("id" = MessageId, Path), BodyParams),
    responses((status = 200, content_type = "text/html", body = String))
)]
async fn body(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<MessageId>,
    Query(BodyParams { images }): Query<BodyParams>,
) -> Result<impl IntoResponse, Failure> {
    let raw = raw(&state, &session, id).await?;
    let secret = state.store.secret().clone();
    let through: mail::clean::Through = Box::new(move |url: &str| images::address(&secret, id, url));
    let through = (images == Some(1)).then_some(through);
    let html = off_thread(move || mail::clean::body(&raw, &format!("{API}/messages/{id}"), through)).await?;
    let html = html.ok_or_else(|| Failure::not_found(Noun::Message))?;
    Ok((
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, mail::clean::CSP),
            (header::CACHE_CONTROL, "private, no-store"),
        ],
        html,
    ))
}

/// The mail as it came, byte for byte.
#[utoipa::path(
    get, path = "/api/v1/messages/{id}/source", tag = "messages", operation_id = "message_source",
    params(("id" = MessageId, Path)),
    responses((status = 200, content_type = "message/rfc822", body = Vec<u8>))
)]
async fn source(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<MessageId>,
) -> Result<impl IntoResponse, Failure> {
    let bytes = raw(&state, &session, id).await?;
    Ok(download(Download { name: &format!("message-{id}.eml"), media_type: "message/rfc822", bytes }))
}

/// One attachment.
#[utoipa::path(
    get, path = "/api/v1/messages/{id}/attachments/{index}", tag = "messages", operation_id = "attachment",
    params(("id" = MessageId, Path), ("index" = u32, Path, description = "As in `attachments`."), AttachmentParams),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>))
)]
async fn attachment(
    State(state): State<AppState>,
    session: Session,
    Id((id, index)): Id<(MessageId, u32)>,
    Query(AttachmentParams { inline }): Query<AttachmentParams>,
) -> Result<impl IntoResponse, Failure> {
    let raw = raw(&state, &session, id).await?;
    let found = off_thread(move || mail::attachment(&raw, index as usize)).await?;
    let file = found.ok_or_else(|| Failure::not_found(Noun::Message))?;
    let mut response = download(Download { name: &file.name, media_type: &file.media_type, bytes: file.bytes });
    if inline == Some(1) && is_safe_image(&file.media_type) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition("inline", &file.name));
    }
    Ok(response)
}

/// The mail as it came, if this reader may see it.
async fn raw(state: &AppState, session: &Session, id: MessageId) -> Result<Vec<u8>, Failure> {
    let raw = state.store.mail_source(&session.reader, id).await?;
    raw.ok_or_else(|| Failure::not_found(Noun::Message))
}

/// Parsing a large mail takes long enough to hold up others.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Failure::internal(&error))
}

/// A file to save.
pub struct Download<'d> {
    /// As its sender named it: hostile text.
    pub name: &'d str,
    pub media_type: &'d str,
    pub bytes: Vec<u8>,
}

/// The answer that saves a file and lets nothing in it run.
pub fn download(file: Download<'_>) -> Response {
    // What would be a page, a script or nonsense is bytes.
    let media_type = HeaderValue::try_from(file.media_type)
        .ok()
        .filter(|_| is_media_type(file.media_type) && !is_active(file.media_type))
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    (
        [
            (header::CONTENT_TYPE, media_type),
            (header::CONTENT_DISPOSITION, disposition("attachment", file.name)),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FILE_POLICY)),
            (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        ],
        file.bytes,
    )
        .into_response()
}

fn is_media_type(text: &str) -> bool {
    let token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    text.split_once('/').is_some_and(|(kind, rest)| token(kind) && token(rest))
}

fn is_active(media_type: &str) -> bool {
    ["html", "xml", "svg", "script", "ecmascript", "xsl", "wasm"].iter().any(|word| media_type.contains(word))
}

/// A Content-Disposition that says the name twice, as RFC 6266 asks: in ASCII, and whole by RFC 5987.
fn disposition(kind: &str, name: &str) -> HeaderValue {
    let name = plain_name(name);
    let ascii: String =
        name.chars().map(|c| if c.is_ascii() && !matches!(c, '"' | '\\' | '%') { c } else { '_' }).collect();
    let mut whole = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            whole.push_str(&format!("%{byte:02X}"));
        }
    }
    HeaderValue::try_from(format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{whole}"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}

/// A name without folders, control characters, or characters that turn the direction of what follows (by which
/// `gpj.exe` is made to look like `exe.jpg`); never empty, at most 150 characters.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain: String = last.chars().filter(|c| !c.is_control() && !turns(*c)).take(150).collect();
    let plain = plain.trim().trim_start_matches('.');
    if plain.is_empty() { "file".into() } else { plain.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_become_plain_ones() {
        let cases = [
            ("../../etc/passwd", "attachment; filename=\"passwd\"; filename*=UTF-8''passwd"),
            ("C:\\temp\\a.txt", "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt"),
            (
                "räksmörgås.pdf",
                "attachment; filename=\"r_ksm_rg_s.pdf\"; filename*=UTF-8''r%C3%A4ksm%C3%B6rg%C3%A5s.pdf",
            ),
            (
                "a\"; x=\"\r\nSet-Cookie: b",
                "attachment; filename=\"a_; x=_Set-Cookie: b\"; filename*=UTF-8''a%22%3B%20x%3D%22Set-Cookie%3A%20b",
            ),
            ("\u{202e}gpj.exe", "attachment; filename=\"gpj.exe\"; filename*=UTF-8''gpj.exe"),
            ("", "attachment; filename=\"file\"; filename*=UTF-8''file"),
        ];
        for (name, wanted) in cases {
            assert_eq!(disposition("attachment", name).to_str().expect("ascii"), wanted, "{name:?}");
        }
    }

    #[test]
    fn pages_and_nonsense_are_bytes() {
        for media_type in ["text/html", "image/svg+xml", "application/javascript", "nonsense", "a/b\r\nx: y"] {
            let response = download(Download { name: "x", media_type, bytes: vec![] });
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/octet-stream", "{media_type}");
        }
    }
}
