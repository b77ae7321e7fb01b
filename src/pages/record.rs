//! The page of one contact, company, deal or object (D7): what it says, what it is associated with, and what happened
//! with it. Each part has a file of its own.

mod actions;
pub mod activity;
pub mod holder;
mod links;
mod merge;
pub mod timeline;
pub mod words;
pub mod write;

use super::top::{NotHere, ToRail, Top};
use crate::api::known as api;
use crate::browser::when;
use crate::records::{self, Of, RecordField};
use crate::routes::page::{Kind, Page};
use crate::routes::{Nav, use_nav};
use crate::store::known::{self, Thing, record_kind};
use crate::store::{News, Store, use_store};
use crate::ui::each::Each;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{Part, effect, live, memo, part, spawn};
use actions::Actions;
use holder::Holder;
use leptos::prelude::*;
use links::Links;
use samtal_model::ConversationId;
use samtal_model::wire::Problem;
use std::cell::Cell;
use timeline::Timeline;
use write::Writing;

/// What a page is about; a handle that can be copied.
#[derive(Clone, Copy)]
pub struct Subject {
    pub kind: Kind,
    pub id: i64,
    pub store: Store,
    nav: Nav,
    /// The record as it is now; none while it is not here, and when it is gone.
    pub record: Memo<Option<Thing>>,
    /// What it is associated with.
    pub links: RwSignal<Vec<Thing>>,
    reading: RwSignal<Reading>,
    /// The last reading; an older one that comes late says nothing.
    turn: StoredValue<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reading {
    Waiting,
    Here,
    /// Gone, or not for this agent.
    Gone,
    Failed(String),
}

thread_local! {
    /// The contact that was asked for and whose place another has taken: the page that comes says so.
    static CAME_FROM: Cell<Option<i64>> = const { Cell::new(None) };
}

impl Subject {
    fn of(store: Store, nav: Nav, kind: Kind, id: i64) -> Option<Self> {
        let shown = store.thing(record_kind(kind.word())?, id);
        Some(Self {
            kind,
            id,
            store,
            nav,
            record: memo(move || shown.get()),
            links: RwSignal::new(Vec::new()),
            reading: RwSignal::new(Reading::Waiting),
            turn: StoredValue::new(0),
        })
    }

    /// Reads it with what it is associated with.
    pub fn reread(self) {
        let turn = self.turn.try_update_value(|turn| {
            *turn += 1;
            *turn
        });
        spawn(async move {
            let answer = api::record(self.kind.slug(), self.id).await;
            if turn.is_none() || self.turn.try_get_value() != turn {
                return;
            }
            match answer {
                Ok(answer) => {
                    let answer = Thing::new(answer);
                    let record = Thing::new(answer.at("record").clone());
                    if record.id() != self.id {
                        CAME_FROM.set(Some(self.id));
                        self.store.take_records(vec![record.clone()]);
                        return self.nav.replace(Page::Record(self.kind, record.id()).route());
                    }
                    let links = answer.things("links");
                    self.store.take_records([vec![record], links.clone()].concat());
                    self.links.set(links);
                    self.reading.set(Reading::Here);
                }
                Err(problem) => self.failed(&problem),
            }
        });
    }

    fn failed(self, problem: &Problem) {
        // What is shown stays while the network is away.
        if self.reading.get_untracked() == Reading::Here && problem.status != 404 {
            return;
        }
        self.reading.set(match problem.status {
            404 => Reading::Gone,
            _ => Reading::Failed(problem.detail.clone()),
        });
    }

    /// What it is called. Followed.
    #[must_use]
    pub fn name(self) -> String {
        self.record.with(|record| record.as_ref().map(records::name).unwrap_or_default())
    }

    /// It is in Trash. Followed.
    #[must_use]
    pub fn trashed(self) -> bool {
        self.record.with(|record| record.as_ref().is_some_and(|it| it.at("trashed_at").text().is_some()))
    }

    /// A value of it, as text; empty where it has none. Followed.
    #[must_use]
    pub fn value(self, property: &str) -> String {
        self.record.with(|record| {
            record.as_ref().and_then(|it| it.value(property).text()).map(ToOwned::to_owned).unwrap_or_default()
        })
    }

