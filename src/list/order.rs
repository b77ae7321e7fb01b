//! Which conversation stands at which place of a list, as far as it is known. Places that have not been read yet are
//! empty: a list of 100,000 is as long as that from the start, and is read where it is looked at.

use samtal_model::ConversationId;

/// Places from the top; none where the conversation is not known yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    places: Vec<Option<ConversationId>>,
}

/// What a list is ordered by: later activity stands higher, then the greater id.
pub type Key = (i64, ConversationId);

impl Order {
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// None for an empty place and beyond the end.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<ConversationId> {
        self.places.get(index).copied().flatten()
    }

    #[must_use]
    pub fn index_of(&self, id: ConversationId) -> Option<usize> {
        self.places.iter().position(|place| *place == Some(id))
    }

    /// The first empty place among `from..to`.
    #[must_use]
    pub fn first_empty(&self, from: usize, to: usize) -> Option<usize> {
        let to = to.min(self.places.len());
        (from.min(to)..to).find(|index| self.places[*index].is_none())
    }

    /// Makes it as long as the server says, by its end.
    pub fn resize(&mut self, length: usize) {
        self.places.resize(length, None);
    }

    /// Makes it as long as the count says, when a change has come and gone out of sight. Empty places leave; what is known
    /// to stand here stays, for the count may be behind.
    pub fn fit(&mut self, length: usize) {
        let mut surplus = self.places.len().saturating_sub(length);
        while surplus > 0
            && let Some(index) = self.places.iter().rposition(Option::is_none)
        {
            self.places.remove(index);
            surplus -= 1;
        }
        self.places.resize(self.places.len().max(length), None);
    }

    /// Takes in what the server says stands from `from` on. What stood elsewhere moves here.
    pub fn put(&mut self, from: usize, ids: &[ConversationId]) {
        if self.places.len() < from + ids.len() {
            self.places.resize(from + ids.len(), None);
        }
        for (index, place) in self.places.iter_mut().enumerate() {
            let here = index >= from && index < from + ids.len();
            if !here && place.is_some_and(|id| ids.contains(&id)) {
                *place = None;
            }
        }
        for (index, id) in ids.iter().enumerate() {
            self.places[from + index] = Some(*id);
        }
    }

    /// Takes it out; the place it stood at.
    pub fn remove(&mut self, id: ConversationId) -> Option<usize> {
        let index = self.index_of(id)?;
        self.places.remove(index);
        Some(index)
    }

    /// Puts it where `key` belongs among those whose keys are known, and says where. Below all that is known it is
    /// an empty place at the end: it will be read when it is looked at.
    pub fn insert(&mut self, id: ConversationId, key: Key, key_of: impl Fn(ConversationId) -> Option<Key>) -> usize {
        for (index, place) in self.places.iter().enumerate() {
            if let Some(other) = place.and_then(&key_of)
                && other < key
            {
                self.places.insert(index, Some(id));
                return index;
            }
        }
        let wholly_known = self.places.iter().all(Option::is_some);
        self.places.push(wholly_known.then_some(id));
        self.places.len() - 1
    }

    /// Forgets which conversations stand where, but not how many.
    pub fn empty(&mut self) {
        self.places.fill(None);
    }
}

/// What part of the list is in the page: `first..last`, with `spare` rows above and below those in view.
#[must_use]
pub fn window(offset: f64, height: f64, row: f64, length: usize, spare: usize) -> (usize, usize) {
    let first = (offset / row).floor().max(0.0) as usize;
    let last = ((offset + height) / row).ceil().max(0.0) as usize;
    (first.saturating_sub(spare).min(length), (last + spare).min(length))
}

/// Browsers stop at some 17 million pixels; a longer list is scrolled in proportion.
const TALLEST: f64 = 15_000_000.0;

/// How the scrollbar stands for the list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// What the rows would take.
    pub whole: f64,
    /// What the element takes.
    pub tall: f64,
    pub view: f64,
}

impl Scale {
    #[must_use]
    pub fn new(length: usize, row: f64, view: f64) -> Self {
        let whole = length as f64 * row;
        Self { whole, tall: whole.min(TALLEST), view }
    }

