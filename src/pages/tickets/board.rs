//! The board (K10): a column for each status of a pipeline, each read and windowed by itself. Cards are moved by
//! dragging, by Alt and an arrow, and from their menu.

use super::card::Card;
use super::counted;
use super::deeds::Deeds;
use super::lane::{COLUMN_PAGE, Lane};
use super::ticket::{Rc, Ticket, Wanted};
use super::window::{Seen, Window, px};
use super::words;
use crate::browser::{float, frame, when};
use crate::pages::status::{Status, chip};
use crate::routes::page::Asked;
use crate::store::use_store;
use crate::ticket::careful::nobody;
use crate::ui::each::Each;
use crate::ui::live::{effect, live, memo, part};
use crate::ui::menu::{MenuItem, SharedMenu};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use web_sys::{Element, Event};

/// The height of a card with the room below it, in pixels: as in style/tickets.css.
pub const CARD_PX: f64 = 104.0;

/// How long a moved card is waited for in its new column, in milliseconds: it may stand where nothing is read yet.
const FOLLOW_MS: u64 = 400;

/// What all columns share.
#[derive(Clone, Copy)]
pub struct Shared {
    pub deeds: Deeds,
    asked: Memo<Asked>,
    statuses: Memo<Vec<Status>>,
    /// The columns as they stand, by the status.
    columns: RwSignal<Vec<(i64, Window)>>,
    /// The card that is dragged.
    pub dragged: RwSignal<Option<Rc<Ticket>>>,
    /// The card that had the focus last …
    stop: RwSignal<Option<i64>>,
    /// … and the one that Tab leads to: that one, or else the first of all.
    pub tab: Memo<Option<i64>>,
    /// A card that has been moved by a key gets the focus where it comes to stand.
    follow: RwSignal<Option<i64>>,
    pub menu: SharedMenu,
    pub meant: StoredValue<Option<Rc<Ticket>>>,
}

#[component]
pub fn Board(asked: Memo<Asked>, deeds: Deeds, total: RwSignal<Option<String>>) -> AnyView {
    let store = use_store();
    // A board is of one pipeline: the first, where none is asked for.
    let pipeline = memo(move || {
        let asked = asked.with(|asked| asked.get("pipeline").parse::<i64>().ok());
        deeds.pipelines.with(|all| all.iter().find(|it| Some(it.id) == asked).or(all.first()).map(|it| it.id))
    });
    let statuses = memo(move || {
        let pipeline = pipeline.get();
        deeds
            .pipelines
            .with(|all| all.iter().find(|it| Some(it.id) == pipeline).map(|it| it.statuses.clone()).unwrap_or_default())
    });
    let meant = StoredValue::new(None::<Rc<Ticket>>);
    let items = Callback::new(move |()| -> Vec<MenuItem> {
        meant.get_value().map(|ticket| deeds.items(&ticket)).unwrap_or_default()
    });
    let menu = SharedMenu::new("Ticket actions", items);
    let (columns, stop) = (RwSignal::new(Vec::<(i64, Window)>::new()), RwSignal::new(None::<i64>));
    let tab = memo(move || {
        let shown = |window: &Window| {
            window.seen.with(|all| all.iter().filter_map(|it| Some(it.ticket.as_ref()?.id)).collect::<Vec<_>>())
        };
        let columns = columns.get();
        let of = |id: &i64| columns.iter().find(|(of, _)| of == id).map(|(_, window)| shown(window));
        let all: Vec<i64> = statuses.with(|all| all.iter().filter_map(|it| of(&it.id)).flatten().collect());
        stop.get().filter(|stop| all.contains(stop)).or(all.first().copied())
    });
    let shared = Shared {
        deeds,
        asked,
        statuses,
        columns,
        dragged: RwSignal::new(None),
        stop,
        tab,
        follow: RwSignal::new(None),
        menu,
        meant,
    };
    let all = memo(move || {
        let wanted = asked.with(|asked| Wanted { pipeline: pipeline.get(), ..Wanted::of(asked) });
        deeds.pipelines.with(|all| counted(store, &wanted, all))
    });
    effect(move || total.set(all.get().map(|count| words::tickets(&when::number(count), false))));
    let ids = memo(move || statuses.with(|all| all.iter().map(|it| it.id).collect::<Vec<_>>()));
    view! {
        <div
            class="board"
            role="group"
            aria-label="Board"
            on:keydown=move |event| pressed(shared, &event)
            on:focusin=move |event| {
                if let Some(ticket) = found(shared, &event).and_then(|it| it.ticket) {
                    stop.set(Some(ticket.id));
                }
            }
            on:pointerdown=move |event| {
                if let Some(button) = float::closest(&event, ".board-card-menu") {
                    menu.press_began(&button);
                }
            }
            on:click=move |event| {
                if let (Some(button), Some(ticket)) =
                    (float::closest(&event, ".board-card-menu"), found(shared, &event).and_then(|it| it.ticket))
                {
                    meant.set_value(Some(ticket));
                    menu.toggle(&button);
                }
            }
            on:dragstart=move |event| {
                let ticket = found(shared, &event).and_then(|it| it.ticket);
                if let (Some(carried), Some(ticket)) = (event.data_transfer(), &ticket) {
                    // Firefox drags nothing that carries nothing.
                    let _refused = carried.set_data("text/plain", &ticket.name);
                    carried.set_effect_allowed("move");
                }
                shared.dragged.set(ticket);
            }
            on:dragend=move |_| shared.dragged.set(None)
        >
            <Each each=move || ids.get() key=|id| *id let:id>
                <Column id shared/>
            </Each>
        </div>
        {menu.view()}
    }
    .into_any()
}

