//! What an agent types into the search field, and what it means (S2, S3, S6). The app and the server read it with the
//! same [`parse`]; the filter controls and the typed text show the same [`Query`].
//!
//! # The language
//!
//! - **Words** must all occur. They match at the start of words, whatever their case and accents. The last word counts
//!   as a beginning while it is being typed, that is if it is bare, ends the text and ends in a letter or digit; `word*`
//!   is a beginning anywhere. `"a phrase"` means its words one after another; `-word` and `-"phrase"` must not occur, and
//!   are beginnings only with `*`.
//! - A text is **cut into words** as runs of letters and digits. `anna@example.com`, `ORD-2024-117` and `#4711` are
//!   therefore phrases of their parts, and each part is found by itself ([`Text::parts`]). What has no letter or
//!   digit (`&`, `-`) asks for nothing.
//! - **`name:value`** filters; `name:one,two` and the same name again mean *or*, different names mean *and*, `-name:value`
//!   excludes. Values may be quoted, and a quoted one is always a text: `assignee:"me"` is somebody called Me. Names and
//!   fixed values ignore case.
//! - What belongs to one filter ([`Field`]) is joined by *or*, whatever it was typed with: `is:unassigned assignee:me` is
//!   nobody's or mine, `is:spam in:chat` is what stands in either view. `is:` is several filters, so `is:open is:unread`
//!   is both.
//! - **Texts as values** (`from:`, `to:`, `subject:`, `contact:`, `filename:`, a name after `assignee:`) match part of the
//!   name or address: their words one after another, the last one as a beginning.
//! - **Spam and Trash** are searched like everything else. `hide:spam` (or `hide:filtered`) and `hide:trash` leave them
//!   out, `in:spam`, `is:spam` and the like ask for nothing else. `is:open` and `is:closed` say nothing about them, and
//!   `in:all` changes nothing.
//! - **Dates**: `after:` includes the day, month or year it names and `before:` ends where that begins; `on:` is all of it.
//!   `7d`, `2w`, `3m`, `1y` are the day that long ago and stay relative. Each is given once; they narrow one another.
//!   They bound the time of the *message* that matches where one has to ([`Query::asks_messages`]), and otherwise the
//!   conversation's last activity.
//! - An unclosed quote ends with the text and is no error; what stands in it is still being typed.
//! - `http://x`, `10:30` and `re:` are words. `form:anna` is [wrong](Wrong): quotes make it text.
//!
//! Nothing that is wrong is dropped in silence: all of it is in [`Parsed::wrong`], with its place. A value that is only
//! begun is [`Code::Incomplete`], which a reader may pass over.

mod complete;
mod concern;
mod day;
mod edit;
pub mod fold;
mod marks;
mod operator;
mod parse;
mod print;
mod text;
mod token;
mod wrong;

pub use complete::{Completion, CompletionKind, complete};
pub use concern::Concerns;
pub use day::{Dates, Unit, When};
pub use edit::edit;
pub use marks::{marks, marks_in};
pub use operator::Operator;
pub use parse::{Parsed, parse};
pub use text::{Text, Word};
pub use wrong::{Code, Wrong};

use crate::conversation::{Channel, ConversationState};
use crate::id::{AgentId, ContactId};
use crate::view::View;

/// The longest text of a search, in characters.
pub const CHARACTERS_MOST: usize = 1_000;
/// The most words and values of one search.
pub const TERMS_MOST: usize = 50;

/// Whose conversations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assignee {
    /// The agent who searches.
    Me,
    Nobody,
    /// Any agent, but no bot.
    Anyone,
    Bot,
    Agent(AgentId),
    /// Every agent whose name or address matches, former ones too.
    Named(Text),
}

/// Which contact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContactRef {
    Id(ContactId),
    /// Every contact whose name or address matches.
    Named(Text),
}

/// What a conversation is for the agent who searches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    Unread,
    Read,
}

/// What a message may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carries {
    Attachment,
}

/// One value of one filter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// The message's author: name or address.
    From(Text),
    /// One of the message's recipients, Cc included: name or address.
    To(Text),
    Subject(Text),
    /// The conversation's contact.
    Contact(ContactRef),
    Assignee(Assignee),
    Channel(Channel),
    State(ConversationState),
    Reading(Reading),
    Has(Carries),
    /// Stands in this view, as [`crate::view::memberships`] has it.
    View(View),
    /// The name of one of the message's attachments.
    Filename(Text),
}

/// The filters. Each is one control, and its values are alternatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    From,
    To,
    Subject,
    Contact,
    Assignee,
    Channel,
    State,
    Reading,
    Has,
    Dates,
    View,
    Filename,
}

