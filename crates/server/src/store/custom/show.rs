//! Custom views as readers have them.

use super::{COLUMNS, COUNTED, TEXT_COLUMNS, model, text};
use crate::store::log::log_end;
use crate::store::sql::{Cells, bound, id_list, rows, rows_once};
use crate::store::{Connection, Engine, Error, Reader, Search, Store};
use samtal_model::wire::{CustomViewList, CustomViewView};
use samtal_model::{CustomView, CustomViewId, CustomViewText, InboxId, Sequence, Timestamp};
use sqlx::Connection as _;
use std::collections::BTreeMap;

/// A view with what is kept of it for everybody, for the feed.
pub(crate) struct SharedCustomView {
    view: CustomView,
    text: CustomViewText,
    version: Sequence,
    keys: Vec<Kept>,
    counts: Vec<Count>,
}

/// For whom a view is kept.
struct Kept {
    agent: i64,
    number: i64,
    filling: bool,
    version: Sequence,
}

/// How many it finds in an inbox.
struct Count {
    number: i64,
    inbox: InboxId,
    total: i64,
    version: Sequence,
}

/// A view, and what a list of its conversations needs.
pub struct CustomViewFound {
    pub view: CustomViewView,
    text: CustomViewText,
    counts: Vec<(InboxId, i64)>,
}

impl CustomViewFound {
    /// What it finds, by the clock.
    #[must_use]
    pub fn search(&self, now: Timestamp) -> Search {
        let offset = self.text.utc_offset_minutes;
        Search::at(self.text.query.query(), now.day_at(offset), offset)
    }

    /// How many it finds, in one inbox or in all the reader sees; none while that is being counted.
    #[must_use]
    pub fn total(&self, inbox: Option<InboxId>) -> Option<i64> {
        let counts = self.counts.iter().filter(|(of, _)| inbox.is_none_or(|inbox| inbox == *of));
        (!self.view.filling).then(|| counts.map(|(_, total)| total).sum())
    }
}

impl SharedCustomView {
    pub(crate) fn id(&self) -> CustomViewId {
        self.view.id
    }

    /// As this reader has it, and since when; none if they do not.
    pub(crate) fn seen_by(&self, reader: &Reader) -> Option<(CustomViewView, Sequence)> {
        let (found, version) = self.found(reader)?;
        Some((found.view, version))
    }

    fn found(&self, reader: &Reader) -> Option<(CustomViewFound, Sequence)> {
        if !self.view.is_seen_by(reader.agent) {
            return None;
        }
        let key = self.keys.iter().find(|key| key.agent == 0 || key.agent == reader.agent.0);
        let of = key.map(|key| key.number);
        let counts: Vec<_> = self
            .counts
            .iter()
            .filter(|count| Some(count.number) == of && reader.inboxes.contains(&count.inbox))
            .collect();
        let versions = counts.iter().map(|count| count.version).chain(key.map(|key| key.version));
        let version = versions.fold(self.version, Sequence::max);
        let view = CustomViewView {
            id: self.view.id,
            name: self.text.name.clone(),
            query: self.text.query.as_str().to_owned(),
            sort: self.text.sort,
            shared: self.view.shared,
            owner_id: self.view.owner,
            position: self.view.position,
            count: counts.iter().map(|count| count.total).sum(),
            filling: key.is_none_or(|key| key.filling),
            can_edit: self.view.is_edited_by(reader.agent, reader.role),
        };
        let counts = counts.iter().map(|count| (count.inbox, count.total)).collect();
        Some((CustomViewFound { view, text: self.text.clone(), counts }, version))
    }
}

impl Store {
    /// The shared views in their order, then the reader's own in theirs.
    ///
    /// # Errors
    /// The engine's.
    pub async fn custom_views(&self, reader: &Reader) -> Result<CustomViewList, Error> {
        let agent = reader.agent;
        let condition = format!("v.deleted = 0 AND (v.shared = 1 OR v.owner_id = {agent})");
        let mut connection = self.read().await?;
        // What is read by several statements is of one moment, and the log's end is that of the same.
        let mut snapshot = connection
            .begin_with(match self.engine {
                Engine::Sqlite => "BEGIN",
                Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            })
            .await?;
        let sequence = log_end(&mut snapshot).await?;
        let all = load(&mut snapshot, &condition, Some(reader)).await?;
        snapshot.commit().await?;
        let mut items: Vec<_> = all.iter().filter_map(|view| view.seen_by(reader)).map(|(view, _)| view).collect();
        items.sort_by_key(|view| (!view.shared, view.position, view.id));
        Ok(CustomViewList { items, sequence })
    }

