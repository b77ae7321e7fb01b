//! What a mail says anew, and what it repeats of older ones (T2): plain text only.
//!
//! Nothing is thrown away: the two texts together hold every line. In doubt a line counts as new.

/// A text in its two parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Split {
    pub new: String,
    pub quoted: String,
}

/// Tells new from quoted.
pub(super) fn split(text: &str) -> Split {
    let lines: Vec<&str> = text.lines().collect();
    let whole = || Split { new: text.to_owned(), quoted: String::new() };
    let Some((from, to)) = quoted_range(&lines) else { return whole() };
    let before = lines[..from].join("\n").trim_end().to_owned();
    let after = lines[to..].join("\n").trim_matches('\n').trim_end().to_owned();
    let new = match (before.trim().is_empty(), after.trim().is_empty()) {
        // Nothing but a quote: what somebody passed on is the message.
        (true, true) => return whole(),
        (true, false) => after,
        (false, true) => before,
        (false, false) => format!("{before}\n\n{after}"),
    };
    Split { new, quoted: lines[from..to].join("\n").trim_matches('\n').trim_end().to_owned() }
}

/// The lines that repeat an older mail: from a heading that cuts the rest off, or one run of `>` lines.
fn quoted_range(lines: &[&str]) -> Option<(usize, usize)> {
    let runs = quote_runs(lines);
    for at in 0..lines.len() {
        if cuts_off(lines, at) {
            // What stands above in `>` lines is answered point by point and stays where it is.
            return Some((at, lines.len()));
        }
        if let Some(length) = attribution(lines, at) {
            let next = (at + length..lines.len()).find(|&line| !lines[line].trim().is_empty());
            match next {
                Some(next) if is_quote(lines[next]) => {}
                // "On … wrote:" with an unmarked quote below, as from HTML.
                Some(_) if runs.is_empty() => return Some((at, lines.len())),
                _ => {}
            }
        }
    }
    let &(start, end) = runs.last()?;
    let from = (start.saturating_sub(4)..start)
        .find(|&at| attribution(lines, at).is_some_and(|length| blank(&lines[at + length..start])))
        .unwrap_or(start);
    let at_end = blank(&lines[end..]);
    // Several runs are an answer point by point; only one that ends the mail can go.
    (runs.len() == 1 || at_end).then_some((from, end))
}

fn blank(lines: &[&str]) -> bool {
    lines.iter().all(|line| line.trim().is_empty())
}

fn is_quote(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// Runs of `>` lines, empty lines between them included.
fn quote_runs(lines: &[&str]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if !is_quote(line) {
            continue;
        }
        match runs.last_mut() {
            Some((_, end)) if blank(&lines[*end..at]) => *end = at + 1,
            _ => runs.push((at, at + 1)),
        }
    }
    runs
}

/// How the line above a quote begins, and its verb, by language, lower case. It ends with a colon.
const ATTRIBUTIONS: [(&str, &[&str]); 12] = [
    ("on ", &["wrote"]),
    ("den ", &["skrev"]),
    ("på ", &["skrev"]),
    ("op ", &["schreef", "geschreven"]),
    ("w dniu ", &["napisał", "pisze"]),
    ("dnia ", &["napisał"]),
    ("am ", &["schrieb"]),
    ("le ", &["a écrit"]),
    ("el ", &["escribió"]),
    ("il ", &["ha scritto"]),
    ("em ", &["escreveu"]),
    ("στις ", &["έγραψε"]),
];
/// Last words that need no first ones: names and days stand before them in any order.
const ENDINGS: [&str; 10] = [
    "skrev:",
    "wrote:",
    "schreef:",
    "schrieb:",
    "napisał(a):",
    "napisał:",
    "napisała:",
    "kirjoitti:",
    "のメール:",
    "كتب:",
];

/// How many lines an attribution takes, if one begins at `at`: it may be wrapped over three.
fn attribution(lines: &[&str], at: usize) -> Option<usize> {
    let first = lines[at].trim();
    if first.is_empty() || is_quote(first) || first.len() > 300 {
        return None;
    }
    let first_lower = first.to_lowercase();
    let mut joined = String::new();
    for length in 1..=3 {
        let line = lines.get(at + length - 1)?.trim();
        if line.is_empty() || is_quote(line) || joined.len() + line.len() > 400 {
            return None;
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&line.to_lowercase());
        let led = ATTRIBUTIONS.iter().any(|(start, verbs)| {
            first_lower.starts_with(start) && joined.ends_with(':') && verbs.iter().any(|verb| joined.contains(verb))
        });
        // Without the leading words it takes a date or an address to be sure.
        let sure = joined.contains('@') || joined.chars().filter(char::is_ascii_digit).count() >= 3;
        if (led || ENDINGS.iter().any(|end| joined.ends_with(end))) && sure {
            return Some(length);
        }
    }
    None
}

