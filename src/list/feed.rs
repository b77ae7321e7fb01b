//! The rows behind the list: read where they are looked at. How they follow what changes is in [`super::live`].

use super::order::Order;
use crate::api;
use crate::browser::abort::Abort;
use crate::browser::frame;
use crate::parts::{Desk, use_desk};
use crate::store::{Store, use_store};
use crate::ui::live::spawn;
use leptos::prelude::*;
use samtal_model::wire::{ConversationPage, MatchView};
use samtal_model::{ConversationId, CustomViewId, InboxId, Sort, View};
use std::cell::RefCell;

/// Rows read at once.
const PAGE: usize = 50;
/// How long a place is looked at before it is read, in milliseconds: dragging the scrollbar past is not looking.
const GLANCE_MS: i32 = 40;
/// Rows beyond those in the page that are read before they come into it.
const AHEAD: usize = 20;
/// Pause before a page is asked for again that the server did not give, in milliseconds.
const RETRY_MS: i32 = 2_000;
/// Scrolled less than this, in pixels, the list counts as at its top.
pub(super) const TOP_PX: f64 = 4.0;

/// Where rows come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    View {
        inbox: InboxId,
        view: View,
        sort: Sort,
    },
    /// In every inbox this agent sees; in a custom view, if one is named.
    Search {
        q: String,
        custom: Option<CustomViewId>,
        sort: Sort,
    },
}

thread_local! {
    /// How far each list was scrolled when it was left, in pixels, for this visit.
    static LEFT_AT: RefCell<Vec<(Source, f64)>> = const { RefCell::new(Vec::new()) };
}
/// Lists whose scroll position is remembered.
const REMEMBERED: usize = 50;

type Settle = fn(Rows, ConversationId);

/// A page on its way.
#[derive(Clone, Copy)]
struct Reading {
    from: usize,
    ticket: u32,
}

/// The rows of one source.
#[derive(Clone, Copy)]
pub struct Rows {
    pub(super) store: Store,
    desk: Desk,
    pub(super) source: StoredValue<Source>,
    pub(super) order: RwSignal<Order>,
    pub(super) known: RwSignal<bool>,
    pub(super) failure: RwSignal<Option<String>>,
    /// Conversations whose change waits until the agent has moved on.
    pub(super) waiting: RwSignal<Vec<ConversationId>>,
    /// The pointer is over the list.
    pub(super) held: StoredValue<bool>,
    /// The first row in view.
    pub(super) first: StoredValue<usize>,
    pub(super) scrolled: StoredValue<f64>,
    pub(super) wanted: StoredValue<(usize, usize)>,
    /// What is being read; an answer to anything else is dropped.
    reading: StoredValue<Option<Reading>>,
    tickets: StoredValue<u32>,
    /// The page that is being looked at and not known, counted from 1; 0 for none.
    glance: StoredValue<u32>,
    abort: StoredValue<Option<Abort>, LocalStorage>,
    pub(super) cursor: StoredValue<Option<String>>,
    /// The rows still shown are those of another search, until this one's first page is here.
    pub(super) turned: StoredValue<bool>,
    /// What a custom view finds has changed since it was read.
    pub(super) stale: StoredValue<bool>,
    /// Found conversations whose newest message is known to be hidden.
    pub(super) hidden: StoredValue<Vec<ConversationId>>,
    /// Where a search found its conversations.
    pub(super) found: RwSignal<Vec<MatchView>>,
    /// Our own reading tells the store, which tells us.
    pub(super) taking: StoredValue<bool>,
    pub(super) shift: StoredValue<Option<Callback<i64>>>,
    /// Puts a conversation where it belongs now; [`super::live`] brings it.
    pub(super) settle: StoredValue<Option<Settle>>,
}

impl Rows {
    /// Rows that live as long as the caller's owner.
    pub fn new(source: Source) -> Self {
        let store = use_store();
        let left_at = LEFT_AT.with_borrow(|left| left.iter().find(|(of, _)| *of == source).map_or(0.0, |(_, at)| *at));
        let rows = Self {
            store,
            desk: use_desk(),
            source: StoredValue::new(source),
            order: RwSignal::new(Order::default()),
            known: RwSignal::new(false),
            failure: RwSignal::new(None),
            waiting: RwSignal::new(Vec::new()),
            held: StoredValue::new(false),
            first: StoredValue::new(0),
            scrolled: StoredValue::new(left_at),
            wanted: StoredValue::new((0, 0)),
            reading: StoredValue::new(None),
            tickets: StoredValue::new(0),
            glance: StoredValue::new(0),
            abort: StoredValue::new_local(None),
            cursor: StoredValue::new(None),
            turned: StoredValue::new(false),
            stale: StoredValue::new(false),
            hidden: StoredValue::new(Vec::new()),
            found: RwSignal::new(Vec::new()),
            taking: StoredValue::new(false),
            shift: StoredValue::new(None),
            settle: StoredValue::new(None),
        };
        if let Source::View { inbox, view, .. } = rows.source.get_value()
            && let Some(count) = store.count_now(inbox, view)
        {
            // As long as it will be, so that the place it was left at is there at once.
            rows.order.update(|order| order.resize(count.max(0) as usize));
        }
        on_cleanup(move || rows.leave());
        rows.read(0);
        rows
    }

