//! Pages of tickets: filtered, in any order, by keyset. Each inbox is asked by itself, along an index of the order, and
//! what they give is merged. What no index has in that order is looked at one by one, so far as is done for one page.

use super::priority_number;
use crate::store::search::parts;
use crate::store::sql::{Arg, Cells, bound, id_list, rows};
use crate::store::{Connection, Error, Reader, Store};
use samtal_model::wire::TicketPage;
use samtal_model::{AgentId, InboxId, PipelineId, Priority, StatusId, TicketId};
use std::cmp::Ordering;

/// Words of a search that count: a name has few.
const WORDS_MOST: usize = 10;
/// Tickets looked at for one page at the most: a hundredth of a second. Whoever asks for few of many gets them over several
/// pages.
const LOOKED_AT: usize = 10_000;

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

    /// Where the page begins: after this place.
    fn begin(&self) -> Option<Place> {
        self.cursor.as_deref().and_then(|cursor| Key::parse(self.order, cursor))
    }

    /// What is asked of a ticket beside its place, on rows called `k`. Words are asked of the index of words.
    fn conditions(&self, bind: &mut impl FnMut(Arg) -> String) -> String {
        let mut sql = format!("k.trashed_at {}", if self.trash { "IS NOT NULL" } else { "IS NULL" });
        if let Some(pipeline) = self.pipeline {
            sql.push_str(&format!(" AND k.pipeline_id = {}", bind(pipeline.into())));
        }
        let mut any = |parts: Vec<String>| {
            if !parts.is_empty() {
                sql.push_str(&format!(" AND ({})", parts.join(" OR ")));
            }
        };
        any(self.statuses.iter().map(|it| format!("k.status_id = {}", bind((*it).into()))).collect());
        any(self.owners.iter().map(|it| is_owner(*it, bind)).collect());
        any(self.priorities.iter().map(|it| format!("k.priority = {}", bind(priority_number(*it).into()))).collect());
        for (from, to) in self.words() {
            let (from, to) = (bind(from.into()), bind(to.into()));
            sql.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM ticket_words w WHERE w.ticket_id = k.id AND w.word >= {from} AND w.word < {to})"
            ));
        }
        sql
    }

    /// Each word as the range of those that begin with it.
    fn words(&self) -> impl Iterator<Item = (String, String)> {
        let words = parts(&self.words).into_iter().take(WORDS_MOST);
        words.map(|word| {
            let beyond = format!("{word}\u{10ffff}");
            (word, beyond)
        })
    }

    /// What is walked of an inbox: all of it, or where an index has them in this order, those of each status or owner alone.
    fn sources(&self, inbox: InboxId) -> Vec<Source> {
        let by_activity = matches!(self.order, Order::NewestActivity | Order::OldestActivity);
        let narrowed: Vec<Narrow> = if by_activity && !self.statuses.is_empty() {
            self.statuses.iter().map(|it| Narrow::Status(*it)).collect()
        } else if by_activity && !self.owners.is_empty() {
            self.owners.iter().map(|it| Narrow::Owner(*it)).collect()
        } else {
            vec![Narrow::Nothing]
        };
        narrowed.into_iter().map(|narrow| Source { inbox, narrow }).collect()
    }

    /// So many tickets of a source after a place, in order, with whether each of them is asked for.
    fn chunk(&self, source: &Source, after: Option<&Place>, many: usize) -> (String, Vec<Arg>) {
        let (column, descending) = (self.order.column(), self.order.is_descending());
        let (beyond, direction) = if descending { ("<", "DESC") } else { (">", "ASC") };
        let mut args: Vec<Arg> = vec![];
        let mut bind = |arg: Arg| {
            args.push(arg);
            format!("${}", args.len())
        };
        let mut walked = format!("k.inbox_id = {}", bind(source.inbox.into()));
        match source.narrow {
            Narrow::Nothing => {}
            Narrow::Status(status) => walked.push_str(&format!(" AND k.status_id = {}", bind(status.into()))),
            Narrow::Owner(owner) => walked.push_str(&format!(" AND {}", is_owner(owner, &mut bind))),
        }
        if let Some((key, id)) = after {
            let (key, id) = (bind(key.arg()), bind((*id).into()));
            walked.push_str(&format!(" AND ({column}, k.id) {beyond} ({key}, {id})"));
        }
        let asked = self.conditions(&mut bind);
        let many = bind((many as i64).into());
        let sql = format!(
            "SELECT {column}, k.id, CASE WHEN {asked} THEN 1 ELSE 0 END FROM (SELECT * FROM tickets k WHERE {walked} \
             ORDER BY {column} {direction}, k.id {direction} LIMIT {many} + 0) k ORDER BY {column} {direction}, k.id {direction}"
        );
        (sql, args)
    }

    fn read(&self, cells: &mut Cells<'_>) -> Result<Place, Error> {
        let key = match self.order {
            Order::Name => Key::Text(cells.text()?),
            _ => Key::Number(cells.int()?),
        };
        Ok((key, cells.int()?))
    }

    fn compare(&self, (a, a_id): &Place, (b, b_id): &Place) -> Ordering {
        let order = a.order(b).then(a_id.cmp(b_id));
        if self.order.is_descending() { order.reverse() } else { order }
    }
}

