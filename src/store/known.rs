//! What is known beside mail and people: tickets, pipelines, records, their properties and what is written down on them,
//! by kind and id. It is kept as it came; [`Thing`] gives it names. An older word never replaces a newer one.

mod counts;
mod naming;

use super::by_id::ById;
use super::{Store, passes};
use crate::api::known as api;
use crate::ui::live::spawn;
use crate::ui::sorted;
use counts::Latest;
use leptos::prelude::*;
pub(super) use naming::Named;
use samtal_model::json::{FromJson, Json};
use samtal_model::wire::ConversationView;
use samtal_model::{Sequence, Timestamp};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// What kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Ticket,
    Contact,
    Company,
    Deal,
    Object,
    Activity,
    // Of these all are held, in their order.
    Pipeline,
    Property,
    ObjectType,
}

/// One of them, as it was told last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing(Arc<Json>);

impl Thing {
    #[must_use]
    pub fn new(json: Json) -> Self {
        Self(Arc::new(json))
    }

    #[must_use]
    pub fn into_json(self) -> Json {
        Arc::unwrap_or_clone(self.0)
    }

    #[must_use]
    pub fn id(&self) -> i64 {
        self.int("id").unwrap_or_default()
    }

    /// A field; null where there is none.
    #[must_use]
    pub fn at(&self, name: &str) -> &Json {
        self.0.at(name)
    }

    /// A field that is text; empty where there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.at(name).text().unwrap_or_default()
    }

    #[must_use]
    pub fn int(&self, name: &str) -> Option<i64> {
        self.at(name).int()
    }

    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        *self.at(name) == Json::Bool(true)
    }

    /// A field that is a moment.
    #[must_use]
    pub fn moment(&self, name: &str) -> Option<Timestamp> {
        self.at(name).text().and_then(Timestamp::read)
    }

    /// A field that is a list of things.
    #[must_use]
    pub fn things(&self, name: &str) -> Vec<Self> {
        things(self.at(name))
    }

    /// The value of a record's property.
    #[must_use]
    pub fn value(&self, property: &str) -> &Json {
        self.at("values").at(property)
    }
}

/// The things of a list.
#[must_use]
pub fn things(list: &Json) -> Vec<Thing> {
    match list {
        Json::List(items) => items.iter().cloned().map(Thing::new).collect(),
        _ => Vec::new(),
    }
}

