//! A1: pipelines and their statuses.

use crate::desk::{ANNA, CLOSED, Desk, EWA, NEW, SUPPORT, WAITING, without_versions};
use samtal_model::pipeline::{PIPELINES_MOST, STATUSES_MOST};
use samtal_model::refusal::{Invalid, Noun};
use samtal_model::{
    Command, NewStatus, PipelineCommand, PipelineId, Refusal, StatusColour, StatusId, TicketCommand, TicketEdit,
};

const ONE: PipelineId = PipelineId(1);

fn status(name: &str, closed: bool) -> NewStatus {
    NewStatus { name: name.into(), colour: StatusColour::Teal, closed }
}

fn create(name: &str) -> Command {
    let statuses = vec![status("Open", false), status("Done", true)];
    Command::Pipeline(PipelineCommand::Create { name: name.into(), statuses })
}

fn add(name: &str, closed: bool) -> Command {
    Command::Pipeline(PipelineCommand::CreateStatus { pipeline: ONE, status: status(name, closed) })
}

fn delete(status: StatusId, move_to: Option<StatusId>) -> Command {
    Command::Pipeline(PipelineCommand::DeleteStatus { status, move_to })
}

fn names(desk: &Desk) -> Vec<&str> {
    let mut all: Vec<_> = desk.world.statuses.values().filter(|it| it.pipeline == ONE && !it.deleted).collect();
    all.sort_by_key(|it| (it.position, it.id));
    all.iter().map(|it| desk.world.names[&it.revision].as_str()).collect()
}

#[test]
fn admins_alone_change_them() {
    let mut desk = Desk::open();
    assert_eq!(desk.refusal(ANNA, create("Returns")), Refusal::RoleTooLow);
    desk.by(EWA, create("Returns"));
    let refusal = desk.refusal(EWA, create(" returns "));
    assert_eq!(refusal, Refusal::Invalid { field: "name", why: Invalid::Taken });
}

#[test]
fn they_are_bounded_and_every_pipeline_keeps_an_open_and_a_closed_status() {
    let mut desk = Desk::open();
    let none_closed = PipelineCommand::Create { name: "Half".into(), statuses: vec![status("Open", false)] };
    assert_eq!(desk.refusal(EWA, Command::Pipeline(none_closed)), Refusal::LastStatus { closed: true });
    assert_eq!(desk.refusal(EWA, delete(CLOSED, None)), Refusal::LastStatus { closed: true });
    for nth in 1..PIPELINES_MOST {
        desk.by(EWA, create(&format!("P{nth}")));
    }
    assert_eq!(desk.refusal(EWA, create("One more")), Refusal::TooManyPipelines);
    for nth in 3..STATUSES_MOST {
        desk.by(EWA, add(&format!("S{nth}"), false));
    }
    assert_eq!(desk.refusal(EWA, add("One more", false)), Refusal::TooManyStatuses);
}

#[test]
fn a_status_in_use_does_not_vanish_its_tickets_move_to_another_of_its_kind() {
    let mut desk = Desk::open();
    let (one, two) = (desk.ticket(SUPPORT, None), desk.ticket(SUPPORT, None));
    desk.trash_ticket(two);
    assert_eq!(desk.refusal(EWA, delete(NEW, None)), Refusal::StatusInUse);
    let not = |why| Refusal::Invalid { field: "move_to", why };
    assert_eq!(desk.refusal(EWA, delete(NEW, Some(CLOSED))), not(Invalid::NotOfTheSameKind));
    assert_eq!(desk.refusal(EWA, delete(NEW, Some(NEW))), not(Invalid::NotItsStatus));
    let before = without_versions(&desk.world);
    let deleted = desk.by(EWA, delete(NEW, Some(WAITING)));
    assert!([one, two].iter().all(|id| desk.world.tickets[id].standing.status == WAITING), "in Trash or not");
    assert_eq!(names(&desk), ["Waiting on us", "Closed"]);
    let gone = Command::Ticket(TicketCommand::SetStatus { ticket: one, status: NEW });
    assert_eq!(desk.refusal(ANNA, gone), Refusal::Invalid { field: "status_id", why: Invalid::Unknown });
    desk.by(EWA, Command::Undo { command: deleted });
    assert_eq!(without_versions(&desk.world), before);
}

