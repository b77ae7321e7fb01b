//! The app's files, which are part of the program (in a debug build they are read from `dist/`, so that the app can
//! be built anew under a running server).

use crate::http::headers::APP_POLICY;
use crate::http::problem::Failure;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../dist"]
#[allow_missing = true]
struct Dist;

const INDEX: &str = "index.html";
/// What is in here has the hash of its content in its name.
const ASSETS: &str = "assets/";
/// For what never changes: a year.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Asked for anew each time, and answered with 304 while it is the same.
const ASK_AGAIN: &str = "no-cache";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Samtal</title>\
    <h1>The app has not been built</h1><p>The server is running, but it was built without the app. \
    Run <code>cargo xtask run</code>, or <code>cargo xtask build</code> for one binary with the app inside.</p></html>\n";

/// A file of the app; for the app's own addresses its page.
pub fn file(method: &Method, path: &str, headers: &HeaderMap) -> Response {
    if *method != Method::GET && *method != Method::HEAD {
        return Failure::no_such_address().into_response();
    }
    let name = path.trim_start_matches('/');
    // The compressed twins are chosen by Accept-Encoding, never by name.
    if !name.is_empty() && name != INDEX && !name.ends_with(".br") && Dist::get(name).is_some() {
        return serve(name, if name.starts_with(ASSETS) { FOREVER } else { ASK_AGAIN }, headers);
    }
    if name != INDEX && !is_page(name, headers) {
        return Failure::no_such_address().into_response();
    }
    if Dist::get(INDEX).is_some() {
        return serve(INDEX, ASK_AGAIN, headers);
    }
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (StatusCode::SERVICE_UNAVAILABLE, headers, NOT_BUILT).into_response()
}

/// Whether an address is one of the app's: a page is asked for, and no file.
fn is_page(name: &str, headers: &HeaderMap) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    !last.contains('.') && (accept.contains("text/html") || accept.contains("*/*"))
}

fn serve(name: &str, caching: &'static str, headers: &HeaderMap) -> Response {
    let small = takes_brotli(headers).then(|| Dist::get(&format!("{name}.br"))).flatten();
    let compressed = small.is_some();
    let Some(file) = small.or_else(|| Dist::get(name)) else {
        return Failure::no_such_address().into_response();
    };
    let tag = tag(&file);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let same = known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag);
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, media_type(name))], file.data).into_response()
    };
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::ETAG, &tag);
    set(header::CACHE_CONTROL, caching);
    set(header::VARY, "Accept-Encoding");
    set(header::CONTENT_SECURITY_POLICY, APP_POLICY);
    if compressed && !same {
        set(header::CONTENT_ENCODING, "br");
    }
    response
}

fn tag(file: &EmbeddedFile) -> String {
    let hash: String = file.metadata.sha256_hash().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| {
            let mut parts = one.split(';').map(str::trim);
            let refused = |part: &str| matches!(part.replace(' ', "").as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
            parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br")) && !parts.any(refused)
        })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn brotli_is_sent_to_those_who_take_it() {
        for (value, wanted) in [("gzip, br", true), ("br;q=0.5", true), ("gzip", false), ("br;q=0", false), ("", false)]
        {
            assert_eq!(takes_brotli(&headers(header::ACCEPT_ENCODING, value)), wanted, "{value}");
        }
    }

    #[test]
    fn pages_are_told_from_files() {
        let page = headers(header::ACCEPT, "text/html,application/xhtml+xml");
        assert!(is_page("inbox/1/open/7", &page));
        assert!(is_page("", &page));
        assert!(!is_page("missing.js", &page));
        assert!(!is_page("inbox/1", &headers(header::ACCEPT, "application/json")));
    }
}
