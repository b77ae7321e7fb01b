//! Custom views (V10): which there are, in their order, with their counts.

use super::{News, Store, passes};
use crate::api;
use crate::ui::live::spawn;
use crate::ui::sorted;
use leptos::prelude::*;
use samtal_model::CustomViewId;
use samtal_model::wire::CustomViewView;
use std::cell::OnceCell;

thread_local! {
    /// Made when it is first asked for: the list can be used without.
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
                    Ok(list) => return store.views().set(list.items),
                    Err(problem) if passes(&problem).await => {}
                    Err(_) => return,
                }
            }
        });
    }

    pub(super) fn take_custom_views(&self, changed: Vec<CustomViewView>, gone: &[CustomViewId]) {
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
