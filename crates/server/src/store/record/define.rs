//! Definitions of properties and of the team's own kinds of records: few, and read whole.

use super::{json, parsed};
use crate::store::code::Code;
use crate::store::log::log_end;
use crate::store::sql::{Arg, Cells, bound, id_list, rows};
use crate::store::{Connection, Error, Reader, Store};
use samtal_model::record::RecordKind;
use samtal_model::record::property::{ObjectType, ObjectTypeText, OptionState, Place, Property, PropertyText};
use samtal_model::record::value::{BuiltIn, PropertyKey, PropertyKind, Values};
use samtal_model::wire::{
    MovedOption, ObjectTypeList, ObjectTypeView, OptionView, PropertyList, PropertyView, ShownView,
};
use samtal_model::{AgentId, ObjectTypeId, PropertyId, RevisionId, Sequence};
use std::collections::BTreeMap;

/// All there are. Deleted ones are read by number alone, for undo.
#[derive(Clone, Debug, Default)]
pub(crate) struct Definitions {
    pub properties: BTreeMap<PropertyId, (Property, PropertyText, Sequence)>,
    pub object_types: BTreeMap<ObjectTypeId, (ObjectType, ObjectTypeText, Sequence)>,
}

impl Definitions {
    /// Those that are there: some thousands at the most, as their rules say.
    pub(in crate::store) async fn of(connection: &mut Connection) -> Result<Self, Error> {
        Self::which(connection, "p.deleted = 0", "o.deleted = 0").await
    }

    /// These, deleted or not.
    pub(super) async fn these(
        connection: &mut Connection,
        properties: impl IntoIterator<Item = PropertyId>,
        object_types: impl IntoIterator<Item = ObjectTypeId>,
    ) -> Result<Self, Error> {
        let properties = format!("p.id IN ({})", id_list(properties.into_iter().map(|id| id.0)));
        let object_types = format!("o.id IN ({})", id_list(object_types.into_iter().map(|id| id.0)));
        Self::which(connection, &properties, &object_types).await
    }

    async fn which(connection: &mut Connection, properties: &str, object_types: &str) -> Result<Self, Error> {
        let mut all = Self::default();
        let sql = format!(
            "SELECT p.id, p.object, p.type_id, p.kind, p.options, p.position, p.deleted, p.revision, p.version, t.body \
             FROM properties p JOIN definition_texts t ON t.revision = p.revision WHERE {properties}"
        );
        for row in rows(connection, sql, vec![]).await? {
            let mut cells = Cells::new(&row);
            let id = PropertyId(cells.int()?);
            let (object, of) = (cells.text()?, cells.maybe()?.map(ObjectTypeId));
            let object = RecordKind::from_parts(&object, of)
                .ok_or_else(|| Error::Unknown { what: format!("properties of {object:?}") })?;
            let property = Property {
                id,
                object,
                kind: PropertyKind::from_code(&cells.text()?)?,
                options: parsed(&cells.text()?)?,
                position: cells.int()?,
                deleted: cells.flag()?,
                revision: RevisionId(cells.int()?),
            };
            let version = Sequence(cells.int()?);
            all.properties.insert(id, (property, parsed(&cells.text()?)?, version));
        }
        let sql = format!(
            "SELECT o.id, o.position, o.deleted, o.revision, o.version, t.body \
             FROM object_types o JOIN definition_texts t ON t.revision = o.revision WHERE {object_types}"
        );
        for row in rows(connection, sql, vec![]).await? {
            let mut cells = Cells::new(&row);
            let id = ObjectTypeId(cells.int()?);
            let (position, deleted, revision) = (cells.int()?, cells.flag()?, RevisionId(cells.int()?));
            let version = Sequence(cells.int()?);
            all.object_types
                .insert(id, (ObjectType { id, position, deleted, revision }, parsed(&cells.text()?)?, version));
        }
        Ok(all)
    }

    /// Values as they are to be read now: without those of deleted properties and options.
    pub(in crate::store) fn read(&self, values: &Values) -> Values {
        let mut read = Values::default();
        for (key, value) in values.0.iter() {
            let value = match key {
                PropertyKey::BuiltIn(_) => Some(value.clone()),
                PropertyKey::Defined(id) => self
                    .properties
                    .get(id)
                    .filter(|(property, ..)| !property.deleted)
                    .and_then(|(property, ..)| property.value_now(value)),
            };
            read.set(*key, value);
        }
        read
    }

    /// Whether records of this type are there.
    pub(super) fn has_type(&self, id: Option<ObjectTypeId>) -> bool {
        id.is_none_or(|id| self.object_types.get(&id).is_some_and(|(it, ..)| !it.deleted))
    }

    pub(crate) fn property(&self, id: PropertyId) -> Option<PropertyView> {
        let (property, text, version) = self.properties.get(&id)?;
        (!property.deleted && self.has_type(property.object.object_type()))
            .then(|| property_view(property, text, *version))
    }

    pub(crate) fn object_type(&self, id: ObjectTypeId) -> Option<ObjectTypeView> {
        let (it, text, version) = self.object_types.get(&id)?;
        let (name, plural) = (text.name.clone(), text.plural.clone());
        (!it.deleted).then_some(ObjectTypeView { id, name, plural, position: it.position, version: *version })
    }

