//! Custom views (V10): who may have which, how many, in which order, and under which names.

use super::place::{STEP, places_after};
use super::{Changes, asked, person};
use crate::change::Change;
use crate::custom::{CustomView, CustomViewEdit, CustomViewText, NAME_MOST, OFFSET_MOST, VIEWS_MOST, looks};
use crate::id::{AgentId, CustomViewId};
use crate::refusal::{Invalid, Noun, Refusal};
use crate::world::{Actor, Ask, World};

pub(super) fn create(world: &World, ask: &Ask, text: &CustomViewText, shared: bool) -> Result<Changes, Refusal> {
    let owner = person(ask)?;
    let text = checked(text.tidied())?;
    let (id, revision) = (ask.fresh.custom_view, ask.fresh.revision);
    let mut to = CustomView { id, owner, shared, revision, position: 0, deleted: false };
    to.position = last_position(world, &to);
    has_room(world, &to, &text)?;
    let from = CustomView { deleted: true, ..to.clone() };
    Ok(vec![asked(Change::CustomViewSet { from, to })])
}

pub(super) fn edit(world: &World, ask: &Ask, id: CustomViewId, edit: &CustomViewEdit) -> Result<Changes, Refusal> {
    let from = editable(world, ask, id)?;
    let old = world.custom_texts.get(&from.revision).ok_or(Refusal::NotFound(Noun::CustomView))?;
    let text = checked(old.edited(edit))?;
    let mut to = from.clone();
    to.shared = edit.shared.unwrap_or(from.shared);
    if text != *old {
        to.revision = ask.fresh.revision;
    }
    if to.shared != from.shared {
        to.position = last_position(world, &to);
    }
    if to == *from {
        return Ok(vec![]);
    }
    // Where it stands already there is room for it, also beside one that was named like it before that was refused.
    if to.shared != from.shared || !text.is_named_like(old) {
        has_room(world, &to, &text)?;
    }
    Ok(vec![asked(Change::CustomViewSet { from: from.clone(), to })])
}

/// Moves a view before another one of its kind, or to the end. Two that have come to stand at one place (one was taken
/// back to where another was put meanwhile) are told apart by it.
pub(super) fn place(
    world: &World,
    ask: &Ask,
    id: CustomViewId,
    before: Option<CustomViewId>,
) -> Result<Changes, Refusal> {
    let view = editable(world, ask, id)?;
    let beside = beside(world, view);
    let places: Vec<_> = beside.iter().map(|it| (it.id, it.position)).collect();
    let moved = places_after(&places, id, before)?.into_iter().filter_map(|(id, position)| {
        let from = beside.iter().find(|it| it.id == id)?;
        let to = CustomView { position, ..(*from).clone() };
        Some(asked(Change::CustomViewSet { from: (*from).clone(), to }))
    });
    Ok(moved.collect())
}

pub(super) fn delete(world: &World, ask: &Ask, id: CustomViewId) -> Result<Changes, Refusal> {
    let from = editable(world, ask, id)?.clone();
    let to = CustomView { deleted: true, ..from.clone() };
    Ok(vec![asked(Change::CustomViewSet { from, to })])
}

/// The server has counted a view.
pub(super) fn counted(ask: &Ask, view: CustomViewId, only_for: Option<AgentId>) -> Result<Changes, Refusal> {
    if ask.actor != Actor::System {
        return Err(Refusal::SystemOnly);
    }
    Ok(vec![asked(Change::CustomViewCounted { view, only_for })])
}

/// Whether who asks may take back a change: whoever may edit the view as it is or as it will be.
pub(super) fn may_undo(world: &World, ask: &Ask, from: &CustomView, to: &CustomView) -> Result<(), Refusal> {
    let me = person(ask)?;
    let role = world.asking_agent(ask.actor)?.ok_or(Refusal::SignIn)?.role;
    if from.is_edited_by(me, role) || to.is_edited_by(me, role) { Ok(()) } else { Err(Refusal::NotYoursToEdit) }
}

/// Whether an undo that leaves the view as `to` may be: a name may have been taken since, or the room.
pub(super) fn may_return(world: &World, now: &CustomView, to: &CustomView) -> Result<(), Refusal> {
    let text = world.custom_texts.get(&to.revision).ok_or(Refusal::ChangedSince)?;
    let named = |view: &CustomView| world.custom_texts.get(&view.revision).map(|it| looks(&it.name));
    // What only moves where it stands takes nothing from anybody.
    if to.deleted || (!now.deleted && now.is_beside(to) && named(now) == named(to)) {
        return Ok(());
    }
    has_room(world, to, text).map_err(|refusal| match refusal {
        Refusal::Invalid { why: Invalid::Taken, .. } => Refusal::NameTaken { name: text.name.clone() },
        other => other,
    })
}

/// The view, if it is there for who asks, and theirs to change.
pub(super) fn editable<'w>(world: &'w World, ask: &Ask, id: CustomViewId) -> Result<&'w CustomView, Refusal> {
    let me = person(ask)?;
    let view = world.custom_views.get(&id).filter(|view| view.is_seen_by(me));
    let view = view.ok_or(Refusal::NotFound(Noun::CustomView))?;
    let role = world.asking_agent(ask.actor)?.ok_or(Refusal::SignIn)?.role;
    if view.is_edited_by(me, role) { Ok(view) } else { Err(Refusal::NotYoursToEdit) }
}

/// Those that stand in the same list, in their order.
fn beside<'w>(world: &'w World, view: &CustomView) -> Vec<&'w CustomView> {
    let mut list: Vec<_> =
        world.custom_views.values().filter(|other| !other.deleted && other.is_beside(view)).collect();
    list.sort_by_key(|other| (other.position, other.id));
    list
}

fn last_position(world: &World, view: &CustomView) -> i64 {
    beside(world, view).iter().filter(|other| other.id != view.id).map(|other| other.position).max().unwrap_or(0) + STEP
}

/// Whether the list it is to stand in has a place and the name for it.
fn has_room(world: &World, view: &CustomView, text: &CustomViewText) -> Result<(), Refusal> {
    let others = beside(world, view);
    let mut others = others.into_iter().filter(|other| other.id != view.id);
    if others.clone().count() >= VIEWS_MOST {
        return Err(Refusal::TooManyViews { shared: view.shared });
    }
    let same = |other: &CustomView| world.custom_texts.get(&other.revision).is_some_and(|it| it.is_named_like(text));
    if others.any(same) {
        return Err(Refusal::Invalid { field: "name", why: Invalid::Taken });
    }
    Ok(())
}

fn checked(text: CustomViewText) -> Result<CustomViewText, Refusal> {
    let name = |why| Err(Refusal::Invalid { field: "name", why });
    // Also one of signs that show nothing.
    if looks(&text.name).is_empty() {
        return name(Invalid::Empty);
    }
    if text.name.chars().count() > NAME_MOST {
        return name(Invalid::TooLong { most: NAME_MOST });
    }
    if text.name.chars().any(char::is_control) {
        return name(Invalid::ControlCharacter);
    }
    if !(-OFFSET_MOST..=OFFSET_MOST).contains(&text.utc_offset_minutes) {
        return Err(Refusal::Invalid { field: "utc_offset_minutes", why: Invalid::NotAClock });
    }
    Ok(text)
}
