//! `/properties`, `/object-types` and `/shown-properties`: what records consist of (X4), and what of it is shown where.

use super::{Answer, command};
use crate::dispatch::Order;
use crate::http::AppState;
use crate::http::answer::{About, Asker, created_unless};
use crate::http::extract::{Id, Json, JsonWithLists, Nothing, Session, WithLists};
use crate::http::policy::{Policy, Routes};
use crate::http::problem::Failure;
use axum::extract::State;
use axum::http::StatusCode;
use samtal_model::record::RecordKind;
use samtal_model::record::command::RecordCommand;
use samtal_model::record::property::{ObjectTypeText, Place, PropertyEdit};
use samtal_model::wire::{
    CommandAnswer, NewObjectType, NewProperty, ObjectTypeList, ObjectTypePatch, PropertyList, PropertyPatch,
    ShownProperties, ShownView,
};
use samtal_model::{ObjectTypeId, OptionId, PropertyId, Role};

type Created = Result<(StatusCode, axum::Json<CommandAnswer>), Failure>;

pub fn routes(routes: Routes) -> Routes {
    let admin = Policy::AtLeast(Role::Admin);
    routes
        .at(Policy::SignedIn, __path_list, list)
        .command(admin, __path_create, create)
        .command(admin, __path_edit, edit)
        .command(admin, __path_delete, delete)
        .at(Policy::SignedIn, __path_list_types, list_types)
        .command(admin, __path_create_type, create_type)
        .command(admin, __path_edit_type, edit_type)
        .command(admin, __path_delete_type, delete_type)
        .at(Policy::SignedIn, __path_show, show)
        .command(Policy::SignedIn, __path_choose, choose)
}

impl WithLists for NewProperty {
    const LISTS: &'static [&'static str] = &["options"];
}

impl WithLists for PropertyPatch {
    const LISTS: &'static [&'static str] = &["options"];
}

impl WithLists for ShownProperties {
    const LISTS: &'static [&'static str] = &["properties"];
}

/// All properties: those that every record has, then those the team defined, in their order.
#[utoipa::path(
    get, path = "/api/v1/properties", tag = "properties", operation_id = "list_properties",
    responses((status = 200, body = PropertyList))
)]
async fn list(State(state): State<AppState>, _: Session) -> Result<axum::Json<PropertyList>, Failure> {
    Ok(axum::Json(state.store.properties().await?))
}

/// Defines a property. Its kind stays what it is.
#[utoipa::path(
    post, path = "/api/v1/properties", tag = "properties", operation_id = "create_property", request_body = NewProperty,
    responses((status = 201, body = CommandAnswer))
)]
async fn create(asker: Asker, JsonWithLists(new): JsonWithLists<NewProperty>) -> Created {
    let status = created_unless(asker.only_previews());
    let NewProperty { object, object_type_id, kind, name, options } = new;
    let object = RecordKind::from_parts(&object, object_type_id).ok_or_else(|| {
        let message = "There are properties of `contact`, `company`, `deal`, `ticket`, and of `object` with its type.";
        Failure::field(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "object", "unknown", message)
    })?;
    let asked = RecordCommand::CreateProperty { object, kind, name, options };
    Ok((status, axum::Json(asker.ask(command(asked), About::Changes).await?)))
}

