//! The files of a mail: everything in it that is not its body.

use super::html::content_id;
use super::limits::Defused;
use super::text::{file_name, line};
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};
use samtal_model::wire::AttachmentView;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A file, ready to be sent to a browser — as a download, unless [`is_safe_image`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// As its sender named it, made a plain file name.
    pub name: String,
    /// Lower case, without parameters; what the sender says, not what it is.
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// The file at `index` of the mail's attachments, from 0; none if there is none or the mail cannot be read.
#[must_use]
pub fn attachment(raw: &[u8], index: usize) -> Option<Attachment> {
    let defused = Defused::new(raw).ok()?;
    let message = defused.parse().ok()?;
    let file = files(&message, raw).nth(index)?;
    Some(Attachment { name: file.name(), media_type: file.media_type(), bytes: file.bytes().into_owned() })
}

/// Pictures that a browser shows without running anything; SVG is not one.
#[must_use]
pub fn is_safe_image(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/jpg" | "image/gif" | "image/webp" | "image/avif")
}

/// A file where it stands in the mail.
pub(super) struct File<'m> {
    index: usize,
    part: &'m MessagePart<'m>,
    raw: &'m [u8],
}

/// Every leaf of the mail but the texts that are its body.
pub(super) fn files<'m>(message: &'m Message<'m>, raw: &'m [u8]) -> impl Iterator<Item = File<'m>> {
    let bodies: BTreeSet<u32> = message.text_body.iter().chain(&message.html_body).copied().collect();
    let is_file = move |(id, part): &(usize, &MessagePart<'_>)| match part.body {
        PartType::Multipart(_) => false,
        PartType::Text(_) | PartType::Html(_) => !u32::try_from(*id).is_ok_and(|id| bodies.contains(&id)),
        _ => true,
    };
    message.parts.iter().enumerate().filter(is_file).enumerate().map(move |(index, (_, part))| File {
        index,
        part,
        raw,
    })
}

impl<'m> File<'m> {
    pub(super) fn view(&self, shown: &BTreeSet<String>) -> AttachmentView {
        let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        AttachmentView {
            index: whole(self.index),
            name: self.name(),
            media_type: self.media_type(),
            size: whole(self.bytes().len()),
            inline: is_safe_image(&self.media_type()) && self.cid().is_some_and(|cid| shown.contains(&cid)),
        }
    }

    pub(super) fn index(&self) -> usize {
        self.index
    }

    /// As [`super::html::Glance::cids`] has it.
    pub(super) fn cid(&self) -> Option<String> {
        self.part.content_id().map(content_id).filter(|id| !id.is_empty())
    }

    pub(super) fn media_type(&self) -> String {
        let Some(content) = self.part.content_type() else { return "text/plain".into() };
        let named = line(&format!("{}/{}", content.ctype(), content.subtype().unwrap_or("octet-stream")));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '+' | '.' | '_');
        if named.len() > 120 || !named.chars().all(plain) {
            return "application/octet-stream".into();
        }
        named.to_ascii_lowercase()
    }

    pub(super) fn name(&self) -> String {
        let name = file_name(self.part.attachment_name().unwrap_or_default());
        if !name.is_empty() {
            return name;
        }
        let media_type = self.media_type();
        let ending = match media_type.as_str() {
            "message/rfc822" | "message/global" => "eml",
            "text/plain" => "txt",
            "text/html" => "html",
            "text/calendar" => "ics",
            "text/csv" => "csv",
            "image/jpeg" | "image/jpg" => "jpg",
            "image/png" => "png",
            "image/gif" => "gif",
            "image/webp" => "webp",
            "application/pdf" => "pdf",
            "application/zip" => "zip",
            _ => "bin",
        };
        let noun = match media_type.split('/').next() {
            Some("image") => "image",
            Some("message") => "message",
            _ => "attachment",
        };
        format!("{noun}-{}.{ending}", self.index + 1)
    }

    /// Decoded from the source, byte for byte: a text file keeps its charset.
    pub(super) fn bytes(&self) -> Cow<'m, [u8]> {
        let source = self.raw.get(self.part.offset_body as usize..self.part.offset_end as usize).unwrap_or_default();
        match (&self.part.body, self.part.encoding) {
            (_, Encoding::None) => Cow::Borrowed(source),
            (PartType::Binary(bytes) | PartType::InlineBinary(bytes), Encoding::Base64) => Cow::Borrowed(bytes),
            (_, Encoding::Base64) => {
                mail_parser::decoders::base64::base64_decode(source).map_or(Cow::Borrowed(source), Cow::Owned)
            }
            (_, Encoding::QuotedPrintable) => mail_parser::decoders::quoted_printable::quoted_printable_decode(source)
                .map_or(Cow::Borrowed(source), Cow::Owned),
        }
    }
}
