//! The table: columns to choose, heads that sort, rows of which only those in view are in the page.

use super::deeds::Deeds;
use super::lane::{Lane, PAGE};
use super::row::Row;
use super::ticket::{Order, Rc, Ticket, Wanted};
use super::window::{Seen, Window, px};
use super::{counted, words};
use crate::browser::{float, keep, when};
use crate::records::property;
use crate::routes::page::{Asked, Page};
use crate::routes::use_nav;
use crate::store::known::Thing;
use crate::store::use_store;
use crate::ticket::card::of_tickets;
use crate::ui::each::Each;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{effect, live, memo, part};
use crate::ui::menu::{MenuItem, SharedMenu};
use crate::ui::pop::{Pop, Tick};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use web_sys::Event;

/// The heights of a row and of the heads in pixels: as in style/tickets.css.
const ROW_PX: f64 = 40.0;
const HEAD_PX: f64 = 36.0;
/// Which columns are not as they usually are, between visits: those put away, and of the team's own properties those
/// that show.
const TURNED_KEY: &str = "samtal.tickets.hidden";

/// A column beside the name, which is always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Status,
    Pipeline,
    Priority,
    Owner,
    Contact,
    Conversations,
    Changed,
    Created,
    /// A property that the team has defined for tickets (X4).
    Own(i64),
}

impl Column {
    const ALL: [(Self, &'static str, &'static str); 8] = [
        (Self::Status, "status", "Status"),
        (Self::Pipeline, "pipeline", "Pipeline"),
        (Self::Priority, "priority", "Priority"),
        (Self::Owner, "owner", "Owner"),
        (Self::Contact, "contact", "Contact"),
        (Self::Conversations, "conversations", "Conversations"),
        (Self::Changed, "changed", "Changed"),
        (Self::Created, "created", "Created"),
    ];

    /// As styles call it.
    #[must_use]
    pub fn slug(self) -> &'static str {
        Self::ALL.iter().find(|(it, ..)| *it == self).map_or("own", |(_, slug, _)| slug)
    }

    /// The orders that its head leads to: at first, and then.
    fn orders(self) -> Option<[Order; 2]> {
        match self {
            Self::Priority => Some([Order::Priority; 2]),
            Self::Changed => Some([Order::NewestActivity, Order::OldestActivity]),
            Self::Created => Some([Order::NewestCreated, Order::OldestCreated]),
            _ => None,
        }
    }
}

/// What all rows share.
#[derive(Clone, Copy)]
pub struct Shared {
    pub deeds: Deeds,
    pub window: Window,
    pub columns: Memo<Vec<Column>>,
    /// The team's own properties of tickets.
    pub own: Memo<Vec<Thing>>,
    /// The place that had the focus last …
    pub stop: RwSignal<usize>,
    /// … and the one that Tab leads to.
    pub tab: Memo<usize>,
    pub menu: SharedMenu,
    /// Whose menu is open, and whether only its statuses are asked for.
    pub meant: StoredValue<Option<(Rc<Ticket>, bool)>>,
}

