//! The button "Ticket status" (K4, K5): the statuses of the pipeline, and what choosing one changes besides.

use super::{StatusChip, class, reach};
use crate::api::known::Write;
use crate::browser::float;
use crate::store::known::{Kind, Thing};
use crate::store::use_store;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part, spawn};
use crate::ui::pop::Pop;
use leptos::prelude::*;
use samtal_model::TicketId;

/// The status of a ticket that is known, and the way to another one.
#[component]
pub fn StatusMenu(id: TicketId) -> AnyView {
    let store = use_store();
    let shown = store.thing(Kind::Ticket, id.0);
    let ticket = memo(move || shown.get());
    let status = memo(move || ticket.with(|it| it.as_ref().and_then(|it| it.int("status_id")).unwrap_or_default()));
    let name = live(move || {
        let name = store.status(status.get()).map(|(status, _)| status.text("name").to_owned());
        ["Ticket status: ", &name.unwrap_or_default()].concat()
    });
    let open = RwSignal::new(false);
    view! {
        <Pop
            label=name
            active=live(move || false)
            class="status-button"
            open
            face=move || view! { <StatusChip status/> <Icon glyph=Glyph::ChevronDown/> }.into_any()
        >
            <Statuses id ticket open/>
        </Pop>
    }
    .into_any()
}

/// What choosing a status of one kind changes besides, and why it cannot be chosen; none while it is not known.
#[derive(Clone, Copy)]
struct Reaching {
    further: RwSignal<Option<String>>,
    refused: RwSignal<Option<String>>,
}

impl Reaching {
    fn new() -> Self {
        Self { further: RwSignal::new(None), refused: RwSignal::new(None) }
    }

    fn ask(self, ticket: TicketId, status: i64) {
        spawn(async move {
            if let Ok(answer) = Write::edit_ticket(ticket, "status_id", status.into()).preview().await {
                let _closed = self.further.try_set(reach::sentence(&answer.known));
                let why = answer.known.at("refused").at("detail").text().map(ToOwned::to_owned);
                let _closed = self.refused.try_set(why);
            }
        });
    }
}

#[component]
fn Statuses(id: TicketId, ticket: Memo<Option<Thing>>, open: RwSignal<bool>) -> AnyView {
    let store = use_store();
    let closed_now = ticket.with_untracked(|it| it.as_ref().is_some_and(|it| it.is("closed")));
    let status_now = ticket.with_untracked(|it| it.as_ref().and_then(|it| it.int("status_id")));
    let pipeline = ticket.with_untracked(|it| it.as_ref().and_then(|it| it.int("pipeline_id")));
    let all = untrack(|| store.pipelines()).unwrap_or_default();
    let own = all.iter().find(|it| Some(it.id()) == pipeline).map(|it| it.things("statuses")).unwrap_or_default();
    // Only from one open status to another nothing else happens. One of each kind is asked, the others are the same.
    let open_ones = Reaching::new();
    let closed_ones = Reaching::new();
    for (closed, reaching) in [(false, open_ones), (true, closed_ones)] {
        let other = own.iter().find(|it| it.is("closed") == closed && Some(it.id()) != status_now).map(Thing::id);
        if let Some(other) = other.filter(|_| closed || closed_now) {
            reaching.ask(id, other);
        }
    }
    let choose = move |status: i64| {
        open.set(false);
        if Some(status) != status_now {
            store.write(Write::edit_ticket(id, "status_id", status.into()), "Ticket status changed", |_| {});
        }
    };
    let item = move |status: Thing| {
        let key = status.id();
        let here = Some(key) == status_now;
        let reaching = if status.is("closed") { closed_ones } else { open_ones };
        let note = live(move || if here { None } else { reaching.refused.get().or_else(|| reaching.further.get()) });
        let noted = memo(move || note.read().is_some());
        view! {
            <button
                type="button"
                class="status-item"
                aria-pressed=if here { "true" } else { "false" }
                disabled=live(move || !here && reaching.refused.read().is_some())
                on:click=move |_| choose(key)
            >
                <span class=class(&status)><span>{status.text("name").to_owned()}</span></span>
                {here.then(|| view! { <Icon glyph=Glyph::Check/> })}
                {part(move || noted.get().then(|| view! { <small>{note}</small> }))}
            </button>
        }
    };
    view! {
        <div
            class="status-list"
            on:keydown=move |event| {
                let step = match &*event.key() {
                    "ArrowDown" => 1,
                    "ArrowUp" => -1,
                    _ => return,
                };
                event.prevent_default();
                float::step_focus(".status-list button", step);
            }
        >
            {own.into_iter().map(item).collect_view()}
        </div>
    }
    .into_any()
}
