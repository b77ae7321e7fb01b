//! What is written down on a record or a ticket: a note, a task, a meeting, a call. What is asked of each, how it is sent, and its
//! line in the timeline.

use super::holder::Holder;
use super::timeline::moment;
use crate::api::known::Write;
use crate::browser::when::{self, use_clock};
use crate::records::property;
use crate::store::Store;
use crate::store::known::{self, Thing};
use crate::ui::field::FieldKind;
use crate::ui::form::{self, Asked, Form, Pairs, Verdict};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use crate::ui::menu::{Menu, MenuItem};
use leptos::prelude::*;
use samtal_model::json::Json;
use samtal_model::wire::Problem;
use samtal_model::{AgentId, Timestamp};

/// What agents write down themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Note,
    Task,
    Meeting,
    Call,
}

const OUTCOMES: [(&str, &str); 5] = [
    ("connected", "Connected"),
    ("no_answer", "No answer"),
    ("busy", "Busy"),
    ("left_message", "Left a message"),
    ("wrong_number", "Wrong number"),
];
const DIRECTIONS: [(&str, &str); 2] = [("out", "We called"), ("in", "They called")];

fn options(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(key, name)| ((*key).to_owned(), (*name).to_owned())).collect()
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Note, Self::Task, Self::Meeting, Self::Call];

    /// As the API says it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Task => "task",
            Self::Meeting => "meeting",
            Self::Call => "call",
        }
    }

    /// What the button says that begins one.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Note => "Add note",
            Self::Task => "Create task",
            Self::Meeting => "Schedule meeting",
            Self::Call => "Log call",
        }
    }

    /// What is said when it is done.
    #[must_use]
    pub fn done(self) -> &'static str {
        match self {
            Self::Note => "Note added",
            Self::Task => "Task created",
            Self::Meeting => "Meeting scheduled",
            Self::Call => "Call logged",
        }
    }

    #[must_use]
    pub fn glyph(self) -> Glyph {
        match self {
            Self::Note => Glyph::FileText,
            Self::Task => Glyph::Check,
            Self::Meeting => Glyph::Clock,
            Self::Call => Glyph::Calls,
        }
    }

    fn of(activity: &Thing) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.word() == activity.text("kind"))
    }

    /// What is asked.
    #[must_use]
    pub fn asked(self, store: Store) -> Vec<Asked> {
        match self {
            Self::Note => vec![Asked::new("text", "Note", FieldKind::Lines).required()],
            Self::Task => vec![
                Asked::new("text", "Task", FieldKind::Lines).required(),
                Asked::new("due", "Due", FieldKind::Moment),
                Asked::new("assignee", "Assignee", FieldKind::Choice(property::people(store))),
            ],
            Self::Meeting => vec![
                Asked::new("text", "About", FieldKind::Lines).required(),
                Asked::new("at", "Start", FieldKind::Moment).required(),
                Asked::new("ends_at", "End", FieldKind::Moment),
            ],
            Self::Call => vec![
                Asked::new("direction", "Direction", FieldKind::Choice(options(&DIRECTIONS))),
                Asked::new("outcome", "Outcome", FieldKind::Choice(options(&OUTCOMES))).required(),
                Asked::new("duration_s", "Duration in minutes", FieldKind::Number),
                Asked::new("at", "When", FieldKind::Moment).hint("Now, if you leave it empty."),
                Asked::new("text", "Notes", FieldKind::Lines),
            ],
        }
    }

    /// What was entered, as the API takes it.
    fn fields(self, entered: &Pairs) -> Result<Vec<(String, Json)>, Pairs> {
        let mut fields = Vec::with_capacity(entered.len());
        for (name, text) in entered {
            let value = match &**name {
                "at" if text.is_empty() => continue,
                "at" | "due" | "ends_at" => moment_of(text),
                "assignee" => Some(text.parse::<i64>().ok().into()),
                "duration_s" => seconds(text).map(Into::into),
                "direction" | "outcome" => Some(Some(text.clone()).filter(|text| !text.is_empty()).into()),
                _ => Some(text.clone().into()),
            };
            let Some(value) = value else {
                let words =
                    if name == "duration_s" { "Write minutes such as 5 or 2.5." } else { "Choose a day and a time." };
                return Err(vec![(name.clone(), words.to_owned())]);
            };
            fields.push((name.clone(), value));
        }
        Ok(fields)
    }
}

