//! Pipelines and their statuses (A1): who may have which, how many, in which order, under which names; and what becomes of
//! the tickets of a status that goes.

use super::people::manages;
use super::place::{STEP, places_after};
use super::ticket::{first_of, in_order, is_there, set_of};
use super::{Changes, asked, by_rule, checked_short};
use crate::change::{Change, PipelineChange, Rule, TicketChange};
use crate::command::PipelineCommand;
use crate::id::{PipelineId, RevisionId, StatusId};
use crate::person::Role;
use crate::pipeline::{
    MOVED_MOST, NewStatus, PIPELINE_NAME_MOST, PIPELINES_MOST, Pipeline, STATUSES_MOST, Status, StatusColour,
};
use crate::refusal::{Invalid, Noun, Refusal};
use crate::ticket::{REACH_MOST, Standing, Ticket, TicketSet};
use crate::world::{Ask, World};

pub(super) fn decide(world: &World, ask: &Ask, command: &PipelineCommand) -> Result<Changes, Refusal> {
    manages(world, ask, Role::Admin)?;
    match command {
        PipelineCommand::Create { name, statuses } => create(world, ask, name, statuses),
        PipelineCommand::Rename { pipeline, name } => rename(world, ask, *pipeline, name),
        PipelineCommand::Move { pipeline, before } => place(world, *pipeline, *before),
        PipelineCommand::SetSurvey { pipeline, on } => set_survey(world, *pipeline, *on),
        PipelineCommand::Delete { pipeline } => delete(world, *pipeline),
        PipelineCommand::CreateStatus { pipeline, status } => create_status(world, ask, *pipeline, status),
        PipelineCommand::EditStatus { status, name, colour, closed } => {
            edit_status(world, ask, *status, name.as_deref(), *colour, *closed)
        }
        PipelineCommand::MoveStatus { status, before } => place_status(world, *status, *before),
        PipelineCommand::MoveTickets { status, to } => move_tickets(world, *status, *to),
        PipelineCommand::DeleteStatus { status, move_to } => delete_status(world, *status, *move_to),
    }
}

fn create(world: &World, ask: &Ask, name: &str, statuses: &[NewStatus]) -> Result<Changes, Refusal> {
    checked_short("name", name, PIPELINE_NAME_MOST)?;
    let others = in_order(world);
    if others.len() >= PIPELINES_MOST {
        return Err(Refusal::TooManyPipelines);
    }
    if others.iter().any(|other| is_named(world, other.revision, name)) {
        return Err(Refusal::Invalid { field: "name", why: Invalid::Taken });
    }
    if statuses.len() > STATUSES_MOST {
        return Err(Refusal::TooManyStatuses);
    }
    for closed in [false, true] {
        if !statuses.iter().any(|status| status.closed == closed) {
            return Err(Refusal::LastStatus { closed });
        }
    }
    let position = others.last().map_or(0, |last| last.position) + STEP;
    let pipeline =
        Pipeline { id: ask.fresh.pipeline, revision: ask.fresh.revision, position, survey: false, deleted: false };
    let mut changes = vec![made(&pipeline)];
    for (nth, new) in (0..).zip(statuses) {
        checked_short("statuses.name", &new.name, PIPELINE_NAME_MOST)?;
        let same = |other: &NewStatus| folded(&other.name) == folded(&new.name);
        if statuses.iter().filter(|other| same(other)).count() > 1 {
            return Err(Refusal::Invalid { field: "statuses.name", why: Invalid::Taken });
        }
        let status = Status {
            id: StatusId(ask.fresh.status.0 + nth),
            pipeline: pipeline.id,
            // The one before is the pipeline's own.
            revision: RevisionId(ask.fresh.revision.0 + 1 + nth),
            position: (nth + 1) * STEP,
            colour: new.colour,
            closed: new.closed,
            deleted: false,
        };
        changes.push(made_status(&status));
    }
    Ok(changes)
}

fn rename(world: &World, ask: &Ask, id: PipelineId, name: &str) -> Result<Changes, Refusal> {
    let from = known(world, id)?;
    checked_short("name", name, PIPELINE_NAME_MOST)?;
    if world.names.get(&from.revision).is_some_and(|old| old == name.trim()) {
        return Ok(vec![]);
    }
    if in_order(world).iter().any(|other| other.id != id && is_named(world, other.revision, name)) {
        return Err(Refusal::Invalid { field: "name", why: Invalid::Taken });
    }
    let to = Pipeline { revision: ask.fresh.revision, ..from.clone() };
    Ok(vec![set(from, to)])
}

fn place(world: &World, id: PipelineId, before: Option<PipelineId>) -> Result<Changes, Refusal> {
    known(world, id)?;
    let list = in_order(world);
    let places: Vec<_> = list.iter().map(|it| (it.id, it.position)).collect();
    let moved = places_after(&places, id, before)?;
    Ok(moved
        .into_iter()
        .filter_map(|(id, position)| {
            let from = world.pipelines.get(&id)?;
            Some(set(from, Pipeline { position, ..from.clone() }))
        })
        .collect())
}