    /// What is written down on it and shown of its past.
    fn holder(self) -> Holder {
        let concerns = Callback::new(move |id: ConversationId| {
            let contact = self.store.peek(id).and_then(|it| it.contact).map(|contact| contact.id.0);
            let Some(contact) = contact else { return false };
            if self.kind == Kind::Contact {
                return contact == self.id;
            }
            self.links.with_untracked(|links| {
                links.iter().any(|link| link.text("kind") == Kind::Contact.word() && link.id() == contact)
            })
        });
        let (word, slug) = (self.kind.word(), self.kind.slug());
        Holder { store: self.store, word, slug, id: self.id, concerns }
    }
}

#[component]
pub fn RecordPage(kind: Kind, id: i64) -> AnyView {
    let Some(subject) = Subject::of(use_store(), use_nav(), kind, id) else { return ().into_any() };
    subject.reread();
    follow(subject);
    let from = CAME_FROM.take();
    let gone = memo(move || match subject.reading.get() {
        Reading::Here if subject.record.read().is_none() => Reading::Gone,
        read => read,
    });
    let body: Part = part(move || {
        Some(match gone.get() {
            Reading::Waiting => view! { <main class="page sheet" aria-busy="true"></main> }.into_any(),
            Reading::Gone => view! { <NotHere what=words::noun(kind)/> }.into_any(),
            Reading::Failed(why) => view! {
                <main class="page">
                    <div class="page-away">
                        <ToRail/>
                        <Icon glyph=Glyph::Offline/>
                        <h1>"The page could not be loaded"</h1>
                        <p role="alert">{why}</p>
                        <button type="button" class="button" on:click=move |_| subject.reread()>"Try again"</button>
                    </div>
                </main>
            }
            .into_any(),
            Reading::Here => view! { <Here subject from/> }.into_any(),
        })
    });
    view! { {body} }.into_any()
}

/// Follows what others do with it.
fn follow(subject: Subject) {
    subject.store.on_links(move |kind, id| {
        if record_kind(subject.kind.word()) == Some(kind)
            && subject.id == id
            && subject.reading.get_untracked() == Reading::Here
        {
            subject.reread();
        }
    });
    subject.store.on_news(move |news| {
        if matches!(news, News::Reread) {
            subject.reread();
        }
    });
    // A colleague has merged it into another one: there it is.
    let winner = memo(move || subject.record.with(|it| it.as_ref().and_then(|it| it.int("merged_into"))));
    effect(move || {
        if let Some(winner) = winner.get() {
            CAME_FROM.set(Some(subject.id));
            subject.nav.replace(Page::Record(subject.kind, winner).route());
        }
    });
}

#[component]
fn Here(subject: Subject, from: Option<i64>) -> AnyView {
    let name = live(move || subject.name());
    let holder = subject.holder();
    let kind = subject.kind;
    let merged = from.map(|from| {
        let words = ["Contact ", &from.to_string(), " was merged into this one, which is why you are here."].concat();
        view! { <p class="page-note" role="status">{words}</p> }
    });
    let trashed = memo(move || subject.trashed());
    let note = part(move || {
        trashed.get().then(|| {
            let words = ["This ", words::noun(kind), " is in Trash. Restore it to change it."].concat();
            view! { <p class="page-note" role="status"><Icon glyph=Glyph::Trash/>{words}</p> }
        })
    });
    view! {
        <main class="page sheet">
            <Top title=name over=(words::several(kind), Page::Records(kind, Default::default()).href())>
                <Actions subject/>
            </Top>
            {merged}
            {note}
            <div class="record-columns">
                <div class="record-about">
                    <section class="card" aria-labelledby="record-properties">
                        <h2 id="record-properties">"Properties"</h2>
                        <fieldset class="plain-set" disabled=trashed>
                            <legend class="visually-hidden">"Properties"</legend>
                            <Fields subject/>
                        </fieldset>
                        <Dates subject/>
                    </section>
                    <Links subject/>
                </div>
                <div class="record-story">
                    {part(move || (!trashed.get()).then(|| view! { <Writing holder/> }))}
                    <Timeline holder/>
                </div>
            </div>
        </main>
    }
    .into_any()
}

/// Every property of its kind, the built-in ones first.
#[component]
fn Fields(subject: Subject) -> AnyView {
    let object_type = memo(move || subject.record.with(|it| it.as_ref().and_then(|it| it.int("object_type_id"))));
    let properties = memo(move || {
        let all = subject.store.all(known::Kind::Property).unwrap_or_default();
        words::of_kind(all, subject.kind, object_type.get())
    });
    // An option may have gone, and values with it to another one.
    Effect::new(move |before: Option<()>| {
        properties.track();
        if before.is_some() && subject.reading.get_untracked() == Reading::Here {
            subject.reread();
        }
    });
    // Only the field of a property that changed is made anew: in the others somebody may be typing.
    let key = |it: &Thing| [it.text("key"), " ", &it.int("version").unwrap_or_default().to_string()].concat();
    view! {
        <div class="fields">
            <Each each=move || properties.get() key=key let:property>
                <RecordField of=Of::Record(subject.kind, subject.id) property/>
            </Each>
        </div>
    }
    .into_any()
}

/// When it came to be.
#[component]
fn Dates(subject: Subject) -> AnyView {
    let created = memo(move || subject.record.with(|it| it.as_ref().and_then(|it| it.moment("created_at"))));
    part(move || {
        let at = created.get()?;
        Some(view! {
            <p class="record-dates">
                "Created " <time datetime=at.to_rfc3339()>{when::long(at.0)}</time>
            </p>
        })
    })
    .into_any()
}