    fn all_properties(&self) -> Vec<PropertyView> {
        let mut all: Vec<_> = self.properties.keys().filter_map(|id| self.property(*id)).collect();
        all.sort_by_key(|it| (it.position, it.id));
        all
    }
}

fn property_view(property: &Property, text: &PropertyText, version: Sequence) -> PropertyView {
    let there = property.options.iter().filter(|option| option.state == OptionState::There);
    let gone = property.options.iter().filter(|option| option.state != OptionState::There);
    PropertyView {
        key: PropertyKey::Defined(property.id),
        id: Some(property.id),
        object: property.object.word().to_owned(),
        object_type_id: property.object.object_type(),
        built_in: false,
        kind: property.kind,
        name: text.name.clone(),
        options: there.map(|option| OptionView { id: option.id, name: text.option(option.id).to_owned() }).collect(),
        moved: gone.map(|option| MovedOption { from: option.id, to: property.option_now(option.id) }).collect(),
        position: property.position,
        version,
    }
}

/// The properties that records have from the beginning.
fn built_in(kind: RecordKind) -> impl Iterator<Item = PropertyView> {
    (0..).zip(BuiltIn::of(kind)).map(move |(position, built_in)| PropertyView {
        key: (*built_in).into(),
        id: None,
        object: kind.word().to_owned(),
        object_type_id: kind.object_type(),
        built_in: true,
        kind: built_in.kind(),
        name: built_in.word().to_owned(),
        options: vec![],
        moved: vec![],
        position: position - 1_000,
        version: Sequence(0),
    })
}

/// Columns of `properties`, in the order of [`property_columns`].
pub(super) const PROPERTY_COLUMNS: &str = "id, object, type_id, kind, options, position, deleted, revision, version";

pub(super) fn property_columns(it: &Property, version: Sequence) -> Result<Vec<Arg>, Error> {
    Ok(bound![
        it.id,
        it.object.word(),
        it.object.object_type(),
        it.kind.code(),
        json(&it.options)?,
        it.position,
        it.deleted,
        it.revision,
        version,
    ])
}

/// What was chosen for a place.
pub(super) async fn chosen(
    connection: &mut Connection,
    place: Place,
    agent: Option<AgentId>,
) -> Result<Option<Vec<PropertyKey>>, Error> {
    let sql = "SELECT properties FROM shown_properties WHERE place = $1 AND agent_id = $2";
    let found = rows(connection, sql, bound![place.word(), agent.map_or(0, |agent| agent.0)]).await?;
    found.first().map(|row| parsed(&Cells::new(row).text()?)).transpose()
}

pub(super) async fn shown(
    connection: &mut Connection,
    definitions: &Definitions,
    place: Place,
    agent: AgentId,
) -> Result<ShownView, Error> {
    // Before what was chosen is: that may be newer than it says, never older.
    let sequence = log_end(connection).await?;
    let chosen = chosen(connection, place, (!place.is_shared()).then_some(agent)).await?;
    let own = chosen.is_some() && !place.is_shared();
    let mut properties = chosen.unwrap_or_else(|| place.usual());
    // What was deleted since is not shown.
    properties.retain(|key| match key {
        PropertyKey::BuiltIn(_) => true,
        PropertyKey::Defined(id) => definitions.property(*id).is_some(),
    });
    Ok(ShownView { place, properties, own, sequence })
}

impl Store {
    pub(crate) async fn definitions(&self) -> Result<Definitions, Error> {
        Definitions::of(&mut *self.read().await?).await
    }

    /// Every property: the built-in ones first, then those defined, in their order.
    ///
    /// # Errors
    /// The engine's.
    pub async fn properties(&self) -> Result<PropertyList, Error> {
        let mut connection = self.read().await?;
        let sequence = log_end(&mut connection).await?;
        let definitions = Definitions::of(&mut connection).await?;
        let kinds = [RecordKind::Contact, RecordKind::Company, RecordKind::Deal];
        let own = definitions.object_types.keys().filter(|id| definitions.has_type(Some(**id)));
        let kinds = kinds.into_iter().chain(own.map(|id| RecordKind::Object(*id)));
        let mut items: Vec<_> = kinds.flat_map(built_in).collect();
        items.extend(definitions.all_properties());
        Ok(PropertyList { items, sequence })
    }

    /// The team's own kinds of records, in their order.
    ///
    /// # Errors
    /// The engine's.
    pub async fn object_types(&self) -> Result<ObjectTypeList, Error> {
        let mut connection = self.read().await?;
        let sequence = log_end(&mut connection).await?;
        let definitions = Definitions::of(&mut connection).await?;
        let mut items: Vec<_> = definitions.object_types.keys().filter_map(|id| definitions.object_type(*id)).collect();
        items.sort_by_key(|it| (it.position, it.id));
        Ok(ObjectTypeList { items, sequence })
    }

    /// Which properties are shown in a place, for this reader.
    ///
    /// # Errors
    /// The engine's.
    pub async fn shown(&self, reader: &Reader, place: Place) -> Result<ShownView, Error> {
        let mut connection = self.read().await?;
        let definitions = Definitions::of(&mut connection).await?;
        shown(&mut connection, &definitions, place, reader.agent).await
    }
}
