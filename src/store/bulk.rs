//! Bulk actions of this page (T8): begun, followed to their end, told, and taken back as one.

pub mod words;

use super::act::Done;
use super::{Notice, Store};
use crate::api;
use crate::browser::frame;
use crate::ui::live::spawn;
use leptos::prelude::*;
use samtal_model::BulkId;
use samtal_model::wire::{BulkView, NewBulk, Problem};
use std::cell::OnceCell;

/// How often a job under way is looked at, in milliseconds.
const LOOK_MS: i32 = 300;
/// The same while the server does not answer, at most.
const REST_MOST_MS: i32 = 10_000;
/// Jobs that are shown at once; the oldest that is over goes first.
const MOST: usize = 4;

thread_local! {
    /// Made when it is first asked for: the list can be used without.
    static JOBS: OnceCell<RwSignal<Vec<BulkView>>> = const { OnceCell::new() };
}

impl Store {
    /// Those under way, and those over of which something is still to be said. Followed.
    #[must_use]
    pub fn bulks(&self) -> RwSignal<Vec<BulkView>> {
        JOBS.with(|jobs| *jobs.get_or_init(|| self.for_good(|| RwSignal::new(Vec::new()))))
    }

    /// Does one thing with many conversations. `begun` hears whether it began, `done` of its end.
    pub fn bulk(&self, asked: NewBulk, begun: impl Fn(bool) + 'static, done: impl Fn() + 'static) {
        let store = *self;
        spawn(async move {
            let answer = api::bulk::begin(&asked, &frame::unique()).await;
            begun(answer.is_ok());
            store.follow_bulk(answer).await;
            done();
        });
    }

    /// Shows again what was under way when the page was left.
    pub(super) fn find_bulks(&self) {
        let store = *self;
        spawn(async move {
            let Ok(list) = api::bulk::all().await else { return };
            for job in list.items.into_iter().filter(|job| !job.state.is_over()) {
                spawn(async move { store.follow_bulk(Ok(job)).await });
            }
        });
    }

    /// Takes back all that a bulk action did (T9).
    pub fn undo_bulk(&self, id: BulkId) {
        let store = *self;
        spawn(async move {
            let begun = api::bulk::undo(id, &frame::unique()).await;
            if begun.is_ok() {
                store.forget_undoable(Done::Bulk(id));
                store.dismiss_bulk(id);
            }
            store.follow_bulk(begun).await;
        });
    }

    pub fn stop_bulk(&self, id: BulkId) {
        let store = *self;
        spawn(async move {
            match api::bulk::stop(id).await {
                Ok(job) => store.show_bulk(job),
                Err(problem) => store.notify(Notice::Bad(problem.detail)),
            }
        });
    }

    /// Nothing more is to be said of it.
    pub fn dismiss_bulk(&self, id: BulkId) {
        self.bulks().update(|jobs| jobs.retain(|job| job.id != id));
    }

    fn show_bulk(&self, job: BulkView) {
        self.bulks().update(|jobs| match jobs.iter_mut().find(|known| known.id == job.id) {
            Some(known) => *known = job,
            None => {
                if jobs.len() >= MOST
                    && let Some(over) = jobs.iter().position(|job| job.state.is_over())
                {
                    jobs.remove(over);
                }
                jobs.push(job);
            }
        });
    }

    async fn follow_bulk(&self, begun: Result<BulkView, Problem>) {
        let mut job = match begun {
            Ok(job) => job,
            Err(problem) => return self.notify(Notice::Bad(problem.detail)),
        };
        let mut rest_ms = LOOK_MS;
        while !job.state.is_over() {
            self.show_bulk(job.clone());
            frame::pause(rest_ms).await;
            // Without an answer it goes on at the server, and is asked for again.
            match api::bulk::look(job.id).await {
                Ok(now) => (job, rest_ms) = (now, LOOK_MS),
                Err(problem) if problem.status == 0 || problem.status >= 500 => {
                    rest_ms = (rest_ms * 2).min(REST_MOST_MS)
                }
                Err(problem) => {
                    self.dismiss_bulk(job.id);
                    return self.notify(Notice::Bad(problem.detail));
                }
            }
        }
        self.tell_bulk(job);
    }

    /// To whom it assigns; empty for nobody.
    #[must_use]
    pub fn bulk_owner(&self, job: &BulkView) -> String {
        job.owner_id.map(|owner| untrack(|| self.agent_name(owner))).unwrap_or_default()
    }

    fn tell_bulk(&self, job: BulkView) {
        let (store, id) = (*self, job.id);
        let undoable = job.changed > 0 && job.undoes.is_none();
        if undoable {
            self.remember_undoable(Done::Bulk(id));
        }
        // What was refused is listed with its reasons until it has been read.
        if job.refused > 0 {
            return self.show_bulk(job);
        }
        self.dismiss_bulk(id);
        let words = words::done(&job, &self.bulk_owner(&job));
        self.notify(if undoable {
            Notice::Undoable(Done::Bulk(id).number(), words, Box::new(move || store.undo_bulk(id)))
        } else {
            Notice::Done(words)
        });
    }
}
