//! The conversation list (V11): rows of a view or of a search, only those in view in the page, live without moving what
//! the agent is about to press.

pub mod bulk;
pub mod empty;
pub mod feed;
pub mod focus;
pub mod found;
pub mod live;
mod order;
pub mod pill;
mod row;
pub mod search;
pub mod sorting;
pub mod standing;
pub mod ticks;

use crate::browser::{frame, scroll};
use crate::panes::use_panes;
use crate::parts::use_desk;
use crate::routes::{Route, use_nav};
use crate::store::use_store;
use crate::ui::button::IconButton;
use crate::ui::each::Each;
use crate::ui::icon::Glyph;
use crate::ui::live::{effect, live, memo, part};
use crate::views;
use feed::{Rows, Source};
use focus::Seen;
use leptos::either::Either;
use leptos::html::Div;
use leptos::prelude::*;
use order::{Scale, window};
use row::{Blank, Row};
use samtal_model::{ConversationId, InboxId, View};

/// The height of a row in pixels: `--row-height` in style/tokens.css.
pub const ROW_PX: f64 = 104.0;
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
    let source = memo(move || {
        let (custom, sort) = nav.route().with(|route| (route.custom_view(), route.sort()));
        match (q.get(), custom) {
            (None, None) => Source::View { inbox: inbox.get(), view: view.get(), sort },
            (q, custom) => Source::Search { q: q.unwrap_or_default(), custom, sort },
        }
    });
    // One search after another is one list: what both find stays in the page as it is.
    let kind = memo(move || match source.get() {
        Source::Search { custom, sort, .. } => Source::Search { q: String::new(), custom, sort },
        view @ Source::View { .. } => view,
    });
    let searching = RwSignal::new(q.get_untracked().is_some());
    // Where the agent was before the search, to come back to.
    let came_from = StoredValue::new(None::<Route>);
    let desk = use_desk();
    effect(move || {
        let route = nav.route().get();
        // Said again, the search box would be made anew under the one who types.
        if searching.get() {
            desk.fetch();
        } else if route.q().is_some() {
            searching.set(true);
        } else {
            came_from.set_value(Some(route));
        }
    });
    let side = StoredValue::new(false);
    let panes = use_panes();
    let rail_label =
        live(move || if panes.rail_open.get() { "Fold the views".to_owned() } else { "Unfold the views".to_owned() });
    let total = live(move || store.count(inbox.get(), view.get()).map(crate::browser::when::number));
    view! {
        <section class="list" aria-label="Conversation list">
            {part(move || {
                Some(if searching.get() {
                    desk.get().map(|parts| (parts.search)(searching, came_from)).into_any()
                } else {
                    view! {
                        <div class="list-bar">
                            <IconButton label=rail_label glyph=Glyph::PanelLeft on_press=move |_| panes.toggle_rail()/>
                            {part(move || match kind.get() {
                                Source::Search { custom: Some(custom), .. } => {
                                    desk.get().map(|parts| (parts.custom_title)(custom))
                                }
                                _ => Some(
                                    view! {
                                        <h2>
                                            {live(move || views::name(view.get()))}
                                            <span class="list-total">{total}</span>
                                        </h2>
                                    }
                                        .into_any(),
                                ),
                            })}
                            {part(move || desk.get().map(|parts| (parts.sort_menu)()))}
                            <IconButton label="Search conversations" glyph=Glyph::Search on_press=move |_| searching.set(true)/>
                        </div>
                    }
                        .into_any()
                })
            })}
            {part(move || {
                // Another source is another element: one used again would stand where the other list was scrolled to.
                let other = !side.get_value();
                side.set_value(other);
                // Asked, not only followed: a memo that nobody asks never looks.
                let _another = kind.get();
                let rows = view! { <Scroller source open/> }.into_any();
                Some(if other { Either::Left(rows) } else { Either::Right(rows) })
            })}
        </section>
    }
}

/// The rows of one source; another source is another scroller.
#[component]
fn Scroller(source: Memo<Source>, #[prop(into)] open: Signal<Option<ConversationId>>) -> impl IntoView {
    let nav = use_nav();
    let pane = NodeRef::<Div>::new();
    let rows = Rows::new(source.get_untracked());
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
        // So far up that it is the top: another search has taken the place of the one before.
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
    let focused_at = RwSignal::new(None::<usize>);
    let seen = Seen { rows, pane, scrolled, height, scale, offset, shown, open, focused_at };
    effect(move || {
        if let Some(parts) = desk.get() {
            (parts.list_live)(rows, source);
            (parts.list_focus)(seen);
        }
    });
    // One step in for Tab: the row that had the focus, or the open one, or the first in sight; arrows do the rest.
    let stop = memo(move || {
        let (from, to) = shown.get();
        let open = || open.get().and_then(|id| (from..to).find(|index| rows.at(*index) == Some(id)));
        let first = || (offset.get() / ROW_PX).ceil() as usize;
        focused_at.get().filter(|at| (from..to).contains(at)).or_else(open).unwrap_or_else(first)
    });
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
    let empty = move || rows.is_known() && rows.len() == 0;
    view! {
        // The pill is part of it: on the way to it nothing may move.
        <div
            class="list-body"
            on:pointerenter=move |event| rows.hold(event.pointer_type() == "mouse")
            on:pointerleave=move |_| rows.hold(false)
        >
        {part(move || desk.get().map(|parts| (parts.over_list)(rows, to_top)))}
        <div
            class="list-scroll"
            node_ref=pane
            on:scroll=look
        >
            {part(move || rows.failure().map(|words| view! { <p class="list-note" role="alert">{words}</p> }))}
            {part(move || empty().then(|| desk.get().map(|parts| (parts.empty)(rows.source()))))}
            <ul
                class="list-rows"
                aria-label="Conversations"
                aria-busy=live(move || (!rows.is_known()).to_string())
                style:height=live(move || [(scale.get().tall as i64).to_string().as_str(), "px"].concat())
            >
                <Each each=visible key=|place| place.key() let:place>
                    {match place {
                        Place::Blank(index) => view! { <Blank top=live(move || top_of(index))/> }.into_any(),
                        Place::Row(id) => {
                            let index = Memo::new(move |before: Option<&usize>| {
                                let (from, to) = shown.get();
                                (from..to).find(|index| rows.at(*index) == Some(id)).or(before.copied()).unwrap_or(0)
                            });
                            let route = move || nav.route().get().with_conversation_in(rows.place(), id);
                            view! {
                                <Row
                                    id
                                    rows
                                    index
                                    top=live(move || top_of(index.get()))
                                    total=live(move || rows.len())
                                    route=live(route)
                                    open=live(move || open.get() == Some(id))
                                    stop=live(move || stop.get() == index.get())
                                />
                            }
                                .into_any()
                        }
                    }}
                </Each>
            </ul>
        </div>
        </div>
    }
}

/// What stands at one place of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    Row(ConversationId),
    Blank(usize),
}

impl Place {
    /// What tells it from the others: conversations have numbers from 1 on.
    fn key(self) -> i64 {
        match self {
            Self::Row(id) => id.0,
            Self::Blank(index) => -1 - index as i64,
        }
    }
}
