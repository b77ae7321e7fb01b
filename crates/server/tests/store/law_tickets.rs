//! Tickets and pipelines in the law of a live app: what is done with them at random, and what is kept of them.

use crate::engines::Bench;
use crate::law::{Client, Dice};
use samtal_model::record::activity::{ActivityKind, ActivityText};
use samtal_model::record::command::RecordCommand;
use samtal_model::record::value::{PropertyKind, Value, Values};
use samtal_model::record::{RecordKind, RecordRef};
use samtal_model::wire::{ActivityView, TicketView};
use samtal_model::{
    Command, NewStatus, NewTicket, PipelineCommand, Priority, StatusColour, StatusId, TicketCommand, TicketEdit,
    TicketId,
};
use samtal_server::store::{Reader, TicketQuery};
use std::collections::BTreeMap;

/// Every ticket the reader sees, in Trash or not.
pub async fn tickets_of(bench: &Bench, reader: &Reader) -> BTreeMap<TicketId, TicketView> {
    let mut all = BTreeMap::new();
    for trash in [false, true] {
        let query = TicketQuery { trash, limit: 200, ..TicketQuery::default() };
        let tickets = bench.store.tickets(reader, &query).await.expect("a query").expect("all").items;
        all.extend(tickets.into_iter().map(|it| (it.id, it)));
    }
    all
}

