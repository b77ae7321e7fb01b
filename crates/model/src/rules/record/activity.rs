//! Notes, tasks, meetings, calls and feedback: who may write, change and delete them, and what each kind says.

use super::{recorded, takes_notes};
use crate::change::Change;
use crate::id::{ActivityId, AgentId, ConversationId};
use crate::record::RecordRef;
use crate::record::activity::{Activity, ActivityEdit, ActivityKind, ActivityText};
use crate::record::change::RecordChange;
use crate::refusal::{Invalid, Noun, Refusal};
use crate::rules::{Changes, TEXT_MOST, person};
use crate::time::Timestamp;
use crate::world::{Actor, Ask, World};

/// The longest call, in seconds: a week.
const CALL_MOST_S: i64 = 7 * 24 * 60 * 60;
/// How far from now something on a record may be, in milliseconds: a hundred years.
const FAR_MS: i64 = 100 * 366 * 24 * 60 * 60 * 1000;

pub(super) fn create(
    world: &World,
    ask: &Ask,
    record: RecordRef,
    kind: ActivityKind,
    at: Option<Timestamp>,
    text: &ActivityText,
    conversation: Option<ConversationId>,
) -> Result<Changes, Refusal> {
    let author = match (kind, ask.actor) {
        (ActivityKind::Feedback, Actor::Agent(_)) => return Err(Refusal::SystemOnly),
        (_, Actor::Agent(agent)) => Some(agent),
        (_, Actor::System) => None,
    };
    takes_notes(world, ask, record)?;
    let conversation = match conversation {
        Some(id) => Some(world.conversation_for(ask.actor, id)?).map(|it| (it.id, it.inbox)),
        None => None,
    };
    let at = at.unwrap_or(ask.now);
    checked(world, ask, kind, at, &text.tidied(), None)?;
    let to = Activity {
        id: ActivityId(ask.fresh.revision.0),
        record,
        kind,
        author,
        conversation,
        created_at: ask.now,
        at,
        done_at: None,
        deleted: false,
        revision: ask.fresh.revision,
    };
    Ok(vec![activity_set(Activity { deleted: true, ..to.clone() }, to)])
}

pub(super) fn edit(world: &World, ask: &Ask, id: ActivityId, edit: &ActivityEdit) -> Result<Changes, Refusal> {
    let from = editable(world, ask, id)?;
    let old = world.records.activity_texts.get(&from.revision).ok_or(Refusal::NotFound(Noun::Activity))?;
    let new = old.edited(edit);
    let at = edit.at.unwrap_or(from.at);
    checked(world, ask, from.kind, at, &new, Some(old))?;
    let mut to = Activity { at, ..from.clone() };
    if new != *old {
        to.revision = ask.fresh.revision;
    }
    Ok(if to == *from { vec![] } else { vec![activity_set(from.clone(), to)] })
}

/// A task is done, or not after all, by whoever sees it: it may be another's who is ill.
pub(super) fn set_done(world: &World, ask: &Ask, id: ActivityId, done: bool) -> Result<Changes, Refusal> {
    let from = world.activity_for(ask.actor, id)?;
    takes_notes(world, ask, from.record)?;
    if from.kind != ActivityKind::Task {
        return Err(Refusal::Invalid { field: "done", why: Invalid::NotHere });
    }
    if from.done_at.is_some() == done {
        return Ok(vec![]);
    }
    let to = Activity { done_at: done.then_some(ask.now), ..from.clone() };
    Ok(vec![activity_set(from.clone(), to)])
}

pub(super) fn delete(world: &World, ask: &Ask, id: ActivityId) -> Result<Changes, Refusal> {
    let from = match world.activity_for(ask.actor, id)? {
        // What a customer said can be deleted by who may delete anything.
        feedback if feedback.kind == ActivityKind::Feedback => {
            super::manages_properties(world, ask)?;
            feedback
        }
        _ => editable(world, ask, id)?,
    };
    Ok(vec![activity_set(from.clone(), Activity { deleted: true, ..from.clone() })])
}

fn activity_set(from: Activity, to: Activity) -> (crate::Cause, Change) {
    recorded(RecordChange::ActivitySet { from, to })
}

fn editable<'w>(world: &'w World, ask: &Ask, id: ActivityId) -> Result<&'w Activity, Refusal> {
    let activity = world.activity_for(ask.actor, id)?;
    takes_notes(world, ask, activity.record)?;
    let me = person(ask)?;
    let role = world.asking_agent(ask.actor)?.ok_or(Refusal::SignIn)?.role;
    if activity.is_edited_by(me, role) { Ok(activity) } else { Err(Refusal::NotYoursToChange) }
}

fn checked(
    world: &World,
    ask: &Ask,
    kind: ActivityKind,
    at: Timestamp,
    text: &ActivityText,
    old: Option<&ActivityText>,
) -> Result<(), Refusal> {
    let wrong = |field, why| Err(Refusal::Invalid { field, why });
    // A call's outcome and a customer's score say something by themselves.
    if text.text.is_empty() && !matches!(kind, ActivityKind::Call | ActivityKind::Feedback) {
        return wrong("text", Invalid::Empty);
    }
    if text.text.chars().count() > TEXT_MOST {
        return wrong("text", Invalid::TooLong { most: TEXT_MOST });
    }
    let (task, meeting, call) = (kind == ActivityKind::Task, kind == ActivityKind::Meeting, kind == ActivityKind::Call);
    let belongs = [
        ("due", text.due.is_none() || task),
        ("assignee", text.assignee.is_none() || task),
        ("ends_at", text.ends_at.is_none() || meeting),
        ("direction", text.direction.is_none() || call),
        ("outcome", text.outcome.is_none() || call),
        ("duration_s", text.duration_s.is_none() || call),
        ("score", text.score.is_some() == (kind == ActivityKind::Feedback)),
    ];
    if let Some((field, _)) = belongs.iter().find(|(_, good)| !good) {
        return wrong(field, Invalid::NotHere);
    }
    for (field, moment) in [("at", Some(at)), ("due", text.due), ("ends_at", text.ends_at)] {
        if moment.is_some_and(|moment| moment.0.abs_diff(ask.now.0) > FAR_MS.unsigned_abs()) {
            return wrong(field, Invalid::NotADate);
        }
    }
    if text.ends_at.is_some_and(|end| end < at) {
        return wrong("ends_at", Invalid::BeforeItsStart);
    }
    if text.duration_s.is_some_and(|seconds| !(0..=CALL_MOST_S).contains(&seconds)) {
        return wrong("duration_s", Invalid::NotAnAmount);
    }
    if text.score.is_some_and(|score| !(1..=5).contains(&score)) {
        return wrong("score", Invalid::NotAScore);
    }
    let active = |id: AgentId| world.agents.get(&id).is_some_and(crate::Agent::is_active);
    let same = old.is_some_and(|old| old.assignee == text.assignee);
    // Whoever had it before they left may keep it.
    if text.assignee.is_some_and(|id| !active(id)) && !same {
        return wrong("assignee", Invalid::NotAPerson);
    }
    Ok(())
}
