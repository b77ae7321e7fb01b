//! What a contact is called wherever it is shown: in rows, heads, messages and tickets. The feed tells of the contact
//! alone, so its name is put where it stands.

use super::{HELD, Kind, Thing, things};
use crate::store::{Store, lock};
use leptos::prelude::*;
use samtal_model::ContactId;
use samtal_model::json::Json;

/// A contact, as it is called from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub id: ContactId,
    pub name: String,
    /// Empty where it is not known.
    pub email: String,
}

impl Named {
    /// Those of whom an event of the feed tells; one that is gone has no name any more.
    fn told(known: &Json) -> Vec<Self> {
        let value = |it: &Thing, key| it.value(key).text().unwrap_or_default().to_owned();
        let contacts = |list| things(known.at(list)).into_iter().filter(|it| it.text("kind") == "contact");
        let here = contacts("records");
        let all = here.chain(contacts("records_gone"));
        all.map(|it| Self { id: ContactId(it.id()), name: value(&it, "name"), email: value(&it, "email") }).collect()
    }

    /// What is shown for who wrote something.
    #[must_use]
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }

    /// The ticket with its contact called so; none where that changes nothing.
    fn onto_ticket(&self, ticket: &Thing) -> Option<Thing> {
        let now = ticket.at("contact");
        let same = |side: &str, value: &str| now.at(side).text() == Some(value);
        if now.at("id").int() != Some(self.id.0) || (same("name", &self.name) && same("email", &self.email)) {
            return None;
        }
        let called = Json::object([
            ("id", self.id.0.into()),
            ("name", self.name.clone().into()),
            ("email", self.email.clone().into()),
        ]);
        let Json::Fields(mut fields) = ticket.clone().into_json() else { return None };
        fields.iter_mut().filter(|(name, _)| name == "contact").for_each(|(_, contact)| *contact = called.clone());
        Some(Thing::new(Json::Fields(fields)))
    }
}

impl Store {
    /// Calls contacts as an event of the feed says, wherever they are shown. What is held keeps its version: whatever
    /// is told of it later is newer.
    pub(in crate::store) fn rename_contacts(&self, known: &Json) {
        let named = Named::told(known);
        if named.is_empty() {
            return;
        }
        lock(&self.0.conversations).rename(&named, self.my_id(), self.floor());
        lock(&self.0.messages).rename(&named, self.my_id());
        let renamed: Vec<_> = HELD.with_borrow(|held| {
            let tickets = held.each().filter(|((kind, _), _)| *kind == Kind::Ticket);
            let called = |shown: &super::Shown| {
                let ticket = shown.get_untracked()?;
                named.iter().find_map(|it| it.onto_ticket(&ticket))
            };
            tickets.filter_map(|((_, id), entry)| Some((id, entry.shown.clone(), called(&entry.shown)?))).collect()
        });
        let ids: Vec<i64> = renamed.iter().map(|(id, ..)| *id).collect();
        for (_, shown, ticket) in renamed {
            shown.set(Some(ticket));
        }
        Self::tell_known(Kind::Ticket, &ids);
    }
}

#[cfg(test)]
mod tests {
    use super::{Named, Thing};
    use samtal_model::ContactId;
    use samtal_model::json::Json;

    fn contact(id: i64, name: &str) -> Json {
        Json::object([("id", id.into()), ("name", name.into()), ("email", "nora@kund.example".into())])
    }

    #[test]
    fn an_event_tells_who_is_called_how_and_who_is_gone() {
        let values = Json::object([("name", "Nora".into()), ("email", "nora@kund.example".into())]);
        let record =
            |kind: &str, id: i64| Json::object([("kind", kind.into()), ("id", id.into()), ("values", values.clone())]);
        let gone = Json::object([("kind", "contact".into()), ("id", 9_i64.into())]);
        let event = Json::object([
            ("records", Json::List(vec![record("contact", 7), record("company", 7)])),
            ("records_gone", Json::List(vec![gone])),
        ]);
        let named =
            |id: i64, name: &str, email: &str| Named { id: ContactId(id), name: name.into(), email: email.into() };
        assert_eq!(Named::told(&event), [named(7, "Nora", "nora@kund.example"), named(9, "", "")]);
        assert_eq!(Named::told(&Json::Null), []);
    }

    #[test]
    fn a_ticket_takes_the_name_of_its_own_contact_only() {
        let ticket = |name: &str| Thing::new(Json::object([("id", 3_i64.into()), ("contact", contact(7, name))]));
        let named = |id: i64| Named { id: ContactId(id), name: "Nora".into(), email: "nora@kund.example".into() };
        assert_eq!(named(7).onto_ticket(&ticket("Eleonora")), Some(ticket("Nora")));
        assert_eq!(named(8).onto_ticket(&ticket("Eleonora")), None, "somebody else");
        assert_eq!(named(7).onto_ticket(&ticket("Nora")), None, "called so already");
    }
}
