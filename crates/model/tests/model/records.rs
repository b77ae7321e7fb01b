//! Records by the rules: values, properties, links, activities, another contact, and two who are one.

use crate::desk::{ANNA, DAAN, Desk, EWA, JONAS, SALES, SUPPORT, without_versions};
use samtal_model::record::activity::{Activity, ActivityEdit, ActivityKind, ActivityText, CallOutcome};
use samtal_model::record::command::RecordCommand;
use samtal_model::record::property::{Place, PropertyEdit};
use samtal_model::record::value::{BuiltIn, Edits, PropertyKey, PropertyKind, Value};
use samtal_model::record::{RecordKind, RecordRef};
use samtal_model::refusal::{Invalid, Noun, Refusal};
use samtal_model::rules::record::LINKS_MOST;
use samtal_model::{
    ActivityId, Actor, Address, AuthorRef, Command, CompanyId, ContactId, ConversationId, DealId, OptionId, Receive,
    RevisionId, Timestamp,
};

pub fn record(command: RecordCommand) -> Command {
    Command::Record(Box::new(command))
}

pub fn text(value: &str) -> Option<Value> {
    Some(Value::Text(value.into()))
}

pub fn named(name: &str) -> Edits {
    vec![(BuiltIn::Name.into(), text(name))]
}

/// Something of everything, for random days.
pub fn any(desk: &Desk, what: u8, on: usize, with: usize) -> Option<Command> {
    let held = &desk.world.records;
    let all: Vec<RecordRef> = held.records.keys().copied().collect();
    let contacts: Vec<ContactId> = all.iter().filter_map(|id| id.contact()).collect();
    let conversations: Vec<ConversationId> = desk.world.conversations.keys().copied().collect();
    let pick = |n: usize| all.get(n % all.len().max(1)).copied();
    let contact = |n: usize| contacts.get(n % contacts.len().max(1)).copied();
    let property = held.properties.keys().nth(with % held.properties.len().max(1)).copied();
    let activity = held.activities.keys().nth(on % held.activities.len().max(1)).copied();
    let kind = [RecordKind::Contact, RecordKind::Company, RecordKind::Deal][on % 3];
    let key = property.map(PropertyKey::Defined);
    let tickets: Vec<_> = desk.world.tickets.keys().copied().collect();
    let ticket = tickets.get(on % tickets.len().max(1)).copied().map(RecordRef::Ticket);
    Some(record(match what {
        0 | 1 => RecordCommand::Create {
            kind,
            values: vec![
                (BuiltIn::Name.into(), text(["Kund", "Kund Två", "Kund Tre"][with % 3])),
                (PropertyKey::BuiltIn(if kind == RecordKind::Contact { BuiltIn::Email } else { BuiltIn::Name }), {
                    let email = ["a@kund.test", "b@kund.test", "maja@post.test"][with % 3];
                    text(if kind == RecordKind::Contact { email } else { "Kund" })
                }),
            ],
            links: pick(on).filter(|_| with > 3).into_iter().collect(),
        },
        2 | 3 => RecordCommand::Edit { record: pick(on)?, values: named(["Kund", "Kunden", "Kund AB"][with % 3]) },
        4 => RecordCommand::Edit { record: pick(on)?, values: vec![(key?, Some(Value::Whole(1 + with as i64 % 3)))] },
        5 => RecordCommand::Trash { record: pick(on)? },
        6 => RecordCommand::Restore { record: pick(on)? },
        7 => RecordCommand::Erase { record: pick(on)? },
        8 | 9 => RecordCommand::SetLink { record: pick(on)?, other: pick(with * 3 + 1)?, linked: with != 0 },
        10 | 11 => RecordCommand::Merge { winner: contact(on)?, loser: contact(with + 1)? },
        12 => RecordCommand::CreateProperty {
            object: if on % 4 == 3 { RecordKind::Ticket } else { kind },
            kind: PropertyKind::Choice,
            name: ["Plan", "Plan B"][with % 2].into(),
            options: vec!["Gold".into(), "Oak".into(), "Pine".into()],
        },
        13 => RecordCommand::EditProperty {
            property: property?,
            edit: PropertyEdit {
                options: Some(vec![(Some(OptionId(3)), "Pine".into()), (None, "Golden".into())]),
                removed: vec![(OptionId(1), Some(OptionId(3))), (OptionId(2), None)],
                ..PropertyEdit::default()
            },
        },
        14 => RecordCommand::DeleteProperty { property: property? },
        15 => RecordCommand::SetShown { place: Place::AboutContact, properties: vec![BuiltIn::Email.into()] },
        16 => RecordCommand::CreateActivity {
            record: ticket.filter(|_| with > 2).or(pick(on))?,
            kind: [ActivityKind::Note, ActivityKind::Task][with % 2],
            at: None,
            text: ActivityText { text: "Oak".into(), ..ActivityText::default() },
            conversation: None,
        },
        17 => RecordCommand::SetDone { activity: activity?, done: with > 2 },
        18 => RecordCommand::DeleteActivity { activity: activity? },
        _ => {
            let conversation = *conversations.get(on % conversations.len().max(1))?;
            return Some(Command::SetContact { conversation, contact: contact(with).filter(|_| with > 1) });
        }
    }))
}

