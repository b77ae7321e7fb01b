//! The ticket card in the sidebar (K2): what of the ticket is shown there is edited there.

use super::choose::Choose;
use super::panel::Panel;
use super::status::StatusMenu;
use super::{PRIORITIES, use_ticket};
use crate::api::known::Write;
use crate::browser::when;
use crate::records::property::{self, people};
use crate::records::{Of, RecordField, wrong};
use crate::routes::page::Page;
use crate::store::known::{Kind, Thing};
use crate::store::{Store, use_store};
use crate::ui::each::Each;
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

/// The place of the API whose properties are shown on the card: the team's, which admins choose …
pub const PLACE: &str = "card:ticket";
/// … and what it is until that is read.
const USUAL: [&str; 3] = ["status", "priority", "owner"];

#[component]
fn Card(id: TicketId) -> AnyView {
    let ticket = use_ticket(id);
    let name = live(move || ticket.with(|it| it.as_ref().map(|it| it.text("name").to_owned())));
    let more = RwSignal::new(false);
    let store = use_store();
    let keys = memo(move || store.shown_in(PLACE).unwrap_or_else(|| USUAL.map(ToOwned::to_owned).to_vec()));
    view! {
        <div class="ticket-card">
            <a class="ticket-name" href=Page::Ticket(id).href() target="_blank" rel="noopener">{name}</a>
            <Sides id ticket keys/>
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

/// What of a ticket can be displayed, with names: what every ticket has, and what the team has defined (X4). Followed.
#[must_use]
pub fn displayable(store: Store) -> Vec<(String, String)> {
    let own = of_tickets(store).into_iter().map(|it| (it.text("key").to_owned(), property::name(&it)));
    SIDES.iter().map(|(key, _, name)| ((*key).to_owned(), (*name).to_owned())).chain(own).collect()
}

/// The team's own properties of tickets, in their order. Followed.
#[must_use]
pub fn of_tickets(store: Store) -> Vec<Thing> {
    let all = store.all(Kind::Property).unwrap_or_default();
    all.into_iter().filter(|it| it.text("object") == "ticket" && !it.is("built_in")).collect()
}

/// The sides and own properties with these keys, in this order, each edited in place.
#[component]
pub fn Sides(id: TicketId, ticket: Memo<Option<Thing>>, #[prop(into)] keys: Signal<Vec<String>>) -> AnyView {
    let store = use_store();
    let own = memo(move || of_tickets(store));
    // Only what changed is made anew: in the others somebody may be typing.
    let shown = memo(move || {
        let one = |key: String| match SIDES.iter().find(|(it, ..)| *it == key) {
            Some((_, side, _)) => Some((*side, None)),
            None => own.with(|own| own.iter().find(|it| it.text("key") == key).cloned()).map(|it| ("", Some(it))),
        };
        keys.get().into_iter().filter_map(one).collect::<Vec<(&'static str, Option<Thing>)>>()
    });
    let key = |(side, own): &(&'static str, Option<Thing>)| match own {
        Some(it) => [it.text("key"), " ", &it.int("version").unwrap_or_default().to_string()].concat(),
        None => (*side).to_owned(),
    };
    view! {
        <div class="fields">
            <Each each=move || shown.get() key=key let:it>
                {match it {
                    (_, Some(property)) => view! { <RecordField of=Of::Ticket(id) property/> }.into_any(),
                    (side, None) => view! { <Side id ticket side/> }.into_any(),
                }}
            </Each>
        </div>
    }
    .into_any()
}

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
