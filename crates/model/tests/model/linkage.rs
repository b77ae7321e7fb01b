//! K1–K7, T5, V3, V9: each sentence of what is required of tickets and conversations together.

use crate::desk::{ANNA, CLOSED, DAAN, Desk, EWA, JONAS, NEW, SALES, SUPPORT, WAITING, without_versions};
use samtal_model::reach::{Reach, reach};
use samtal_model::{
    AgentState, Change, Channel, Command, CommandId, ConversationId, ConversationState, MessageKind, Origin, Owner,
    Refusal, Rule, TicketChange, TicketCommand, TicketEdit, TicketId,
};

const OPEN: ConversationState = ConversationState::Open;
const SHUT: ConversationState = ConversationState::Closed;

fn undo(command: CommandId) -> Command {
    Command::Undo { command }
}

fn attach(conversation: ConversationId, ticket: TicketId) -> Command {
    Command::Ticket(TicketCommand::Attach { conversation, ticket })
}

fn reached(desk: &Desk, command: CommandId) -> Vec<(Reach, i64)> {
    let logged = &desk.world.history[&command];
    reach(logged.iter().map(|entry| (entry.cause, &entry.change))).into_iter().map(|it| (it.what, it.id)).collect()
}

#[test]
fn k1_a_conversation_has_one_ticket_and_keeps_it() {
    let mut desk = Desk::open();
    let (ticket, of) = desk.ticket_of(2);
    assert!(of.iter().all(|id| desk.of(*id).ticket == Some(ticket)), "a ticket may have many conversations");
    let other = desk.ticket(SUPPORT, None);
    assert_eq!(desk.refusal(ANNA, attach(of[0], other)), Refusal::HasTicket);
    let again = desk.by(ANNA, attach(of[0], ticket));
    assert!(!desk.world.history.contains_key(&again), "a double click changes nothing");
    let third = desk.mail(SUPPORT, None);
    let attached = desk.by(ANNA, attach(third, ticket));
    assert_eq!(desk.refusal(ANNA, undo(attached)), Refusal::NotUndoable);
    let sales = desk.mail(SALES, None);
    assert_eq!(desk.refusal(ANNA, attach(sales, ticket)), Refusal::OtherInbox);
    assert!(matches!(desk.refusal(JONAS, attach(sales, ticket)), Refusal::NotFound(_)), "Jonas does not see Sales");
}

#[test]
fn k3_the_tickets_owner_follows_the_conversations_and_never_the_other_way() {
    let mut desk = Desk::open();
    let (ticket, of) = desk.ticket_of(2);
    let given = desk.by(ANNA, Command::Assign { conversation: of[1], owner: Some(JONAS) });
    assert_eq!((desk.world.tickets[&ticket].owner, desk.of(of[0]).ownership.owner), (Some(JONAS), None));
    assert_eq!(reached(&desk, given), [(Reach::TicketAssigned, ticket.0)]);
    let edit = TicketEdit { owner: Some(Some(EWA)), ..TicketEdit::default() };
    let back = desk.by(ANNA, Command::Ticket(TicketCommand::Edit { ticket, edit }));
    assert_eq!(desk.of(of[1]).ownership.owner, Some(Owner::Agent(JONAS)));
    assert!(reached(&desk, back).is_empty());
    assert_eq!(desk.refusal(ANNA, undo(given)), Refusal::ChangedSince, "somebody else's ticket stays theirs");
    desk.by(ANNA, Command::Assign { conversation: of[1], owner: None });
    assert_eq!(desk.world.tickets[&ticket].owner, None);
}

#[test]
fn v3_who_leaves_leaves_what_is_theirs_and_nothing_else() {
    let mut desk = Desk::open();
    let (ticket, of) = desk.ticket_of(1);
    let (theirs, _) = desk.ticket_of(1);
    desk.by(ANNA, Command::Assign { conversation: of[0], owner: Some(JONAS) });
    for (ticket, owner) in [(ticket, EWA), (theirs, JONAS)] {
        let edit = TicketEdit { owner: Some(Some(owner)), ..TicketEdit::default() };
        desk.by(ANNA, Command::Ticket(TicketCommand::Edit { ticket, edit }));
    }
    let left = desk.by(EWA, Command::SetAgentState { agent: JONAS, state: AgentState::Deactivated });
    assert_eq!(desk.of(of[0]).ownership.owner, None);
    assert_eq!((desk.world.tickets[&ticket].owner, desk.world.tickets[&theirs].owner), (Some(EWA), None));
    desk.by(EWA, undo(left));
    assert_eq!(desk.world.tickets[&theirs].owner, Some(JONAS));
}

