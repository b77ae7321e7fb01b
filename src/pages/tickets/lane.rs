//! A list of tickets that is read page by page as it is looked at, and kept by the feed: the whole table, or one column
//! of the board.

use super::ticket::{Rc, Ticket, Wanted};
use crate::api;
use crate::api::known as wire;
use crate::browser::frame;
use crate::routes::page::Asked;
use crate::store::known::{Kind, Thing};
use crate::store::{News, Store};
use crate::ui::live::spawn;
use leptos::prelude::*;
use samtal_model::wire::Problem;

/// Tickets in a page: the most the server gives for a table, fewer for each column of a board.
pub const PAGE: usize = 200;
pub const COLUMN_PAGE: usize = 50;
/// Tickets read ahead of what is looked at.
const AHEAD: usize = 30;
/// Pause before a page is asked for again that the server did not give, in milliseconds.
const RETRY_MS: i32 = 2_000;

/// A handle that can be copied; it lives as long as the owner it was made in.
#[derive(Clone, Copy)]
pub struct Lane {
    store: Store,
    asked: StoredValue<Asked>,
    pub wanted: StoredValue<Wanted>,
    page: usize,
    items: RwSignal<Vec<Rc<Ticket>>>,
    more: RwSignal<bool>,
    known: RwSignal<bool>,
    failure: RwSignal<Option<String>>,
    cursor: StoredValue<Option<String>>,
    /// What is being read; an answer to anything else is dropped.
    reading: StoredValue<Option<u32>>,
    turn: StoredValue<u32>,
    /// How far it is looked at.
    to: StoredValue<usize>,
    /// Told of while a page was on its way, which may not know it yet.
    missed: StoredValue<Vec<i64>>,
}

impl Lane {
    /// Nothing yet; [`Lane::ask`] begins.
    pub fn new(store: Store, page: usize) -> Self {
        let lane = Self {
            store,
            asked: StoredValue::new(Asked::default()),
            wanted: StoredValue::new(Wanted::default()),
            page,
            items: RwSignal::new(Vec::new()),
            more: RwSignal::new(true),
            known: RwSignal::new(false),
            failure: RwSignal::new(None),
            cursor: StoredValue::new(None),
            reading: StoredValue::new(None),
            turn: StoredValue::new(0),
            to: StoredValue::new(0),
            missed: StoredValue::new(Vec::new()),
        };
        store.on_known(move |kind, ids| {
            if kind == Kind::Ticket {
                lane.take_told(ids);
            }
        });
        store.on_news(move |news| {
            if *news == News::Reread {
                lane.reread();
            }
        });
        lane
    }

    /// Shows something else. What was shown stays until the answer is here.
    pub fn ask(self, asked: Asked) {
        self.wanted.set_value(Wanted::of(&asked));
        self.asked.set_value(asked);
        self.reread();
    }

    fn reread(self) {
        self.to.set_value(0);
        self.read(true);
    }

    /// Those that are known. Followed.
    pub fn with<T>(self, look: impl FnOnce(&[Rc<Ticket>]) -> T) -> T {
        self.items.with(|all| look(all))
    }

    /// The same for now only; of a list that is gone, nothing.
    pub fn peek<T: Default>(self, look: impl FnOnce(&[Rc<Ticket>]) -> T) -> T {
        self.items.try_with_untracked(|all| look(all)).unwrap_or_default()
    }

    /// How many places there are, as far as is known; `count` is what the kept counts say. Followed.
    pub fn len(self, count: Option<i64>) -> usize {
        let known = self.items.with(Vec::len);
        if self.more.get() && self.known.get() {
            count.map_or(0, |count| count.max(0) as usize).max(known + 1)
        } else {
            known
        }
    }

    /// Whether there are more than are known. Followed.
    pub fn has_more(self) -> bool {
        self.more.get()
    }

    /// Whether the server has answered. Followed.
    pub fn is_known(self) -> bool {
        self.known.get()
    }

    /// Why nothing could be read. Followed.
    pub fn failure(self) -> Option<String> {
        self.failure.get()
    }

    /// Places up to this one are in the page.
    pub fn look_at(self, to: usize) {
        self.to.set_value(to);
        let short = self.peek(|all| all.len() < to + AHEAD);
        if short && self.more.get_untracked() && self.reading.get_value().is_none() {
            self.read(false);
        }
    }

    fn read(self, anew: bool) {
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        self.reading.set_value(Some(turn));
        let cursor = if anew { None } else { self.cursor.get_value() };
        let query = self.asked.with_value(Asked::query);
        spawn(async move {
            let answer = wire::tickets(&query, cursor.as_deref(), self.page).await;
            if self.reading.try_get_value().flatten() != Some(turn) {
                return;
            }
            self.reading.set_value(None);
            match answer {
                Ok(page) => self.take(&Thing::new(page), anew),
                Err(problem) => self.failed(problem, anew).await,
            }
        });
    }

    fn take(self, page: &Thing, anew: bool) {
        let fresh: Vec<Rc<Ticket>> = page.things("items").iter().map(|it| Rc::new(Ticket::read(it))).collect();
        let cursor = page.at("next_cursor").text().map(ToOwned::to_owned);
        let (more, stuck) = (cursor.is_some(), fresh.is_empty());
        self.failure.set(None);
        self.cursor.set_value(cursor);
        self.more.set(more);
        self.items.update(|all| {
            if anew {
                *all = fresh;
            } else {
                // One that moved meanwhile stands where the feed has put it.
                for it in fresh {
                    if !all.iter().any(|known| known.id == it.id) {
                        all.push(it);
                    }
                }
            }
        });
        self.known.set(true);
        let missed = self.missed.try_update_value(std::mem::take).unwrap_or_default();
        self.take_told(&missed);
        if !stuck {
            self.look_at(self.to.get_value());
        }
    }

    async fn failed(self, problem: Problem, anew: bool) {
        let passes = problem.status == 0 || problem.status >= 500;
        self.failure.set(Some(match problem.code.as_str() {
            api::OFFLINE => "The server cannot be reached. What you see may be out of date.".into(),
            _ => problem.detail,
        }));
        self.known.set(true);
        if !passes {
            // What another question found does not stand under this one.
            self.items.set(Vec::new());
            self.more.set(false);
            return;
        }
        frame::pause(RETRY_MS).await;
        if self.failure.try_get_untracked().flatten().is_some() && self.reading.get_value().is_none() {
            self.read(anew);
        }
    }

    fn take_told(self, ids: &[i64]) {
        if self.items.is_disposed() {
            return;
        }
        if self.reading.get_value().is_some() {
            self.missed.update_value(|missed| missed.extend(ids));
        }
        if !self.known.get_untracked() {
            return;
        }
        let told: Vec<(i64, Option<Ticket>)> = ids
            .iter()
            .map(|id| (*id, self.store.thing(Kind::Ticket, *id).with_untracked(|it| it.as_ref().map(Ticket::read))))
            .collect();
        let whole = !self.more.get_untracked();
        let mut changed = false;
        let mut all = self.items.with_untracked(Clone::clone);
        self.wanted.with_value(|wanted| {
            for (id, now) in told {
                changed |= wanted.settle(&mut all, id, now, whole);
            }
        });
        if changed {
            self.items.set(all);
        }
    }
}