/// What a control for a moment has, as the API takes it; none if it is no moment.
fn moment_of(text: &str) -> Option<Json> {
    if text.is_empty() {
        return Some(Json::Null);
    }
    when::from_control(text).map(|ms| Timestamp(ms).to_rfc3339().into())
}

/// Minutes, with a decimal point or comma, in seconds; none inside if nothing is written.
fn seconds(text: &str) -> Option<Option<i64>> {
    if text.is_empty() {
        return Some(None);
    }
    let minutes: f64 = text.replace(',', ".").parse().ok()?;
    (0.0..=100_000.0).contains(&minutes).then(|| Some((minutes * 60.0).round() as i64))
}

/// What is wrong, by the name it was asked under.
#[must_use]
pub fn mistakes(problem: &Problem) -> Pairs {
    if problem.errors.is_empty() {
        return vec![(String::new(), problem.detail.clone())];
    }
    let name = |field: &str| field.strip_prefix("values.").unwrap_or(field).to_owned();
    problem.errors.iter().map(|error| (name(&error.field), error.message.clone())).collect()
}

/// The form that writes one down, or changes the one that is given.
#[component]
pub fn ActivityForm(
    holder: Holder,
    sort: Sort,
    #[prop(optional)] old: Option<Thing>,
    /// It was saved, or given up.
    on_end: Callback<()>,
) -> AnyView {
    let store = holder.store;
    let id = old.as_ref().map(Thing::id);
    let key = draft_key(holder, sort, id);
    let begin = old.as_ref().map(begun).unwrap_or_default();
    let first = StoredValue::new(begin.clone());
    let send = Callback::new(move |(entered, verdict): (Pairs, Verdict)| {
        let entered = if id.is_some() { first.with_value(|first| changed(first, entered)) } else { entered };
        let mut fields = match sort.fields(&entered) {
            Ok(fields) => fields,
            Err(wrong) => return verdict(wrong),
        };
        if id.is_some() && fields.is_empty() {
            verdict(Pairs::new());
            return on_end.run(());
        }
        let (write, said) = match id {
            Some(id) => (Write::edit_activity(id, Json::Fields(fields)), "Saved"),
            None => {
                fields.push(("record".into(), holder.reference()));
                fields.push(("kind".into(), sort.word().into()));
                (Write::new_activity(Json::Fields(fields)), sort.done())
            }
        };
        store.write(write, said, move |answer| match answer {
            Ok(_) => {
                verdict(Pairs::new());
                let _gone = on_end.try_run(());
            }
            Err(problem) => verdict(mistakes(&problem)),
        });
    });
    let verb = if id.is_some() { "Save" } else { sort.verb() };
    view! { <Form label=verb asked=sort.asked(store) key begin verb send on_cancel=on_end/> }.into_any()
}

/// Where what is typed is kept: for each agent, record and sort, or activity.
#[must_use]
pub fn draft_key(holder: Holder, sort: Sort, activity: Option<i64>) -> String {
    let me = untrack(|| holder.store.me().id.to_string());
    let activity = activity.map(|id| id.to_string()).unwrap_or_default();
    form::key(&[&me, holder.word, &holder.id.to_string(), sort.word(), &activity])
}

/// What differs from what stood there at first. The rest is not sent: a colleague may have changed it meanwhile, and a
/// control shows moments and durations rounder than they are.
fn changed(first: &Pairs, entered: Pairs) -> Pairs {
    entered.into_iter().filter(|(name, text)| form::of(first, name).trim() != text).collect()
}