type Shown = ArcRwSignal<Option<Thing>>;
type Listener = Rc<dyn Fn(Heard<'_>)>;

/// What listeners are told.
#[derive(Clone, Copy)]
enum Heard<'e> {
    /// They changed, or went.
    Changed(Kind, &'e [i64]),
    /// An association of it was made or ended.
    Linked(Kind, i64),
}

struct Entry {
    version: i64,
    shown: Shown,
    touched: u64,
}

/// What is read once and kept by the feed from then on.
#[derive(Clone, Copy)]
struct Kept {
    pipelines: RwSignal<Option<Vec<Thing>>>,
    properties: RwSignal<Option<Vec<Thing>>>,
    object_types: RwSignal<Option<Vec<Thing>>>,
    may_edit_pipelines: RwSignal<bool>,
    /// How many tickets of an inbox stand in which status.
    counts: Latest<i64>,
    /// What is shown in a place.
    shown: Latest<String>,
}

thread_local! {
    static HELD: RefCell<ById<(Kind, i64), Entry>> = RefCell::default();
    static CLOCK: Cell<u64> = const { Cell::new(0) };
    static LISTENERS: RefCell<Vec<(u32, Listener)>> = const { RefCell::new(Vec::new()) };
    static KEPT: OnceCell<Kept> = const { OnceCell::new() };
    static ASKED: RefCell<Vec<Kind>> = const { RefCell::new(Vec::new()) };
}

/// Things held at most; beyond it those not looked at for longest leave, a quarter at a time.
const MOST_HELD: usize = 20_000;

impl Store {
    fn kept(&self) -> Kept {
        KEPT.with(|kept| {
            *kept.get_or_init(|| {
                self.for_good(|| Kept {
                    pipelines: RwSignal::new(None),
                    properties: RwSignal::new(None),
                    object_types: RwSignal::new(None),
                    may_edit_pipelines: RwSignal::new(false),
                    counts: RwSignal::new(Vec::new()),
                    shown: RwSignal::new(Vec::new()),
                })
            })
        })
    }

    /// One thing, live; none while it is not here. It is not fetched.
    #[must_use]
    pub fn thing(&self, kind: Kind, id: i64) -> Shown {
        let now = CLOCK.get() + 1;
        CLOCK.set(now);
        HELD.with_borrow_mut(|held| {
            if held.len() >= MOST_HELD {
                let oldest = now.saturating_sub(MOST_HELD as u64 * 3 / 4);
                held.keep(|entry| entry.touched > oldest);
            }
            let entry = held.or_insert((kind, id), || Entry { version: -1, shown: Shown::new(None), touched: now });
            entry.touched = now;
            entry.shown.clone()
        })
    }

    /// All pipelines in their order, each with its `statuses`; none while they are not read. Followed.
    #[must_use]
    pub fn pipelines(&self) -> Option<Vec<Thing>> {
        self.all(Kind::Pipeline)
    }

    /// Whether this agent may change them. Followed.
    #[must_use]
    pub fn may_edit_pipelines(&self) -> bool {
        self.kept().may_edit_pipelines.get()
    }

    /// A status, with the pipeline it is of. Followed.
    #[must_use]
    pub fn status(&self, id: i64) -> Option<(Thing, Thing)> {
        self.pipelines()?.into_iter().find_map(|pipeline| {
            let status = pipeline.things("statuses").into_iter().find(|status| status.id() == id)?;
            Some((status, pipeline))
        })
    }

    /// All pipelines, properties or types of objects, in their order; read the first time. Followed.
    #[must_use]
    pub fn all(&self, kind: Kind) -> Option<Vec<Thing>> {
        let first = ASKED.with_borrow_mut(|asked| {
            let first = !asked.contains(&kind);
            if first {
                asked.push(kind);
            }
            first
        });
        if first {
            self.read_all(kind);
        }
        self.list(kind)?.get()
    }

    fn list(&self, kind: Kind) -> Option<RwSignal<Option<Vec<Thing>>>> {
        let kept = self.kept();
        match kind {
            Kind::Pipeline => Some(kept.pipelines),
            Kind::Property => Some(kept.properties),
            Kind::ObjectType => Some(kept.object_types),
            _ => None,
        }
    }

    fn read_all(&self, kind: Kind) {
        let store = *self;
        spawn(async move {
            loop {
                let read = match kind {
                    Kind::Pipeline => api::pipelines().await,
                    Kind::Property => api::properties().await,
                    _ => api::object_types().await,
                };
                match read {
                    Ok(answer) => {
                        let answer = Thing::new(answer);
                        if kind == Kind::Pipeline {
                            store.kept().may_edit_pipelines.set(answer.is("can_edit"));
                        }
                        let items = answer.things("items");
                        let (gone, at) = (store.not_among(kind, &items), answer.int("sequence").unwrap_or_default());
                        store.take_into_list(kind, items, &gone, at);
                        return;
                    }
                    Err(problem) if passes(&problem).await => {}
                    Err(_) => {
                        ASKED.with_borrow_mut(|asked| asked.retain(|other| *other != kind));
                        return;
                    }
                }
            }
        });
    }

    fn not_among(&self, kind: Kind, items: &[Thing]) -> Vec<i64> {
        let Some(list) = self.list(kind) else { return Vec::new() };
        list.with_untracked(|known| {
            let known = known.iter().flatten().map(Thing::id);
            known.filter(|id| items.iter().all(|item| item.id() != *id)).collect()
        })
    }

    /// Hears which things changed or went, until the caller's owner is gone.
    pub fn on_known(&self, listener: impl Fn(Kind, &[i64]) + 'static) {
        self.listen(Rc::new(move |heard| {
            if let Heard::Changed(kind, ids) = heard {
                listener(kind, ids);
            }
        }));
    }

    /// Hears of each end of an association that was made or ended, until the caller's owner is gone.
    pub fn on_links(&self, listener: impl Fn(Kind, i64) + 'static) {
        self.listen(Rc::new(move |heard| {
            if let Heard::Linked(kind, id) = heard {
                listener(kind, id);
            }
        }));
    }

    fn listen(&self, listener: Listener) {
        let number = self.fresh();
        LISTENERS.with_borrow_mut(|all| all.push((number, listener)));
        on_cleanup(move || LISTENERS.with_borrow_mut(|all| all.retain(|(of, _)| *of != number)));
    }

    fn tell_known(kind: Kind, ids: &[i64]) {
        if !ids.is_empty() {
            Self::tell(Heard::Changed(kind, ids));
        }
    }

    fn tell(heard: Heard<'_>) {
        let listeners: Vec<Listener> = LISTENERS.with_borrow(|all| all.iter().map(|(_, it)| it.clone()).collect());
        for listener in listeners {
            listener(heard);
        }
    }

    /// Tells of associations by both of their ends.
    fn take_links(links: &Json) {
        for link in things(links) {
            for end in ["a", "b"] {
                let end = link.at(end);
                if let Some((kind, id)) = end.at("kind").text().and_then(record_kind).zip(end.at("id").int()) {
                    Self::tell(Heard::Linked(kind, id));
                }
            }
        }
    }

    /// Takes in things from an answer.
    pub fn take_things(&self, kind: Kind, all: Vec<Thing>) {
        let mut changed = Vec::with_capacity(all.len());
        for thing in all {
            let (id, version) = (thing.id(), thing.int("version").unwrap_or_default());
            let shown = self.thing(kind, id);
            let news = HELD.with_borrow_mut(|held| {
                held.get_mut((kind, id)).is_some_and(|entry| {
                    let news = entry.version <= version;
                    entry.version = entry.version.max(version);
                    news
                })
            });
            if news {
                // What is as it was is no news: who reads anew because of this would be told of what it read.
                if shown.with_untracked(|now| now.as_ref() != Some(&thing)) {
                    shown.set(Some(thing));
                    changed.push(id);
                }
            }
        }
        Self::tell_known(kind, &changed);
    }

    fn lose_things(&self, kind: Kind, gone: &[i64]) {
        for id in gone {
            self.thing(kind, *id).set(None);
        }
        Self::tell_known(kind, gone);
    }

    fn take_into_list(&self, kind: Kind, changed: Vec<Thing>, gone: &[i64], at: i64) {
        let Some(list) = self.list(kind) else { return };
        let ids: Vec<i64> = changed.iter().map(Thing::id).chain(gone.iter().copied()).collect();
        list.update(|all| {
            let all = all.get_or_insert_default();
            all.retain(|it| !gone.contains(&it.id()) || it.int("version") > Some(at));
            for thing in changed {
                // Built-in properties have no id, and every kind of record has a name.
                let same = |known: &&mut Thing| {
                    ["id", "key", "object", "object_type_id"].iter().all(|side| known.at(side) == thing.at(side))
                };
                match all.iter_mut().find(same) {
                    Some(known) if known.int("version") > thing.int("version") => {}
                    Some(known) => *known = thing,
                    None => all.push(thing),
                }
            }
            *all = sorted::by(std::mem::take(all), |it| (it.int("position").unwrap_or_default(), it.id()));
        });
        Self::tell_known(kind, &ids);
    }

    /// Takes in what an answer or an event of the feed says of them, as of `at`.
    pub(super) fn take_known(&self, known: Json, at: Sequence) {
        let Json::Fields(fields) = known else { return };
        for (name, value) in fields {
            let ids =
                || if let Json::List(ids) = &value { ids.iter().filter_map(Json::int).collect() } else { Vec::new() };
            let one = || if value == Json::Null { Vec::new() } else { vec![Thing::new(value.clone())] };
            let each = |take: &dyn Fn(&Json)| {
                if let Json::List(all) = &value {
                    all.iter().for_each(take);
                }
            };
            match &*name {
                "tickets" => self.take_things(Kind::Ticket, things(&value)),
                "ticket" => self.take_things(Kind::Ticket, one()),
                "tickets_gone" => self.lose_things(Kind::Ticket, &ids()),
                "records" => self.take_records(things(&value)),
                "record" => self.take_records(one()),
                "records_gone" => {
                    for gone in things(&value) {
                        if let Some(kind) = record_kind(gone.text("kind")) {
                            self.lose_things(kind, &[gone.id()]);
                        }
                    }
                }
                "activities" => self.take_things(Kind::Activity, things(&value)),
                "activity" => self.take_things(Kind::Activity, one()),
                "activities_gone" => self.lose_things(Kind::Activity, &ids()),
                "pipelines" => self.take_into_list(Kind::Pipeline, things(&value), &[], at.0),
                "pipeline" => self.take_into_list(Kind::Pipeline, one(), &[], at.0),
                "pipelines_gone" => self.take_into_list(Kind::Pipeline, Vec::new(), &ids(), at.0),
                "properties" => self.take_into_list(Kind::Property, things(&value), &[], at.0),
                "property" => self.take_into_list(Kind::Property, one(), &[], at.0),
                "properties_gone" => self.take_into_list(Kind::Property, Vec::new(), &ids(), at.0),
                "object_types" => self.take_into_list(Kind::ObjectType, things(&value), &[], at.0),
                "object_type" => self.take_into_list(Kind::ObjectType, one(), &[], at.0),
                "object_types_gone" => self.take_into_list(Kind::ObjectType, Vec::new(), &ids(), at.0),
                "ticket_counts" => each(&|counts| self.take_counts(counts, Some(at.0))),
                "shown" => each(&|shown| self.take_shown(shown, Some(at.0))),
                "links" => Self::take_links(&value),
                _ => {}
            }
        }
    }

    /// Takes in conversations that came with them.
    pub fn take_conversations_of(&self, all: Vec<Thing>) {
        self.take_page(all.into_iter().filter_map(|it| ConversationView::from_json(it.into_json())).collect());
    }

    /// Takes in records of whatever kind they are.
    pub fn take_records(&self, records: Vec<Thing>) {
        for record in records {
            if let Some(kind) = record_kind(record.text("kind")) {
                self.take_things(kind, vec![record]);
            }
        }
    }

    /// Something was missed: what is held of all kinds is read anew.
    pub(super) fn reread_known(&self) {
        let asked = ASKED.with_borrow(Clone::clone);
        asked.into_iter().for_each(|kind| self.read_all(kind));
        self.kept().shown.set(Vec::new());
        self.reread_counts();
    }
}

/// The kind that records name themselves by.
#[must_use]
pub fn record_kind(word: &str) -> Option<Kind> {
    Some(match word {
        "contact" => Kind::Contact,
        "company" => Kind::Company,
        "deal" => Kind::Deal,
        "object" => Kind::Object,
        _ => return None,
    })
}
