//! Pages of tickets: filtered, in any order, by keyset. Each inbox is asked by itself, along an index of the order, and
//! what they give is merged.

use super::priority_number;
use crate::store::search::parts;
use crate::store::sql::{Arg, Cells, rows};
use crate::store::{Error, Reader, Store};
use samtal_model::wire::TicketPage;
use samtal_model::{AgentId, InboxId, PipelineId, Priority, StatusId, TicketId};
use std::cmp::Ordering;

/// Words of a search that count: a name has few.
const WORDS_MOST: usize = 10;

/// By what tickets are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By when something was last done with them.
    #[default]
    NewestActivity,
    OldestActivity,
    NewestCreated,
    OldestCreated,
    /// Urgent ones first, those without last.
    Priority,
    Name,
}

impl Order {
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::NewestActivity, "newest_activity"),
        (Self::OldestActivity, "oldest_activity"),
        (Self::NewestCreated, "newest_created"),
        (Self::OldestCreated, "oldest_created"),
        (Self::Priority, "priority"),
        (Self::Name, "name"),
    ];

    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, word)| *word == slug).map(|(order, _)| order)
    }

    fn column(self) -> &'static str {
        match self {
            Self::NewestActivity | Self::OldestActivity => "k.changed_at",
            Self::NewestCreated | Self::OldestCreated => "k.created_at",
            Self::Priority => "k.priority",
            Self::Name => "k.name_key",
        }
    }

    fn is_descending(self) -> bool {
        matches!(self, Self::NewestActivity | Self::NewestCreated | Self::Priority)
    }
}

/// Which tickets to list. A list of nothing narrows nothing.
#[derive(Clone, Debug, Default)]
pub struct TicketQuery {
    /// None: every inbox the reader sees.
    pub inbox: Option<InboxId>,
    pub pipeline: Option<PipelineId>,
    pub statuses: Vec<StatusId>,
    /// None among them is nobody.
    pub owners: Vec<Option<AgentId>>,
    pub priorities: Vec<Option<Priority>>,
    /// Words of the name, each by its beginning.
    pub words: String,
    /// Those in Trash, instead of those that are not.
    pub trash: bool,
    pub order: Order,
    /// From 1 to 200.
    pub limit: i64,
    /// [`TicketPage::next_cursor`] of the page before, in the same order.
    pub cursor: Option<String>,
}

/// Where a ticket stands in an order.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Number(i64),
    Text(String),
}

impl Key {
    fn print(&self, id: i64) -> String {
        match self {
            Self::Number(number) => format!("{number}.{id}"),
            Self::Text(text) => {
                let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
                format!("{hex}.{id}")
            }
        }
    }

    fn parse(order: Order, cursor: &str) -> Option<(Self, i64)> {
        let (key, id) = cursor.rsplit_once('.')?;
        let key = if order == Order::Name {
            let byte = |at: usize| key.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
            let bytes = (0..key.len()).step_by(2).map(byte).collect::<Option<Vec<_>>>()?;
            Self::Text(String::from_utf8(bytes).ok()?)
        } else {
            Self::Number(key.parse().ok()?)
        };
        Some((key, id.parse().ok()?))
    }

    fn arg(&self) -> Arg {
        match self {
            Self::Number(number) => Arg::from(*number),
            Self::Text(text) => Arg::from(text.as_str()),
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            // By bytes, as both engines do.
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => Ordering::Equal,
        }
    }
}

impl TicketQuery {
    /// Whether the cursor, if there is one, is of the kind such lists give out.
    #[must_use]
    pub fn has_known_cursor(&self) -> bool {
        self.cursor.as_deref().is_none_or(|cursor| Key::parse(self.order, cursor).is_some())
    }

    /// The statement for one inbox, with what is bound in it.
    fn statement(&self, inbox: InboxId) -> (String, Vec<Arg>) {
        let (column, descending) = (self.order.column(), self.order.is_descending());
        let (after, direction) = if descending { ("<", "DESC") } else { (">", "ASC") };
        let mut args: Vec<Arg> = vec![inbox.into()];
        let mut bind = |arg: Arg| {
            args.push(arg);
            format!("${}", args.len())
        };
        let trash = if self.trash { "IS NOT NULL" } else { "IS NULL" };
        let mut sql = format!("SELECT {column}, k.id FROM tickets k WHERE k.inbox_id = $1 AND k.trashed_at {trash}");
        if let Some(pipeline) = self.pipeline {
            sql.push_str(&format!(" AND k.pipeline_id = {}", bind(pipeline.into())));
        }
        let mut any = |parts: Vec<String>| {
            if !parts.is_empty() {
                sql.push_str(&format!(" AND ({})", parts.join(" OR ")));
            }
        };
        any(self.statuses.iter().map(|it| format!("k.status_id = {}", bind((*it).into()))).collect());
        any(self
            .owners
            .iter()
            .map(|it| match it {
                Some(owner) => format!("k.owner_id = {}", bind((*owner).into())),
                None => "k.owner_id IS NULL".into(),
            })
            .collect());
        any(self.priorities.iter().map(|it| format!("k.priority = {}", bind(priority_number(*it).into()))).collect());
        for word in parts(&self.words).into_iter().take(WORDS_MOST) {
            let beyond = format!("{word}\u{10ffff}");
            let (from, to) = (bind(word.into()), bind(beyond.into()));
            sql.push_str(&format!(
                " AND k.id IN (SELECT w.ticket_id FROM ticket_words w WHERE w.word >= {from} AND w.word < {to})"
            ));
        }
        if let Some((key, id)) = self.cursor.as_deref().and_then(|cursor| Key::parse(self.order, cursor)) {
            let (key, id) = (bind(key.arg()), bind(id.into()));
            sql.push_str(&format!(" AND ({column}, k.id) {after} ({key}, {id})"));
        }
        let limit = bind((self.limit + 1).into());
        sql.push_str(&format!(" ORDER BY {column} {direction}, k.id {direction} LIMIT {limit} + 0"));
        (sql, args)
    }
}

impl Store {
    /// A page of tickets; none if the inbox is not for this reader.
    ///
    /// # Errors
    /// The engine's.
    pub async fn tickets(&self, reader: &Reader, query: &TicketQuery) -> Result<Option<TicketPage>, Error> {
        let inboxes: Vec<InboxId> = match query.inbox {
            Some(inbox) if !reader.inboxes.contains(&inbox) => return Ok(None),
            Some(inbox) => vec![inbox],
            None => reader.inboxes.iter().copied().collect(),
        };
        let mut found: Vec<(Key, i64)> = vec![];
        let mut connection = self.read().await?;
        for inbox in inboxes {
            let (sql, args) = query.statement(inbox);
            for row in rows(&mut connection, sql, args).await? {
                let mut cells = Cells::new(&row);
                let key = match query.order {
                    Order::Name => Key::Text(cells.text()?),
                    _ => Key::Number(cells.int()?),
                };
                found.push((key, cells.int()?));
            }
        }
        drop(connection);
        found.sort_by(|(a, a_id), (b, b_id)| {
            let order = a.order(b).then(a_id.cmp(b_id));
            if query.order.is_descending() { order.reverse() } else { order }
        });
        let more = found.len() as i64 > query.limit;
        found.truncate(usize::try_from(query.limit).unwrap_or_default());
        let next_cursor = found.last().filter(|_| more).map(|(key, id)| key.print(*id));
        let ids: Vec<TicketId> = found.iter().map(|(_, id)| TicketId(*id)).collect();
        let items = self.tickets_by_id(reader, &ids).await?;
        Ok(Some(TicketPage { items, next_cursor }))
    }
}
