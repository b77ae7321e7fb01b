//! From text to [`Query`]. It never fails: what cannot be read is left out and told.

use super::operator::Meaning;
use super::token::{Body, Piece, Token, tokens};
use super::{CHARACTERS_MOST, Code, Operator, Query, TERMS_MOST, Text, When, Word, Wrong};
use std::ops::Range;

/// What a text means, and everything in it that means nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    pub query: Query,
    /// In the order of the text.
    pub wrong: Vec<Wrong>,
}

/// Reads what was typed. The language is described in [`crate::query`].
#[must_use]
pub fn parse(text: &str) -> Parsed {
    let end = text.char_indices().nth(CHARACTERS_MOST).map_or(text.len(), |(end, _)| end);
    let mut parser = Parser { text: &text[..end], parsed: Parsed::default(), count: 0 };
    for token in tokens(parser.text) {
        if !parser.token(&token) {
            parser.wrong(token.at.start..end, Code::TooMany, 0..0);
            break;
        }
    }
    if end < text.len() {
        parser.wrong(end..text.len(), Code::TooLong, 0..0);
    }
    parser.parsed
}

struct Parser<'a> {
    text: &'a str,
    parsed: Parsed,
    /// Words and values so far.
    count: usize,
}

impl Parser<'_> {
    /// False if it is one too many.
    fn token(&mut self, token: &Token) -> bool {
        match &token.body {
            Body::Word { piece, star } => {
                let Some(text) = Text::new(&self.text[piece.text.clone()]) else { return true };
                let prefix = *star || token.is_being_typed(self.text);
                self.parsed.query.words.push(Word { text, prefix, not: token.not });
                self.count += 1;
                if self.count > TERMS_MOST {
                    self.parsed.query.words.pop();
                }
            }
            Body::Term { name, operator: None, .. } => {
                self.count += 1;
                if self.count <= TERMS_MOST {
                    self.wrong(name.start..name.end + 1, Code::NoOperator, name.clone());
                }
            }
            Body::Term { name, operator: Some(operator), values } => {
                for value in values {
                    self.count += 1;
                    if self.count > TERMS_MOST {
                        break;
                    }
                    self.value(token, name, *operator, value);
                }
            }
        }
        self.count <= TERMS_MOST
    }

    fn value(&mut self, token: &Token, name: &Range<usize>, operator: Operator, value: &Piece) {
        let typed = &self.text[value.text.clone()];
        match operator.read(typed, value.quoted, token.not) {
            Ok(Meaning::Wanted(term)) => self.parsed.query.want(term),
            Ok(Meaning::Excluded(term)) => self.parsed.query.exclude(term),
            Ok(Meaning::Everything) => {}
            Ok(Meaning::Date(when)) => self.date(operator, when, value),
            Err(code @ Code::NotExcluded(_)) => self.wrong(token.at.clone(), code, name.start..value.at.end),
            // An empty place cannot be shown: the name is.
            Err(code @ Code::Incomplete(_)) => self.wrong(name.start..name.end + 1, code, value.text.clone()),
            Err(code) => {
                let begun = value.at.end == self.text.len() && !value.quoted && is_begun(operator, typed);
                let code = if begun { Code::Incomplete(operator) } else { code };
                self.wrong(value.at.clone(), code, value.text.clone());
            }
        }
    }

    fn date(&mut self, operator: Operator, when: When, value: &Piece) {
        let dates = &mut self.parsed.query.dates;
        let place = match operator {
            Operator::After => &mut dates.after,
            Operator::Before => &mut dates.before,
            _ => &mut dates.on,
        };
        match place {
            Some(given) if *given != when => self.wrong(value.at.clone(), Code::Twice(operator), value.text.clone()),
            _ => *place = Some(when),
        }
    }

    fn wrong(&mut self, at: Range<usize>, code: Code, value: Range<usize>) {
        let value = self.text[value].to_owned();
        self.parsed.wrong.push(Wrong { at, code, value });
    }
}

/// `typed` is the beginning of something that may stand after `operator`.
fn is_begun(operator: Operator, typed: &str) -> bool {
    if operator.is_date() {
        return When::is_begun(typed);
    }
    operator.values().iter().any(|value| starts_with(value, typed))
}

/// Whether `value`, which is ASCII, begins with `typed` in any case.
pub(super) fn starts_with(value: &str, typed: &str) -> bool {
    value.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
}
