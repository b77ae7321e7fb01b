//! Tickets as records: values of the team's own properties (X4), what is written down on them (K9), and what becomes of
//! them when their contact is merged or deleted (D7).

use crate::desk::{ANNA, DAAN, Desk, EWA, JONAS, SALES, SUPPORT};
use crate::records::{named, record, text};
use samtal_model::record::activity::{ActivityEdit, ActivityKind, ActivityText};
use samtal_model::record::command::RecordCommand;
use samtal_model::record::value::{BuiltIn, Edits, PropertyKey, PropertyKind, Value};
use samtal_model::record::{RecordKind, RecordRef};
use samtal_model::refusal::{Invalid, Noun, Refusal};
use samtal_model::wire::{HistoryChange, HistoryKind};
use samtal_model::{
    ActivityId, AgentId, Command, CommandId, ContactId, PropertyId, TicketCommand, TicketEdit, TicketId,
};

fn edit(ticket: TicketId, values: Edits) -> Command {
    Command::Ticket(TicketCommand::Edit { ticket, edit: TicketEdit { values, ..TicketEdit::default() } })
}

fn undo(command: CommandId) -> Command {
    Command::Undo { command }
}

fn property(desk: &mut Desk, object: RecordKind, kind: PropertyKind) -> PropertyId {
    let name = format!("Number {}", desk.world.records.properties.len());
    let command = RecordCommand::CreateProperty { object, kind, name, options: vec![] };
    desk.by(EWA, record(command));
    *desk.world.records.properties.keys().last().expect("a property")
}

fn note(on: TicketId) -> Command {
    let text = ActivityText { text: "Sent a new one".into(), ..ActivityText::default() };
    let record_ref = RecordRef::Ticket(on);
    record(RecordCommand::CreateActivity {
        record: record_ref,
        kind: ActivityKind::Note,
        at: None,
        text,
        conversation: None,
    })
}

fn noted(desk: &mut Desk, by: AgentId, on: TicketId) -> ActivityId {
    desk.by(by, note(on));
    *desk.world.records.activities.keys().last().expect("a note")
}

fn value(desk: &Desk, ticket: TicketId, of: PropertyId) -> Option<Value> {
    let values = desk.world.tickets[&ticket].values;
    desk.world.records.texts.get(&values)?.get(PropertyKey::Defined(of)).cloned()
}

#[test]
fn x4_a_ticket_has_values_of_the_teams_own_properties_and_undo_brings_back_the_old_ones() {
    let mut desk = Desk::open();
    let (ticket, _) = desk.ticket_of(1);
    let of = property(&mut desk, RecordKind::Ticket, PropertyKind::Number);
    let key = PropertyKey::Defined(of);
    let first = desk.by(ANNA, edit(ticket, vec![(key, text("12.50"))]));
    assert_eq!(value(&desk, ticket, of), text("12.5"), "as every record keeps it");
    let logged = &desk.world.history[&first];
    let line = HistoryChange::of(logged[0].cause, &logged[0].change).expect("a line of the history");
    assert_eq!((line.kind, line.ticket_id), (HistoryKind::TicketValues, Some(ticket)));
    let again = desk.by(JONAS, edit(ticket, vec![(key, text("12.5"))]));
    assert!(!desk.world.history.contains_key(&again), "the same value changes nothing");
    let second = desk.by(JONAS, edit(ticket, vec![(key, None)]));
    assert_eq!(value(&desk, ticket, of), None);
    assert_eq!(desk.refusal(ANNA, undo(first)), Refusal::ChangedSince, "a colleague has emptied it meanwhile");
    desk.by(JONAS, undo(second));
    assert_eq!(value(&desk, ticket, of), text("12.5"));
}

#[test]
fn who_renames_a_ticket_and_who_fills_in_a_value_do_not_hold_each_other_up() {
    let mut desk = Desk::open();
    let (ticket, _) = desk.ticket_of(1);
    let of = property(&mut desk, RecordKind::Ticket, PropertyKind::Text);
    let name = TicketEdit { name: Some("Other shelf".into()), ..TicketEdit::default() };
    let renamed = desk.by(ANNA, Command::Ticket(TicketCommand::Edit { ticket, edit: name }));
    desk.by(JONAS, edit(ticket, vec![(PropertyKey::Defined(of), text("oak"))]));
    desk.by(ANNA, undo(renamed));
    let revision = desk.world.tickets[&ticket].revision;
    assert_eq!((desk.world.names[&revision].as_str(), value(&desk, ticket, of)), ("Broken shelf", text("oak")));
}