fn mail(desk: &mut Desk, inbox: samtal_model::InboxId, email: &str) -> (ConversationId, ContactId) {
    let (channel, origin, kind) =
        (samtal_model::Channel::Email, samtal_model::Origin::Inbound, samtal_model::MessageKind::Inbound);
    desk.now = desk.now.plus_ms(1000);
    let receive = desk.message(inbox, None, channel, origin, kind);
    let author = AuthorRef::Contact(Address { name: String::new(), email: email.into() });
    let id = desk.take(Receive { author, ..receive });
    (id, desk.world.conversations[&id].contact.expect("a contact"))
}

/// What the last command made.
pub fn made(desk: &Desk) -> RevisionId {
    desk.world
        .records
        .records
        .values()
        .map(|it| it.revision)
        .chain(desk.world.records.properties.values().map(|it| it.revision))
        .chain(desk.world.records.object_types.values().map(|it| it.revision))
        .chain(desk.world.records.activities.values().map(|it| it.revision))
        .max()
        .expect("something")
}

fn values(desk: &Desk, id: RecordRef) -> samtal_model::record::value::Values {
    desk.world.records.values(&desk.world.records.records[&id])
}

#[test]
fn d2_another_contact_is_attached_and_detached_and_undone() {
    let mut desk = Desk::open();
    let (conversation, maja) = mail(&mut desk, SUPPORT, "maja@post.test");
    let (_, olle) = mail(&mut desk, SUPPORT, "olle@post.test");
    let before = without_versions(&desk.world);
    let set = |contact| Command::SetContact { conversation, contact };
    let nothing = desk.by(ANNA, set(Some(maja)));
    assert!(desk.world.history.get(&nothing).is_none(), "nothing to change");
    let attached = desk.by(ANNA, set(Some(olle)));
    assert_eq!(desk.world.conversations[&conversation].contact, Some(olle));
    desk.by(ANNA, Command::Undo { command: attached });
    assert_eq!(without_versions(&desk.world), before);
    desk.by(ANNA, set(None));
    desk.by(ANNA, Command::Trash { conversation });
    assert_eq!(desk.refusal(ANNA, set(Some(maja))), Refusal::RestoreFirst);
    let (secret, hidden) = mail(&mut desk, SALES, "hidden@post.test");
    let of_hers = Command::SetContact { conversation: secret, contact: Some(maja) };
    assert_eq!(desk.refusal(JONAS, of_hers), Refusal::NotFound(Noun::Conversation));
    let (open, _) = mail(&mut desk, SUPPORT, "eva@post.test");
    let with_hidden = Command::SetContact { conversation: open, contact: Some(hidden) };
    assert_eq!(desk.refusal(JONAS, with_hidden.clone()), Refusal::NotFound(Noun::Contact));
    desk.by(ANNA, with_hidden);
    // From then on the contact is known in Support.
    desk.by(JONAS, record(RecordCommand::Edit { record: RecordRef::Contact(hidden), values: named("Known") }));
}

