//! What could be meant by what stands before the caret. Agents and contacts are the app's to offer.

use super::Operator;
use super::parse::starts_with;
use super::print::print_value;
use super::token::{Body, Token, tokens};
use std::ops::Range;

/// What is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// The name of an operator, or a word; behind a minus if `not`.
    Operator { not: bool },
    /// A value of this operator.
    Value(Operator),
}

/// A place that can be completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The bytes that a choice replaces.
    pub range: Range<usize>,
    /// What of it stands before the caret, without quotes: what a choice has to begin with.
    pub beginning: String,
    pub kind: CompletionKind,
}

/// What to offer with the caret before the byte `caret` of `text`; none within phrases, behind words that are no
/// name, and where `caret` is no boundary of characters.
#[must_use]
pub fn complete(text: &str, caret: usize) -> Option<Completion> {
    if !text.is_char_boundary(caret) {
        return None;
    }
    let Some(token) = tokens(text).into_iter().find(|token| token.at.start < caret && caret <= token.at.end) else {
        return Some(name(text, caret..caret, caret, false));
    };
    let Token { not, body, .. } = token;
    match body {
        Body::Word { piece, .. } => {
            if &text[piece.at.clone()] == "-" {
                return Some(name(text, caret..caret, caret, true));
            }
            let before = &text[piece.at.start..caret];
            let may_be_name = !piece.quoted && before.chars().all(char::is_alphabetic);
            may_be_name.then(|| name(text, piece.at.clone(), caret, not))
        }
        Body::Term { name: named, operator, values } => {
            if caret <= named.end {
                return Some(name(text, named.start..named.end + 1, caret, not));
            }
            let operator = operator?;
            let value = values.into_iter().find(|value| value.at.start <= caret && caret <= value.at.end)?;
            let beginning = text[value.text.start..caret.clamp(value.text.start, value.text.end)].to_owned();
            Some(Completion { range: value.at, beginning, kind: CompletionKind::Value(operator) })
        }
    }
}

fn name(text: &str, range: Range<usize>, caret: usize, not: bool) -> Completion {
    let beginning = text[range.start..caret].to_owned();
    Completion { range, beginning, kind: CompletionKind::Operator { not } }
}

impl Completion {
    /// The fixed choices, in order: operators with their colons, or values. For dates, a few examples.
    #[must_use]
    pub fn values(&self) -> Vec<&'static str> {
        let mut values: Vec<&'static str> = match self.kind {
            CompletionKind::Operator { not } => Operator::ALL
                .into_iter()
                .filter(|operator| !not || operator.can_exclude())
                .map(Operator::typed)
                .collect(),
            CompletionKind::Value(operator) if operator.is_date() => vec!["today", "yesterday", "7d", "1m", "1y"],
            CompletionKind::Value(operator) => operator.values(),
        };
        values.retain(|value| starts_with(value, &self.beginning));
        values
    }

    /// `text` with `choice` in its place, quoted if need be, and where the caret then stands: behind an operator's
    /// colon, or behind the space after a value.
    #[must_use]
    pub fn accept(&self, text: &str, choice: &str) -> (String, usize) {
        let before = text.get(..self.range.start).unwrap_or(text);
        let after = text.get(self.range.end..).unwrap_or_default();
        let mut out = before.to_owned();
        let mut caret_behind = 0;
        if let CompletionKind::Value(_) = self.kind {
            print_value(choice, &mut out);
            if after.starts_with(' ') {
                caret_behind = 1;
            } else if !after.starts_with(',') {
                out.push(' ');
            }
        } else {
            out.push_str(choice);
        }
        let caret = out.len() + caret_behind;
        out.push_str(after);
        (out, caret)
    }
}
