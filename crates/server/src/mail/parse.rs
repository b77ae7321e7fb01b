//! A mail's raw source, read: who, when, what it says, what it answers.

use super::attachment::files;
use super::html::{self, Glance};
use super::limits::{Defused, HEADER_MOST, Unparseable, header_block, restore};
use super::quote;
use super::text::{escaped, guess, line, tidy};
use mail_parser::{
    Address as Addresses, Encoding, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType,
};
use samtal_model::command::Address;
use samtal_model::time::Timestamp;
use samtal_model::wire::AttachmentView;
use std::borrow::Cow;

/// The most addresses kept of one header; the rest are in the source.
const ADDRESSES_MOST: usize = 200;
/// The most message ids kept; the oldest of more go, the thread's first stays.
const IDS_MOST: usize = 100;
/// The longest message id that is one, in bytes (RFC 5322's line).
const ID_MOST: usize = 998;
/// How far ahead of us a sender's clock may be: a day.
const CLOCK_AHEAD_MS: i64 = 24 * 60 * 60 * 1000;

/// A mail, read. No text has a NUL in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The empty address where the mail names no sender.
    pub from: Address,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub subject: String,
    /// As its sender dates it.
    pub date: Option<Timestamp>,
    /// As the last server to take it dates it.
    pub received: Option<Timestamp>,
    /// Without brackets.
    pub message_id: Option<String>,
    /// What it answers: References, then In-Reply-To, oldest first, without brackets or doubles.
    pub references: Vec<String>,
    /// What is new in it.
    pub text: String,
    /// What it repeats of older messages.
    pub quoted: String,
    pub has_html: bool,
    /// Its HTML names pictures on other servers.
    pub has_remote_images: bool,
    pub attachments: Vec<AttachmentView>,
    /// Written by a machine in answer to a mail: never to be answered by one.
    pub is_auto_reply: bool,
    /// Sent to many: a list or a newsletter.
    pub is_bulk: bool,
}

impl Parsed {
    /// When it was sent, as far as can be believed: its date, else when it was received, else `now`. A date in the
    /// future would keep it on top of every list.
    #[must_use]
    pub fn sent_at(&self, now: Timestamp) -> Timestamp {
        let latest = now.plus_ms(CLOCK_AHEAD_MS);
        self.date.filter(|date| *date <= latest).or(self.received.filter(|date| *date <= latest)).unwrap_or(now)
    }

    /// Its own id and those it answers: what ties it to a thread. Its own comes first, if it has one.
    #[must_use]
    pub fn thread_ids(&self) -> Vec<String> {
        self.message_id.iter().chain(&self.references).cloned().collect()
    }
}

/// Reads a mail.
///
/// # Errors
/// [`Unparseable`] if it breaks a limit or has none of a mail's headers. Everything else is read as well as it can be.
pub fn parse(raw: &[u8]) -> Result<Parsed, Unparseable> {
    let defused = Defused::new(raw)?;
    let message = defused.parse()?;
    let body = Body::of(&message, raw);
    let split = quote::split(&body.text);
    let repaired = repaired_header(raw);
    let heading = repaired.as_deref().and_then(|header| MessageParser::default().parse_headers(header));
    let heading = heading.as_ref().unwrap_or(&message);
    Ok(Parsed {
        from: sender(heading),
        to: addresses(heading, &HeaderName::To),
        cc: addresses(heading, &HeaderName::Cc),
        subject: heading.subject().map(line).unwrap_or_default(),
        date: message.date().and_then(moment),
        received: message.received().and_then(|received| received.date()).as_ref().and_then(moment),
        message_id: message.message_id().and_then(id),
        references: references(&message),
        text: split.new,
        quoted: split.quoted,
        has_html: body.has_html,
        has_remote_images: body.glance.remote_images,
        attachments: files(&message, raw).map(|file| file.view(&body.glance.cids)).collect(),
        is_auto_reply: is_auto_reply(&message),
        is_bulk: message.header(HeaderName::ListId).is_some()
            || message.header(HeaderName::ListUnsubscribe).is_some()
            || precedence(&message).is_some_and(|it| matches!(it.as_str(), "bulk" | "list" | "junk")),
    })
}

