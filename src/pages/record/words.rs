//! What kinds of records are called, and which properties each has.

use crate::records::property;
use crate::routes::page::Kind;
use crate::store::Store;
use crate::store::known::{self, Thing};

/// One of them, within a sentence.
#[must_use]
pub fn noun(kind: Kind) -> &'static str {
    kind.word()
}

/// Many of them, as a heading.
#[must_use]
pub fn several(kind: Kind) -> &'static str {
    match kind {
        Kind::Contact => "Contacts",
        Kind::Company => "Companies",
        Kind::Deal => "Deals",
        Kind::Object => "Objects",
    }
}

/// The name of a type of objects, for one of them and for many; none while it is not known. Followed.
#[must_use]
pub fn type_names(store: Store, object_type: i64) -> Option<(String, String)> {
    let all = store.all(known::Kind::ObjectType)?;
    let it = all.iter().find(|it| it.id() == object_type)?;
    Some((it.text("name").to_owned(), it.text("plural").to_owned()))
}

/// The properties of a kind of record, those built in first.
#[must_use]
pub fn of_kind(all: Vec<Thing>, kind: Kind, object_type: Option<i64>) -> Vec<Thing> {
    of_word(all, kind.word(), object_type)
}

/// The same for what has properties and is no record: a ticket.
#[must_use]
pub fn of_word(all: Vec<Thing>, word: &str, object_type: Option<i64>) -> Vec<Thing> {
    let mine = |it: &Thing| {
        let of_type = it.int("object_type_id");
        it.text("object") == word && (of_type.is_none() || of_type == object_type)
    };
    let (built_in, defined): (Vec<Thing>, Vec<Thing>) = all.into_iter().filter(mine).partition(|it| it.is("built_in"));
    [built_in, defined].concat()
}

/// A value of a record in words.
#[must_use]
pub fn value(record: &Thing, of: &Thing) -> String {
    let text = property::shown(of.text("kind"), record.value(of.text("key")));
    if of.text("kind") != "stage" {
        return text;
    }
    property::STAGES.iter().find(|(key, _)| *key == text).map_or(text, |(_, name)| (*name).to_owned())
}