#[component]
pub fn Table(asked: Memo<Asked>, deeds: Deeds, total: RwSignal<Option<String>>) -> AnyView {
    let store = use_store();
    let lane = Lane::new(store, PAGE);
    let wanted = memo(move || asked.with(Wanted::of));
    let count = move || wanted.with(|wanted| deeds.pipelines.with(|all| counted(store, wanted, all)));
    let window = Window::new(lane, ROW_PX, HEAD_PX, count);
    let stop = RwSignal::new(0_usize);
    effect(move || {
        lane.ask(asked.get());
        stop.set(0);
        window.to_top();
    });
    effect(move || {
        let (known, more) = (lane.with(<[_]>::len), lane.has_more());
        let counted = count().and_then(|count| usize::try_from(count).ok()).filter(|count| *count >= known);
        let number = |count: usize| when::number(count as i64);
        total.set(lane.is_known().then(|| match counted {
            Some(count) if more => words::tickets(&number(count), false),
            _ => words::tickets(&number(known), more),
        }));
    });
    let turned = RwSignal::new(
        keep::read(TURNED_KEY).map(|all| all.split(',').map(ToOwned::to_owned).collect::<Vec<_>>()).unwrap_or_default(),
    );
    let own = memo(move || of_tickets(store));
    let columns = memo(move || {
        let several = deeds.pipelines.with(|all| all.len() > 1);
        let is_turned = |slug: &str| turned.with(|turned| turned.iter().any(|it| it == slug));
        let shown =
            |(column, slug, _): &(Column, &str, &str)| (*column != Column::Pipeline || several) && !is_turned(slug);
        let usual = Column::ALL.iter().filter(|it| shown(it)).map(|(column, ..)| *column);
        let own = own.with(|own| {
            own.iter().filter(|it| is_turned(it.text("key"))).map(|it| Column::Own(it.id())).collect::<Vec<_>>()
        });
        usual.chain(own).collect::<Vec<_>>()
    });
    let meant = StoredValue::new(None::<(Rc<Ticket>, bool)>);
    let items = Callback::new(move |()| -> Vec<MenuItem> {
        match meant.get_value() {
            Some((ticket, true)) => deeds.statuses(&ticket),
            Some((ticket, false)) => deeds.items(&ticket),
            None => Vec::new(),
        }
    });
    let menu = SharedMenu::new("Ticket actions", items);
    let shared =
        Shared { deeds, window, columns, own, stop, tab: memo(move || window.nearest(stop.get())), menu, meant };
    let above = live(move || px(window.seen.with(|all| all.first().map_or(0.0, |it| window.top_of(it.at)))));
    let below = live(move || {
        let to = window.seen.with(|all| all.last().map_or(0, |it| it.at + 1));
        px(window.top_of(window.length.get()) - window.top_of(to))
    });
    // So many more columns, so much wider: the name keeps its room.
    let extra =
        live(move || columns.with(|all| all.iter().filter(|it| matches!(it, Column::Own(_))).count().to_string()));
    let empty = memo(move || lane.is_known() && lane.failure().is_none() && window.length.get() == 0);
    view! {
        <section class="tickets-body" aria-label="Tickets">
            {part(move || lane.failure().map(|words| view! { <p class="list-note" role="alert">{words}</p> }))}
            <div class="tickets-scroll" node_ref=window.pane on:scroll=move |_| window.look()>
                <table
                    class="tickets-table"
                    style:--own=extra
                    aria-label="Tickets"
                    aria-rowcount=live(move || (window.length.get() + 1).to_string())
                    aria-busy=live(move || (!lane.is_known()).to_string())
                >
                    <thead>
                        {part(move || Some(heads(asked, columns.get(), own)))}
                    </thead>
                    <tbody
                        on:keydown=move |event| pressed(shared, &event)
                        on:focusin=move |event| {
                            if let Some((at, _)) = found(shared, &event) {
                                stop.set(at);
                            }
                        }
                        on:pointerdown=move |event| {
                            if let Some(button) = float::closest(&event, ".col-menu button") {
                                menu.press_began(&button);
                            }
                        }
                        on:click=move |event| {
                            if let (Some(button), Some((_, Some(ticket)))) =
                                (float::closest(&event, ".col-menu button"), found(shared, &event))
                            {
                                meant.set_value(Some((ticket, false)));
                                menu.toggle(&button);
                            }
                        }
                    >
                        <tr class="tickets-room" aria-hidden="true"><td style:height=above></td></tr>
                        <Each each=move || window.seen.get() key=Seen::key let:seen>
                            <Row seen shared/>
                        </Each>
                        <tr class="tickets-room" aria-hidden="true"><td style:height=below></td></tr>
                    </tbody>
                </table>
                {part(move || empty.get().then(|| nothing(asked)))}
            </div>
            <div class="tickets-foot"><Columns turned deeds own/></div>
            {menu.view()}
        </section>
    }
    .into_any()
}

/// Instead of rows.
fn nothing(asked: Memo<Asked>) -> AnyView {
    let (plain, trash) = asked.with(|asked| (Wanted::of(asked).is_counted(), asked.get("trash") == "true"));
    let words = match (trash, plain) {
        (true, _) => "No ticket in Trash",
        (_, true) => "No tickets here yet",
        _ => "No ticket fits these filters",
    };
    view! { <div class="tickets-none"><Icon glyph=Glyph::Ticket/><p>{words}</p></div> }.into_any()
}

/// The heads; those that sort are buttons.
fn heads(asked: Memo<Asked>, columns: Vec<Column>, own: Memo<Vec<Thing>>) -> AnyView {
    let name = head(asked, "name", "Name", Some([Order::Name; 2]));
    let others = columns.into_iter().map(move |column| {
        if let Column::Own(id) = column {
            let name = own.with(|own| own.iter().find(|it| it.id() == id).map(property::name));
            return view! { <th scope="col" class="col-own" dir="auto">{name}</th> }.into_any();
        }
        let words = Column::ALL.iter().find(|(it, ..)| *it == column).map_or("", |(.., words)| words);
        head(asked, column.slug(), words, column.orders())
    });
    view! {
        <tr>
            {name}
            {others.collect_view()}
            <th scope="col" class="col-menu"><span class="visually-hidden">"Actions"</span></th>
        </tr>
    }
    .into_any()
}

