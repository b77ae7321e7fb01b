//! Taking back what was done with records: what must still be as it was left, and what may come back.

use super::{holder_of, manages_properties, property, takes_notes};
use crate::change::{Change, Logged};
use crate::record::change::RecordChange;
use crate::record::value::BuiltIn;
use crate::record::{Record, RecordRef};
use crate::refusal::Refusal;
use crate::rules::person;
use crate::world::{Ask, World};

/// Whether the state still is what the change made it.
pub(in crate::rules) fn holds(world: &World, change: &RecordChange) -> bool {
    let held = &world.records;
    match change {
        RecordChange::RecordSet { from, to } => {
            held.records.get(&to.id).is_some_and(|now| now.changed(from, to) == *now)
        }
        RecordChange::RecordErased { .. } => false,
        RecordChange::LinkSet { a, b, to, .. } => {
            let there = |id| held.records.get(id).is_some_and(|record: &Record| record.made);
            held.are_linked(*a, *b) == *to && there(a) && there(b)
        }
        RecordChange::PropertySet { from, to } => {
            held.properties.get(&to.id).is_some_and(|now| now.changed(from, to) == *now)
        }
        RecordChange::ObjectTypeSet { from, to } => {
            held.object_types.get(&to.id).is_some_and(|now| now.changed(from, to) == *now)
        }
        RecordChange::ShownSet { place, agent, to, .. } => held.shown.get(&(*place, *agent)) == to.as_ref(),
        RecordChange::ActivitySet { from, to } => {
            held.activities.get(&to.id).is_some_and(|now| now.changed(from, to) == *now)
        }
    }
}

fn is_set_by(logged: &[Logged], id: RecordRef) -> bool {
    logged.iter().any(|entry| match &entry.change {
        Change::Recorded { change: RecordChange::RecordSet { to, .. } } => to.id == id,
        _ => false,
    })
}

/// Whether who asks may take the change back, whose inverse is `inverse` and which came with `logged`.
///
/// # Errors
/// Why not: it is not there for them, not theirs, or something stands in its place by now.
pub(in crate::rules) fn may_undo(
    world: &World,
    ask: &Ask,
    inverse: &RecordChange,
    logged: &[Logged],
) -> Result<(), Refusal> {
    person(ask)?;
    let held = &world.records;
    let seen = |id: &RecordRef| {
        let there = match id {
            RecordRef::Ticket(ticket) => world.ticket_for(ask.actor, *ticket).is_ok(),
            _ => held.records.get(id).is_some_and(|record| world.may_see_record(ask.actor, record)),
        };
        if there { Ok(()) } else { Err(Refusal::NotFound(id.noun())) }
    };
    match inverse {
        RecordChange::RecordSet { to, .. } => {
            seen(&to.id)?;
            let Some(now) = held.records.get(&to.id) else { return Ok(()) };
            let then = now.changed(
                match inverse {
                    RecordChange::RecordSet { from, .. } => from,
                    _ => now,
                },
                to,
            );
            // Who has written meanwhile, or was written to, cannot have never been.
            let met = to.id.contact().is_some_and(|id| held.known_in.keys().any(|(of, _)| *of == id));
            if met && !then.made {
                return Err(Refusal::ChangedSince);
            }
            // An address may have been given to somebody else meanwhile; not so to who gives it back in the same undo.
            let text = held.texts.get(&then.revision).cloned().unwrap_or_default();
            let holder = to.id.contact().and_then(|_| holder_of(world, &text)).map(RecordRef::Contact);
            let holder = holder.filter(|holder| *holder != to.id && !is_set_by(logged, *holder));
            let has_it = |id: RecordRef| {
                // The address of one who was merged leads to another without being theirs.
                let own = held.records.get(&id).map(|record| held.values(record)).unwrap_or_default();
                own.text(BuiltIn::Email).to_lowercase() == text.text(BuiltIn::Email).to_lowercase()
            };
            if then.is_there() && holder.is_some_and(has_it) { Err(Refusal::ChangedSince) } else { Ok(()) }
        }
        RecordChange::RecordErased { .. } => Err(Refusal::NotUndoable),
        RecordChange::LinkSet { a, b, .. } => seen(a).and_then(|()| seen(b)),
        RecordChange::PropertySet { from, to } => {
            manages_properties(world, ask)?;
            property::may_return(world, from, to)
        }
        RecordChange::ObjectTypeSet { from, to } => {
            manages_properties(world, ask)?;
            property::type_may_return(world, from, to)
        }
        RecordChange::ShownSet { agent, .. } => {
            if agent.is_none() {
                manages_properties(world, ask)
            } else {
                Ok(())
            }
        }
        RecordChange::ActivitySet { from, to } => {
            // The merge that is taken back with it moves the activity; else its record has to be at hand.
            if from.record == to.record { takes_notes(world, ask, to.record) } else { seen(&from.record) }
        }
    }
}
