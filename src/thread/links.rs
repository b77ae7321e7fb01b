//! Finds the links in plain text: http, https and mailto only, so that nothing else can ever be pressed.

/// A stretch of text, plain or a link to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span<'a> {
    Plain(&'a str),
    Link(&'a str),
}

const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// Cuts `text` into stretches; joined they give it back.
#[must_use]
pub fn spans(text: &str) -> Vec<Span<'_>> {
    let mut found = Vec::new();
    let mut plain_from = 0;
    let mut at = 0;
    while let Some(start) = next_scheme(text, at) {
        let scheme = scheme_at(&text[start..]).map_or(0, str::len);
        let end = link_end(text, start + scheme);
        let begins_word = text[..start].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        if end == start + scheme || !begins_word {
            at = start + scheme;
            continue;
        }
        if plain_from < start {
            found.push(Span::Plain(&text[plain_from..start]));
        }
        found.push(Span::Link(&text[start..end]));
        plain_from = end;
        at = end;
    }
    if plain_from < text.len() {
        found.push(Span::Plain(&text[plain_from..]));
    }
    found
}

/// The scheme `text` begins with, in any case.
fn scheme_at(text: &str) -> Option<&'static str> {
    SCHEMES.into_iter().find(|scheme| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
}

/// Looks only at colons, which keeps long texts cheap.
fn next_scheme(text: &str, from: usize) -> Option<usize> {
    let mut colon_from = from;
    while let Some(colon) = text[colon_from..].find(':').map(|at| colon_from + at) {
        let start = ["https", "http", "mailto"]
            .into_iter()
            .filter_map(|name| colon.checked_sub(name.len()))
            .find(|start| *start >= from && text.is_char_boundary(*start) && scheme_at(&text[*start..]).is_some());
        if start.is_some() {
            return start;
        }
        colon_from = colon + 1;
    }
    None
}

/// Where a link ends: at a space or a mark that cannot be in one, and before the punctuation of the sentence around it.
/// A closing bracket belongs to the link if it was opened in it.
fn link_end(text: &str, from: usize) -> usize {
    let stop = |letter: char| {
        letter.is_whitespace() || letter.is_control() || matches!(letter, '<' | '>' | '"' | '“' | '”' | '»' | '«')
    };
    let mut end = text[from..].find(stop).map_or(text.len(), |at| from + at);
    while let Some(last) = text[from..end].chars().next_back() {
        let link = &text[from..end];
        let belongs = match last {
            ')' => link.matches('(').count() >= link.matches(')').count(),
            ']' => link.matches('[').count() >= link.matches(']').count(),
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’' | '*' | '_' | '…' | '。' | '、' => false,
            _ => true,
        };
        if belongs {
            break;
        }
        end -= last.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::{Span, spans};

    fn links(text: &str) -> Vec<&str> {
        let found = spans(text);
        let joined: String = found.iter().map(|(Span::Plain(text) | Span::Link(text))| *text).collect();
        assert_eq!(joined, text, "nothing is lost");
        found
            .into_iter()
            .filter_map(|span| match span {
                Span::Link(link) => Some(link),
                Span::Plain(_) => None,
            })
            .collect()
    }

    #[test]
    fn links_end_where_the_sentence_goes_on() {
        for (text, wanted) in [
            ("see https://a.example/x?y=1#z.", vec!["https://a.example/x?y=1#z"]),
            ("(http://a.example/b_(c))", vec!["http://a.example/b_(c)"]),
            ("<https://a.example>", vec!["https://a.example"]),
            ("HTTPS://A.example, mailto:a@b.example!", vec!["HTTPS://A.example", "mailto:a@b.example"]),
            ("https://a.example\nhttps://b.example", vec!["https://a.example", "https://b.example"]),
            ("“https://a.example/å”", vec!["https://a.example/å"]),
            ("http: //x and https:// and a:b", vec![]),
            ("xhttp://a.example", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(links(text), wanted, "{text}");
        }
    }

    #[test]
    fn nothing_but_web_and_mail_is_a_link() {
        for text in ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "ftp://a.example"] {
            assert_eq!(links(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn odd_scripts_and_long_texts_are_cut_at_letters() {
        assert_eq!(links("日本語https://a.example/日本"), Vec::<&str>::new());
        assert_eq!(links("日本語 https://a.example/日本。"), vec!["https://a.example/日本"]);
        assert_eq!(links("é:é:😀:https://a.example"), vec!["https://a.example"]);
        assert!(links(&"a: ".repeat(50_000)).is_empty());
    }
}