#[test]
fn k4_closing_a_ticket_closes_every_conversation_of_it() {
    let mut desk = Desk::open();
    let (ticket, of) = desk.ticket_of(3);
    desk.by(ANNA, Command::Trash { conversation: of[2] });
    let before = without_versions(&desk.world);
    let closed = desk.set_status(ticket, CLOSED);
    assert_eq!(
        of.iter().map(|id| desk.of(*id).state).collect::<Vec<_>>(),
        [SHUT, SHUT, OPEN],
        "in Trash nothing moves"
    );
    assert_eq!(desk.world.tickets[&ticket].standing.closed_at, Some(desk.now));
    assert_eq!(reached(&desk, closed), [(Reach::ConversationClosed, of[0].0), (Reach::ConversationClosed, of[1].0)]);
    desk.by(ANNA, Command::Reopen { conversation: of[0] });
    desk.set_status(ticket, CLOSED);
    assert_eq!(desk.of(of[0]).state, SHUT, "also one that was reopened since");
    desk.by(ANNA, Command::Reopen { conversation: of[0] });
    desk.by(ANNA, Command::Close { conversation: of[0] });
    assert_eq!(desk.refusal(ANNA, undo(closed)), Refusal::ChangedSince);
    assert_ne!(without_versions(&desk.world), before);
}

#[test]
fn k4_t7_one_that_cannot_be_closed_yet_keeps_all_open_and_is_named() {
    let mut desk = Desk::open();
    let (ticket, _) = desk.ticket_of(1);
    let bot = desk.receive(SUPPORT, None, Channel::Chat, Origin::Bot, MessageKind::Inbound);
    desk.by(ANNA, attach(bot, ticket));
    let refusal = desk.refusal(ANNA, Command::Ticket(TicketCommand::SetStatus { ticket, status: CLOSED }));
    assert!(matches!(refusal, Refusal::TicketBotWaits { conversation, .. } if conversation == bot));
    assert!(refusal.sentence().contains(&format!("Conversation {bot}")), "{}", refusal.sentence());
    desk.now = desk.now.plus_ms(30 * 60_000);
    desk.set_status(ticket, CLOSED);
    assert_eq!(desk.of(bot).state, SHUT);
}

#[test]
fn k5_reopening_a_ticket_reopens_its_only_conversation_and_none_of_several() {
    for (count, trashed, expected) in [(1, 0, OPEN), (2, 0, SHUT), (2, 1, OPEN), (3, 1, SHUT)] {
        let mut desk = Desk::open();
        let (ticket, of) = desk.ticket_of(count);
        for conversation in &of[count - trashed..] {
            desk.by(ANNA, Command::Trash { conversation: *conversation });
        }
        desk.set_status(ticket, CLOSED);
        let before = without_versions(&desk.world);
        let reopened = desk.set_status(ticket, WAITING);
        assert_eq!(desk.of(of[0]).state, expected, "{count} of which {trashed} in Trash");
        assert_eq!(desk.world.tickets[&ticket].standing.closed_at, None);
        assert_eq!(desk.followed(reopened).len(), usize::from(expected == OPEN));
        desk.by(ANNA, undo(reopened));
        assert_eq!(without_versions(&desk.world), before);
    }
}

#[test]
fn k6_closing_a_conversation_leaves_its_ticket_and_the_others_open() {
    let mut desk = Desk::open();
    let (ticket, of) = desk.ticket_of(2);
    for conversation in &of {
        let closed = desk.by(ANNA, Command::Close { conversation: *conversation });
        assert!(desk.followed(closed).is_empty());
    }
    assert_eq!(desk.world.tickets[&ticket].standing.status, NEW);
}

