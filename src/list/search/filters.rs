//! The filter controls (S3): they show and change the same text as the one who types.

use super::Typed;
use crate::browser::{text, when};
use crate::store::use_store;
use crate::ui::live::{Pieces, live, memo, part};
use crate::ui::pop::{Pop, Tick};
use crate::ui::sorted;
use leptos::prelude::*;
use samtal_model::query::{Assignee, Carries, ContactRef, Dates, Field, Query, Reading, Term, Text, Unit, When};
use samtal_model::{AgentState, Channel, ConversationState, View};

#[component]
pub fn Filters(typed: Typed) -> impl IntoView {
    let query = memo(move || typed.query());
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <Several typed query field=Field::State name="Status" terms=vec![
                ("Open", Term::State(ConversationState::Open)),
                ("Closed", Term::State(ConversationState::Closed)),
            ]/>
            <Several typed query field=Field::Channel name="Channel" terms=vec![
                ("Email", Term::Channel(Channel::Email)),
                ("Chat", Term::Channel(Channel::Chat)),
                ("Messenger", Term::Channel(Channel::Messenger)),
                ("Forms", Term::Channel(Channel::Form)),
                ("Calls", Term::Channel(Channel::Call)),
            ]/>
            <Assignees typed query/>
            <Period typed query/>
            <More typed query/>
        </div>
    }
}

/// A control's words: its name, and how many of its values are chosen.
fn counted(name: &'static str, query: Memo<Query>, field: Field) -> Signal<String> {
    live(move || match query.with(|query| query.wanted(field).count() + query.excluded(field).count()) {
        0 => name.to_owned(),
        count => [name, " ", &count.to_string()].concat(),
    })
}

fn is_set(query: Memo<Query>, field: Field) -> Signal<bool> {
    live(move || query.with(|query| query.wanted(field).next().or(query.excluded(field).next()).is_some()))
}

fn term_tick(typed: Typed, query: Memo<Query>, label: String, term: Term) -> impl IntoView {
    let of = StoredValue::new(term);
    let on = live(move || query.with(|query| of.with_value(|term| query.wants(term))));
    let set = Callback::new(move |on: bool| {
        let term = of.get_value();
        typed.edit(term.field(), |query| query.set(term, on));
    });
    view! { <Tick label on set/> }
}