/// An activity as its form has it.
fn begun(activity: &Thing) -> Pairs {
    let moment = |name: &str| activity.moment(name).map(|at| when::control(at.0)).unwrap_or_default();
    let mut pairs: Pairs = ["text", "direction", "outcome"]
        .into_iter()
        .map(|name| (name.to_owned(), activity.text(name).to_owned()))
        .collect();
    pairs.extend(["at", "due", "ends_at"].into_iter().map(|name| (name.to_owned(), moment(name))));
    let assignee = activity.int("assignee").map(|id| id.to_string()).unwrap_or_default();
    pairs.push(("assignee".into(), assignee));
    pairs.push(("duration_s".into(), activity.int("duration_s").map(minutes).unwrap_or_default()));
    pairs
}

/// Seconds in minutes, with a decimal if need be.
fn minutes(seconds: i64) -> String {
    let (whole, tenths) = (seconds / 60, seconds % 60 * 10 / 60);
    if tenths == 0 { whole.to_string() } else { [&whole.to_string(), ".", &tenths.to_string()].concat() }
}

/// Its line in the timeline.
#[component]
pub fn ActivityLine(holder: Holder, id: i64) -> AnyView {
    let store = holder.store;
    let shown = store.thing(known::Kind::Activity, id);
    let activity = memo(move || shown.get());
    let editing = RwSignal::new(false);
    let items = Callback::new(move |()| {
        let delete = MenuItem::run(Glyph::Trash, "Delete", move || {
            store.write(Write::delete_activity(id), "Deleted", |_| {});
        });
        let change = activity.with_untracked(|it| it.as_ref().and_then(Sort::of).is_some());
        let edit = change.then(|| MenuItem::run(Glyph::FileText, "Edit", move || editing.set(true)));
        edit.into_iter().chain([delete.danger()]).collect()
    });
    let sort = memo(move || activity.with(|it| it.as_ref().and_then(Sort::of)));
    let there = memo(move || activity.read().is_some());
    let may = memo(move || activity.with(|it| it.as_ref().is_some_and(|it| it.is("can_edit"))));
    let menu = move || {
        may.get().then(|| {
            view! { <Menu label="What to do with it" items class="icon-button icon-button-small"><Icon glyph=Glyph::Dots/></Menu> }
        })
    };
    let head = move || {
        let it = activity.get()?;
        let who = it.int("author").map_or_else(|| "Samtal".to_owned(), |id| store.agent_name(AgentId(id)));
        let at = it.moment("at").map_or(0, |at| at.0);
        Some(view! { <b>{who}</b>{[" ", did(&it)].concat()}{moment(at)} })
    };
    // What a colleague changes meanwhile does not take the form away.
    let body = move || match (editing.get(), sort.get()) {
        (true, Some(sort)) => {
            let old = activity.get_untracked()?;
            let on_end = Callback::new(move |()| editing.set(false));
            Some(view! { <ActivityForm holder sort old on_end/> }.into_any())
        }
        _ => Some(part(move || activity.get().map(|it| said(store, &it))).into_any()),
    };
    part(move || {
        there.get().then(|| {
            view! {
                <li class="story-line">
                    <span class="story-glyph"><Icon glyph=sort.get_untracked().map_or(Glyph::Info, Sort::glyph)/></span>
                    <div class="story-body">
                        <div class="story-head">{part(head)}{part(menu)}</div>
                        {part(body)}
                    </div>
                </li>
            }
        })
    })
    .into_any()
}

fn did(activity: &Thing) -> &'static str {
    match (activity.text("kind"), activity.text("direction")) {
        ("note", _) => "wrote a note",
        ("task", _) => "created a task",
        ("meeting", _) => "scheduled a meeting",
        ("call", "in") => "took a call",
        ("call", _) => "called",
        _ => "took in feedback",
    }
}

