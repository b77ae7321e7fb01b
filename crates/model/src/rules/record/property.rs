//! Definitions of properties (X4) and of the team's own kinds of records (D6), and which properties are shown where.

use super::{is_defined, manages_properties, recorded};
use crate::change::Change;
use crate::custom::is_seen;
use crate::id::{ObjectTypeId, OptionId, PropertyId};
use crate::record::RecordKind;
use crate::record::change::RecordChange;
use crate::record::command::RecordCommand;
use crate::record::property::{
    ChoiceOption, NAME_MOST, OBJECT_TYPES_MOST, OPTIONS_MOST, ObjectType, ObjectTypeText, OptionState, PROPERTIES_MOST,
    Place, Property, PropertyEdit, PropertyText,
};
use crate::record::value::{BuiltIn, PropertyKey, PropertyKind};
use crate::refusal::{Invalid, Noun, Refusal};
use crate::rules::place::{STEP, places_after};
use crate::rules::{Changes, person};
use crate::world::{Ask, World};

/// Properties shown in one place: more is no choice.
const SHOWN_MOST: usize = 50;

type Changed = (crate::Cause, Change);

fn property_set(from: Property, to: Property) -> Changed {
    recorded(RecordChange::PropertySet { from, to })
}

fn type_set(from: ObjectType, to: ObjectType) -> Changed {
    recorded(RecordChange::ObjectTypeSet { from, to })
}

fn checked_name(field: &'static str, name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    let why = if !is_seen(name) {
        Invalid::Empty
    } else if name.chars().count() > NAME_MOST {
        Invalid::TooLong { most: NAME_MOST }
    } else if name.chars().any(char::is_control) {
        Invalid::ControlCharacter
    } else {
        return Ok(name.to_owned());
    };
    Err(Refusal::Invalid { field, why })
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// The properties defined for a kind of record, in their order.
fn beside(world: &World, object: RecordKind) -> Vec<&Property> {
    let mut list: Vec<_> = world.records.properties.values().filter(|it| !it.deleted && it.object == object).collect();
    list.sort_by_key(|it| (it.position, it.id));
    list
}

fn name_of<'w>(world: &'w World, property: &Property) -> &'w str {
    world.records.property_texts.get(&property.revision).map_or("", |text| &text.name)
}

fn property(world: &World, id: PropertyId) -> Result<&Property, Refusal> {
    let there = |it: &&Property| !it.deleted && is_defined(world, it.object).is_ok();
    world.records.properties.get(&id).filter(there).ok_or(Refusal::NotFound(Noun::Property))
}

/// Whether a place and the name are free for it.
fn has_room(world: &World, id: PropertyId, object: RecordKind, name: &str) -> Result<(), Refusal> {
    let others = beside(world, object);
    let mut others = others.into_iter().filter(|it| it.id != id);
    if others.clone().count() >= PROPERTIES_MOST {
        return Err(Refusal::TooMany { what: "properties of one kind of record", most: PROPERTIES_MOST });
    }
    if others.any(|it| same(name_of(world, it), name)) {
        return Err(Refusal::Invalid { field: "name", why: Invalid::Taken });
    }
    Ok(())
}

pub(super) fn create(
    world: &World,
    ask: &Ask,
    object: RecordKind,
    kind: PropertyKind,
    name: &str,
    options: &[String],
) -> Result<Changes, Refusal> {
    manages_properties(world, ask)?;
    is_defined(world, object)?;
    if !kind.is_definable() {
        return Err(Refusal::Invalid { field: "kind", why: Invalid::Unknown });
    }
    let name = checked_name("name", name)?;
    let listed: Vec<_> = options.iter().map(|name| (None, name.clone())).collect();
    let options = arranged(kind, &[], &listed, &[])?;
    let id = PropertyId(ask.fresh.revision.0);
    has_room(world, id, object, &name)?;
    let position = beside(world, object).iter().map(|it| it.position).max().unwrap_or(0) + STEP;
    let to = Property { id, object, kind, options, position, deleted: false, revision: ask.fresh.revision };
    Ok(vec![property_set(Property { deleted: true, ..to.clone() }, to)])
}

