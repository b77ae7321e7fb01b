//! The order of what is moved a step up or down: pipelines and their statuses, properties and their options.

/// Before which one `id` comes to stand if it moves by one place; none within for the end. None where it cannot move.
#[must_use]
pub fn before(all: &[i64], id: i64, down: bool) -> Option<Option<i64>> {
    let at = all.iter().position(|other| *other == id)?;
    if down {
        (at + 1 < all.len()).then(|| all.get(at + 2).copied())
    } else {
        at.checked_sub(1).map(|above| Some(all[above]))
    }
}

#[cfg(test)]
mod tests {
    use super::before;

    #[test]
    fn a_step_is_said_by_what_comes_after() {
        for (id, down, wanted, why) in [
            (1, false, None, "it stands first"),
            (2, false, Some(Some(1)), "before the one above"),
            (3, false, Some(Some(2)), "before the one above"),
            (1, true, Some(Some(3)), "before the one after the next"),
            (2, true, Some(None), "to the end"),
            (3, true, None, "it stands last"),
            (9, true, None, "a colleague deleted it"),
        ] {
            assert_eq!(before(&[1, 2, 3], id, down), wanted, "{id}: {why}");
        }
    }
}
