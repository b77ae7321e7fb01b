//! The satisfaction survey (D5): a mail that asks a contact how it went when their ticket is closed, and what becomes of
//! the link in it. What they answer is an activity of kind feedback; the words of both stand in the store.

use crate::id::{ActivityId, ContactId, ConversationId, InboxId, MessageId, TicketId};
use crate::record::take_over;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A ticket that is closed again is asked about anew only so long after the last time: 7 days.
pub const SURVEY_AGAIN_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// How long the link can be answered: 60 days. What is remembered of a ticket later is about another one.
pub const SURVEY_OPEN_MS: i64 = 60 * 24 * 60 * 60 * 1000;
/// How long an answer can be changed: a day, for what occurs to somebody afterwards.
pub const SURVEY_CHANGED_MS: i64 = 24 * 60 * 60 * 1000;
/// The longest words of an answer, in characters: they are read in the sidebar.
pub const SURVEY_WORDS_MOST: usize = 2_000;

/// A survey. The mail that carries its link names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub inbox: InboxId,
    pub ticket: TicketId,
    pub contact: ContactId,
    pub asked_at: Timestamp,
    /// Not before it was asked, nor when that was taken back.
    pub open: bool,
    pub answer: Option<ActivityId>,
    pub answered_at: Option<Timestamp>,
}

/// Words as they are kept: of what cannot be seen only the ends of lines stay.
#[must_use]
pub fn tidied_words(words: &str) -> String {
    let lines = words.replace("\r\n", "\n").replace('\r', "\n");
    let seen: String = lines.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    seen.trim().to_owned()
}

impl Survey {
    /// As it is after a change between the two: what they have in common stays as it is here.
    #[must_use]
    pub fn changed(&self, from: &Self, to: &Self) -> Self {
        let mut survey = self.clone();
        take_over!(from, to => survey; open, answer, answered_at);
        survey
    }

    /// Whether an answer, or another one, is taken at `now`.
    #[must_use]
    pub fn takes_answers(&self, now: Timestamp) -> bool {
        self.open
            && now < self.asked_at.plus_ms(SURVEY_OPEN_MS)
            && self.answered_at.is_none_or(|at| now < at.plus_ms(SURVEY_CHANGED_MS))
    }
}
