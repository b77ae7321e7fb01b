//! What is asked of the index, in the languages of both engines. Only folded words and marks of our own are in it, so
//! nothing that somebody typed is ever read as an operator.

use super::words::{self, Mark};
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
    fn a_query_cannot_speak_the_engines_language() {
        assert_eq!(printed(Engine::Sqlite, "a\" OR \"b NEAR(c)"), ["\"a\"", "\"or\"", "\"b\"", "\"near c\""]);
        assert_eq!(printed(Engine::Sqlite, "NEAR(c* {x}^ d"), ["\"near c\"*", "\"x\"", "\"d\"*"]);
        assert_eq!(printed(Engine::Postgres, "a' | !b\\"), ["('a')", "('b')"]);
        assert_eq!(printed(Engine::Postgres, "it's:* 'x"), ["('it' <-> 's':*)", "('x':*)"]);
    }
}
