//! What a mail may be before a parser sees it, and the parser itself behind those limits.
//!
//! mail-parser reads multiparts in a loop but attached messages (`message/rfc822`, and the members of a
//! `multipart/digest`) by recursion, which overflows the stack when the result is dropped; and it looks for a missing
//! boundary through the whole rest of the mail, once for each multipart. So, before it runs:
//!
//! - size, header block, header lines and possible parts are counted by a scan that can only count too much;
//! - every token that could name an attached message is defused (`rfc822` → `\x01fc822`): to the parser it is a file
//!   like any other, which is how an inbox shows it. Same length, so offsets into the source stay right;
//!   [`restore`] puts the letters back in texts.

use mail_parser::{Message, MessageParser, PartType};
use std::borrow::Cow;

/// The largest mail, in bytes.
pub const SIZE_MOST: usize = 50 * 1024 * 1024;
/// The longest header block at the top of a mail, in bytes.
pub const HEADER_MOST: usize = 256 * 1024;
/// The deepest nesting of multiparts.
pub const DEPTH_MOST: usize = 64;
/// The most parts of one mail.
pub const PARTS_MOST: usize = 1_000;

/// Headers one of which every mail has, in lower case. Anything with a colon in its first lines has some header.
const MAIL_HEADERS: [&[u8]; 16] = [
    b"from",
    b"sender",
    b"reply-to",
    b"to",
    b"cc",
    b"bcc",
    b"date",
    b"subject",
    b"received",
    b"message-id",
    b"in-reply-to",
    b"references",
    b"return-path",
    b"delivered-to",
    b"mime-version",
    b"content-type",
];

/// Lines of a multipart mail that could hold a boundary: a part takes at least one, and some hundred bytes of memory.
const BOUNDARY_LINES_MOST: usize = 200_000;
/// Lines that could be headers of parts; each takes about a hundred bytes of memory.
const PART_HEADER_LINES_MOST: usize = 500_000;
/// Multiparts × bytes: what looking for missing boundaries can cost.
const SEARCH_MOST: usize = 4 << 30;

/// Why a mail cannot be read. It is kept in quarantine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unparseable {
    /// A sentence for people.
    pub why: String,
}

fn unparseable(why: impl Into<String>) -> Unparseable {
    Unparseable { why: why.into() }
}

/// A source that holds the limits, ready for [`Defused::parse`].
pub(super) struct Defused<'r>(Cow<'r, [u8]>);

impl<'r> Defused<'r> {
    /// Checks everything that can be checked without a parser.
    pub(super) fn new(raw: &'r [u8]) -> Result<Self, Unparseable> {
        if raw.len() > SIZE_MOST {
            return Err(unparseable("The mail is larger than 50 MB."));
        }
        if raw.iter().all(u8::is_ascii_whitespace) {
            return Err(unparseable("The mail is empty."));
        }
        if header_block(raw) > HEADER_MOST {
            return Err(unparseable("The header of the mail is larger than 256 KB."));
        }
        if !has_mail_header(raw) {
            return Err(unparseable(
                "It has none of a mail's headers (From, To, Date, Subject …): this is not a mail.",
            ));
        }
        let multiparts = count(raw, b"multipart");
        if multiparts > 0 {
            if multiparts.saturating_mul(raw.len()) > SEARCH_MOST {
                return Err(unparseable("The mail has too many nested parts for its size."));
            }
            let (boundaries, headers) = part_lines(raw);
            if boundaries > BOUNDARY_LINES_MOST || headers > PART_HEADER_LINES_MOST {
                return Err(unparseable("The mail has too many parts."));
            }
        }
        Ok(Self(defuse(raw)))
    }

    /// Runs the parser, and checks what only the result can tell.
    pub(super) fn parse(&self) -> Result<Message<'_>, Unparseable> {
        let bytes: &[u8] = &self.0;
        // The parser says that it never panics; should it, one mail is lost and not the import.
        let message = std::panic::catch_unwind(|| MessageParser::default().parse(bytes))
            .map_err(|_| unparseable("The mail's structure cannot be read."))?
            .ok_or_else(|| unparseable("No header was found: this is not a mail."))?;
        if message.parts.len() > PARTS_MOST {
            return Err(unparseable("The mail has more than 1,000 parts."));
        }
        if depth(&message) > DEPTH_MOST {
            return Err(unparseable("The parts of the mail are nested more than 64 deep."));
        }
        Ok(message)
    }
}

