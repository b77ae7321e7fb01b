//! A card of the board.

use super::board::Shared;
use super::row::priority;
use super::ticket::Ticket;
use super::window::{Seen, Window, px};
use super::words::age;
use crate::browser::float;
use crate::browser::when::{self, use_clock};
use crate::routes::page::Page;
use crate::store::use_store;
use crate::ui::avatar::{AvatarSize, avatar};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use leptos::prelude::*;
use samtal_model::{AgentId, TicketId};

/// The card of the ticket at a place, or room for it.
#[component]
pub fn Card(seen: Seen, window: Window, shared: Shared) -> AnyView {
    let key = seen.key();
    let seen = Memo::new(move |last: Option<&Seen>| {
        let now = window.seen.with(|all| all.iter().find(|it| it.key() == key).cloned());
        now.or_else(|| last.cloned()).unwrap_or_else(|| seen.clone())
    });
    let top = live(move || px(window.top_of(seen.with(|seen| seen.at))));
    let Some(first) = seen.with_untracked(|seen| seen.ticket.clone()) else {
        return view! { <li class="board-card board-card-blank" style:top=top aria-hidden="true"></li> }.into_any();
    };
    let id = first.id;
    let ticket = memo(move || seen.with(|seen| seen.ticket.clone()).unwrap_or_else(|| first.clone()));
    let name = live(move || ticket.with(|ticket| ticket.name.clone()));
    let tab = live(move || if shared.is_stop(id) { "0" } else { "-1" });
    let dragged = live(move || shared.dragged.with(|it| it.as_ref().is_some_and(|it| it.id == id)));
    view! {
        <li
            class="board-card"
            class:board-card-dragged=dragged
            style:top=top
            data-at=live(move || seen.with(|seen| seen.at).to_string())
            draggable="true"
            on:dragstart=move |event| {
                if let Some(carried) = event.data_transfer() {
                    // Firefox drags nothing that carries nothing.
                    let _refused = carried.set_data("text/plain", &ticket.with_untracked(|it| it.name.clone()));
                    carried.set_effect_allowed("move");
                }
                shared.dragged.set(Some(ticket.get_untracked()));
            }
            on:dragend=move |_| shared.dragged.set(None)
        >
            <a
                class="board-card-link"
                href=Page::Ticket(TicketId(id)).href()
                tabindex=tab
                draggable="false"
                dir="auto"
                on:focus=move |_| shared.stop.set(Some(id))
            >
                {name}
            </a>
            <button
                type="button"
                class="icon-button icon-button-small board-card-menu"
                aria-label=live(move || ["Move or change ", &name.get()].concat())
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
                        shared.meant.set_value(Some(ticket.get_untracked()));
                        shared.menu.toggle(&button);
                    }
                }
            >
                <Icon glyph=Glyph::Dots/>
            </button>
            {part(move || Some(facts(&ticket.get())))}
        </li>
    }
    .into_any()
}

fn facts(ticket: &Ticket) -> AnyView {
    let (store, clock) = (use_store(), use_clock());
    let (count, created) = (ticket.conversations, ticket.created);
    let said: String =
        [count.to_string().as_str(), if count == 1 { " conversation" } else { " conversations" }].concat();
    let owner = ticket.owner.map(|owner| {
        let name = store.agent_name(AgentId(owner));
        let face = avatar(&name, AvatarSize::Small);
        view! { <span class="board-card-owner" data-tip=name.clone()>{face}<span class="visually-hidden">{name.clone()}</span></span> }
    });
    view! {
        <span class="board-card-contact" dir="auto">{ticket.contact.clone().map(|(_, name)| name)}</span>
        <span class="board-card-facts">
            {priority(ticket)}
            <span class="board-card-count" data-tip=said.clone()>
                <Icon glyph=Glyph::Chat/>
                <span aria-hidden="true">{count}</span>
                <span class="visually-hidden">{said.clone()}</span>
            </span>
            <time title=when::long(created)>{live(move || age(created, clock.now_ms()))}</time>
            {owner}
        </span>
    }
    .into_any()
}
