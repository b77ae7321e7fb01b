//! What can be wrong with a typed search, in sentences.

use super::{CHARACTERS_MOST, Operator, TERMS_MOST};
use std::ops::Range;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Longer than [`CHARACTERS_MOST`]; the rest was not read.
    TooLong,
    /// More than [`TERMS_MOST`] words and values; the rest was not read.
    TooMany,
    /// A name and a colon, but no operator.
    NoOperator,
    /// Not one of the operator's values.
    NotAValue(Operator),
    NotADate(Operator),
    /// A date that is given already, and differs.
    Twice(Operator),
    /// A minus where it has no meaning.
    NotExcluded(Operator),
    /// No value yet, or the beginning of one at the end of the text. Not a mistake while somebody is typing.
    Incomplete(Operator),
}

/// Something in a typed search that was left out of the [`Query`](super::Query), and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Bytes of the text, on the boundaries of characters.
    pub at: Range<usize>,
    pub code: Code,
    /// What was typed there; empty for what is too much.
    pub value: String,
}

impl Code {
    /// Stable, snake case.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::TooMany => "too_many",
            Self::NoOperator => "no_operator",
            Self::NotAValue(_) => "not_a_value",
            Self::NotADate(_) => "not_a_date",
            Self::Twice(_) => "twice",
            Self::NotExcluded(_) => "not_excluded",
            Self::Incomplete(_) => "incomplete",
        }
    }
}

impl Wrong {
    /// Only begun: no reason to alarm somebody who is typing.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        matches!(self.code, Code::Incomplete(_))
    }

    /// An English sentence that names the thing and says what would be right.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut out = String::new();
        match self.code {
            Code::TooLong => {
                say(&mut out, &["A search has at most ", &number(CHARACTERS_MOST), " characters."]);
            }
            Code::TooMany => {
                say(&mut out, &["A search has at most ", &number(TERMS_MOST), " words and filters."]);
            }
            Code::NoOperator => {
                say(&mut out, &["There is no operator `", &self.value, ":`. "]);
                match meant(&self.value) {
                    Some(operator) => say(&mut out, &["Did you mean `", operator.typed(), "`?"]),
                    None => out.push_str("Put it in quotes to search for it as text."),
                }
            }
            Code::NotAValue(operator) | Code::NotADate(operator) => {
                say(&mut out, &["`", operator.typed(), "` wants ", &wanted(operator), ", not `", &self.value, "`."]);
            }
            Code::Incomplete(operator) => {
                say(&mut out, &["`", operator.typed(), "` wants ", &wanted(operator), "."]);
            }
            Code::Twice(operator) => {
                say(&mut out, &["`", operator.typed(), "` can be given once; `", &self.value, "` is a second date."]);
            }
            Code::NotExcluded(operator) => {
                say(&mut out, &["`", &self.value, "` cannot be excluded: leave the minus before `"]);
                say(&mut out, &[operator.typed(), "` away."]);
            }
        }
        out
    }
}

fn say(out: &mut String, pieces: &[&str]) {
    for piece in pieces {
        out.push_str(piece);
    }
}

/// With a comma before the last three digits.
fn number(number: usize) -> String {
    let mut digits = number.to_string();
    if digits.len() > 3 {
        digits.insert(digits.len() - 3, ',');
    }
    digits
}

/// What may stand after `operator`.
fn wanted(operator: Operator) -> String {
    match operator {
        Operator::From | Operator::To => "a name or an address".into(),
        Operator::Subject => "words of the subject".into(),
        Operator::Contact => "a name, an address or a contact's number".into(),
        Operator::Assignee => "me, none, anyone, bot, or a colleague's name or address".into(),
        Operator::Filename => "a part of a file's name".into(),
        Operator::Before | Operator::After | Operator::On => "a date such as 2026-11-21".into(),
        Operator::Channel | Operator::Is | Operator::Has | Operator::In | Operator::Hide => {
            let values = operator.values();
            let mut out = String::new();
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    out.push_str(if place + 1 == values.len() { " or " } else { ", " });
                }
                out.push_str(value);
            }
            out
        }
    }
}

/// What others call it.
const OTHER_NAMES: [(&str, Operator); 12] = [
    ("sender", Operator::From),
    ("author", Operator::From),
    ("recipient", Operator::To),
    ("title", Operator::Subject),
    ("customer", Operator::Contact),
    ("owner", Operator::Assignee),
    ("agent", Operator::Assignee),
    ("status", Operator::Is),
    ("state", Operator::Is),
    ("until", Operator::Before),
    ("since", Operator::After),
    ("view", Operator::In),
];

/// The operator that `name` was probably meant to be.
fn meant(name: &str) -> Option<Operator> {
    let name = name.to_ascii_lowercase();
    if let Some((_, operator)) = OTHER_NAMES.iter().find(|(other, _)| *other == name) {
        return Some(*operator);
    }
    let slip = Operator::ALL.into_iter().find(|operator| name.len() > 2 && one_slip(operator.name(), &name));
    slip.or_else(|| {
        let short = |operator: &Operator| name.len() > 1 && operator.name().starts_with(name.as_str());
        Operator::ALL.into_iter().find(short)
    })
}

/// One letter too many, too few or another, or two that have changed places.
fn one_slip(right: &str, typed: &str) -> bool {
    let (right, typed) = (right.as_bytes(), typed.as_bytes());
    let same = right.iter().zip(typed).take_while(|(a, b)| a == b).count();
    let (right, typed) = (&right[same..], &typed[same..]);
    match (right, typed) {
        ([], [_]) | ([_], []) => true,
        ([a, right @ ..], [b, typed @ ..]) => {
            let swapped = match (right, typed) {
                ([c, right @ ..], [d, typed @ ..]) => a == d && b == c && right == typed,
                _ => false,
            };
            swapped || right == typed || is_rest(a, right, typed) || is_rest(b, typed, right)
        }
        _ => false,
    }
}

/// `whole` is `first` and then `rest`.
fn is_rest(first: &u8, rest: &[u8], whole: &[u8]) -> bool {
    whole.split_first().is_some_and(|(letter, others)| letter == first && others == rest)
}