/// The options as they will be: those listed in their order, then the deleted ones with where their values go.
fn arranged(
    kind: PropertyKind,
    old: &[ChoiceOption],
    listed: &[(Option<OptionId>, String)],
    removed: &[(OptionId, Option<OptionId>)],
) -> Result<Vec<ChoiceOption>, Refusal> {
    let wrong = |field, why| Err(Refusal::Invalid { field, why });
    if !kind.has_options() {
        return if listed.is_empty() { Ok(vec![]) } else { wrong("options", Invalid::NotHere) };
    }
    if listed.is_empty() {
        return wrong("options", Invalid::Empty);
    }
    if listed.len() + old.len() > OPTIONS_MOST {
        return wrong("options", Invalid::TooMany { most: OPTIONS_MOST });
    }
    for (place, (_, name)) in listed.iter().enumerate() {
        let name = checked_name("options", name)?;
        if listed[..place].iter().any(|(_, other)| same(other.trim(), &name)) {
            return wrong("options", Invalid::Taken);
        }
    }
    let mut next = old.iter().map(|it| it.id.0).max().unwrap_or(0);
    let mut options: Vec<ChoiceOption> = vec![];
    for (id, _) in listed {
        let id = match id {
            Some(id) => {
                let known = old.iter().any(|it| it.id == *id && it.state == OptionState::There);
                if !known || options.iter().any(|it| it.id == *id) {
                    return wrong("options", Invalid::NotAnOption);
                }
                *id
            }
            None => {
                next += 1;
                OptionId(next)
            }
        };
        options.push(ChoiceOption { id, state: OptionState::There });
    }
    let stays = |id: OptionId| options.iter().any(|it| it.id == id);
    let mut gone = vec![];
    for it in old.iter().filter(|it| !stays(it.id)) {
        let state = match it.state {
            OptionState::There => match removed.iter().find(|(id, _)| *id == it.id) {
                Some((_, None)) => OptionState::Emptied,
                Some((_, Some(next))) if stays(*next) => OptionState::MovedTo(*next),
                Some(_) => return wrong("removed", Invalid::NotAnOption),
                // Records may have it: what becomes of them has to be said.
                None => return wrong("removed", Invalid::Missing),
            },
            before => before,
        };
        gone.push(ChoiceOption { id: it.id, state });
    }
    if removed.iter().any(|(id, _)| !gone.iter().any(|it| it.id == *id)) {
        return wrong("removed", Invalid::NotAnOption);
    }
    options.extend(gone);
    Ok(options)
}

pub(super) fn edit(world: &World, ask: &Ask, id: PropertyId, edit: &PropertyEdit) -> Result<Changes, Refusal> {
    manages_properties(world, ask)?;
    let from = property(world, id)?;
    let mut to = from.clone();
    if let Some(listed) = &edit.options {
        to.options = arranged(from.kind, &from.options, listed, &edit.removed)?;
    } else if !edit.removed.is_empty() {
        return Err(Refusal::Invalid { field: "removed", why: Invalid::NotAnOption });
    }
    if let Some(name) = &edit.name {
        has_room(world, id, from.object, &checked_name("name", name)?)?;
    }
    let old = world.records.property_texts.get(&from.revision).cloned().unwrap_or_default();
    if edited(&old, &to, edit) != old {
        to.revision = ask.fresh.revision;
    }
    Ok(if to == *from { vec![] } else { vec![property_set(from.clone(), to)] })
}