/// The length of the header block: up to the first empty line.
pub(super) fn header_block(raw: &[u8]) -> usize {
    let mut length = 0;
    for line in raw.split_inclusive(|&byte| byte == b'\n') {
        if line.iter().all(u8::is_ascii_whitespace) && length > 0 {
            break;
        }
        length += line.len();
    }
    length
}

/// Whether a line before the first empty one is a header that mails have. Old files end their lines with CR alone.
fn has_mail_header(raw: &[u8]) -> bool {
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    raw[..header_block(raw)].split(|byte| matches!(byte, b'\r' | b'\n')).any(|line| {
        let colon = line.iter().position(|&byte| byte == b':');
        let name = colon.map(|colon| line[..colon].trim_ascii_end());
        name.is_some_and(|name| MAIL_HEADERS.iter().any(|known| known.eq_ignore_ascii_case(name)))
    })
}

/// How often `needle` (lower case) occurs, in any case.
fn count(raw: &[u8], needle: &[u8]) -> usize {
    occurrences(raw, needle).count()
}

fn occurrences<'r>(raw: &'r [u8], needle: &'r [u8]) -> impl Iterator<Item = usize> + 'r {
    let first = needle[0];
    raw.iter().enumerate().filter_map(move |(at, byte)| {
        (byte.to_ascii_lowercase() == first
            && raw.get(at..at + needle.len()).is_some_and(|found| found.eq_ignore_ascii_case(needle)))
        .then_some(at)
    })
}

/// Lines that could hold a boundary, and lines that could be headers of the part behind it. The parser takes a
/// boundary in the middle of a line as well.
fn part_lines(raw: &[u8]) -> (usize, usize) {
    let (mut boundaries, mut headers, mut in_header) = (0, 0, false);
    for line in raw.split(|&byte| byte == b'\n') {
        if line.windows(2).any(|pair| pair == b"--") {
            boundaries += 1;
            in_header = true;
        } else if line.iter().all(u8::is_ascii_whitespace) {
            in_header = false;
        }
        if in_header && line.contains(&b':') {
            headers += 1;
        }
    }
    (boundaries, headers)
}

/// The subtypes that make the parser recurse, and the sentinels of their first letters (lower, upper case).
const RECURSIVE: [(&[u8], u8, u8); 3] = [(b"rfc822", 0x01, 0x02), (b"global", 0x03, 0x04), (b"digest", 0x05, 0x06)];

/// Spoils each such token wherever a header value could hold it: on a line with a colon before it, or on a folded
/// line. Lines of base64 have neither, so no encoded content is touched.
fn defuse(raw: &[u8]) -> Cow<'_, [u8]> {
    let mut defused = Cow::Borrowed(raw);
    let mut start = 0;
    for line in raw.split_inclusive(|&byte| byte == b'\n') {
        let value = match line.first() {
            Some(b' ' | b'\t' | b'\r') => Some(0),
            _ => line.iter().position(|&byte| byte == b':'),
        };
        if let Some(value) = value {
            for (token, lower, upper) in RECURSIVE {
                for at in occurrences(&line[value..], token) {
                    let at = start + value + at;
                    let sentinel = if raw[at].is_ascii_lowercase() { lower } else { upper };
                    defused.to_mut()[at] = sentinel;
                }
            }
        }
        start += line.len();
    }
    defused
}

/// The letter that a sentinel of [`defuse`] stands for.
pub(super) fn restore(c: char) -> char {
    match c {
        '\u{1}' => 'r',
        '\u{2}' => 'R',
        '\u{3}' => 'g',
        '\u{4}' => 'G',
        '\u{5}' => 'd',
        '\u{6}' => 'D',
        other => other,
    }
}

/// How deep multiparts are nested. Parents stand before their children in the list of parts.
fn depth(message: &Message<'_>) -> usize {
    let mut depths = vec![1_usize; message.parts.len()];
    for (id, part) in message.parts.iter().enumerate() {
        if let PartType::Multipart(children) = &part.body {
            let below = depths[id] + 1;
            for child in children {
                if let Some(depth) = depths.get_mut(*child as usize) {
                    *depth = (*depth).max(below);
                }
            }
        }
    }
    depths.into_iter().max().unwrap_or(0)
}
