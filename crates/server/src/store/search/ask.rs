//! What is asked of the index, in the languages of both engines. Only folded words and marks of our own are in it, so
//! nothing that somebody typed is ever read as an operator.

use super::mark::{Mark, beginning, everything};
use super::words;
use crate::store::Engine;
use samtal_model::query::{Text, Word};

/// A condition on one message's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// Words one after another.
    Phrase {
        parts: Vec<String>,
        prefix: bool,
    },
    All(Vec<Self>),
    Any(Vec<Self>),
    Without(Box<Self>, Box<Self>),
}

impl Ask {
    /// One token as it stands in the index.
    pub(super) fn token(token: String) -> Self {
        Self::Phrase { parts: vec![token], prefix: false }
    }

    pub(super) fn word(word: &Word) -> Self {
        Self::Phrase { parts: words::parts(word.text.as_str()), prefix: word.prefix }
    }

    /// A part of what is marked so: its words one after another, the last one as a beginning.
    pub(super) fn marked(mark: Mark, text: &Text) -> Self {
        let parts = words::parts(text.as_str());
        Self::Phrase { parts: parts.iter().map(|part| mark.on(part)).collect(), prefix: true }
    }

    /// What `engine` calls it.
    pub(super) fn print(&self, engine: Engine) -> String {
        let mut out = String::new();
        self.write(engine, &mut out);
        out
    }

    /// What PostgreSQL's index is asked for messages: words one by one, and beginnings as tokens, where it would read the
    /// lists of all words that begin so. All that matches is among what that finds; the second says that nothing else is.
    pub(super) fn print_wide(&self) -> (String, bool) {
        let (wide, exact) = self.wide();
        (wide.print(Engine::Postgres), exact)
    }

    fn wide(&self) -> (Self, bool) {
        let each = |asks: &[Self]| -> (Vec<Self>, bool) {
            let (wide, exact): (Vec<Self>, Vec<bool>) = asks.iter().map(Self::wide).unzip();
            (wide, exact.into_iter().all(|exact| exact))
        };
        match self {
            Self::Phrase { parts, prefix } => {
                let begun = parts.last().filter(|_| *prefix).and_then(|last| beginning(last));
                let whole = if begun.is_some() { parts.len() - 1 } else { parts.len() };
                let mut words: Vec<Self> = parts[..whole].iter().cloned().map(Self::token).collect();
                if let (None, true, Some(Self::Phrase { prefix, .. })) = (&begun, *prefix, words.last_mut()) {
                    *prefix = true;
                }
                let exact = parts.len() <= 1 && begun.as_ref().is_none_or(|(_, exact)| *exact);
                words.extend(begun.map(|(token, _)| Self::token(token)));
                match words.len() {
                    // Nothing but a mark was typed.
                    0 => (Self::token(everything()), false),
                    1 => (words.swap_remove(0), exact),
                    _ => (Self::All(words), exact),
                }
            }
            Self::All(asks) => {
                let (wide, exact) = each(asks);
                (Self::All(wide), exact)
            }
            Self::Any(asks) => {
                let (wide, exact) = each(asks);
                (Self::Any(wide), exact)
            }
            Self::Without(wanted, excluded) => {
                let (wanted, exact) = wanted.wide();
                match excluded.wide() {
                    (excluded, true) => (Self::Without(Box::new(wanted), Box::new(excluded)), exact),
                    // Too much would be excluded.
                    (_, false) => (wanted, false),
                }
            }
        }
    }

    fn write(&self, engine: Engine, out: &mut String) {
        let (and, or, not) = match engine {
            Engine::Sqlite => (" AND ", " OR ", " NOT "),
            Engine::Postgres => (" & ", " | ", " & !"),
        };
        match self {
            Self::Phrase { parts, prefix } => write_phrase(engine, parts, *prefix, out),
            Self::All(asks) => write_joined(engine, asks, and, out),
            Self::Any(asks) => write_joined(engine, asks, or, out),
            Self::Without(wanted, excluded) => {
                out.push('(');
                wanted.write(engine, out);
                out.push_str(not);
                excluded.write(engine, out);
                out.push(')');
            }
        }
    }
}

fn write_joined(engine: Engine, asks: &[Ask], joint: &str, out: &mut String) {
    out.push('(');
    for (place, ask) in asks.iter().enumerate() {
        if place > 0 {
            out.push_str(joint);
        }
        ask.write(engine, out);
    }
    out.push(')');
}

fn write_phrase(engine: Engine, parts: &[String], prefix: bool, out: &mut String) {
    match engine {
        Engine::Sqlite => {
            out.push('"');
            out.push_str(&parts.join(" "));
            out.push('"');
            if prefix {
                out.push('*');
            }
        }
        Engine::Postgres => {
            out.push('(');
            for (place, part) in parts.iter().enumerate() {
                if place > 0 {
                    out.push_str(" <-> ");
                }
                out.push('\'');
                out.push_str(part);
                out.push('\'');
            }
            if prefix {
                out.push_str(":*");
            }
            out.push(')');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ask, Engine};
    use samtal_model::query::parse;

    fn printed(engine: Engine, typed: &str) -> Vec<String> {
        parse(typed).query.words.iter().map(|word| Ask::word(word).print(engine)).collect()
    }

    #[test]
    fn the_index_is_asked_for_no_less_than_what_matches() {
        let wide = |typed: &str| Ask::All(parse(typed).query.words.iter().map(Ask::word).collect()).print_wide();
        assert_eq!(wide("shelf bo"), ("(('shelf') & ('bo':*))".into(), true));
        assert_eq!(wide("shelf bord"), ("(('shelf') & ('\u{e00b}bor'))".into(), false));
        assert_eq!(wide("\"den röda\" hyl"), ("((('den') & ('roda')) & ('\u{e00b}hyl'))".into(), false));
        let excluding = |not: &str| {
            let [wanted, not] = ["shelf", not].map(|typed| Ask::word(&parse(typed).query.words[0]));
            Ask::Without(Box::new(wanted), Box::new(not)).print_wide()
        };
        assert_eq!(excluding("\"red\""), ("(('\u{e00b}shelf') & !('red'))".into(), true));
        assert_eq!(excluding("\"red one\""), ("('\u{e00b}shelf')".into(), false));
    }

    #[test]
    fn a_query_cannot_speak_the_engines_language() {
        assert_eq!(printed(Engine::Sqlite, "a\" OR \"b NEAR(c)"), ["\"a\"", "\"or\"", "\"b\"", "\"near c\""]);
        assert_eq!(printed(Engine::Sqlite, "NEAR(c* {x}^ d"), ["\"near c\"*", "\"x\"", "\"d\"*"]);
        assert_eq!(printed(Engine::Postgres, "a' | !b\\"), ["('a')", "('b')"]);
        assert_eq!(printed(Engine::Postgres, "it's:* 'x"), ["('it' <-> 's':*)", "('x':*)"]);
    }
}