/// The names after an edit. Those of deleted options stay, for undo.
fn edited(old: &PropertyText, to: &Property, edit: &PropertyEdit) -> PropertyText {
    let name = edit.name.as_ref().map_or_else(|| old.name.clone(), |name| name.trim().to_owned());
    let Some(listed) = &edit.options else { return PropertyText { name, options: old.options.clone() } };
    let given = listed.iter().map(|(_, name)| name.trim().to_owned());
    let mut options: Vec<_> = to.options.iter().map(|it| it.id).zip(given).collect();
    let gone = to.options[options.len()..].iter().map(|it| (it.id, old.option(it.id).to_owned()));
    options.extend(gone.collect::<Vec<_>>());
    PropertyText { name, options }
}

pub(super) fn text_of(world: &World, command: &RecordCommand, from: &Property, to: &Property) -> Option<PropertyText> {
    match command {
        RecordCommand::CreateProperty { name, options, .. } => {
            let listed = options.iter().map(|name| (None, name.clone())).collect();
            let edit = PropertyEdit { name: Some(name.clone()), options: Some(listed), ..PropertyEdit::default() };
            Some(edited(&PropertyText::default(), to, &edit))
        }
        RecordCommand::EditProperty { edit, .. } => {
            Some(edited(world.records.property_texts.get(&from.revision)?, to, edit))
        }
        _ => None,
    }
}

/// Moves it before another of the same kind of record, or to the end.
pub(super) fn place(world: &World, ask: &Ask, id: PropertyId, before: Option<PropertyId>) -> Result<Changes, Refusal> {
    manages_properties(world, ask)?;
    let moved = property(world, id)?;
    let places: Vec<_> = beside(world, moved.object).iter().map(|it| (it.id, it.position)).collect();
    let placed = places_after(&places, id, before)?.into_iter().filter_map(|(id, position)| {
        let from = world.records.properties.get(&id)?;
        Some(property_set(from.clone(), Property { position, ..from.clone() }))
    });
    Ok(placed.collect())
}

/// Its values are no longer shown, and are there again if this is undone.
pub(super) fn delete(world: &World, ask: &Ask, id: PropertyId) -> Result<Changes, Refusal> {
    manages_properties(world, ask)?;
    let from = property(world, id)?;
    Ok(vec![property_set(from.clone(), Property { deleted: true, ..from.clone() })])
}

/// Whether an undo may leave the property so: its name or its place may have been taken since.
pub(super) fn may_return(world: &World, from: &Property, to: &Property) -> Result<(), Refusal> {
    let Some(now) = world.records.properties.get(&to.id) else { return Err(Refusal::ChangedSince) };
    let then = now.changed(from, to);
    if then.deleted {
        return Ok(());
    }
    is_defined(world, then.object).map_err(|_| Refusal::ChangedSince)?;
    has_room(world, then.id, then.object, name_of(world, &then)).map_err(|_| Refusal::ChangedSince)
}

pub(super) fn tidied(text: &ObjectTypeText) -> ObjectTypeText {
    ObjectTypeText { name: text.name.trim().to_owned(), plural: text.plural.trim().to_owned() }
}

fn type_text<'w>(world: &'w World, of: &ObjectType) -> Option<&'w ObjectTypeText> {
    world.records.object_type_texts.get(&of.revision)
}

fn type_has_room(world: &World, id: ObjectTypeId, text: &ObjectTypeText) -> Result<(), Refusal> {
    let mut others = world.records.object_types.values().filter(|it| !it.deleted && it.id != id);
    if others.clone().count() >= OBJECT_TYPES_MOST {
        return Err(Refusal::TooMany { what: "kinds of records", most: OBJECT_TYPES_MOST });
    }
    if others.any(|it| type_text(world, it).is_some_and(|other| same(&other.name, &text.name))) {
        return Err(Refusal::Invalid { field: "name", why: Invalid::Taken });
    }
    Ok(())
}

