//! The operators, the values that are fixed, and what a value means.

use super::{Assignee, Carries, Code, ContactRef, Field, Reading, Term, Text, When};
use crate::conversation::{Channel, ConversationState};
use crate::id::{AgentId, ContactId};
use crate::view::View;

/// What may stand before a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    From,
    To,
    Subject,
    Contact,
    Assignee,
    Channel,
    Is,
    Has,
    Before,
    After,
    On,
    In,
    Hide,
    Filename,
}

/// What an operator with a value comes to.
#[derive(Clone)]
pub(super) enum Meaning {
    Wanted(Term),
    Excluded(Term),
    Date(When),
    /// `in:all`: what holds anyway.
    Everything,
}

use Meaning::{Everything, Excluded, Wanted};

/// The fixed values, in the order they are offered. Of several that mean the same to an operator, the first is the
/// one that is printed and offered.
static FIXED: &[(Operator, &str, Meaning)] = &[
    (Operator::Assignee, "me", Wanted(Term::Assignee(Assignee::Me))),
    (Operator::Assignee, "none", Wanted(Term::Assignee(Assignee::Nobody))),
    (Operator::Assignee, "nobody", Wanted(Term::Assignee(Assignee::Nobody))),
    (Operator::Assignee, "anyone", Wanted(Term::Assignee(Assignee::Anyone))),
    (Operator::Assignee, "bot", Wanted(Term::Assignee(Assignee::Bot))),
    (Operator::Channel, "email", Wanted(Term::Channel(Channel::Email))),
    (Operator::Channel, "emails", Wanted(Term::Channel(Channel::Email))),
    (Operator::Channel, "mail", Wanted(Term::Channel(Channel::Email))),
    (Operator::Channel, "chat", Wanted(Term::Channel(Channel::Chat))),
    (Operator::Channel, "chats", Wanted(Term::Channel(Channel::Chat))),
    (Operator::Channel, "messenger", Wanted(Term::Channel(Channel::Messenger))),
    (Operator::Channel, "form", Wanted(Term::Channel(Channel::Form))),
    (Operator::Channel, "forms", Wanted(Term::Channel(Channel::Form))),
    (Operator::Channel, "call", Wanted(Term::Channel(Channel::Call))),
    (Operator::Channel, "calls", Wanted(Term::Channel(Channel::Call))),
    (Operator::Is, "open", Wanted(Term::State(ConversationState::Open))),
    (Operator::Is, "closed", Wanted(Term::State(ConversationState::Closed))),
    (Operator::Is, "unread", Wanted(Term::Reading(Reading::Unread))),
    (Operator::Is, "read", Wanted(Term::Reading(Reading::Read))),
    (Operator::Is, "assigned", Wanted(Term::Assignee(Assignee::Anyone))),
    (Operator::Is, "unassigned", Wanted(Term::Assignee(Assignee::Nobody))),
    (Operator::Is, "bot", Wanted(Term::Assignee(Assignee::Bot))),
    (Operator::Is, "spam", Wanted(Term::View(View::Spam))),
    (Operator::Is, "filtered", Wanted(Term::View(View::Spam))),
    (Operator::Is, "trash", Wanted(Term::View(View::Trash))),
    (Operator::Has, "attachment", Wanted(Term::Has(Carries::Attachment))),
    (Operator::Has, "attachments", Wanted(Term::Has(Carries::Attachment))),
    (Operator::In, "unassigned", Wanted(Term::View(View::Unassigned))),
    (Operator::In, "mine", Wanted(Term::View(View::Mine))),
    (Operator::In, "open", Wanted(Term::View(View::Open))),
    (Operator::In, "chat", Wanted(Term::View(View::Chat))),
    (Operator::In, "bots", Wanted(Term::View(View::Bots))),
    (Operator::In, "email", Wanted(Term::View(View::Email))),
    (Operator::In, "messenger", Wanted(Term::View(View::Messenger))),
    (Operator::In, "forms", Wanted(Term::View(View::Forms))),
    (Operator::In, "calls", Wanted(Term::View(View::Calls))),
    (Operator::In, "closed", Wanted(Term::View(View::Closed))),
    (Operator::In, "sent", Wanted(Term::View(View::Sent))),
    (Operator::In, "spam", Wanted(Term::View(View::Spam))),
    (Operator::In, "filtered", Wanted(Term::View(View::Spam))),
    (Operator::In, "trash", Wanted(Term::View(View::Trash))),
    (Operator::In, "all", Everything),
    (Operator::Hide, "spam", Excluded(Term::View(View::Spam))),
    (Operator::Hide, "filtered", Excluded(Term::View(View::Spam))),
    (Operator::Hide, "trash", Excluded(Term::View(View::Trash))),
];

impl Meaning {
    pub(super) fn field(&self) -> Field {
        match self {
            Wanted(term) | Excluded(term) => term.field(),
            Self::Date(_) => Field::Dates,
            Everything => Field::View,
        }
    }

    /// Asks for exactly `term`.
    pub(super) fn is(&self, term: &Term) -> bool {
        matches!(self, Wanted(other) if other == term)
    }

