//! Folds what a mail repeats of older ones (T2) into `<details>`, which opens without script.
//!
//! Works on ammonia's output alone, whose tags are balanced and whose attributes are quoted, and adds nothing but
//! constants to it.

const OPEN: &str = "<details class=\"quoted\"><summary aria-label=\"Show quoted text\">•••</summary>";
const SHUT: &str = "</details>";

/// Folds the outermost quotes. One that is all there is (a forwarded mail) stays open to the eye.
pub(super) fn fold(html: &str) -> String {
    let tags: Vec<Tag<'_>> = tags(html).collect();
    let mut folded = String::with_capacity(html.len() + 256);
    let mut done = 0;
    let mut at = 0;
    let (mut words, mut looked_at) = (false, 0);
    while at < tags.len() {
        let Some(end) = quote_end(&tags, at, html) else {
            at += 1;
            continue;
        };
        let start = tags[at].start;
        words = words || has_words(&html[looked_at..start]);
        looked_at = start;
        if words {
            folded.push_str(&html[done..start]);
            folded.push_str(OPEN);
            folded.push_str(&html[start..end]);
            folded.push_str(SHUT);
            done = end;
        }
        while at < tags.len() && tags[at].start < end {
            at += 1;
        }
    }
    folded.push_str(&html[done..]);
    folded
}

struct Tag<'h> {
    start: usize,
    end: usize,
    name: &'h str,
    closes: bool,
    /// As written, from `<` to `>`.
    whole: &'h str,
}

impl Tag<'_> {
    fn is_void(&self) -> bool {
        matches!(self.name, "br" | "img" | "hr" | "col" | "wbr")
    }

    fn has(&self, attribute: &str) -> bool {
        self.whole.contains(attribute)
    }
}

fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + html[at..].find('<')?;
        let mut quoted = false;
        let length = html[start..].bytes().position(|byte| {
            quoted ^= byte == b'"';
            byte == b'>' && !quoted
        })?;
        let end = start + length + 1;
        at = end;
        let whole = &html[start..end];
        let inner = whole.trim_start_matches('<');
        let closes = inner.starts_with('/');
        let name = inner.trim_start_matches('/').split([' ', '>', '/']).next().unwrap_or_default();
        Some(Tag { start, end, name, closes, whole })
    })
}

/// Where the quote that begins with this tag ends, if one does.
fn quote_end(tags: &[Tag<'_>], at: usize, html: &str) -> Option<usize> {
    let tag = &tags[at];
    if tag.closes {
        return None;
    }
    let class = |name: &str| tag.has("class=\"") && tag.has(name);
    let one_element = match tag.name {
        "blockquote" => tag.has("type=\"cite\"") || class("gmail_quote") || class("protonmail_quote"),
        "div" => class("gmail_quote") || class("yahoo_quoted") || class("protonmail_quote"),
        _ => false,
    };
    if one_element {
        return element_end(tags, at);
    }
    // Outlook marks where the older mail begins; it goes on to the end of what holds it.
    let outlook = tag.name == "div"
        && (tag.has("id=\"appendonsend\"")
            || tag.has("id=\"divRplyFwdMsg\"")
            || tag.has("border-top:solid") && tag.has("padding:3") && names_sender(tags, at, html));
    if outlook {
        return parent_end(tags, at);
    }
    None
}

/// Whether the element begins with "From:" in one of the languages.
fn names_sender(tags: &[Tag<'_>], at: usize, html: &str) -> bool {
    let words = &html[tags[at].end..];
    let mut inside = false;
    let head: String = words
        .chars()
        .take(2_000)
        .filter(|c| {
            let visible = !inside && *c != '<';
            inside = (inside || *c == '<') && *c != '>';
            visible
        })
        .take(40)
        .collect();
    let head = head.trim_start().to_lowercase();
    ["from:", "från:", "von:", "van:", "od:", "fra:", "de :", "de:"].iter().any(|word| head.starts_with(word))
}

fn element_end(tags: &[Tag<'_>], at: usize) -> Option<usize> {
    let mut open = 0_usize;
    for tag in &tags[at..] {
        if tag.is_void() {
            continue;
        }
        if tag.closes {
            open = open.checked_sub(1)?;
        } else {
            open += 1;
        }
        if open == 0 {
            return Some(tag.end);
        }
    }
    None
}

fn parent_end(tags: &[Tag<'_>], at: usize) -> Option<usize> {
    let mut open = 0_usize;
    let mut end = 0;
    for tag in &tags[at..] {
        if tag.closes {
            if open == 0 {
                return Some(tag.start);
            }
            open -= 1;
        } else if !tag.is_void() {
            open += 1;
        }
        end = tag.end;
    }
    // It stands at the top: to the end, text behind the last tag included by the caller's next piece.
    Some(end)
}

fn has_words(html: &str) -> bool {
    let mut inside = false;
    let text = html.replace("&nbsp;", " ");
    text.contains("<img")
        || text.chars().any(|c| {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                _ => return !inside && !c.is_whitespace(),
            }
            false
        })
}

#[cfg(test)]
mod tests {
    use super::{OPEN, SHUT, fold};

    #[test]
    fn quotes_fold_and_forwards_do_not() {
        let quote = "<blockquote type=\"cite\"><div>a<br><blockquote type=\"cite\">b</blockquote></div></blockquote>";
        assert_eq!(fold(&format!("<p>Hi</p>{quote}<p>x</p>")), format!("<p>Hi</p>{OPEN}{quote}{SHUT}<p>x</p>"));
        assert_eq!(fold(quote), quote);
        let plain = "<p>Hi</p><blockquote>a poem</blockquote>";
        assert_eq!(fold(plain), plain);
    }

    #[test]
    fn outlook_folds_to_the_end_of_what_holds_it() {
        let old = "<div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt\"><p><b>From:</b> A</p></div><p>b</p>";
        assert_eq!(fold(&format!("<div>Yes{old}</div>c")), format!("<div>Yes{OPEN}{old}{SHUT}</div>c"));
        assert_eq!(fold(&format!("Yes{old}")), format!("Yes{OPEN}{old}{SHUT}"));
    }
}
