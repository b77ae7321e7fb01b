//! Two contacts who are one (D7): the other is looked for, what goes over is shown, and only then it is done.

use super::Subject;
use super::activity::mistakes;
use super::words;
use crate::api::known::Write;
use crate::api::told::Answer;
use crate::browser::when;
use crate::records::lookup::{Among, Lookup, LookupField};
use crate::records::{self, property};
use crate::routes::page::Kind;
use crate::store::known::{self, Thing};
use crate::ui::live::{live, part, spawn};
use leptos::prelude::*;

/// What a merge reaches, in the words of the API: every conversation and ticket that goes over.
const CONVERSATIONS: &str = "conversation_handed_over";
const TICKETS: &str = "ticket_handed_over";

#[component]
pub fn Merging(subject: Subject, open: RwSignal<bool>) -> AnyView {
    let lookup = Lookup::new(subject.store, Among::Records(Kind::Contact, None));
    let wrong = lookup.wrong;
    let chosen = RwSignal::new(None::<(Thing, Vec<String>)>);
    let failed = move |problem: &samtal_model::wire::Problem| {
        let words = mistakes(problem).into_iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ");
        let _gone = wrong.try_set(Some(words));
    };
    let another = Callback::new(move |it: Thing| it.id() != subject.id);
    let choose = Callback::new(move |other: Thing| {
        wrong.set(None);
        spawn(async move {
            match Write::merge_contacts(subject.id, other.id()).preview().await {
                Ok(answer) => {
                    let refused = answer.known.at("refused").at("detail").text().map(ToOwned::to_owned);
                    if refused.is_some() {
                        let _gone = wrong.try_set(refused);
                        return;
                    }
                    let moves = moves(&answer).into_iter().chain(fills(subject, &other)).collect();
                    let _gone = chosen.try_set(Some((other, moves)));
                }
                Err(problem) => failed(&problem),
            }
        });
    });
    let merge = move |_| {
        let Some((other, _)) = chosen.get_untracked() else { return };
        let said = [&records::name(&other), " was merged into ", &untrack(|| subject.name())].concat();
        subject.store.write(Write::merge_contacts(subject.id, other.id()), said, move |answer| match answer {
            Ok(_) => {
                subject.reread();
                let _gone = open.try_set(false);
            }
            Err(problem) => failed(&problem),
        });
    };
    view! {
        {part(move || {
            let (other, moves) = chosen.get()?;
            let (loser, winner) = (records::name(&other), subject.name());
            let kept = ["Where both say something, what ", &winner, " says stays."].concat();
            Some(view! {
                <div class="dialog-text">
                    <p><b>{loser}</b>" becomes part of "<b>{winner}</b>", and its address leads here. What goes over:"</p>
                    <ul class="record-moves">{moves.into_iter().map(|words| view! { <li>{words}</li> }).collect_view()}</ul>
                    <p>{kept}</p>
                    <p class="form-wrong" role="alert">{live(move || wrong.get())}</p>
                </div>
                <div class="dialog-buttons">
                    <button type="button" class="button" on:click=move |_| chosen.set(None)>"Choose another"</button>
                    <button type="button" class="button button-main" on:click=merge>"Merge"</button>
                </div>
            })
        })}
        {part(move || {
            chosen.read().is_none().then(|| {
                view! { <LookupField lookup label="Find the other contact, by name or address" on_choose=choose fits=another/> }
            })
        })}
    }
    .into_any()
}

/// What goes over, by the changes it would make.
fn moves(answer: &Answer) -> Vec<String> {
    let count = |kind: &str| answer.changes.iter().filter(|told| told.counts_as() == Some(kind)).count() as i64;
    // A long list of changes is cut, what is reached is counted in full.
    let reach = known::things(answer.known.at("reach"));
    let reached =
        |what: &str| reach.iter().find(|it| it.text("what") == what).and_then(|it| it.int("count")).unwrap_or(0);
    [
        (reached(CONVERSATIONS), "conversation", "conversations"),
        (reached(TICKETS), "ticket", "tickets"),
        (count("activity_set"), "note, task, meeting or call", "notes, tasks, meetings and calls"),
        (count("link_set"), "association", "associations"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| [when::number(count).as_str(), " ", if count == 1 { one } else { many }].concat())
    .collect()
}

/// Values that the one who stays has not.
fn fills(subject: Subject, other: &Thing) -> Vec<String> {
    let all = untrack(|| subject.store.all(known::Kind::Property)).unwrap_or_default();
    let Some(winner) = subject.record.get_untracked() else { return Vec::new() };
    let empty = |it: &Thing, key: &str| *it.value(key) == samtal_model::json::Json::Null;
    words::of_kind(all, subject.kind, None)
        .into_iter()
        .filter(|it| empty(&winner, it.text("key")) && !empty(other, it.text("key")))
        .map(|it| property::name(&it))
        .collect()
}
