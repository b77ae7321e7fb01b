//! What is known of whom the conversation is with (D1 to D6): read in one answer, kept by the feed.

use super::section::Section;
use crate::api::known::{self as api, Write};
use crate::browser::{frame, when};
use crate::records::finder::Finder;
use crate::records::lookup::Among;
use crate::records::{RecordFields, RecordLinks, named};
use crate::routes::page::{Kind, Page};
use crate::store::known::{self, Thing};
use crate::store::{News, use_store};
use crate::ticket::StatusChip;
use crate::ui::live::{Pieces, effect, live, memo, part, spawn};
use crate::ui::shown::ShownChooser;
use leptos::prelude::*;
use samtal_model::wire::ConversationView;
use samtal_model::{ContactId, ConversationId};

/// Changes that come together are read together, after so many milliseconds.
const SETTLE_MS: u64 = 120;
/// The place of the API that says which properties are shown.
const ABOUT: &str = "about:contact";

/// The sections after those of the contact and the ticket.
#[component]
pub fn Context(entity: Memo<Option<ConversationView>>) -> AnyView {
    let store = use_store();
    let subject = memo(move || entity.with(|it| it.as_ref().map(|it| (it.id, it.contact.as_ref().map(|it| it.id)))));
    let sidebar = RwSignal::new(None::<Thing>);
    let waiting = StoredValue::new(false);
    let read = move || {
        let Some((id, _)) = subject.get_untracked() else { return };
        spawn(async move {
            let Ok(answer) = api::sidebar(id).await else { return };
            let answer = Thing::new(answer);
            let still = subject.try_get_untracked().flatten().is_some_and(|(now, _)| now == id);
            if !still {
                return;
            }
            store.take_records(
                [
                    vec![Thing::new(answer.at("contact").clone())],
                    answer.things("deals"),
                    answer.things("companies"),
                    answer.things("objects"),
                ]
                .concat(),
            );
            store.take_things(known::Kind::Ticket, answer.things("tickets"));
            sidebar.set(Some(answer));
        });
    };
    let soon = move || {
        if !waiting.get_value() {
            waiting.set_value(true);
            frame::after(SETTLE_MS, move || {
                if waiting.try_get_value().is_some() {
                    waiting.set_value(false);
                    read();
                }
            });
        }
    };
    effect(move || {
        // Another contact is another context; the last one's does not stand beside it meanwhile.
        let now = subject.get();
        let before = sidebar.with_untracked(|it| it.as_ref().and_then(|it| it.int("conversation_id")));
        if before != now.map(|(id, _)| id.0) {
            sidebar.set(None);
        }
        read();
    });
    effect(move || {
        if store.links() > 0 {
            soon();
        }
    });
    store.on_known(move |kind, _| {
        use known::Kind::{Activity, Company, Deal, Object, Ticket};
        if matches!(kind, Activity | Company | Deal | Object | Ticket) {
            soon();
        }
    });
    store.on_news(move |news| {
        if *news == News::Reread {
            soon();
        }
    });
    let contact = memo(move || subject.get().and_then(|(_, contact)| contact));
    let list = move |name: &'static str| {
        memo(move || sidebar.with(|it| it.as_ref().map(|it| it.things(name)).unwrap_or_default()))
    };
    view! {
        {part(move || contact.get().map(|contact| view! { <About contact/> }))}
        {part(move || contact.get().map(|contact| view! {
            <OtherTickets tickets=list("tickets") entity/>
            <Feedback feedback=list("feedback")/>
            <Linked title="Deals" kind=Kind::Deal contact records=list("deals")/>
            <Linked title="Companies" kind=Kind::Company contact records=list("companies")/>
            <Objects contact records=list("objects")/>
        }))}
    }
    .into_any()
}