    /// What it is a list of, now.
    pub fn source(self) -> Source {
        self.source.get_value()
    }

    /// Remembers how far it was scrolled.
    pub(super) fn leave(self) {
        let left = (self.source.get_value(), self.scrolled.get_value());
        LEFT_AT.with_borrow_mut(|all| {
            all.retain(|(of, _)| *of != left.0);
            if all.len() >= REMEMBERED {
                all.remove(0);
            }
            all.push(left);
        });
    }

    /// How many rows there are. Followed.
    pub fn len(self) -> usize {
        self.order.with(Order::len)
    }

    /// What stands at a place. Followed.
    pub fn at(self, index: usize) -> Option<ConversationId> {
        self.order.with(|order| order.at(index))
    }

    // The next ones are asked from callbacks, which the list may not have outlived: then there is nothing.

    pub fn len_untracked(self) -> usize {
        self.order.try_with_untracked(Order::len).unwrap_or_default()
    }

    pub fn at_untracked(self, index: usize) -> Option<ConversationId> {
        self.order.try_with_untracked(|order| order.at(index)).flatten()
    }

    /// Where it stands.
    pub fn place_of(self, id: ConversationId) -> Option<usize> {
        self.order.try_with_untracked(|order| order.index_of(id)).flatten()
    }

    /// Whether the server has answered. Followed.
    pub fn is_known(self) -> bool {
        self.known.get()
    }

    /// Why nothing could be read. Followed.
    pub fn failure(self) -> Option<String> {
        self.failure.get()
    }

    /// The inbox and view that a row leads into.
    pub fn place(self) -> Option<(InboxId, View)> {
        match self.source.get_value() {
            Source::View { inbox, view, .. } => Some((inbox, view)),
            Source::Search { .. } => None,
        }
    }

    /// How far the list was scrolled when it was left, in pixels.
    pub fn left_at(self) -> f64 {
        self.scrolled.get_value()
    }

    /// New rows that wait above. Followed.
    pub fn fresh(self) -> usize {
        self.waiting.with(|waiting| waiting.iter().filter(|id| self.belongs(**id)).count())
    }

    /// Tells `shift` by how many rows the view has to move to show what it showed.
    pub fn on_shift(self, shift: impl Fn(i64) + Send + Sync + 'static) {
        self.shift.set_value(Some(Callback::new(shift)));
    }

    /// The pointer is over the list, or has left it.
    pub fn hold(self, held: bool) {
        self.held.set_value(held);
        if !held && self.scrolled.get_value() <= TOP_PX {
            self.let_in();
        }
    }

    /// The list was scrolled: the first row in view, and by how many pixels.
    pub fn scrolled(self, first: usize, by: f64) {
        self.first.set_value(first);
        self.scrolled.set_value(by);
        if by <= TOP_PX && !self.held.get_value() && !self.waiting.with_untracked(Vec::is_empty) {
            self.let_in();
        }
    }

    /// Lets everything in that waited.
    pub fn let_in(self) {
        let waiting = self.waiting.try_update(std::mem::take).unwrap_or_default();
        if let Some(settle) = self.settle.get_value() {
            for id in waiting {
                settle(self, id);
            }
        }
    }

    /// These places are in the page. What of them, and a little beyond, is not known yet is read.
    pub fn look_at(self, from: usize, to: usize) {
        self.wanted.set_value((from, to));
        let Some(page) = self.missing().filter(|_| !self.turned.get_value()) else { return };
        if self.reading.get_value().is_some_and(|reading| reading.from == page) {
            return;
        }
        // Looked at already: steps that follow each other quickly do not put it off.
        let glance = page as u32 + 1;
        if self.glance.get_value() == glance {
            return;
        }
        self.glance.set_value(glance);
        spawn(async move {
            frame::pause(GLANCE_MS).await;
            if self.glance.try_get_value() != Some(glance) {
                return;
            }
            self.glance.set_value(0);
            // Meanwhile an answer may have come, or the agent scrolled on.
            match (self.missing(), self.reading.get_value()) {
                (Some(page), Some(reading)) if reading.from == page => {}
                (Some(page), _) => self.read(page),
                (None, _) => {}
            }
        });
    }

    /// Where the page begins that has to be read for what is in the page, and then for what may come into it.
    fn missing(self) -> Option<usize> {
        let (from, to) = self.wanted.get_value();
        let search = self.is_search();
        self.order.try_with_untracked(|order| {
            let near = order.first_empty(from, to);
            let near = near.or_else(|| order.first_empty(to, to + AHEAD));
            let near = near.or_else(|| order.first_empty(from.saturating_sub(AHEAD), from))?;
            // A search is read on from where it ended; a view in pages that begin at round places.
            Some(if search { near } else { near - near % PAGE })
        })?
    }

