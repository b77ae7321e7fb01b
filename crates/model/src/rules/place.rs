//! Where things stand that people put in order: views, pipelines, statuses, properties.

use crate::refusal::{Invalid, Refusal};

/// Between two neighbours, so that most moves touch one alone.
pub(crate) const STEP: i64 = 1024;

/// Who of a list, in its order, gets which position so that `id` stands before `before`, or last.
pub(super) fn places_after<I: Copy + PartialEq>(
    list: &[(I, i64)],
    id: I,
    before: Option<I>,
) -> Result<Vec<(I, i64)>, Refusal> {
    let old = list.iter().position(|(other, _)| *other == id).unwrap_or(list.len());
    let mut others: Vec<_> = list.iter().filter(|(other, _)| *other != id).copied().collect();
    let at = match before {
        None => others.len(),
        // Before itself is where it is.
        Some(before) if before == id => old,
        Some(before) => others
            .iter()
            .position(|(other, _)| *other == before)
            .ok_or(Refusal::Invalid { field: "before", why: Invalid::NotBeside })?,
    };
    // An undo can bring something back to a position that another has by now.
    let apart = list.windows(2).all(|two| two[0].1 < two[1].1);
    if at == old && apart {
        return Ok(vec![]);
    }
    let above = at.checked_sub(1).map(|above| others[above].1);
    let below = others.get(at).map(|(_, below)| *below);
    let between = match (above, below) {
        _ if !apart => None,
        (above, None) => Some(above.unwrap_or(0) + STEP),
        (None, Some(below)) => Some(below - STEP),
        (Some(above), Some(below)) => (below - above > 1).then(|| above + (below - above) / 2),
    };
    if let Some(position) = between {
        return Ok(vec![(id, position)]);
    }
    // There is no room between the two, or no order: all are placed anew.
    others.insert(at, (id, i64::MIN));
    let was = |id: I| list.iter().find(|(other, _)| *other == id).map(|(_, position)| *position);
    let anew = (1..).zip(others).map(|(nth, (other, _))| (other, nth * STEP));
    Ok(anew.filter(|(other, position)| was(*other) != Some(*position)).collect())
}
