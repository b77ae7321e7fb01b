//! Where conversations stand, and the counts, moved to what the search says.

use super::plan::Key;
use crate::store::search::{Finder, look};
use crate::store::sql::{Arg, Cells, bound, id_list, insert, rows, rows_once, run};
use crate::store::{Connection, Engine, Error};
use samtal_model::query::Concerns;
use samtal_model::{ConversationId, InboxId, Sequence};
use std::collections::BTreeMap;

/// The numbers of what a conversation stands in, from the least to the greatest.
pub(super) type Numbers = Vec<i64>;

/// As it is kept: the gaps between them, seven bits to a byte.
fn packed(numbers: &[i64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(numbers.len() + 4);
    let mut last = 0;
    for number in numbers {
        let mut gap = (number - last).unsigned_abs();
        last = *number;
        while gap >= 0x80 {
            out.push(gap as u8 | 0x80);
            gap >>= 7;
        }
        out.push(gap as u8);
    }
    out
}

fn unpacked(bytes: &[u8]) -> Numbers {
    let mut numbers = Numbers::with_capacity(bytes.len());
    let (mut last, mut gap, mut shift) = (0_i64, 0_i64, 0_u32);
    for byte in bytes {
        gap |= i64::from(byte & 0x7f) << shift.min(56);
        shift += 7;
        if byte & 0x80 == 0 {
            last += gap;
            numbers.push(last);
            (gap, shift) = (0, 0);
        }
    }
    numbers
}

/// Where some conversations stand.
pub(super) type Standing = BTreeMap<ConversationId, (InboxId, Numbers)>;

fn read(cells: &mut Cells<'_>) -> Result<(ConversationId, (InboxId, Numbers)), Error> {
    Ok((ConversationId(cells.int()?), (InboxId(cells.int()?), unpacked(&cells.blob()?))))
}

pub(super) async fn standing(
    connection: &mut Connection,
    ids: impl Iterator<Item = ConversationId>,
) -> Result<Standing, Error> {
    let list = id_list(ids.map(|id| id.0));
    let sql =
        format!("SELECT conversation_id, inbox_id, numbers FROM custom_view_rows WHERE conversation_id IN ({list})");
    rows_once(connection, sql).await?.iter().map(|row| read(&mut Cells::new(row))).collect()
}

/// The same of those behind `from`, up to `to`.
pub(super) async fn standing_between(connection: &mut Connection, from: i64, to: i64) -> Result<Standing, Error> {
    let sql = "SELECT conversation_id, inbox_id, numbers FROM custom_view_rows \
               WHERE conversation_id > $1 AND conversation_id <= $2";
    rows(connection, sql, bound![from, to]).await?.iter().map(|row| read(&mut Cells::new(row))).collect()
}

/// What changed its place, written at the end.
#[derive(Default)]
struct Moved {
    rows: Standing,
    totals: BTreeMap<(i64, InboxId), i64>,
}

impl Moved {
    /// A conversation stood in `before`, and stands in what `decided` says; the rest stays.
    fn note(&mut self, id: ConversationId, inbox: InboxId, before: &[i64], mut decided: Vec<(i64, bool)>) {
        decided.sort_unstable();
        let said = |number: i64| decided.binary_search_by_key(&number, |(of, _)| *of).ok().map(|at| decided[at].1);
        let gone = before.iter().copied().filter(|number| said(*number) == Some(false));
        let come = decided.iter().filter(|(number, stands)| *stands && before.binary_search(number).is_err());
        let (gone, come): (Numbers, Numbers) = (gone.collect(), come.map(|(number, _)| *number).collect());
        if gone.is_empty() && come.is_empty() {
            return;
        }
        let mut after: Numbers = before.iter().copied().filter(|number| gone.binary_search(number).is_err()).collect();
        after.extend(&come);
        after.sort_unstable();
        for (by, numbers) in [(-1, gone), (1, come)] {
            for number in numbers {
                *self.totals.entry((number, inbox)).or_default() += by;
            }
        }
        self.rows.insert(id, (inbox, after));
    }

    async fn save(self, connection: &mut Connection, version: Sequence) -> Result<(), Error> {
        let gone: Vec<i64> =
            self.rows.iter().filter(|(_, (_, numbers))| numbers.is_empty()).map(|(id, _)| id.0).collect();
        if !gone.is_empty() {
            let list = id_list(gone);
            run(connection, format!("DELETE FROM custom_view_rows WHERE conversation_id IN ({list})"), vec![]).await?;
        }
        let there = self.rows.into_iter().filter(|(_, (_, numbers))| !numbers.is_empty());
        let there: Vec<Vec<Arg>> = there.map(|(id, (inbox, numbers))| bound![id, inbox, packed(&numbers)]).collect();
        let conflict = "ON CONFLICT (conversation_id) DO UPDATE SET numbers = excluded.numbers";
        insert(connection, "custom_view_rows", "conversation_id, inbox_id, numbers", conflict, there).await?;
        let totals = self.totals.into_iter().filter(|(_, by)| *by != 0);
        let totals: Vec<Vec<Arg>> = totals.map(|((number, inbox), by)| bound![number, inbox, by, version]).collect();
        let conflict = "ON CONFLICT (number, inbox_id) DO UPDATE SET \
                        total = custom_view_counts.total + excluded.total, version = excluded.version";
        insert(connection, "custom_view_counts", "number, inbox_id, total, version", conflict, totals).await
    }
}

/// A view as it is asked.
pub(super) struct Asked<'a> {
    pub key: &'a Key,
    pub finder: &'a Finder,
}