/// Words between the dashes of Outlook's divider, lower case.
const DIVIDERS: [&str; 9] = [
    "original message",
    "ursprungligt meddelande",
    "ursprüngliche nachricht",
    "oorspronkelijk bericht",
    "wiadomość oryginalna",
    "originalmeddelande",
    "message d'origine",
    "mensaje original",
    "opprinnelig melding",
];
const FROM: [&str; 8] = ["from:", "från:", "von:", "van:", "od:", "fra:", "de :", "de:"];
const SENT: [&str; 14] = [
    "sent:",
    "date:",
    "skickat:",
    "datum:",
    "gesendet:",
    "verzonden:",
    "wysłano:",
    "data:",
    "sendt:",
    "dato:",
    "envoyé :",
    "envoyé:",
    "enviado:",
    "fecha:",
];

/// Whether everything from this line on is an older mail: Outlook's divider, or its block of From, Sent, To.
fn cuts_off(lines: &[&str], at: usize) -> bool {
    let line = lines[at].trim().trim_start_matches('*').trim_start();
    if line.len() > 300 {
        return false;
    }
    let lower = line.to_lowercase();
    if lower.starts_with("--") {
        let words = lower.trim_matches(['-', ' ', '\u{2013}']);
        return DIVIDERS.contains(&words);
    }
    let headed = |lower: &str| FROM.iter().any(|word| lower.starts_with(word));
    if line.len() >= 10 && line.chars().all(|c| c == '_') {
        return (at + 1..lines.len().min(at + 3)).any(|next| headed(&heading(lines[next])));
    }
    headed(&lower)
        && lines[at + 1..].iter().take(3).any(|next| {
            let next = heading(next);
            SENT.iter().any(|word| next.starts_with(word))
        })
}

fn heading(line: &str) -> String {
    line.trim().trim_start_matches('*').trim_start().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::split;

    fn check(text: &str, new: &str, quoted: &str) {
        let found = split(text);
        assert_eq!((found.new.as_str(), found.quoted.as_str()), (new, quoted), "for {text:?}");
    }

    #[test]
    fn the_line_above_a_quote_goes_with_it_in_every_language() {
        for above in [
            "On Thu, 19 Nov 2026 at 16:41, Anna Lind <support@hyllan.example> wrote:",
            "Den tors 19 nov. 2026 kl 16:41 skrev Anna Lind <support@hyllan.example>:",
            "Op do 19 nov 2026 om 16:41 schreef Anna Lind <support@hyllan.example>:",
            "W dniu 19.11.2026 o 16:41, Anna Lind napisał(a):",
            "czw., 19 lis 2026 o 16:41 Anna Lind <support@hyllan.example> napisał(a):",
            "Am 19.11.2026 um 16:41 schrieb Anna Lind:",
            "On Thu, 19 Nov 2026 at 16:41, Anna Lind\n<support@hyllan.example> wrote:",
        ] {
            check(&format!("Thanks!\n\n{above}\n> Hi\n>\n> there"), "Thanks!", &format!("{above}\n> Hi\n>\n> there"));
        }
    }

    #[test]
    fn outlook_cuts_off_the_rest() {
        let old = "-----Original Message-----\nFrom: Anna\nSent: Thursday\n\nHi";
        check(&format!("Yes.\n\n{old}"), "Yes.", old);
        let old = "Från: Anna Lind\nSkickat: den 19 november 2026 16:41\nTill: Maja\nÄmne: Hylla\n\nHej";
        check(&format!("Ja.\n\n{old}"), "Ja.", old);
    }

    #[test]
    fn an_answer_below_the_quote_is_new() {
        check("Anna wrote on 2026-11-19:\n> Hi\n\nMy answer", "Anna wrote on 2026-11-19:\n\nMy answer", "> Hi");
        check("On 2026-11-19 Anna wrote:\n> Hi\n\nMy answer", "My answer", "On 2026-11-19 Anna wrote:\n> Hi");
    }

    #[test]
    fn an_answer_point_by_point_stays_whole() {
        let text = "> one?\nYes\n> two?\nNo";
        check(text, text, "");
        check("> one?\nYes\n> two?\nNo\n\n> the rest\n> of it", "> one?\nYes\n> two?\nNo", "> the rest\n> of it");
    }

    #[test]
    fn a_mail_that_is_nothing_but_a_quote_is_new() {
        check("> Hi\n> there", "> Hi\n> there", "");
        check("", "", "");
    }

    #[test]
    fn ordinary_sentences_are_not_headings() {
        let text = "On Monday I wrote:\nplease send it.\n\nFrom: the warehouse, I hope.\nBest";
        check(text, text, "");
    }
}