/// The header block in UTF-8, where it was written in something else without saying so (old programs do); else none.
fn repaired_header(raw: &[u8]) -> Option<String> {
    let header = &raw[..header_block(raw).min(raw.len())];
    if std::str::from_utf8(header).is_ok() {
        return None;
    }
    let mut repaired: String = header.split_inclusive(|byte| *byte == b'\n').map(guess).collect();
    repaired.push('\n');
    Some(repaired)
}

/// The Message-ID alone, from the header alone: quick enough to ask whether a mail is known before reading it.
#[must_use]
pub fn message_id(raw: &[u8]) -> Option<String> {
    let header = raw.get(..header_block(raw).min(HEADER_MOST)).unwrap_or(raw);
    MessageParser::default().parse_headers(header)?.message_id().and_then(id)
}

/// What a mail shows, in its HTML and in plain text.
struct Body {
    text: String,
    has_html: bool,
    glance: Glance,
}

impl Body {
    fn of(message: &Message<'_>, raw: &[u8]) -> Self {
        let html = html_source(message, raw);
        let glance = html.as_deref().map(html::glance).unwrap_or_default();
        let mut text = String::new();
        for part in parts(message, &message.text_body) {
            if let PartType::Text(words) = &part.body {
                let words = readable(part, words, raw);
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push_str("\n\n");
                }
                text.push_str(&unflowed(part, &words));
            }
        }
        let mut text = tidy(&text);
        if text.trim().is_empty() {
            text = tidy(&glance.text);
        }
        Self { text, has_html: html.is_some(), glance }
    }
}

fn parts<'m>(message: &'m Message<'m>, ids: &'m [u32]) -> impl Iterator<Item = &'m MessagePart<'m>> {
    ids.iter().filter_map(|id| message.parts.get(*id as usize))
}

/// The whole HTML body, if there is any: mails made of several inline parts are joined.
pub(super) fn html_source(message: &Message<'_>, raw: &[u8]) -> Option<String> {
    if !parts(message, &message.html_body).any(|part| matches!(part.body, PartType::Html(_))) {
        return None;
    }
    let mut html = String::new();
    for part in parts(message, &message.html_body) {
        match &part.body {
            PartType::Html(source) => html.extend(readable(part, source, raw).chars().map(restore)),
            PartType::Text(words) => {
                let words: String = readable(part, words, raw).chars().map(restore).collect();
                html.push_str("<div style=\"white-space:pre-wrap\">");
                html.push_str(&escaped(&words));
                html.push_str("</div>");
            }
            _ => {}
        }
    }
    html.retain(|c| c != '\0');
    Some(html)
}

/// A part's text. Where no usable charset was named and the bytes are not UTF-8, they are read once more as what they
/// most likely are.
fn readable<'t>(part: &MessagePart<'_>, text: &'t str, raw: &[u8]) -> Cow<'t, str> {
    let named = part.content_type().and_then(|it| it.attribute("charset")).is_some_and(|charset| {
        !charset.eq_ignore_ascii_case("us-ascii")
            && !charset.to_ascii_lowercase().starts_with("utf")
            && mail_parser::decoders::charsets::map::charset_decoder(charset.as_bytes()).is_some()
    });
    if named || !text.contains('\u{fffd}') {
        return Cow::Borrowed(text);
    }
    let source = raw.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let bytes = match part.encoding {
        Encoding::None => Some(Cow::Borrowed(source)),
        Encoding::Base64 => mail_parser::decoders::base64::base64_decode(source).map(Cow::Owned),
        Encoding::QuotedPrintable => {
            mail_parser::decoders::quoted_printable::quoted_printable_decode(source).map(Cow::Owned)
        }
    };
    match bytes {
        Some(bytes) => Cow::Owned(guess(&bytes).into_owned()),
        None => Cow::Borrowed(text),
    }
}

