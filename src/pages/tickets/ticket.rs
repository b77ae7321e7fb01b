//! Tickets as lists hold them: few bytes each, for there may be ten thousand. Which of them a list wants, and in which
//! order they stand in it; as the server has it, so that a change finds its place without asking again.

use crate::routes::page::Asked;
use crate::store::known::Thing;
use crate::ticket::PRIORITIES;
use samtal_model::json::Json;
use samtal_model::query::fold::folded;
use std::cmp::Ordering;

/// No owner, no priority.
pub const NONE: &str = "none";
/// Characters by which the server sorts names.
const KEY_MOST: usize = 64;

/// A ticket, as far as a list shows it. Moments in milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticket {
    pub id: i64,
    pub inbox: i64,
    pub pipeline: i64,
    pub status: i64,
    pub closed: bool,
    pub name: String,
    /// The place in [`PRIORITIES`], from 1 and from its end: the greater presses more. 0 is none.
    pub priority: u8,
    pub owner: Option<i64>,
    /// Id and name.
    pub contact: Option<(i64, String)>,
    pub conversations: i64,
    pub created: i64,
    pub changed: i64,
    pub trashed: bool,
    /// Of the team's own properties, by key.
    pub values: Json,
    pub version: i64,
}

impl Ticket {
    #[must_use]
    pub fn read(thing: &Thing) -> Self {
        let int = |name| thing.int(name).unwrap_or_default();
        let moment = |name| thing.moment(name).map_or(0, |at| at.0);
        let contact = thing.at("contact");
        let contact = contact.at("id").int().map(|id| {
            let said = |name| contact.at(name).text().filter(|it| !it.is_empty());
            (id, said("name").or_else(|| said("email")).unwrap_or("Unnamed").to_owned())
        });
        Self {
            id: thing.id(),
            inbox: int("inbox_id"),
            pipeline: int("pipeline_id"),
            status: int("status_id"),
            closed: thing.is("closed"),
            name: thing.text("name").to_owned(),
            priority: priority_number(thing.text("priority")),
            owner: thing.int("owner_id"),
            contact,
            conversations: int("conversation_count"),
            created: moment("created_at"),
            changed: moment("changed_at"),
            trashed: thing.moment("trashed_at").is_some(),
            values: thing.at("values").clone(),
            version: int("version"),
        }
    }

    /// What its priority is called; none if it has none.
    #[must_use]
    pub fn priority_name(&self) -> Option<&'static str> {
        PRIORITIES.iter().rev().nth(usize::from(self.priority).checked_sub(1)?).map(|(_, name)| *name)
    }
}

fn priority_number(word: &str) -> u8 {
    PRIORITIES.iter().rev().position(|(slug, _)| *slug == word).map_or(0, |place| place as u8 + 1)
}

/// The orders of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    NewestActivity,
    OldestActivity,
    NewestCreated,
    OldestCreated,
    Priority,
    Name,
}

impl Order {
    /// As addresses and people call them.
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::NewestActivity, "newest_activity", "Newest change"),
        (Self::OldestActivity, "oldest_activity", "Oldest change"),
        (Self::NewestCreated, "newest_created", "Newest created"),
        (Self::OldestCreated, "oldest_created", "Oldest created"),
        (Self::Priority, "priority", "Priority"),
        (Self::Name, "name", "Name"),
    ];

    #[must_use]
    pub fn from_slug(slug: &str) -> Self {
        Self::ALL.into_iter().find(|(_, word, _)| *word == slug).map_or_else(Self::default, |(order, ..)| order)
    }

    fn compare(self, a: &Ticket, b: &Ticket) -> Ordering {
        let by = |ascending: Ordering| ascending.then(a.id.cmp(&b.id));
        match self {
            Self::NewestActivity => by(a.changed.cmp(&b.changed)).reverse(),
            Self::OldestActivity => by(a.changed.cmp(&b.changed)),
            Self::NewestCreated => by(a.created.cmp(&b.created)).reverse(),
            Self::OldestCreated => by(a.created.cmp(&b.created)),
            Self::Priority => by(a.priority.cmp(&b.priority)).reverse(),
            Self::Name => by(name_key(&a.name).cmp(&name_key(&b.name))),
        }
    }
}

fn name_key(name: &str) -> String {
    folded(name).chars().take(KEY_MOST).collect()
}

/// Which tickets a list wants. A list of nothing narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub inbox: Option<i64>,
    pub pipeline: Option<i64>,
    pub statuses: Vec<i64>,
    pub owners: Vec<Option<i64>>,
    pub priorities: Vec<u8>,
    pub words: Vec<String>,
    pub trash: bool,
    pub order: Order,
}

impl Wanted {
    #[must_use]
    pub fn of(asked: &Asked) -> Self {
        let values = |name| asked.get(name).split(',').filter(|value| !value.is_empty());
        let words = folded(asked.get("q"));
        let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        Self {
            inbox: asked.get("inbox").parse().ok(),
            pipeline: asked.get("pipeline").parse().ok(),
            statuses: values("status").filter_map(|id| id.parse().ok()).collect(),
            owners: values("owner").map(|id| id.parse().ok()).collect(),
            priorities: values("priority").map(priority_number).collect(),
            words: words.map(ToOwned::to_owned).collect(),
            trash: asked.get("trash") == "true",
            order: Order::from_slug(asked.get("sort")),
        }
    }

