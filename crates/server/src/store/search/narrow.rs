//! From a [`Query`](samtal_model::Query) to conditions: what the index is asked, and what is asked of the tables. They
//! hold whole numbers and words of our own only, so there is nothing to escape.

use super::Search;
use super::ask::Ask;
use super::mark::Mark;
use super::people::contacts;
use super::words;
use crate::store::code::Code;
use crate::store::order::{Order, Place};
use crate::store::sql::{Cells, id_list, rows};
use crate::store::view::{agent_number, view_number};
use crate::store::{Connection, Engine, Error, Reader};
use samtal_model::query::{Assignee, ContactRef, Field, Reading, Term};
use samtal_model::{InboxId, View};

/// A query as the tables understand it.
#[derive(Default)]
pub(super) struct Narrow {
    /// On a conversation `c`, the reader's `reads r` and nothing else.
    conversation: Vec<String>,
    /// On a message `m`.
    message: Vec<String>,
    /// Some message has to match this.
    pub wanted: Option<Ask>,
    /// No message of the conversation may match this: what is excluded where none is wanted.
    pub unwanted: Option<Ask>,
    /// What few rows hold all that can match, if that is known.
    source: Source,
    /// Between which activities a conversation has to be, the second not included.
    activity: (Option<i64>, Option<i64>),
    /// Nothing can match.
    pub impossible: bool,
    /// It holds what the next command may make another: which contacts have a name.
    pub passing: bool,
    agent: i64,
    /// How far the reader has read the conversation, and whether it is marked.
    read: [String; 2],
}

/// What is walked along.
#[derive(Default)]
enum Source {
    #[default]
    All,
    Contacts(String),
    Owner(i64),
    View {
        inbox: InboxId,
        view: i64,
        agent: i64,
    },
}

impl Narrow {
    pub(super) async fn new(
        connection: &mut Connection,
        engine: Engine,
        reader: &Reader,
        inbox: Option<InboxId>,
        search: &Search,
    ) -> Result<Self, Error> {
        let read = ["r.up_to", "r.marked_unread"].map(str::to_owned);
        let mut narrow = Self { agent: reader.agent.0, read, ..Self::default() };
        let inboxes = narrow.inboxes(connection, reader, inbox).await?;
        narrow.asked(connection, engine, reader, search, &inboxes).await?;
        Ok(narrow)
    }

    /// Wherever it is: for what is kept, and scoped when it is shown.
    pub(super) async fn everywhere(
        connection: &mut Connection,
        engine: Engine,
        reader: &Reader,
        search: &Search,
    ) -> Result<Self, Error> {
        // Several agents are asked about at once, so there is no one row to join.
        let read = ["up_to", "marked_unread"].map(|column| {
            let agent = reader.agent;
            format!("(SELECT r.{column} FROM reads r WHERE r.agent_id = {agent} AND r.conversation_id = c.id)")
        });
        let mut narrow = Self { agent: reader.agent.0, read, ..Self::default() };
        narrow.asked(connection, engine, reader, search, &Inboxes { seen: vec![], all: true }).await?;
        Ok(narrow)
    }

    async fn asked(
        &mut self,
        connection: &mut Connection,
        engine: Engine,
        reader: &Reader,
        search: &Search,
        inboxes: &Inboxes,
    ) -> Result<(), Error> {
        self.people(connection, engine, reader, search).await?;
        self.states(reader, search);
        self.views(reader, search, inboxes);
        self.dates(search);
        self.words(search, inboxes);
        Ok(())
    }

