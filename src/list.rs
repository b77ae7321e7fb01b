//! The conversation list (V11): rows of a view or of a search, only those in view in the page, live without moving what
//! the agent is about to press.

pub mod empty;
pub mod feed;
mod order;
pub mod pill;
mod row;
pub mod search;
pub mod sorting;

use crate::browser::{float, frame, scroll};
use crate::panes::use_panes;
use crate::parts::use_desk;
use crate::routes::{Route, use_nav};
use crate::store::use_store;
use crate::ui::button::IconButton;
use crate::ui::icon::Glyph;
use crate::ui::live::{effect, live, memo, part};
use crate::views;
use feed::{Rows, Source};
use leptos::either::Either;
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html::Div;
use leptos::prelude::*;
use order::{Scale, window};
use row::{Blank, Row};
use samtal_model::{ConversationId, InboxId, View};

/// The height of a row in pixels: `--row-height` in style/tokens.css.
const ROW_PX: f64 = 104.0;
/// Rows in the page above and below those in view.
const SPARE: usize = 6;

/// The region "Conversation list" of a view.
#[component]
pub fn List(
    #[prop(into)] inbox: Signal<InboxId>,
    #[prop(into)] view: Signal<View>,
    /// The conversation that is open.
    #[prop(into)]
    open: Signal<Option<ConversationId>>,
) -> impl IntoView {
    let store = use_store();
    let nav = use_nav();
    let q = memo(move || nav.route().with(Route::q));
    let sort = memo(move || nav.route().with(Route::sort));
    let searching = RwSignal::new(q.get_untracked().is_some());
    effect(move || {
        if q.get().is_some() {
            searching.set(true);
        }
    });
    // Where the agent was when the search began, to come back to.
    let came_from = StoredValue::new(None::<Route>);
    let desk = use_desk();
    effect(move || {
        if searching.get() {
            desk.fetch();
        }
    });
    let enter = move |_| {
        came_from.set_value(Some(nav.route().get_untracked()));
        searching.set(true);
    };
    let exit = move |()| {
        searching.set(false);
        match came_from.try_update_value(Option::take).flatten() {
            Some(route) => nav.go(route),
            None => nav.go(nav.route().get_untracked().with_q(None)),
        }
    };
    let source = memo(move || match q.get() {
        Some(q) => Source::Search { q, sort: sort.get() },
        None => Source::View { inbox: inbox.get(), view: view.get(), sort: sort.get() },
    });
    let side = StoredValue::new(false);
    let panes = use_panes();
    let rail_label =
        Signal::derive(
            move || {
                if panes.rail_open.get() { "Fold the views".to_owned() } else { "Unfold the views".to_owned() }
            },
        );
    let total = live(move || store.count(inbox.get(), view.get()).map(|count| crate::browser::when::number(count)));
    view! {
        <section class="list" aria-label="Conversation list">
            {part(move || {
                Some(if searching.get() {
                    desk.get().map(|parts| (parts.search)(Callback::new(exit))).into_any()
                } else {
                    view! {
                        <div class="list-bar">
                            <IconButton label=rail_label glyph=Glyph::PanelLeft on_press=move |_| panes.toggle_rail()/>
                            <h2>
                                {live(move || views::name(view.get()))}
                                <span class="list-total">{total}</span>
                            </h2>
                            {part(move || desk.get().map(|parts| (parts.sort_menu)()))}
                            <IconButton label="Search conversations" glyph=Glyph::Search on_press=enter/>
                        </div>
                    }
                        .into_any()
                })
            })}
            {part(move || {
                // Another source is another element: one used again would stand where the other list was scrolled to.
                let other = !side.get_value();
                side.set_value(other);
                let source = source.get();
                let rows = view! { <Scroller source open/> }.into_any();
                Some(if other { Either::Left(rows) } else { Either::Right(rows) })
            })}
        </section>
    }
}

