//! Things by id, in one sorted row. For the few thousand that a page holds this is as quick as a tree, and a fraction
//! of its code.

/// What is held, behind pointers so that making room is cheap.
pub struct ById<K, V>(Vec<(K, Box<V>)>);

impl<K, V> Default for ById<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Copy + Ord, V> ById<K, V> {
    fn place(&self, key: K) -> Result<usize, usize> {
        self.0.binary_search_by(|(held, _)| held.cmp(&key))
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn has(&self, key: K) -> bool {
        self.place(key).is_ok()
    }

    #[must_use]
    pub fn get(&self, key: K) -> Option<&V> {
        self.place(key).ok().map(|at| &*self.0[at].1)
    }

    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.place(key).ok().map(|at| &mut *self.0[at].1)
    }

    /// What is held, or else what `make` makes.
    pub fn or_insert(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let at = self.place(key).unwrap_or_else(|at| {
            self.0.insert(at, (key, Box::new(make())));
            at
        });
        &mut self.0[at].1
    }

    pub fn remove(&mut self, key: K) -> Option<V> {
        self.place(key).ok().map(|at| *self.0.remove(at).1)
    }

    pub fn keep(&mut self, stays: impl Fn(&V) -> bool) {
        self.0.retain(|(_, value)| stays(value));
    }

    pub fn each(&self) -> impl Iterator<Item = (K, &V)> {
        self.0.iter().map(|(key, value)| (*key, &**value))
    }

    pub fn each_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| &mut **value)
    }
}

#[cfg(test)]
mod tests {
    use super::ById;

    #[test]
    fn what_is_put_in_is_found_in_order() {
        let mut held = ById::default();
        for key in [5, 1, 3, 1] {
            *held.or_insert(key, || 0) += 1;
        }
        assert_eq!(held.each().map(|(key, value)| (key, *value)).collect::<Vec<_>>(), [(1, 2), (3, 1), (5, 1)]);
        assert_eq!((held.remove(3), held.remove(3), held.get(5), held.has(3)), (Some(1), None, Some(&1), false));
        held.keep(|value| *value == 1);
        assert_eq!(held.len(), 1);
    }
}
