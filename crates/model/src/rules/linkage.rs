//! How tickets and conversations move each other (K3–K7, T5): what follows from what was asked, each with the rule that
//! adds it. This is the one place that says so; it comes after the rules of the nouns, which know nothing of each other.
//!
//! What always holds: a ticket is in Trash exactly when it has conversations and all of them are, or when it was moved
//! there itself. So a conversation that is at hand has a ticket that is at hand. What went to Trash by one step has one
//! time, which nothing else of the ticket has; by that Restore knows what to bring back.

use super::ticket::{first_of, set_of};
use super::{Changes, by_rule, survey};
use crate::change::{Cause, Change, Rule, TicketChange};
use crate::command::{Command, TicketCommand};
use crate::conversation::{Conversation, ConversationState, Owner};
use crate::id::{ContactId, ConversationId, InboxId, StatusId, TicketId};
use crate::refusal::Refusal;
use crate::ticket::{REACH_MOST, Standing, Ticket, TicketSet};
use crate::time::Timestamp;
use crate::world::{Ask, World};

/// What was asked for, and what follows.
pub(super) fn follow(world: &World, ask: &Ask, command: &Command, asked: Changes) -> Result<Changes, Refusal> {
    // An undo takes back what followed, too; that the two still fit together is looked at there.
    if matches!(command, Command::Undo { .. }) {
        return Ok(asked);
    }
    let mut after = After { world, ask, changes: Changes::new() };
    for (cause, change) in asked {
        let change = after.at_its_own_time(change);
        after.changes.push((cause, change.clone()));
        after.follow(cause, &change)?;
    }
    if let Some((ticket, conversation, status)) = chosen_status(command)
        && world.statuses.get(&status).is_some_and(|status| status.closed)
    {
        after.close_all(ticket, conversation)?;
    }
    after.ask_how_it_went();
    Ok(after.changes)
}

/// The status that was chosen, for which ticket or for the new one of which conversation.
fn chosen_status(command: &Command) -> Option<(Option<TicketId>, Option<ConversationId>, StatusId)> {
    let Command::Ticket(command) = command else { return None };
    match command {
        TicketCommand::SetStatus { ticket, status } => Some((Some(*ticket), None, *status)),
        TicketCommand::Edit { ticket, edit } => Some((Some(*ticket), None, edit.status?)),
        TicketCommand::Create(new) => Some((None, new.conversation, new.status?)),
        _ => None,
    }
}

struct After<'w> {
    world: &'w World,
    ask: &'w Ask,
    changes: Changes,
}

