//! What a ticket says of itself, edited where it stands.

use super::Subject;
use super::custom::Custom;
use crate::browser::when;
use crate::pages::status::pipelines;
use crate::records::property::people;
use crate::routes::page::{Kind, Page};
use crate::store::use_store;
use crate::ticket::card::Side;
use crate::ticket::status::StatusMenu;
use crate::ui::live::{memo, part};
use leptos::prelude::*;

#[component]
pub fn Facts(subject: Subject) -> AnyView {
    let store = use_store();
    let (id, ticket) = (subject.id, subject.ticket);
    // Their controls have these to choose from.
    let pipelines = pipelines(store);
    let choices = memo(move || {
        store.agents().track();
        (untrack(|| people(store)), pipelines.with(|all| all.iter().map(|it| it.name.clone()).collect::<Vec<_>>()))
    });
    let contact = memo(move || subject.row().and_then(|it| it.contact));
    let inbox = memo(move || {
        let inbox = subject.row().map(|it| it.inbox);
        store.inboxes().with(|all| all.iter().find(|it| Some(it.id.0) == inbox).map(|it| it.name.clone()))
    });
    let moment = move |label: &'static str, side: &'static str| {
        let at = memo(move || ticket.with(|it| it.as_ref().and_then(|it| it.moment(side))));
        part(move || {
            at.get().map(|at| {
                view! {
                    <div class="field">
                        <span class="field-name">{label}</span>
                        <time class="ticket-fact" datetime=at.to_rfc3339()>{when::long(at.0)}</time>
                    </div>
                }
            })
        })
    };
    view! {
        <section class="ticket-section" aria-labelledby="ticket-facts">
            <h2 id="ticket-facts">"Properties"</h2>
            <div class="fields">
                <div class="field"><span class="field-name">"Status"</span><StatusMenu id/></div>
                {part(move || {
                    let several = choices.with(|(_, pipelines)| pipelines.len() > 1);
                    Some(view! {
                        {several.then(|| view! { <Side id ticket side="pipeline_id"/> })}
                        <Side id ticket side="priority"/>
                        <Side id ticket side="owner_id"/>
                    })
                })}
                <Custom subject/>
                <div class="field">
                    <span class="field-name">"Contact"</span>
                    {part(move || Some(match contact.get() {
                        Some((id, name)) => view! {
                            <a class="ticket-fact ticket-link" dir="auto" href=Page::Record(Kind::Contact, id).href()>{name}</a>
                        }
                        .into_any(),
                        None => view! { <span class="ticket-fact">"\u{2014}"</span> }.into_any(),
                    }))}
                </div>
                <div class="field">
                    <span class="field-name">"Inbox"</span>
                    <span class="ticket-fact">{move || inbox.get()}</span>
                </div>
                {moment("Created", "created_at")}
                {moment("Last changed", "changed_at")}
                {moment("Closed", "closed_at")}
                {moment("In Trash since", "trashed_at")}
            </div>
        </section>
    }
    .into_any()
}
