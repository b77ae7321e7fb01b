//! A card of the board, written as one text. What is pressed, dragged and typed on it is heard by the board.

use super::board::Shared;
use super::row::priority;
use super::ticket::Ticket;
use super::window::{Seen, Window, followed, keep_tab, px};
use super::words::age;
use crate::browser::when::use_clock;
use crate::routes::page::Page;
use crate::store::{Store, use_store};
use crate::ui::avatar;
use crate::ui::icon::{self, Glyph};
use crate::ui::live::{effect, live, memo};
use crate::ui::markup::Markup;
use leptos::html::Li;
use leptos::prelude::*;
use samtal_model::{AgentId, TicketId};

/// The card of the ticket at a place, or room for it.
#[component]
pub fn Card(seen: Seen, window: Window, shared: Shared) -> AnyView {
    let first = seen.ticket.clone();
    let seen = followed(seen, window);
    let top = live(move || px(window.top_of(seen.with(|seen| seen.at))));
    let Some(first) = first else {
        return view! { <li class="board-card board-card-blank" style:top=top aria-hidden="true"></li> }.into_any();
    };
    let (store, clock) = (use_store(), use_clock());
    let id = first.id;
    let content = memo(move || {
        let now = clock.now_ms();
        seen.with(|seen| written(seen.ticket.as_ref().unwrap_or(&first), store, now))
    });
    let card = NodeRef::<Li>::new();
    let tab = memo(move || shared.tab.get() == Some(id));
    effect(move || {
        if let Some(card) = card.get() {
            content.with(|content| content.fill(&card));
            keep_tab(&card, tab.get_untracked());
        }
    });
    effect(move || {
        let tab = tab.get();
        if let Some(card) = card.get_untracked() {
            keep_tab(&card, tab);
        }
    });
    view! {
        <li
            class="board-card"
            class:board-card-dragged=memo(move || shared.dragged.with(|it| it.as_ref().is_some_and(|it| it.id == id)))
            style:top=top
            node_ref=card
            data-at=live(move || seen.with(|seen| seen.at).to_string())
            draggable="true"
        ></li>
    }
    .into_any()
}

fn written(ticket: &Ticket, store: Store, now: i64) -> Markup {
    let contact = ticket.contact.as_ref().map_or("", |(_, name)| name);
    let count = ticket.conversations.to_string();
    let said = if ticket.conversations == 1 { " conversation" } else { " conversations" };
    let facts = Markup::new()
        .tags(r#"<a class="board-card-link" data-part="link" tabindex="-1" draggable="false" dir="auto" href=""#)
        .text(&Page::Ticket(TicketId(ticket.id)).href())
        .tags("\">")
        .text(&ticket.name)
        .tags(
            r#"</a><button type="button" class="icon-button icon-button-small board-card-menu" data-part="menu" tabindex="-1" aria-haspopup="menu" aria-expanded="false" aria-label="Move or change "#,
        )
        .text(&ticket.name)
        .tags("\">")
        .with(icon::markup(Glyph::Dots))
        .tags(r#"</button><span class="board-card-contact" dir="auto">"#)
        .text(contact)
        .tags(r#"</span><span class="board-card-facts">"#)
        .with(priority(ticket))
        .tags(r#"<span class="board-card-count" data-tip=""#)
        .text(&count)
        .tags(said)
        .tags("\">")
        .with(icon::markup(Glyph::Chat))
        .tags("<span>")
        .text(&count)
        .tags(r#"<span class="visually-hidden">"#)
        .tags(said)
        .tags("</span></span></span><span>")
        .text(&age(ticket.created, now))
        .tags("</span>");
    let whole = match ticket.owner {
        Some(owner) => {
            let name = store.agent_name(AgentId(owner));
            let into = facts.tags(r#"<span class="board-card-owner" data-tip=""#).text(&name).tags("\">");
            let into = into.with(avatar::small_markup(&name)).tags(r#"<span class="visually-hidden">"#);
            into.text(&name).tags("</span></span>")
        }
        None => facts,
    };
    whole.tags("</span>")
}
