//! Marks: the letters of our own in the index, before a word or a fact, and the beginnings of words as tokens.

/// Stands before a word, and says what it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    From,
    To,
    Subject,
    Filename,
    /// Alone: the message has attachments.
    Attachment,
    /// Before a number, as the following.
    Conversation,
    Inbox,
    Channel,
    Year,
    Month,
    /// Before the first letters of a word, on PostgreSQL.
    Beginning,
    /// As [`stretch`] has them, on PostgreSQL.
    Stretch,
}

/// Between two parts of a message, so that no phrase reaches from one into the next. Every message has it.
pub(super) const GAP: char = '\u{e000}';

impl Mark {
    pub(super) fn letter(self) -> char {
        match self {
            Self::From => '\u{e001}',
            Self::To => '\u{e002}',
            Self::Subject => '\u{e003}',
            Self::Filename => '\u{e004}',
            Self::Attachment => '\u{e005}',
            Self::Conversation => '\u{e006}',
            Self::Inbox => '\u{e007}',
            Self::Channel => '\u{e008}',
            Self::Year => '\u{e009}',
            Self::Month => '\u{e00a}',
            Self::Beginning => '\u{e00b}',
            Self::Stretch => '\u{e00c}',
        }
    }

    /// Whether it stands before a fact and not before a word.
    pub(super) fn is_fact(letter: char) -> bool {
        (GAP..=Self::Stretch.letter()).contains(&letter) && !is_mark(letter)
    }

    /// `word` as it stands in the index behind this mark.
    pub(super) fn on(self, word: impl std::fmt::Display) -> String {
        format!("{}{word}", self.letter())
    }

    /// A number behind this mark. It is written in digits of its own, each one letter, so that it has few beginnings:
    /// the engine keeps an index of those.
    pub(super) fn number(self, number: i64) -> String {
        self.numbers(&[number])
    }

    /// Some numbers behind this mark; all but the last have one digit.
    pub(super) fn numbers(self, numbers: &[i64]) -> String {
        const FIRST: u32 = 0x4e00;
        const BASE: i64 = 1 << 14;
        let mut out = self.on("");
        for number in numbers {
            let mut left = *number.max(&0);
            loop {
                let digit = u32::try_from(left % BASE).unwrap_or(0);
                out.extend(char::from_u32(FIRST + digit));
                left /= BASE;
                if left == 0 {
                    break;
                }
            }
        }
        out
    }
}

/// The token that every message has.
pub(super) fn everything() -> String {
    GAP.into()
}

/// The numbers of letters that have a token for a word's beginning: PostgreSQL reads the lists of all words that begin so
/// before it looks at anything else.
const BEGINNINGS: [usize; 3] = [3, 5, 8];

/// The longest beginning of a token that has a token of its own, and whether it is all of it. `token` is a word, perhaps
/// behind a mark.
pub(super) fn beginning(token: &str) -> Option<(String, bool)> {
    let letters = letters(token);
    let most = BEGINNINGS.into_iter().rev().find(|most| *most <= letters)?;
    Some((Mark::Beginning.on(first_letters(token, most)), most == letters))
}

/// The tokens of all beginnings of a token that have one.
pub(super) fn beginnings(token: &str) -> impl Iterator<Item = String> {
    let letters = if token.starts_with(Mark::is_fact) { 0 } else { letters(token) };
    let all = BEGINNINGS.into_iter().filter(move |most| *most <= letters);
    all.map(move |most| Mark::Beginning.on(first_letters(token, most)))
}

fn letters(token: &str) -> usize {
    token.strip_prefix(is_mark).unwrap_or(token).chars().count()
}

/// The token with so many letters of its word, the mark not counted.
fn first_letters(token: &str, most: usize) -> &str {
    let most = most + usize::from(token.starts_with(is_mark));
    token.char_indices().nth(most).map_or(token, |(end, _)| &token[..end])
}

/// Whether it stands before a word.
fn is_mark(letter: char) -> bool {
    (Mark::From.letter()..=Mark::Filename.letter()).contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::{Mark, beginning, beginnings};

    #[test]
    fn numbers_have_tokens_of_their_own() {
        let all: std::collections::BTreeSet<_> = (0..40_000).map(|it| Mark::Conversation.number(it)).collect();
        assert_eq!(all.len(), 40_000);
        assert!(all.iter().all(|token| token.chars().count() <= 3 && token.chars().all(|c| !c.is_ascii())));
    }

    #[test]
    fn beginnings_of_three_five_and_eight_letters_have_tokens() {
        let of = |word: &str| beginnings(word).collect::<Vec<_>>();
        let begin = |word: &str| Mark::Beginning.on(word);
        assert_eq!(of("bord"), [begin("bor")]);
        assert_eq!(of("bestallning"), [begin("bes"), begin("besta"), begin("bestalln")]);
        assert_eq!(of(&Mark::From.on("maja")), [begin(&Mark::From.on("maj"))]);
        assert!(of("at").is_empty() && of(&Mark::Conversation.number(99_999)).is_empty());
        assert_eq!(beginning("bes"), Some((begin("bes"), true)));
        assert_eq!(beginning("best"), Some((begin("bes"), false)));
        assert_eq!(beginning(&Mark::From.on("maja")), Some((begin(&Mark::From.on("maj")), false)));
        assert_eq!(beginning("be"), None);
    }
}