#[test]
fn d7_a_merge_moves_everything_and_its_undo_moves_it_back() {
    let mut desk = Desk::open();
    let (one, winner) = mail(&mut desk, SUPPORT, "maja@post.test");
    let (two, loser) = mail(&mut desk, SALES, "berg@post.test");
    let (a, b) = (RecordRef::Contact(winner), RecordRef::Contact(loser));
    desk.by(ANNA, record(RecordCommand::Edit { record: b, values: vec![(BuiltIn::Phone.into(), text("112 112"))] }));
    for links in [vec![a, b], vec![b]] {
        desk.by(ANNA, record(RecordCommand::Create { kind: RecordKind::Company, values: named("Kund"), links }));
    }
    let note = ActivityText { text: "Likes oak".into(), ..ActivityText::default() };
    let note =
        RecordCommand::CreateActivity { record: b, kind: ActivityKind::Note, at: None, text: note, conversation: None };
    desk.by(ANNA, record(note));
    let before = without_versions(&desk.world);
    let merge = RecordCommand::Merge { winner, loser };
    assert_eq!(desk.refusal(JONAS, record(merge.clone())), Refusal::NotFound(Noun::Contact), "X2");
    let merged = desk.by(ANNA, record(merge.clone()));
    for conversation in [one, two] {
        assert_eq!(desk.world.conversations[&conversation].contact, Some(winner));
    }
    assert_eq!(values(&desk, a).text(BuiltIn::Phone), "112 112");
    assert_eq!(values(&desk, a).text(BuiltIn::Email), "maja@post.test", "the winner keeps what it has");
    assert_eq!(desk.world.records.linked_to(a).count(), 2);
    assert_eq!(desk.world.records.linked_to(b).count(), 0);
    assert!(desk.world.records.activities.values().all(|it| it.record == a));
    assert_eq!(desk.refusal(ANNA, record(merge)), Refusal::NotFound(Noun::Contact));
    assert_eq!(mail(&mut desk.clone(), SUPPORT, "berg@post.test").1, winner);
    // What came in between stays where it came.
    desk.by(ANNA, Command::Undo { command: merged });
    assert_eq!(without_versions(&desk.world), before);
    assert_eq!(mail(&mut desk, SUPPORT, "berg@post.test").1, loser);
}

#[test]
fn t5_a_merge_hands_the_block_over_and_its_undo_back() {
    let mut desk = Desk::open();
    let (_, winner) = mail(&mut desk, SUPPORT, "maja@post.test");
    let (conversation, loser) = mail(&mut desk, SUPPORT, "berg@post.test");
    let (theirs, _) = mail(&mut desk, SUPPORT, "maja@post.test");
    let ticket = desk.ticket(SUPPORT, Some(theirs));
    desk.by(ANNA, Command::BlockSender { conversation });
    let before = without_versions(&desk.world);
    let merged = desk.by(ANNA, record(RecordCommand::Merge { winner, loser }));
    assert_eq!(desk.world.blocks.keys().copied().collect::<Vec<_>>(), [(SUPPORT, winner)]);
    assert!(desk.world.tickets.contains_key(&ticket), "who blocked the one decided nothing on the other's tickets");
    let mut later = desk.clone();
    let (spam, _) = mail(&mut later, SUPPORT, "berg@post.test");
    assert!(later.world.conversations[&spam].spam, "the address is filtered as before");
    desk.by(ANNA, Command::Undo { command: merged });
    assert_eq!(without_versions(&desk.world), before);
}

