//! What a batch has done to custom views and to what they find, and how it is written.

use super::fill::fill;
use super::keep::{Asked, settle, standing};
use super::plan::{Key, Plan, Remembered};
use super::{COLUMNS, COUNTED, TEXT_COLUMNS, TOLD, day_number, model, text};
use crate::store::log::Counters;
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

/// For whom a view is kept that finds the same for everybody.
const EVERYBODY: AgentId = AgentId(0);

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

    /// Whoever looks at a conversation is to look at it again.
    pub(in crate::store) fn touch(&mut self, conversation: ConversationId, what: Concerns) {
        let touched = self.touched.entry(conversation).or_default();
        *touched = touched.and(what);
    }

    /// These are found by other words than before: their ticket is called another.
    pub(in crate::store) fn note_retitled(&mut self, of: &[ConversationId]) {
        for conversation in of {
            let touched = self.touched.entry(*conversation).or_default();
            *touched = touched.and(Concerns::MESSAGES);
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
        counters: &mut Counters,
        remembered: &Remembered,
    ) -> Result<(), Error> {
        let version = Sequence(counters.sequence);
        let before = counters.custom_plan;
        self.save_views(connection, world, version).await?;
        let fresh = self.save_keys(connection, world, counters).await?;
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
        let number = counters.custom_plan;
        let plan = remembered.plan(connection, engine, world, number, number == before).await?;
        self.settle(connection, engine, &plan, version).await?;
        let fresh = plan.keys.iter().filter(|key| fresh.contains(&(key.view, key.agent)));
        let fresh: Vec<&Key> = fresh.take(COUNTED_AT_ONCE).collect();
        fill(connection, engine, &fresh, version, TOLD).await
    }

    /// What of a conversation may be another for a view; none if the view does not look at what was touched.
    fn altered(&self, key: &Key, id: ConversationId) -> Option<Concerns> {
        if let Some(concerns) = self.touched.get(&id).filter(|concerns| concerns.meets(key.concerns)) {
            return Some(*concerns);
        }
        let read = key.concerns.meets(Concerns::READING) && self.reads.get(&key.agent)?.contains(&id);
        read.then_some(Concerns::READING)
    }

    async fn settle(
        &self,
        connection: &mut Connection,
        engine: Engine,
        plan: &Plan,
        version: Sequence,
    ) -> Result<(), Error> {
        let any = self.touched.values().fold(Concerns::NONE, |all, concerns| all.and(*concerns));
        let mut ids: BTreeSet<ConversationId> = self.touched.keys().copied().collect();
        let mut keys = vec![];
        for key in &plan.keys {
            let reads = self.reads.get(&key.agent).filter(|_| key.concerns.meets(Concerns::READING));
            if any.meets(key.concerns) || reads.is_some() {
                ids.extend(reads.into_iter().flatten());
                keys.push((key, key.again(connection, engine).await?));
            }
        }
        if keys.is_empty() {
            return Ok(());
        }
        let asked: Vec<Asked<'_>> =
            keys.iter().map(|(key, again)| Asked { key, finder: again.as_ref().unwrap_or(&key.finder) }).collect();
        let ids: Vec<ConversationId> = ids.into_iter().collect();
        let mut numbers: Vec<i64> = plan.keys.iter().map(|key| key.number).collect();
        numbers.sort_unstable();
        let mut before = standing(connection, ids.iter().copied()).await?;
        // What is no longer kept means nothing.
        before.values_mut().for_each(|(_, there)| there.retain(|number| numbers.binary_search(number).is_ok()));
        settle(connection, engine, &asked, &ids, &before, |key, id| self.altered(key, id), version).await
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
        counters: &mut Counters,
    ) -> Result<BTreeSet<(CustomViewId, AgentId)>, Error> {
        let mut fresh = BTreeSet::new();
        if !self.people && self.floors.is_empty() && self.views.is_empty() {
            return Ok(fresh);
        }
        counters.custom_plan += 1;
        let changed = id_list(self.views.keys().map(|id| id.0));
        let every = if self.people || !self.floors.is_empty() { "v.deleted = 0 OR" } else { "" };
        let sql = format!(
            "SELECT {COLUMNS}, {TEXT_COLUMNS} FROM custom_views v JOIN custom_view_texts t ON t.revision = v.revision \
             WHERE {every} v.id IN ({changed})"
        );
        let mut kept: BTreeMap<CustomViewId, BTreeMap<AgentId, i64>> = BTreeMap::new();
        for row in rows(connection, "SELECT view_id, agent_id, number FROM custom_view_keys", vec![]).await? {
            let mut cells = Cells::new(&row);
            kept.entry(CustomViewId(cells.int()?)).or_default().insert(AgentId(cells.int()?), cells.int()?);
        }
        let (mut unwanted, mut written) = (vec![], vec![]);
        for row in rows(connection, sql, vec![]).await? {
            let mut cells = Cells::new(&row);
            let (view, text) = (model(&mut cells)?, text(&mut cells)?);
            let query = text.query.query();
            let wanted: BTreeSet<AgentId> = if query.is_personal() {
                world.agents.values().filter(|agent| view.is_kept_for(agent)).map(|agent| agent.id).collect()
            } else {
                let owner = world.agents.get(&view.owner);
                let any = !view.deleted && (view.shared || owner.is_some_and(|owner| view.is_kept_for(owner)));
                any.then_some(EVERYBODY).into_iter().collect()
            };
            let anew = self.views.get(&view.id).is_some_and(|before| is_counted_anew(world, before, &view));
            let reading = query.concerns().meets(Concerns::READING);
            let there = kept.remove(&view.id).unwrap_or_default();
            for agent in &wanted {
                let number = there.get(agent);
                if anew || number.is_none() || (reading && self.floors.contains(agent)) {
                    fresh.insert((view.id, *agent));
                    let number = number.copied().unwrap_or_else(|| {
                        counters.custom_key += 1;
                        counters.custom_key
                    });
                    written.push(bound![view.id, *agent, number, 0_i64, counters.sequence]);
                }
            }
            let left = there.into_iter().filter(|(agent, _)| !wanted.contains(agent));
            unwanted.extend(left.map(|(_, number)| number));
        }
        if !unwanted.is_empty() {
            let list = id_list(unwanted);
            for table in ["custom_view_keys", "custom_view_counts"] {
                run(connection, format!("DELETE FROM {table} WHERE number IN ({list})"), vec![]).await?;
            }
        }
        // What is counted anew is not thrown away before: the count goes over from the old to the new.
        let conflict = "ON CONFLICT (view_id, agent_id) DO UPDATE SET filled_to = excluded.filled_to, \
                        version = excluded.version";
        let columns = "view_id, agent_id, number, filled_to, version";
        insert(connection, "custom_view_keys", columns, conflict, written).await?;
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
