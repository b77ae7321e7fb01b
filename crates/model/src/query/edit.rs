//! How a filter control changes what was typed: its own terms only, and the rest byte for byte.

use super::parse::parse;
use super::print::print_field;
use super::token::{Body, Piece, Token, tokens};
use super::{Field, Operator, Query};

/// `text` with the filter `field` set as it is in `to`: [`parse`] the text, change the query, and give both to this.
/// The rest of `to` is not looked at.
///
/// The new terms stand where the first old one stood, otherwise at the end, but before a word that is still being
/// typed. Values of `field` that could not be read go with the others. If `text` says so already, it stays as it is.
#[must_use]
pub fn edit(text: &str, field: Field, to: &Query) -> String {
    if parse(text).query.agrees(to, field) {
        return text.to_owned();
    }
    let mut terms = String::new();
    print_field(to, field, &mut terms);

    let mut out = Out { text: String::with_capacity(text.len() + terms.len() + 1), cut: false };
    let mut placed = terms.is_empty();
    let mut end = 0;
    let all = tokens(text);
    for (place, token) in all.iter().enumerate() {
        let gap = &text[end..token.at.start];
        end = token.at.end;
        let kept = kept(text, token, field);
        let touched = kept.as_deref() != Some(&text[token.at.clone()]);
        if !placed && (touched || place + 1 == all.len() && is_open(text, token)) {
            out.cut = true;
            out.push(gap, &terms);
            out.cut = true;
            placed = true;
            if let Some(kept) = kept {
                out.push(" ", &kept);
            }
        } else if let Some(kept) = kept {
            out.push(gap, &kept);
        } else {
            out.cut = true;
            if end == text.len() {
                // The word before must not become the one that is being typed.
                out.close();
            }
        }
    }
    if !placed {
        out.text.push_str(&text[end..]);
        out.close();
        out.text.push_str(&terms);
    } else if !out.text.is_empty() {
        out.text.push_str(&text[end..]);
    }
    out.text
}

struct Out {
    text: String,
    /// Something was taken out or put in since the last piece.
    cut: bool,
}

impl Out {
    fn push(&mut self, gap: &str, piece: &str) {
        match (self.cut, self.text.is_empty()) {
            (true, true) => {}
            (true, false) if gap.is_empty() => self.text.push(' '),
            _ => self.text.push_str(gap),
        }
        self.text.push_str(piece);
        self.cut = false;
    }

    /// Ends with a space, if there is anything.
    fn close(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(char::is_whitespace) {
            self.text.push(' ');
        }
    }
}

/// What stays of `token` when the values of `field` go; none if nothing does.
fn kept(text: &str, token: &Token, field: Field) -> Option<String> {
    let whole = &text[token.at.clone()];
    let Body::Term { operator: Some(operator), values, .. } = &token.body else { return Some(whole.to_owned()) };
    let stays: Vec<&Piece> =
        values.iter().filter(|value| field_of(text, token, *operator, value) != Some(field)).collect();
    if stays.len() == values.len() {
        return Some(whole.to_owned());
    }
    let first = values.first()?;
    let mut out = text[token.at.start..first.at.start].to_owned();
    for (place, value) in stays.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        out.push_str(&text[value.at.clone()]);
    }
    (!stays.is_empty()).then_some(out)
}

fn field_of(text: &str, token: &Token, operator: Operator, value: &Piece) -> Option<Field> {
    match operator.read(&text[value.text.clone()], value.quoted, token.not) {
        Ok(meaning) => Some(meaning.field()),
        Err(_) => operator.field(),
    }
}

/// Whether the last token would take in what is put behind it, or is a word that what is put behind it would end.
fn is_open(text: &str, token: &Token) -> bool {
    if token.at.end < text.len() {
        return false;
    }
    match &token.body {
        Body::Word { piece, star } => !star && (piece.unclosed || !piece.quoted),
        Body::Term { operator: None, .. } => true,
        Body::Term { operator: Some(operator), values, .. } => values.last().is_some_and(|value| {
            value.unclosed || operator.read(&text[value.text.clone()], value.quoted, token.not).is_err()
        }),
    }
}