/// A ticket's place in the order asked for.
type Place = (Key, i64);

/// Tickets that are walked together.
struct Source {
    inbox: InboxId,
    narrow: Narrow,
}

enum Narrow {
    Nothing,
    Status(StatusId),
    Owner(Option<AgentId>),
}

fn is_owner(owner: Option<AgentId>, bind: &mut impl FnMut(Arg) -> String) -> String {
    match owner {
        Some(owner) => format!("k.owner_id = {}", bind(owner.into())),
        None => "k.owner_id IS NULL".into(),
    }
}

/// The tickets that are asked for, as far as was looked, and where that ended if it did before their end.
#[derive(Default)]
struct Found {
    places: Vec<Place>,
    horizon: Option<Place>,
}

impl Store {
    /// A page of tickets; none if the inbox is not for this reader. Where few of many are asked for, a page may have fewer
    /// than there is room for, or none, and yet be followed by others.
    ///
    /// # Errors
    /// The engine's.
    pub async fn tickets(&self, reader: &Reader, query: &TicketQuery) -> Result<Option<TicketPage>, Error> {
        let inboxes: Vec<InboxId> = match query.inbox {
            Some(inbox) if !reader.inboxes.contains(&inbox) => return Ok(None),
            Some(inbox) => vec![inbox],
            None => reader.inboxes.iter().copied().collect(),
        };
        let mut connection = self.read().await?;
        let mut found = match few(&mut connection, query, &inboxes).await? {
            Some(ids) => among(&mut connection, query, &inboxes, &ids).await?,
            None => walked(&mut connection, query, &inboxes).await?,
        };
        drop(connection);
        found.places.sort_by(|one, other| query.compare(one, other));
        // Beyond where one of the sources was left, another's are not the next ones.
        if let Some(horizon) = &found.horizon {
            found.places.retain(|place| query.compare(place, horizon) != Ordering::Greater);
        }
        let more = found.places.len() as i64 > query.limit;
        found.places.truncate(usize::try_from(query.limit).unwrap_or_default());
        let last = if more { found.places.last().cloned() } else { found.horizon };
        let ids: Vec<TicketId> = found.places.iter().map(|(_, id)| TicketId(*id)).collect();
        let items = self.tickets_by_id(reader, &ids).await?;
        Ok(Some(TicketPage { items, next_cursor: last.map(|(key, id)| key.print(id)) }))
    }
}

