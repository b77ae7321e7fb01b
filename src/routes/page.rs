//! The addresses off the inbox: tickets, records and settings. The first file of the app knows them only as text.

use super::{Route, escape, field};
use samtal_model::TicketId;

/// A page off the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// `/tickets?show=board&inbox=&pipeline=&q=&sort=…`: the table or the board (K10).
    Tickets(Asked),
    /// `/tickets/:id` (K9).
    Ticket(TicketId),
    /// `/contacts?q=&trash=true` and the like; `/objects?type=`.
    Records(Kind, Wanted),
    /// `/contacts/:id` and the like (D7).
    Record(Kind, i64),
    /// `/settings/pipelines` (A1).
    Pipelines,
    /// `/settings/properties` (X4).
    Properties,
}

/// A kind of record that has pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Contact,
    Company,
    Deal,
    Object,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Contact, Self::Company, Self::Deal, Self::Object];

    /// As it stands in addresses, those of the API too.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Contact => "contacts",
            Self::Company => "companies",
            Self::Deal => "deals",
            Self::Object => "objects",
        }
    }

    /// As records say it of themselves.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Company => "company",
            Self::Deal => "deal",
            Self::Object => "object",
        }
    }

    /// The kind that calls itself so.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Which records of a kind are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Words of a name, an address or a domain.
    pub q: String,
    /// Of objects, of which type.
    pub object_type: Option<i64>,
    /// Those in Trash.
    pub trash: bool,
}

impl Wanted {
    fn read(query: &str) -> Self {
        Self {
            q: field(query, "q").unwrap_or_default(),
            object_type: field(query, "type").and_then(|id| id.parse().ok()),
            trash: field(query, "trash").as_deref() == Some("true"),
        }
    }

    /// As a query string without its question mark, as the API takes it too.
    #[must_use]
    pub fn query(&self) -> String {
        let object_type = self.object_type.map(|id| ["type=", &id.to_string()].concat()).unwrap_or_default();
        let q = if self.q.is_empty() { String::new() } else { ["q=", &escape(&self.q)].concat() };
        let trash = if self.trash { "trash=true" } else { "" };
        let parts = [object_type.as_str(), &q, trash];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&")
    }
}

/// What of the tickets is asked for, as it stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub board: bool,
    /// Each as the API takes it; empty is not asked for.
    pub fields: Vec<(&'static str, String)>,
}

/// The fields of a list of tickets that are the API's own.
pub const TICKET_FIELDS: [&str; 8] = ["inbox", "pipeline", "status", "owner", "priority", "q", "sort", "trash"];

impl Asked {
    /// The value of a field; empty if it is not asked for.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| *field == name).map_or("", |(_, value)| value)
    }

    /// The same with another value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.fields.retain(|(field, _)| *field != name);
        if !value.is_empty() {
            self.fields.push((name, value.to_owned()));
        }
        self
    }

    /// As a query string without its question mark.
    #[must_use]
    pub fn query(&self) -> String {
        let mut query = String::new();
        for name in TICKET_FIELDS {
            let value = self.get(name);
            if !value.is_empty() {
                if !query.is_empty() {
                    query.push('&');
                }
                query.push_str(name);
                query.push('=');
                query.push_str(&escape(value));
            }
        }
        query
    }
}

impl Page {
    /// Reads a path with its query; none where there is no such page.
    #[must_use]
    pub fn parse(address: &str) -> Option<Self> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let (first, second, third) = (parts.next()?, parts.next(), parts.next());
        if third.is_some() {
            return None;
        }
        match (first, second) {
            ("tickets", None) => {
                let fields = TICKET_FIELDS.into_iter().filter_map(|name| Some((name, field(query, name)?)));
                let fields = fields.filter(|(_, value)| !value.is_empty()).collect();
                Some(Self::Tickets(Asked { board: field(query, "show").as_deref() == Some("board"), fields }))
            }
            ("tickets", Some(id)) => Some(Self::Ticket(TicketId(id.parse().ok()?))),
            ("settings", Some("pipelines") | None) => Some(Self::Pipelines),
            ("settings", Some("properties")) => Some(Self::Properties),
            (slug, id) => {
                let kind = Kind::ALL.into_iter().find(|kind| kind.slug() == slug)?;
                Some(match id {
                    Some(id) => Self::Record(kind, id.parse().ok()?),
                    None => Self::Records(kind, Wanted::read(query)),
                })
            }
        }
    }

    /// The address, as [`Page::parse`] reads it.
    #[must_use]
    pub fn href(&self) -> String {
        match self {
            Self::Tickets(asked) => {
                let show = if asked.board { "show=board" } else { "" };
                let parts = [show, &asked.query()];
                let query: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                if query.is_empty() { "/tickets".into() } else { ["/tickets?", &query.join("&")].concat() }
            }
            Self::Ticket(id) => ["/tickets/", &id.to_string()].concat(),
            Self::Records(kind, wanted) => {
                let query = wanted.query();
                let mark = if query.is_empty() { "" } else { "?" };
                ["/", kind.slug(), mark, &query].concat()
            }
            Self::Record(kind, id) => ["/", kind.slug(), "/", &id.to_string()].concat(),
            Self::Pipelines => "/settings/pipelines".into(),
            Self::Properties => "/settings/properties".into(),
        }
    }

    /// The contacts, all of them.
    #[must_use]
    pub fn contacts() -> Option<Self> {
        Self::parse("/contacts")
    }

    /// As a place of the app.
    #[must_use]
    pub fn route(&self) -> Route {
        Route::Page(self.href())
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Kind, Page, Wanted};
    use crate::routes::Route;
    use samtal_model::TicketId;

    #[test]
    fn pages_survive_their_address() {
        let asked = Asked::default().with("pipeline", "2").with("q", "broken & late").with("status", "1,2");
        for page in [
            Page::Tickets(Asked::default()),
            Page::Tickets(Asked { board: true, ..Asked::default() }),
            Page::Tickets(Asked { board: true, ..asked.clone() }),
            Page::Ticket(TicketId(7)),
            Page::Records(Kind::Contact, Wanted::default()),
            Page::Records(Kind::Deal, Wanted { q: "big & late".into(), ..Wanted::default() }),
            Page::Records(Kind::Object, Wanted { q: "ö".into(), object_type: Some(3), trash: true }),
            Page::Record(Kind::Company, 12),
            Page::Pipelines,
            Page::Properties,
        ] {
            let address = page.href();
            let read = Page::parse(&address).map(|read| read.href());
            assert_eq!(read.as_deref(), Some(&*address));
            assert_eq!(Route::parse(&address), Route::Page(address.clone()));
        }
        for nowhere in ["/tickets/x", "/contacts/1/2", "/settings/nothing"] {
            assert_eq!(Page::parse(nowhere), None, "{nowhere}");
        }
        assert_eq!(asked.clone().with("q", "").get("q"), "");
    }
}
