//! A mail's HTML, made safe to show (T2): [`body`] gives a whole document for a sandboxed frame.
//!
//! Three walls, each of which must hold alone: what stands here (ammonia by allow-list, our own list for CSS), the
//! document's [`CSP`], and the frame's sandbox without scripts. Nothing is fetched by itself; nothing is lost: what is
//! not shown is in the source, which can be downloaded.

mod depth;
mod fold;
mod style;
mod tags;

use super::attachment::{files, is_safe_image};
use super::html;
use super::limits::Defused;
use super::parse::{html_source, parse};
use super::text::{escaped, tidy};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

/// What is shown where HTML is nested deeper than this. Browsers stop at 512.
const DEPTH_MOST: usize = 400;
/// The largest HTML that is shown as such, in bytes; beyond it the words alone are.
const HTML_MOST: usize = 4 * 1024 * 1024;
/// The largest HTML whose style elements are taken into account, in bytes.
const INLINE_MOST: usize = 1024 * 1024;
/// The most a mail's style elements may hold, in bytes.
const STYLES_MOST: usize = 128 * 1024;
/// Pictures on other servers that one body shows at the most; newsletters have a few dozen.
pub const REMOTE_MOST: usize = 100;
/// Selectors nest with parentheses and are read by recursion.
const PARENTHESES_MOST: usize = 1_000;
/// Rules × tags: what matching selectors can cost.
const MATCHES_MOST: usize = 5_000_000;

/// The document's own style: mail is written for white paper, so it gets some in either theme.
const PAPER: &str = "html{background:#fff;color:#1f2328;color-scheme:light}\
body{margin:0;padding:1px 0;font:14px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;\
overflow-wrap:anywhere}\
img{max-width:100%}img:not([width]):not([style*=width]){height:auto}\
img:not([src]){display:inline-block;box-sizing:border-box;overflow:hidden;vertical-align:middle;\
border:1px dashed #b6bcc4;border-radius:3px;background:#f6f7f8;color:#59636e;font-size:12px}\
img:not([src]):is([width=\"0\"],[width=\"1\"],[height=\"0\"],[height=\"1\"]){display:none}\
::highlight(found){background:#ffe58a;color:#1f2328}::highlight(found-now){background:#1f5fd6;color:#fff}a{color:#0b57d0}table{max-width:100%}pre{white-space:pre-wrap;font:inherit}\
blockquote{margin:8px 0;padding-left:12px;border-left:2px solid #d0d7de}\
details.quoted>summary{display:inline-block;margin:8px 0;padding:0 8px;border-radius:99px;background:#eceef1;\
color:#59636e;font-size:12px;line-height:16px;cursor:pointer;list-style:none;user-select:none}\
details.quoted>summary::-webkit-details-marker{display:none}\
details.quoted>summary:focus-visible{outline:2px solid #0b57d0;outline-offset:2px}";

/// The Content-Security-Policy to serve the document with. Whatever it shows comes from us: pictures on other servers
/// are fetched by us once the reader has asked for them.
pub const CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox";

/// Where to ask for a picture on another server, by its address there.
pub type Through = Box<dyn Fn(&str) -> String + Send + Sync>;

/// The HTML body of a mail as a whole document; none if the mail has no HTML or cannot be read.
///
/// `address` is that of the message in the API. Pictures that came with it are asked for at
/// `{address}/attachments/{index}?inline=1`. Those on other servers keep their place and their words, and the first
/// [`REMOTE_MOST`] are asked for where `through` says.
#[must_use]
pub fn body(raw: &[u8], address: &str, through: Option<Through>) -> Option<String> {
    let defused = Defused::new(raw).ok()?;
    let message = defused.parse().ok()?;
    let source = html_source(&message, raw)?;
    if !is_cleanable(&source) {
        let words = parse(raw).map(|mail| mail.text).unwrap_or_default();
        let words = if words.is_empty() { tidy(&html::glance(&source).text) } else { words };
        return Some(document(&format!("<pre>{}</pre>", escaped(&words))));
    }
    let images: HashMap<String, String> = files(&message, raw)
        .filter(|file| is_safe_image(&file.media_type()))
        .filter_map(|file| Some((file.cid()?, format!("{address}/attachments/{}?inline=1", file.index()))))
        .collect();
    let named = Mutex::new(HashSet::new());
    let remote = move |url: &str| {
        let through = through.as_ref()?;
        let mut named = named.lock().unwrap_or_else(PoisonError::into_inner);
        if !named.contains(url) {
            if named.len() == REMOTE_MOST {
                return None;
            }
            named.insert(url.to_owned());
        }
        Some(through(url))
    };
    let clean = tags::clean(&with_styles_inlined(&source), images, remote);
    Some(document(&fold::fold(&clean)))
}

/// Whether it is small and shallow enough to be taken apart.
fn is_cleanable(html: &str) -> bool {
    html.len() <= HTML_MOST && !depth::deeper_than(html, DEPTH_MOST)
}

fn document(content: &str) -> String {
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light\"><meta name=\"referrer\" content=\"no-referrer\">\
         <title>Message</title><style>{PAPER}</style></head>\
         <body dir=\"auto\">{content}</body></html>"
    )
}

/// Newsletters keep their looks in style elements, which do not pass; so they are moved to the elements first. Where
/// that costs too much, the mail is shown plainer.
fn with_styles_inlined(html: &str) -> String {
    let whole = || html.to_owned();
    if html.len() > INLINE_MOST {
        return whole();
    }
    let look = html::glance(html);
    let count = |byte: u8| look.styles.bytes().filter(|it| *it == byte).count();
    let rules = count(b'{') + count(b',');
    if look.styles.trim().is_empty()
        || look.styles.len() > STYLES_MOST
        || count(b'(') > PARENTHESES_MOST
        || count(b'[') > PARENTHESES_MOST
        || rules.saturating_mul(look.tags) > MATCHES_MOST
    {
        return whole();
    }
    let inliner = css_inline::CSSInliner::options().load_remote_stylesheets(false).build();
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| inliner.inline(html)))
        .ok()
        .and_then(Result::ok)
        .unwrap_or_else(whole)
}
