//! Texts to look for, and where they are found.

use super::fold::Folded;
use super::token::is_quote;

/// Something to look for: at least one letter or digit, no quotes, no line breaks, single spaces. It keeps the case
/// and the accents it was typed with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(String);

impl Text {
    /// None if there is nothing in it to look for.
    #[must_use]
    pub fn new(typed: &str) -> Option<Self> {
        let mut text = String::with_capacity(typed.len());
        let mut gap = false;
        for c in typed.chars() {
            if is_quote(c) || c.is_whitespace() || c.is_control() {
                gap = !text.is_empty();
                continue;
            }
            if gap {
                text.push(' ');
                gap = false;
            }
            text.push(c);
        }
        (!Folded::new(&text).words.is_empty()).then_some(Self(text))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its words, folded: never none. `anna@example.com` has three.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        let folded = Folded::new(&self.0);
        folded.words.iter().map(|word| folded.text[word.folded.clone()].to_owned()).collect()
    }

    /// Its words stand in `shown` one after another, the last one as a beginning: how a part of a name, an address, a
    /// subject or a file's name is found.
    #[must_use]
    pub fn is_in(&self, shown: &str) -> bool {
        let shown = Folded::new(shown);
        let parts = self.parts();
        (0..shown.words.len()).any(|first| shown.end_of(first, &parts, true).is_some())
    }
}

/// A word or phrase to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: Text,
    /// Its last part is a beginning.
    pub prefix: bool,
    /// It must not occur.
    pub not: bool,
}

impl Word {
    /// Its words, folded, which have to stand one after another: never none.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        self.text.parts()
    }
}
