//! Whose conversations are meant by `contact:`, by number or by name.

use super::ask::Ask;
use super::index::Question;
use super::words;
use crate::store::sql::id_list;
use crate::store::{Connection, Engine, Error};
use samtal_model::query::{ContactRef, Term};

/// Up to so many contacts of a name are known one by one, and their conversations walked. Of more, each conversation is
/// asked whose it is.
const CONTACTS_MOST: i64 = 1_000;

/// The contacts that some terms stand for together.
#[derive(Default)]
pub(super) struct Contacts {
    pub ids: Vec<i64>,
    /// Conditions on a conversation `c` where a name stands for more than are known one by one.
    pub many: Vec<String>,
}

impl Contacts {
    /// Whether a conversation `c` is of one of them.
    pub(super) fn condition(&self) -> String {
        let ids = format!("COALESCE(c.contact_id, 0) IN ({})", id_list(self.ids.iter().copied()));
        let all: Vec<String> = std::iter::once(ids).chain(self.many.iter().cloned()).collect();
        all.join(" OR ")
    }
}

/// None if there are no terms.
pub(super) async fn contacts(
    connection: &mut Connection,
    engine: Engine,
    terms: impl Iterator<Item = &Term>,
) -> Result<Option<Contacts>, Error> {
    let mut contacts = None;
    for term in terms {
        let Term::Contact(contact) = term else { continue };
        let contacts = contacts.get_or_insert_with(Contacts::default);
        match contact {
            ContactRef::Id(id) => contacts.ids.push(id.0),
            ContactRef::Named(text) => {
                let ask = Ask::Phrase { parts: words::parts(text.as_str()), prefix: true };
                let limit = CONTACTS_MOST + 1;
                let question = Question { what: "contact", ask: &ask, above: None, below: None, newest: true, limit };
                let found = question.ids(connection, engine).await?;
                if found.len() as i64 > CONTACTS_MOST {
                    contacts.many.push(is_named(engine, &ask));
                } else {
                    contacts.ids.extend(found);
                }
            }
        }
    }
    Ok(contacts)
}

/// Whether the contact of a conversation `c` is among those that `ask` finds. The words in it are folded letters and
/// digits; no quote is among them, and one would be doubled.
fn is_named(engine: Engine, ask: &Ask) -> String {
    let ask = ask.print(engine).replace('\'', "''");
    let id = words::id_column(engine, "contact");
    let found = match engine {
        Engine::Sqlite => format!("contact_search MATCH '{ask}'"),
        Engine::Postgres => format!("contact_search.words @@ CAST('{ask}' AS tsquery)"),
    };
    format!("EXISTS (SELECT 1 FROM contact_search WHERE {found} AND contact_search.{id} = c.contact_id)")
}