/// `format=flowed` (RFC 3676): lines that end in a space go on in the next one.
fn unflowed<'t>(part: &MessagePart<'_>, text: &'t str) -> Cow<'t, str> {
    let attribute = |name: &str| part.content_type().and_then(|it| it.attribute(name));
    if !attribute("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed")) {
        return Cow::Borrowed(text);
    }
    let delsp = attribute("delsp").is_some_and(|it| it.eq_ignore_ascii_case("yes"));
    let mut joined = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let words = &line[depth..];
        let words = words.strip_prefix(' ').unwrap_or(words);
        if open == Some(depth) {
            joined.push_str(words);
        } else {
            if open.is_some() {
                joined.push('\n');
            }
            if depth > 0 {
                joined.push_str(&">".repeat(depth));
                joined.push(' ');
            }
            joined.push_str(words);
        }
        if words.ends_with(' ') && words != "-- " {
            if delsp {
                joined.pop();
            }
            open = Some(depth);
        } else {
            joined.push('\n');
            open = None;
        }
    }
    Cow::Owned(joined)
}

/// From, else Sender, else Reply-To.
fn sender(message: &Message<'_>) -> Address {
    [HeaderName::From, HeaderName::Sender, HeaderName::ReplyTo]
        .iter()
        .find_map(|name| addresses(message, name).into_iter().find(|it| !it.email.is_empty()))
        .or_else(|| addresses(message, &HeaderName::From).into_iter().next())
        .unwrap_or_default()
}

fn addresses(message: &Message<'_>, name: &HeaderName<'_>) -> Vec<Address> {
    let mut found: Vec<Address> = Vec::new();
    let values = message.parts.first().map(|part| part.headers.as_slice()).unwrap_or_default();
    for header in values.iter().filter(|header| header.name == *name) {
        let HeaderValue::Address(value) = &header.value else { continue };
        let all: Box<dyn Iterator<Item = &mail_parser::Addr<'_>>> = match value {
            Addresses::List(list) => Box::new(list.iter()),
            Addresses::Group(groups) => Box::new(groups.iter().flat_map(|group| &group.addresses)),
        };
        for one in all {
            let email = line(one.address.as_deref().unwrap_or_default()).replace(char::is_whitespace, "");
            let mut name = line(one.name.as_deref().unwrap_or_default());
            if name.eq_ignore_ascii_case(&email) {
                name.clear();
            }
            if (!email.is_empty() || !name.is_empty()) && found.len() < ADDRESSES_MOST {
                found.push(Address { name, email });
            }
        }
    }
    found
}

/// 1970 and later; earlier is a clock that was never set.
fn moment(date: &mail_parser::DateTime) -> Option<Timestamp> {
    let seconds = date.is_valid().then(|| date.to_timestamp())?;
    (seconds > 0).then_some(Timestamp(seconds * 1000))
}

fn id(id: &str) -> Option<String> {
    let id = line(id);
    let id = id.trim_matches(['<', '>', ' ']);
    (!id.is_empty() && id.len() <= ID_MOST).then(|| id.to_owned())
}

fn references(message: &Message<'_>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for value in [message.references(), message.in_reply_to()] {
        let found: Vec<&str> = match value {
            HeaderValue::Text(id) => vec![id],
            HeaderValue::TextList(list) => list.iter().map(AsRef::as_ref).collect(),
            _ => vec![],
        };
        for one in found.into_iter().filter_map(id) {
            if !ids.contains(&one) && ids.len() < 4 * IDS_MOST {
                ids.push(one);
            }
        }
    }
    if ids.len() > IDS_MOST {
        ids.drain(1..=ids.len() - IDS_MOST);
    }
    ids
}

fn raw_header(message: &Message<'_>, name: &str) -> Option<String> {
    message
        .headers_raw()
        .find(|(header, _)| header.eq_ignore_ascii_case(name))
        .map(|(_, value)| line(value).to_lowercase())
}

fn precedence(message: &Message<'_>) -> Option<String> {
    raw_header(message, "precedence")
}

fn is_auto_reply(message: &Message<'_>) -> bool {
    raw_header(message, "auto-submitted").is_some_and(|it| !it.starts_with("no"))
        || raw_header(message, "x-auto-response-suppress")
            .is_some_and(|it| it.contains("all") || it.contains("autoreply"))
        || raw_header(message, "x-autoreply").is_some()
        || raw_header(message, "x-autorespond").is_some()
        || precedence(message).is_some_and(|it| it == "auto_reply")
}