#[test]
fn a_contact_who_answers_reopens_a_closed_ticket_and_leaves_an_open_ones_status() {
    let mut desk = Desk::open();
    let (ticket, of) = desk.ticket_of(2);
    desk.set_status(ticket, WAITING);
    desk.by(ANNA, Command::Close { conversation: of[0] });
    desk.mail(SUPPORT, Some(of[0]));
    assert_eq!(desk.world.tickets[&ticket].standing.status, WAITING);
    desk.set_status(ticket, CLOSED);
    desk.mail(SUPPORT, Some(of[0]));
    assert_eq!(desk.world.tickets[&ticket].standing.status, NEW, "the first open one");
    assert_eq!((desk.of(of[0]).state, desk.of(of[1]).state), (OPEN, SHUT), "nobody asked for the other one");
    assert_eq!(
        desk.log.iter().filter(|it| it.cause == samtal_model::Cause::Rule(Rule::ContactReopensTicket)).count(),
        1
    );
}

#[test]
fn k7_the_last_conversation_takes_its_ticket_to_trash_and_brings_it_back() {
    let mut desk = Desk::open();
    let (ticket, of) = desk.ticket_of(2);
    let first = desk.by(ANNA, Command::Trash { conversation: of[0] });
    assert_eq!(
        (desk.world.tickets[&ticket].trashed_at, desk.followed(first).len()),
        (None, 0),
        "it stays with the other"
    );
    let before = without_versions(&desk.world);
    // By the same clock: what went together is told apart all the same.
    let last = desk.by(ANNA, Command::Trash { conversation: of[1] });
    assert_eq!(reached(&desk, last), [(Reach::TicketTrashed, ticket.0)]);
    assert_eq!(
        desk.refusal(ANNA, Command::Ticket(TicketCommand::SetStatus { ticket, status: NEW })),
        Refusal::TicketInTrash
    );
    let restored = desk.by(ANNA, Command::Restore { conversation: of[1] });
    assert_eq!(reached(&desk, restored), [(Reach::TicketRestored, ticket.0)]);
    assert_eq!(without_versions(&desk.world), before, "the one that had gone before by itself stays in Trash");
}

#[test]
fn k7_deleting_a_ticket_deletes_its_conversations_and_restore_of_either_brings_both_back() {
    for by_ticket in [true, false] {
        let mut desk = Desk::open();
        let (ticket, of) = desk.ticket_of(3);
        desk.by(ANNA, Command::Trash { conversation: of[2] });
        let before = without_versions(&desk.world);
        let trashed = desk.trash_ticket(ticket);
        let taken = [(Reach::ConversationTrashed, of[0].0), (Reach::ConversationTrashed, of[1].0)];
        assert_eq!(reached(&desk, trashed), taken);
        if by_ticket {
            desk.restore_ticket(ticket);
        } else {
            desk.by(ANNA, Command::Restore { conversation: of[0] });
        }
        assert_eq!(without_versions(&desk.world), before);
    }
}

#[test]
fn one_that_had_gone_before_brings_the_ticket_back_and_nothing_else() {
    let mut desk = Desk::open();
    let (ticket, of) = desk.ticket_of(2);
    desk.by(ANNA, Command::Trash { conversation: of[0] });
    desk.by(ANNA, Command::Trash { conversation: of[1] });
    desk.by(ANNA, Command::Restore { conversation: of[0] });
    assert_eq!(desk.world.tickets[&ticket].trashed_at, None, "what is at hand has a ticket that is at hand");
    assert!(desk.of(of[1]).trashed_at.is_some());
    let (ticket, of) = desk.ticket_of(2);
    desk.trash_ticket(ticket);
    desk.mail(SUPPORT, Some(of[0]));
    assert_eq!(
        (desk.world.tickets[&ticket].trashed_at, desk.of(of[0]).trashed_at),
        (None, None),
        "a customer's word wins"
    );
    assert!(desk.of(of[1]).trashed_at.is_some(), "somebody threw it away, and nobody wrote in it");
}

#[test]
fn an_undo_does_not_tear_apart_what_others_did_since() {
    let mut desk = Desk::open();
    let (_, of) = desk.ticket_of(2);
    desk.by(ANNA, Command::Trash { conversation: of[0] });
    let restored = desk.by(ANNA, Command::Restore { conversation: of[0] });
    desk.by(ANNA, Command::Trash { conversation: of[1] });
    assert_eq!(
        desk.refusal(ANNA, undo(restored)),
        Refusal::ChangedSince,
        "the ticket would be at hand with none at hand"
    );
}

