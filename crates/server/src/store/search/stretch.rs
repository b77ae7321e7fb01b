//! Stretches of ids, as tokens in PostgreSQL's index. Its lists of a word have no end to begin at: they are read whole
//! and sorted afterwards. Asked together with the token of a stretch they are read along that stretch alone, so that the
//! newest matches of a word that is neither common nor rare are found by looking at few of them.

use super::mark::Mark;

/// How many ids a stretch has, as a power of two, each four times the one before.
const WIDTHS: [u32; 6] = [11, 13, 15, 17, 19, 21];

/// How many whole stretches of a width are asked for at once, before wider ones are.
const ABREAST: i64 = 4;

/// The tokens of the stretches that hold `id`.
pub(super) fn of(id: i64) -> impl Iterator<Item = String> {
    (0..WIDTHS.len()).map(move |level| token(level, id >> WIDTHS[level]))
}

fn token(level: usize, number: i64) -> String {
    Mark::Stretch.numbers(&[level as i64, number])
}

/// The stretches that lie next to where somebody looks on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Next {
    pub tokens: Vec<String>,
    /// The id from which the stretches after these go on, not included in them.
    pub edge: i64,
}

/// Stretches that reach at least so far together, and little farther, downwards from an id that is not included, or
/// upwards.
pub(super) fn next(reach: i64, from: i64, downwards: bool) -> Next {
    let level = WIDTHS.iter().position(|width| reach >> width < ABREAST).unwrap_or(WIDTHS.len() - 1);
    let width = WIDTHS[level];
    // The first of them is cut off where one begins.
    let more = (reach >> width).min(ABREAST) + 1;
    let (numbers, edge) = if downwards {
        let number = (from - 1) >> width;
        ((number - more).max(0)..=number, (number - more) << width)
    } else {
        let number = (from + 1) >> width;
        (number..=number + more, ((number + more + 1) << width) - 1)
    };
    Next { tokens: numbers.map(|number| token(level, number)).collect(), edge }
}

#[cfg(test)]
mod tests {
    use super::{Next, next, of};

    /// Whether an id lies in one of the stretches.
    fn holds(next: &Next, id: i64) -> bool {
        of(id).any(|token| next.tokens.contains(&token))
    }

    #[test]
    fn looking_on_passes_over_no_id() {
        for from in [1, 2, 4_095, 4_096, 4_097, 300_000, 9_999_999] {
            let (mut down, mut up) = (from, from);
            for reach in [1, 2_048, 2_049, 100_000, 5_000_000] {
                let below = next(reach, down, true);
                for id in
                    [down - 1, down - 2, below.edge + 1, below.edge].into_iter().filter(|id| (0..down).contains(id))
                {
                    assert!(holds(&below, id), "{id} below {down}");
                }
                let above = next(reach, up, false);
                for id in [up + 1, up + 2, above.edge - 1, above.edge] {
                    assert!(holds(&above, id), "{id} above {up}");
                }
                assert!(above.edge - up >= reach.min(1 << 21), "{reach} from {up}");
                (down, up) = (below.edge.max(1), above.edge);
            }
        }
    }

    #[test]
    fn stretches_of_different_widths_have_different_tokens() {
        let all: std::collections::BTreeSet<_> = of(0).chain(of(1 << 11)).chain(of(1 << 21)).collect();
        assert_eq!(all.len(), 6 + 1 + 6);
    }
}
