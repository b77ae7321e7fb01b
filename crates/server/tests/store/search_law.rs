//! Pages of a search, in every order and size, are what a plain reading of all messages gives; and a view is the same
//! list whether it is kept or searched.

use crate::desk::{Desk, search};
use crate::engines::on_each_engine;
use samtal_model::{Command, ConversationId, MessageId, Sort, Timestamp, View};
use samtal_server::store::{ListQuery, Search};

const HOUR_MS: i64 = 3_600_000;

/// A message, its words, and whether it is shown.
type Said = (MessageId, Vec<usize>, bool);

/// A small generator with a fixed seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }
}

#[tokio::test]
async fn pages_neither_repeat_nor_skip() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let mut dice = Dice(11);
        let words = ["shelf", "lamp", "oak", "chair"];
        let mut threads: Vec<(ConversationId, Vec<Said>)> = vec![];
        for _ in 0..160 {
            let some: Vec<usize> = (0..4).filter(|_| dice.roll(3) == 0).collect();
            let text: Vec<&str> = some.iter().map(|word| words[*word]).collect();
            let mut mail = desk.mail("maja@post.test", "Hello", &text.join(" "));
            let old = (threads.len() > 3 && dice.roll(3) > 0).then(|| dice.roll(threads.len()));
            mail.thread = old.map(|at| threads[at].0);
            // What comes late was not always written late.
            mail.sent_at = Timestamp(mail.sent_at.0 - dice.roll(40) as i64 * HOUR_MS);
            let (id, message) = desk.get(mail).await;
            let hidden = dice.roll(10) == 0;
            if hidden {
                desk.ask(Command::Hide { message }).await;
            }
            let entry = (message, some, !hidden);
            match old {
                Some(at) => threads[at].1.push(entry),
                None => threads.push((id, vec![entry])),
            }
            match dice.roll(6) {
                0 => desk.ask(Command::Close { conversation: id }).await,
                1 => desk.ask(Command::Reply { conversation: id, text: "ours".into() }).await,
                _ => {}
            }
        }
        let reader = desk.bench.reader(desk.anna).await;
        let ids: Vec<_> = threads.iter().map(|(id, _)| *id).collect();
        let rows = desk.bench.store.conversations_by_id(&reader, &ids).await.expect("a query");
        for (wanted, unwanted) in
            [(vec![0], vec![]), (vec![0, 1], vec![]), (vec![2], vec![3]), (vec![], vec![1]), (vec![], vec![])]
        {
            for sort in Sort::ALL {
                let mut expected: Vec<(i64, i64, ConversationId)> = vec![];
                for ((id, messages), row) in threads.iter().zip(&rows) {
                    let matching = messages.iter().filter(|(_, some, shown)| {
                        *shown
                            && wanted.iter().all(|word| some.contains(word))
                            && !unwanted.iter().any(|word| some.contains(word))
                    });
                    let matching: Vec<i64> = matching.map(|(message, ..)| message.0).collect();
                    let bad =
                        messages.iter().any(|(_, some, shown)| *shown && unwanted.iter().any(|it| some.contains(it)));
                    if (wanted.is_empty() && bad) || (!wanted.is_empty() && matching.is_empty()) {
                        continue;
                    }
                    let by_match = !wanted.is_empty();
                    let key = match sort {
                        Sort::NewestActivity if by_match => -matching.iter().copied().max().unwrap_or(0),
                        Sort::OldestActivity if by_match => matching.iter().copied().min().unwrap_or(0),
                        Sort::NewestActivity => -row.last_activity_at.0,
                        Sort::OldestActivity => row.last_activity_at.0,
                        Sort::NewestCreated => -row.created_at.0,
                        Sort::OldestCreated => row.created_at.0,
                        Sort::WaitingLongest => row.waiting_since.map_or(i64::MAX, |since| since.0),
                    };
                    let newest = matches!(sort, Sort::NewestActivity | Sort::NewestCreated);
                    expected.push((key, if newest { -id.0 } else { id.0 }, *id));
                }
                expected.sort();
                let expected: Vec<_> = expected.into_iter().map(|(.., id)| id).collect();
                let typed: Vec<String> = wanted
                    .iter()
                    .map(|word| format!("\"{}\"", words[*word]))
                    .chain(unwanted.iter().map(|word| format!("-{}", words[*word])))
                    .collect();
                let typed = if typed.is_empty() { "in:all".to_owned() } else { typed.join(" ") };
                for limit in [1, 3, 50] {
                    let query = ListQuery { sort, limit, ..ListQuery::searching(search(&typed)) };
                    assert_eq!(desk.all(query).await, expected, "{typed} {sort:?} {limit}");
                }
            }
        }
        // A view is the same list whether it is kept or searched.
        for view in [View::Open, View::Closed, View::Unassigned] {
            for sort in Sort::ALL {
                let kept = desk.all(ListQuery { sort, limit: 7, ..ListQuery::of_view(desk.inbox, view) }).await;
                let searched = ListQuery::searching(search(&format!("in:{}", view.slug())));
                for inbox in [None, Some(desk.inbox)] {
                    let query = ListQuery { sort, limit: 5, inbox, ..searched.clone() };
                    assert_eq!(desk.all(query).await, kept, "{view:?} {sort:?}");
                }
                for position in [0, 1, kept.len() / 2, kept.len().saturating_sub(1)] {
                    let position = Some(position as i64);
                    let query = ListQuery { sort, limit: 4, position, ..ListQuery::of_view(desk.inbox, view) };
                    let page = desk.page(desk.anna, &query).await;
                    let from = page.position.expect("a position") as usize;
                    let ids: Vec<_> = page.items.iter().map(|item| item.id).collect();
                    assert_eq!(ids, kept[from..kept.len().min(from + 4)], "{view:?} {sort:?} {position:?}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_searched_for_in_a_view_is_found_in_it() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let mut dice = Dice(23);
        let words = ["shelf", "lamp", "oak", "chair"];
        let mut threads: Vec<ConversationId> = vec![];
        for _ in 0..90 {
            let some: Vec<&str> = words.iter().copied().filter(|_| dice.roll(3) == 0).collect();
            let mut mail = desk.mail("maja@post.test", "Hello", &some.join(" "));
            mail.thread = (threads.len() > 3 && dice.roll(3) > 0).then(|| threads[dice.roll(threads.len())]);
            let (id, message) = desk.get(mail).await;
            threads.push(id);
            match dice.roll(8) {
                0 => desk.ask(Command::Hide { message }).await,
                1 => desk.ask(Command::Close { conversation: id }).await,
                _ => {}
            }
        }
        let wants = |query: &Search| query.query.words.iter().any(|word| !word.not);
        let mut drawn = || {
            let mut typed: Vec<String> = vec![];
            for word in words {
                match dice.roll(5) {
                    0 => typed.push(format!("\"{word}\"")),
                    1 => typed.push(format!("-{word}")),
                    _ => {}
                }
            }
            typed.extend([None, None, Some("is:open"), Some("after:1970-01-03")][dice.roll(4)].map(str::to_owned));
            let sort = Sort::ALL[dice.roll(Sort::ALL.len())];
            (if typed.is_empty() { "in:all".to_owned() } else { typed.join(" ") }, sort)
        };
        let (mut alone, mut some) = (0, 0);
        for _ in 0..60 {
            let ((view, sort), (typed, _)) = (drawn(), drawn());
            let (kept, asked) = (search(&view), search(&typed));
            let list = |search: Search| ListQuery { sort, limit: 7, ..ListQuery::searching(search) };
            let there = desk.all(list(kept.clone())).await;
            let everywhere = desk.all(list(asked.clone())).await;
            let both = Search { within: Some(Box::new(kept.clone())), ..asked.clone() };
            let mut found = desk.all(list(both)).await;
            let mut expected: Vec<_> = there.iter().filter(|id| everywhere.contains(id)).copied().collect();
            for ids in [&mut found, &mut expected] {
                ids.sort_unstable();
            }
            if wants(&kept) && wants(&asked) {
                // One message has to match both.
                assert!(found.iter().all(|id| expected.contains(id)), "{typed} in {view} {sort:?}");
            } else {
                assert_eq!(found, expected, "{typed} in {view} {sort:?}");
                alone += i32::from(wants(&kept) != wants(&asked));
                some += i32::from(!found.is_empty() && found.len() < everywhere.len());
            }
        }
        assert!(alone > 10 && some > 10, "{alone} {some}: the dice say too little");
    })
    .await;
}