    /// Where the top of the view is in the list, for a scroll position.
    #[must_use]
    pub fn offset(self, scroll: f64) -> f64 {
        if self.whole <= TALLEST {
            return scroll;
        }
        let share = (scroll / (self.tall - self.view).max(1.0)).clamp(0.0, 1.0);
        share * (self.whole - self.view).max(0.0)
    }

    /// The scroll position that shows `offset` at the top.
    #[must_use]
    pub fn scroll(self, offset: f64) -> f64 {
        if self.whole <= TALLEST {
            return offset;
        }
        let share = offset / (self.whole - self.view).max(1.0);
        share * (self.tall - self.view).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, Scale, window};
    use samtal_model::ConversationId;

    fn ids(numbers: &[i64]) -> Vec<ConversationId> {
        numbers.iter().map(|id| ConversationId(*id)).collect()
    }

    /// Conversations whose activity is their id.
    fn order(numbers: &[i64]) -> Order {
        let mut order = Order::default();
        order.put(0, &ids(numbers));
        order
    }

    fn insert(order: &mut Order, id: i64) -> usize {
        order.insert(ConversationId(id), (id, ConversationId(id)), |id| Some((id.0, id)))
    }

    #[test]
    fn a_page_fills_places_that_were_empty() {
        let mut order = Order::default();
        order.resize(1000);
        order.put(500, &ids(&[9, 8, 7]));
        assert_eq!((order.at(499), order.at(500), order.at(503)), (None, Some(ConversationId(9)), None));
        assert_eq!(order.first_empty(500, 510), Some(503));
        assert_eq!(order.len(), 1000);
    }

    #[test]
    fn what_stands_in_it_stays_when_the_count_is_behind() {
        let mut order = order(&[9, 8, 7]);
        order.fit(2);
        assert_eq!((order.len(), order.at(2)), (3, Some(ConversationId(7))));
        order.fit(5);
        assert_eq!((order.len(), order.at(4)), (5, None));
        order.fit(4);
        assert_eq!((order.len(), order.at(2)), (4, Some(ConversationId(7))), "empty places leave");
    }

    #[test]
    fn a_conversation_never_stands_twice() {
        let mut order = order(&[9, 8, 7, 6]);
        order.put(2, &ids(&[8, 5]));
        assert_eq!(
            [0, 1, 2, 3].map(|index| order.at(index)),
            [Some(ConversationId(9)), None, Some(ConversationId(8)), Some(ConversationId(5))]
        );
    }

    #[test]
    fn an_arrival_stands_by_its_activity() {
        let mut order = order(&[9, 7, 5]);
        assert_eq!(insert(&mut order, 10), 0);
        assert_eq!(insert(&mut order, 6), 3);
        assert_eq!(insert(&mut order, 1), 5);
        assert_eq!(order.len(), 6);
        order.resize(100);
        assert_eq!(insert(&mut order, 0), 100, "below what is known it is read when it is looked at");
        assert_eq!(order.at(100), None);
    }

    #[test]
    fn only_rows_in_view_are_in_the_page() {
        assert_eq!(window(0.0, 500.0, 100.0, 100_000, 4), (0, 9));
        assert_eq!(window(5_000_050.0, 500.0, 100.0, 100_000, 4), (49_996, 50_010));
        assert_eq!(window(0.0, 500.0, 100.0, 3, 4), (0, 3));
        assert_eq!(window(900.0, 500.0, 100.0, 0, 4), (0, 0));
    }

    #[test]
    fn a_million_rows_can_be_reached() {
        let scale = Scale::new(1_000_000, 104.0, 800.0);
        assert_eq!(scale.offset(0.0), 0.0);
        assert_eq!(scale.offset(scale.tall - 800.0), scale.whole - 800.0);
        let offset = 52_000_000.0;
        assert!((scale.offset(scale.scroll(offset)) - offset).abs() < 1.0);
        let short = Scale::new(100, 104.0, 800.0);
        assert_eq!(short.offset(321.0), 321.0);
    }
}
