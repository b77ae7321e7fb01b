//! Which parts of a shown text were found.

use super::fold::Folded;
use super::{Assignee, ContactRef, Field, Query, Term, Text};
use std::ops::Range;

/// Marks in one text at the most: more would only slow the page.
const MARKS_MOST: usize = 1_000;

/// The byte ranges of `shown` that the words of `query` match: in order, apart, on the boundaries of letters. Of a
/// beginning, what was typed of it is marked.
#[must_use]
pub fn marks(query: &Query, shown: &str) -> Vec<Range<usize>> {
    marks_in(query, None, shown)
}

/// As [`marks`], in a text that the values of `field` look at as well: a subject, a sender's name.
#[must_use]
pub fn marks_in(query: &Query, field: Option<Field>, shown: &str) -> Vec<Range<usize>> {
    let mut sought: Vec<(Vec<String>, bool)> = Vec::new();
    for word in &query.words {
        if !word.not {
            sought.push((word.parts(), word.prefix));
        }
    }
    if let Some(field) = field {
        for term in query.wanted(field) {
            if let Some(text) = text_of(term) {
                sought.push((text.parts(), true));
            }
        }
    }
    if sought.is_empty() {
        return Vec::new();
    }
    let folded = Folded::new(shown);
    let mut marks: Vec<Range<usize>> = Vec::new();
    for (first, word) in folded.words.iter().enumerate() {
        let mut end = 0;
        for (parts, prefix) in &sought {
            end = end.max(folded.end_of(first, parts, *prefix).unwrap_or(0));
        }
        if end == 0 {
            continue;
        }
        if let Some(last) = marks.last_mut().filter(|last| word.at.start < last.end) {
            last.end = last.end.max(end);
        } else if marks.len() < MARKS_MOST {
            marks.push(word.at.start..end);
        }
    }
    marks
}

fn text_of(term: &Term) -> Option<&Text> {
    match term {
        Term::From(text)
        | Term::To(text)
        | Term::Subject(text)
        | Term::Filename(text)
        | Term::Contact(ContactRef::Named(text))
        | Term::Assignee(Assignee::Named(text)) => Some(text),
        _ => None,
    }
}