impl<'w> After<'w> {
    fn follow(&mut self, cause: Cause, change: &Change) -> Result<(), Refusal> {
        match *change {
            // V3: who leaves, leaves what is theirs alone; the ticket may be somebody else's.
            Change::OwnerSet { .. } if cause == Cause::Rule(Rule::OwnerLeft) => {}
            Change::OwnerSet { conversation, to, .. } => self.owner_follows(conversation, to.owner),
            Change::TrashSet { conversation, from: None, to: Some(at) } => self.trashed(conversation, at),
            Change::TrashSet { conversation, from: Some(at), to: None } => self.restored(conversation, at, cause)?,
            Change::StateSet { conversation, to: ConversationState::Open, .. }
                if cause == Cause::Rule(Rule::ContactReopens) =>
            {
                self.contact_reopened(conversation);
            }
            Change::Deleted { conversation, .. } => self.deleted(conversation),
            Change::BlockSet { inbox, contact, to: true, .. } if cause == Cause::Asked => {
                self.blocked(inbox, contact)?
            }
            Change::Ticket(TicketChange::Set { ticket, set, .. }) => match set {
                TicketSet::Standing { from, to } if from.is_closed() && !to.is_closed() => self.reopened(ticket),
                TicketSet::Trash { from: None, to: Some(at) } => self.ticket_trashed(ticket, at)?,
                TicketSet::Trash { from: Some(at), to: None } => self.bring_back(ticket, at, None)?,
                _ => {}
            },
            Change::Ticket(TicketChange::Deleted { ticket, .. }) => {
                for it in self.all_of(ticket)? {
                    self.add(Rule::TicketDeleted, Change::Deleted { conversation: it.id, inbox: it.inbox });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, rule: Rule, change: Change) {
        self.changes.push(by_rule(rule, change));
    }

    /// The ticket of a conversation.
    fn ticket_of(&self, conversation: ConversationId) -> Option<&'w Ticket> {
        self.world.tickets.get(&self.world.conversations.get(&conversation)?.ticket?)
    }

    /// The conversations of a ticket, unless they are more than one transaction should hold.
    fn all_of(&self, ticket: TicketId) -> Result<Vec<&'w Conversation>, Refusal> {
        let all: Vec<_> = self.world.conversations_of(ticket).collect();
        if all.len() > REACH_MOST { Err(Refusal::TooManyConversations) } else { Ok(all) }
    }

    /// K3. There is no way back: who is given a ticket is not thereby given its conversations.
    fn owner_follows(&mut self, conversation: ConversationId, owner: Option<Owner>) {
        let Some(ticket) = self.ticket_of(conversation) else { return };
        let to = match owner {
            Some(Owner::Agent(agent)) => Some(agent),
            // A bot answers, but it owns no issue.
            Some(Owner::Bot) | None => None,
        };
        if ticket.owner != to {
            self.add(Rule::TicketFollowsOwner, set_of(ticket, TicketSet::Owner { from: ticket.owner, to }));
        }
    }

    /// K4, and T7 for each of them: one that cannot be closed yet keeps all as it was.
    fn close_all(&mut self, ticket: Option<TicketId>, conversation: Option<ConversationId>) -> Result<(), Refusal> {
        let of = match (ticket, conversation) {
            (Some(ticket), _) => self.all_of(ticket)?,
            (None, conversation) => conversation.and_then(|id| self.world.conversations.get(&id)).into_iter().collect(),
        };
        for it in of.into_iter().filter(|it| it.trashed_at.is_none() && it.state == ConversationState::Open) {
            if let Some(until) = it.closing_barred_until(self.ask.now) {
                return Err(Refusal::TicketBotWaits { conversation: it.id, until });
            }
            let (from, to) = (ConversationState::Open, ConversationState::Closed);
            self.add(Rule::TicketClosed, Change::StateSet { conversation: it.id, from, to });
        }
        Ok(())
    }

    /// D5, for a ticket that somebody closed by its status; one that is made closed was never open to anybody.
    fn ask_how_it_went(&mut self) {
        let closing = |(cause, change): &(Cause, Change)| match (cause, change) {
            (Cause::Asked, Change::Ticket(TicketChange::Set { ticket, set: TicketSet::Standing { from, to }, .. })) => {
                (!from.is_closed() && to.is_closed()).then_some((*ticket, *to))
            }
            _ => None,
        };
        let Some((ticket, to)) = self.changes.iter().find_map(closing) else { return };
        let Some(ticket) = self.world.tickets.get(&ticket) else { return };
        self.changes.extend(survey::follow_closing(self.world, self.ask, ticket, to));
    }

    /// K5. Of several nobody can say which is meant.
    fn reopened(&mut self, ticket: TicketId) {
        let mut at_hand = self.world.conversations_of(ticket).filter(|it| it.trashed_at.is_none());
        if let (Some(only), None) = (at_hand.next(), at_hand.next())
            && only.state == ConversationState::Closed
        {
            let (from, to) = (ConversationState::Closed, ConversationState::Open);
            self.add(Rule::TicketReopened, Change::StateSet { conversation: only.id, from, to });
        }
    }

    /// The contact wrote in a closed conversation. An open ticket stays in its status, which is automation's to move (A3).
    /// A closed one is reopened, into the first open status: else what waits for an answer would stand under a ticket that
    /// says it is done, and on no board. Its other conversations stay as they are, as in K5.
    fn contact_reopened(&mut self, conversation: ConversationId) {
        let Some(ticket) = self.ticket_of(conversation).filter(|ticket| ticket.standing.is_closed()) else { return };
        let from = ticket.standing;
        let Some(status) = first_of(self.world, from.pipeline, false) else { return };
        let to = Standing { pipeline: from.pipeline, status: status.id, closed_at: None };
        self.add(Rule::ContactReopensTicket, set_of(ticket, TicketSet::Standing { from, to }));
    }

    /// What goes to Trash goes at a time that nothing else of its ticket has, so that Restore can tell what went together.
    fn at_its_own_time(&self, change: Change) -> Change {
        let of = match &change {
            Change::TrashSet { conversation, from: None, to: Some(at) } => {
                self.ticket_of(*conversation).map(|it| (it, *at))
            }
            Change::Ticket(TicketChange::Set {
                ticket, set: TicketSet::Trash { from: None, to: Some(at) }, ..
            }) => self.world.tickets.get(ticket).map(|it| (it, *at)),
            _ => None,
        };
        let Some((ticket, at)) = of else { return change };
        let last = self.world.conversations_of(ticket.id).filter_map(|it| it.trashed_at).max();
        let at = last.map_or(at, |last| at.max(last.plus_ms(1)));
        match change {
            Change::TrashSet { conversation, .. } => Change::TrashSet { conversation, from: None, to: Some(at) },
            _ => set_of(ticket, TicketSet::Trash { from: None, to: Some(at) }),
        }
    }

    /// K7. A ticket that has other conversations at hand loses nothing.
    fn trashed(&mut self, conversation: ConversationId, at: Timestamp) {
        let Some(ticket) = self.ticket_of(conversation).filter(|ticket| ticket.trashed_at.is_none()) else { return };
        let stays = |it: &Conversation| it.id != conversation && it.trashed_at.is_none();
        if !self.world.conversations_of(ticket.id).any(stays) {
            self.add(Rule::ConversationTrashed, set_of(ticket, TicketSet::Trash { from: None, to: Some(at) }));
        }
    }

    /// K7: deleting a ticket deletes its conversations.
    fn ticket_trashed(&mut self, ticket: TicketId, at: Timestamp) -> Result<(), Refusal> {
        for it in self.all_of(ticket)?.into_iter().filter(|it| it.trashed_at.is_none()) {
            self.add(Rule::TicketTrashed, Change::TrashSet { conversation: it.id, from: None, to: Some(at) });
        }
        Ok(())
    }

    /// K7: what went together comes back together. A conversation that had gone before, by itself, comes back with the
    /// ticket alone; so does one that its contact brings back, because the others were thrown away by somebody.
    fn restored(&mut self, conversation: ConversationId, at: Timestamp, cause: Cause) -> Result<(), Refusal> {
        let Some(ticket) = self.ticket_of(conversation).filter(|ticket| ticket.trashed_at.is_some()) else {
            return Ok(());
        };
        let by_contact = cause == Cause::Rule(Rule::ContactRestores);
        let rule = if by_contact { Rule::ContactRestores } else { Rule::RestoredTogether };
        self.add(rule, set_of(ticket, TicketSet::Trash { from: ticket.trashed_at, to: None }));
        if by_contact || ticket.trashed_at != Some(at) {
            return Ok(());
        }
        self.bring_back(ticket.id, at, Some(conversation))
    }

    /// The conversations that went to Trash at `at`, but for one.
    fn bring_back(&mut self, ticket: TicketId, at: Timestamp, but: Option<ConversationId>) -> Result<(), Refusal> {
        let together = |it: &&Conversation| it.trashed_at == Some(at) && Some(it.id) != but;
        for it in self.all_of(ticket)?.into_iter().filter(together) {
            self.add(Rule::RestoredTogether, Change::TrashSet { conversation: it.id, from: it.trashed_at, to: None });
        }
        Ok(())
    }

    /// V9: a ticket that lives keeps a note. One in Trash goes with the last of its conversations.
    fn deleted(&mut self, conversation: ConversationId) {
        let Some(ticket) = self.ticket_of(conversation) else { return };
        let (id, inbox) = (ticket.id, ticket.inbox);
        let last = self.world.conversations_of(id).all(|it| it.id == conversation);
        let change = if last && ticket.trashed_at.is_some() {
            TicketChange::Deleted { ticket: id, inbox }
        } else {
            TicketChange::LostConversation { ticket: id, inbox, conversation }
        };
        self.add(Rule::ConversationDeleted, Change::Ticket(change));
    }

    /// T5: the sender's tickets in this inbox go for good. Their conversations stay, those of the sender filtered; what is
    /// in Trash stays there as it is.
    fn blocked(&mut self, inbox: InboxId, contact: ContactId) -> Result<(), Refusal> {
        let theirs = self.world.tickets.values().filter(|it| it.inbox == inbox && it.contact == Some(contact));
        let theirs: Vec<_> = theirs.map(|it| it.id).collect();
        let mut reached = theirs.len();
        for ticket in theirs {
            let of = self.all_of(ticket)?;
            reached += of.len();
            if reached > REACH_MOST {
                return Err(Refusal::TooManyConversations);
            }
            for it in of {
                let asked =
                    |change: &Change| matches!(change, Change::SpamSet { conversation, .. } if *conversation == it.id);
                if it.contact == Some(contact)
                    && it.trashed_at.is_none()
                    && !it.spam
                    && !self.changes.iter().any(|(_, change)| asked(change))
                {
                    let spam = Change::SpamSet { conversation: it.id, from: false, to: true };
                    self.add(Rule::SenderBlocked, spam);
                }
                let of = Change::TicketOf { conversation: it.id, from: Some(ticket), to: None };
                self.add(Rule::SenderBlocked, of);
            }
            self.add(Rule::SenderBlocked, Change::Ticket(TicketChange::Deleted { ticket, inbox }));
        }
        Ok(())
    }
}

/// Whether tickets and conversations are in Trash as they should be after `changes`: an undo puts back what was, and others
/// may have gone on meanwhile.
pub(super) fn fit_together<'c>(world: &World, changes: impl Iterator<Item = &'c Change> + Clone) -> bool {
    let moved = |change: &Change| match *change {
        Change::TrashSet { conversation, .. } => world.conversations.get(&conversation)?.ticket,
        Change::Ticket(TicketChange::Set { ticket, set: TicketSet::Trash { .. }, .. }) => Some(ticket),
        _ => None,
    };
    let mut tickets: Vec<TicketId> = changes.clone().filter_map(moved).collect();
    tickets.sort_unstable();
    tickets.dedup();
    tickets.into_iter().filter_map(|id| world.tickets.get(&id)).all(|ticket| {
        let mut trashed = ticket.trashed_at.is_some();
        let mut of: Vec<(ConversationId, bool)> =
            world.conversations_of(ticket.id).map(|it| (it.id, it.trashed_at.is_some())).collect();
        for change in changes.clone() {
            match *change {
                Change::TrashSet { conversation, to, .. } => {
                    of.iter_mut()
                        .filter(|(id, _)| *id == conversation)
                        .for_each(|(_, trashed)| *trashed = to.is_some());
                }
                Change::Ticket(TicketChange::Set { ticket: id, set: TicketSet::Trash { to, .. }, .. })
                    if id == ticket.id =>
                {
                    trashed = to.is_some();
                }
                _ => {}
            }
        }
        let all = of.iter().all(|(_, trashed)| *trashed);
        if trashed { all } else { of.is_empty() || !all }
    })
}