    fn term(&self) -> Option<&Term> {
        match self {
            Wanted(term) | Excluded(term) => Some(term),
            _ => None,
        }
    }
}

impl Operator {
    /// In the order they are offered.
    pub const ALL: [Self; 14] = [
        Self::From,
        Self::To,
        Self::Subject,
        Self::Contact,
        Self::Assignee,
        Self::Channel,
        Self::Is,
        Self::Has,
        Self::Before,
        Self::After,
        Self::On,
        Self::In,
        Self::Hide,
        Self::Filename,
    ];

    /// As it is typed, colon included.
    #[must_use]
    pub fn typed(self) -> &'static str {
        match self {
            Self::From => "from:",
            Self::To => "to:",
            Self::Subject => "subject:",
            Self::Contact => "contact:",
            Self::Assignee => "assignee:",
            Self::Channel => "channel:",
            Self::Is => "is:",
            Self::Has => "has:",
            Self::Before => "before:",
            Self::After => "after:",
            Self::On => "on:",
            Self::In => "in:",
            Self::Hide => "hide:",
            Self::Filename => "filename:",
        }
    }

    /// Without the colon.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.typed().trim_end_matches(':')
    }

    /// By the name without the colon, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.name().eq_ignore_ascii_case(name))
    }

    /// A minus may stand before it.
    #[must_use]
    pub fn can_exclude(self) -> bool {
        !matches!(self, Self::Before | Self::After | Self::On | Self::Hide)
    }

    pub(super) fn is_date(self) -> bool {
        matches!(self, Self::Before | Self::After | Self::On)
    }

    /// The filter that all its values belong to; `is:` has several.
    pub(super) fn field(self) -> Option<Field> {
        Some(match self {
            Self::From => Field::From,
            Self::To => Field::To,
            Self::Subject => Field::Subject,
            Self::Contact => Field::Contact,
            Self::Assignee => Field::Assignee,
            Self::Channel => Field::Channel,
            Self::Is => return None,
            Self::Has => Field::Has,
            Self::Before | Self::After | Self::On => Field::Dates,
            Self::In | Self::Hide => Field::View,
            Self::Filename => Field::Filename,
        })
    }

    /// Its fixed values, one for each meaning.
    #[must_use]
    pub fn values(self) -> Vec<&'static str> {
        let mut values = Vec::new();
        let mut last = None;
        for (operator, value, meaning) in FIXED {
            if *operator == self && (last.is_none() || last != meaning.term()) {
                values.push(*value);
                last = meaning.term();
            }
        }
        values
    }

    /// What is typed for `term` after this operator, if that is fixed.
    pub(super) fn fixed_value(self, term: &Term) -> Option<&'static str> {
        let found = FIXED.iter().find(|(operator, _, meaning)| *operator == self && meaning.term() == Some(term));
        found.map(|(_, value, _)| *value)
    }

    /// What `value` means after this operator.
    pub(super) fn read(self, value: &str, quoted: bool, not: bool) -> Result<Meaning, Code> {
        let meaning = self.meaning(value, quoted)?;
        match meaning {
            _ if !not => Ok(meaning),
            Wanted(term) => Ok(Excluded(term)),
            _ => Err(Code::NotExcluded(self)),
        }
    }

    fn meaning(self, value: &str, quoted: bool) -> Result<Meaning, Code> {
        let value = value.trim();
        let takes_texts =
            matches!(self, Self::From | Self::To | Self::Subject | Self::Contact | Self::Assignee | Self::Filename);
        if !takes_texts && value.is_empty() {
            return Err(Code::Incomplete(self));
        }
        if self.is_date() {
            return When::parse(value).map(Meaning::Date).ok_or(Code::NotADate(self));
        }
        // What is quoted is a text where texts may stand.
        if !(takes_texts && quoted) {
            for (operator, fixed, meaning) in FIXED {
                if *operator == self && fixed.eq_ignore_ascii_case(value) {
                    return Ok(meaning.clone());
                }
            }
        }
        if !takes_texts {
            return Err(Code::NotAValue(self));
        }
        let text = Text::new(value).ok_or(Code::Incomplete(self))?;
        let number = if quoted { None } else { number(value) };
        Ok(Wanted(match (self, number) {
            (Self::From, _) => Term::From(text),
            (Self::To, _) => Term::To(text),
            (Self::Subject, _) => Term::Subject(text),
            (Self::Contact, Some((id, _))) => Term::Contact(ContactRef::Id(ContactId(id))),
            (Self::Contact, None) => Term::Contact(ContactRef::Named(text)),
            (Self::Assignee, Some((id, true))) => Term::Assignee(Assignee::Agent(AgentId(id))),
            (Self::Assignee, _) => Term::Assignee(Assignee::Named(text)),
            _ => Term::Filename(text),
        }))
    }
}

/// `42` or `#42`, and whether the sign was there.
fn number(value: &str) -> Option<(i64, bool)> {
    let digits = value.strip_prefix('#');
    let number = digits.unwrap_or(value);
    if !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    number.parse().ok().map(|number| (number, digits.is_some()))
}