fn set_survey(world: &World, id: PipelineId, on: bool) -> Result<Changes, Refusal> {
    let from = known(world, id)?;
    if from.survey == on {
        return Ok(vec![]);
    }
    Ok(vec![set(from, Pipeline { survey: on, ..from.clone() })])
}

fn delete(world: &World, id: PipelineId) -> Result<Changes, Refusal> {
    let from = known(world, id)?;
    let of = statuses_of(world, id);
    if of.iter().any(|status| used(world, status.id) > 0) {
        return Err(Refusal::PipelineInUse);
    }
    if in_order(world).len() == 1 {
        return Err(Refusal::LastPipeline);
    }
    // Its statuses go out of reach with it, and come back with it.
    Ok(vec![set(from, Pipeline { deleted: true, ..from.clone() })])
}

fn create_status(world: &World, ask: &Ask, id: PipelineId, new: &NewStatus) -> Result<Changes, Refusal> {
    known(world, id)?;
    let of = statuses_of(world, id);
    if of.len() >= STATUSES_MOST {
        return Err(Refusal::TooManyStatuses);
    }
    free_name(world, id, None, &new.name)?;
    let status = Status {
        id: ask.fresh.status,
        pipeline: id,
        revision: ask.fresh.revision,
        position: of.last().map_or(0, |last| last.position) + STEP,
        colour: new.colour,
        closed: new.closed,
        deleted: false,
    };
    Ok(vec![made_status(&status)])
}

fn edit_status(
    world: &World,
    ask: &Ask,
    id: StatusId,
    name: Option<&str>,
    colour: Option<StatusColour>,
    closed: Option<bool>,
) -> Result<Changes, Refusal> {
    let from = known_status(world, id)?;
    let mut to = from.clone();
    if let Some(name) = name
        && world.names.get(&from.revision).is_none_or(|old| old != name.trim())
    {
        free_name(world, from.pipeline, Some(id), name)?;
        to.revision = ask.fresh.revision;
    }
    to.colour = colour.unwrap_or(from.colour);
    to.closed = closed.unwrap_or(from.closed);
    if to.closed != from.closed {
        // Its tickets would close and reopen without having been asked about.
        if used(world, id) > 0 {
            return Err(Refusal::StatusInUse);
        }
        not_the_last(world, from)?;
    }
    if to == *from {
        return Ok(vec![]);
    }
    Ok(vec![set_status(from, to)])
}

fn place_status(world: &World, id: StatusId, before: Option<StatusId>) -> Result<Changes, Refusal> {
    let list = statuses_of(world, known_status(world, id)?.pipeline);
    let places: Vec<_> = list.iter().map(|it| (it.id, it.position)).collect();
    let moved = places_after(&places, id, before)?;
    Ok(moved
        .into_iter()
        .filter_map(|(id, position)| {
            let from = world.statuses.get(&id)?;
            Some(set_status(from, Status { position, ..from.clone() }))
        })
        .collect())
}

/// Where the tickets of a status may go: beside it, and of the same kind.
fn target_of<'w>(world: &'w World, from: &Status, other: StatusId) -> Result<&'w Status, Refusal> {
    let invalid = |why| Refusal::Invalid { field: "move_to", why };
    let beside = |status: &&Status| status.id != from.id && status.pipeline == from.pipeline && is_there(world, status);
    let target = world.statuses.get(&other).filter(beside).ok_or(invalid(Invalid::NotItsStatus))?;
    if target.closed == from.closed { Ok(target) } else { Err(invalid(Invalid::NotOfTheSameKind)) }
}

fn moved(ticket: &Ticket, target: &Status) -> (crate::change::Cause, Change) {
    let to = Standing { status: target.id, ..ticket.standing };
    by_rule(Rule::StatusDeleted, set_of(ticket, TicketSet::Standing { from: ticket.standing, to }))
}

/// The oldest ones first, with no more conversations than one command may reach. A ticket alone has no more than that.
fn move_tickets(world: &World, id: StatusId, to: StatusId) -> Result<Changes, Refusal> {
    let from = known_status(world, id)?;
    let target = target_of(world, from, to)?;
    let (mut changes, mut reached) = (Changes::new(), 0);
    for ticket in world.tickets.values().filter(|ticket| ticket.standing.status == id) {
        reached += world.conversations_of(ticket.id).count();
        if changes.len() as i64 >= MOVED_MOST || reached > REACH_MOST {
            break;
        }
        changes.push(moved(ticket, target));
    }
    Ok(changes)
}

