//! Custom views (V10): which there are, in their order, with their counts.

use super::{News, Store, passes};
use crate::api;
use crate::ui::live::spawn;
use leptos::prelude::*;
use samtal_model::CustomViewId;
use samtal_model::wire::CustomViewView;

impl Store {
    /// The team's and one's own, in order. Followed.
    #[must_use]
    pub fn custom_views(&self) -> Signal<Vec<CustomViewView>> {
        self.0.custom.into()
    }

    /// One of them. Followed.
    #[must_use]
    pub fn custom_view(&self, id: CustomViewId) -> Option<CustomViewView> {
        self.0.custom.with(|views| views.iter().find(|view| view.id == id).cloned())
    }

    /// Reads them all, until that succeeds.
    pub(super) fn read_custom_views(&self) {
        let store = *self;
        spawn(async move {
            loop {
                match api::custom_views().await {
                    Ok(list) => return store.0.custom.set(list.items),
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
        self.0.custom.update(|views| {
            views.retain(|view| !ids.contains(&view.id));
            views.extend(changed);
            // The shared ones first, as the server has them.
            views.sort_by_key(|view| (!view.shared, view.position, view.id));
        });
        self.tell_news(&News::Custom(ids));
    }
}
