//! Moments in words, by the browser's own `Intl`: no calendar and no time zone is shipped.

use js_sys::{Date, Reflect};
use leptos::prelude::*;
use samtal_model::chrono::NaiveDate;
use wasm_bindgen::JsValue;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// The minute it is, live: whoever reads it is run again when the minute turns.
#[derive(Clone, Copy)]
pub struct Clock(RwSignal<i64>);

/// Makes the clock for everything below.
pub fn provide_clock() {
    let clock = Clock(RwSignal::new(super::frame::now_ms()));
    let turn = set_interval_with_handle(
        move || clock.0.set(super::frame::now_ms()),
        std::time::Duration::from_millis(MINUTE_MS.unsigned_abs()),
    );
    on_cleanup(move || {
        if let Ok(turn) = turn {
            turn.clear();
        }
    });
    provide_context(clock);
}

/// The clock; call it at a component's top.
#[must_use]
pub fn use_clock() -> Clock {
    expect_context()
}

impl Clock {
    /// Milliseconds since 1970, to the minute. Followed.
    #[must_use]
    pub fn now_ms(self) -> i64 {
        self.0.get()
    }
}

/// How far back a moment is, as far as its words differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Distance {
    Today,
    Yesterday,
    ThisWeek,
    ThisYear,
    Longer,
}

/// `moment` and `now` in milliseconds of local time.
fn distance(moment: i64, now: i64, same_year: bool) -> Distance {
    match now.div_euclid(DAY_MS) - moment.div_euclid(DAY_MS) {
        // A sender's clock may be ahead of ours.
        ..=0 => Distance::Today,
        1 => Distance::Yesterday,
        2..=6 => Distance::ThisWeek,
        _ if same_year => Distance::ThisYear,
        _ => Distance::Longer,
    }
}

fn local_ms(date: &Date) -> i64 {
    date.get_time() as i64 - date.get_timezone_offset() as i64 * MINUTE_MS
}

/// The day it is here.
#[must_use]
pub fn today() -> NaiveDate {
    let now = Date::new_0();
    NaiveDate::from_ymd_opt(now.get_full_year() as i32, now.get_month() + 1, now.get_date()).unwrap_or_default()
}

/// How far local time is ahead of UTC now, in minutes.
#[must_use]
pub fn offset_minutes() -> i32 {
    -(Date::new_0().get_timezone_offset() as i32)
}

/// In a list: `9:41`, `Yesterday`, `Tue`, `12 Aug`, `1 Mar 2024`. Both in milliseconds since 1970.
#[must_use]
pub fn short(moment_ms: i64, now_ms: i64) -> String {
    let (date, now) = (date(moment_ms), date(now_ms));
    match distance(local_ms(&date), local_ms(&now), date.get_full_year() == now.get_full_year()) {
        Distance::Today => written(&date, Style::Clock),
        Distance::Yesterday => "Yesterday".into(),
        Distance::ThisWeek => written(&date, Style::Weekday),
        Distance::ThisYear => written(&date, Style::Day),
        Distance::Longer => written(&date, Style::DayOfYear),
    }
}

/// `Friday 20 November 2026 at 16:02`.
#[must_use]
pub fn long(moment_ms: i64) -> String {
    written(&date(moment_ms), Style::Long)
}

/// `16:02`.
#[must_use]
pub fn clock(moment_ms: i64) -> String {
    written(&date(moment_ms), Style::Clock)
}

/// Over the messages of a day: `Today`, `Yesterday`, `Thursday 19 November`, `1 March 2024`.
#[must_use]
pub fn day(moment_ms: i64, now_ms: i64) -> String {
    let (date, now) = (date(moment_ms), date(now_ms));
    match distance(local_ms(&date), local_ms(&now), date.get_full_year() == now.get_full_year()) {
        Distance::Today => "Today".into(),
        Distance::Yesterday => "Yesterday".into(),
        Distance::ThisWeek | Distance::ThisYear => written(&date, Style::WholeDay),
        Distance::Longer => written(&date, Style::WholeDayOfYear),
    }
}

/// The local day a moment is in, counted from 1970.
#[must_use]
pub fn local_day(moment_ms: i64) -> i64 {
    local_ms(&date(moment_ms)).div_euclid(DAY_MS)
}

/// A whole number with its language's separators: `148,203`.
#[must_use]
pub fn number(value: i64) -> String {
    if value.abs() < 1_000 {
        return value.to_string();
    }
    String::from(js_sys::Number::from(value as f64).to_locale_string("en-GB"))
}

/// As a `datetime-local` control has it: `2026-11-25T14:05`, in local time.
#[must_use]
pub fn control(moment_ms: i64) -> String {
    let local = date(local_ms(&date(moment_ms)));
    String::from(local.to_iso_string()).chars().take("2026-11-25T14:05".len()).collect()
}

/// The moment a `datetime-local` control has; none where it is no moment.
#[must_use]
pub fn from_control(text: &str) -> Option<i64> {
    let ms = Date::parse(text);
    ms.is_finite().then_some(ms as i64)
}

fn date(ms: i64) -> Date {
    Date::new(&JsValue::from_f64(ms as f64))
}

#[derive(Clone, Copy)]
enum Style {
    Clock,
    Weekday,
    Day,
    DayOfYear,
    WholeDay,
    WholeDayOfYear,
    Long,
}

/// How many styles there are.
const STYLES: usize = 7;

impl Style {
    fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Clock => &[("hour", "numeric"), ("minute", "2-digit")],
            Self::Weekday => &[("weekday", "short")],
            Self::Day => &[("day", "numeric"), ("month", "short")],
            Self::DayOfYear => &[("day", "numeric"), ("month", "short"), ("year", "numeric")],
            Self::WholeDay => &[("weekday", "long"), ("day", "numeric"), ("month", "long")],
            Self::WholeDayOfYear => &[("day", "numeric"), ("month", "long"), ("year", "numeric")],
            Self::Long => &[("dateStyle", "full"), ("timeStyle", "short")],
        }
    }
}

thread_local! {
    /// Making a formatter costs a hundred times what using it does.
    static FORMATS: std::cell::RefCell<[Option<js_sys::Function>; STYLES]> = std::cell::RefCell::default();
}

fn written(date: &Date, style: Style) -> String {
    let format = FORMATS.with_borrow_mut(|formats| {
        formats[style as usize]
            .get_or_insert_with(|| {
                let options = js_sys::Object::new();
                for (name, value) in style.options() {
                    let _plain_object = Reflect::set(&options, &(*name).into(), &(*value).into());
                }
                let locales = js_sys::Array::of1(&"en-GB".into());
                js_sys::Intl::DateTimeFormat::new(&locales, &options).format()
            })
            .clone()
    });
    format.call1(&JsValue::NULL, date).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, Distance, distance};

    #[test]
    fn days_are_counted_at_midnight_not_by_hours() {
        let noon = 20_000 * DAY_MS + DAY_MS / 2;
        for (ago, wanted) in [
            (0, Distance::Today),
            (-DAY_MS, Distance::Today),
            (DAY_MS / 2, Distance::Today),
            (DAY_MS / 2 + 1, Distance::Yesterday),
            (DAY_MS, Distance::Yesterday),
            (6 * DAY_MS, Distance::ThisWeek),
            (7 * DAY_MS, Distance::ThisYear),
        ] {
            assert_eq!(distance(noon - ago, noon, true), wanted, "{ago}");
        }
        assert_eq!(distance(noon - 30 * DAY_MS, noon, false), Distance::Longer);
    }
}
