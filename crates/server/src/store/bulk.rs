//! Bulk actions as rows: what was asked, with which conversations, and what became of each (T8).
//!
//! They are no business state but the record of a request, so they are written here and not by commands; what is done
//! with a conversation is a command like any other, which [`crate::bulk`] asks. Only the asker sees them.

mod items;

pub use items::{Item, Outcome};

use super::code::Code;
use super::sql::{Cells, bound, row, rows, run};
use super::{Connection, Error, Search, Store};
use samtal_model::query::parse;
use samtal_model::wire::{BulkAction, BulkState, BulkView};
use samtal_model::{AgentId, BulkId, CommandId, ConversationId, InboxId, MessageId, Timestamp, View};
use sqlx::any::AnyRow;

/// Unfinished ones of one agent at the most: more would only wait for one another.
pub const UNFINISHED_MOST: i64 = 20;
/// In the list of an agent's own at the most: as many as may be unfinished.
const SHOWN_MOST: i64 = UNFINISHED_MOST;
/// Items forgotten by one statement at the most, so that people do not wait for it.
const FORGOTTEN_AT_ONCE: i64 = 2_000;

/// All that a list holds, but for some: what [`super::ListQuery`] says, in a form that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Needed for a view; narrows a search.
    pub inbox: Option<InboxId>,
    /// Means nothing in a search.
    pub view: View,
    pub search: Option<Search>,
    pub except: Vec<ConversationId>,
}

/// With which conversations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkOf {
    Ids(Vec<ConversationId>),
    Matching(Selection),
    /// Those that this one changed.
    Undo(BulkId),
}

/// What an agent asks.
#[derive(Clone, Debug)]
pub struct NewBulk {
    pub agent: AgentId,
    pub action: BulkAction,
    pub owner: Option<AgentId>,
    pub of: BulkOf,
    /// An idempotency key, and a fingerprint of what came with it.
    pub key: Option<(String, Vec<u8>)>,
    pub at: Timestamp,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    New(Lease),
    /// It came before, with the same key.
    Again(BulkId),
    /// Something else came before with the same key.
    KeyReused,
    /// The agent has [`UNFINISHED_MOST`].
    TooMany,
    /// There is nothing of this agent's to undo under that id.
    Unknown,
    /// It has been undone, or is being undone.
    Undone,
}

/// One as whoever works on it needs it.
#[derive(Clone, Debug)]
pub struct Bulk {
    pub id: BulkId,
    pub agent: AgentId,
    pub action: BulkAction,
    pub owner: Option<AgentId>,
    /// The newest message when it was asked.
    pub up_to: MessageId,
    pub of: BulkOf,
    pub state: BulkState,
    /// The position of the last item that was looked at.
    pub looked_at: i64,
    pub total: i64,
}

/// The right to work on one, for a while. Whoever has lost it can write nothing of its progress any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    bulk: BulkId,
    /// Drawn by chance, so that no two holders have the same.
    token: i64,
}

impl Lease {
    /// On what.
    #[must_use]
    pub fn bulk(self) -> BulkId {
        self.bulk
    }
}

/// How long nobody else works on it: longer than any one step takes. After a crash it goes on when this is over.
pub const LEASE_MS: i64 = 10_000;

const COLUMNS: &str = "b.id, b.agent_id, b.action, b.owner_id, b.up_to, b.undoes, b.inbox_id, b.view, b.query, \
     b.query_from, b.query_to, b.within, b.within_from, b.within_to, b.excepted, b.state, b.looked_at, b.total";

fn read(row: &AnyRow) -> Result<Bulk, Error> {
    let mut cells = Cells::new(row);
    let id = BulkId(cells.int()?);
    let agent = AgentId(cells.int()?);
    let action = BulkAction::from_code(&cells.text()?)?;
    let owner = cells.maybe()?.map(AgentId);
    let up_to = MessageId(cells.int()?);
    let undoes = cells.maybe()?.map(BulkId);
    let inbox = cells.maybe()?.map(InboxId);
    let view = cells.maybe_text()?.and_then(|slug| View::from_slug(&slug));
    let mut search = || -> Result<Option<Search>, Error> {
        let query = cells.maybe_text()?.map(|text| parse(&text).query);
        let (from, to) = (cells.maybe()?.map(Timestamp), cells.maybe()?.map(Timestamp));
        Ok(query.map(|query| Search { query, from, to, within: None }))
    };
    let (search, within) = (search()?, search()?);
    let search = search.map(|search| Search { within: within.map(Box::new), ..search });
    let excepted = cells.text()?;
    let except = excepted.split(',').filter_map(|id| id.parse().ok()).collect();
    let of = match (undoes, view) {
        (Some(first), _) => BulkOf::Undo(first),
        (None, Some(view)) => BulkOf::Matching(Selection { inbox, view, search, except }),
        // They stand among the items from the beginning.
        (None, None) => BulkOf::Ids(vec![]),
    };
    let state = BulkState::from_code(&cells.text()?)?;
    Ok(Bulk { id, agent, action, owner, up_to, of, state, looked_at: cells.int()?, total: cells.int()? })
}

