//! Texts out of mail, made fit to store and show: no NUL, no stray control characters, no tricks with direction.

use super::limits::restore;
use std::borrow::Cow;

/// The longest text kept beside the source, in characters; the rest is in the source.
pub const TEXT_MOST: usize = 200_000;
/// The longest subject or name kept, in characters.
const LINE_MOST: usize = 998;

/// A text of several lines: LF line ends, control characters gone, blank space at its end gone, cut at [`TEXT_MOST`].
pub(super) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len().min(4 * TEXT_MOST));
    let mut chars = text.chars().peekable();
    let mut length = 0;
    while let Some(c) = chars.next() {
        let c = match restore(c) {
            '\r' if chars.peek() == Some(&'\n') => continue,
            '\r' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}' => '\n',
            '\u{feff}' => continue,
            c if c.is_control() && !matches!(c, '\n' | '\t') => continue,
            c => c,
        };
        tidied.push(c);
        length += 1;
        if length == TEXT_MOST {
            break;
        }
    }
    tidied.truncate(tidied.trim_end().len());
    let blank = tidied.len() - tidied.trim_start_matches(['\n', ' ', '\t']).len();
    if tidied[..blank].contains('\n') {
        // Leading empty lines go, the indent of the first line stays.
        let start = tidied[..blank].rfind('\n').map_or(0, |newline| newline + 1);
        tidied.drain(..start);
    }
    tidied
}

/// A text of one line: every run of white space or control characters is one space, marks that turn the direction of
/// writing are gone.
pub(super) fn line(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len().min(LINE_MOST * 4));
    let mut length = 0;
    for c in text.chars().map(restore) {
        if turns_direction(c) || c == '\u{feff}' {
            continue;
        }
        let blank = c.is_control() || c.is_whitespace();
        if blank && (tidied.is_empty() || tidied.ends_with(' ')) {
            continue;
        }
        tidied.push(if blank { ' ' } else { c });
        length += 1;
        if length == LINE_MOST {
            break;
        }
    }
    tidied.truncate(tidied.trim_end().len());
    tidied
}

/// A file's name as a text: never a path, never longer than file systems take.
pub(super) fn file_name(name: &str) -> String {
    let mut name: String = line(name).chars().map(|c| if matches!(c, '/' | '\\' | ':') { '_' } else { c }).collect();
    name = name.trim_matches(['.', ' ']).to_owned();
    const MOST: usize = 200;
    if name.chars().count() <= MOST {
        return name;
    }
    // The end holds what programs go by.
    let ending: String = match name.rfind('.') {
        Some(dot) if name[dot..].chars().count() <= 12 => name[dot..].to_owned(),
        _ => String::new(),
    };
    let kept = MOST - ending.chars().count();
    name.chars().take(kept).chain(ending.chars()).collect()
}

/// Embeddings, overrides and isolates, and the marks of direction.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// Plain text as HTML text.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Bytes without a charset: UTF-8 if they are, else what most such mail was written in.
pub(super) fn guess(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => match mail_parser::decoders::charsets::map::charset_decoder(b"windows-1252") {
            Some(decode) => decode(bytes).into(),
            None => String::from_utf8_lossy(bytes),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_control_characters_and_keep_their_indent() {
        assert_eq!(tidy("\r\n\r\n  a\0b\r\nc\u{1b}\t\r\n\r\n"), "  ab\nc");
        assert_eq!(line("  two\r\n words\u{202e}gpj "), "two wordsgpj");
    }

    #[test]
    fn file_names_are_texts() {
        assert_eq!(file_name("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(file_name("C:\\a\\b.txt"), "C__a_b.txt");
        assert_eq!(file_name("photo\u{202e}gnp.exe"), "photognp.exe");
        let long = file_name(&format!("{}.tar.gz", "å".repeat(500)));
        assert_eq!(long.chars().count(), 200);
        assert!(long.ends_with(".gz"));
    }
}
