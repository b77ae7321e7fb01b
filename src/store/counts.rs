//! How many conversations stand in each view: as the server says, and as a guess says until it is confirmed.

use samtal_model::wire::InboxCounts;
use samtal_model::{InboxId, Sequence, View};

#[derive(Clone, Debug, Default)]
pub struct Counts {
    confirmed: Vec<InboxCounts>,
    guesses: Vec<CountGuess>,
}

/// What one command is thought to move.
#[derive(Clone, Debug)]
struct CountGuess {
    ticket: u32,
    inbox: InboxId,
    left: Vec<View>,
    joined: Vec<View>,
    /// Confirmed at this place of the log: the feed brings the real counts with it.
    until: Option<Sequence>,
}

impl Counts {
    /// None while it is not known.
    pub fn of(&self, inbox: InboxId, view: View) -> Option<i64> {
        let counts = self.confirmed.iter().find(|counts| counts.inbox_id == inbox)?;
        let mut count = counts.items.iter().find(|item| item.view == view)?.count;
        for guess in self.guesses.iter().filter(|guess| guess.inbox == inbox) {
            count += i64::from(guess.joined.contains(&view)) - i64::from(guess.left.contains(&view));
        }
        Some(count.max(0))
    }

    /// The inboxes whose counts are kept.
    pub fn inboxes(&self) -> Vec<InboxId> {
        self.confirmed.iter().map(|counts| counts.inbox_id).collect()
    }

    /// What the server says; views it does not name stay.
    pub fn take(&mut self, counts: &InboxCounts) {
        let Some(known) = self.confirmed.iter_mut().find(|known| known.inbox_id == counts.inbox_id) else {
            self.confirmed.push(counts.clone());
            return;
        };
        for item in &counts.items {
            match known.items.iter_mut().find(|known| known.view == item.view) {
                Some(known) => known.count = item.count,
                None => known.items.push(item.clone()),
            }
        }
    }

    /// A command is thought to move a conversation from `before` to `after`.
    pub fn guess(&mut self, ticket: u32, inbox: InboxId, before: &[View], after: &[View]) {
        let left = before.iter().filter(|view| !after.contains(view)).copied().collect();
        let joined = after.iter().filter(|view| !before.contains(view)).copied().collect();
        self.guesses.push(CountGuess { ticket, inbox, left, joined, until: None });
    }

    /// It was carried out at `sequence`; the guess stands until the feed has come so far.
    pub fn confirm(&mut self, ticket: u32, sequence: Sequence) {
        for guess in self.guesses.iter_mut().filter(|guess| guess.ticket == ticket) {
            guess.until = Some(sequence);
        }
    }

    /// The guess no longer holds.
    pub fn drop_guess(&mut self, ticket: u32) {
        self.guesses.retain(|guess| guess.ticket != ticket);
    }

    /// The feed has come so far.
    pub fn settle_up_to(&mut self, sequence: Sequence) {
        self.guesses.retain(|guess| guess.until.is_none_or(|until| until > sequence));
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;
    use samtal_model::wire::{InboxCounts, ViewCount};
    use samtal_model::{InboxId, Sequence, View};

    fn counts(open: i64, closed: i64) -> InboxCounts {
        let items = vec![ViewCount { view: View::Open, count: open }, ViewCount { view: View::Closed, count: closed }];
        InboxCounts { inbox_id: InboxId(1), items }
    }

    #[test]
    fn a_guess_moves_counts_until_the_feed_has_them() {
        let mut held = Counts::default();
        assert_eq!(held.of(InboxId(1), View::Open), None);
        held.take(&counts(5, 2));
        held.guess(1, InboxId(1), &[View::Open, View::Mine], &[View::Closed]);
        assert_eq!((held.of(InboxId(1), View::Open), held.of(InboxId(1), View::Closed)), (Some(4), Some(3)));
        held.confirm(1, Sequence(9));
        held.settle_up_to(Sequence(8));
        assert_eq!(held.of(InboxId(1), View::Open), Some(4));
        held.take(&counts(4, 3));
        held.settle_up_to(Sequence(9));
        assert_eq!((held.of(InboxId(1), View::Open), held.of(InboxId(1), View::Closed)), (Some(4), Some(3)));
    }

    #[test]
    fn a_refused_guess_leaves_no_trace() {
        let mut held = Counts::default();
        held.take(&counts(5, 2));
        held.guess(1, InboxId(1), &[View::Open], &[View::Closed]);
        held.drop_guess(1);
        assert_eq!((held.of(InboxId(1), View::Open), held.of(InboxId(1), View::Closed)), (Some(5), Some(2)));
    }
}