/// The one that takes `b` back, unless that was stopped before its end.
const UNDONE_BY: &str = "(SELECT MAX(u.id) FROM bulk u WHERE u.undoes = b.id AND u.state <> 'stopped')";

/// What its asker sees of `b`, in the order of [`show`].
fn shown() -> String {
    format!(
        "b.id, b.action, b.owner_id, b.undoes, {UNDONE_BY}, b.state, b.total, b.done, b.refused, b.changed, \
         b.limited, b.at"
    )
}

fn show(row: &AnyRow) -> Result<BulkView, Error> {
    let mut cells = Cells::new(row);
    Ok(BulkView {
        id: BulkId(cells.int()?),
        action: BulkAction::from_code(&cells.text()?)?,
        owner_id: cells.maybe()?.map(AgentId),
        undoes: cells.maybe()?.map(BulkId),
        undone_by: cells.maybe()?.map(BulkId),
        state: BulkState::from_code(&cells.text()?)?,
        total: cells.int()?,
        done: cells.int()?,
        refused: cells.int()?,
        changed: cells.int()?,
        limited: cells.flag()?,
        at: Timestamp(cells.int()?),
    })
}

impl Store {
    /// Writes down what was asked. Ids are written with it, anything else is selected later. `held`: the asker works on
    /// it at once.
    ///
    /// # Errors
    /// The engine's.
    pub async fn begin_bulk(&self, new: &NewBulk, held: bool) -> Result<Begun, Error> {
        let token = token()?;
        let mut transaction = self.begin().await?;
        let begun = begin(&mut transaction, new, token, held).await?;
        match begun {
            Begun::New(_) => transaction.commit().await?,
            _ => transaction.rollback().await?,
        }
        Ok(begun)
    }

    /// What has become of a request of `agent` that came before with this key, if one did.
    ///
    /// # Errors
    /// The engine's.
    pub async fn bulk_begun_with(&self, agent: AgentId, key: &str, print: &[u8]) -> Result<Option<Begun>, Error> {
        begun_with(&mut *self.read().await?, agent, key, print).await
    }

    /// One, as `agent` who asked for it sees it.
    ///
    /// # Errors
    /// The engine's.
    pub async fn bulk_view(&self, agent: AgentId, id: BulkId) -> Result<Option<BulkView>, Error> {
        let mut connection = self.read().await?;
        let sql = format!("SELECT {} FROM bulk b WHERE b.id = $1 AND b.agent_id = $2", shown());
        row(&mut connection, sql, bound![id, agent]).await?.map(|row| show(&row)).transpose()
    }

    /// Those of `agent` that are unfinished, and those asked since `since` that are over: newest first, at most
    /// [`SHOWN_MOST`]. None that is unfinished is left out for one that is over.
    ///
    /// # Errors
    /// The engine's.
    pub async fn bulk_views(&self, agent: AgentId, since: Timestamp) -> Result<Vec<BulkView>, Error> {
        let mut connection = self.read().await?;
        let sql = format!(
            "SELECT {} FROM bulk b WHERE b.agent_id = $1 AND (b.state NOT IN ('done', 'stopped') OR b.at >= $2) \
             ORDER BY CASE WHEN b.state IN ('done', 'stopped') THEN 1 ELSE 0 END, b.id DESC LIMIT {SHOWN_MOST}",
            shown()
        );
        let found = rows(&mut connection, sql, bound![agent, since]).await?;
        let mut views = found.iter().map(show).collect::<Result<Vec<_>, Error>>()?;
        views.sort_by_key(|view| std::cmp::Reverse(view.id));
        Ok(views)
    }

