//! One line of a history, whatever it is the history of: what was done, when, whether it was taken back, and the way back
//! (T9, T11). What a change is called is said by whose history it is.

use crate::browser::when::{self, use_clock};
use crate::store::Store;
use crate::ui::live::{Pieces, live};
use leptos::prelude::*;
use samtal_model::wire::HistoryEntry;
use samtal_model::{Actor, Owner};

/// Who did it.
#[must_use]
pub fn name(store: Store, actor: Actor) -> String {
    match actor {
        Actor::Agent(agent) => untrack(|| store.agent_name(agent)),
        Actor::System => "Samtal".into(),
    }
}

/// An owner, or that there is none.
#[must_use]
pub fn owner(store: Store, owner: Option<Owner>) -> String {
    match owner {
        Some(Owner::Agent(agent)) => untrack(|| store.agent_name(agent)),
        Some(Owner::Bot) => "the bot".into(),
        None => "nobody".into(),
    }
}

/// One command: its `words`, quieter ones `aside`, and the address of what can be shown.
#[must_use]
pub fn line(
    store: Store,
    entry: &HistoryEntry,
    words: String,
    aside: Option<String>,
    show: Option<Signal<String>>,
) -> AnyView {
    let clock = use_clock();
    let (command, at, moment) = (entry.command, entry.at, entry.at.0);
    let title = ["Undo: ", &words].concat();
    let taken_back = entry.undone_by.map(|_| {
        let by = entry.undone_by_actor.map_or_else(String::new, |actor| [" by ", &name(store, actor)].concat());
        ["Taken back", &by].concat()
    });
    let aside: Vec<String> = [aside, taken_back].into_iter().flatten().collect();
    view! {
        <li class="history-line" class:history-undone=entry.undone_by.is_some()>
            <span class="history-words">{words}</span>
            <span class="history-when">
                <time datetime=at.to_rfc3339() title=when::long(moment)>{live(move || when::short(moment, clock.now_ms()))}</time>
                {aside.into_iter().map(|words| view! { <span>{words}</span> }).pieces()}
                {show.map(|href| view! { <a href=href>"Show"</a> })}
            </span>
            {entry
                .undoable
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button button-quiet history-undo"
                            aria-label=title
                            on:click=move |_| store.undo(command)
                        >
                            "Undo"
                        </button>
                    }
                })}
        </li>
    }
    .into_any()
}