impl Field {
    /// In the order of printing.
    pub const ALL: [Self; 12] = [
        Self::From,
        Self::To,
        Self::Subject,
        Self::Contact,
        Self::Assignee,
        Self::Channel,
        Self::State,
        Self::Reading,
        Self::Has,
        Self::Dates,
        Self::View,
        Self::Filename,
    ];
}

impl Term {
    #[must_use]
    pub fn field(&self) -> Field {
        match self {
            Self::From(_) => Field::From,
            Self::To(_) => Field::To,
            Self::Subject(_) => Field::Subject,
            Self::Contact(_) => Field::Contact,
            Self::Assignee(_) => Field::Assignee,
            Self::Channel(_) => Field::Channel,
            Self::State(_) => Field::State,
            Self::Reading(_) => Field::Reading,
            Self::Has(_) => Field::Has,
            Self::View(_) => Field::View,
            Self::Filename(_) => Field::Filename,
        }
    }
}

/// What is searched for. Two equal ones ask the same.
///
/// A conversation matches if, for every [`Field`], it matches one of the wanted terms (or none is wanted) and none of
/// the excluded ones, if it lies within the dates, and if it has all the words and none of the excluded ones. Which
/// texts words are looked for in is said by S2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// In the order they were typed.
    pub words: Vec<Word>,
    pub dates: Dates,
    /// Sorted and without repetition, so that equal searches are equal values.
    wanted: Vec<Term>,
    excluded: Vec<Term>,
}

impl Query {
    /// Nothing is asked for: everything matches.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.wanted.is_empty() && self.excluded.is_empty() && self.dates == Dates::default()
    }

    /// Some message has to match, not the conversation alone; the dates then bound that message's time. What is only
    /// excluded asks for none.
    #[must_use]
    pub fn asks_messages(&self) -> bool {
        let of_message = |term: &Term| matches!(term.field(), Field::From | Field::To | Field::Has | Field::Filename);
        self.words.iter().any(|word| !word.not) || self.wanted.iter().any(of_message)
    }

    /// The terms of `field` of which one has to match, if there are any.
    pub fn wanted(&self, field: Field) -> impl Iterator<Item = &Term> {
        self.wanted.iter().filter(move |term| term.field() == field)
    }

    /// The terms of `field` of which none may match.
    pub fn excluded(&self, field: Field) -> impl Iterator<Item = &Term> {
        self.excluded.iter().filter(move |term| term.field() == field)
    }

    #[must_use]
    pub fn wants(&self, term: &Term) -> bool {
        self.wanted.contains(term)
    }

    #[must_use]
    pub fn excludes(&self, term: &Term) -> bool {
        self.excluded.contains(term)
    }

    /// Asks for `term`, as one more alternative of its filter.
    pub fn want(&mut self, term: Term) {
        insert(&mut self.wanted, term);
    }

    /// Asks that `term` does not match.
    pub fn exclude(&mut self, term: Term) {
        insert(&mut self.excluded, term);
    }

    /// Neither asks for `term` nor excludes it.
    pub fn forget(&mut self, term: &Term) {
        self.wanted.retain(|other| other != term);
        self.excluded.retain(|other| other != term);
    }

    /// Asks for `term`, or no longer if it is asked for: a box that is ticked.
    pub fn toggle(&mut self, term: Term) {
        let wanted = self.wants(&term);
        self.forget(&term);
        if !wanted {
            self.want(term);
        }
    }

    /// Asks for `term` or not.
    pub fn set(&mut self, term: Term, wanted: bool) {
        self.forget(&term);
        if wanted {
            self.want(term);
        }
    }

    /// [`View::Spam`]: "Hide filtered"; [`View::Trash`]: "Hide trash" (S3).
    pub fn hide(&mut self, view: View, hidden: bool) {
        let term = Term::View(view);
        self.forget(&term);
        if hidden {
            self.exclude(term);
        }
    }

    #[must_use]
    pub fn hides(&self, view: View) -> bool {
        self.excludes(&Term::View(view))
    }

    /// Asks nothing of `field`.
    pub fn clear(&mut self, field: Field) {
        if field == Field::Dates {
            self.dates = Dates::default();
        }
        self.wanted.retain(|term| term.field() != field);
        self.excluded.retain(|term| term.field() != field);
    }

    /// The filter is set as it is in `other`.
    #[must_use]
    pub fn agrees(&self, other: &Self, field: Field) -> bool {
        if field == Field::Dates {
            return self.dates == other.dates;
        }
        self.wanted(field).eq(other.wanted(field)) && self.excluded(field).eq(other.excluded(field))
    }
}

fn insert(terms: &mut Vec<Term>, term: Term) {
    if let Err(place) = terms.binary_search(&term) {
        terms.insert(place, term);
    }
}