/// The tickets with the rarest of the words, or those in Trash, if they are few enough to be looked at all.
async fn few(connection: &mut Connection, query: &TicketQuery, inboxes: &[InboxId]) -> Result<Option<Vec<i64>>, Error> {
    let most = LOOKED_AT + 1;
    let mut fewest: Option<Vec<i64>> = None;
    let mut take = |found: Vec<i64>| {
        if found.len() < most && fewest.as_ref().is_none_or(|fewest| found.len() < fewest.len()) {
            fewest = Some(found);
        }
    };
    for (from, to) in query.words() {
        let sql = "SELECT ticket_id FROM ticket_words WHERE word >= $1 AND word < $2 LIMIT $3 + 0";
        take(ids(connection, sql.into(), bound![from, to, most as i64]).await?);
    }
    if query.trash {
        let list = id_list(inboxes.iter().map(|inbox| inbox.0));
        let sql = format!("SELECT id FROM tickets WHERE trashed_at IS NOT NULL AND inbox_id IN ({list}) LIMIT {most}");
        take(ids(connection, sql, vec![]).await?);
    }
    Ok(fewest)
}

async fn ids(connection: &mut Connection, sql: String, args: Vec<Arg>) -> Result<Vec<i64>, Error> {
    rows(connection, sql, args).await?.iter().map(|row| Cells::new(row).int()).collect()
}

/// Those asked for among a few.
async fn among(
    connection: &mut Connection,
    query: &TicketQuery,
    inboxes: &[InboxId],
    ids: &[i64],
) -> Result<Found, Error> {
    let (column, descending) = (query.order.column(), query.order.is_descending());
    let (beyond, direction) = if descending { ("<", "DESC") } else { (">", "ASC") };
    let mut args: Vec<Arg> = vec![];
    let mut bind = |arg: Arg| {
        args.push(arg);
        format!("${}", args.len())
    };
    let (inboxes, list) = (id_list(inboxes.iter().map(|inbox| inbox.0)), id_list(ids.iter().copied()));
    let mut sql = format!(
        "SELECT {column}, k.id FROM tickets k WHERE k.id IN ({list}) AND k.inbox_id IN ({inboxes}) AND {}",
        query.conditions(&mut bind)
    );
    if let Some((key, id)) = query.begin() {
        let (key, id) = (bind(key.arg()), bind(id.into()));
        sql.push_str(&format!(" AND ({column}, k.id) {beyond} ({key}, {id})"));
    }
    sql.push_str(&format!(" ORDER BY {column} {direction}, k.id {direction} LIMIT {}", query.limit + 1));
    let mut found = Found::default();
    for row in rows(connection, sql, args).await? {
        found.places.push(query.read(&mut Cells::new(&row))?);
    }
    Ok(found)
}

/// Those asked for along the order, until there are enough for a page or enough was looked at.
async fn walked(connection: &mut Connection, query: &TicketQuery, inboxes: &[InboxId]) -> Result<Found, Error> {
    let sources: Vec<Source> = inboxes.iter().flat_map(|inbox| query.sources(*inbox)).collect();
    let enough = usize::try_from(query.limit + 1).unwrap_or(1);
    let budget = (LOOKED_AT / sources.len().max(1)).max(enough);
    let mut found = Found::default();
    for source in &sources {
        let (mut place, mut looked, mut matched, mut many) = (query.begin(), 0, 0, enough);
        loop {
            let (sql, args) = query.chunk(source, place.as_ref(), many);
            let chunk = rows(connection, sql, args).await?;
            for row in &chunk {
                let mut cells = Cells::new(row);
                let at = query.read(&mut cells)?;
                if cells.flag()? {
                    found.places.push(at.clone());
                    matched += 1;
                }
                place = Some(at);
            }
            looked += chunk.len();
            if chunk.len() < many || matched >= enough {
                break;
            }
            if looked >= budget {
                let nearer = |other: &Place| place.as_ref().is_some_and(|it| query.compare(it, other).is_lt());
                if found.horizon.as_ref().is_none_or(nearer) {
                    found.horizon.clone_from(&place);
                }
                break;
            }
            // Where the first did not do, few of many are asked for.
            many = (many * 4).min(budget - looked);
        }
    }
    Ok(found)
}
