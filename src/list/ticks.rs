//! Which rows are ticked (T8), and the box in a row that ticks it.

use crate::parts::use_desk;
use crate::store::{Store, use_store};
use crate::ui::live::live;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use samtal_model::ConversationId;
use std::cell::OnceCell;

/// The ticks of the list that is on the page.
#[derive(Clone, Copy)]
pub struct Ticks {
    /// Those ticked; with `all`, those that are not.
    ids: RwSignal<Vec<ConversationId>>,
    /// Everything the list holds is ticked, also what has not been read yet.
    all: RwSignal<bool>,
    /// The one ticked last: where a range begins.
    last: StoredValue<Option<ConversationId>>,
}

thread_local! {
    /// Made when they are first asked for: the list can be used without.
    static TICKS: OnceCell<Ticks> = const { OnceCell::new() };
}

impl Ticks {
    /// Those of this page.
    #[must_use]
    pub fn of(store: Store) -> Self {
        let new = || Self { ids: RwSignal::new(Vec::new()), all: RwSignal::new(false), last: StoredValue::new(None) };
        TICKS.with(|ticks| *ticks.get_or_init(|| store.for_good(new)))
    }

    /// Followed.
    #[must_use]
    pub fn has(self, id: ConversationId) -> bool {
        self.ids.with(|ids| ids.contains(&id)) != self.all.get()
    }

    /// Whether everything is ticked but for [`Ticks::ids`]. Followed.
    #[must_use]
    pub fn all(self) -> bool {
        self.all.get()
    }

    /// Those ticked; those left out where all are. Followed.
    #[must_use]
    pub fn ids(self) -> Vec<ConversationId> {
        self.ids.get()
    }

    pub fn tick_all(self) {
        self.ids.set(Vec::new());
        self.all.set(true);
    }

    pub fn clear(self) {
        self.last.set_value(None);
        if self.all.get_untracked() {
            self.all.set(false);
        }
        if self.ids.with_untracked(|ids| !ids.is_empty()) {
            self.ids.set(Vec::new());
        }
    }

    /// Ticks it, or no more.
    pub fn toggle(self, id: ConversationId) {
        self.last.set_value(Some(id));
        self.ids.update(|ids| match ids.iter().position(|ticked| *ticked == id) {
            Some(at) => drop(ids.remove(at)),
            None => ids.push(id),
        });
    }

    /// Ticks, or no more, everything of `order` from the one ticked last to `id`; that one alone if none was.
    pub fn toggle_to(self, id: ConversationId, order: &[ConversationId]) {
        let ticked = !untrack(|| self.has(id));
        let from = self.last.get_value().and_then(|last| order.iter().position(|it| *it == last));
        let to = order.iter().position(|it| *it == id);
        let (Some(from), Some(to)) = (from, to) else { return self.toggle(id) };
        self.last.set_value(Some(id));
        let listed = ticked != self.all.get_untracked();
        self.ids.update(|ids| {
            for id in &order[from.min(to)..=from.max(to)] {
                match ids.iter().position(|it| it == id) {
                    Some(at) if !listed => drop(ids.remove(at)),
                    None if listed => ids.push(*id),
                    _ => {}
                }
            }
        });
    }
}

/// The box of one row. `stop`: Tab leads to this row.
#[component]
pub fn Tick(id: ConversationId, stop: Signal<bool>) -> impl IntoView {
    let (desk, store) = (use_desk(), use_store());
    let ticks = Ticks::of(store);
    let name = move || {
        let whom = store.conversation(id).with(|it| it.as_ref().map(crate::thread::contact_name).unwrap_or_default());
        ["Select ", &whom].concat()
    };
    let press = move |event: MouseEvent| {
        if event.shift_key() {
            let order = desk.list().rows().map(super::feed::Rows::known_ids).unwrap_or_default();
            ticks.toggle_to(id, &order);
        } else {
            ticks.toggle(id);
        }
    };
    view! {
        <label class="row-tick">
            <input
                type="checkbox"
                aria-label=live(name)
                tabindex=live(move || if stop.get() { "0" } else { "-1" })
                prop:checked=live(move || ticks.has(id))
                on:click=press
            />
        </label>
    }
}