/// What can make a conversation's messages match or no longer match.
const WORDS: Concerns = Concerns::MESSAGES.and(Concerns::BEING);

/// Asks the views which of `ids` they find, and writes how that differs from `before`, where these conversations stand.
/// `altered` says what of a conversation may be another for a view, or that nothing is.
pub(super) async fn settle(
    connection: &mut Connection,
    engine: Engine,
    asked: &[Asked<'_>],
    ids: &[ConversationId],
    before: &Standing,
    altered: impl Fn(&Key, ConversationId) -> Option<Concerns>,
    version: Sequence,
) -> Result<(), Error> {
    let finders: Vec<&Finder> = asked.iter().map(|asked| asked.finder).collect();
    let looked = look(connection, engine, &finders, ids).await?;
    let stood = |id: ConversationId, number: i64| {
        before.get(&id).is_some_and(|(_, numbers)| numbers.binary_search(&number).is_ok())
    };
    let mut decided: BTreeMap<ConversationId, Vec<(i64, bool)>> = BTreeMap::new();
    // What is kept for each of many agents asks the same of messages.
    let mut answers: BTreeMap<&str, BTreeMap<ConversationId, bool>> = BTreeMap::new();
    for (place, Asked { key, finder }) in asked.iter().enumerate() {
        let mut open = vec![];
        for &id in ids {
            let Some(concerns) = altered(key, id) else { continue };
            let passes = looked.passes(id, place);
            // Where it stood for its messages it does so still, unless they are others now.
            if passes && finder.asks_messages() && (!stood(id, key.number) || concerns.meets(WORDS)) {
                open.push(id);
            } else {
                decided.entry(id).or_default().push((key.number, passes));
            }
        }
        if open.is_empty() {
            continue;
        }
        let known = answers.entry(finder.of_messages()).or_default();
        let unknown: Vec<ConversationId> = open.iter().copied().filter(|id| !known.contains_key(id)).collect();
        let matching = finder.matching(connection, engine, &unknown).await?;
        known.extend(unknown.into_iter().map(|id| (id, matching.contains(&id))));
        for id in open {
            decided.entry(id).or_default().push((key.number, known.get(&id) == Some(&true)));
        }
    }
    let mut moved = Moved::default();
    for (id, decided) in decided {
        let row = before.get(&id);
        let inbox = row.map(|(inbox, _)| *inbox).or(looked.inbox(id));
        // What is neither there nor stood anywhere is nowhere.
        let Some(inbox) = inbox else { continue };
        moved.note(id, inbox, row.map_or(&[], |(_, numbers)| numbers), decided);
    }
    moved.save(connection, version).await
}

/// Forgets conversations that are gone for good.
pub(in crate::store) async fn forget(
    connection: &mut Connection,
    ids: impl IntoIterator<Item = ConversationId>,
) -> Result<(), Error> {
    let list = id_list(ids.into_iter().map(|id| id.0));
    run(connection, format!("DELETE FROM custom_view_rows WHERE conversation_id IN ({list})"), vec![]).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::{Numbers, packed, unpacked};

    #[test]
    fn numbers_come_back_as_they_were_packed() {
        for numbers in [vec![], vec![1], vec![127, 128, 129], vec![1, 2, 300, 16_384, 70_000, 1 << 40]] {
            let numbers: Numbers = numbers.into_iter().collect();
            assert_eq!(unpacked(&packed(&numbers)), numbers);
        }
        assert_eq!(packed(&(1..=200).collect::<Numbers>()).len(), 200);
    }
}