    /// Asks that it stops, if it is still under way. Says whether there is such a one.
    ///
    /// # Errors
    /// The engine's.
    pub async fn stop_bulk(&self, agent: AgentId, id: BulkId) -> Result<bool, Error> {
        let mut connection = self.write().await?;
        let sql = "UPDATE bulk SET state = CASE WHEN state IN ('selecting', 'running') THEN 'stopping' ELSE state END \
                   WHERE id = $1 AND agent_id = $2";
        Ok(run(&mut connection, sql, bound![id, agent]).await? > 0)
    }

    /// One, for whoever works on it.
    ///
    /// # Errors
    /// The engine's.
    pub async fn bulk(&self, id: BulkId) -> Result<Option<Bulk>, Error> {
        let mut connection = self.read().await?;
        let sql = format!("SELECT {COLUMNS} FROM bulk b WHERE b.id = $1");
        row(&mut connection, sql, bound![id]).await?.map(|row| read(&row)).transpose()
    }

    /// The unfinished ones that nobody works on at `now`, oldest first, at most `limit`. What undoes another waits for
    /// its end.
    ///
    /// # Errors
    /// The engine's.
    pub async fn bulk_due(&self, now: Timestamp, limit: i64) -> Result<Vec<BulkId>, Error> {
        let mut connection = self.read().await?;
        let sql = "SELECT b.id FROM bulk b WHERE b.state NOT IN ('done', 'stopped') AND b.leased_until <= $1 \
                   AND NOT EXISTS (SELECT 1 FROM bulk f WHERE f.id = b.undoes AND f.state NOT IN ('done', 'stopped')) \
                   ORDER BY b.id LIMIT $2 + 0";
        let found = rows(&mut connection, sql, bound![now, limit]).await?;
        found.iter().map(|row| Ok(BulkId(Cells::new(row).int()?))).collect()
    }

    /// The right to work on it; none if somebody else has it, or there is nothing left to do.
    ///
    /// # Errors
    /// The engine's, or a system without random numbers.
    pub async fn lease_bulk(&self, id: BulkId, now: Timestamp) -> Result<Option<Lease>, Error> {
        let token = token()?;
        let mut connection = self.write().await?;
        let sql = "UPDATE bulk SET leased_by = $2, leased_until = $3 \
                   WHERE id = $1 AND state NOT IN ('done', 'stopped') AND leased_until <= $4";
        let taken = run(&mut connection, sql, bound![id, token, now.plus_ms(LEASE_MS), now]).await? > 0;
        Ok(taken.then_some(Lease { bulk: id, token }))
    }

    /// Ends it, and the lease with it. Says whether the lease was still held.
    ///
    /// # Errors
    /// The engine's.
    pub async fn end_bulk(&self, lease: Lease, state: BulkState) -> Result<bool, Error> {
        let mut connection = self.write().await?;
        let sql = "UPDATE bulk SET state = $3, leased_until = 0 WHERE id = $1 AND leased_by = $2";
        Ok(run(&mut connection, sql, bound![lease.bulk, lease.token, state.code()]).await? > 0)
    }

    /// Forgets some of those that were asked before `before`, and says whether there may be more.
    ///
    /// # Errors
    /// The engine's.
    pub async fn forget_bulk(&self, before: Timestamp) -> Result<bool, Error> {
        let mut connection = self.write().await?;
        let sql = "SELECT id FROM bulk WHERE at < $1 ORDER BY at LIMIT 1";
        let Some(found) = row(&mut connection, sql, bound![before]).await? else { return Ok(false) };
        let id = BulkId(Cells::new(&found).int()?);
        let sql = "DELETE FROM bulk_items WHERE bulk_id = $1 AND position IN \
                   (SELECT position FROM bulk_items WHERE bulk_id = $1 ORDER BY position LIMIT $2 + 0)";
        if run(&mut connection, sql, bound![id, FORGOTTEN_AT_ONCE]).await? == 0 {
            run(&mut connection, "DELETE FROM bulk WHERE id = $1", bound![id]).await?;
        }
        Ok(true)
    }
}

fn token() -> Result<i64, Error> {
    let mut token = [0_u8; 8];
    getrandom::fill(&mut token).map_err(Error::NoChance)?;
    Ok(i64::from_ne_bytes(token))
}

/// What has become of a request that came before with this key.
async fn begun_with(
    connection: &mut Connection,
    agent: AgentId,
    key: &str,
    print: &[u8],
) -> Result<Option<Begun>, Error> {
    let sql = "SELECT id, fingerprint FROM bulk WHERE agent_id = $1 AND idem_key = $2";
    let Some(found) = row(connection, sql, bound![agent, key]).await? else { return Ok(None) };
    let mut cells = Cells::new(&found);
    let (id, known) = (BulkId(cells.int()?), cells.blob()?);
    Ok(Some(if known == print { Begun::Again(id) } else { Begun::KeyReused }))
}

