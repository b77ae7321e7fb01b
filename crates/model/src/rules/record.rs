//! Records (D6, D7): who may make, change, associate and delete them, and whom a conversation is with (D2).

mod activity;
mod merge;
mod property;
mod undo;

pub(super) use undo::{holds, may_undo};

use super::people::manages;
use super::{Changes, asked, by_rule};
use crate::change::{Change, Rule};
use crate::id::{AgentId, CompanyId, ContactId, ConversationId, DealId, ObjectId};
use crate::person::Role;
use crate::record::activity::ActivityText;
use crate::record::change::{RecordChange, ends};
use crate::record::command::RecordCommand;
use crate::record::property::{ObjectTypeText, PropertyText};
use crate::record::value::{BuiltIn, Edits, NAME_MOST, PropertyKey, Value, Values};
use crate::record::{Record, RecordKind, RecordRef};
use crate::refusal::{Invalid, Noun, Refusal};
use crate::survey::tidied_words;
use crate::world::{Ask, World};

/// Links a record may have: they are shown beside it, and undo loads them.
pub const LINKS_MOST: usize = 1_000;
/// Values in one command: as many as a record can have.
const EDITS_MOST: usize = 200;
/// Conversations that a merge or a deletion moves in one transaction, which keeps every other writer waiting.
pub const CONVERSATIONS_MOST: usize = 2_000;

pub(super) fn decide(world: &World, ask: &Ask, command: &RecordCommand) -> Result<Changes, Refusal> {
    match command {
        RecordCommand::Create { kind, values, links } => create(world, ask, *kind, values, links),
        RecordCommand::Edit { record, values } => edit(world, ask, *record, values),
        RecordCommand::Trash { record } => trash(world, ask, *record),
        RecordCommand::Restore { record } => restore(world, ask, *record),
        RecordCommand::Erase { record } => merge::erase(world, ask, *record),
        RecordCommand::SetLink { record, other, linked } => set_link(world, ask, *record, *other, *linked),
        RecordCommand::Merge { winner, loser } => merge::merge(world, ask, *winner, *loser),
        RecordCommand::CreateProperty { object, kind, name, options } => {
            property::create(world, ask, *object, *kind, name, options)
        }
        RecordCommand::EditProperty { property, edit } => property::edit(world, ask, *property, edit),
        RecordCommand::MoveProperty { property, before } => property::place(world, ask, *property, *before),
        RecordCommand::DeleteProperty { property } => property::delete(world, ask, *property),
        RecordCommand::CreateObjectType { text } => property::create_type(world, ask, text),
        RecordCommand::EditObjectType { object_type, name, plural } => {
            property::edit_type(world, ask, *object_type, name.as_deref(), plural.as_deref())
        }
        RecordCommand::DeleteObjectType { object_type } => property::delete_type(world, ask, *object_type),
        RecordCommand::SetShown { place, properties } => property::show(world, ask, *place, properties),
        RecordCommand::CreateActivity { record, kind, at, text, conversation } => {
            activity::create(world, ask, *record, *kind, *at, text, *conversation)
        }
        RecordCommand::EditActivity { activity, edit } => activity::edit(world, ask, *activity, edit),
        RecordCommand::SetDone { activity, done } => activity::set_done(world, ask, *activity, *done),
        RecordCommand::DeleteActivity { activity } => activity::delete(world, ask, *activity),
        RecordCommand::AnswerSurvey { survey, score, words } => {
            super::survey::answer(world, ask, *survey, *score, words)
        }
    }
}

fn recorded(change: RecordChange) -> (crate::Cause, Change) {
    asked(Change::Recorded { change })
}

fn record_set(from: &Record, to: Record) -> (crate::Cause, Change) {
    recorded(RecordChange::RecordSet { from: from.clone(), to })
}

/// A record that can be worked with: in Trash only Restore and deletion for good apply.
fn at_hand<'w>(world: &'w World, ask: &Ask, id: RecordRef) -> Result<&'w Record, Refusal> {
    let record = world.record_for(ask.actor, id)?;
    if record.trashed_at.is_some() { Err(Refusal::RestoreRecordFirst(id.noun())) } else { Ok(record) }
}

