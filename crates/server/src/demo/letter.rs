//! A contact's words as a mail would bring them: built as a real mail, then read by the same code as any other.

use super::story::{Html, Story, Words};
use crate::dispatch::MailExtras;
use crate::mail;
use mail_builder::MessageBuilder;
use mail_builder::headers::content_type::ContentType;
use mail_builder::mime::{BodyPart, MimePart};
use samtal_model::{Address, Timestamp};

/// What was said before, for a quote.
pub(super) struct Before<'s> {
    pub who: &'s str,
    pub when: Timestamp,
    pub text: &'s str,
}

/// A mail's words and what goes along.
pub(super) struct Letter {
    pub text: String,
    pub extras: MailExtras,
}

/// The `number`th message of the `story`th story as a mail to `to`.
pub(super) fn letter(
    story: &Story,
    number: (usize, usize),
    words: &Words,
    at: i64,
    to: &Address,
    before: Option<&Before<'_>>,
) -> Letter {
    let id = format!("{}.{}@{}", number.0, number.1, story.contact.email.rsplit('@').next().unwrap_or("post.example"));
    let quote = before.filter(|_| words.quotes).map(|before| quote(story.wrote, before));
    if !story.with_source && words.files.is_empty() && words.html == Html::None {
        let extras = MailExtras {
            message_ids: vec![id],
            to: vec![to.clone()],
            quoted: quote.unwrap_or_default(),
            ..MailExtras::default()
        };
        return Letter { text: words.text.clone(), extras };
    }
    let raw = source(story, number, words, at, to, quote.as_deref(), &id);
    match mail::parse(&raw) {
        Ok(parsed) => Letter {
            text: parsed.text,
            extras: MailExtras {
                raw: Some(raw),
                message_ids: vec![id],
                dedupe: None,
                to: parsed.to,
                cc: parsed.cc,
                quoted: parsed.quoted,
                has_html: parsed.has_html,
                has_remote_images: parsed.has_remote_images,
                attachments: parsed.attachments,
            },
        },
        // It cannot happen with what stands here; were it to, the words are there.
        Err(_) => Letter { text: words.text.clone(), extras: MailExtras::default() },
    }
}

fn quote(wrote: &str, before: &Before<'_>) -> String {
    let when = before.when.to_rfc3339();
    let when = format!("{} {}", &when[..10], &when[11..16]);
    let lines: Vec<String> =
        before.text.lines().map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") }).collect();
    format!("{}\n{}", wrote.replace("{when}", &when).replace("{who}", before.who), lines.join("\n"))
}

fn source(
    story: &Story,
    number: (usize, usize),
    words: &Words,
    at: i64,
    to: &Address,
    quote: Option<&str>,
    id: &str,
) -> Vec<u8> {
    let mut text = words.text.clone();
    if let Some(quote) = quote {
        text = format!("{text}\n\n{quote}");
    }
    let html = match &words.html {
        Html::None => None,
        Html::Plain => Some(paragraphs(&words.text, quote)),
        Html::Own(html) => Some(html.clone()),
    };
    let boundary = |kind: &str| format!("{kind}-{}-{}", number.0, number.1);
    let multipart = |kind: &str, parts: Vec<MimePart<'static>>| {
        let name = boundary(kind);
        MimePart::new(
            ContentType::new(format!("multipart/{kind}")).attribute("boundary", name),
            BodyPart::Multipart(parts),
        )
    };
    let plain = |text: String| MimePart::new(ContentType::new("text/plain").attribute("charset", "utf-8"), text);
    let mut body = match html {
        None => plain(text),
        Some(html) => {
            let html = MimePart::new(ContentType::new("text/html").attribute("charset", "utf-8"), html);
            multipart("alternative", vec![plain(text), html])
        }
    };
    let part = |file: &super::files::File| {
        let part = MimePart::new(file.media_type, file.bytes.clone());
        match file.cid {
            Some(cid) => part.inline().cid(cid),
            None => part.attachment(file.name.clone()),
        }
    };
    let (inline, attached): (Vec<_>, Vec<_>) = words.files.iter().partition(|file| file.cid.is_some());
    if !inline.is_empty() {
        body = multipart("related", std::iter::once(body).chain(inline.into_iter().map(part)).collect());
    }
    if !attached.is_empty() {
        body = multipart("mixed", std::iter::once(body).chain(attached.into_iter().map(part)).collect());
    }
    let subject = if number.1 > 0 { format!("Re: {}", story.subject) } else { story.subject.clone() };
    let mut message = MessageBuilder::new()
        .from((story.contact.name.clone(), story.contact.email.clone()))
        .to((to.name.clone(), to.email.clone()))
        .subject(subject)
        .date(at / 1000)
        .message_id(id.to_owned())
        .body(body);
    if number.1 > 0 {
        let host = id.rsplit('@').next().unwrap_or_default();
        message = message.in_reply_to(format!("{}.0@{host}", number.0));
    }
    message.write_to_vec().unwrap_or_default()
}

/// Text as mail programs write it in HTML, with the quote in the manner of the most common one.
fn paragraphs(text: &str, quote: Option<&str>) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let block = |text: &str| -> String {
        text.split("\n\n")
            .map(|words| format!("<div>{}</div><div><br></div>", escape(words).replace('\n', "<br>")))
            .collect()
    };
    let mut html =
        format!("<html><body><div dir=\"auto\" style=\"font-family:Arial,sans-serif\">{}</div>", block(text));
    if let Some((wrote, lines)) = quote.and_then(|quote| quote.split_once('\n')) {
        let lines: Vec<&str> =
            lines.lines().map(|line| line.strip_prefix("> ").unwrap_or(line.trim_start_matches('>'))).collect();
        html.push_str(&format!(
            "<div class=\"gmail_quote\"><div class=\"gmail_attr\">{}<br></div><blockquote class=\"gmail_quote\" \
             style=\"margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex\">{}</blockquote></div>",
            escape(wrote),
            block(&lines.join("\n"))
        ));
    }
    html.push_str("</body></html>");
    html
}
