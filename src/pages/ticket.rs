//! The page of one ticket (K9): what it says, edited where it stands, its conversations, what was written down on it and
//! what happened with it. The card of it beside a conversation is in [`crate::ticket`].

mod conversations;
mod custom;
mod facts;
pub mod history;
mod reply;

use super::record::holder::Holder;
use super::record::timeline::Timeline;
use super::record::write::Writing;
use super::status::pipelines;
use super::tickets::deeds::Deeds;
use super::tickets::ticket::Ticket;
use super::top::ToRail;
use crate::api::known as api;
use crate::browser::page;
use crate::routes::page::{Asked, Page};
use crate::routes::use_nav;
use crate::store::known::{Kind, Thing};
use crate::store::{News, Store, use_store};
use crate::ticket::card::Side;
use crate::ticket::careful::{careful, nobody};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part, spawn};
use conversations::Conversations;
use facts::Facts;
use history::History;
use leptos::prelude::*;
use reply::Reply;
use samtal_model::{ConversationId, TicketId};

/// How far the page is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reading {
    Waiting,
    Here,
    /// Gone, or not for this agent.
    Gone,
    Failed(String),
}

/// What the parts of the page share. A handle that can be copied.
#[derive(Clone, Copy)]
pub struct Subject {
    store: Store,
    pub id: TicketId,
    /// None while it is not here, and when it is gone.
    pub ticket: Memo<Option<Thing>>,
    /// Its conversations, the newest activity first when they were read.
    pub conversations: RwSignal<Vec<ConversationId>>,
    /// It has more than were read.
    pub more: RwSignal<bool>,
    reading: RwSignal<Reading>,
    turn: StoredValue<u32>,
}

impl Subject {
    fn read(self) {
        let store = self.store;
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        spawn(async move {
            let answer = api::ticket(self.id).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(answer) => {
                    let answer = Thing::new(answer);
                    crate::ticket::take(store, &answer);
                    let ids = answer.things("conversations").iter().map(|it| ConversationId(it.id())).collect();
                    self.conversations.set(ids);
                    self.more.set(answer.is("more"));
                    self.reading.set(Reading::Here);
                }
                Err(problem) if problem.status == 404 => self.reading.set(Reading::Gone),
                // What is shown stays while the network is away.
                Err(_) if self.reading.get_untracked() == Reading::Here => {}
                Err(problem) => self.reading.set(Reading::Failed(problem.detail)),
            }
        });
    }

    /// What is written down on it and shown of its past.
    fn holder(self) -> Holder {
        let concerns =
            Callback::new(move |id: ConversationId| self.conversations.with_untracked(|own| own.contains(&id)));
        Holder { store: self.store, word: "ticket", slug: "tickets", id: self.id.0, concerns }
    }

    /// What of the ticket lists know too. Followed.
    pub fn row(self) -> Option<Ticket> {
        self.ticket.with(|it| it.as_ref().map(Ticket::read))
    }
}

