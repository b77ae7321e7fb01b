//! What narrows the tickets down and in which order they stand. All of it is in the address: a choice is a step of the
//! history, typing is none.

use super::ticket::{NONE, Order};
use crate::pages::status::{Pipeline, of_pipeline};
use crate::routes::page::{Asked, Page};
use crate::routes::use_nav;
use crate::store::{Store, use_store};
use crate::ticket::PRIORITIES;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{Pieces, live, memo, part};
use crate::ui::pop::{Pop, Tick};
use leptos::prelude::*;
use samtal_model::AgentState;

/// A value and its name.
type Choice = (String, String);

/// The bar of filters.
#[component]
pub fn Filters(asked: Memo<Asked>, pipelines: Memo<Vec<Pipeline>>) -> AnyView {
    let (store, nav) = (use_store(), use_nav());
    let trash = memo(move || asked.with(|asked| asked.get("trash") == "true"));
    let board = memo(move || asked.with(|asked| asked.board) && !trash.get());
    let inboxes = memo(move || {
        store.inboxes().with(|all| all.iter().map(|it| (it.id.to_string(), it.name.clone())).collect::<Vec<Choice>>())
    });
    let lines = memo(move || {
        pipelines.with(|all| all.iter().map(|it| (it.id.to_string(), it.name.clone())).collect::<Vec<Choice>>())
    });
    let narrowed = memo(move || {
        asked.with(|asked| ["status", "owner", "priority", "q"].iter().any(|name| !asked.get(name).is_empty()))
    });
    let trash_href = live(move || {
        let to = Asked { board: false, ..Asked::default() };
        let to = to.with("inbox", asked.read().get("inbox"));
        Page::Tickets(if trash.get() { to } else { to.with("trash", "true") }).href()
    });
    view! {
        <search class="tickets-filters" aria-label="Filter tickets">
            {part(move || (inboxes.read().len() > 1).then(|| view! {
                <Chooser label="Inbox" field="inbox" none=Some("All inboxes") choices=inboxes asked/>
            }))}
            {part(move || (lines.read().len() > 1).then(|| {
                // A board is of one pipeline.
                let none = if board.get() { None } else { Some("All pipelines") };
                view! { <Chooser label="Pipeline" field="pipeline" none choices=lines asked/> }
            }))}
            <input
                type="search"
                class="tickets-words"
                aria-label="Words of the name"
                placeholder="Name"
                autocomplete="off"
                prop:value=live(move || asked.with(|asked| asked.get("q").to_owned()))
                on:input=move |event| {
                    let to = asked.get_untracked().with("q", event_target_value(&event).trim_start());
                    nav.replace(Page::Tickets(to).route());
                }
            />
            {part(move || (!board.get()).then(|| view! {
                <Several label="Status" field="status" choices=Callback::new(move |()| statuses(asked, pipelines)) asked/>
            }))}
            <Several label="Owner" field="owner" choices=Callback::new(move |()| owners(store)) asked/>
            <Several label="Priority" field="priority" choices=Callback::new(|()| priorities()) asked/>
            <Chooser
                label="Order"
                field="sort"
                none=None
                choices=memo(|| Order::ALL.into_iter().map(|(_, slug, name)| (slug.to_owned(), name.to_owned())).collect::<Vec<Choice>>())
                asked
            />
            {part(move || narrowed.get().then(|| view! {
                <button
                    type="button"
                    class="button button-quiet"
                    on:click=move |_| {
                        let mut to = asked.get_untracked();
                        for name in ["status", "owner", "priority", "q"] {
                            to = to.with(name, "");
                        }
                        nav.go(Page::Tickets(to).route());
                    }
                >
                    "Clear filters"
                </button>
            }))}
            <a class="button button-quiet tickets-trash" href=trash_href aria-current=live(move || trash.get().then_some("page"))>
                <Icon glyph=Glyph::Trash/>
                {live(move || if trash.get() { "Leave Trash" } else { "Trash" })}
            </a>
        </search>
    }
    .into_any()
}