    pub(super) fn is_search(self) -> bool {
        self.source.with_value(|source| matches!(source, Source::Search { .. }))
    }

    /// Reads a page from `from` on; what else was being read is not waited for.
    pub(super) fn read(self, from: usize) {
        let cursor = self.cursor.get_value().filter(|_| from > 0);
        self.read_on(from, cursor);
    }

    fn read_on(self, from: usize, cursor: Option<String>) {
        let Some(ticket) = self.next_ticket() else { return };
        let abort = Abort::new();
        let stop = abort.signal();
        self.reading.set_value(Some(Reading { from, ticket }));
        self.abort.set_value(Some(abort));
        let source = self.source.get_value();
        // Rows that wait above are on the server already.
        let above = if from == 0 { 0 } else { self.waiting_above() };
        spawn(async move {
            let answer = match &source {
                Source::View { inbox, view, sort } => {
                    api::view_page(*inbox, *view, *sort, from + above, PAGE, &stop).await
                }
                Source::Search { q, custom, sort } => match self.desk.fetched().await {
                    Some(parts) => (parts.search_page)(q.clone(), *custom, *sort, cursor, PAGE, stop).await,
                    None => return,
                },
            };
            if self.reading.try_get_value().flatten().is_none_or(|reading| reading.ticket != ticket) {
                return;
            }
            self.reading.set_value(None);
            match answer {
                Err(problem) => {
                    self.failure.set(Some(match problem.code.as_str() {
                        api::OFFLINE => "The server cannot be reached. What you see may be out of date.".into(),
                        _ => problem.detail,
                    }));
                    let passes = problem.status == 0 || problem.status >= 500;
                    if !passes && self.turned.get_value() {
                        // What another search found does not stand under this one.
                        self.turned.set_value(false);
                        self.order.set(Order::default());
                    }
                    frame::pause(RETRY_MS).await;
                    if passes && self.failure.try_get_untracked().flatten().is_some() {
                        self.read(from);
                    }
                }
                Ok(page) => self.take(from, above, page),
            }
        });
    }

    fn next_ticket(self) -> Option<u32> {
        self.tickets.try_update_value(|ticket| {
            *ticket += 1;
            *ticket
        })
    }

    fn take(self, from: usize, above: usize, page: ConversationPage) {
        self.failure.set(None);
        // Before the rows, which are shown with it.
        if self.is_search() {
            let matches = page.matches;
            self.found.update(|found| {
                if from == 0 {
                    found.clear();
                }
                found.extend(matches);
            });
        }
        let ids: Vec<ConversationId> = page.items.iter().map(|item| item.id).collect();
        self.taking.set_value(true);
        self.store.take_page(page.items);
        self.taking.set_value(false);
        if from == 0 && !self.waiting.with_untracked(Vec::is_empty) {
            self.waiting.update(Vec::clear);
        }
        let turned = self.turned.get_value() && from == 0 && (!ids.is_empty() || page.next_cursor.is_none());
        if turned {
            self.turned.set_value(false);
        }
        self.order.update(|order| {
            if turned {
                *order = Order::default();
            }
            order.put(from, &ids);
            order.resize(match (page.total, &page.next_cursor) {
                (Some(total), _) => (usize::try_from(total).unwrap_or(0)).saturating_sub(above).max(from + ids.len()),
                // One empty place at the end stands for what is not read yet.
                (None, Some(_)) => from + ids.len() + 1,
                (None, None) => from + ids.len(),
            });
        });
        let more = page.next_cursor.is_some();
        self.cursor.set_value(page.next_cursor);
        if ids.is_empty() && more && self.is_search() {
            // The server has looked through as much as one answer allows, and found nothing yet.
            self.read_on(from, self.cursor.get_value());
            return;
        }
        self.known.set(true);
        if turned && let Some(scroll) = self.shift.get_value() {
            scroll.run(i64::MIN);
        }
        let (from, to) = self.wanted.get_value();
        // An empty answer where rows were thought to be must not be asked for again at once.
        if !ids.is_empty() {
            self.look_at(from, to);
        }
    }

    /// How many rows wait that the list does not show anywhere yet.
    pub(super) fn waiting_above(self) -> usize {
        self.waiting.with_untracked(|waiting| {
            self.order.with_untracked(|order| {
                waiting.iter().filter(|id| self.belongs(**id) && order.index_of(**id).is_none()).count()
            })
        })
    }

    pub(super) fn belongs(self, id: ConversationId) -> bool {
        let Source::View { inbox, view, .. } = self.source.get_value() else { return false };
        self.store.peek(id).is_some_and(|known| self.store.stands_in(&known, inbox, view))
    }
}