/// A filter whose values are fixed.
#[component]
fn Several(
    typed: Typed,
    query: Memo<Query>,
    field: Field,
    name: &'static str,
    terms: Vec<(&'static str, Term)>,
) -> impl IntoView {
    let terms = StoredValue::new(terms);
    view! {
        <Pop label=counted(name, query, field) active=is_set(query, field)>
            {terms
                .get_value()
                .into_iter()
                .map(|(label, term)| term_tick(typed, query, label.to_owned(), term))
                .pieces()}
        </Pop>
    }
}

#[component]
fn Assignees(typed: Typed, query: Memo<Query>) -> impl IntoView {
    let store = use_store();
    let former = RwSignal::new(false);
    view! {
        <Pop label=counted("Assignee", query, Field::Assignee) active=is_set(query, Field::Assignee)>
            {[("Me", Assignee::Me), ("Nobody", Assignee::Nobody), ("Bots", Assignee::Bot)]
                .into_iter()
                .map(|(label, who)| term_tick(typed, query, label.to_owned(), Term::Assignee(who)))
                .pieces()}
            <hr/>
            {part(move || Some({
                let mut agents = store.agents().get();
                agents.retain(|agent| former.get() || agent.state == AgentState::Active);
                let agents = sorted::by(agents, |agent| text::lower(&agent.name));
                agents
                    .into_iter()
                    .map(|agent| {
                        let label = match agent.state {
                            AgentState::Active => agent.name,
                            AgentState::Deactivated => [&agent.name, " (deactivated)"].concat(),
                            AgentState::Removed => [&agent.name, " (removed)"].concat(),
                        };
                        term_tick(typed, query, label, Term::Assignee(Assignee::Agent(agent.id)))
                    })
                    .pieces()
            }))}
            <hr/>
            <Tick label="Show deactivated/removed users" on=former set=move |on| former.set(on)/>
        </Pop>
    }
}

/// The date range: by days, or by what is usual.
#[component]
fn Period(typed: Typed, query: Memo<Query>) -> impl IntoView {
    let set = move |dates: Dates| typed.edit(Field::Dates, |query| query.dates = dates);
    let ago = |count| Dates { after: Some(When::Ago { count, unit: Unit::Day }), ..Dates::default() };
    let on = |when| Dates { on: Some(when), ..Dates::default() };
    let presets = [
        ("Today", on(When::Today)),
        ("Yesterday", on(When::Yesterday)),
        ("Last 7 days", ago(6)),
        ("Last 30 days", ago(29)),
    ];
    // As the two fields show it: both days included.
    let days = memo(move || {
        let (first, next) = query.with(|query| query.dates.days(when::today()));
        (first, next.and_then(|next| next.pred_opt()))
    });
    let label = live(move || {
        let dates = query.with(|query| query.dates);
        if dates == Dates::default() {
            return "Date".to_owned();
        }
        presets
            .iter()
            .find(|(_, preset)| *preset == dates)
            .map_or_else(|| "Date \u{2022}".into(), |(name, _)| (*name).into())
    });
    let active = live(move || query.with(|query| query.dates != Dates::default()));
    let field = move |name: &'static str, last: bool| {
        let value = move || {
            let (first, till) = days.get();
            (if last { till } else { first }).map(|day| day.to_string()).unwrap_or_default()
        };
        let change = move |text: String| {
            let day = match When::parse(&text) {
                Some(When::Day(day)) => Some(day),
                _ => None,
            };
            let (first, till) = days.get_untracked();
            set(if last { Dates::through(first, day) } else { Dates::through(day, till) });
        };
        view! {
            <label class="filters-day">
                <span>{name}</span>
                <input type="date" prop:value=value on:change=move |event| change(event_target_value(&event))/>
            </label>
        }
    };
    view! {
        <Pop label active>
            <div class="filters-presets">
                {presets
                    .into_iter()
                    .map(|(name, dates)| {
                        let chosen = move || query.with(|query| query.dates == dates);
                        view! {
                            <button
                                type="button"
                                class="pop-button"
                                class:pop-active=chosen
                                aria-pressed=live(move || chosen().to_string())
                                on:click=move |_| set(if chosen() { Dates::default() } else { dates })
                            >
                                {name}
                            </button>
                        }
                    })
                    .pieces()}
            </div>
            {field("From", false)}
            {field("To", true)}
        </Pop>
    }
}

/// Contact, unread, attachments, and what to leave out.
#[component]
fn More(typed: Typed, query: Memo<Query>) -> impl IntoView {
    let hides = move |view: View| live(move || query.with(|query| query.hides(view)));
    let hide = move |view: View| Callback::new(move |on: bool| typed.edit(Field::View, |query| query.hide(view, on)));
    let contact = move || {
        query.with(|query| match query.wanted(Field::Contact).next() {
            Some(Term::Contact(ContactRef::Named(text))) => text.as_str().to_owned(),
            _ => String::new(),
        })
    };
    let named = move |text: String| {
        typed.edit(Field::Contact, |query| {
            query.clear(Field::Contact);
            if let Some(text) = Text::new(text.trim()) {
                query.want(Term::Contact(ContactRef::Named(text)));
            }
        });
    };
    let fields = [Field::Contact, Field::Reading, Field::Has, Field::View];
    let count = move || {
        query.with(|query| {
            fields.iter().map(|field| query.wanted(*field).count() + query.excluded(*field).count()).sum::<usize>()
        })
    };
    let label = live(move || match count() {
        0 => "More".to_owned(),
        count => ["More ", &count.to_string()].concat(),
    });
    view! {
        <Pop label active=live(move || count() > 0)>
            <label class="filters-day">
                <span>"Contact"</span>
                <input type="text" placeholder="Name or address" prop:value=contact on:change=move |event| named(event_target_value(&event))/>
            </label>
            {term_tick(typed, query, "Unread".to_owned(), Term::Reading(Reading::Unread))}
            {term_tick(typed, query, "Has attachments".to_owned(), Term::Has(Carries::Attachment))}
            <hr/>
            <Tick label="Hide filtered" on=hides(View::Spam) set=hide(View::Spam)/>
            <Tick label="Hide trash" on=hides(View::Trash) set=hide(View::Trash)/>
        </Pop>
    }
}