#[test]
fn t5_who_is_blocked_is_not_deleted_for_good() {
    let mut desk = Desk::open();
    let (conversation, maja) = mail(&mut desk, SUPPORT, "maja@post.test");
    let id = RecordRef::Contact(maja);
    desk.by(ANNA, Command::BlockSender { conversation });
    desk.by(ANNA, record(RecordCommand::Trash { record: id }));
    let erase = record(RecordCommand::Erase { record: id });
    assert_eq!(desk.refusal(EWA, erase.clone()), Refusal::UnblockFirst);
    desk.by(ANNA, Command::UnblockSender { conversation });
    desk.by(EWA, erase);
}

#[test]
fn d7_who_was_merged_twice_is_one_step_away() {
    let mut desk = Desk::open();
    let ids: Vec<ContactId> =
        ["a@post.test", "b@post.test", "c@post.test"].iter().map(|email| mail(&mut desk, SUPPORT, email).1).collect();
    desk.by(ANNA, record(RecordCommand::Merge { winner: ids[1], loser: ids[0] }));
    desk.by(ANNA, record(RecordCommand::Merge { winner: ids[2], loser: ids[1] }));
    for id in &ids[..2] {
        assert_eq!(desk.world.records.records[&RecordRef::Contact(*id)].merged_into, Some(ids[2]));
    }
    let itself = record(RecordCommand::Merge { winner: ids[2], loser: ids[2] });
    assert_eq!(desk.refusal(ANNA, itself), Refusal::CannotMerge);
}

#[test]
fn a_merge_over_more_conversations_than_a_transaction_holds_is_refused() {
    let mut desk = Desk::open();
    let (_, winner) = mail(&mut desk, SUPPORT, "maja@post.test");
    let (conversation, loser) = mail(&mut desk, SUPPORT, "berg@post.test");
    desk.world.records.of_contact.insert(loser, vec![conversation; 2_001]);
    let refusal = desk.refusal(ANNA, record(RecordCommand::Merge { winner, loser }));
    assert!(refusal.sentence().contains("more than 2000 conversations"), "{}", refusal.sentence());
    // It says what there is too much of.
    desk.world.records.of_contact.clear();
    for n in 0..=2_000 {
        let id = ActivityId(10_000 + n);
        let note = Activity {
            id,
            record: RecordRef::Contact(loser),
            kind: ActivityKind::Note,
            author: Some(ANNA),
            conversation: None,
            created_at: Timestamp(n),
            at: Timestamp(n),
            done_at: None,
            deleted: false,
            revision: RevisionId(10_000 + n),
        };
        desk.world.records.activities.insert(id, note);
    }
    let refusal = desk.refusal(ANNA, record(RecordCommand::Merge { winner, loser }));
    assert_eq!(refusal, Refusal::MergeTooLarge { what: "notes, calls, tasks and meetings", most: 2_000 });
}

#[test]
fn a_record_has_so_many_associations_and_no_more_however_they_come() {
    let mut desk = Desk::open();
    let (_, winner) = mail(&mut desk, SUPPORT, "maja@post.test");
    let (_, loser) = mail(&mut desk, SUPPORT, "berg@post.test");
    let link = |of: ContactId, n: i64| (RecordRef::Contact(of), RecordRef::Deal(DealId(n)));
    // Together one more than there may be, if those that both have are counted once.
    for (of, deals) in [(winner, 10_000..10_600), (loser, 10_600..11_001)] {
        for deal in deals {
            desk.world.records.links.insert(link(of, deal), ());
        }
    }
    let merge = record(RecordCommand::Merge { winner, loser });
    assert_eq!(desk.refusal(ANNA, merge.clone()), Refusal::TooManyLinks);
    desk.world.records.links.insert(link(winner, 10_700), ());
    desk.world.records.links.remove(&link(loser, 10_600));
    desk.by(ANNA, merge);
    let links = (0..=LINKS_MOST as i64).map(|n| RecordRef::Company(CompanyId(n))).collect();
    let create = RecordCommand::Create { kind: RecordKind::Deal, values: named("Deal"), links };
    assert_eq!(desk.refusal(ANNA, record(create)), Refusal::TooManyLinks);
}