#[test]
fn an_undo_takes_no_status_from_under_a_ticket_and_no_name_twice() {
    let mut desk = Desk::open();
    let made = desk.by(EWA, add("Ordered", false));
    let id = *desk.world.statuses.keys().last().expect("a status");
    let ticket = desk.ticket(SUPPORT, None);
    desk.set_status(ticket, id);
    assert_eq!(desk.refusal(EWA, Command::Undo { command: made }), Refusal::ChangedSince);
    desk.set_status(ticket, NEW);
    let gone = desk.by(EWA, delete(id, None));
    desk.by(EWA, add("ordered", false));
    assert_eq!(desk.refusal(EWA, Command::Undo { command: gone }), Refusal::ChangedSince);
    assert_eq!(desk.refusal(ANNA, Command::Undo { command: gone }), Refusal::NotYoursToUndo);
}

#[test]
fn a_status_is_renamed_coloured_and_placed_and_stays_open_or_closed_while_it_is_used() {
    let mut desk = Desk::open();
    let edit = |name: Option<&str>, colour, closed| {
        Command::Pipeline(PipelineCommand::EditStatus { status: WAITING, name: name.map(Into::into), colour, closed })
    };
    desk.by(EWA, edit(Some(" Ours "), Some(StatusColour::Red), None));
    assert_eq!((names(&desk)[1], desk.world.statuses[&WAITING].colour), ("Ours", StatusColour::Red));
    let refusal = desk.refusal(EWA, edit(Some("NEW"), None, None));
    assert_eq!(refusal, Refusal::Invalid { field: "name", why: Invalid::Taken });
    let ticket = desk.ticket(SUPPORT, None);
    desk.set_status(ticket, WAITING);
    assert_eq!(desk.refusal(EWA, edit(None, None, Some(true))), Refusal::StatusInUse);
    let place = |status, before| Command::Pipeline(PipelineCommand::MoveStatus { status, before });
    desk.by(EWA, place(CLOSED, Some(NEW)));
    assert_eq!(names(&desk), ["Closed", "New", "Ours"]);
    for _ in 0..20 {
        desk.by(EWA, place(WAITING, Some(NEW)));
        desk.by(EWA, place(NEW, Some(WAITING)));
    }
    assert_eq!(names(&desk), ["Closed", "New", "Ours"], "also where there was no room between");
    desk.by(EWA, place(CLOSED, None));
    assert_eq!(names(&desk), ["New", "Ours", "Closed"]);
}

#[test]
fn a_pipeline_with_tickets_stays_and_so_does_the_last() {
    let mut desk = Desk::open();
    let gone = |pipeline| Command::Pipeline(PipelineCommand::Delete { pipeline });
    assert_eq!(desk.refusal(EWA, gone(ONE)), Refusal::LastPipeline);
    desk.by(EWA, create("Returns"));
    let other = *desk.world.pipelines.keys().last().expect("a pipeline");
    let ticket = desk.ticket(SUPPORT, None);
    assert_eq!(desk.refusal(EWA, gone(ONE)), Refusal::PipelineInUse);
    let edit = TicketEdit { pipeline: Some(other), ..TicketEdit::default() };
    let moved = desk.by(ANNA, Command::Ticket(TicketCommand::Edit { ticket, edit }));
    assert_eq!(desk.world.tickets[&ticket].standing.pipeline, other, "into its first open status");
    let deleted = desk.by(EWA, gone(ONE));
    assert_eq!(desk.refusal(ANNA, Command::Undo { command: moved }), Refusal::ChangedSince);
    assert_eq!(desk.refusal(EWA, gone(ONE)), Refusal::NotFound(Noun::Pipeline));
    desk.by(EWA, Command::Undo { command: deleted });
    desk.by(ANNA, Command::Undo { command: moved });
    assert_eq!(desk.world.tickets[&ticket].standing.status, NEW);
}