#[component]
fn Column(id: i64, shared: Shared) -> AnyView {
    let store = use_store();
    let status = Memo::new(move |last: Option<&Option<Status>>| {
        let now = shared.statuses.with(|all| all.iter().find(|it| it.id == id).cloned());
        now.or_else(|| last.cloned().flatten())
    });
    let name = live(move || status.with(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default()));
    let asked = memo(move || {
        let asked = shared.asked.get().with("status", &id.to_string()).with("pipeline", "");
        Asked { board: false, ..asked }
    });
    let lane = Lane::new(store, COLUMN_PAGE);
    let pipelines = shared.deeds.pipelines;
    let count = memo(move || {
        let wanted = asked.with(Wanted::of);
        pipelines.with(|all| counted(store, &wanted, all))
    });
    let window = Window::new(lane, CARD_PX, 0.0, move || count.get());
    shared.columns.update(|all| {
        all.retain(|(of, _)| *of != id);
        all.push((id, window));
    });
    on_cleanup(move || {
        let _gone = shared.columns.try_update(|all| all.retain(|(of, _)| *of != id));
    });
    effect(move || {
        lane.ask(asked.get());
        window.to_top();
    });
    // A card that was moved here by a key takes the focus along.
    effect(move || {
        if let Some(card) = shared.follow.get()
            && let Some(at) = lane.with(|all| all.iter().position(|ticket| ticket.id == card))
        {
            shared.stop.set(Some(card));
            frame::after(0, move || {
                if shared.follow.try_set(None).is_none() {
                    window.focus(at, ".board-card-link");
                }
            });
        }
    });
    let shown_count = live(move || match count.get() {
        Some(count) => when::number(count),
        None => {
            let known = when::number(lane.with(<[_]>::len) as i64);
            if lane.has_more() { [&known, "+"].concat() } else { known }
        }
    });
    // How often a dragged card came in less how often it went out: each of the column's own elements tells both.
    let over = RwSignal::new(0_i32);
    let wanted_here = move || shared.dragged.with_untracked(|it| it.as_ref().is_some_and(|it| it.status != id));
    let drop = move || {
        over.set(0);
        let ticket = shared.dragged.try_update(Option::take).flatten();
        if let (Some(ticket), Some(status)) = (ticket, status.get_untracked()) {
            shared.deeds.move_to(&ticket, &status, nobody());
        }
    };
    view! {
        <section
            class="board-column"
            class:board-over=live(move || over.get() > 0)
            aria-label=name
            data-status=id.to_string()
            on:dragover=move |event| {
                if wanted_here() {
                    event.prevent_default();
                }
            }
            on:dragenter=move |_| {
                if wanted_here() {
                    over.update(|over| *over += 1);
                }
            }
            on:dragleave=move |_| over.update(|over| *over = (*over - 1).max(0))
            on:drop=move |event| {
                event.prevent_default();
                drop();
            }
        >
            <h2 class="board-head">
                {part(move || status.with(|it| it.as_ref().map(|it| chip(Some(it)))))}
                <span class="num">{shown_count}</span>
            </h2>
            {part(move || lane.failure().map(|words| view! { <p class="list-note" role="alert">{words}</p> }))}
            <div class="board-cards" tabindex="0" node_ref=window.pane on:scroll=move |_| window.look()>
                <ul
                    aria-label=live(move || ["Tickets: ", &name.get()].concat())
                    aria-busy=live(move || (!lane.is_known()).to_string())
                    style:height=live(move || px(window.top_of(window.length.get())))
                >
                    <Each each=move || window.seen.get() key=Seen::key let:seen>
                        <Card seen window shared/>
                    </Each>
                </ul>
                {part(move || (lane.is_known() && window.length.get() == 0).then(|| view! {
                    <p class="board-none">"No tickets"</p>
                }))}
            </div>
        </section>
    }
    .into_any()
}

