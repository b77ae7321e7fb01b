//! Pictures that a mail names on other servers, fetched by us (T2): their servers learn neither who reads the mail nor
//! where, and the reader's browser speaks to nobody but us.
//!
//! Only what the message itself names is fetched, and only for those who may read it, so this is no proxy for anything
//! else: the addresses that its body hands out are signed, and the mail is not taken apart again for each of them.
//! Nothing is kept: a message that is hidden has no pictures either (M4).

mod sign;

use crate::fetch::Fault;
use crate::http::extract::{Id, Query, Session};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use crate::http::{API, AppState};
use crate::store::Secret;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use samtal_model::MessageId;
use samtal_model::refusal::Noun;
use serde::Deserialize;
use url::Url;

pub fn routes(routes: Routes) -> Routes {
    routes.at(Policy::SignedIn, __path_image, image)
}

/// What a picture's server is told that we take: the types that [`sniffed`] knows.
const ACCEPT: &str = "image/avif,image/webp,image/png,image/jpeg,image/gif,image/bmp,image/x-icon";

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ImageParams {
    /// The picture's address, as the message's HTML names it.
    url: String,
    /// As the message's HTML has it: shows that the address stands there.
    sign: Option<String>,
}

/// Where the browser asks for the picture at `url` that the body of `message` names.
#[must_use]
pub fn address(secret: &Secret, message: MessageId, url: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(url.as_bytes()).collect();
    format!("{API}/messages/{message}/image?url={encoded}&sign={}", sign::sign(secret, message, url))
}

/// A picture on another server that the message names, fetched by this one.
#[utoipa::path(
    get, path = "/api/v1/messages/{id}/image", tag = "messages", operation_id = "message_image",
    params(("id" = MessageId, Path), ImageParams),
    responses((status = 200, content_type = "image/*", body = Vec<u8>))
)]
async fn image(
    State(state): State<AppState>,
    session: Session,
    Id(id): Id<MessageId>,
    Query(ImageParams { url, sign }): Query<ImageParams>,
) -> Result<impl IntoResponse, Failure> {
    let is_visible = async || match state.store.has_mail_source(&session.reader, id).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::not_found(Noun::Message)),
        Err(error) => Err(error.into()),
    };
    is_visible().await?;
    if !sign.is_some_and(|sign| sign::is_signed(state.store.secret(), id, &url, &sign)) {
        let message = "This message names no picture at that address.";
        return Err(Failure::field(StatusCode::UNPROCESSABLE_ENTITY, "not_in_message", "url", "wrong_value", message));
    }
    let url = Url::parse(&url).map_err(|_| refused(Fault::Forbidden))?;
    let turn = state.turns.take(session.id_hash).await.ok_or_else(|| {
        let detail = "Other pictures are still on their way.";
        Failure::new(StatusCode::GATEWAY_TIMEOUT, "image_too_slow", detail)
    })?;
    let bytes = state.fetcher.get(url, ACCEPT).await.map_err(refused)?;
    drop(turn);
    // It may have been hidden while its picture was on its way.
    is_visible().await?;
    let media_type = sniffed(&bytes).ok_or_else(|| {
        let detail = "What stands at the picture's address is not a picture that can be shown.";
        Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_an_image", detail)
    })?;
    Ok(([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "private, no-store")], bytes))
}

fn refused(fault: Fault) -> Failure {
    let (status, code, detail) = match fault {
        Fault::Forbidden => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "address_refused",
            "The picture is not at a public web address, so it is not fetched.",
        ),
        Fault::Unreachable | Fault::Redirects => {
            (StatusCode::BAD_GATEWAY, "image_unreachable", "The picture cannot be had from where it should be.")
        }
        Fault::Status(status) => {
            let detail = format!("The picture's server answered with {}.", status.as_u16());
            return Failure::new(StatusCode::BAD_GATEWAY, "image_unreachable", detail);
        }
        Fault::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "image_too_large", "The picture is larger than we fetch."),
        Fault::TooSlow => (StatusCode::GATEWAY_TIMEOUT, "image_too_slow", "The picture's server took too long."),
    };
    Failure::new(status, code, detail)
}

/// What a picture is by its first bytes, whatever its server says. Pictures that can carry scripts (SVG) are none.
fn sniffed(bytes: &[u8]) -> Option<&'static str> {
    Some(match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => "image/avif",
        // Their marks are short, so what has to be zero is looked at too.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => "image/bmp",
        [0, 0, 1, 0, 1..=255, 0, _, _, _, 0, ..] => "image/x-icon",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::sniffed;

    #[test]
    fn pictures_are_known_by_their_first_bytes() {
        let cases: [(&[u8], Option<&str>); 16] = [
            (b"\x89PNG\r\n\x1a\n....", Some("image/png")),
            (b"\xff\xd8\xff\xe0..JFIF", Some("image/jpeg")),
            (b"GIF89a..", Some("image/gif")),
            (b"GIF87a..", Some("image/gif")),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"\0\0\0\x20ftypavif\0\0\0\0", Some("image/avif")),
            (b"\0\0\0\x20ftypavis\0\0\0\0", Some("image/avif")),
            (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", Some("image/bmp")),
            (b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0", Some("image/x-icon")),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\">", None),
            (b"<?xml version=\"1.0\"?><svg>", None),
            (b"<!doctype html><script>", None),
            (b"BMW has new cars", None),
            (b"RIFF\x24\0\0\0WAVEfmt ", None),
            (b"\0\0\0\x18ftypmp42", None),
            (b"", None),
        ];
        for (bytes, wanted) in cases {
            assert_eq!(sniffed(bytes), wanted, "{}", bytes.escape_ascii());
        }
    }
}
