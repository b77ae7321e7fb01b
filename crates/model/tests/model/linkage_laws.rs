//! What must hold of tickets and conversations whatever is asked, in whatever order.

use crate::desk::{ANNA, CLOSED, Desk, EWA, JONAS, NEW, SUPPORT, WAITING, without_versions};
use proptest::prelude::*;
use samtal_model::{
    Actor, Change, Command, CommandId, ConversationId, ConversationState, NewTicket, Rule, TicketChange, TicketCommand,
    TicketEdit, TicketId, TicketSet, World,
};

/// Number of a kind of command, and numbers that choose among what is there.
type Step = (u8, usize, usize, bool);

fn command(desk: &Desk, (what, on, with, _): Step) -> Option<Command> {
    let ids: Vec<ConversationId> = desk.world.conversations.keys().copied().collect();
    let tickets: Vec<TicketId> = desk.world.tickets.keys().copied().collect();
    let commands: Vec<CommandId> = desk.world.history.keys().copied().collect();
    let conversation = *ids.get(on % ids.len().max(1))?;
    let ticket = tickets.get(with % tickets.len().max(1)).copied();
    let owner = [None, Some(ANNA), Some(JONAS), Some(EWA)][with % 4];
    let of_ticket = |make: fn(TicketId) -> TicketCommand| ticket.map(|ticket| Command::Ticket(make(ticket)));
    match what {
        0 => Some(Command::Ticket(TicketCommand::Create(Box::new(NewTicket {
            conversation: (with > 0).then_some(conversation),
            inbox: SUPPORT,
            name: "Shelf".into(),
            pipeline: None,
            status: [None, Some(WAITING), Some(CLOSED)][with % 3],
            priority: None,
            owner: None,
            contact: None,
        })))),
        1 | 2 => ticket.map(|ticket| Command::Ticket(TicketCommand::Attach { conversation, ticket })),
        3 | 4 => ticket
            .map(|ticket| Command::Ticket(TicketCommand::SetStatus { ticket, status: [NEW, WAITING, CLOSED][on % 3] })),
        5 => of_ticket(|ticket| TicketCommand::Trash { ticket }),
        6 => of_ticket(|ticket| TicketCommand::Restore { ticket }),
        7 => of_ticket(|ticket| TicketCommand::Delete { ticket }),
        8 => ticket.map(|ticket| {
            let edit = TicketEdit { owner: Some(owner), name: Some("Table".into()), ..TicketEdit::default() };
            Command::Ticket(TicketCommand::Edit { ticket, edit })
        }),
        9 => Some(Command::Assign { conversation, owner }),
        10 => Some(Command::Close { conversation }),
        11 => Some(Command::Reopen { conversation }),
        12 | 13 => Some(Command::Trash { conversation }),
        14 | 15 => Some(Command::Restore { conversation }),
        16 => Some(Command::Delete { conversation }),
        17 => (with == 0).then_some(Command::BlockSender { conversation }),
        18 => Some(Command::UnblockSender { conversation }),
        _ => commands.get((on * 7 + with) % commands.len().max(1)).map(|command| Command::Undo { command: *command }),
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // The clock stands still as often as not: things of one moment are told apart, too.
    proptest::collection::vec((0..24_u8, 0..7_usize, 0..5_usize, any::<bool>()), 1..60)
}

fn take(desk: &mut Desk, step: Step) -> Option<(Command, CommandId)> {
    if step.3 {
        desk.now = desk.now.plus_ms(1);
    }
    if step.0 == 23 {
        let thread = desk.world.conversations.keys().nth(step.1).copied();
        let before = desk.world.conversations.len();
        let _ = desk.mail(SUPPORT, thread.filter(|_| before > 4));
        return None;
    }
    let command = command(desk, step)?;
    desk.ask(Actor::Agent(ANNA), &command).ok().map(|id| (command, id))
}

fn holds(world: &World) -> Result<(), TestCaseError> {
    for conversation in world.conversations.values() {
        if let Some(ticket) = conversation.ticket {
            let found = world.tickets.get(&ticket);
            prop_assert!(found.is_some(), "{:?} has a ticket that is not there", conversation.id);
            prop_assert_eq!(found.map(|it| it.inbox), Some(conversation.inbox));
        }
    }
    for ticket in world.tickets.values() {
        let of: Vec<_> = world.conversations_of(ticket.id).collect();
        let all = of.iter().all(|it| it.trashed_at.is_some());
        prop_assert!(ticket.trashed_at.is_none() || all, "K7: a ticket in Trash has none at hand");
        prop_assert!(ticket.trashed_at.is_some() || of.is_empty() || !all, "K7: a ticket at hand has one at hand");
        let status = &world.statuses[&ticket.standing.status];
        prop_assert_eq!(status.closed, ticket.standing.is_closed());
        prop_assert!(!status.deleted);
    }
    let used = |id| world.tickets.values().filter(|it| it.standing.status == id).count() as i64;
    for (status, count) in world.status_use.iter() {
        prop_assert_eq!(*count, used(*status));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tickets_and_conversations_stay_together(steps in steps()) {
        let mut desk = Desk::open();
        desk.mail(SUPPORT, None);
        desk.mail(SUPPORT, None);
        for step in steps {
            let before = desk.clone();
            let Some((command, id)) = take(&mut desk, step) else { holds(&desk.world)?; continue };
            holds(&desk.world)?;
            let logged = desk.world.history.get(&id).cloned().unwrap_or_default();
            for entry in &logged {
                match &entry.change {
                    Change::TicketOf { conversation, from, to } => {
                        let blocked = entry.cause == samtal_model::Cause::Rule(Rule::SenderBlocked);
                        prop_assert!(from.is_none() && to.is_some() || blocked, "K1: {:?} was moved", conversation);
                    }
                    // K3: one way.
                    Change::OwnerSet { .. } => prop_assert!(!matches!(command, Command::Ticket(_))),
                    _ => {}
                }
            }
            match &command {
                Command::Ticket(TicketCommand::SetStatus { ticket, status: CLOSED }) => {
                    let open = |it: &samtal_model::Conversation| {
                        it.trashed_at.is_none() && it.state == ConversationState::Open
                    };
                    prop_assert!(!desk.world.conversations_of(*ticket).any(open), "K4");
                }
                Command::Ticket(TicketCommand::SetStatus { ticket, .. }) => {
                    let changed = logged.iter().filter(|it| matches!(it.change, Change::StateSet { .. })).count();
                    let at_hand = desk.world.conversations_of(*ticket).filter(|it| it.trashed_at.is_none()).count();
                    prop_assert!(changed == 0 || changed == 1 && at_hand == 1, "K5");
                }
                Command::Close { .. } | Command::Reopen { .. } => prop_assert!(logged.len() <= 1, "K6"),
                // K7: put away and brought back at once, all is as it was.
                Command::Trash { conversation } => {
                    let mut tried = desk.clone();
                    tried.by(ANNA, Command::Restore { conversation: *conversation });
                    if !logged.is_empty() {
                        prop_assert_eq!(without_versions(&tried.world), without_versions(&before.world));
                    }
                }
                Command::Ticket(TicketCommand::Trash { ticket }) => {
                    let mut tried = desk.clone();
                    tried.restore_ticket(*ticket);
                    if !logged.is_empty() {
                        prop_assert_eq!(without_versions(&tried.world), without_versions(&before.world));
                    }
                }
                _ => {}
            }
            let undoable = logged.iter().all(|it| it.change.inverse().is_some());
            if undoable && !logged.is_empty() && !matches!(command, Command::Undo { .. }) {
                let mut tried = desk.clone();
                tried.by(ANNA, Command::Undo { command: id });
                prop_assert_eq!(without_versions(&tried.world), without_versions(&before.world));
            }
        }
    }

    #[test]
    fn what_went_to_trash_by_one_step_has_a_time_of_its_own(steps in steps()) {
        let mut desk = Desk::open();
        (0..4).for_each(|_| { desk.mail(SUPPORT, None); });
        for step in steps {
            let Some((command, id)) = take(&mut desk, step) else { continue };
            if matches!(command, Command::Undo { .. }) { continue }
            let logged = desk.world.history.get(&id).cloned().unwrap_or_default();
            for entry in &logged {
                let Change::Ticket(TicketChange::Set { ticket, set: TicketSet::Trash { to: Some(at), .. }, .. }) = &entry.change
                else { continue };
                let with: Vec<_> = logged.iter().filter_map(|it| match it.change {
                    Change::TrashSet { conversation, to: Some(_), .. } => Some(conversation),
                    _ => None,
                }).collect();
                for other in desk.world.conversations_of(*ticket) {
                    prop_assert_eq!(other.trashed_at == Some(*at), with.contains(&other.id));
                }
            }
        }
    }
}