pub(super) fn create_type(world: &World, ask: &Ask, text: &ObjectTypeText) -> Result<Changes, Refusal> {
    manages_properties(world, ask)?;
    let text =
        ObjectTypeText { name: checked_name("name", &text.name)?, plural: checked_name("plural", &text.plural)? };
    let id = ObjectTypeId(ask.fresh.revision.0);
    type_has_room(world, id, &text)?;
    let last = world.records.object_types.values().filter(|it| !it.deleted).map(|it| it.position).max();
    let position = last.unwrap_or(0) + STEP;
    let to = ObjectType { id, position, deleted: false, revision: ask.fresh.revision };
    Ok(vec![type_set(ObjectType { deleted: true, ..to.clone() }, to)])
}

pub(super) fn edited_type(
    world: &World,
    from: &ObjectType,
    name: Option<&str>,
    plural: Option<&str>,
) -> ObjectTypeText {
    let old = type_text(world, from).cloned().unwrap_or_default();
    tidied(&ObjectTypeText {
        name: name.map_or(old.name, str::to_owned),
        plural: plural.map_or(old.plural, str::to_owned),
    })
}

fn object_type(world: &World, id: ObjectTypeId) -> Result<&ObjectType, Refusal> {
    world.records.object_types.get(&id).filter(|it| !it.deleted).ok_or(Refusal::NotFound(Noun::ObjectType))
}

pub(super) fn edit_type(
    world: &World,
    ask: &Ask,
    id: ObjectTypeId,
    name: Option<&str>,
    plural: Option<&str>,
) -> Result<Changes, Refusal> {
    manages_properties(world, ask)?;
    let from = object_type(world, id)?;
    let text = edited_type(world, from, name, plural);
    checked_name("name", &text.name)?;
    checked_name("plural", &text.plural)?;
    if type_text(world, from) == Some(&text) {
        return Ok(vec![]);
    }
    type_has_room(world, id, &text)?;
    Ok(vec![type_set(from.clone(), ObjectType { revision: ask.fresh.revision, ..from.clone() })])
}

/// Its records are no longer there, and come back if this is undone.
pub(super) fn delete_type(world: &World, ask: &Ask, id: ObjectTypeId) -> Result<Changes, Refusal> {
    manages_properties(world, ask)?;
    let from = object_type(world, id)?;
    Ok(vec![type_set(from.clone(), ObjectType { deleted: true, ..from.clone() })])
}

pub(super) fn type_may_return(world: &World, from: &ObjectType, to: &ObjectType) -> Result<(), Refusal> {
    let Some(now) = world.records.object_types.get(&to.id) else { return Err(Refusal::ChangedSince) };
    let then = now.changed(from, to);
    let text = type_text(world, &then).cloned().unwrap_or_default();
    if then.deleted { Ok(()) } else { type_has_room(world, then.id, &text).map_err(|_| Refusal::ChangedSince) }
}

/// The card is what a team talks about, so it is the same for all and admins choose; the panel and "About this contact"
/// are each agent's own.
pub(super) fn show(world: &World, ask: &Ask, place: Place, properties: &[PropertyKey]) -> Result<Changes, Refusal> {
    let agent = if place.is_shared() {
        manages_properties(world, ask)?;
        None
    } else {
        Some(person(ask)?)
    };
    let wrong = |why| Err(Refusal::Invalid { field: "properties", why });
    if properties.len() > SHOWN_MOST {
        return wrong(Invalid::TooMany { most: SHOWN_MOST });
    }
    for (nth, key) in properties.iter().enumerate() {
        let known = match key {
            PropertyKey::BuiltIn(built_in) => BuiltIn::shown_of(place.kind()).contains(built_in),
            PropertyKey::Defined(id) => property(world, *id).is_ok_and(|it| it.object == place.kind()),
        };
        if !known {
            return wrong(Invalid::Unknown);
        }
        if properties[..nth].contains(key) {
            return wrong(Invalid::Taken);
        }
    }
    let from = world.records.shown.get(&(place, agent)).cloned();
    let to = Some(properties.to_vec());
    Ok(if from == to { vec![] } else { vec![recorded(RecordChange::ShownSet { place, agent, from, to })] })
}
