//! The ticket card in the sidebar (K2): what of the ticket is shown there is edited there.

use super::choose::Choose;
use super::panel::Panel;
use super::status::StatusMenu;
use super::{PRIORITIES, use_ticket};
use crate::api::known::Write;
use crate::browser::when;
use crate::records::property::people;
use crate::records::wrong;
use crate::routes::page::Page;
use crate::store::known::Thing;
use crate::store::use_store;
use crate::ui::field::{Field, FieldKind, Outcome};
use crate::ui::live::{live, memo, part};
use leptos::prelude::*;
use samtal_model::json::Json;
use samtal_model::wire::ConversationView;
use samtal_model::{ConversationId, TicketId};

/// The section's content for one conversation.
#[component]
pub fn TicketCard(conversation: Memo<Option<ConversationView>>) -> AnyView {
    let id = memo(move || conversation.with(|it| it.as_ref().map(|it| it.id)));
    let ticket = memo(move || conversation.with(|it| Some(it.as_ref()?.ticket.as_ref()?.id)));
    part(move || {
        let id: ConversationId = id.get()?;
        Some(match ticket.get() {
            Some(ticket) => view! { <Card id=ticket/> }.into_any(),
            None => view! { <Choose id conversation/> }.into_any(),
        })
    })
    .into_any()
}

#[component]
fn Card(id: TicketId) -> AnyView {
    let ticket = use_ticket(id);
    let name = live(move || ticket.with(|it| it.as_ref().map(|it| it.text("name").to_owned())));
    let more = RwSignal::new(false);
    view! {
        <div class="ticket-card">
            <a class="ticket-name" href=Page::Ticket(id).href() target="_blank" rel="noopener">{name}</a>
            <div class="fields">
                <Side id ticket side="status_id"/>
                <Side id ticket side="priority"/>
                <Side id ticket side="owner_id"/>
                <Side id ticket side="created_at"/>
            </div>
            <button type="button" class="button button-quiet" on:click=move |_| more.set(true)>"View more"</button>
            <Panel id ticket open=more/>
        </div>
    }
    .into_any()
}

/// The sides of a ticket that can be displayed: as chosen, as the API has them, and as people call them.
pub const SIDES: [(&str, &str, &str); 7] = [
    ("name", "name", "Name"),
    ("pipeline", "pipeline_id", "Pipeline"),
    ("status", "status_id", "Status"),
    ("priority", "priority", "Priority"),
    ("owner", "owner_id", "Owner"),
    ("created_at", "created_at", "Created"),
    ("closed_at", "closed_at", "Closed"),
];

/// One side of a ticket, edited in place where it can be.
#[component]
pub fn Side(id: TicketId, ticket: Memo<Option<Thing>>, side: &'static str) -> AnyView {
    let store = use_store();
    let label = SIDES.iter().find(|(_, it, _)| *it == side).map_or(side, |(.., name)| *name);
    if side == "status_id" {
        return view! { <div class="field"><span class="field-name">{label}</span><StatusMenu id/></div> }.into_any();
    }
    let kind = match side {
        "priority" => FieldKind::Choice(PRIORITIES.map(|(key, name)| (key.to_owned(), name.to_owned())).to_vec()),
        "owner_id" => FieldKind::Choice(people(store)),
        "pipeline_id" => {
            let all = untrack(|| store.pipelines()).unwrap_or_default();
            FieldKind::Choice(all.iter().map(|it| (it.id().to_string(), it.text("name").to_owned())).collect())
        }
        _ => FieldKind::Text,
    };
    let value = memo(move || ticket.with(|it| it.as_ref().map(|it| shown(it, side)).unwrap_or_default()));
    let save = Callback::new(move |(entered, outcome): (String, Outcome)| {
        let json = match side {
            _ if entered.trim().is_empty() && side != "name" => Json::Null,
            "owner_id" | "pipeline_id" => entered.parse().map_or(Json::Null, Json::Int),
            _ => Json::Text(entered.trim().to_owned()),
        };
        store.write(Write::edit_ticket(id, side, json), "Ticket changed", move |answer| {
            // The card, or the page, may have gone meanwhile.
            let _gone = outcome.try_run(answer.err().map(|problem| wrong(&problem)));
        });
    });
    let fixed = !matches!(side, "name" | "priority" | "owner_id" | "pipeline_id");
    let required = side == "pipeline_id";
    view! { <Field label kind value save fixed required/> }.into_any()
}

fn shown(ticket: &Thing, side: &str) -> String {
    match side {
        "created_at" | "changed_at" | "closed_at" => ticket.moment(side).map(|at| when::long(at.0)).unwrap_or_default(),
        "contact" => {
            let contact = ticket.at("contact");
            let name = contact.at("name").text().filter(|name| !name.is_empty());
            name.or(contact.at("email").text()).unwrap_or_default().to_owned()
        }
        _ => match ticket.at(side) {
            Json::Int(number) => number.to_string(),
            Json::Text(text) => text.clone(),
            _ => String::new(),
        },
    }
}