/// That something can be written down on it. A ticket is no record of its own, and has its own rules of Trash.
fn takes_notes(world: &World, ask: &Ask, id: RecordRef) -> Result<(), Refusal> {
    match id {
        RecordRef::Ticket(ticket) => super::ticket::at_hand(world, ask, ticket).map(drop),
        _ => at_hand(world, ask, id).map(drop),
    }
}

fn create(world: &World, ask: &Ask, kind: RecordKind, values: &Edits, links: &[RecordRef]) -> Result<Changes, Refusal> {
    if links.len() > LINKS_MOST {
        return Err(Refusal::TooManyLinks);
    }
    let number = ask.fresh.revision.0;
    let id = match kind {
        RecordKind::Contact => RecordRef::Contact(ask.fresh.contact),
        RecordKind::Company => RecordRef::Company(CompanyId(number)),
        RecordKind::Deal => RecordRef::Deal(DealId(number)),
        RecordKind::Object(_) => RecordRef::Object(ObjectId(number)),
        // A ticket has a command of its own.
        RecordKind::Ticket => return Err(Refusal::NotFound(Noun::Ticket)),
    };
    is_defined(world, kind)?;
    let edits = read(world, kind, values)?;
    let text = Values::default().edited(&edits);
    has_name(kind, &text)?;
    // Also where the one who has it is not for who asks to know: to hand out that record would tell everything that is
    // known of them (X2), while a refusal says only what a mail to the address could find out.
    if kind == RecordKind::Contact && holder_of(world, &text).is_some() {
        return Err(taken());
    }
    let to = Record {
        id,
        object_type: kind.object_type(),
        revision: ask.fresh.revision,
        made: true,
        by_hand: true,
        created_at: Some(ask.now),
        trashed_at: None,
        merged_into: None,
    };
    let from = Record { made: false, ..to.clone() };
    linked(world, ask, vec![record_set(&from, to)], id, links)
}

fn linked(
    world: &World,
    ask: &Ask,
    mut changes: Changes,
    id: RecordRef,
    links: &[RecordRef],
) -> Result<Changes, Refusal> {
    let mut links = links.to_vec();
    links.sort_unstable();
    links.dedup();
    for other in links {
        at_hand(world, ask, other)?;
        can_be_linked(world, id, other)?;
        if !world.records.are_linked(id, other) {
            changes.push(link_set(id, other, true));
        }
    }
    Ok(changes)
}

fn is_defined(world: &World, kind: RecordKind) -> Result<(), Refusal> {
    let Some(id) = kind.object_type() else { return Ok(()) };
    let there = world.records.object_types.get(&id).is_some_and(|it| !it.deleted);
    if there { Ok(()) } else { Err(Refusal::NotFound(Noun::ObjectType)) }
}

/// A contact without a name has an address or a telephone; whatever else there is has a name.
fn has_name(kind: RecordKind, text: &Values) -> Result<(), Refusal> {
    let keys: &[BuiltIn] = match kind {
        RecordKind::Ticket => return Ok(()),
        RecordKind::Contact => &[BuiltIn::Name, BuiltIn::Email, BuiltIn::Phone],
        _ => &[BuiltIn::Name],
    };
    if keys.iter().any(|key| text.get(*key).is_some()) {
        Ok(())
    } else {
        Err(wrong(BuiltIn::Name.into(), "name", Invalid::Empty))
    }
}

fn wrong(property: PropertyKey, name: &str, why: Invalid) -> Refusal {
    Refusal::InvalidValue { property, name: name.to_owned(), why }
}

fn taken() -> Refusal {
    wrong(BuiltIn::Email.into(), BuiltIn::Email.word(), Invalid::Taken)
}

/// The contact who has the address that `text` says.
fn holder_of(world: &World, text: &Values) -> Option<ContactId> {
    let email = text.text(BuiltIn::Email).to_lowercase();
    if email.is_empty() { None } else { world.contact_by_email.get(&email).copied() }
}

