//! From [`Query`] to its one canonical text: words as they were typed, then the filters in a fixed order.
//!
//! `parse(print(q))` is `q`, as long as it keeps within the limits of a search.

use super::{Assignee, ContactRef, Field, Operator, Query, Term, When, Word};
use crate::view::View;

impl Query {
    /// The canonical text.
    #[must_use]
    pub fn print(&self) -> String {
        let mut filters = String::new();
        for field in Field::ALL {
            print_field(self, field, &mut filters);
        }
        let mut out = String::new();
        for (place, word) in self.words.iter().enumerate() {
            let last = filters.is_empty() && place + 1 == self.words.len();
            gap(&mut out);
            print_word(word, last, &mut out);
        }
        if !filters.is_empty() {
            gap(&mut out);
            out.push_str(&filters);
        }
        out
    }
}

fn gap(out: &mut String) {
    if !out.is_empty() {
        out.push(' ');
    }
}

/// A bare word at the end of the text counts as a beginning, so there the asterisk can be spared, and a whole word
/// needs quotes.
fn print_word(word: &Word, last: bool, out: &mut String) {
    let text = word.text.as_str();
    if word.not {
        out.push('-');
    }
    let open = last && !word.not && text.ends_with(super::fold::goes_on);
    let bare = !text.contains([' ', ':']) && !text.starts_with('-') && !text.ends_with('*');
    if bare && (!open || word.prefix) {
        out.push_str(text);
    } else {
        quote(text, out);
    }
    if word.prefix && !(bare && open) {
        out.push('*');
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    out.push_str(text);
    out.push('"');
}

/// Everything that `query` asks of `field`, with a space before it unless `out` is empty.
pub(super) fn print_field(query: &Query, field: Field, out: &mut String) {
    if field == Field::Dates {
        print_date(Operator::After, query.dates.after, out);
        print_date(Operator::Before, query.dates.before, out);
        print_date(Operator::On, query.dates.on, out);
        return;
    }
    let mut last = None;
    for term in query.wanted(field) {
        print_term(operator(field), false, term, &mut last, out);
    }
    for term in query.excluded(field) {
        let operator = match term {
            Term::View(View::Spam | View::Trash) => Operator::Hide,
            _ => operator(field),
        };
        print_term(operator, operator != Operator::Hide, term, &mut last, out);
    }
}

/// One more value behind `last`, the operator that was printed before it, or an operator with its first value.
fn print_term(operator: Operator, not: bool, term: &Term, last: &mut Option<(Operator, bool)>, out: &mut String) {
    if *last == Some((operator, not)) {
        out.push(',');
    } else {
        gap(out);
        if not {
            out.push('-');
        }
        out.push_str(operator.typed());
        *last = Some((operator, not));
    }
    match term {
        Term::From(text)
        | Term::To(text)
        | Term::Subject(text)
        | Term::Filename(text)
        | Term::Contact(ContactRef::Named(text))
        | Term::Assignee(Assignee::Named(text)) => {
            let text = text.as_str();
            // Bare if it is then read as the same text.
            let same = operator.read(text, false, false).ok().is_some_and(|meaning| meaning.is(term));
            if same { print_value(text, out) } else { quote(text, out) }
        }
        Term::Contact(ContactRef::Id(id)) => out.push_str(&id.0.to_string()),
        Term::Assignee(Assignee::Agent(id)) => {
            out.push('#');
            out.push_str(&id.0.to_string());
        }
        _ => out.push_str(operator.fixed_value(term).unwrap_or_default()),
    }
}

fn print_date(operator: Operator, when: Option<When>, out: &mut String) {
    if let Some(when) = when {
        gap(out);
        out.push_str(operator.typed());
        when.print(out);
    }
}

/// A value, in quotes if it would otherwise be several.
pub(super) fn print_value(text: &str, out: &mut String) {
    if text.contains([' ', ',']) { quote(text, out) } else { out.push_str(text) }
}

/// The operator that a field is printed with.
fn operator(field: Field) -> Operator {
    match field {
        Field::From => Operator::From,
        Field::To => Operator::To,
        Field::Subject => Operator::Subject,
        Field::Contact => Operator::Contact,
        Field::Assignee => Operator::Assignee,
        Field::Channel => Operator::Channel,
        Field::State | Field::Reading => Operator::Is,
        Field::Has => Operator::Has,
        Field::Dates => Operator::On,
        Field::View => Operator::In,
        Field::Filename => Operator::Filename,
    }
}
