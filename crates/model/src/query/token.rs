//! A typed text cut into what stands between its spaces. What the pieces mean is not known here.

use super::fold::goes_on;
use super::operator::Operator;
use std::ops::Range;

/// A word or a phrase, or one value of an operator.
pub(super) struct Piece {
    /// All of it, quotes and asterisks included.
    pub at: Range<usize>,
    /// What it says.
    pub text: Range<usize>,
    pub quoted: bool,
    /// Its quote was not closed: it reaches to the end of the text.
    pub unclosed: bool,
}

pub(super) enum Body {
    Word {
        piece: Piece,
        /// An asterisk stands behind it.
        star: bool,
    },
    /// `name:value,value`: at least one value, which may be empty.
    Term {
        /// Without the colon.
        name: Range<usize>,
        /// None if there is no operator of that name.
        operator: Option<Operator>,
        values: Vec<Piece>,
    },
}

pub(super) struct Token {
    pub at: Range<usize>,
    /// A minus stands before it.
    pub not: bool,
    pub body: Body,
}

impl Token {
    /// The last word of `text` that is still being typed: bare, or in quotes that are open, and nothing behind it.
    pub(super) fn is_being_typed(&self, text: &str) -> bool {
        let Body::Word { piece, star } = &self.body else { return false };
        let open = !piece.quoted || piece.unclosed;
        open && !star && !self.not && self.at.end == text.len() && text.chars().next_back().is_some_and(goes_on)
    }
}

/// What opens and closes a phrase; telephones put the curved ones in by themselves.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

/// What stands between tokens.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Every token of `text` in order.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        reader.skip(is_space);
        if reader.at == text.len() {
            return tokens;
        }
        tokens.push(reader.token());
    }
}

struct Reader<'a> {
    text: &'a str,
    /// On the boundary of a character.
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn skip(&mut self, while_: fn(char) -> bool) {
        while let Some(c) = self.peek().filter(|c| while_(*c)) {
            self.at += c.len_utf8();
        }
    }

    fn token(&mut self) -> Token {
        let start = self.at;
        let not = self.peek() == Some('-') && self.text[start + 1..].chars().next().is_some_and(|next| !is_space(next));
        if not {
            self.at += 1;
        }
        let body = self.term().unwrap_or_else(|| self.word());
        Token { at: start..self.at, not, body }
    }

    fn word(&mut self) -> Body {
        let mut piece = self.piece(false);
        let star = if piece.quoted {
            let closed = self.at;
            self.skip(|c| c == '*');
            piece.at.end = self.at;
            self.at > closed
        } else {
            let whole = piece.text.len();
            piece.text.end = piece.text.start + self.text[piece.text.clone()].trim_end_matches('*').len();
            piece.text.len() < whole
        };
        Body::Word { piece, star }
    }

    /// An operator with its values, if one stands here; otherwise nothing is read.
    fn term(&mut self) -> Option<Body> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest.find(|c: char| !c.is_alphabetic()).filter(|length| *length > 0)?;
        let behind = rest[length..].strip_prefix(':')?;
        let operator = Operator::from_name(&rest[..length]);
        if operator.is_none() && !behind.starts_with(|c: char| c.is_alphanumeric() || is_quote(c)) {
            return None;
        }
        self.at = start + length + 1;
        let mut values = vec![self.piece(true)];
        while self.peek() == Some(',') {
            self.at += 1;
            values.push(self.piece(true));
        }
        Some(Body::Term { name: start..start + length, operator, values })
    }

    fn piece(&mut self, is_value: bool) -> Piece {
        let start = self.at;
        let Some(quote) = self.peek().filter(|c| is_quote(*c)) else {
            self.skip(if is_value {
                |c| !is_space(c) && !is_quote(c) && c != ','
            } else {
                |c| !is_space(c) && !is_quote(c)
            });
            return Piece { at: start..self.at, text: start..self.at, quoted: false, unclosed: false };
        };
        self.at += quote.len_utf8();
        let inside = self.at;
        self.skip(|c| !is_quote(c));
        let text = inside..self.at;
        let closing = self.peek();
        self.at += closing.map_or(0, char::len_utf8);
        Piece { at: start..self.at, text, quoted: true, unclosed: closing.is_none() }
    }
}
