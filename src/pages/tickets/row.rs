//! A row of the table. It is written as one text: thousands pass by, and each made element by element would cost a
//! frame. What is pressed in it is heard by the table.

use super::table::{Column, Shared};
use super::ticket::Ticket;
use super::window::{Seen, followed, keep_tab};
use crate::browser::when::{self, use_clock};
use crate::pages::status::{chip_markup, find};
use crate::records::property::words;
use crate::routes::page::{Kind, Page};
use crate::store::{Store, use_store};
use crate::ui::avatar;
use crate::ui::icon::{self, Glyph};
use crate::ui::live::{effect, live, memo};
use crate::ui::markup::Markup;
use leptos::html::Tr;
use leptos::prelude::*;
use samtal_model::{AgentId, TicketId};

/// The ticket at a place, or room for it. It follows its ticket, wherever that moves.
#[component]
pub fn Row(seen: Seen, shared: Shared) -> AnyView {
    let Some(first) = seen.ticket.clone() else {
        return view! { <tr class="tickets-blank" aria-hidden="true"><td><i></i></td></tr> }.into_any();
    };
    let (store, clock) = (use_store(), use_clock());
    let seen = followed(seen, shared.window);
    let at = memo(move || seen.with(|seen| seen.at));
    let content = memo(move || {
        let now = clock.now_ms();
        seen.with(|seen| cells(seen.ticket.as_ref().unwrap_or(&first), shared, store, now))
    });
    let row = NodeRef::<Tr>::new();
    let tab = memo(move || shared.tab.get() == at.get());
    effect(move || {
        if let Some(row) = row.get() {
            content.with(|content| content.fill(&row));
            keep_tab(&row, tab.get_untracked());
        }
    });
    effect(move || {
        let tab = tab.get();
        if let Some(row) = row.get_untracked() {
            keep_tab(&row, tab);
        }
    });
    view! {
        <tr
            node_ref=row
            data-at=live(move || at.get().to_string())
            aria-rowindex=live(move || (at.get() + 2).to_string())
        ></tr>
    }
    .into_any()
}

fn cells(ticket: &Ticket, shared: Shared, store: Store, now: i64) -> Markup {
    let link = Markup::new()
        .tags(r#"<th scope="row" class="col-name"><a class="tickets-link" data-part="link" tabindex="-1" dir="auto" href=""#)
        .text(&Page::Ticket(TicketId(ticket.id)).href())
        .tags("\">")
        .text(&ticket.name)
        .tags("</a></th>");
    let columns = shared.columns.get().into_iter().fold(link, |into, column| {
        let into = into.tags(r#"<td class="col-"#).tags(column.slug()).tags("\">");
        inside(into, ticket, column, shared, store, now).tags("</td>")
    });
    columns
        .tags(
            r#"<td class="col-menu"><button type="button" class="icon-button icon-button-small" data-part="menu" tabindex="-1" aria-haspopup="menu" aria-expanded="false" aria-label="Actions of "#,
        )
        .text(&ticket.name)
        .tags("\">")
        .with(icon::markup(Glyph::Dots))
        .tags("</button></td>")
}

fn inside(into: Markup, ticket: &Ticket, column: Column, shared: Shared, store: Store, now: i64) -> Markup {
    let pipelines = shared.deeds.pipelines;
    match column {
        Column::Status => pipelines.with(|all| into.with(chip_markup(find(all, ticket.status)))),
        Column::Pipeline => pipelines.with(|all| match all.iter().find(|it| it.id == ticket.pipeline) {
            Some(pipeline) => into.text(&pipeline.name),
            None => into,
        }),
        Column::Priority => into.with(priority(ticket)),
        Column::Owner => match ticket.owner {
            Some(owner) => {
                let name = store.agent_name(AgentId(owner));
                into.with(avatar::small_markup(&name)).text(&name)
            }
            None => into,
        },
        Column::Contact => match &ticket.contact {
            Some((id, name)) => {
                let href = Page::Record(Kind::Contact, *id).href();
                into.tags(r#"<a tabindex="-1" dir="auto" href=""#).text(&href).tags("\">").text(name).tags("</a>")
            }
            None => into,
        },
        Column::Conversations => into.text(&ticket.conversations.to_string()),
        Column::Changed => into.text(&when::short(ticket.changed, now)),
        Column::Created => into.text(&when::short(ticket.created, now)),
        Column::Own(id) => shared.own.with(|own| match own.iter().find(|it| it.id() == id) {
            Some(property) => into.text(&words(store, property, ticket.values.at(property.text("key")))),
            None => into,
        }),
    }
}

/// A priority, by its word and its weight.
pub fn priority(ticket: &Ticket) -> impl FnOnce(Markup) -> Markup {
    const WEIGHTS: [&str; 5] = ["0", "1", "2", "3", "4"];
    move |into| match ticket.priority_name() {
        Some(name) => {
            let weight = WEIGHTS[usize::from(ticket.priority).min(4)];
            into.tags(r#"<span class="priority" data-weight=""#).tags(weight).tags("\">").tags(name).tags("</span>")
        }
        None => into,
    }
}
