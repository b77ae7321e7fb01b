//! What stands under what in a thread: days, the line above what is new, and the messages between them.

use samtal_model::MessageId;
use std::ops::Range;

/// One line of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Row {
    /// A new day begins with this message.
    Day(MessageId),
    /// What follows has not been read yet.
    New,
    Message(MessageId),
}

impl Row {
    /// What tells it from the other lines of its thread: messages have numbers from 1 on.
    #[must_use]
    pub fn key(self) -> i64 {
        match self {
            Self::Day(first) => -first.0,
            Self::New => 0,
            Self::Message(id) => id.0,
        }
    }
}

/// Lays out messages, each with its local day, in order. Nothing says "new" where everything is.
#[must_use]
pub fn rows(messages: &[(MessageId, i64)], first_unread: Option<MessageId>) -> Vec<Row> {
    let mut rows = Vec::with_capacity(messages.len() + 4);
    let mut today = None;
    for (index, (id, day)) in messages.iter().enumerate() {
        if today != Some(*day) {
            today = Some(*day);
            rows.push(Row::Day(*id));
        }
        if index > 0 && first_unread == Some(*id) {
            rows.push(Row::New);
        }
        rows.push(Row::Message(*id));
    }
    rows
}

/// The least that a message takes of a screen, in CSS pixels.
const MESSAGE_PX: usize = 72;

/// Which messages of `order` can be seen on a screen so high once `target` was gone to, or the end.
#[must_use]
pub fn in_sight(order: &[MessageId], target: Option<MessageId>, screen_px: usize) -> Range<usize> {
    let count = screen_px / MESSAGE_PX + 1;
    let at = target.and_then(|target| order.iter().position(|id| *id == target));
    let end = at.map_or(order.len(), |at| order.len().min(at + count));
    end.saturating_sub(count + 1)..end
}

/// `9 B`, `84 KB`, `1.2 MB`: as file managers write it, in thousands.
#[must_use]
pub fn size_in_words(bytes: i64) -> String {
    let bytes = bytes.max(0);
    let (unit, name) = match bytes {
        ..1_000 => return [&bytes.to_string(), " B"].concat(),
        1_000..999_500 => (1_000, " KB"),
        999_500..999_500_000 => (1_000_000, " MB"),
        _ => (1_000_000_000, " GB"),
    };
    let tenths = (bytes + unit / 20) / (unit / 10);
    let (whole, tenth) = (tenths / 10, tenths % 10);
    if whole >= 10 || tenth == 0 {
        [&((bytes + unit / 2) / unit).to_string(), name].concat()
    } else {
        [&whole.to_string(), ".", &tenth.to_string(), name].concat()
    }
}

/// How long ago, while that is easier to grasp than a time of day; none after half a day. Both in milliseconds.
#[must_use]
pub fn ago(moment_ms: i64, now_ms: i64) -> Option<String> {
    let minutes = (now_ms - moment_ms).max(0) / 60_000;
    match minutes {
        0 => Some("just now".into()),
        1..60 => Some([&minutes.to_string(), " min ago"].concat()),
        60..720 => Some([&(minutes / 60).to_string(), " h ago"].concat()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, ago, in_sight, rows, size_in_words};
    use samtal_model::MessageId;

    #[test]
    fn each_day_is_said_once_and_new_begins_at_the_first_unread() {
        let [a, b, c] = [1, 2, 3].map(MessageId);
        assert_eq!(
            rows(&[(a, 10), (b, 10), (c, 11)], Some(b)),
            [Row::Day(a), Row::Message(a), Row::New, Row::Message(b), Row::Day(c), Row::Message(c)]
        );
        assert_eq!(rows(&[(a, 10)], Some(a)), [Row::Day(a), Row::Message(a)], "all of it is new");
        assert_eq!(rows(&[], Some(a)), []);
        assert_eq!(rows(&[(a, 10), (b, 9), (c, 10)], None).iter().filter(|row| matches!(row, Row::Day(_))).count(), 3);
    }

    #[test]
    fn what_can_be_seen_comes_first() {
        let order: Vec<_> = (0..50).map(MessageId).collect();
        for (target, wanted) in [
            (None, 39..50),
            (Some(49), 39..50),
            (Some(41), 39..50),
            (Some(20), 19..30),
            (Some(0), 0..10),
            (Some(99), 39..50),
        ] {
            assert_eq!(in_sight(&order, target.map(MessageId), 700), wanted, "{target:?}");
        }
        assert_eq!(in_sight(&order[..3], None, 700), 0..3);
        assert_eq!(in_sight(&[], Some(MessageId(1)), 700), 0..0);
    }

    #[test]
    fn sizes_are_short() {
        for (bytes, wanted) in [
            (0, "0 B"),
            (-4, "0 B"),
            (999, "999 B"),
            (1_000, "1 KB"),
            (1_249, "1.2 KB"),
            (84_300, "84 KB"),
            (999_499, "999 KB"),
            (999_500, "1 MB"),
            (1_250_000, "1.3 MB"),
            (25_000_000, "25 MB"),
            (3_400_000_000, "3.4 GB"),
        ] {
            assert_eq!(size_in_words(bytes), wanted, "{bytes}");
        }
    }

    #[test]
    fn the_recent_past_is_counted() {
        let minute = 60_000;
        for (passed, wanted) in [
            (-5 * minute, Some("just now")),
            (minute - 1, Some("just now")),
            (minute, Some("1 min ago")),
            (59 * minute, Some("59 min ago")),
            (61 * minute, Some("1 h ago")),
            (11 * 60 * minute, Some("11 h ago")),
            (12 * 60 * minute, None),
        ] {
            assert_eq!(ago(0, passed).as_deref(), wanted, "{passed}");
        }
    }
}
