//! What a record is associated with: a section for each kind, with the ways to add and to take away.

use super::Subject;
use super::activity::mistakes;
use super::words;
use crate::api::known::Write;
use crate::records::lookup::{Among, Lookup, LookupField};
use crate::records::{self, property};
use crate::routes::page::Kind;
use crate::store::known::{self, Thing, record_kind};
use crate::ui::button::IconButton;
use crate::ui::dialog::Dialog;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{Part, Pieces, live, memo, part};
use leptos::prelude::*;
use samtal_model::json::Json;

/// A section: a kind, and of objects which type.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    kind: Kind,
    object_type: Option<i64>,
    one: String,
    several: String,
}

impl Group {
    fn has(&self, record: &Thing) -> bool {
        record.text("kind") == self.kind.word() && record.int("object_type_id") == self.object_type
    }
}

fn groups(subject: Subject) -> Vec<Group> {
    let fixed = [Kind::Contact, Kind::Company, Kind::Deal].into_iter().map(|kind| Group {
        kind,
        object_type: None,
        one: words::noun(kind).to_owned(),
        several: words::several(kind).to_owned(),
    });
    let types = subject.store.all(known::Kind::ObjectType).unwrap_or_default();
    let own = types.into_iter().map(|it| Group {
        kind: Kind::Object,
        object_type: Some(it.id()),
        one: it.text("name").to_owned(),
        several: it.text("plural").to_owned(),
    });
    // Two of a kind are not associated.
    fixed.chain(own).filter(|group| group.kind != subject.kind).collect()
}

#[component]
pub fn Links(subject: Subject) -> AnyView {
    let all = memo(move || groups(subject));
    part(move || Some(all.get().into_iter().map(|group| view! { <Section subject group/> }).pieces())).into_any()
}

#[component]
fn Section(subject: Subject, group: Group) -> AnyView {
    let adding = RwSignal::new(false);
    let heading =
        ["record-links-", group.kind.slug(), "-", &group.object_type.unwrap_or_default().to_string()].concat();
    let (several, labelled) = (group.several.clone(), heading.clone());
    let add = ["Add a ", &group.one].concat();
    let trashed = memo(move || subject.trashed());
    let mine = {
        let group = group.clone();
        memo(move || subject.links.with(|all| all.iter().filter(|it| group.has(it)).cloned().collect::<Vec<_>>()))
    };
    let button: Part = {
        let add = add.clone();
        part(move || {
            let label = add.clone();
            (!trashed.get()).then(|| {
                view! {
                    <button type="button" class="button button-quiet" aria-label=label on:click=move |_| adding.set(true)>
                        "Add"
                    </button>
                }
            })
        })
    };
    view! {
        <section class="card" aria-labelledby=labelled>
            <div class="card-head">
                <h2 id=heading>{several}</h2>
                {button}
            </div>
            <ul class="record-links">
                {part(move || Some(mine.get().into_iter().map(|it| row(subject, it, trashed)).pieces()))}
            </ul>
            {part(move || mine.read().is_empty().then(|| view! { <p class="details-none">"None."</p> }))}
        </section>
        <Dialog open=adding title=Signal::stored(add)>
            <Adding subject group=group.clone() open=adding/>
        </Dialog>
    }
    .into_any()
}

fn row(subject: Subject, record: Thing, trashed: Memo<bool>) -> AnyView {
    let Some(kind) = Kind::from_word(record.text("kind")) else { return ().into_any() };
    let id = record.id();
    let shown = record_kind(kind.word()).map(|of| subject.store.thing(of, id));
    let at = records::href(&record);
    let now = memo(move || shown.as_ref().and_then(|it| it.get()).unwrap_or_else(|| record.clone()));
    let remove = move |_| {
        let write = Write::link(subject.kind.slug(), subject.id, kind.word(), id, false);
        subject.store.write(write, "Association removed", move |answer| {
            if answer.is_ok() {
                let gone = |it: &Thing| it.text("kind") == kind.word() && it.id() == id;
                let _gone = subject.links.try_update(|all| all.retain(|it| !gone(it)));
            }
        });
    };
    view! {
        <li>
            <a href=at>
                <span class="details-subject" dir="auto">{live(move || now.with(records::name))}</span>
                <small>{live(move || now.with(property::aside))}</small>
            </a>
            {part(move || {
                let label = live(move || ["Remove ", &now.with(records::name)].concat());
                (!trashed.get()).then(|| view! { <IconButton label glyph=Glyph::X class="icon-button-small" on_press=remove/> })
            })}
        </li>
    }
    .into_any()
}

/// Chooses one that is there, or makes a new one.
#[component]
fn Adding(subject: Subject, group: Group, open: RwSignal<bool>) -> AnyView {
    let (kind, object_type) = (group.kind, group.object_type);
    let lookup = Lookup::new(subject.store, Among::Records(kind, object_type));
    let (typed, wrong) = (lookup.typed, lookup.wrong);
    let free = Callback::new(move |it: Thing| {
        let taken = |other: &Thing| other.id() == it.id() && other.text("kind") == kind.word();
        !subject.links.with(|all| all.iter().any(taken))
    });
    let failed = move |problem: &samtal_model::wire::Problem| {
        let words = mistakes(problem).into_iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ");
        let _gone = wrong.try_set(Some(words));
    };
    let choose = Callback::new(move |it: Thing| {
        let write = Write::link(subject.kind.slug(), subject.id, kind.word(), it.id(), true);
        subject.store.write(write, "Association added", move |answer| match answer {
            Ok(_) => {
                let _gone = subject.links.try_update(|all| all.push(it));
                let _gone = open.try_set(false);
            }
            Err(problem) => failed(&problem),
        });
    });
    let make = move |_| {
        let words = typed.get_untracked().trim().to_owned();
        let is_address = kind == Kind::Contact && words.contains('@');
        let values = Json::object([(if is_address { "email" } else { "name" }, words.into())]);
        let write = Write::new_record(kind.slug(), object_type, values, &[(subject.kind.word(), subject.id)]);
        subject.store.write(write, "Made and associated", move |answer| match answer {
            Ok(_) => {
                subject.reread();
                let _gone = open.try_set(false);
            }
            Err(problem) => failed(&problem),
        });
    };
    let one = group.one.clone();
    let named = live(move || ["Make the ", &one, " \u{201c}", typed.read().trim(), "\u{201d}"].concat());
    view! {
        <LookupField lookup label=["Search ", &group.several, ", or name a new one"].concat() on_choose=choose fits=free/>
        {part(move || {
            (!typed.read().trim().is_empty()).then(|| {
                view! {
                    <button type="button" class="button" on:click=make>
                        <Icon glyph=Glyph::Check/>
                        {named}
                    </button>
                }
            })
        })}
    }
    .into_any()
}