/// Renames a property, moves it, or changes its options: what is absent stays.
#[utoipa::path(
    patch, path = "/api/v1/properties/{id}", tag = "properties", operation_id = "edit_property",
    request_body = PropertyPatch, params(("id" = PropertyId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn edit(
    Id(property): Id<PropertyId>,
    asker: Asker,
    JsonWithLists(patch): JsonWithLists<PropertyPatch>,
) -> Answer {
    let PropertyPatch { name, options, removed, before } = patch;
    let options = options.map(|options| options.into_iter().map(|option| (option.id, option.name)).collect());
    let removed = removed.into_iter().map(|(from, to)| (OptionId(from), to)).collect();
    let edit = PropertyEdit { name, options, removed };
    // An empty patch still says whether the property is there.
    let edits = edit != PropertyEdit::default() || before.is_none();
    let edit = edits.then_some(RecordCommand::EditProperty { property, edit });
    let place = before.map(|before| RecordCommand::MoveProperty { property, before });
    let orders = edit.into_iter().chain(place).map(|asked| Order::from(command(asked))).collect();
    Ok(axum::Json(asker.ask_all(orders, About::Property(property)).await?))
}

/// Deletes a property. Its values are no longer shown, and come back if this is undone.
#[utoipa::path(
    delete, path = "/api/v1/properties/{id}", tag = "properties", operation_id = "delete_property",
    params(("id" = PropertyId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn delete(Id(property): Id<PropertyId>, asker: Asker, _: Nothing) -> Answer {
    let asked = RecordCommand::DeleteProperty { property };
    Ok(axum::Json(asker.ask(command(asked), About::Property(property)).await?))
}

/// The kinds of records that the team defined.
#[utoipa::path(
    get, path = "/api/v1/object-types", tag = "properties", operation_id = "list_object_types",
    responses((status = 200, body = ObjectTypeList))
)]
async fn list_types(State(state): State<AppState>, _: Session) -> Result<axum::Json<ObjectTypeList>, Failure> {
    Ok(axum::Json(state.store.object_types().await?))
}

/// Defines a kind of record.
#[utoipa::path(
    post, path = "/api/v1/object-types", tag = "properties", operation_id = "create_object_type",
    request_body = NewObjectType,
    responses((status = 201, body = CommandAnswer))
)]
async fn create_type(asker: Asker, Json(NewObjectType { name, plural }): Json<NewObjectType>) -> Created {
    let status = created_unless(asker.only_previews());
    let asked = RecordCommand::CreateObjectType { text: ObjectTypeText { name, plural } };
    Ok((status, axum::Json(asker.ask(command(asked), About::Changes).await?)))
}

/// Renames a kind of record.
#[utoipa::path(
    patch, path = "/api/v1/object-types/{id}", tag = "properties", operation_id = "edit_object_type",
    request_body = ObjectTypePatch, params(("id" = ObjectTypeId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn edit_type(
    Id(object_type): Id<ObjectTypeId>,
    asker: Asker,
    Json(ObjectTypePatch { name, plural }): Json<ObjectTypePatch>,
) -> Answer {
    let asked = RecordCommand::EditObjectType { object_type, name, plural };
    Ok(axum::Json(asker.ask(command(asked), About::ObjectType(object_type)).await?))
}

/// Deletes a kind of record. Its records are no longer there, and come back if this is undone.
#[utoipa::path(
    delete, path = "/api/v1/object-types/{id}", tag = "properties", operation_id = "delete_object_type",
    params(("id" = ObjectTypeId, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn delete_type(Id(object_type): Id<ObjectTypeId>, asker: Asker, _: Nothing) -> Answer {
    let asked = RecordCommand::DeleteObjectType { object_type };
    Ok(axum::Json(asker.ask(command(asked), About::ObjectType(object_type)).await?))
}

fn place_of(word: &str) -> Result<Place, Failure> {
    Place::from_word(word).ok_or_else(Failure::no_such_address)
}

/// Which properties are shown in a place, for this reader: `card:ticket`, `panel:ticket` or `about:contact`.
#[utoipa::path(
    get, path = "/api/v1/shown-properties/{place}", tag = "properties", operation_id = "show_shown_properties",
    params(("place" = Place, Path)),
    responses((status = 200, body = ShownView))
)]
async fn show(
    State(state): State<AppState>,
    session: Session,
    Id(place): Id<String>,
) -> Result<axum::Json<ShownView>, Failure> {
    Ok(axum::Json(state.store.shown(&session.reader, place_of(&place)?).await?))
}

/// Chooses them. `card:ticket` is the team's, and an admin chooses; the app's own card shows the same four to everybody and
/// does not ask. The others are each agent's own.
#[utoipa::path(
    put, path = "/api/v1/shown-properties/{place}", tag = "properties", operation_id = "set_shown_properties",
    request_body = ShownProperties, params(("place" = Place, Path)),
    responses((status = 200, body = CommandAnswer))
)]
async fn choose(
    Id(place): Id<String>,
    asker: Asker,
    JsonWithLists(ShownProperties { properties }): JsonWithLists<ShownProperties>,
) -> Answer {
    let asked = RecordCommand::SetShown { place: place_of(&place)?, properties };
    Ok(axum::Json(asker.ask(command(asked), About::Changes).await?))
}
