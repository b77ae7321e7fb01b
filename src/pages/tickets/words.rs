//! Numbers and times as tickets say them.

/// How long ago, in one unit: `now`, `5 min`, `3 h`, `2 d`, `7 mo`, `2 y`. Both in milliseconds since 1970.
#[must_use]
pub fn age(moment_ms: i64, now_ms: i64) -> String {
    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let past = (now_ms - moment_ms).max(0);
    let (count, unit) = match past {
        _ if past < MINUTE => return "now".into(),
        _ if past < HOUR => (past / MINUTE, " min"),
        _ if past < DAY => (past / HOUR, " h"),
        _ if past < 60 * DAY => (past / DAY, " d"),
        _ if past < 730 * DAY => (past / (30 * DAY), " mo"),
        _ => (past / (365 * DAY), " y"),
    };
    [&count.to_string(), unit].concat()
}

/// A number with its noun; `more`: there are at least as many.
#[must_use]
pub fn tickets(count: &str, more: bool) -> String {
    let noun = if count == "1" && !more { " ticket" } else { " tickets" };
    [count, if more { "+" } else { "" }, noun].concat()
}

#[cfg(test)]
mod tests {
    use super::{age, tickets};

    #[test]
    fn ages_are_said_in_the_largest_unit() {
        const DAY: i64 = 86_400_000;
        for (past, words) in [
            (-5, "now"),
            (59_999, "now"),
            (300_000, "5 min"),
            (3 * 3_600_000, "3 h"),
            (2 * DAY, "2 d"),
            (90 * DAY, "3 mo"),
            (800 * DAY, "2 y"),
        ] {
            assert_eq!(age(0, past), words);
        }
    }

    #[test]
    fn one_is_a_ticket_and_one_at_least_are_tickets() {
        assert_eq!(
            [tickets("1", false), tickets("1", true), tickets("0", false)],
            ["1 ticket", "1+ tickets", "0 tickets"]
        );
    }
}
