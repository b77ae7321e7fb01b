//! Stretches of a list: neighbouring rows that are counted together, so that a place far down is found by adding up
//! totals and passing over a few rows (some hundred at a thousand mails a day), not over all that stand before it.
//!
//! A stretch is some hours of an order's key. Whoever waits for nothing has the same key as all others who do, so there
//! it is a block of the conversations' ids instead, which is what they are sorted by then. Many stretches make a span:
//! some weeks, or some ten thousand ids. Few spans are looked through for a place, and the stretches of one of them.

use super::ListKey;
use crate::store::order::{Order, Place};
use crate::store::sql::{Cells, bound, row};
use crate::store::{Connection, Error};

/// A stretch is so many milliseconds, as a power of two: some four and a half hours.
const HOURS_BITS: u32 = 24;
/// Or so many ids: 512.
const IDS_BITS: u32 = 9;
/// A span is so many stretches: 128, which are 25 days, or 65,536 ids.
const SPAN_BITS: u32 = 7;
/// The key of who has none.
const NO_KEY: i64 = i64::MAX;
/// The stretch in which the ids of those begin, behind those of all keys.
const OF_IDS: i64 = 1 << (63 - HOURS_BITS);

/// In `view_stretches.level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Stretch,
    Span,
}

impl Level {
    pub(super) const ALL: [Self; 2] = [Self::Stretch, Self::Span];

    pub(super) fn number(self) -> i64 {
        self as i64
    }

    /// Which of this level a row with `key` stands in.
    pub(super) fn of(self, key: i64, conversation: i64) -> i64 {
        let stretch = if key == NO_KEY { OF_IDS + (conversation >> IDS_BITS) } else { key >> HOURS_BITS };
        match self {
            Self::Stretch => stretch,
            Self::Span => stretch >> SPAN_BITS,
        }
    }
}

/// The place just before everything that stands in `stretch`.
fn before(order: Order, stretch: i64) -> Place {
    // What comes first in a list that goes down is what comes last, and stands before the next stretch.
    let edge = if order.is_descending() { stretch.saturating_add(1) } else { stretch };
    if stretch < OF_IDS {
        // The last stretch of keys ends where the ids begin.
        let key = if edge < OF_IDS { edge << HOURS_BITS } else { NO_KEY };
        Place { key, conversation: i64::MIN }
    } else {
        let first = (edge - OF_IDS) << IDS_BITS;
        Place { key: NO_KEY, conversation: if order.is_descending() { first } else { first - 1 } }
    }
}

/// Where rank `position` begins: a place to read behind, and how many rows to pass over there.
pub(super) async fn rank(
    connection: &mut Connection,
    (inbox, view, agent, sort): ListKey,
    order: Order,
    position: i64,
) -> Result<(Place, i64), Error> {
    let direction = order.direction();
    let totals = |alias: &str, level: Level| {
        format!(
            "{alias}.inbox_id = $1 AND {alias}.view = $2 AND {alias}.agent_id = $3 AND {alias}.sort = $4 \
             AND {alias}.level = {} AND {alias}.total > 0",
            level.number()
        )
    };
    let through = format!("CAST(SUM(s.total) OVER (ORDER BY s.stretch {direction}) AS BIGINT)");
    let sql = format!(
        "WITH spans AS (SELECT s.stretch, s.total, {through} AS through FROM view_stretches s WHERE {}), \
         span AS (SELECT stretch, through - total AS passed FROM spans WHERE through > $5 \
         ORDER BY stretch {direction} LIMIT 1), \
         stretches AS (SELECT s.stretch, s.total, span.passed + {through} AS through \
         FROM span CROSS JOIN view_stretches s WHERE {} \
         AND s.stretch >= span.stretch << {SPAN_BITS} AND s.stretch < (span.stretch + 1) << {SPAN_BITS}) \
         SELECT stretch, $5 - (through - total) FROM stretches WHERE through > $5 \
         ORDER BY stretch {direction} LIMIT 1",
        totals("s", Level::Span),
        totals("s", Level::Stretch)
    );
    let found = row(connection, sql, bound![inbox, view, agent, sort, position]).await?;
    let Some(found) = found else { return Ok((order.end(), 0)) };
    let mut cells = Cells::new(&found);
    Ok((before(order, cells.int()?), cells.int()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use samtal_model::Sort;

    const DAY_MS: i64 = 86_400_000;

    #[test]
    fn a_row_stands_behind_what_is_before_its_stretch_and_not_behind_the_next() {
        let keys = [i64::MIN, -DAY_MS, -1, 0, 1, (1 << 24) - 1, 1 << 24, DAY_MS * 20_000, i64::MAX - 1, i64::MAX];
        for order in [Order::of(Sort::WaitingLongest), Order::of(Sort::NewestActivity)] {
            for (key, conversation) in keys.iter().flat_map(|key| [1, 511, 512, 513, 70_000].map(|id| (*key, id))) {
                let stretch = Level::Stretch.of(key, conversation);
                let place = Place { key, conversation };
                assert!(order.is_after(place, before(order, stretch)), "{place:?} in {stretch}");
                let next = if order.is_descending() { stretch - 1 } else { stretch + 1 };
                let is_first = stretch == i64::MIN >> HOURS_BITS && order.is_descending();
                assert!(is_first || !order.is_after(place, before(order, next)), "{place:?} before {next}");
            }
        }
    }

    #[test]
    fn stretches_and_spans_are_in_the_order_of_keys_and_ids() {
        for level in Level::ALL {
            let mut last = i64::MIN;
            for (key, id) in
                [(i64::MIN, 9), (-1, 8), (0, 7), (DAY_MS, 6), (i64::MAX - 1, 5), (i64::MAX, 1), (i64::MAX, 1 << 30)]
            {
                let next = level.of(key, id);
                assert!(next >= last, "{key} of {id}");
                last = next;
            }
        }
    }
}
