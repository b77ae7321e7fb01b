//! A moment, in milliseconds since 1970 in UTC; RFC 3339 where people or programs read it.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime, description = "A moment in UTC, as in 2026-11-20T16:02:00.000Z."))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment `ms` milliseconds later.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// The date on a clock so far ahead of UTC.
    #[must_use]
    pub fn day_at(self, utc_offset_minutes: i32) -> NaiveDate {
        let here = self.plus_ms(i64::from(utc_offset_minutes) * 60_000);
        DateTime::<Utc>::from_timestamp_millis(here.0).unwrap_or_default().date_naive()
    }

    /// `2026-11-20T16:02:00.000Z`. A moment outside the years 0 to 9999 is shown as 1970.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// Reads what [`Timestamp::to_rfc3339`] prints and nothing else, in a twentieth of the code of [`Timestamp::parse`]:
    /// a browser reads these before it shows anything.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        const SHAPE: &[u8; 24] = b"0000-00-00T00:00:00.000Z";
        let text = text.as_bytes();
        let fits = |(is, wanted): (&u8, &u8)| if *wanted == b'0' { is.is_ascii_digit() } else { is == wanted };
        if text.len() != SHAPE.len() || !text.iter().zip(SHAPE).all(fits) {
            return None;
        }
        let number =
            |from: usize, to: usize| text[from..to].iter().fold(0, |all, digit| all * 10 + i64::from(digit - b'0'));
        let day = NaiveDate::from_ymd_opt(number(0, 4) as i32, number(5, 7) as u32, number(8, 10) as u32)?;
        let days = day.signed_duration_since(NaiveDate::default()).num_days();
        let minutes = (days * 24 + number(11, 13)) * 60 + number(14, 16);
        Some(Self((minutes * 60 + number(17, 19)) * 1_000 + number(20, 23)))
    }

    /// Reads any RFC 3339 moment; its offset is folded into UTC.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|moment| Self(moment.timestamp_millis()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc3339())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| de::Error::custom("expected a time as in 2026-11-20T16:02:00.000Z"))
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn what_is_printed_is_read_by_both() {
        for ms in [0, 1, -1, 951_782_400_000, 1_700_000_000_123, 4_102_444_799_999, -62_135_596_800_000] {
            let printed = Timestamp(ms).to_rfc3339();
            assert_eq!(Timestamp::read(&printed), Some(Timestamp(ms)), "{printed}");
            assert_eq!(Timestamp::parse(&printed), Some(Timestamp(ms)), "{printed}");
        }
        for text in
            ["", "2026-11-20", "2026-11-20T16:02:00Z", "2026-13-20T16:02:00.000Z", "2026-11-20T16:02:00.000+01:00"]
        {
            assert_eq!(Timestamp::read(text), None, "{text}");
        }
    }
}
