//! Which rows are ticked (T8), and the box in a row that ticks it.

use crate::parts::use_desk;
use crate::store::{Store, use_store};
use crate::ui::live::live;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use samtal_model::wire::BulkAction;
use samtal_model::{AgentId, ConversationId};
use std::cell::OnceCell;

/// The ticks of the list that is on the page.
#[derive(Clone, Copy)]
pub struct Ticks {
    /// Those ticked; with `all`, those that are not.
    ids: RwSignal<Vec<ConversationId>>,
    /// Everything the list holds is ticked, also what has not been read yet.
    all: RwSignal<bool>,
    last: StoredValue<Option<ConversationId>>,
    /// Does something with what is ticked; there while something is.
    act: StoredValue<Option<Act>>,
}

/// What is to be done, and for `Assign` to whom.
pub type Act = Callback<(BulkAction, Option<AgentId>)>;

thread_local! {
    /// Made when they are first asked for: the list can be used without.
    static TICKS: OnceCell<Ticks> = const { OnceCell::new() };
}

impl Ticks {
    /// Those of this page.
    #[must_use]
    pub fn of(store: Store) -> Self {
        let new = || Self {
            ids: RwSignal::new(Vec::new()),
            all: RwSignal::new(false),
            last: StoredValue::new(None),
            act: StoredValue::new(None),
        };
        TICKS.with(|ticks| *ticks.get_or_init(|| store.for_good(new)))
    }

    /// `act` does something with what is ticked.
    pub fn on_act(self, act: Act) {
        self.act.set_value(Some(act));
    }

    /// Does it with what is ticked. False if nothing is.
    pub fn act(self, action: BulkAction, owner: Option<AgentId>) -> bool {
        let any = untrack(|| self.all.get() || self.ids.with(|ids| !ids.is_empty()));
        let act = self.act.get_value().filter(|_| any);
        act.and_then(|act| act.try_run((action, owner))).is_some()
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

    /// The one ticked last: where a range begins.
    #[must_use]
    pub fn last(self) -> Option<ConversationId> {
        self.last.get_value()
    }

    /// Ticks all of `range`, which ends with `id`, or none of it any more: what `id` was not.
    pub fn toggle_range(self, id: ConversationId, range: &[ConversationId]) {
        let ticked = !untrack(|| self.has(id));
        self.last.set_value(Some(id));
        let listed = ticked != self.all.get_untracked();
        self.ids.update(|ids| {
            for id in range {
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
    let press = move |event: MouseEvent| match ticks.last().filter(|last| event.shift_key() && *last != id) {
        None => ticks.toggle(id),
        Some(last) => match desk.list().rows().and_then(|rows| rows.between(last, id)) {
            Some(range) => ticks.toggle_range(id, &range),
            None => {
                ticks.toggle(id);
                store.warn("The rows in between are not loaded: scroll through them first, or take all.".into());
            }
        },
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