fn head(asked: Memo<Asked>, slug: &'static str, words: &'static str, orders: Option<[Order; 2]>) -> AnyView {
    let class = ["col-", slug].concat();
    let Some([first, second]) = orders else {
        return view! { <th scope="col" class=class>{words}</th> }.into_any();
    };
    let nav = use_nav();
    let now = memo(move || asked.with(|asked| Order::from_slug(asked.get("sort"))));
    let sorted = live(move || {
        // Names begin with a, everything else with the greatest.
        let down = now.get() == first && first != Order::Name;
        let here = now.get() == first || now.get() == second;
        here.then_some(if down { "descending" } else { "ascending" })
    });
    let press = move |_| {
        let to = if now.get_untracked() == first { second } else { first };
        let slug = Order::ALL.into_iter().find(|(order, ..)| *order == to).map_or("", |(_, slug, _)| slug);
        let slug = if to == Order::default() { "" } else { slug };
        nav.go(Page::Tickets(asked.get_untracked().with("sort", slug)).route());
    };
    view! {
        <th scope="col" class=class aria-sort=sorted>
            <button type="button" class="tickets-sort" on:click=press>
                {words}
                {part(move || sorted.get().map(|to| {
                    let glyph = if to == "descending" { Glyph::ArrowDown } else { Glyph::ArrowUp };
                    view! { <Icon glyph/> }
                }))}
            </button>
        </th>
    }
    .into_any()
}

/// Which columns show.
#[component]
fn Columns(turned: RwSignal<Vec<String>>, deeds: Deeds, own: Memo<Vec<Thing>>) -> AnyView {
    let tick = move |slug: String, words: String, usual: bool| {
        let (mine, key) = (slug.clone(), slug);
        let on = live(move || turned.with(|turned| turned.contains(&mine)) != usual);
        let set = move |shown: bool| {
            turned.update(|turned| {
                turned.retain(|it| *it != key);
                if shown != usual {
                    turned.push(key.clone());
                }
            });
            let all = turned.with_untracked(|turned| turned.join(","));
            if all.is_empty() { keep::forget(TURNED_KEY) } else { keep::write(TURNED_KEY, &all) }
        };
        view! { <Tick label=words on set/> }
    };
    let several = memo(move || deeds.pipelines.with(|all| all.len() > 1));
    view! {
        <Pop label="Columns" active=live(move || !turned.read().is_empty())>
            {part(move || {
                let there = Column::ALL.into_iter().filter(|(column, ..)| *column != Column::Pipeline || several.get());
                Some(there.map(|(_, slug, words)| tick(slug.to_owned(), words.to_owned(), true)).collect_view())
            })}
            {part(move || {
                let own = own.get().into_iter();
                Some(own.map(|it| tick(it.text("key").to_owned(), property::name(&it), false)).collect_view())
            })}
        </Pop>
    }
    .into_any()
}

/// The row an event is of: its place and its ticket.
fn found(shared: Shared, event: &Event) -> Option<(usize, Option<Rc<Ticket>>)> {
    let at = float::closest(event, "[data-at]")?.get_attribute("data-at")?.parse::<usize>().ok()?;
    Some((at, shared.window.lane.peek(|all| all.get(at).cloned())))
}

/// A key on a row.
fn pressed(shared: Shared, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
        return;
    }
    let Some(row) = float::closest(event, "[data-at]") else { return };
    let Some((at, ticket)) = found(shared, event) else { return };
    let window = shared.window;
    let last = window.lane.peek(<[_]>::len).saturating_sub(1);
    let to = match &*event.key() {
        "ArrowDown" | "j" => (at + 1).min(last),
        "ArrowUp" | "k" => at.saturating_sub(1),
        "PageDown" => (at + window.page()).min(last),
        "PageUp" => at.saturating_sub(window.page()),
        "Home" => 0,
        "End" => last,
        "#" => {
            if let Some(ticket) = ticket {
                shared.deeds.trash_or_restore(&ticket);
            }
            return event.prevent_default();
        }
        "s" | "." => {
            let only_statuses = event.key() == "s";
            let button = float::all(&row, ".col-menu button");
            if let (Some(ticket), Some(button)) = (ticket, button.first())
                && !(only_statuses && ticket.trashed)
            {
                shared.meant.set_value(Some((ticket, only_statuses)));
                shared.menu.show(button, false);
            }
            return event.prevent_default();
        }
        _ => return,
    };
    event.prevent_default();
    shared.stop.set(to);
    window.focus(to, ".tickets-link");
}