/// Values as they are kept. The same for who fills in a form and for who is asked to keep it.
pub(super) fn read(world: &World, kind: RecordKind, values: &Edits) -> Result<Edits, Refusal> {
    if values.len() > EDITS_MOST {
        return Err(Refusal::Invalid { field: "values", why: Invalid::TooMany { most: EDITS_MOST } });
    }
    let person = |id: i64| world.agents.get(&AgentId(id)).is_some_and(crate::Agent::is_active);
    let mut edits = Edits::with_capacity(values.len());
    for (key, value) in values {
        let read = match key {
            PropertyKey::BuiltIn(built_in) => {
                if !BuiltIn::of(kind).contains(built_in) {
                    return Err(wrong(*key, built_in.word(), Invalid::Unknown));
                }
                let value = value.as_ref().map(|value| {
                    let read = built_in.kind().read(value, |_| false, person);
                    read.and_then(|read| one_line_name(*built_in, read))
                });
                value.transpose().map_err(|why| wrong(*key, built_in.word(), why))?
            }
            PropertyKey::Defined(id) => {
                let property = world.records.properties.get(id).filter(|it| !it.deleted && it.object == kind);
                let property = property.ok_or_else(|| wrong(*key, &key.to_string(), Invalid::Unknown))?;
                let value = value.as_ref().map(|it| property.kind.read(it, |id| property.has_option(id), person));
                value.transpose().map_err(|why| {
                    let name = world.records.property_texts.get(&property.revision);
                    wrong(*key, name.map_or("", |text| &text.name), why)
                })?
            }
        };
        edits.push((*key, read.flatten()));
    }
    Ok(edits)
}

/// A name is a text on one line.
fn one_line_name(built_in: BuiltIn, value: Option<Value>) -> Result<Option<Value>, Invalid> {
    if built_in == BuiltIn::Name
        && let Some(text) = value.as_ref().and_then(Value::as_text)
    {
        if text.contains('\n') {
            return Err(Invalid::ControlCharacter);
        }
        if text.chars().count() > NAME_MOST {
            return Err(Invalid::TooLong { most: NAME_MOST });
        }
    }
    Ok(value)
}

fn edit(world: &World, ask: &Ask, id: RecordRef, values: &Edits) -> Result<Changes, Refusal> {
    let from = at_hand(world, ask, id)?;
    let kind = from.kind();
    let edits = read(world, kind, values)?;
    let old = world.records.values(from);
    let new = old.edited(&edits);
    if new == old {
        return Ok(vec![]);
    }
    if kind != RecordKind::Contact {
        has_name(kind, &new)?;
    }
    if let RecordRef::Contact(contact) = id
        && holder_of(world, &new).is_some_and(|holder| holder != contact)
    {
        return Err(taken());
    }
    Ok(vec![record_set(from, Record { revision: ask.fresh.revision, ..from.clone() })])
}

fn trash(world: &World, ask: &Ask, id: RecordRef) -> Result<Changes, Refusal> {
    let from = not_a_ticket(world, ask, id)?;
    if from.trashed_at.is_some() {
        return Ok(vec![]);
    }
    Ok(vec![record_set(from, Record { trashed_at: Some(ask.now), ..from.clone() })])
}

fn restore(world: &World, ask: &Ask, id: RecordRef) -> Result<Changes, Refusal> {
    let from = not_a_ticket(world, ask, id)?;
    if from.trashed_at.is_none() {
        return Ok(vec![]);
    }
    Ok(vec![record_set(from, Record { trashed_at: None, ..from.clone() })])
}

/// A ticket goes to Trash and comes back with its conversations, by commands of its own.
fn not_a_ticket<'w>(world: &'w World, ask: &Ask, id: RecordRef) -> Result<&'w Record, Refusal> {
    match id {
        RecordRef::Ticket(_) => Err(Refusal::NotFound(Noun::Ticket)),
        _ => world.record_for(ask.actor, id),
    }
}

/// Who writes is there again: as a word of theirs brings a conversation back, it brings them back.
pub(super) fn comes_back(world: &World, contact: ContactId, changes: &mut Changes) {
    let Some(from) = world.records.records.get(&RecordRef::Contact(contact)) else { return };
    if from.trashed_at.is_some() {
        let change = RecordChange::RecordSet { from: from.clone(), to: Record { trashed_at: None, ..from.clone() } };
        changes.push(by_rule(Rule::ContactReturns, Change::Recorded { change }));
    }
}

fn link_set(one: RecordRef, other: RecordRef, to: bool) -> (crate::Cause, Change) {
    let (a, b) = ends(one, other);
    recorded(RecordChange::LinkSet { a, b, from: !to, to })
}