/// One of a few.
#[component]
fn Chooser(
    label: &'static str,
    field: &'static str,
    /// What no value is called; none: the first choice is meant.
    none: Option<&'static str>,
    choices: Memo<Vec<Choice>>,
    asked: Memo<Asked>,
) -> AnyView {
    let nav = use_nav();
    let option = move |(key, name): Choice, first: bool| {
        let mine = key.clone();
        let chosen = live(move || asked.with(|asked| asked.get(field) == mine || first && asked.get(field).is_empty()));
        view! { <option value=key prop:selected=chosen>{name}</option> }
    };
    view! {
        <select
            class="tickets-select"
            aria-label=label
            on:change=move |event| {
                let to = asked.get_untracked().with(field, &event_target_value(&event));
                nav.go(Page::Tickets(to).route());
            }
        >
            {none.map(|words| option((String::new(), words.to_owned()), false))}
            {part(move || {
                let options = choices.get().into_iter().enumerate();
                Some(options.map(|(place, choice)| option(choice, none.is_none() && place == 0)).pieces())
            })}
        </select>
    }
    .into_any()
}

/// Any number of several.
#[component]
fn Several(
    label: &'static str,
    field: &'static str,
    choices: Callback<(), Vec<Choice>>,
    asked: Memo<Asked>,
) -> AnyView {
    let nav = use_nav();
    let chosen = memo(move || {
        asked.with(|asked| {
            asked.get(field).split(',').filter(|it| !it.is_empty()).map(ToOwned::to_owned).collect::<Vec<_>>()
        })
    });
    let words = live(move || match chosen.read().len() {
        0 => label.to_owned(),
        count => [label, ": ", &count.to_string()].concat(),
    });
    let tick = move |(key, name): Choice| {
        let (mine, own) = (key.clone(), key);
        let on = live(move || chosen.read().contains(&mine));
        let set = move |ticked: bool| {
            let mut now = chosen.get_untracked();
            now.retain(|other| *other != own);
            if ticked {
                now.push(own.clone());
            }
            nav.go(Page::Tickets(asked.get_untracked().with(field, &now.join(","))).route());
        };
        view! { <Tick label=name on set/> }
    };
    view! {
        <Pop label=words active=live(move || !chosen.read().is_empty())>
            {choices.run(()).into_iter().map(tick).pieces()}
        </Pop>
    }
    .into_any()
}

fn statuses(asked: Memo<Asked>, pipelines: Memo<Vec<Pipeline>>) -> Vec<Choice> {
    let only = asked.with_untracked(|asked| asked.get("pipeline").parse::<i64>().ok());
    pipelines.with_untracked(|all| {
        let several = all.len() > 1 && only.is_none();
        let pipelines = all.iter().filter(|it| only.is_none_or(|only| only == it.id));
        let name = |pipeline: &Pipeline, status: &str| match several {
            true => [status, " (", &pipeline.name, ")"].concat(),
            false => status.to_owned(),
        };
        pipelines
            .flat_map(|it| of_pipeline(all, it.id).into_iter().map(move |status| (it, status)))
            .map(|(it, status)| (status.id.to_string(), name(it, &status.name)))
            .collect()
    })
}

/// Oneself, nobody, and the others of the team.
fn owners(store: Store) -> Vec<Choice> {
    let me = untrack(|| store.me().id);
    let mut all = vec![(me.to_string(), "Me".to_owned()), (NONE.to_owned(), "Nobody".to_owned())];
    store.agents().with_untracked(|agents| {
        let others = agents.iter().filter(|agent| agent.id != me && agent.state == AgentState::Active);
        all.extend(others.map(|agent| (agent.id.to_string(), agent.name.clone())));
    });
    all
}

fn priorities() -> Vec<Choice> {
    let named = PRIORITIES.iter().map(|(slug, name)| ((*slug).to_owned(), (*name).to_owned()));
    named.chain([(NONE.to_owned(), "No priority".to_owned())]).collect()
}