    /// What both let through; where both ask for a message, in one and the same. What one excludes without asking for a
    /// message stays excluded from the whole conversation, whatever the other asks for.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.conversation.extend(other.conversation);
        self.message.extend(other.message);
        self.impossible |= other.impossible;
        let latest = [self.activity.1, other.activity.1].into_iter().flatten().min();
        self.activity = (self.activity.0.max(other.activity.0), latest);
        if matches!(self.source, Source::All) {
            self.source = other.source;
        }
        let wanted: Vec<Ask> = [self.wanted.take(), other.wanted].into_iter().flatten().collect();
        let unwanted: Vec<Ask> = [self.unwanted.take(), other.unwanted].into_iter().flatten().collect();
        self.wanted = (!wanted.is_empty()).then_some(Ask::All(wanted));
        self.unwanted = (!unwanted.is_empty()).then_some(Ask::Any(unwanted));
        self
    }

    /// Joins and conditions on `c`, to stand behind a `FROM`.
    pub(super) fn on_conversation(&self) -> String {
        let agent = self.agent;
        let mut sql = format!("LEFT JOIN reads r ON r.conversation_id = c.id AND r.agent_id = {agent} WHERE 1 = 1");
        for condition in &self.conversation {
            sql.push_str(" AND ");
            sql.push_str(condition);
        }
        sql
    }

    /// The conditions on `c` alone.
    pub(super) fn of_conversation(&self) -> String {
        if self.impossible {
            "1 = 0".to_owned()
        } else if self.conversation.is_empty() {
            "1 = 1".to_owned()
        } else {
            self.conversation.join(" AND ")
        }
    }

    /// Conditions on `m`.
    pub(super) fn on_message(&self) -> String {
        let mut sql = "m.hidden_by IS NULL".to_owned();
        for condition in &self.message {
            sql.push_str(" AND ");
            sql.push_str(condition);
        }
        sql
    }

    /// A place in `order` before which nothing can match, if that is further down than `at`.
    pub(super) fn first(&self, order: Order, at: Place) -> Place {
        let bound = match (order.is_by_activity(), self.activity) {
            (false, _) => None,
            (true, (from, to)) => {
                if order.is_descending() {
                    to
                } else {
                    from
                }
            }
        };
        let bound = bound.map(|key| Place { key, conversation: i64::MIN });
        bound.filter(|bound| order.is_after(*bound, at)).unwrap_or(at)
    }

    /// And where nothing can match any more, as a condition on `key`.
    fn last(&self, order: Order, key: &str) -> String {
        match self.activity {
            (Some(from), _) if order.is_by_activity() && order.is_descending() => format!("{key} >= {from} AND"),
            (_, Some(to)) if order.is_by_activity() && !order.is_descending() => format!("{key} < {to} AND"),
            _ => String::new(),
        }
    }

    /// Rows `at, id` behind the place `($1, $2)`, in `order`: a superset of what can match.
    pub(super) fn walk(&self, order: Order) -> String {
        let (after, direction) = (order.after(), order.direction());
        let walk = |from: &str, key: &str, id: &str, condition: &str| {
            let last = self.last(order, key);
            format!(
                "SELECT {key} AS at, {id} AS id FROM {from} WHERE {condition} {last} ({key}, {id}) {after} ($1, $2) \
                 ORDER BY {key} {direction}, {id} {direction}"
            )
        };
        let key = order.conversation_column();
        match &self.source {
            Source::View { inbox, view, agent } => {
                let condition = format!("v.inbox_id = {inbox} AND v.view = {view} AND v.agent_id = {agent} AND");
                walk("view_rows v", &format!("v.{}", order.view_column()), "v.conversation_id", &condition)
            }
            Source::Contacts(list) => walk("conversations c", key, "c.id", &format!("c.contact_id IN ({list}) AND")),
            Source::Owner(agent) if order.is_by_activity() => {
                walk("conversations c", key, "c.id", &format!("c.owner_agent = {agent} AND"))
            }
            _ => walk("conversations c", key, "c.id", ""),
        }
    }

    async fn inboxes(
        &mut self,
        connection: &mut Connection,
        reader: &Reader,
        inbox: Option<InboxId>,
    ) -> Result<Inboxes, Error> {
        let seen: Vec<InboxId> = match inbox {
            Some(inbox) => vec![inbox],
            None => reader.inboxes.iter().copied().collect(),
        };
        let list = id_list(seen.iter().map(|inbox| inbox.0));
        self.conversation.push(format!("c.inbox_id IN ({list})"));
        self.impossible = seen.is_empty();
        let others =
            rows(connection, format!("SELECT id FROM inboxes WHERE id NOT IN ({list}) LIMIT 1"), vec![]).await?;
        Ok(Inboxes { seen, all: others.is_empty() })
    }

    /// One of the wanted has to hold, and none of the excluded.
    fn field(&mut self, wanted: Vec<String>, excluded: Vec<String>) {
        if !wanted.is_empty() {
            self.conversation.push(format!("({})", wanted.join(" OR ")));
        }
        self.conversation.extend(excluded.into_iter().map(|condition| format!("NOT ({condition})")));
    }

    async fn people(
        &mut self,
        connection: &mut Connection,
        engine: Engine,
        reader: &Reader,
        search: &Search,
    ) -> Result<(), Error> {
        let query = &search.query;
        let mut lists = [vec![], vec![]];
        let mut owners = vec![];
        for (side, list) in [query.wanted(Field::Assignee).collect(), query.excluded(Field::Assignee).collect()]
            .into_iter()
            .zip(&mut lists)
        {
            let side: Vec<&Term> = side;
            for term in side {
                let Term::Assignee(assignee) = term else { continue };
                let ids = match assignee {
                    Assignee::Nobody => {
                        list.push("c.owner_agent IS NULL AND c.owner_bot = 0".to_owned());
                        continue;
                    }
                    Assignee::Anyone => {
                        list.push("c.owner_agent IS NOT NULL".to_owned());
                        continue;
                    }
                    Assignee::Bot => {
                        list.push("c.owner_bot = 1".to_owned());
                        continue;
                    }
                    Assignee::Me => vec![reader.agent.0],
                    Assignee::Agent(id) => vec![id.0],
                    Assignee::Named(text) => {
                        let mut ids = vec![];
                        for row in rows(connection, "SELECT id, name, email FROM agents", vec![]).await? {
                            let mut cells = Cells::new(&row);
                            let (id, name, email) = (cells.int()?, cells.text()?, cells.text()?);
                            if text.is_in(&name) || text.is_in(&email) {
                                ids.push(id);
                            }
                        }
                        ids
                    }
                };
                owners.extend(ids.first().filter(|_| ids.len() == 1).copied());
                list.push(format!("COALESCE(c.owner_agent, 0) IN ({})", id_list(ids)));
            }
        }
        if let ([owner], [_]) = (&owners[..], &lists[0][..])
            && query.excluded(Field::Assignee).next().is_none()
        {
            self.source = Source::Owner(*owner);
        }
        let [wanted, excluded] = lists;
        self.field(wanted, excluded);

        let named = |term: &Term| matches!(term, Term::Contact(ContactRef::Named(_)));
        self.passing = query.wanted(Field::Contact).any(named) || query.excluded(Field::Contact).any(named);
        let wanted = contacts(connection, engine, query.wanted(Field::Contact)).await?;
        let excluded = contacts(connection, engine, query.excluded(Field::Contact)).await?;
        if let Some(wanted) = wanted {
            self.conversation.push(format!("({})", wanted.condition()));
            if wanted.many.is_empty() {
                self.impossible |= wanted.ids.is_empty();
                self.source = Source::Contacts(id_list(wanted.ids));
            }
        }
        if let Some(excluded) = excluded {
            self.conversation.push(format!("NOT ({})", excluded.condition()));
        }
        Ok(())
    }

    fn states(&mut self, reader: &Reader, search: &Search) {
        let query = &search.query;
        let floor = reader.read_floor.map_or(-1, |floor| floor.0);
        let [up_to, marked] = self.read.clone();
        let condition = |term: &Term| match term {
            Term::Channel(channel) => format!("c.channel = '{}'", channel.code()),
            Term::State(state) => format!("c.state = '{}'", state.code()),
            Term::Reading(reading) => {
                // As `Conversation::is_unread` has it.
                let unread = format!(
                    "COALESCE({marked}, 0) = 1 OR (COALESCE(c.last_inbound_message, -1) > COALESCE({up_to}, -1) \
                     AND COALESCE(c.last_inbound_message, -1) > {floor})"
                );
                if *reading == Reading::Unread { unread } else { format!("NOT ({unread})") }
            }
            _ => "1 = 1".to_owned(),
        };
        for field in [Field::Channel, Field::State, Field::Reading] {
            let wanted = query.wanted(field).map(condition).map(|sql| format!("({sql})")).collect();
            self.field(wanted, query.excluded(field).map(condition).collect());
        }
    }

    fn views(&mut self, reader: &Reader, search: &Search, inboxes: &Inboxes) {
        let query = &search.query;
        let condition = |term: &Term| match term {
            Term::View(View::Trash) => "c.trashed_at IS NOT NULL".to_owned(),
            Term::View(View::Spam) => "c.trashed_at IS NULL AND c.spam = 1".to_owned(),
            Term::View(view) => {
                let (number, agent) = (view_number(*view), agent_number(view.key_for(reader.agent)));
                format!(
                    "EXISTS (SELECT 1 FROM view_rows v WHERE v.inbox_id = c.inbox_id AND v.view = {number} \
                     AND v.agent_id = {agent} AND v.activity = c.last_activity_at AND v.conversation_id = c.id)"
                )
            }
            _ => "1 = 1".to_owned(),
        };
        let wanted: Vec<&Term> = query.wanted(Field::View).collect();
        if let ([Term::View(view)], [inbox]) = (&wanted[..], &inboxes.seen[..])
            && !matches!(self.source, Source::Contacts(_))
        {
            let key = view.key_for(reader.agent);
            self.source = Source::View { inbox: *inbox, view: view_number(*view), agent: agent_number(key) };
        }
        let wanted = wanted.into_iter().map(condition).map(|sql| format!("({sql})")).collect();
        self.field(wanted, query.excluded(Field::View).map(condition).collect());
    }

    fn dates(&mut self, search: &Search) {
        let (list, column) = if search.query.asks_messages() {
            (&mut self.message, "m.sent_at")
        } else {
            self.activity = (search.from.map(|from| from.0), search.to.map(|to| to.0));
            (&mut self.conversation, "c.last_activity_at")
        };
        list.extend(search.from.map(|from| format!("{column} >= {}", from.0)));
        list.extend(search.to.map(|to| format!("{column} < {}", to.0)));
    }

    fn words(&mut self, search: &Search, inboxes: &Inboxes) {
        let query = &search.query;
        let term = |term: &Term| {
            Some(match term {
                Term::From(text) => Ask::marked(Mark::From, text),
                Term::To(text) => Ask::marked(Mark::To, text),
                Term::Subject(text) => Ask::marked(Mark::Subject, text),
                Term::Filename(text) => Ask::marked(Mark::Filename, text),
                Term::Has(_) => Ask::token(Mark::Attachment.on("")),
                _ => return None,
            })
        };
        let mut wanted: Vec<Ask> = query.words.iter().filter(|word| !word.not).map(Ask::word).collect();
        let mut unwanted: Vec<Ask> = query.words.iter().filter(|word| word.not).map(Ask::word).collect();
        for field in [Field::From, Field::To, Field::Subject, Field::Filename, Field::Has] {
            let any: Vec<Ask> = query.wanted(field).filter_map(term).collect();
            if !any.is_empty() {
                wanted.push(Ask::Any(any));
            }
            unwanted.extend(query.excluded(field).filter_map(term));
        }
        let unwanted = (!unwanted.is_empty()).then_some(Ask::Any(unwanted));
        if wanted.is_empty() {
            self.unwanted = unwanted;
            return;
        }
        // What follows only spares the engine what the tables would drop.
        let tokens = |tokens: Vec<String>| Ask::Any(tokens.into_iter().map(Ask::token).collect());
        if !inboxes.all && !inboxes.seen.is_empty() {
            wanted.push(tokens(inboxes.seen.iter().map(|inbox| words::inbox(*inbox)).collect()));
        }
        let channels = query.wanted(Field::Channel).filter_map(|term| match term {
            Term::Channel(channel) => Some(words::channel(*channel)),
            _ => None,
        });
        let channels: Vec<String> = channels.collect();
        if !channels.is_empty() {
            wanted.push(tokens(channels));
        }
        if query.asks_messages() && (search.from.is_some() || search.to.is_some()) {
            let months = words::calendar(search.from, search.to);
            if months.is_empty() {
                self.impossible = true;
            } else {
                wanted.push(tokens(months));
            }
        }
        let wanted = Ask::All(wanted);
        self.wanted = Some(match unwanted {
            Some(unwanted) => Ask::Without(Box::new(wanted), Box::new(unwanted)),
            None => wanted,
        });
    }
}

/// Where is looked.
struct Inboxes {
    seen: Vec<InboxId>,
    /// There are no others.
    all: bool,
}