async fn begin(connection: &mut Connection, new: &NewBulk, token: i64, held: bool) -> Result<Begun, Error> {
    // Every other writer waits here, so that nothing comes between what is looked at and what is written.
    let sql = "UPDATE counters SET bulk = bulk + 1 WHERE id = 1 RETURNING bulk, message";
    let found = row(connection, sql, vec![]).await?;
    let found = found.ok_or_else(|| Error::Unknown { what: "no counters".into() })?;
    let mut cells = Cells::new(&found);
    let (id, up_to) = (BulkId(cells.int()?), cells.int()?);
    if let Some((key, print)) = &new.key
        && let Some(begun) = begun_with(connection, new.agent, key, print).await?
    {
        return Ok(begun);
    }
    let sql = "SELECT COUNT(*) FROM bulk WHERE state NOT IN ('done', 'stopped') AND agent_id = $1";
    let unfinished = row(connection, sql, bound![new.agent]).await?;
    if unfinished.map_or(Ok(0), |row| Cells::new(&row).int())? >= UNFINISHED_MOST {
        return Ok(Begun::TooMany);
    }
    let (mut undoes, mut selection) = (None, None);
    match &new.of {
        BulkOf::Ids(_) => {}
        BulkOf::Matching(asked) => selection = Some(asked),
        BulkOf::Undo(first) => {
            let sql = format!("SELECT {UNDONE_BY} FROM bulk b WHERE b.id = $1 AND b.agent_id = $2");
            let Some(found) = row(connection, sql, bound![*first, new.agent]).await? else {
                return Ok(Begun::Unknown);
            };
            if Cells::new(&found).maybe()?.is_some() {
                return Ok(Begun::Undone);
            }
            // Only what has come to an end can be taken back.
            let sql = "UPDATE bulk SET state = 'stopping' WHERE id = $1 AND state IN ('selecting', 'running')";
            run(connection, sql, bound![*first]).await?;
            undoes = Some(*first);
        }
    }
    let (state, total) = match &new.of {
        BulkOf::Ids(ids) => (BulkState::Running, ids.len() as i64),
        _ => (BulkState::Selecting, 0),
    };
    let search = selection.and_then(|it| it.search.as_ref());
    let within = search.and_then(|it| it.within.as_deref());
    let except: Vec<String> = selection.iter().flat_map(|it| &it.except).map(ToString::to_string).collect();
    let mut row = bound![
        id,
        new.agent,
        new.action.code(),
        new.owner,
        up_to,
        undoes,
        selection.and_then(|it| it.inbox),
        search.and_then(|it| it.from),
        search.and_then(|it| it.to),
        within.and_then(|it| it.from),
        within.and_then(|it| it.to),
        except.join(","),
        state.code(),
        total,
        new.at,
    ];
    let mut columns = "id, agent_id, action, owner_id, up_to, undoes, inbox_id, query_from, query_to, within_from, \
                       within_to, excepted, state, total, at"
        .to_owned();
    // A text or a blob that is not there is left out.
    let texts = [
        ("view", selection.map(|it| it.view.slug().to_owned())),
        ("query", search.map(|it| it.query.print())),
        ("within", within.map(|it| it.query.print())),
    ];
    for (column, text) in texts {
        if let Some(text) = text {
            columns.push_str(&format!(", {column}"));
            row.push(text.into());
        }
    }
    if let Some((key, print)) = &new.key {
        columns.push_str(", idem_key, fingerprint");
        row.extend(bound![key.as_str(), print.clone()]);
    }
    columns.push_str(", looked_at, done, refused, changed, limited, leased_by, leased_until");
    let until = if held { new.at.plus_ms(LEASE_MS) } else { Timestamp(0) };
    row.extend(bound![0_i64, 0_i64, 0_i64, 0_i64, false, token, until]);
    super::sql::insert(connection, "bulk", &columns, "", vec![row]).await?;
    if let BulkOf::Ids(ids) = &new.of {
        let items: Vec<(ConversationId, Option<CommandId>)> = ids.iter().map(|id| (*id, None)).collect();
        items::add(connection, id, 0, &items).await?;
    }
    Ok(Begun::New(Lease { bulk: id, token }))
}