impl Shared {
    fn window(self, status: i64) -> Option<Window> {
        self.columns.with_untracked(|all| all.iter().find(|(of, _)| *of == status).map(|(_, window)| *window))
    }

    /// The column that is `by` places from this one, if it is one.
    fn beside(self, status: i64, by: isize) -> Option<Status> {
        self.statuses.with_untracked(|all| {
            let at = all.iter().position(|it| it.id == status)?;
            all.get(at.checked_add_signed(by)?).cloned()
        })
    }

    fn focus(self, window: Window, at: usize) {
        if let Some(id) = window.lane.peek(|all| all.get(at).map(|it| it.id)) {
            self.stop.set(Some(id));
            window.focus(at, ".board-card-link");
        }
    }
}

/// The card that an event is of.
struct Found {
    card: Element,
    status: i64,
    window: Window,
    at: usize,
    /// None while it is not read.
    ticket: Option<Rc<Ticket>>,
}

fn found(shared: Shared, event: &Event) -> Option<Found> {
    let number = |element: &Element, name: &str| element.get_attribute(name)?.parse::<i64>().ok();
    let card = float::closest(event, "[data-at]")?;
    let status = number(&float::closest(event, "[data-status]")?, "data-status")?;
    let (window, at) = (shared.window(status)?, number(&card, "data-at")? as usize);
    Some(Found { status, window, at, ticket: window.lane.peek(|all| all.get(at).cloned()), card })
}

/// A key on a card.
fn pressed(shared: Shared, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.default_prevented() {
        return;
    }
    let Some(Found { card, status, window, at, ticket }) = found(shared, event) else { return };
    let sideways = |by: isize| {
        // The next one that has a card.
        let mut from = status;
        while let Some(next) = shared.beside(from, by) {
            from = next.id;
            if let Some(window) = shared.window(next.id)
                && let Some(last) = window.lane.peek(<[_]>::len).checked_sub(1)
            {
                return shared.focus(window, at.min(last));
            }
        }
    };
    let carry = |by: isize| {
        if let (Some(ticket), Some(to)) = (ticket.clone(), shared.beside(status, by)) {
            let id = ticket.id;
            let outcome = Callback::new(move |wrong: Option<String>| {
                if wrong.is_none() {
                    shared.follow.set(Some(id));
                    frame::after(FOLLOW_MS, move || {
                        let _gone = shared.follow.try_set(None);
                    });
                }
            });
            shared.deeds.move_to(&ticket, &to, outcome);
        }
    };
    let last = window.lane.peek(<[_]>::len).saturating_sub(1);
    match (&*event.key(), event.alt_key()) {
        ("ArrowLeft", true) => carry(-1),
        ("ArrowRight", true) => carry(1),
        (_, true) => return,
        ("ArrowDown" | "j", _) => shared.focus(window, (at + 1).min(last)),
        ("ArrowUp" | "k", _) => shared.focus(window, at.saturating_sub(1)),
        ("Home", _) => shared.focus(window, 0),
        ("End", _) => shared.focus(window, last),
        ("ArrowLeft", _) => sideways(-1),
        ("ArrowRight", _) => sideways(1),
        ("#", _) => {
            if let Some(ticket) = ticket {
                shared.deeds.trash_or_restore(&ticket);
            }
        }
        ("s" | "m" | ".", _) => {
            let button = float::all(&card, ".board-card-menu");
            if let (Some(ticket), Some(button)) = (ticket, button.first()) {
                shared.meant.set_value(Some(ticket));
                shared.menu.show(button, false);
            }
        }
        _ => return,
    }
    event.prevent_default();
}
