//! Custom views (V10): which there are, in their order, with their counts.

use super::{News, Store, passes};
use crate::api;
use crate::ui::live::spawn;
use crate::ui::sorted;
use leptos::prelude::*;
use samtal_model::wire::CustomViewView;
use samtal_model::{CustomViewId, Sequence};
use std::cell::{OnceCell, RefCell};

thread_local! {
    /// As of when each was told last, those that are gone too.
    static TOLD: RefCell<Vec<(CustomViewId, Sequence)>> = const { RefCell::new(Vec::new()) };
    static VIEWS: OnceCell<RwSignal<Vec<CustomViewView>>> = const { OnceCell::new() };
}

impl Store {
    fn views(&self) -> RwSignal<Vec<CustomViewView>> {
        VIEWS.with(|views| *views.get_or_init(|| self.for_good(|| RwSignal::new(Vec::new()))))
    }

    /// The team's and one's own, in order. Followed.
    #[must_use]
    pub fn custom_views(&self) -> Signal<Vec<CustomViewView>> {
        self.views().into()
    }

    /// One of them. Followed.
    #[must_use]
    pub fn custom_view(&self, id: CustomViewId) -> Option<CustomViewView> {
        self.views().with(|views| views.iter().find(|view| view.id == id).cloned())
    }

    /// Reads them all, until that succeeds.
    pub(super) fn read_custom_views(&self) {
        let store = *self;
        spawn(async move {
            loop {
                match api::custom_views().await {
                    Ok(list) => return store.take_all_custom_views(list.items, list.sequence),
                    Err(problem) if passes(&problem).await => {}
                    Err(_) => return,
                }
            }
        });
    }

    /// All there are, as of `at`; what is known of a later moment stays.
    fn take_all_custom_views(&self, all: Vec<CustomViewView>, at: Sequence) {
        let gone: Vec<CustomViewId> = self.views().with_untracked(|known| {
            known.iter().map(|view| view.id).filter(|id| all.iter().all(|view| view.id != *id)).collect()
        });
        self.take_custom_views(all, &gone, at);
    }

    /// What they are as of `at`. An older word never replaces a newer one.
    pub(super) fn take_custom_views(&self, changed: Vec<CustomViewView>, gone: &[CustomViewId], at: Sequence) {
        let is_news = |id: CustomViewId| {
            TOLD.with_borrow_mut(|told| match told.iter_mut().find(|(of, _)| *of == id) {
                Some((_, known)) if *known > at => false,
                Some((_, known)) => {
                    *known = at;
                    true
                }
                None => {
                    told.push((id, at));
                    true
                }
            })
        };
        let changed: Vec<CustomViewView> = changed.into_iter().filter(|view| is_news(view.id)).collect();
        let gone: Vec<CustomViewId> = gone.iter().copied().filter(|id| is_news(*id)).collect();
        if changed.is_empty() && gone.is_empty() {
            return;
        }
        let ids: Vec<CustomViewId> = changed.iter().map(|view| view.id).chain(gone.iter().copied()).collect();
        self.views().update(|views| {
            let others = std::mem::take(views).into_iter().filter(|view| !ids.contains(&view.id));
            // The shared ones first, as the server has them.
            *views = sorted::by(others.chain(changed).collect(), |view| (!view.shared, view.position, view.id));
        });
        self.tell_news(&News::Custom(ids));
    }
}