/// Chosen properties of the contact, edited in place (D3).
#[component]
fn About(contact: ContactId) -> AnyView {
    let store = use_store();
    let editing = RwSignal::new(false);
    let keys = memo(move || store.shown_in(ABOUT).unwrap_or_default());
    view! {
        <Section title="About this contact">
            {part(move || {
                Some(if editing.get() {
                    let all = store.all(known::Kind::Property).unwrap_or_default();
                    let of_contacts = all.iter().filter(|it| it.text("object") == "contact");
                    let choices = of_contacts.map(|it| (it.text("key").to_owned(), crate::records::property::name(it))).collect();
                    view! { <ShownChooser choices chosen=keys.get_untracked() save=Callback::new(move |keys: Option<Vec<String>>| {
                        match keys {
                            None => editing.set(false),
                            Some(keys) => store.write(Write::show(ABOUT, keys), "Saved", move |answer| {
                                if answer.is_ok() {
                                    let _gone = editing.try_set(false);
                                }
                            }),
                        }
                    })/> }
                    .into_any()
                } else {
                    view! {
                        <RecordFields kind=Kind::Contact id=contact.0 keys=keys/>
                        <button type="button" class="button button-quiet" on:click=move |_| editing.set(true)>
                            "Choose properties"
                        </button>
                    }
                    .into_any()
                })
            })}
        </Section>
    }
    .into_any()
}

/// The contact's other tickets, newest first (D4).
#[component]
fn OtherTickets(tickets: Memo<Vec<Thing>>, entity: Memo<Option<ConversationView>>) -> AnyView {
    let store = use_store();
    let others = memo(move || {
        let own = entity.with(|it| Some(it.as_ref()?.ticket.as_ref()?.id.0));
        tickets.with(|all| all.iter().map(Thing::id).filter(|id| Some(*id) != own).collect::<Vec<_>>())
    });
    let row = move |id: i64| {
        let shown = store.thing(known::Kind::Ticket, id);
        let ticket = memo(move || shown.get());
        let name = live(move || ticket.with(|it| it.as_ref().map(|it| it.text("name").to_owned())));
        let status = live(move || ticket.with(|it| it.as_ref().and_then(|it| it.int("status_id")).unwrap_or_default()));
        view! {
            <li>
                <a href=Page::Ticket(samtal_model::TicketId(id)).href() target="_blank" rel="noopener">
                    <span class="details-subject">{name}</span>
                    <StatusChip status/>
                </a>
            </li>
        }
    };
    let count =
        live(move || others.with(|all| if all.is_empty() { String::new() } else { when::number(all.len() as i64) }));
    view! {
        <Section title="Other tickets" note=count>
            {part(move || others.read().is_empty().then(|| view! { <p class="details-none">"None besides."</p> }))}
            <ul class="details-links">{part(move || Some(others.get().into_iter().map(row).pieces()))}</ul>
        </Section>
    }
    .into_any()
}

/// Answers to the survey, newest first (D5).
#[component]
fn Feedback(feedback: Memo<Vec<Thing>>) -> AnyView {
    let row = |it: &Thing| {
        let score = it.int("score").unwrap_or_default();
        let at = it.moment("at").map(|at| when::long(at.0));
        let words = it.text("text").to_owned();
        view! {
            <li class="feedback">
                <b>{[&score.to_string(), " of 5"].concat()}</b>
                <span>{words}</span>
                <small>{at}</small>
            </li>
        }
    };
    view! {
        <Section title="Past feedback">
            {part(move || feedback.read().is_empty().then(|| view! { <p class="details-none">"None yet."</p> }))}
            <ul class="feedback-list">{part(move || Some(feedback.read().iter().map(row).pieces()))}</ul>
        </Section>
    }
    .into_any()
}

