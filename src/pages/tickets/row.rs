//! A row of the table.

use super::table::{Column, Shared};
use super::ticket::{Rc, Ticket};
use super::window::Seen;
use crate::browser::float;
use crate::browser::when::{self, use_clock};
use crate::pages::status::{chip, find};
use crate::routes::page::{Kind, Page};
use crate::store::use_store;
use crate::ui::avatar::{AvatarSize, avatar};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use leptos::prelude::*;
use samtal_model::{AgentId, TicketId};

/// The ticket at a place, or room for it. It follows its ticket, wherever that moves.
#[component]
pub fn Row(seen: Seen, shared: Shared) -> AnyView {
    let key = seen.key();
    let seen = Memo::new(move |last: Option<&Seen>| {
        let now = shared.window.seen.with(|all| all.iter().find(|it| it.key() == key).cloned());
        now.or_else(|| last.cloned()).unwrap_or_else(|| seen.clone())
    });
    let Some(first) = seen.with_untracked(|seen| seen.ticket.clone()) else {
        return view! { <tr class="tickets-blank" aria-hidden="true"><td><i></i></td></tr> }.into_any();
    };
    let id = first.id;
    let at = memo(move || seen.with(|seen| seen.at));
    let ticket = memo(move || seen.with(|seen| seen.ticket.clone()).unwrap_or_else(|| first.clone()));
    let name = live(move || ticket.with(|ticket| ticket.name.clone()));
    let tab = live(move || if shared.stop.get() == at.get() { "0" } else { "-1" });
    let open = move || shared.meant.set_value(Some((ticket.get_untracked(), false)));
    view! {
        <tr data-at=live(move || at.get().to_string()) aria-rowindex=live(move || (at.get() + 2).to_string())>
            <th scope="row" class="col-name">
                <a
                    class="tickets-link"
                    href=Page::Ticket(TicketId(id)).href()
                    tabindex=tab
                    dir="auto"
                    on:focus=move |_| shared.stop.set(at.get_untracked())
                >
                    {name}
                </a>
            </th>
            {part(move || {
                let ticket = ticket.get();
                Some(shared.columns.get().into_iter().map(|column| cell(&ticket, column, shared)).collect_view())
            })}
            <td class="col-menu">
                <button
                    type="button"
                    class="icon-button icon-button-small"
                    aria-label=live(move || ["Actions of ", &name.get()].concat())
                    aria-haspopup="menu"
                    aria-expanded="false"
                    tabindex=tab
                    on:pointerdown=move |event| {
                        if let Some(button) = float::closest(&event, "button") {
                            shared.menu.press_began(&button);
                        }
                    }
                    on:click=move |event| {
                        if let Some(button) = float::closest(&event, "button") {
                            open();
                            shared.menu.toggle(&button);
                        }
                    }
                >
                    <Icon glyph=Glyph::Dots/>
                </button>
            </td>
        </tr>
    }
    .into_any()
}

fn cell(ticket: &Rc<Ticket>, column: Column, shared: Shared) -> AnyView {
    let store = use_store();
    let inside = match column {
        Column::Status => shared.deeds.pipelines.with(|all| chip(find(all, ticket.status))),
        Column::Pipeline => shared
            .deeds
            .pipelines
            .with(|all| all.iter().find(|it| it.id == ticket.pipeline).map(|it| it.name.clone()))
            .into_any(),
        Column::Priority => priority(ticket),
        Column::Owner => ticket
            .owner
            .map(|owner| {
                let name = store.agent_name(AgentId(owner));
                view! { {avatar(&name, AvatarSize::Small)}<span>{name}</span> }
            })
            .into_any(),
        Column::Contact => ticket
            .contact
            .clone()
            .map(|(id, name)| {
                view! { <a href=Page::Record(Kind::Contact, id).href() tabindex="-1" dir="auto">{name}</a> }
            })
            .into_any(),
        Column::Conversations => ticket.conversations.to_string().into_any(),
        Column::Changed => moment(ticket.changed),
        Column::Created => moment(ticket.created),
    };
    let class = ["col-", column.slug()].concat();
    view! { <td class=class>{inside}</td> }.into_any()
}

/// A priority, by its word and its weight.
#[must_use]
pub fn priority(ticket: &Ticket) -> AnyView {
    let name = ticket.priority_name();
    name.map(|name| view! { <span class="priority" data-weight=ticket.priority.to_string()>{name}</span> }).into_any()
}

fn moment(at: i64) -> AnyView {
    let clock = use_clock();
    view! { <time title=when::long(at)>{live(move || when::short(at, clock.now_ms()))}</time> }.into_any()
}