/// The rows of one source; another source is another scroller.
#[component]
fn Scroller(source: Source, #[prop(into)] open: Signal<Option<ConversationId>>) -> impl IntoView {
    let (nav, store) = (use_nav(), use_store());
    let pane = NodeRef::<Div>::new();
    let rows = Rows::new(source.clone());
    let handle = use_list_handle();
    let desk = use_desk();
    // The list can be used: now the rest.
    effect(move || {
        if rows.is_known() || rows.failure().is_some() {
            frame::when_idle(move || desk.fetch());
        }
    });
    let scrolled = RwSignal::new(0.0_f64);
    let height = RwSignal::new(800.0_f64);
    let scale = memo(move || Scale::new(rows.len(), ROW_PX, height.get()));
    let offset = memo(move || scale.get().offset(scrolled.get()));
    let shown = memo(move || window(offset.get(), height.get(), ROW_PX, rows.len(), SPARE));
    effect(move || {
        let (from, to) = shown.get();
        rows.look_at(from, to);
    });
    // Where the list was left, when it comes back into the page; then its height, whenever that changes.
    effect(move || {
        let Some(pane) = pane.get() else { return };
        scroll::on_resize(&pane, move |tall| {
            let _gone = height.try_set(tall);
        });
        let left_at = rows.left_at();
        if left_at > 0.0 {
            pane.set_scroll_top(left_at as i32);
        }
    });
    // What is put in above the view must not push it down.
    rows.on_shift(move |by| {
        let Some(pane) = pane.get_untracked() else { return };
        let to = (f64::from(pane.scroll_top()) + by as f64 * ROW_PX).max(0.0);
        scrolled.set(to);
        // The element is as tall as it has to be only after this turn.
        request_animation_frame(move || pane.set_scroll_top(to as i32));
    });
    let look = move |_| {
        if let Some(pane) = pane.get_untracked() {
            let to = f64::from(pane.scroll_top());
            scrolled.set(to);
            rows.scrolled((offset.get_untracked() / ROW_PX) as usize, to);
        }
    };
    // The row that is to have the focus once it is there.
    let awaited = RwSignal::new(None::<usize>);
    let to_row = move |index: usize| {
        let Some(pane) = pane.get_untracked() else { return };
        let (top, view) = (index as f64 * ROW_PX, height.get_untracked());
        let now = offset.get_untracked();
        let wanted = if top < now { top } else { (top + ROW_PX - view).max(now) };
        if wanted != now {
            let to = scale.get_untracked().scroll(wanted);
            pane.set_scroll_top(to as i32);
            scrolled.set(to);
        }
        request_animation_frame(move || {
            let selector = ["[data-row='", &index.to_string(), "']"].concat();
            let link = float::all(&pane, &selector);
            if let Some(link) = link.first() {
                float::focus_quietly(link);
            }
            let _gone = awaited.try_set(link.is_empty().then_some(index));
        });
    };
    handle.is(rows, to_row);
    on_cleanup(move || handle.leave());
    // A row far away is read first, and then gets the focus, if nothing else has got it meanwhile.
    effect(move || {
        let Some(index) = awaited.get() else { return };
        if rows.at(index).is_some() {
            request_animation_frame(move || {
                let free = float::focused().is_none_or(|element| element.tag_name() == "BODY");
                if free && awaited.try_get_untracked().flatten() == Some(index) {
                    to_row(index);
                }
            });
        }
    });
    // A row that leaves takes the focus with it: the one that comes into its place gets it.
    let focused = StoredValue::new(None::<(usize, Option<ConversationId>)>);
    let focused_at = RwSignal::new(None::<usize>);
    effect(move || {
        let Some((index, Some(id))) = focused.get_value() else { return };
        let (from, to) = shown.get();
        if (from..to).any(|index| rows.at(index) == Some(id)) {
            return;
        }
        focused.set_value(None);
        request_animation_frame(move || {
            let last = rows.len_untracked().checked_sub(1);
            if let Some(last) = last.filter(|_| nothing_focused() && rows.place_of(id).is_none()) {
                to_row(index.min(last));
            }
        });
    });
    let note_focus = move |event: FocusEvent| {
        let index = float::closest(&event, "[data-row]").and_then(|row| row.get_attribute("data-row")?.parse().ok());
        focused_at.set(index);
        focused.set_value(index.map(|index: usize| (index, rows.at_untracked(index))));
    };
    // One step in for Tab: the row that had the focus, or the open one, or the first in sight; arrows do the rest.
    let stop = memo(move || {
        let (from, to) = shown.get();
        let open = || open.get().and_then(|id| (from..to).find(|index| rows.at(*index) == Some(id)));
        let first = || (offset.get() / ROW_PX).ceil() as usize;
        focused_at.get().filter(|at| (from..to).contains(at)).or_else(open).unwrap_or_else(first)
    });
    // Back from a conversation: its row has the focus again, unless something else has it by now.
    Effect::new(move |before: Option<Option<ConversationId>>| {
        let now = open.get();
        if let (Some(left), None) = (before.flatten(), now) {
            request_animation_frame(move || {
                if let Some(index) = rows.place_of(left).filter(|_| nothing_focused()) {
                    to_row(index);
                }
            });
        }
        now
    });
    // The rows beside the open one are likely to be next.
    effect(move || {
        let Some(id) = open.get() else { return };
        frame::when_idle(move || {
            let Some(index) = rows.place_of(id) else { return };
            for neighbour in [index.checked_add(1), index.checked_sub(1)].into_iter().flatten() {
                if let (Some(parts), Some(id)) = (desk.peek(), rows.at_untracked(neighbour)) {
                    (parts.fetch_ahead)(store, id);
                }
            }
        });
    });
    let keys = move |event: KeyboardEvent| {
        let Some(at) = focused_row(&event) else { return };
        let last = rows.len_untracked().saturating_sub(1);
        let page = (height.get_untracked() / ROW_PX) as usize;
        let to = match event.key().as_str() {
            "ArrowDown" => (at + 1).min(last),
            "ArrowUp" => at.saturating_sub(1),
            "PageDown" => (at + page).min(last),
            "PageUp" => at.saturating_sub(page),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        to_row(to);
    };
    let to_top = Callback::new(move |()| {
        rows.let_in();
        if let Some(pane) = pane.get_untracked() {
            pane.set_scroll_top(0);
            scrolled.set(0.0);
        }
    });
    let visible = move || {
        let (from, to) = shown.get();
        (from..to).map(|index| rows.at(index).map_or(Place::Blank(index), Place::Row)).collect::<Vec<_>>()
    };
    // A row is placed where it is in the list; in a scaled list the rows move along with the scrollbar.
    let lift = memo(move || scrolled.get() - offset.get());
    let top_of = move |index: usize| index as f64 * ROW_PX + lift.get();
    let fresh = live(move || rows.fresh());
    let waits = memo(move || fresh.get() > 0);
    let empty = move || rows.is_known() && rows.len() == 0;
    view! {
        // The pill is part of it: on the way to it nothing may move.
        <div
            class="list-body"
            on:pointerenter=move |event| rows.hold(event.pointer_type() == "mouse")
            on:pointerleave=move |_| rows.hold(false)
        >
        {part(move || {
            let parts = if waits.get() { desk.get() } else { None };
            parts.map(|parts| (parts.pill)(fresh, to_top))
        })}
        <div
            class="list-scroll"
            node_ref=pane
            on:scroll=look
            on:keydown=keys
            on:focusin=note_focus
            on:focusout=move |event| {
                if event.related_target().is_some() {
                    focused.set_value(None);
                }
            }
        >
            {part(move || rows.failure().map(|words| view! { <p class="list-note" role="alert">{words}</p> }))}
            {part(move || empty().then(|| desk.get().map(|parts| (parts.empty)(source.clone()))))}
            <ul
                class="list-rows"
                aria-label="Conversations"
                aria-busy=live(move || (!rows.is_known()).to_string())
                style:height=live(move || [(scale.get().tall as i64).to_string().as_str(), "px"].concat())
            >
                <For each=visible key=|place| *place let:place>
                    {match place {
                        Place::Blank(index) => view! { <Blank top=Signal::derive(move || top_of(index))/> }.into_any(),
                        Place::Row(id) => {
                            let index = Memo::new(move |before: Option<&usize>| {
                                let (from, to) = shown.get();
                                (from..to).find(|index| rows.at(*index) == Some(id)).or(before.copied()).unwrap_or(0)
                            });
                            let route = move || nav.route().get().with_conversation_in(rows.place(), id);
                            view! {
                                <Row
                                    id
                                    index
                                    top=Signal::derive(move || top_of(index.get()))
                                    total=Signal::derive(move || rows.len())
                                    route=Signal::derive(route)
                                    open=Signal::derive(move || open.get() == Some(id))
                                    stop=Signal::derive(move || stop.get() == index.get())
                                />
                            }
                                .into_any()
                        }
                    }}
                </For>
            </ul>
        </div>
        </div>
    }
}

/// The list that is on the page, for who steps through it from elsewhere.
#[derive(Clone, Copy)]
pub struct ListHandle {
    rows: StoredValue<Option<Rows>>,
    to_row: StoredValue<Option<Callback<usize>>>,
}

/// Makes the list known to everything below.
pub fn provide_list_handle() -> ListHandle {
    let handle = ListHandle { rows: StoredValue::new(None), to_row: StoredValue::new(None) };
    provide_context(handle);
    handle
}

/// The list; call it at a component's top.
#[must_use]
pub fn use_list_handle() -> ListHandle {
    expect_context()
}

impl ListHandle {
    fn is(self, rows: Rows, to_row: impl Fn(usize) + Send + Sync + 'static) {
        self.rows.set_value(Some(rows));
        self.to_row.set_value(Some(Callback::new(to_row)));
    }

    fn leave(self) {
        let _page_is_going = self.rows.try_set_value(None);
        let _page_is_going = self.to_row.try_set_value(None);
    }

    /// Its rows.
    #[must_use]
    pub fn rows(self) -> Option<Rows> {
        self.rows.get_value()
    }

    /// Brings a row into view and gives it the focus.
    pub fn to_row(self, index: usize) {
        if let Some(to_row) = self.to_row.get_value() {
            to_row.run(index);
        }
    }
}

/// What stands at one place of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    Row(ConversationId),
    Blank(usize),
}

/// Nothing on the page has the focus.
fn nothing_focused() -> bool {
    float::focused().is_none_or(|element| element.tag_name() == "BODY")
}

/// The row that has the focus.
fn focused_row(event: &KeyboardEvent) -> Option<usize> {
    float::closest(event, "[data-row]")?.get_attribute("data-row")?.parse().ok()
}
