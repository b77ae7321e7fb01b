//! Making a ticket that has no conversation yet, from the page of tickets.

use crate::api::known::Write;
use crate::records::wrong;
use crate::routes::page::{Asked, Page};
use crate::routes::use_nav;
use crate::store::use_store;
use crate::ui::dialog::Dialog;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{Pieces, live, part};
use leptos::prelude::*;
use samtal_model::{InboxId, TicketId};

/// The button and its dialog.
#[component]
pub fn NewTicket(asked: Memo<Asked>) -> AnyView {
    let open = RwSignal::new(false);
    view! {
        <button type="button" class="button" on:click=move |_| open.set(true)>
            <Icon glyph=Glyph::Plus/>
            "New ticket"
        </button>
        <Dialog open title=Signal::stored("New ticket".to_owned())>
            <Form asked open/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Form(asked: Memo<Asked>, open: RwSignal<bool>) -> AnyView {
    let (store, nav) = (use_store(), use_nav());
    let name = RwSignal::new(String::new());
    let said = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let inboxes = store.inboxes().get_untracked();
    let first = asked.with_untracked(|asked| asked.get("inbox").parse().ok().map(InboxId));
    let inbox = RwSignal::new(first.or(inboxes.first().map(|it| it.id)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(inbox) = inbox.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        if name.with_untracked(|name| name.trim().is_empty()) {
            return said.set(Some("Give the ticket a name.".into()));
        }
        busy.set(true);
        store.write(Write::new_ticket(inbox, name.get_untracked().trim()), "Ticket created", move |answer| {
            let _closed = busy.try_set(false);
            match answer {
                Ok(answer) => {
                    let _closed = open.try_set(false);
                    if let Some(id) = answer.known.at("ticket").at("id").int() {
                        nav.go(Page::Ticket(TicketId(id)).route());
                    }
                }
                Err(problem) => {
                    let _closed = said.try_set(Some(wrong(&problem)));
                }
            }
        });
    };
    let options = inboxes.iter().map(|it| {
        let (id, of) = (it.id, it.name.clone());
        view! { <option value=id.to_string() selected=Some(id) == inbox.get_untracked()>{of}</option> }
    });
    let choice = (inboxes.len() > 1).then(|| {
        view! {
            <label>
                "Inbox"
                <select
                    class="tickets-select"
                    on:change=move |event| inbox.set(event_target_value(&event).parse().ok().map(InboxId))
                >
                    {options.pieces()}
                </select>
            </label>
        }
    });
    view! {
        <form class="name-form" novalidate on:submit=submit>
            <label>
                "Name"
                <input
                    type="text"
                    data-first
                    autocomplete="off"
                    prop:value=name
                    aria-invalid=live(move || said.read().is_some().then_some("true"))
                    aria-describedby="new-ticket-said"
                    on:input=move |event| name.set(event_target_value(&event))
                />
            </label>
            <p class="name-wrong" id="new-ticket-said" role="alert">{part(move || said.get())}</p>
            {choice}
            <div class="dialog-buttons">
                <button type="button" class="button" on:click=move |_| open.set(false)>"Cancel"</button>
                <button type="submit" class="button button-main">"Create ticket"</button>
            </div>
        </form>
    }
    .into_any()
}