#[test]
fn x2_a_contact_of_another_inbox_is_not_found_whatever_is_asked() {
    let mut desk = Desk::open();
    let (_, hidden) = mail(&mut desk, SALES, "hidden@post.test");
    let (_, maja) = mail(&mut desk, SUPPORT, "maja@post.test");
    let id = RecordRef::Contact(hidden);
    let note = ActivityText { text: "x".into(), ..ActivityText::default() };
    for command in [
        RecordCommand::Edit { record: id, values: named("x") },
        RecordCommand::Trash { record: id },
        RecordCommand::Restore { record: id },
        RecordCommand::Erase { record: id },
        RecordCommand::SetLink { record: id, other: RecordRef::Contact(maja), linked: true },
        RecordCommand::Merge { winner: maja, loser: hidden },
        RecordCommand::Merge { winner: hidden, loser: maja },
        RecordCommand::CreateActivity {
            record: id,
            kind: ActivityKind::Note,
            at: None,
            text: note,
            conversation: None,
        },
        RecordCommand::Create { kind: RecordKind::Deal, values: named("x"), links: vec![id] },
    ] {
        assert_eq!(desk.refusal(JONAS, record(command)), Refusal::NotFound(Noun::Contact));
    }
    desk.by(DAAN, record(RecordCommand::Edit { record: id, values: named("Seen by a super admin") }));
    // To make somebody with that address gives nobody away but that the address is known, and lets nobody in.
    let email = (PropertyKey::from(BuiltIn::Email), text("HIDDEN@post.test"));
    let again = record(RecordCommand::Create { kind: RecordKind::Contact, values: vec![email], links: vec![] });
    let refusal = desk.refusal(JONAS, again.clone());
    assert!(matches!(refusal, Refusal::InvalidValue { why: Invalid::Taken, .. }));
    desk.by(DAAN, record(RecordCommand::Trash { record: id }));
    assert_eq!(desk.refusal(JONAS, again), refusal, "nor does it bring them out of Trash");
    let edit = record(RecordCommand::Edit { record: id, values: named("Known") });
    assert_eq!(desk.refusal(JONAS, edit), Refusal::NotFound(Noun::Contact));
}

#[test]
fn a_contact_in_trash_who_writes_is_there_again() {
    let mut desk = Desk::open();
    let (_, maja) = mail(&mut desk, SUPPORT, "maja@post.test");
    let id = RecordRef::Contact(maja);
    desk.by(ANNA, record(RecordCommand::Trash { record: id }));
    assert_eq!(
        desk.refusal(ANNA, record(RecordCommand::Edit { record: id, values: named("x") })),
        Refusal::RestoreRecordFirst(Noun::Contact)
    );
    assert_eq!(mail(&mut desk, SUPPORT, "maja@post.test").1, maja);
    assert_eq!(desk.world.records.records[&id].trashed_at, None);
}

#[test]
fn only_admins_delete_for_good_and_only_from_trash() {
    let mut desk = Desk::open();
    let (conversation, maja) = mail(&mut desk, SUPPORT, "maja@post.test");
    let id = RecordRef::Contact(maja);
    let erase = record(RecordCommand::Erase { record: id });
    assert_eq!(desk.refusal(EWA, erase.clone()), Refusal::TrashRecordFirst(Noun::Contact));
    desk.by(ANNA, record(RecordCommand::Trash { record: id }));
    assert_eq!(desk.refusal(ANNA, erase.clone()), Refusal::RoleTooLow);
    let gone = desk.by(EWA, erase);
    assert_eq!(desk.world.conversations[&conversation].contact, None);
    assert!(!desk.world.records.records.contains_key(&id));
    assert_eq!(desk.refusal(EWA, Command::Undo { command: gone }), Refusal::NotUndoable);
}

