//! Taking back what was done with records: what must still be as it was left, and what may come back.

use super::{holder_of, manages_properties, property, takes_notes};
use crate::change::{Cause, Change, Logged};
use crate::record::change::{RecordChange, ends};
use crate::record::value::{BuiltIn, PropertyKey};
use crate::record::world::Made;
use crate::record::{Record, RecordKind, RecordRef};
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

/// Whether the undo of what made something would take away what others did with it since: a value, an association, a note,
/// or a change of any part of it. It can be deleted by name instead, which asks first.
fn is_built_upon(world: &World, inverse: &RecordChange, logged: &[Logged]) -> bool {
    let held = &world.records;
    // What comes back with an undo has a past of its own.
    let first = logged.iter().any(|entry| entry.cause == Cause::Asked);
    match inverse {
        RecordChange::RecordSet { from, to } if from.made && !to.made => {
            let id = to.id;
            let linked_by = |change: &Change, end| match change {
                Change::Recorded { change: RecordChange::LinkSet { a, b, to: true, .. } } => (*a, *b) == ends(id, end),
                _ => false,
            };
            held.records.get(&id) != Some(from)
                || held.linked_to(id).any(|end| !logged.iter().any(|entry| linked_by(&entry.change, end)))
                || held.activities.values().any(|activity| activity.record == id && !activity.deleted)
                || world.tickets.values().any(|ticket| ticket.contact.map(RecordRef::Contact) == Some(id))
                || held.in_use.contains_key(&Made::Record(id))
        }
        RecordChange::PropertySet { from, to } if !from.deleted && to.deleted => {
            let key = PropertyKey::Defined(to.id);
            let has_value = |record: &Record| record.made && held.values(record).get(key).is_some();
            held.properties.get(&to.id) != Some(from)
                || first && (held.records.values().any(has_value) || held.in_use.contains_key(&Made::Property(to.id)))
        }
        RecordChange::ObjectTypeSet { from, to } if !from.deleted && to.deleted => {
            let of = RecordKind::Object(to.id);
            held.object_types.get(&to.id) != Some(from)
                || first
                    && (held.records.values().any(|record| record.made && record.object_type == Some(to.id))
                        || held.properties.values().any(|property| !property.deleted && property.object == of)
                        || held.in_use.contains_key(&Made::ObjectType(to.id)))
        }
        RecordChange::ActivitySet { from, to } if !from.deleted && to.deleted => {
            held.activities.get(&to.id) != Some(from)
        }
        _ => false,
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
    if is_built_upon(world, inverse, logged) {
        return Err(Refusal::ChangedSince);
    }
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