/// What is written down on the tickets that the reader sees, from the whole of their timelines.
pub async fn written_on_tickets(bench: &Bench, reader: &Reader) -> Vec<ActivityView> {
    let mut all = vec![];
    for id in tickets_of(bench, reader).await.into_keys() {
        let mut cursor: Option<String> = None;
        loop {
            let page = bench.store.timeline(reader, RecordRef::Ticket(id), cursor.as_deref(), 50).await;
            let page = page.expect("a query").expect("there").expect("a page");
            all.extend(page.items.into_iter().filter_map(|it| it.activity));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
    }
    all
}

/// Defines a property of tickets.
pub fn own_property(step: i64) -> Command {
    Command::Record(Box::new(RecordCommand::CreateProperty {
        object: RecordKind::Ticket,
        kind: PropertyKind::Choice,
        name: format!("Wood {step}"),
        options: vec!["Oak".into(), "Pine".into()],
    }))
}

/// Closes an open ticket with a contact where contacts are asked how it went, if there is one: chance hardly comes to it.
pub fn on_asking(step: i64, known: &Client) -> Option<Command> {
    let asks = |it: &&TicketView| {
        let asked = known.pipelines.get(&it.pipeline_id).is_some_and(|pipeline| pipeline.survey);
        asked && !it.closed && it.trashed_at.is_none() && it.contact.is_some() && it.conversation_count > 0
    };
    let open: Vec<_> = known.tickets.values().filter(asks).collect();
    let ticket = open.get(usize::try_from(step).ok()? % open.len().max(1))?;
    let status = known.pipelines[&ticket.pipeline_id].statuses.iter().find(|it| it.closed)?.id;
    Some(Command::Ticket(TicketCommand::SetStatus { ticket: ticket.id, status }))
}

/// A command on tickets, pipelines or senders.
pub fn on_tickets(dice: &mut Dice, step: i64, known: &Client) -> Option<Command> {
    let ids: Vec<_> = known.conversations.values().filter(|it| it.ticket.is_none()).collect();
    let all: Vec<_> = known.conversations.keys().copied().collect();
    let tickets: Vec<_> = known.tickets.keys().copied().collect();
    let statuses: Vec<StatusId> = known.pipelines.values().flat_map(|it| &it.statuses).map(|it| it.id).collect();
    let ticket = tickets.get(dice.roll(tickets.len().max(1))).copied();
    let status = *statuses.get(dice.roll(statuses.len().max(1)))?;
    let name = format!("{} {step}", ["bookcase", "lamp"][dice.roll(2)]);
    let conversation = ids.get(dice.roll(ids.len().max(1))).copied();
    let any = *all.get(dice.roll(all.len().max(1)))?;
    let of_ticket = |make: fn(TicketId) -> TicketCommand| Some(Command::Ticket(make(ticket?)));
    match dice.roll(40) {
        20..=24 | 31..=34 => {
            let Some(property) = known.records.properties.values().find(|it| it.object == "ticket") else {
                return Some(own_property(step));
            };
            let option = property.options.get(dice.roll(property.options.len() + 1)).map(|it| Value::Whole(it.id.0));
            let edit = TicketEdit { values: vec![(property.key, option)], ..TicketEdit::default() };
            Some(Command::Ticket(TicketCommand::Edit { ticket: ticket?, edit }))
        }
        25 | 35..=39 => Some(Command::Record(Box::new(RecordCommand::CreateActivity {
            record: RecordRef::Ticket(ticket?),
            kind: [ActivityKind::Note, ActivityKind::Task][dice.roll(2)],
            at: None,
            text: ActivityText { text: name, ..ActivityText::default() },
            conversation: None,
        }))),
        0..=3 | 26..=30 => Some(Command::Ticket(TicketCommand::Create(Box::new(NewTicket {
            conversation: Some(conversation?.id),
            inbox: conversation?.inbox_id,
            name,
            pipeline: None,
            status: (dice.roll(3) == 0).then_some(status),
            priority: (dice.roll(2) == 0).then_some(Priority::High),
            owner: None,
            contact: None,
        })))),
        4..=6 => {
            let inbox = known.tickets.get(&ticket?)?.inbox_id;
            let conversation = ids.iter().find(|it| it.inbox_id == inbox)?.id;
            Some(Command::Ticket(TicketCommand::Attach { conversation, ticket: ticket? }))
        }
        7..=10 => Some(Command::Ticket(TicketCommand::SetStatus { ticket: ticket?, status })),
        11 | 12 => {
            let edit = TicketEdit { name: Some(name), priority: Some(None), ..TicketEdit::default() };
            Some(Command::Ticket(TicketCommand::Edit { ticket: ticket?, edit }))
        }
        13 => of_ticket(|ticket| TicketCommand::Trash { ticket }),
        14 => of_ticket(|ticket| TicketCommand::Restore { ticket }),
        15 => of_ticket(|ticket| TicketCommand::Delete { ticket }),
        16 => {
            let new = |name: &str, closed| NewStatus { name: name.into(), colour: StatusColour::Pink, closed };
            let statuses = vec![new("In", false), new("Held", false), new("Out", true)];
            Some(Command::Pipeline(PipelineCommand::Create { name: format!("P{step}"), statuses }))
        }
        17 => Some(Command::Pipeline(match dice.roll(4) {
            0 => PipelineCommand::EditStatus {
                status,
                name: Some(format!("S{step}")),
                colour: Some(StatusColour::Red),
                closed: None,
            },
            1 => PipelineCommand::MoveStatus { status, before: Some(statuses[dice.roll(statuses.len())]) },
            2 => PipelineCommand::Delete { pipeline: *known.pipelines.keys().last()? },
            _ => PipelineCommand::DeleteStatus { status, move_to: Some(statuses[dice.roll(statuses.len())]) },
        })),
        18 if dice.roll(4) == 0 => Some(Command::BlockSender { conversation: any }),
        _ => Some(Command::UnblockSender { conversation: any }),
    }
}

/// How much tickets say beyond their own facts, and have written on them.
pub fn said_of_tickets(all: &Client) -> usize {
    let values = all.tickets.values().filter(|ticket| ticket.values != Values::default()).count();
    values + all.records.activities.values().filter(|activity| activity.record.ticket().is_some()).count()
}

/// What is kept of tickets is what there is, and the two sides agree (K1, K7). Says how many conversations have one.
pub fn check_tickets(all: &Client) -> usize {
    let mut counts: BTreeMap<_, i64> = BTreeMap::new();
    for ticket in all.tickets.values() {
        if ticket.trashed_at.is_none() {
            *counts.entry((ticket.inbox_id, ticket.pipeline_id, ticket.status_id)).or_default() += 1;
        }
        let of = all.conversations.values().filter(|it| it.ticket.as_ref().is_some_and(|it| it.id == ticket.id));
        assert_eq!(ticket.conversation_count, of.count() as i64, "{ticket:?}");
    }
    for (inbox, kept) in &all.ticket_counts {
        for item in &kept.items {
            let counted = counts.remove(&(*inbox, item.pipeline_id, item.status_id));
            assert_eq!(counted, Some(item.count), "{inbox}: {item:?}");
        }
    }
    assert!(counts.is_empty(), "not kept: {counts:?}");
    let mut any = 0;
    for conversation in all.conversations.values() {
        let Some(shown) = &conversation.ticket else { continue };
        let ticket = &all.tickets[&shown.id];
        assert_eq!((&shown.name, shown.status_id, shown.closed), (&ticket.name, ticket.status_id, ticket.closed));
        assert_eq!(ticket.inbox_id, conversation.inbox_id);
        assert!(ticket.trashed_at.is_none() || conversation.trashed_at.is_some(), "K7: {ticket:?}");
        any += 1;
    }
    any
}