#[test]
fn a_wrong_value_is_refused_by_the_name_of_its_property() {
    let mut desk = Desk::open();
    let (ticket, _) = desk.ticket_of(1);
    let of = property(&mut desk, RecordKind::Ticket, PropertyKind::Number);
    let others = property(&mut desk, RecordKind::Contact, PropertyKind::Text);
    let key = PropertyKey::Defined;
    let wrong = |property: PropertyKey, name: &str, why| Refusal::InvalidValue { property, name: name.into(), why };
    let refusal = desk.refusal(ANNA, edit(ticket, vec![(key(of), text("twelve"))]));
    assert_eq!(refusal, wrong(key(of), "Number 0", Invalid::NotANumber));
    let refusal = desk.refusal(ANNA, edit(ticket, vec![(key(others), text("x"))]));
    assert_eq!(refusal, wrong(key(others), &key(others).to_string(), Invalid::Unknown), "that is a contact's");
    let refusal = desk.refusal(ANNA, edit(ticket, named("Shelf")));
    assert_eq!(refusal, wrong(BuiltIn::Name.into(), "name", Invalid::Unknown), "its own fields are no properties");
    assert_eq!(value(&desk, ticket, of), None);
}

#[test]
fn x2_what_a_ticket_says_and_has_written_on_it_is_for_who_sees_it() {
    let mut desk = Desk::open();
    let conversation = desk.mail(SALES, None);
    let ticket = desk.ticket(SALES, Some(conversation));
    let of = property(&mut desk, RecordKind::Ticket, PropertyKind::Text);
    let note = noted(&mut desk, ANNA, ticket);
    let missing = Refusal::NotFound(Noun::Ticket);
    assert_eq!(desk.refusal(JONAS, edit(ticket, vec![(PropertyKey::Defined(of), text("x"))])), missing);
    assert_eq!(desk.refusal(JONAS, self::note(ticket)), missing);
    let delete = record(RecordCommand::DeleteActivity { activity: note });
    assert_eq!(desk.refusal(JONAS, delete.clone()), Refusal::NotFound(Noun::Activity));
    assert_eq!(desk.refusal(EWA, delete.clone()), Refusal::NotFound(Noun::Activity), "not for an admin either");
    desk.by(DAAN, delete);
}

#[test]
fn k9_notes_and_tasks_stand_on_a_ticket_by_the_rules_of_every_record() {
    let mut desk = Desk::open();
    let (ticket, _) = desk.ticket_of(1);
    let note = noted(&mut desk, ANNA, ticket);
    let words = ActivityEdit { text: Some("Sent two".into()), ..ActivityEdit::default() };
    let change = record(RecordCommand::EditActivity { activity: note, edit: words });
    assert_eq!(desk.refusal(JONAS, change.clone()), Refusal::NotYoursToChange);
    let changed = desk.by(ANNA, change);
    desk.by(ANNA, undo(changed));
    let made = desk.by(JONAS, self::note(ticket));
    desk.by(JONAS, undo(made));
    assert_eq!(desk.world.records.activities.values().filter(|it| !it.deleted).count(), 1);
    let none = RecordRef::Ticket(TicketId(404));
    let link = record(RecordCommand::SetLink { record: none, other: RecordRef::Ticket(ticket), linked: true });
    assert_eq!(desk.refusal(ANNA, link), Refusal::NotFound(Noun::Ticket), "a ticket has its contact, and no links");
}

#[test]
fn in_trash_nothing_is_written_on_a_ticket_or_changed_about_it() {
    let mut desk = Desk::open();
    let (ticket, _) = desk.ticket_of(1);
    let of = property(&mut desk, RecordKind::Ticket, PropertyKind::Text);
    let note = noted(&mut desk, ANNA, ticket);
    desk.trash_ticket(ticket);
    assert_eq!(desk.refusal(ANNA, self::note(ticket)), Refusal::TicketInTrash);
    assert_eq!(desk.refusal(ANNA, edit(ticket, vec![(PropertyKey::Defined(of), text("x"))])), Refusal::TicketInTrash);
    let delete = record(RecordCommand::DeleteActivity { activity: note });
    assert_eq!(desk.refusal(ANNA, delete), Refusal::TicketInTrash);
    desk.by(ANNA, Command::Ticket(TicketCommand::Delete { ticket }));
    assert!(desk.world.records.activities.is_empty(), "what was written on it is gone with it");
}

