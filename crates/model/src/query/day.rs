//! Dates of a search, and the moments they come to.

use crate::time::Timestamp;
use chrono::{Datelike, Days, Months, NaiveDate};

/// The years a search may name: four digits.
const YEARS: std::ops::RangeInclusive<i32> = 1000..=9999;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A unit of what is counted back from today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// A day, a month or a year, as it was typed: what is relative stays so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// Of a year with four digits; see [`When::day`].
    Day(NaiveDate),
    /// `month` is 1 to 12.
    Month {
        year: u16,
        month: u8,
    },
    Year(u16),
    Today,
    Yesterday,
    /// The day that long before today: `7d`; at most four digits.
    Ago {
        count: u16,
        unit: Unit,
    },
}

impl When {
    /// That day; none if its year has not four digits.
    #[must_use]
    pub fn day(date: NaiveDate) -> Option<Self> {
        YEARS.contains(&date.year()).then_some(Self::Day(date))
    }

    /// Reads `2026-11-21`, `2026-11`, `2026` (also with `/`), `today`, `yesterday`, `7d`, `2w`, `3m`, `1y`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("today") {
            return Some(Self::Today);
        }
        if text.eq_ignore_ascii_case("yesterday") {
            return Some(Self::Yesterday);
        }
        if let Some(count) = text.get(..text.len().wrapping_sub(1))
            && let Some(unit) = text.bytes().last().and_then(unit)
        {
            return Some(Self::Ago { count: number(count, 4)?, unit });
        }
        let mut pieces = text.split(['-', '/']);
        let year = number(pieces.next()?, 4).filter(|year| YEARS.contains(&i32::from(*year)))?;
        let Some(month) = pieces.next() else { return Some(Self::Year(year)) };
        let month = number(month, 2)?;
        let Some(day) = pieces.next() else {
            let month = u8::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
            return Some(Self::Month { year, month });
        };
        let day = number(day, 2)?;
        if pieces.next().is_some() {
            return None;
        }
        NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).map(Self::Day)
    }

    /// It is another day tomorrow.
    #[must_use]
    pub fn is_relative(self) -> bool {
        matches!(self, Self::Today | Self::Yesterday | Self::Ago { .. })
    }

    /// More of `text` could make a date of it.
    pub(super) fn is_begun(text: &str) -> bool {
        let begins = |word: &str| word.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text));
        if begins("today") || begins("yesterday") {
            return true;
        }
        // Digits that could be a year or a count, or a date that breaks off at its line.
        match text.strip_suffix("-0").or_else(|| text.strip_suffix("/0")).or_else(|| text.strip_suffix(['-', '/'])) {
            Some(before) => matches!(Self::parse(before), Some(Self::Year(_) | Self::Month { .. })),
            None => number(text, 3).is_some(),
        }
    }

    /// The first day, and the first day after it.
    #[must_use]
    pub fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let first = match self {
            Self::Day(date) => date,
            Self::Month { year, month } => {
                NaiveDate::from_ymd_opt(year.into(), month.into(), 1).unwrap_or(NaiveDate::MIN)
            }
            Self::Year(year) => NaiveDate::from_ymd_opt(year.into(), 1, 1).unwrap_or(NaiveDate::MIN),
            Self::Today => today,
            Self::Yesterday => today.pred_opt().unwrap_or(NaiveDate::MIN),
            Self::Ago { count, unit } => match unit {
                Unit::Day => today.checked_sub_days(Days::new(count.into())),
                Unit::Week => today.checked_sub_days(Days::new(u64::from(count) * 7)),
                Unit::Month => today.checked_sub_months(Months::new(count.into())),
                Unit::Year => today.checked_sub_months(Months::new(u32::from(count) * 12)),
            }
            .unwrap_or(NaiveDate::MIN),
        };
        let next = match self {
            Self::Month { .. } => first.checked_add_months(Months::new(1)),
            Self::Year(_) => first.checked_add_months(Months::new(12)),
            _ => first.succ_opt(),
        };
        (first, next.unwrap_or(NaiveDate::MAX))
    }

    /// As it is typed.
    pub(super) fn print(self, out: &mut String) {
        match self {
            Self::Day(date) => {
                digits(out, date.year().unsigned_abs(), 4);
                out.push('-');
                digits(out, date.month(), 2);
                out.push('-');
                digits(out, date.day(), 2);
            }
            Self::Month { year, month } => {
                digits(out, year.into(), 4);
                out.push('-');
                digits(out, month.into(), 2);
            }
            Self::Year(year) => digits(out, year.into(), 4),
            Self::Today => out.push_str("today"),
            Self::Yesterday => out.push_str("yesterday"),
            Self::Ago { count, unit } => {
                digits(out, count.into(), 1);
                out.push(match unit {
                    Unit::Day => 'd',
                    Unit::Week => 'w',
                    Unit::Month => 'm',
                    Unit::Year => 'y',
                });
            }
        }
    }
}

fn unit(letter: u8) -> Option<Unit> {
    match letter.to_ascii_lowercase() {
        b'd' => Some(Unit::Day),
        b'w' => Some(Unit::Week),
        b'm' => Some(Unit::Month),
        b'y' => Some(Unit::Year),
        _ => None,
    }
}

/// A number of one to `most` digits.
fn number(text: &str, most: usize) -> Option<u16> {
    if text.len() > most || !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `number` with at least `least` digits.
fn digits(out: &mut String, number: u32, least: usize) {
    let text = number.to_string();
    for _ in text.len()..least {
        out.push('0');
    }
    out.push_str(&text);
}

/// The range of dates. All that are set hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// From the first day of this on, that day included.
    pub after: Option<When>,
    /// Up to the first day of this, that day excluded.
    pub before: Option<When>,
    /// Within this.
    pub on: Option<When>,
}

impl Dates {
    /// They move with the clock.
    #[must_use]
    pub fn are_relative(&self) -> bool {
        [self.after, self.before, self.on].into_iter().flatten().any(When::is_relative)
    }

    /// From `first` to `last`, both included: what a control for two days sets. A day whose year has not four digits
    /// bounds nothing.
    #[must_use]
    pub fn through(first: Option<NaiveDate>, last: Option<NaiveDate>) -> Self {
        Self {
            after: first.and_then(When::day),
            before: last.and_then(|last| last.succ_opt()).and_then(When::day),
            on: None,
        }
    }

    /// The first day, and the first day after the range.
    #[must_use]
    pub fn days(&self, today: NaiveDate) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let mut from = self.after.map(|when| when.days(today).0);
        let mut to = self.before.map(|when| when.days(today).0);
        if let Some(on) = self.on {
            let (first, next) = on.days(today);
            from = Some(from.map_or(first, |from| from.max(first)));
            to = Some(to.map_or(next, |to| to.min(next)));
        }
        (from, to)
    }

    /// The moments `[from, to)` for somebody whose clock is `offset_minutes` ahead of UTC now; `today` is the date on
    /// that clock. Where clocks are changed, days of the other half of the year begin an hour off.
    #[must_use]
    pub fn bounds(&self, today: NaiveDate, offset_minutes: i32) -> (Option<Timestamp>, Option<Timestamp>) {
        let (from, to) = self.days(today);
        let moment = |day: NaiveDate| {
            let days = day.signed_duration_since(NaiveDate::default()).num_days();
            Timestamp(days * DAY_MS).plus_ms(-i64::from(offset_minutes) * 60_000)
        };
        (from.map(moment), to.map(moment))
    }
}