fn set_link(world: &World, ask: &Ask, id: RecordRef, other: RecordRef, to: bool) -> Result<Changes, Refusal> {
    at_hand(world, ask, id)?;
    at_hand(world, ask, other)?;
    if world.records.are_linked(id, other) == to {
        return Ok(vec![]);
    }
    if to {
        can_be_linked(world, id, other)?;
    }
    Ok(vec![link_set(id, other, to)])
}

/// Contacts, companies, deals and tickets go with each other and with the team's own kinds; two of one kind do not.
fn can_be_linked(world: &World, one: RecordRef, other: RecordRef) -> Result<(), Refusal> {
    if one.word() == other.word() {
        return Err(Refusal::CannotLink);
    }
    let full = |end| world.records.linked_to(end).count() >= LINKS_MOST;
    if full(one) || full(other) { Err(Refusal::TooManyLinks) } else { Ok(()) }
}

/// Attaches a contact to a conversation, or detaches the one it has (D2). Who wrote its messages stays who they are.
pub(super) fn set_contact(
    world: &World,
    ask: &Ask,
    id: ConversationId,
    to: Option<ContactId>,
) -> Result<Changes, Refusal> {
    let conversation = world.conversation_for(ask.actor, id)?;
    if conversation.trashed_at.is_some() {
        return Err(Refusal::RestoreFirst);
    }
    if let Some(contact) = to {
        at_hand(world, ask, RecordRef::Contact(contact))?;
    }
    let from = conversation.contact;
    if from == to {
        return Ok(vec![]);
    }
    Ok(vec![asked(Change::ContactSet { conversation: id, from, to })])
}

/// The texts that a command brings for the revision that a change names; none where it names an old one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    Values(RecordRef, Values),
    Property(PropertyText),
    ObjectType(ObjectTypeText),
    Activity(ActivityText),
}

/// The text of the new revision in `change`, which `command` led to in `world`.
#[must_use]
pub fn text_of(world: &World, command: &RecordCommand, change: &RecordChange) -> Option<Text> {
    let held = &world.records;
    match (change, command) {
        (RecordChange::RecordSet { to, .. }, RecordCommand::Create { kind, values, .. }) => {
            let edits = read(world, *kind, values).ok()?;
            Some(Text::Values(to.id, Values::default().edited(&edits)))
        }
        (RecordChange::RecordSet { from, to }, RecordCommand::Edit { values, .. }) => {
            let edits = read(world, from.kind(), values).ok()?;
            Some(Text::Values(to.id, held.values(from).edited(&edits)))
        }
        (RecordChange::RecordSet { from, to }, RecordCommand::Merge { winner, loser })
            if to.id == RecordRef::Contact(*winner) && from.revision != to.revision =>
        {
            let loser = held.records.get(&RecordRef::Contact(*loser))?;
            Some(Text::Values(to.id, held.values(from).filled_from(&held.values(loser))))
        }
        (RecordChange::PropertySet { from, to }, _) if from.deleted || from.revision != to.revision => {
            property::text_of(world, command, from, to).map(Text::Property)
        }
        (RecordChange::ObjectTypeSet { from, .. }, RecordCommand::CreateObjectType { text }) if from.deleted => {
            Some(Text::ObjectType(property::tidied(text)))
        }
        (RecordChange::ObjectTypeSet { from, to }, RecordCommand::EditObjectType { name, plural, .. })
            if from.revision != to.revision =>
        {
            Some(Text::ObjectType(property::edited_type(world, from, name.as_deref(), plural.as_deref())))
        }
        (RecordChange::ActivitySet { .. }, RecordCommand::CreateActivity { text, .. }) => {
            Some(Text::Activity(text.tidied()))
        }
        (RecordChange::ActivitySet { .. }, RecordCommand::AnswerSurvey { score, words, .. }) => {
            let text = ActivityText { text: tidied_words(words), score: Some(*score), ..ActivityText::default() };
            Some(Text::Activity(text))
        }
        (RecordChange::ActivitySet { from, to }, RecordCommand::EditActivity { edit, .. })
            if from.revision != to.revision =>
        {
            Some(Text::Activity(held.activity_texts.get(&from.revision)?.edited(edit)))
        }
        _ => None,
    }
}

/// Only who manages people manages what everybody's records consist of (X4).
fn manages_properties(world: &World, ask: &Ask) -> Result<(), Refusal> {
    manages(world, ask, Role::Agent)
}