/// Two contacts, each with a conversation in Support, the first with a ticket.
fn two(desk: &mut Desk) -> (ContactId, ContactId, TicketId) {
    let one = desk.mail(SUPPORT, None);
    let one_contact = desk.of(one).contact.expect("a contact");
    let ticket = desk.ticket(SUPPORT, Some(one));
    let other = vec![(BuiltIn::Email.into(), text("other@kund.test"))];
    desk.by(ANNA, record(RecordCommand::Create { kind: RecordKind::Contact, values: other, links: vec![] }));
    let other = desk.world.records.records.keys().filter_map(|id| id.contact()).find(|id| *id != one_contact);
    (one_contact, other.expect("another contact"), ticket)
}

#[test]
fn d7_the_tickets_of_a_contact_go_over_when_it_is_merged_and_come_back_with_undo() {
    let mut desk = Desk::open();
    let (loser, winner, ticket) = two(&mut desk);
    desk.trash_ticket(ticket);
    assert_eq!(desk.world.tickets[&ticket].contact, Some(loser));
    let merged = desk.by(ANNA, record(RecordCommand::Merge { winner, loser }));
    assert_eq!(desk.world.tickets[&ticket].contact, Some(winner), "one in Trash goes over too");
    desk.by(ANNA, undo(merged));
    assert_eq!(desk.world.tickets[&ticket].contact, Some(loser));
}

#[test]
fn d7_a_merge_takes_tickets_along_in_inboxes_that_who_merges_does_not_see_and_back() {
    let mut desk = Desk::open();
    let (loser, winner, _) = two(&mut desk);
    let hidden = desk.mail(SALES, None);
    let attach = Command::SetContact { conversation: hidden, contact: Some(loser) };
    desk.by(DAAN, attach);
    let ticket = desk.ticket(SALES, Some(hidden));
    assert_eq!(desk.world.tickets[&ticket].contact, Some(loser));
    let merged = desk.by(JONAS, record(RecordCommand::Merge { winner, loser }));
    assert_eq!(desk.world.tickets[&ticket].contact, Some(winner));
    desk.by(JONAS, undo(merged));
    assert_eq!(desk.world.tickets[&ticket].contact, Some(loser));
}

#[test]
fn d7_the_tickets_of_a_contact_deleted_for_good_stay_with_nobody_beside_them() {
    let mut desk = Desk::open();
    let (contact, _, ticket) = two(&mut desk);
    let id = RecordRef::Contact(contact);
    desk.by(ANNA, record(RecordCommand::Trash { record: id }));
    assert_eq!(desk.world.tickets[&ticket].contact, Some(contact), "in Trash a contact is whose issue it is");
    desk.by(EWA, record(RecordCommand::Erase { record: id }));
    assert_eq!(desk.world.tickets[&ticket].contact, None);
    assert!(desk.world.tickets[&ticket].trashed_at.is_none());
}

#[test]
fn a_name_of_signs_that_show_nothing_is_no_name() {
    let mut desk = Desk::open();
    let ticket = desk.ticket(SUPPORT, None);
    for name in ["\u{200b}", " \u{202e} ", "\u{2060}\u{feff}", "\u{3164}"] {
        let rename = TicketEdit { name: Some(name.into()), ..TicketEdit::default() };
        let refused = desk.refusal(ANNA, Command::Ticket(TicketCommand::Edit { ticket, edit: rename }));
        assert_eq!(refused, Refusal::Invalid { field: "name", why: Invalid::Empty }, "{name:?}");
        let command = RecordCommand::CreateProperty {
            object: RecordKind::Ticket,
            kind: PropertyKind::Text,
            name: name.into(),
            options: vec![],
        };
        assert_eq!(desk.refusal(EWA, record(command)), Refusal::Invalid { field: "name", why: Invalid::Empty });
    }
}
