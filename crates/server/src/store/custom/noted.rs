//! What a batch has done to custom views and to what they find, and how it is written.

use super::fill::fill;
use super::keep::{Key, Moved, Of, keys, looks_at_reading, standing};
use super::{COLUMNS, COUNTED, TEXT_COLUMNS, TOLD, day_number, model, text};
use crate::store::sql::{Arg, Cells, bound, id_list, insert, rows, run};
use crate::store::{Connection, Engine, Error};
use samtal_model::query::Concerns;
use samtal_model::{
    AgentId, Change, ConversationId, CustomView, CustomViewId, CustomViewText, RevisionId, Sequence, Timestamp, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// Views that a batch begins to count itself, so that in a small inbox a count is there at once; the others wait for
/// the background.
const COUNTED_AT_ONCE: usize = 8;

/// Noted as changes are accepted.
#[derive(Default)]
pub(in crate::store) struct Noted {
    /// The last change's time: views that are new are counted as of that day.
    now: Option<Timestamp>,
    texts: BTreeMap<RevisionId, CustomViewText>,
    /// The views that changed, as they were before.
    views: BTreeMap<CustomViewId, CustomView>,
    counted: BTreeSet<(CustomViewId, Option<AgentId>)>,
    touched: BTreeMap<ConversationId, Concerns>,
    reads: BTreeMap<AgentId, BTreeSet<ConversationId>>,
    /// Somebody came, went or came back.
    people: bool,
    floors: BTreeSet<AgentId>,
}

impl Noted {
    pub(in crate::store) fn note(&mut self, change: &Change, at: Timestamp) {
        self.now = Some(at);
        match change {
            Change::CustomViewSet { from, .. } => {
                self.views.entry(from.id).or_insert_with(|| from.clone());
            }
            Change::CustomViewCounted { view, only_for } => {
                self.counted.insert((*view, *only_for));
            }
            Change::ReadSet { agent, conversation, .. } => {
                self.reads.entry(*agent).or_default().insert(*conversation);
            }
            Change::ReadFloorSet { agent, .. } => {
                self.floors.insert(*agent);
            }
            Change::AgentAdded { .. } | Change::AgentStateSet { .. } => self.people = true,
            _ => {
                let Some(conversation) = change.conversation() else { return };
                let touched = self.touched.entry(conversation).or_default();
                *touched = touched.and(change.concerns());
            }
        }
    }

    pub(in crate::store) fn add_text(&mut self, revision: RevisionId, text: CustomViewText) {
        self.texts.insert(revision, text);
    }

    /// Writes the views that changed, and moves the counts of all by what was touched. Everything else of the batch
    /// is in the database already: the search is asked.
    pub(in crate::store) async fn save(
        &self,
        connection: &mut Connection,
        engine: Engine,
        world: &World,
        version: Sequence,
    ) -> Result<(), Error> {
        self.save_views(connection, world, version).await?;
        let fresh = self.save_keys(connection, world, version).await?;
        for (view, only_for) in &self.counted {
            let whose = only_for.map_or(String::new(), |agent| format!("AND agent_id IN (0, {agent})"));
            let sql = format!(
                "UPDATE custom_view_keys SET version = $2, \
                 filled_to = CASE WHEN filled_to = {COUNTED} THEN {TOLD} ELSE filled_to END WHERE view_id = $1 {whose}"
            );
            run(connection, sql, bound![*view, version]).await?;
        }
        if self.touched.is_empty() && self.reads.is_empty() && fresh.is_empty() {
            return Ok(());
        }
        let keys = keys(connection, world, "").await?;
        self.settle(connection, engine, &keys, version).await?;
        for key in keys.iter().filter(|key| fresh.contains(&key.of)).take(COUNTED_AT_ONCE) {
            fill(connection, engine, key, version, TOLD).await?;
        }
        Ok(())
    }

    async fn settle(
        &self,
        connection: &mut Connection,
        engine: Engine,
        keys: &[Key],
        version: Sequence,
    ) -> Result<(), Error> {
        let mut concerned: Vec<(&Key, Vec<ConversationId>)> = vec![];
        for key in keys {
            let touched = self.touched.iter().filter(|(_, concerns)| concerns.meets(key.concerns));
            let mut ids: BTreeSet<ConversationId> = touched.map(|(id, _)| *id).collect();
            if key.concerns.meets(Concerns::READING) {
                ids.extend(self.reads.get(&AgentId(key.of.1)).into_iter().flatten());
            }
            if !ids.is_empty() {
                concerned.push((key, ids.into_iter().collect()));
            }
        }
        if concerned.is_empty() {
            return Ok(());
        }
        let all: BTreeSet<ConversationId> = concerned.iter().flat_map(|(_, ids)| ids).copied().collect();
        let standing = standing(connection, all.into_iter()).await?;
        let mut moved = Moved::default();
        for (key, ids) in concerned {
            let here = standing.get(&key.of).map(|rows| {
                let rows = ids.iter().filter_map(|id| rows.get(id).map(|inbox| (*id, *inbox)));
                rows.collect::<BTreeMap<_, _>>()
            });
            moved.settle(connection, engine, key, &ids, here.as_ref()).await?;
        }
        moved.save(connection, version).await
    }

    async fn save_views(&self, connection: &mut Connection, world: &World, version: Sequence) -> Result<(), Error> {
        let texts = self.texts.iter().map(|(revision, text)| {
            let (query, offset) = (text.query.as_str(), i64::from(text.utc_offset_minutes));
            bound![*revision, text.name.as_str(), query, text.sort.slug(), offset]
        });
        let texts: Vec<Vec<Arg>> = texts.collect();
        let columns = "revision, name, query, sort, utc_offset_minutes";
        insert(connection, "custom_view_texts", columns, "", texts).await?;
        for before in self.views.values() {
            let Some(view) = world.custom_views.get(&before.id) else { continue };
            let Some(text) = world.custom_texts.get(&view.revision) else { continue };
            let relative = text.query.query().dates.are_relative();
            let today = day_number(self.now.unwrap_or(Timestamp(0)).day_at(text.utc_offset_minutes));
            let row = bound![
                view.id,
                view.owner,
                view.shared,
                view.revision,
                view.position,
                view.deleted,
                relative,
                today,
                version
            ];
            // A view that finds what it found is counted as of the day it was.
            let day = if is_counted_anew(world, before, view) { ", day = excluded.day" } else { "" };
            let conflict = format!(
                "ON CONFLICT (id) DO UPDATE SET owner_id = excluded.owner_id, shared = excluded.shared, \
                 revision = excluded.revision, position = excluded.position, deleted = excluded.deleted, \
                 relative = excluded.relative, version = excluded.version{day}"
            );
            let columns = "id, owner_id, shared, revision, position, deleted, relative, day, version";
            insert(connection, "custom_views", columns, &conflict, vec![row]).await?;
        }
        Ok(())
    }

    /// Sees to it that every view is kept for those who have it, and for nobody else. Returns what has to be counted.
    async fn save_keys(
        &self,
        connection: &mut Connection,
        world: &World,
        version: Sequence,
    ) -> Result<BTreeSet<Of>, Error> {
        let mut fresh = BTreeSet::new();
        if !self.people && self.floors.is_empty() && self.views.is_empty() {
            return Ok(fresh);
        }
        let changed = id_list(self.views.keys().map(|id| id.0));
        let every = if self.people || !self.floors.is_empty() { "v.deleted = 0 OR" } else { "" };
        let sql = format!(
            "SELECT {COLUMNS}, {TEXT_COLUMNS} FROM custom_views v JOIN custom_view_texts t ON t.revision = v.revision \
             WHERE {every} v.id IN ({changed})"
        );
        let mut kept: BTreeMap<CustomViewId, BTreeMap<i64, bool>> = BTreeMap::new();
        for row in rows(connection, "SELECT view_id, agent_id, kept FROM custom_view_keys", vec![]).await? {
            let mut cells = Cells::new(&row);
            kept.entry(CustomViewId(cells.int()?)).or_default().insert(cells.int()?, cells.flag()?);
        }
        let mut unwanted = vec![];
        for row in rows(connection, sql, vec![]).await? {
            let mut cells = Cells::new(&row);
            let (view, text) = (model(&mut cells)?, text(&mut cells)?);
            let query = text.query.query();
            let wanted: BTreeSet<i64> = if query.is_personal() {
                world.agents.values().filter(|agent| view.is_kept_for(agent)).map(|agent| agent.id.0).collect()
            } else {
                let owner = world.agents.get(&view.owner);
                let any = !view.deleted && (view.shared || owner.is_some_and(|owner| view.is_kept_for(owner)));
                any.then_some(0).into_iter().collect()
            };
            let anew = self.views.get(&view.id).is_some_and(|before| is_counted_anew(world, before, &view));
            let there = kept.remove(&view.id).unwrap_or_default();
            for agent in &wanted {
                let floor = self.floors.contains(&AgentId(*agent)) && looks_at_reading(&query);
                if anew || floor || there.get(agent) != Some(&true) {
                    fresh.insert((view.id, *agent));
                }
            }
            let left = there.into_iter().filter(|(agent, kept)| *kept && !wanted.contains(agent));
            unwanted.extend(left.map(|(agent, _)| (view.id, agent)));
        }
        for (view, agent) in unwanted {
            let sql = "UPDATE custom_view_keys SET kept = 0 WHERE view_id = $1 AND agent_id = $2";
            run(connection, sql, bound![view, agent]).await?;
        }
        // Rows that are there already are not thrown away: the count goes over from the old to the new.
        let rows: Vec<Vec<Arg>> =
            fresh.iter().map(|(view, agent)| bound![*view, *agent, true, 0_i64, version]).collect();
        let conflict = "ON CONFLICT (view_id, agent_id) DO UPDATE SET kept = excluded.kept, \
                        filled_to = excluded.filled_to, version = excluded.version";
        let columns = "view_id, agent_id, kept, filled_to, version";
        insert(connection, "custom_view_keys", columns, conflict, rows).await?;
        Ok(fresh)
    }
}

/// Whether what a view finds may be another now: its query, the clock of its days, or it was deleted and nobody
/// counted.
fn is_counted_anew(world: &World, before: &CustomView, now: &CustomView) -> bool {
    if before.deleted {
        return true;
    }
    let (old, new) = (world.custom_texts.get(&before.revision), world.custom_texts.get(&now.revision));
    let same = |(old, new): (&CustomViewText, &CustomViewText)| {
        old.query == new.query && old.utc_offset_minutes == new.utc_offset_minutes
    };
    !old.zip(new).is_some_and(same)
}