    /// One view; none if it is not there for this reader.
    ///
    /// # Errors
    /// The engine's.
    pub async fn custom_view(&self, reader: &Reader, id: CustomViewId) -> Result<Option<CustomViewFound>, Error> {
        let all = load(&mut *self.read().await?, &format!("v.id = {id}"), Some(reader)).await?;
        Ok(all.first().and_then(|view| view.found(reader)).map(|(found, _)| found))
    }

    /// Those whose definition or counts have changed since `after`, for whomever; for the feed.
    pub(crate) async fn changed_custom_views(&self, after: Sequence) -> Result<Vec<SharedCustomView>, Error> {
        let mut connection = self.read().await?;
        let sql = "SELECT id FROM custom_views WHERE version > $1 \
                   UNION SELECT view_id FROM custom_view_keys WHERE version > $1 \
                   UNION SELECT k.view_id FROM custom_view_counts c JOIN custom_view_keys k ON k.number = c.number \
                   WHERE c.version > $1";
        let found = rows(&mut connection, sql, bound![after]).await?;
        let ids = found.iter().map(|row| Cells::new(row).int()).collect::<Result<Vec<_>, Error>>()?;
        if ids.is_empty() {
            return Ok(vec![]);
        }
        load(&mut connection, &format!("v.id IN ({})", id_list(ids)), None).await
    }
}

/// The views of `condition` (on `custom_views v`) with what is kept of them, for one reader or for all.
async fn load(
    connection: &mut Connection,
    condition: &str,
    reader: Option<&Reader>,
) -> Result<Vec<SharedCustomView>, Error> {
    let sql = format!(
        "SELECT {COLUMNS}, {TEXT_COLUMNS}, v.version FROM custom_views v \
         JOIN custom_view_texts t ON t.revision = v.revision WHERE {condition} ORDER BY v.id"
    );
    let mut all = BTreeMap::new();
    for row in rows_once(connection, sql).await? {
        let mut cells = Cells::new(&row);
        let (view, text, version) = (model(&mut cells)?, text(&mut cells)?, Sequence(cells.int()?));
        all.insert(view.id, SharedCustomView { view, text, version, keys: vec![], counts: vec![] });
    }
    if all.is_empty() {
        return Ok(vec![]);
    }
    let list = id_list(all.keys().map(|id| id.0));
    let whose = reader.map_or(String::new(), |reader| format!("AND agent_id IN (0, {})", reader.agent));
    let sql = format!(
        "SELECT view_id, agent_id, number, filled_to, version FROM custom_view_keys \
         WHERE view_id IN ({list}) {whose}"
    );
    let mut views = BTreeMap::new();
    for row in rows_once(connection, sql).await? {
        let mut cells = Cells::new(&row);
        let id = CustomViewId(cells.int()?);
        let kept = Kept {
            agent: cells.int()?,
            number: cells.int()?,
            filling: cells.int()? < COUNTED,
            version: Sequence(cells.int()?),
        };
        views.insert(kept.number, id);
        all.entry(id).and_modify(|view| view.keys.push(kept));
    }
    let list = id_list(views.keys().copied());
    let sql = format!("SELECT number, inbox_id, total, version FROM custom_view_counts WHERE number IN ({list})");
    for row in rows_once(connection, sql).await? {
        let mut cells = Cells::new(&row);
        let count = Count {
            number: cells.int()?,
            inbox: InboxId(cells.int()?),
            total: cells.int()?,
            version: Sequence(cells.int()?),
        };
        if let Some(view) = views.get(&count.number).and_then(|id| all.get_mut(id)) {
            view.counts.push(count);
        }
    }
    Ok(all.into_values().collect())
}
