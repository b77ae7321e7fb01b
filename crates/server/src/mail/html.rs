//! One quick look through an HTML body: its words, the pictures it names, how much there is of it. Tags are taken
//! as they come, without a tree, so nesting costs nothing.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// What the look finds.
#[derive(Debug, Default)]
pub(super) struct Glance {
    /// The words, as plain text; quotes behind `>`.
    pub text: String,
    /// The content ids of pictures, without brackets.
    pub cids: BTreeSet<String>,
    /// It names pictures on other servers.
    pub remote_images: bool,
    /// What stands in its style elements.
    pub styles: String,
    /// Start tags.
    pub tags: usize,
}

/// Looks through `html`.
pub(super) fn glance(html: &str) -> Glance {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(Sink::default(), Default::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut state = tokenizer.sink.0.into_inner();
    state.break_line(0);
    state.found
}

#[derive(Default)]
struct Sink(RefCell<State>);

#[derive(Default)]
struct State {
    found: Glance,
    /// Inside an element whose words are not the mail's: its name.
    silent: Option<&'static str>,
    quotes: usize,
    /// Those around the line before.
    quotes_before: usize,
    preformatted: usize,
    /// The line being written, without its quote marks.
    line: String,
    /// Empty lines owed before the next words.
    gap: usize,
}

/// Elements whose words are not shown. Each holds nothing but text, so its end cannot be missed.
const SILENT: [&str; 6] = ["script", "style", "title", "noframes", "noembed", "iframe"];

/// Elements that stand on lines of their own, with an empty line around those that are paragraphs.
fn gap_around(name: &str) -> Option<usize> {
    Some(match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" | "pre" | "blockquote" | "table" | "hr" => 1,
        "div" | "li" | "tr" | "dt" | "dd" | "section" | "article" | "header" | "footer" | "center" | "address"
        | "form" | "fieldset" | "details" | "summary" | "figure" | "main" | "nav" | "aside" | "caption" => 0,
        _ => return None,
    })
}

impl State {
    /// Ends the line, if it has words, and owes `gap` empty ones.
    fn break_line(&mut self, gap: usize) {
        let line = self.line.trim_end();
        if !line.trim().is_empty() {
            let text = &mut self.found.text;
            if !text.is_empty() {
                for _ in 0..self.gap.min(1) {
                    text.push_str(if self.quotes.min(self.quotes_before) > 0 { ">\n" } else { "\n" });
                }
            }
            if self.quotes > 0 {
                text.push_str(&">".repeat(self.quotes.min(10)));
                text.push(' ');
            }
            text.push_str(line);
            text.push('\n');
            self.gap = 0;
            self.quotes_before = self.quotes;
        }
        self.line.clear();
        self.gap = self.gap.max(gap);
    }

    fn words(&mut self, words: &str) {
        for c in words.chars() {
            match c {
                '\n' if self.preformatted > 0 => {
                    // An empty line of preformatted text is one.
                    let gap = usize::from(self.line.trim().is_empty());
                    self.break_line(gap);
                }
                ' ' | '\t' | '\n' | '\r' | '\u{c}' if self.preformatted == 0 => {
                    if !self.line.is_empty() && !self.line.ends_with(' ') {
                        self.line.push(' ');
                    }
                }
                // What newsletters stuff behind their preview line.
                '\u{200b}' | '\u{200c}' | '\u{34f}' | '\u{ad}' => {}
                '\u{a0}' => self.line.push(' '),
                c => self.line.push(c),
            }
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let starts = tag.kind == TagKind::StartTag;
        if let Some(silent) = self.silent {
            if !starts && name == silent {
                self.silent = None;
            }
            return TokenSinkResult::Continue;
        }
        if starts {
            self.found.tags += 1;
            if let Some(&silent) = SILENT.iter().find(|silent| **silent == name)
                && !tag.self_closing
            {
                self.silent = Some(silent);
                return match silent {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "title" => TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => TokenSinkResult::RawData(RawKind::Rawtext),
                };
            }
            if name == "img" {
                self.image(tag);
            }
        }
        if name == "br" {
            // A second one in a row makes an empty line.
            let empty = self.line.trim().is_empty();
            self.break_line(usize::from(empty));
        } else if let Some(gap) = gap_around(name) {
            self.break_line(gap);
        }
        match (name, starts) {
            ("td" | "th", true) if !self.line.is_empty() => self.words(" "),
            ("li", true) => self.line.push_str("- "),
            ("blockquote", true) => self.quotes += 1,
            ("blockquote", false) => self.quotes = self.quotes.saturating_sub(1),
            ("pre", true) => self.preformatted += 1,
            ("pre", false) => self.preformatted = self.preformatted.saturating_sub(1),
            ("textarea", true) => return TokenSinkResult::RawData(RawKind::Rcdata),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn image(&mut self, tag: &Tag) {
        let attribute = |name: &str| tag.attrs.iter().find(|it| &*it.name.local == name).map(|it| it.value.trim());
        let source = attribute("src").unwrap_or_default();
        let lower = source.get(..8).unwrap_or(source).to_ascii_lowercase();
        if lower.starts_with("cid:") {
            self.found.cids.insert(content_id(&source[4..]));
        } else if lower.starts_with("http:") || lower.starts_with("https:") {
            self.found.remote_images = true;
        }
        if let Some(alt) = attribute("alt").filter(|alt| !alt.is_empty()) {
            self.words(alt);
        }
    }
}

/// A content id as it is compared: without brackets, percent-decoded.
pub(super) fn content_id(id: &str) -> String {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    let mut decoded = Vec::with_capacity(id.len());
    let mut bytes = id.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
                bytes = ahead;
            }
            _ => decoded.push(byte),
        }
    }
    String::from_utf8_lossy(&decoded).to_ascii_lowercase()
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => return state.tag(&tag),
            Token::CharacterTokens(words) => match state.silent {
                None => state.words(&words),
                Some("style") => state.found.styles.push_str(&words),
                Some(_) => {}
            },
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::glance;

    #[test]
    fn words_come_out_as_they_read() {
        let found = glance(
            "<html><head><title>no</title><style>p{}</style></head><body><p>Hej  <b>Anna</b>,</p><p>one<br>two</p>\
             <ul><li>a</li><li>b</li></ul><table><tr><td>x</td><td>y</td></tr></table>\
             <blockquote type=cite><p>old</p><blockquote>older</blockquote></blockquote><script>no()</script>\
             <img src='CID:Logo%40x' alt=Hyllan><img src=https://t.example/p.gif></body></html>",
        );
        assert_eq!(found.text, "Hej Anna,\n\none\ntwo\n\n- a\n- b\n\nx y\n\n> old\n>\n>> older\n\nHyllan\n");
        assert_eq!(found.styles, "p{}");
        assert!(found.cids.contains("logo@x") && found.remote_images);
    }
}