#[test]
fn what_never_was_cannot_have_written() {
    let mut desk = Desk::open();
    let email = (PropertyKey::from(BuiltIn::Email), text("new@post.test"));
    let made =
        desk.by(ANNA, record(RecordCommand::Create { kind: RecordKind::Contact, values: vec![email], links: vec![] }));
    let mut other = desk.clone();
    other.by(ANNA, Command::Undo { command: made });
    assert_eq!(other.world.records.records.values().filter(|it| it.made).count(), 0);
    mail(&mut desk, SUPPORT, "new@post.test");
    assert_eq!(desk.refusal(ANNA, Command::Undo { command: made }), Refusal::ChangedSince);
}

#[test]
fn t9_undo_unmakes_nothing_that_somebody_else_has_built_upon() {
    let company = RecordCommand::Create { kind: RecordKind::Company, values: named("Kund"), links: vec![] };
    let mut desk = Desk::open();
    let (_, maja) = mail(&mut desk, SUPPORT, "maja@post.test");
    let made = desk.by(ANNA, record(company));
    let id = *desk.world.records.records.keys().find(|id| id.contact().is_none()).expect("a company");
    let note = ActivityText { text: "Likes oak".into(), ..ActivityText::default() };
    let note = RecordCommand::CreateActivity {
        record: id,
        kind: ActivityKind::Note,
        at: None,
        text: note,
        conversation: None,
    };
    let undo = Command::Undo { command: made };
    for theirs in [
        RecordCommand::Edit { record: id, values: named("Kund AB") },
        RecordCommand::SetLink { record: id, other: RecordRef::Contact(maja), linked: true },
        RecordCommand::Trash { record: id },
        note,
    ] {
        let mut desk = desk.clone();
        let since = desk.by(JONAS, record(theirs.clone()));
        assert_eq!(desk.refusal(ANNA, undo.clone()), Refusal::ChangedSince, "{theirs:?}");
        // What was taken back does not stand in the way.
        desk.by(JONAS, Command::Undo { command: since });
        desk.by(ANNA, undo.clone());
        assert!(!desk.world.records.records[&id].made);
    }
}

#[test]
fn t9_undo_takes_away_what_the_same_command_associated() {
    let mut desk = Desk::open();
    let (_, maja) = mail(&mut desk, SUPPORT, "maja@post.test");
    let before = without_versions(&desk.world);
    let links = vec![RecordRef::Contact(maja)];
    let made = desk.by(ANNA, record(RecordCommand::Create { kind: RecordKind::Deal, values: named("Deal"), links }));
    desk.by(ANNA, Command::Undo { command: made });
    assert_eq!(without_versions(&desk.world), before);
}

#[test]
fn undo_gives_no_address_back_that_somebody_else_has_by_now() {
    let mut desk = Desk::open();
    let (_, maja) = mail(&mut desk, SUPPORT, "maja@post.test");
    let other = vec![(PropertyKey::from(BuiltIn::Email), text("berg@post.test"))];
    let edited = desk.by(ANNA, record(RecordCommand::Edit { record: RecordRef::Contact(maja), values: other }));
    assert_ne!(mail(&mut desk, SUPPORT, "maja@post.test").1, maja);
    assert_eq!(desk.refusal(ANNA, Command::Undo { command: edited }), Refusal::ChangedSince);
}