/// What it says.
fn said(store: Store, activity: &Thing) -> AnyView {
    let clock = use_clock();
    let text = activity.text("text").to_owned();
    let has_text = !text.is_empty();
    if activity.text("kind") == "task" {
        let id = activity.id();
        let done = activity.at("done_at").text().is_some();
        let due = activity.moment("due").map(|due| due.0);
        let late = live(move || !done && due.is_some_and(|due| due < clock.now_ms()));
        let due = due.map(|at| view! { <span class:story-late=late>{["Due ", &when::long(at)].concat()}</span> });
        let assignee = activity.int("assignee").map(|id| ["For ", &store.agent_name(AgentId(id))].concat());
        let toggle = move |_| {
            let fields = Json::object([("done", (!done).into())]);
            store.write(Write::edit_activity(id, fields), if done { "Not done yet" } else { "Done" }, |_| {});
        };
        return view! {
            <label class="story-task" class:story-done=done>
                <input type="checkbox" prop:checked=done on:change=toggle/>
                <span class="story-text" dir="auto">{text}</span>
            </label>
            <p class="story-facts">{due}{assignee.map(|words| view! { <span>{words}</span> })}</p>
        }
        .into_any();
    }
    let facts = facts(activity);
    view! {
        {(!facts.is_empty())
            .then(|| view! { <p class="story-facts">{facts.into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view()}</p> })}
        {has_text.then(|| view! { <p class="story-text" dir="auto">{text}</p> })}
    }
    .into_any()
}

fn facts(activity: &Thing) -> Vec<String> {
    match activity.text("kind") {
        "meeting" => {
            let at = |name: &str| activity.moment(name).map(|at| when::long(at.0));
            let until = activity.moment("ends_at").zip(activity.moment("at")).map(|(end, start)| {
                let same_day = when::local_day(end.0) == when::local_day(start.0);
                ["until ", &if same_day { when::clock(end.0) } else { when::long(end.0) }].concat()
            });
            at("at").into_iter().chain(until).collect()
        }
        "call" => {
            let outcome = OUTCOMES.iter().find(|(key, _)| *key == activity.text("outcome"));
            let lasted = activity.int("duration_s").map(|seconds| [&minutes(seconds), " min"].concat());
            outcome.map(|(_, name)| (*name).to_owned()).into_iter().chain(lasted).collect()
        }
        "feedback" => {
            let score = activity.int("score").map(|score| [&score.to_string(), " of 5"].concat());
            score.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Sort, changed, minutes, seconds};
    use samtal_model::json::Json;

    #[test]
    fn minutes_are_seconds_to_the_server() {
        for (text, wanted) in [("5", 300), ("2.5", 150), ("0,5", 30), ("0", 0)] {
            assert_eq!(seconds(text), Some(Some(wanted)), "{text}");
        }
        assert_eq!(seconds(""), Some(None));
        for text in ["five", "-1", "1e9", "nan"] {
            assert_eq!(seconds(text), None, "{text}");
        }
        assert_eq!((minutes(300), minutes(150)), ("5".to_owned(), "2.5".to_owned()));
    }

    #[test]
    fn only_what_was_changed_in_a_form_is_sent() {
        let pairs = |all: &[(&str, &str)]| -> Vec<(String, String)> {
            all.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
        };
        let first = pairs(&[("text", "Rang. "), ("duration_s", "1.6"), ("at", "2026-12-01T09:30")]);
        let entered = pairs(&[("text", "Rang."), ("duration_s", "1.6"), ("at", ""), ("outcome", "")]);
        assert_eq!(changed(&first, entered), pairs(&[("at", "")]), "emptied is changed, trimmed is not");
    }

    #[test]
    fn a_call_without_a_time_was_now_and_an_empty_choice_is_none() {
        let entered = [("outcome", "busy"), ("direction", ""), ("duration_s", ""), ("at", ""), ("text", "")];
        let entered: Vec<_> = entered.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let fields = Json::Fields(Sort::Call.fields(&entered).expect("nothing is wrong"));
        assert_eq!(fields.written(), r#"{"outcome":"busy","direction":null,"duration_s":null,"text":""}"#);
        let wrong = Sort::Call.fields(&vec![("duration_s".to_owned(), "long".to_owned())]).expect_err("no minutes");
        assert_eq!(wrong[0].0, "duration_s");
    }
}
