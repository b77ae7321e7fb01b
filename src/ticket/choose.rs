//! A ticket for a conversation without one: made, or chosen among those there are (K1).

use crate::api::known::{self as api, Write};
use crate::records::wrong;
use crate::store::known::{Kind, Thing};
use crate::store::use_store;
use crate::ticket::StatusChip;
use crate::ui::live::{live, part, spawn};
use leptos::prelude::*;
use samtal_model::wire::ConversationView;
use samtal_model::{ConversationId, InboxId, TicketId};

/// How many tickets are offered at once.
const OFFERED: usize = 20;

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
    let found = RwSignal::new(None::<Vec<Thing>>);
    let asked = StoredValue::new(0_u32);
    let look = move |words: String| {
        asked.update_value(|asked| *asked += 1);
        let mine = asked.get_value();
        spawn(async move {
            let query = api::words_of_tickets(inbox, &words);
            if let Ok(page) = api::tickets(&query, None, OFFERED).await
                && asked.try_get_value() == Some(mine)
            {
                let items = Thing::new(page).things("items");
                store.take_things(Kind::Ticket, items.clone());
                found.set(Some(items));
            }
        });
    };
    look(String::new());
    let attach = move |ticket: i64| {
        store.write(Write::attach_ticket(id, TicketId(ticket)), "Added to the ticket", |_| {});
    };
    let row = move |ticket: Thing| {
        let (key, status) = (ticket.id(), ticket.int("status_id").unwrap_or_default());
        view! {
            <li>
                <button type="button" on:click=move |_| attach(key)>
                    <span class="details-subject">{ticket.text("name").to_owned()}</span>
                    <StatusChip status=live(move || status)/>
                </button>
            </li>
        }
    };
    view! {
        <div
            class="ticket-form"
            on:keydown=move |event| {
                event.stop_propagation();
                if event.key() == "Escape" {
                    back.run(());
                }
            }
        >
            <label class="field-name" for="ticket-find">"Find a ticket of this inbox"</label>
            <input
                class="input"
                id="ticket-find"
                type="search"
                autofocus
                autocomplete="off"
                on:input=move |event| look(event_target_value(&event))
            />
            <ul class="ticket-found" aria-label="Tickets found">
                {part(move || Some(found.get().unwrap_or_default().into_iter().map(row).collect_view()))}
            </ul>
            {part(move || {
                let none = found.with(|found| found.as_ref().is_some_and(Vec::is_empty));
                none.then(|| view! { <p class="details-none">"No ticket by these words."</p> })
            })}
            <div class="ticket-buttons">
                <button type="button" class="button button-quiet" on:click=move |_| back.run(())>"Cancel"</button>
            </div>
        </div>
    }
    .into_any()
}