/// Its tickets move to another status of the same kind, so that none is closed or reopened by it.
fn delete_status(world: &World, id: StatusId, move_to: Option<StatusId>) -> Result<Changes, Refusal> {
    let from = known_status(world, id)?;
    not_the_last(world, from)?;
    let mut changes = Changes::new();
    let target = match move_to {
        None if used(world, id) > 0 => return Err(Refusal::StatusInUse),
        None => None,
        Some(other) => Some(target_of(world, from, other)?),
    };
    if used(world, id) > MOVED_MOST {
        return Err(Refusal::StatusTooFull);
    }
    // The rows of their conversations show the status.
    let moves = |ticket: crate::TicketId| world.tickets.get(&ticket).is_some_and(|it| it.standing.status == id);
    if world.conversations.values().filter(|it| it.ticket.is_some_and(moves)).count() > REACH_MOST {
        return Err(Refusal::StatusTooFull);
    }
    if let Some(target) = target {
        let all = world.tickets.values().filter(|ticket| ticket.standing.status == id);
        changes.extend(all.map(|ticket| moved(ticket, target)));
    }
    changes.push(set_status(from, Status { deleted: true, ..from.clone() }));
    Ok(changes)
}

fn known(world: &World, id: PipelineId) -> Result<&Pipeline, Refusal> {
    world.pipelines.get(&id).filter(|it| !it.deleted).ok_or(Refusal::NotFound(Noun::Pipeline))
}

fn known_status(world: &World, id: StatusId) -> Result<&Status, Refusal> {
    world.statuses.get(&id).filter(|it| is_there(world, it)).ok_or(Refusal::NotFound(Noun::Status))
}

/// The statuses of a pipeline that are there, in their order.
fn statuses_of(world: &World, pipeline: PipelineId) -> Vec<&Status> {
    let mut list: Vec<_> = world.statuses.values().filter(|it| it.pipeline == pipeline && !it.deleted).collect();
    list.sort_by_key(|it| (it.position, it.id));
    list
}

fn used(world: &World, status: StatusId) -> i64 {
    world.status_use.get(&status).copied().unwrap_or(0)
}

/// Whether its pipeline keeps another one of its kind.
fn not_the_last(world: &World, status: &Status) -> Result<(), Refusal> {
    let others = statuses_of(world, status.pipeline);
    let other = others.iter().any(|other| other.id != status.id && other.closed == status.closed);
    if other { Ok(()) } else { Err(Refusal::LastStatus { closed: status.closed }) }
}

fn free_name(world: &World, pipeline: PipelineId, but: Option<StatusId>, name: &str) -> Result<(), Refusal> {
    checked_short("name", name, PIPELINE_NAME_MOST)?;
    let of = statuses_of(world, pipeline);
    if of.iter().any(|other| Some(other.id) != but && is_named(world, other.revision, name)) {
        return Err(Refusal::Invalid { field: "name", why: Invalid::Taken });
    }
    Ok(())
}

fn is_named(world: &World, revision: RevisionId, name: &str) -> bool {
    world.names.get(&revision).is_some_and(|old| folded(old) == folded(name))
}

/// Names that differ in letter case alone are the same.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

fn set(from: &Pipeline, to: Pipeline) -> (crate::change::Cause, Change) {
    asked(Change::Pipeline(PipelineChange::Pipeline { from: from.clone(), to }))
}

fn set_status(from: &Status, to: Status) -> (crate::change::Cause, Change) {
    asked(Change::Pipeline(PipelineChange::Status { from: from.clone(), to }))
}

fn made(pipeline: &Pipeline) -> (crate::change::Cause, Change) {
    set(&Pipeline { deleted: true, ..pipeline.clone() }, pipeline.clone())
}

fn made_status(status: &Status) -> (crate::change::Cause, Change) {
    set_status(&Status { deleted: true, ..status.clone() }, status.clone())
}

/// Whether pipelines still are as they have to be after `changes`: an undo puts back what was, and others may have gone on
/// meanwhile. What does not touch them is not looked at.
pub(super) fn stay_lawful<'c>(world: &World, changes: impl Iterator<Item = &'c Change> + Clone) -> bool {
    if !changes.clone().any(|change| matches!(change, Change::Pipeline(_))) {
        return true;
    }
    let mut after = World {
        pipelines: world.pipelines.clone(),
        statuses: world.statuses.clone(),
        names: world.names.clone(),
        status_use: world.status_use.clone(),
        ..World::default()
    };
    let touching = |change: &&Change| {
        matches!(
            change,
            Change::Pipeline(_) | Change::Ticket(TicketChange::Set { set: TicketSet::Standing { .. }, .. })
        )
    };
    changes.filter(touching).for_each(|change| after.apply(crate::id::Sequence(0), change));
    let pipelines = in_order(&after);
    let name = |revision: RevisionId| after.names.get(&revision).map(|name| folded(name));
    let all_differ = |names: Vec<Option<String>>| {
        names.iter().enumerate().all(|(at, name)| name.is_some() && !names[..at].contains(name))
    };
    !pipelines.is_empty()
        && pipelines.len() <= PIPELINES_MOST
        && all_differ(pipelines.iter().map(|it| name(it.revision)).collect())
        && pipelines.iter().all(|pipeline| {
            let of = statuses_of(&after, pipeline.id);
            of.len() <= STATUSES_MOST
                && [false, true].iter().all(|closed| first_of(&after, pipeline.id, *closed).is_some())
                && all_differ(of.iter().map(|it| name(it.revision)).collect())
        })
        // Nothing stands in what is gone.
        && after.statuses.values().all(|status| is_there(&after, status) || used(&after, status.id) == 0)
}
