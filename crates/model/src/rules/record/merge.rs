//! Two contacts who are one (D7), and a record's end.

use super::{
    CONVERSATIONS_MOST, LINKS_MOST, at_hand, link_set, manages_properties, not_a_ticket, record_set, recorded,
};
use crate::change::{Cause, Change, Rule};
use crate::id::{ContactId, ConversationId};
use crate::record::activity::Activity;
use crate::record::change::RecordChange;
use crate::record::{Record, RecordRef};
use crate::refusal::Refusal;
use crate::rules::ticket::set_of;
use crate::rules::{Changes, block, by_rule};
use crate::ticket::{Ticket, TicketSet};
use crate::world::{Ask, World};

/// Contacts that may have gone into one: each is led on to the winner.
const ABSORBED_MOST: usize = 100;

/// Everything of the loser goes over to the winner, who keeps the values it has. The loser's id leads to the winner from
/// then on, always in one step.
pub(super) fn merge(world: &World, ask: &Ask, winner: ContactId, loser: ContactId) -> Result<Changes, Refusal> {
    let (to, of) = (RecordRef::Contact(winner), RecordRef::Contact(loser));
    let (kept, lost) = (at_hand(world, ask, to)?, at_hand(world, ask, of)?);
    if winner == loser {
        return Err(Refusal::CannotMerge);
    }
    let held = &world.records;
    let conversations = held.of_contact.get(&loser).map_or(&[][..], Vec::as_slice);
    let absorbed = held.absorbed.get(&loser).map_or(&[][..], Vec::as_slice);
    let activities = held.activities.values().filter(|activity| activity.record == of && !activity.deleted);
    for (there, what, most) in [
        (conversations.len(), "conversations", CONVERSATIONS_MOST),
        (tickets_of(world, loser).count(), "tickets", CONVERSATIONS_MOST),
        (activities.clone().count(), "notes, calls, tasks and meetings", CONVERSATIONS_MOST),
        // Those the loser has taken in, and itself.
        (absorbed.len() + 1, "contacts that were merged into it", ABSORBED_MOST),
    ] {
        if there > most {
            return Err(Refusal::MergeTooLarge { what, most });
        }
    }
    let theirs = held.linked_to(of).filter(|end| !held.are_linked(to, *end));
    if held.linked_to(to).chain(theirs).count() > LINKS_MOST {
        return Err(Refusal::TooManyLinks);
    }
    let mut changes = Changes::new();
    let (old, other) = (held.values(kept), held.values(lost));
    let mut after = Record { by_hand: kept.by_hand || lost.by_hand, ..kept.clone() };
    if old.filled_from(&other) != old {
        after.revision = ask.fresh.revision;
    }
    if after != *kept {
        changes.push(record_set(kept, after));
    }
    changes.extend(conversations.iter().map(|id| handed_over(*id, loser, Some(winner))));
    changes.extend(tickets_of(world, loser).map(|ticket| with_contact(ticket, Some(winner))));
    changes.extend(block::handed_over(world, loser, winner));
    for end in held.linked_to(of) {
        changes.push(link_set(of, end, false));
        if !held.are_linked(to, end) {
            changes.push(link_set(to, end, true));
        }
    }
    for activity in activities {
        let moved = Activity { record: to, ..activity.clone() };
        changes.push(recorded(RecordChange::ActivitySet { from: activity.clone(), to: moved }));
    }
    for id in absorbed {
        if let Some(before) = held.records.get(&RecordRef::Contact(*id)) {
            changes.push(record_set(before, Record { merged_into: Some(winner), ..before.clone() }));
        }
    }
    changes.push(record_set(lost, Record { merged_into: Some(winner), ..lost.clone() }));
    Ok(changes)
}

/// The tickets whose issue is this contact's, in Trash or not.
fn tickets_of(world: &World, contact: ContactId) -> impl Iterator<Item = &Ticket> {
    world.tickets.values().filter(move |ticket| ticket.contact == Some(contact))
}

fn with_contact(ticket: &Ticket, to: Option<ContactId>) -> (Cause, Change) {
    by_rule(Rule::ContactGone, set_of(ticket, TicketSet::Contact { from: ticket.contact, to }))
}

/// What was clicked is a contact: their conversations are what it reaches (K8).
fn handed_over(conversation: ConversationId, from: ContactId, to: Option<ContactId>) -> (Cause, Change) {
    by_rule(Rule::ContactGone, Change::ContactSet { conversation, from: Some(from), to })
}

/// For good: from Trash only, as with conversations (V9), and by admins. A contact's conversations and tickets stay, with
/// nobody beside them, for what was written is the team's.
pub(super) fn erase(world: &World, ask: &Ask, id: RecordRef) -> Result<Changes, Refusal> {
    let record = not_a_ticket(world, ask, id)?;
    manages_properties(world, ask)?;
    if record.trashed_at.is_none() {
        return Err(Refusal::TrashRecordFirst(id.noun()));
    }
    let mut changes = Changes::new();
    if let RecordRef::Contact(contact) = id {
        // The block goes by the contact: without them, the next mail from the same address would be taken in as anybody's.
        if block::inboxes_of(world, contact).next().is_some() {
            return Err(Refusal::UnblockFirst);
        }
        let conversations = world.records.of_contact.get(&contact).map_or(&[][..], Vec::as_slice);
        for (there, what) in [(conversations.len(), "conversations"), (tickets_of(world, contact).count(), "tickets")] {
            if there > CONVERSATIONS_MOST {
                return Err(Refusal::MergeTooLarge { what, most: CONVERSATIONS_MOST });
            }
        }
        changes.extend(conversations.iter().map(|id| handed_over(*id, contact, None)));
        changes.extend(tickets_of(world, contact).map(|ticket| with_contact(ticket, None)));
        let absorbed = world.records.absorbed.get(&contact).map_or(&[][..], Vec::as_slice);
        let absorbed = absorbed.iter().filter_map(|id| world.records.records.get(&RecordRef::Contact(*id)));
        changes.extend(absorbed.map(|was| recorded(RecordChange::RecordErased { was: was.clone() })));
    }
    changes.push(recorded(RecordChange::RecordErased { was: record.clone() }));
    Ok(changes)
}