    /// Whether the ticket stands in the list.
    #[must_use]
    pub fn takes(&self, ticket: &Ticket) -> bool {
        let among = |none_asked: bool, asked: bool| none_asked || asked;
        self.trash == ticket.trashed
            && self.inbox.is_none_or(|inbox| inbox == ticket.inbox)
            && self.pipeline.is_none_or(|pipeline| pipeline == ticket.pipeline)
            && among(self.statuses.is_empty(), self.statuses.contains(&ticket.status))
            && among(self.owners.is_empty(), self.owners.contains(&ticket.owner))
            && among(self.priorities.is_empty(), self.priorities.contains(&ticket.priority))
            && self.has_words(&ticket.name)
    }

    fn has_words(&self, name: &str) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let name = folded(name);
        let begins = |word: &String| name.split(|c: char| !c.is_alphanumeric()).any(|of| of.starts_with(&**word));
        self.words.iter().all(begins)
    }

    /// Whether the kept counts say how many these are.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        !self.trash && self.owners.is_empty() && self.priorities.is_empty() && self.words.is_empty()
    }

    /// Takes in what is told of a ticket: it leaves the list, changes in it, moves in it or comes into it. `whole`: the
    /// list is known to its end; otherwise what belongs below its end waits to be read. Says whether anything changed.
    pub fn settle(&self, all: &mut Vec<Rc<Ticket>>, id: i64, now: Option<Ticket>, whole: bool) -> bool {
        let at = all.iter().position(|ticket| ticket.id == id);
        if let (Some(at), Some(now)) = (at, &now)
            && all[at].version > now.version
        {
            return false;
        }
        let before = at.map(|at| all.remove(at));
        let Some(now) = now.filter(|now| self.takes(now)) else { return before.is_some() };
        let place = all.partition_point(|other| self.order.compare(other, &now) == Ordering::Less);
        if place < all.len() || whole {
            all.insert(place, Rc::new(now));
            return true;
        }
        before.is_some()
    }
}

/// What lists hold.
pub type Rc<T> = std::sync::Arc<T>;

#[cfg(test)]
mod tests {
    use super::{Order, Rc, Ticket, Wanted};
    use crate::routes::page::Asked;

    fn ticket(id: i64, changed: i64) -> Ticket {
        Ticket { id, changed, status: 1, name: "Ärlig vara 12".into(), ..Ticket::default() }
    }

    fn ids(all: &[Rc<Ticket>]) -> Vec<i64> {
        all.iter().map(|ticket| ticket.id).collect()
    }

    #[test]
    fn a_change_moves_a_ticket_to_where_the_server_would_list_it() {
        let wanted = Wanted::default();
        let mut all: Vec<_> = [(3, 30), (2, 20), (1, 10)].map(|(id, at)| Rc::new(ticket(id, at))).into();
        assert!(wanted.settle(&mut all, 1, Some(ticket(1, 40)), true));
        assert_eq!(ids(&all), [1, 3, 2]);
        assert!(wanted.settle(&mut all, 4, Some(ticket(4, 30)), true));
        assert_eq!(ids(&all), [1, 4, 3, 2], "of two changed at once the newer stands higher");
        assert!(wanted.settle(&mut all, 3, None, true));
        assert_eq!(ids(&all), [1, 4, 2]);
        assert!(!wanted.settle(&mut all, 9, Some(ticket(9, 1)), false), "below what is known it waits");
        assert!(wanted.settle(&mut all, 9, Some(ticket(9, 1)), true));
        assert_eq!(ids(&all), [1, 4, 2, 9]);
    }

    #[test]
    fn an_older_word_replaces_nothing() {
        let wanted = Wanted::default();
        let mut all = vec![Rc::new(Ticket { version: 7, ..ticket(1, 10) })];
        assert!(!wanted.settle(&mut all, 1, Some(Ticket { version: 6, ..ticket(1, 99) }), true));
        assert_eq!(all[0].changed, 10);
    }

    #[test]
    fn a_list_wants_what_its_address_says() {
        let asked = |name, value| Wanted::of(&Asked::default().with(name, value));
        let open = Ticket { priority: 4, owner: Some(3), pipeline: 2, ..ticket(1, 1) };
        for (name, value, takes) in [
            ("status", "1,2", true),
            ("status", "2", false),
            ("owner", "none", false),
            ("owner", "none,3", true),
            ("priority", "urgent", true),
            ("priority", "low,none", false),
            ("pipeline", "2", true),
            ("q", "var arl", true),
            ("q", "ara", false),
            ("trash", "true", false),
        ] {
            assert_eq!(asked(name, value).takes(&open), takes, "{name}={value}");
        }
        assert_eq!(asked("sort", "priority").order, Order::Priority);
        assert!(asked("pipeline", "1").is_counted() && !asked("q", "a").is_counted());
    }
}
