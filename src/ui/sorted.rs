//! Putting a few things in order: the standard library's ways weigh more than all the lists they would sort.

/// By `key`, equal ones in the order they had. For hundreds, not for thousands.
#[must_use]
pub fn by<T, K: PartialOrd>(items: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut sorted: Vec<(K, T)> = Vec::with_capacity(items.len());
    for item in items {
        let key = key(&item);
        let place = sorted.iter().rposition(|(other, _)| *other <= key).map_or(0, |place| place + 1);
        sorted.insert(place, (key, item));
    }
    sorted.into_iter().map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::by;

    #[test]
    fn equal_ones_keep_their_order() {
        assert_eq!(
            by(vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')], |it| it.0),
            [(1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]
        );
        assert!(by(Vec::<i32>::new(), |it| *it).is_empty());
    }
}
