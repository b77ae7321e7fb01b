//! A ticket for a conversation without one: made, or chosen among those there are (K1).

use crate::api::known::Write;
use crate::records::finder::Finder;
use crate::records::lookup::Among;
use crate::records::wrong;
use crate::store::known::Thing;
use crate::store::use_store;
use crate::ticket::StatusChip;
use crate::ui::live::{live, part};
use leptos::prelude::*;
use samtal_model::wire::ConversationView;
use samtal_model::{ConversationId, InboxId, TicketId};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    Nothing,
    Making,
    Attaching,
}

/// "Create ticket", and the way to an existing one.
#[component]
pub fn Choose(id: ConversationId, conversation: Memo<Option<ConversationView>>) -> AnyView {
    let doing = RwSignal::new(Doing::Nothing);
    let subject = move || conversation.with_untracked(|it| it.as_ref().map(crate::thread::heading).unwrap_or_default());
    let inbox = move || conversation.with_untracked(|it| it.as_ref().map(|it| it.inbox_id));
    let back = Callback::new(move |()| doing.set(Doing::Nothing));
    part(move || {
        Some(match doing.get() {
            Doing::Nothing => view! {
                <div class="ticket-buttons">
                    <button type="button" class="button" id="create-ticket" on:click=move |_| doing.set(Doing::Making)>
                        "Create ticket"
                    </button>
                    <button type="button" class="button button-quiet" on:click=move |_| doing.set(Doing::Attaching)>
                        "Add to a ticket"
                    </button>
                </div>
            }
            .into_any(),
            Doing::Making => view! { <Make id name=subject() back/> }.into_any(),
            Doing::Attaching => inbox().map(|inbox| view! { <Attach id inbox back/> }).into_any(),
        })
    })
    .into_any()
}

#[component]
fn Make(id: ConversationId, name: String, back: Callback<()>) -> AnyView {
    let store = use_store();
    let text = RwSignal::new(name);
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        store.write(Write::create_ticket(id, text.get_untracked().trim()), "Ticket created", move |answer| {
            let _gone = busy.try_set(false);
            let _gone = problem.try_set(answer.err().map(|problem| wrong(&problem)));
        });
    };
    view! {
        <form
            class="ticket-form"
            on:keydown=move |event| {
                event.stop_propagation();
                if event.key() == "Escape" {
                    back.run(());
                }
            }
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <label class="field-name" for="ticket-name">"Name"</label>
            <input
                class="input"
                id="ticket-name"
                autofocus
                maxlength="200"
                prop:value=text
                aria-invalid=live(move || problem.read().is_some().then_some("true"))
                aria-describedby="ticket-wrong"
                on:input=move |event| text.set(event_target_value(&event))
            />
            <p class="field-wrong" id="ticket-wrong" role="alert">{live(move || problem.get())}</p>
            <div class="ticket-buttons">
                <button type="submit" class="button button-main" disabled=busy>"Create"</button>
                <button type="button" class="button button-quiet" on:click=move |_| back.run(())>"Cancel"</button>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Attach(id: ConversationId, inbox: InboxId, back: Callback<()>) -> AnyView {
    let store = use_store();
    let attach = Callback::new(move |ticket: Thing| {
        store.write(Write::attach_ticket(id, TicketId(ticket.id())), "Added to the ticket", |_| {});
    });
    view! { <Finder among=Among::Tickets(inbox) label="Find a ticket of this inbox" offer=offer on_choose=attach back/> }.into_any()
}

fn offer(ticket: &Thing) -> AnyView {
    let status = ticket.int("status_id").unwrap_or_default();
    view! {
        <span class="details-subject" dir="auto">{ticket.text("name").to_owned()}</span>
        <StatusChip status=live(move || status)/>
    }
    .into_any()
}