/// Deals or companies of the contact, and the way to another one (D6).
#[component]
fn Linked(title: &'static str, kind: Kind, contact: ContactId, records: Memo<Vec<Thing>>) -> AnyView {
    let store = use_store();
    let adding = RwSignal::new(false);
    let back = Callback::new(move |()| adding.set(false));
    let made = move |answer: Result<crate::api::told::Answer, _>| {
        if answer.is_ok() {
            let _gone = adding.try_set(false);
        }
    };
    let choose = Callback::new(move |record: Thing| {
        store.write(Write::link("contacts", contact.0, kind.word(), record.id(), true), "Added", made);
    });
    let make = Callback::new(move |words: String| {
        let write = Write::new_record(kind.slug(), None, named(&words), &[("contact", contact.0)]);
        store.write(write, "Created", move |answer| match answer {
            // What is missing of a name stands in the field itself.
            Err(problem) if !problem.errors.is_empty() => store.warn(crate::records::wrong(&problem)),
            answer => made(answer),
        });
    });
    let (verb, label) = match kind {
        Kind::Deal => ("Add a deal", "Find a deal, or name a new one"),
        _ => ("Add a company", "Find a company, or name a new one"),
    };
    view! {
        <Section title>
            {part(move || {
                (records.read().is_empty() && !adding.get()).then(|| view! { <p class="details-none">"None yet."</p> })
            })}
            <RecordLinks records/>
            {part(move || {
                Some(if adding.get() {
                    view! { <Finder among=Among::Records(kind, None) label on_choose=choose make back/> }.into_any()
                } else {
                    view! { <button type="button" class="button button-quiet" on:click=move |_| adding.set(true)>{verb}</button> }
                        .into_any()
                })
            })}
        </Section>
    }
    .into_any()
}

/// Records of the team's own kinds; nothing where there is no such kind.
#[component]
fn Objects(contact: ContactId, records: Memo<Vec<Thing>>) -> AnyView {
    let store = use_store();
    let kinds = memo(move || store.all(known::Kind::ObjectType).unwrap_or_default().len());
    let adding = RwSignal::new(false);
    let choose = Callback::new(move |record: Thing| {
        store.write(Write::link("contacts", contact.0, "object", record.id(), true), "Added", move |answer| {
            if answer.is_ok() {
                let _gone = adding.try_set(false);
            }
        });
    });
    part(move || {
        (kinds.get() > 0).then(|| {
            view! {
                <Section title="Custom objects">
                    <RecordLinks records/>
                    {part(move || {
                        Some(if adding.get() {
                            let back = Callback::new(move |()| adding.set(false));
                            view! { <Finder among=Among::Records(Kind::Object, None) label="Find an object" on_choose=choose back/> }.into_any()
                        } else {
                            view! { <button type="button" class="button button-quiet" on:click=move |_| adding.set(true)>"Add an object"</button> }
                                .into_any()
                        })
                    })}
                </Section>
            }
        })
    })
    .into_any()
}

/// Whose conversation it is: the way to the record, to nobody, and to somebody else (D2).
#[component]
pub fn ContactActions(entity: Memo<Option<ConversationView>>) -> AnyView {
    let store = use_store();
    let choosing = RwSignal::new(false);
    let back = Callback::new(move |()| choosing.set(false));
    let id = memo(move || entity.with(|it| it.as_ref().map(|it| it.id)));
    let attached = memo(move || entity.with(|it| it.as_ref().is_some_and(|it| it.contact.is_some())));
    let set = move |id: ConversationId, contact: Option<ContactId>, said: &'static str| {
        store.write(Write::set_contact(id, contact), said, move |answer| {
            if answer.is_ok() {
                let _gone = choosing.try_set(false);
            }
        });
    };
    let choose = Callback::new(move |record: Thing| {
        if let Some(id) = id.get_untracked() {
            set(id, Some(ContactId(record.id())), "Contact attached");
        }
    });
    let make = Callback::new(move |words: String| {
        let Some(id) = id.get_untracked() else { return };
        let field = if words.contains('@') { "email" } else { "name" };
        let values = samtal_model::json::Json::object([(field, words.into())]);
        store.write(Write::new_record("contacts", None, values, &[]), "", move |answer| match answer {
            Ok(answer) => {
                if let Some(made) = answer.known.at("record").at("id").int() {
                    set(id, Some(ContactId(made)), "Contact attached");
                }
            }
            Err(problem) => store.warn(crate::records::wrong(&problem)),
        });
    });
    part(move || {
        Some(if choosing.get() {
            view! { <Finder among=Among::Records(Kind::Contact, None) label="Find a contact, or name a new one" on_choose=choose make back/> }.into_any()
        } else if attached.get() {
            ().into_any()
        } else {
            view! {
                <p class="details-none">"Nobody is attached to this conversation."</p>
                <button type="button" class="button button-quiet" on:click=move |_| choosing.set(true)>"Attach a contact"</button>
            }
            .into_any()
        })
    })
    .into_any()
}