#[test]
fn d5_feedback_is_the_servers_and_its_inboxs() {
    let mut desk = Desk::open();
    let (conversation, maja) = mail(&mut desk, SALES, "maja@post.test");
    mail(&mut desk, SUPPORT, "maja@post.test");
    let feedback = |score| {
        let text = ActivityText { score: Some(score), ..ActivityText::default() };
        let (record_of, kind) = (RecordRef::Contact(maja), ActivityKind::Feedback);
        let conversation = Some(conversation);
        record(RecordCommand::CreateActivity { record: record_of, kind, at: None, text, conversation })
    };
    assert_eq!(desk.refusal(ANNA, feedback(5)), Refusal::SystemOnly);
    let refusal = desk.ask(Actor::System, &feedback(6)).expect_err("a refusal");
    assert_eq!(refusal, Refusal::Invalid { field: "score", why: Invalid::NotAScore });
    desk.done(Actor::System, feedback(5));
    let id = ActivityId(made(&desk).0);
    let delete = record(RecordCommand::DeleteActivity { activity: id });
    assert_eq!(desk.refusal(JONAS, delete.clone()), Refusal::NotFound(Noun::Activity), "X2");
    assert_eq!(desk.refusal(ANNA, delete.clone()), Refusal::RoleTooLow);
    let edit = RecordCommand::EditActivity {
        activity: id,
        edit: ActivityEdit { text: Some("x".into()), ..ActivityEdit::default() },
    };
    assert_eq!(desk.refusal(DAAN, record(edit)), Refusal::NotYoursToChange, "nobody puts words in a customer's mouth");
    desk.by(DAAN, delete);
}

#[test]
fn d7_what_an_activity_says_fits_its_kind() {
    let mut desk = Desk::open();
    let (_, maja) = mail(&mut desk, SUPPORT, "maja@post.test");
    let at = desk.now;
    let write = |kind, text: ActivityText| {
        record(RecordCommand::CreateActivity {
            record: RecordRef::Contact(maja),
            kind,
            at: Some(at),
            text,
            conversation: None,
        })
    };
    let said = || ActivityText { text: "x".into(), ..ActivityText::default() };
    let wrong = |field, why| Refusal::Invalid { field, why };
    for (kind, text, refusal) in [
        (ActivityKind::Note, ActivityText::default(), wrong("text", Invalid::Empty)),
        (ActivityKind::Note, ActivityText { due: Some(at), ..said() }, wrong("due", Invalid::NotHere)),
        (
            ActivityKind::Task,
            ActivityText { outcome: Some(CallOutcome::Busy), ..said() },
            wrong("outcome", Invalid::NotHere),
        ),
        (
            ActivityKind::Task,
            ActivityText { assignee: Some(samtal_model::AgentId(99)), ..said() },
            wrong("assignee", Invalid::NotAPerson),
        ),
        (
            ActivityKind::Task,
            ActivityText { due: Some(Timestamp(i64::MAX)), ..said() },
            wrong("due", Invalid::NotADate),
        ),
        (
            ActivityKind::Meeting,
            ActivityText { ends_at: Some(at.plus_ms(-1)), ..said() },
            wrong("ends_at", Invalid::BeforeItsStart),
        ),
        (
            ActivityKind::Call,
            ActivityText { duration_s: Some(-1), ..said() },
            wrong("duration_s", Invalid::NotAnAmount),
        ),
        (ActivityKind::Call, ActivityText { score: Some(5), ..said() }, wrong("score", Invalid::NotHere)),
    ] {
        assert_eq!(desk.refusal(ANNA, write(kind, text)), refusal, "{kind:?}");
    }
    desk.by(ANNA, write(ActivityKind::Task, ActivityText { due: Some(at), assignee: Some(JONAS), ..said() }));
    let id = ActivityId(made(&desk).0);
    let done = |done| record(RecordCommand::SetDone { activity: id, done });
    desk.by(JONAS, done(true));
    assert_eq!(desk.world.records.activities[&id].done_at, Some(desk.now));
    desk.by(JONAS, done(false));
    let edit =
        RecordCommand::EditActivity { activity: id, edit: ActivityEdit { due: Some(None), ..ActivityEdit::default() } };
    assert_eq!(desk.refusal(JONAS, record(edit.clone())), Refusal::NotYoursToChange);
    desk.by(ANNA, record(edit));
    let now = desk.world.records.activities[&id].revision;
    assert_eq!(desk.world.records.activity_texts[&now].due, None);
}