#[test]
fn v9_deleting_for_good_leaves_a_note_on_a_ticket_that_lives_and_takes_an_empty_one_along() {
    let mut desk = Desk::open();
    let (ticket, of) = desk.ticket_of(2);
    desk.by(ANNA, Command::Trash { conversation: of[0] });
    let deleted = desk.by(ANNA, Command::Delete { conversation: of[0] });
    let noted = |entry: &samtal_model::Logged| matches!(entry.change, Change::Ticket(TicketChange::LostConversation { conversation, .. }) if conversation == of[0]);
    assert!(desk.world.history[&deleted].iter().any(noted));
    desk.by(ANNA, Command::Trash { conversation: of[1] });
    let deleted = desk.by(ANNA, Command::Delete { conversation: of[1] });
    assert_eq!(reached(&desk, deleted), [(Reach::TicketDeleted, ticket.0)]);
    assert!(!desk.world.tickets.contains_key(&ticket));
}

#[test]
fn a_ticket_is_deleted_for_good_from_trash_alone_with_its_conversations() {
    let mut desk = Desk::open();
    let (ticket, of) = desk.ticket_of(2);
    let delete = Command::Ticket(TicketCommand::Delete { ticket });
    assert_eq!(desk.refusal(ANNA, delete.clone()), Refusal::TicketTrashFirst);
    desk.trash_ticket(ticket);
    let deleted = desk.by(ANNA, delete);
    assert!(desk.world.tickets.is_empty() && of.iter().all(|id| !desk.world.conversations.contains_key(id)));
    assert_eq!(desk.refusal(ANNA, undo(deleted)), Refusal::NotFound(samtal_model::refusal::Noun::Command));
}

#[test]
fn t5_blocking_filters_the_sender_from_now_on_and_deletes_their_tickets_for_good() {
    let mut desk = Desk::open();
    let (ticket, of) = desk.ticket_of(2);
    let sales = desk.mail(SALES, None);
    let elsewhere = desk.ticket(SALES, Some(sales));
    let blocked = desk.by(JONAS, Command::BlockSender { conversation: of[0] });
    let taken = [(Reach::ConversationSpam, of[1].0), (Reach::TicketDeleted, ticket.0)];
    assert_eq!(reached(&desk, blocked), taken);
    assert!(of.iter().all(|id| desk.of(*id).spam && desk.of(*id).ticket.is_none()), "they stay, filtered");
    assert!(desk.world.tickets.contains_key(&elsewhere) && !desk.of(sales).spam, "an inbox that Jonas does not see");
    let later = desk.mail(SUPPORT, None);
    assert!(desk.of(later).spam);
    let chat = desk.receive(SUPPORT, None, Channel::Chat, Origin::Inbound, MessageKind::Inbound);
    assert!(desk.of(chat).spam && desk.of(chat).message_count == 1, "taken, and out of the views");
    desk.by(JONAS, undo(blocked));
    assert!(of.iter().all(|id| !desk.of(*id).spam && desk.of(*id).ticket.is_none()));
    assert!(!desk.world.tickets.contains_key(&ticket), "what is gone for good stays gone");
    let welcome = desk.mail(SUPPORT, None);
    assert!(!desk.of(welcome).spam);
}

#[test]
fn t5_a_blocked_sender_brings_nothing_back_and_is_unblocked_from_spam() {
    let mut desk = Desk::open();
    let (one, old, gone) = (desk.mail(SUPPORT, None), desk.mail(SUPPORT, None), desk.mail(SUPPORT, None));
    desk.by(ANNA, Command::Close { conversation: old });
    desk.by(ANNA, Command::Trash { conversation: gone });
    desk.by(ANNA, Command::BlockSender { conversation: one });
    desk.mail(SUPPORT, Some(old));
    desk.mail(SUPPORT, Some(gone));
    assert!(desk.of(old).spam && desk.of(old).state == SHUT);
    assert!(!desk.of(gone).spam && desk.of(gone).trashed_at.is_some(), "in Trash nothing moves");
    let again = desk.by(ANNA, Command::BlockSender { conversation: one });
    assert!(!desk.world.history.contains_key(&again), "a double click changes nothing");
    desk.by(DAAN, Command::UnblockSender { conversation: one });
    assert!(!desk.of(one).spam && desk.of(old).spam, "others may have been filtered for what they are");
    let welcome = desk.mail(SUPPORT, None);
    assert!(!desk.of(welcome).spam);
}