#[component]
pub fn TicketPage(id: TicketId) -> AnyView {
    let (store, nav) = (use_store(), use_nav());
    let shown = store.thing(Kind::Ticket, id.0);
    let subject = Subject {
        store,
        id,
        ticket: memo(move || shown.get()),
        conversations: RwSignal::new(Vec::new()),
        more: RwSignal::new(false),
        reading: RwSignal::new(Reading::Waiting),
        turn: StoredValue::new(0),
    };
    // Read at first, and when a conversation has come to it or left.
    let count = memo(move || subject.ticket.with(|it| it.as_ref().and_then(|it| it.int("conversation_count"))));
    Effect::new(move |before: Option<Option<i64>>| {
        let now = count.get();
        // That it is here by the first answer is no change.
        if before.is_none_or(|before| before.is_some() && before != now) {
            subject.read();
        }
        now
    });
    store.on_news(move |news| {
        if *news == News::Reread {
            subject.read();
        }
    });
    let state = memo(move || match subject.reading.get() {
        Reading::Here if subject.ticket.read().is_none() => Reading::Gone,
        reading => reading,
    });
    let name =
        live(move || subject.ticket.with(|it| it.as_ref().map(|it| it.text("name").to_owned())).unwrap_or_default());
    page::title(move || match state.get() {
        Reading::Here => [&name.get(), " \u{2013} Samtal"].concat(),
        _ => "Ticket \u{2013} Samtal".into(),
    });
    let deeds = Deeds { careful: careful(store), nav, pipelines: pipelines(store) };
    view! {
        <main class="page ticket-page" aria-busy=live(move || (state.get() == Reading::Waiting).to_string())>
            {part(move || Some(match state.get() {
                Reading::Waiting => view! { <header class="page-top"><ToRail/><h1>"Ticket"</h1></header> }.into_any(),
                Reading::Here => body(subject, deeds, name),
                Reading::Gone => away(
                    "This ticket is not here",
                    "It was deleted for good, or it is in an inbox that you do not see.",
                ),
                Reading::Failed(words) => away("This ticket could not be read", &words),
            }))}
        </main>
    }
    .into_any()
}

fn away(title: &'static str, words: &str) -> AnyView {
    view! {
        <div class="page-away">
            <ToRail/>
            <Icon glyph=Glyph::Info/>
            <h1>{title}</h1>
            <p>{words.to_owned()}</p>
            <a class="button" href=Page::Tickets(Asked::default()).href()>"All tickets"</a>
        </div>
    }
    .into_any()
}

fn body(subject: Subject, deeds: Deeds, name: Signal<String>) -> AnyView {
    let trashed = memo(move || subject.row().is_some_and(|it| it.trashed));
    let (id, holder, replying) = (subject.id, subject.holder(), RwSignal::new(false));
    view! {
        <header class="page-top">
            <ToRail/>
            <a class="button button-quiet" href=Page::Tickets(Asked::default()).href()>
                <Icon glyph=Glyph::ArrowLeft/>
                "Tickets"
            </a>
            <h1 class="visually-hidden">{name}</h1>
            <div class="ticket-title"><Side id ticket=subject.ticket side="name"/></div>
            {part(move || Some(actions(subject, deeds, trashed.get(), replying)))}
        </header>
        {part(move || trashed.get().then(|| view! {
            <p class="tickets-note" role="note">
                <Icon glyph=Glyph::Trash/>
                "This ticket is in Trash. It can be restored until it is deleted permanently."
            </p>
        }))}
        <div class="ticket-columns">
            <div class="ticket-main">
                <Conversations subject/>
                <Reply subject open=replying/>
                {part(move || (!trashed.get()).then(|| view! { <Writing holder/> }))}
                <Timeline holder/>
            </div>
            <aside class="ticket-aside" aria-label="About the ticket">
                <Facts subject/>
                <History subject/>
            </aside>
        </div>
    }
    .into_any()
}

/// What can be done with the whole of it.
fn actions(subject: Subject, deeds: Deeds, trashed: bool, replying: RwSignal<bool>) -> AnyView {
    let act = move |run: fn(Deeds, &Ticket)| {
        move |_| {
            if let Some(ticket) = untrack(|| subject.row()) {
                run(deeds, &ticket);
            }
        }
    };
    if trashed {
        return view! {
            <button type="button" class="button" on:click=act(|it, ticket| it.restore(ticket, nobody()))>
                <Icon glyph=Glyph::Restore/>
                "Restore"
            </button>
            <button type="button" class="button button-danger" on:click=act(|it, ticket| it.delete(ticket, nobody()))>
                <Icon glyph=Glyph::Trash/>
                "Delete permanently"
            </button>
        }
        .into_any();
    }
    view! {
        <reply::Button subject open=replying/>
        <button type="button" class="button" on:click=act(|it, ticket| it.trash(ticket, nobody()))>
            <Icon glyph=Glyph::Trash/>
            "Move to Trash"
        </button>
    }
    .into_any()
}
