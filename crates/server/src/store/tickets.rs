//! Tickets, pipelines and blocked senders: what a batch changes of them, written from the nouns at its end.
//!
//! `load` brings what a command looks at, `show` what readers see, `list` the pages of tickets. Which conversation has
//! which ticket stands with the conversations.

mod list;
mod load;
mod show;

pub(super) use show::views;

pub use list::{Order as TicketOrder, TicketQuery};
pub(crate) use show::ChangedPipeline;

use super::code::Code;
use super::numbers;
use super::search::parts;
use super::sql::{Arg, bound, id_list, insert, run};
use super::{Connection, Engine, Error};
use samtal_model::{
    Change, ContactId, InboxId, PipelineChange, PipelineId, Priority, RevisionId, Sequence, StatusId, Ticket,
    TicketChange, TicketId, TicketSet, Timestamp, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// Words of a name that are indexed at the most: more do not fit.
const WORDS_MOST: usize = 100;
/// Characters by which names are sorted. Those that begin alike stand in the order of their ids.
const KEY_MOST: usize = 64;

/// In the order of `load::model`.
const COLUMNS: &str = "k.id, k.inbox_id, k.pipeline_id, k.status_id, k.priority, k.owner_id, k.contact_id, k.revision, \
     k.values_revision, k.created_at, k.closed_at, k.trashed_at, k.version";

/// What a batch knows of tickets beside the world.
#[derive(Default)]
pub(super) struct Noted {
    /// As they stand in the database.
    stored: BTreeMap<TicketId, Ticket>,
    /// Since when they are as they are.
    touched: BTreeMap<TicketId, Timestamp>,
    deleted: BTreeSet<TicketId>,
    named: BTreeMap<RevisionId, TicketId>,
    pipelines: BTreeMap<PipelineId, Sequence>,
    statuses: BTreeSet<StatusId>,
    pipeline_names: BTreeSet<RevisionId>,
    blocks: BTreeMap<(InboxId, ContactId), bool>,
    /// The pipelines have been loaded.
    has_pipelines: bool,
    /// Their conversations have been loaded.
    whole: BTreeSet<TicketId>,
}

impl Noted {
    pub(super) fn note(&mut self, change: &Change, sequence: Sequence, at: Timestamp) {
        // Nothing of the ticket itself is another for a survey.
        if let Some(ticket) = change.ticket().filter(|_| !matches!(change, Change::SurveySet { .. })) {
            self.touched.insert(ticket, at);
        }
        match change {
            Change::Ticket(TicketChange::Added { ticket }) => {
                self.named.insert(ticket.revision, ticket.id);
                // Nobody else can have given it any yet.
                self.whole.insert(ticket.id);
            }
            Change::Ticket(TicketChange::Set { ticket, set: TicketSet::Name { to, .. }, .. }) => {
                self.named.insert(*to, *ticket);
            }
            Change::Ticket(TicketChange::Deleted { ticket, .. }) => {
                self.deleted.insert(*ticket);
            }
            Change::Pipeline(change) => {
                self.pipelines.insert(change.pipeline(), sequence);
                let revision = match change {
                    PipelineChange::Pipeline { to, .. } => to.revision,
                    PipelineChange::Status { to, .. } => {
                        self.statuses.insert(to.id);
                        to.revision
                    }
                };
                self.pipeline_names.insert(revision);
            }
            Change::BlockSet { inbox, contact, to, .. } => {
                self.blocks.insert((*inbox, *contact), *to);
            }
            _ => {}
        }
    }

    pub(super) fn has_deleted(&self, ticket: TicketId) -> bool {
        self.deleted.contains(&ticket)
    }

    pub(super) async fn save(&self, connection: &mut Connection, engine: Engine, world: &World) -> Result<(), Error> {
        if !self.touched.is_empty() {
            self.save_tickets(connection, engine, world).await?;
        }
        if !self.pipelines.is_empty() {
            self.save_pipelines(connection, world).await?;
        }
        for ((inbox, contact), blocked) in &self.blocks {
            let sql = if *blocked {
                "INSERT INTO blocks (inbox_id, contact_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
            } else {
                "DELETE FROM blocks WHERE inbox_id = $1 AND contact_id = $2"
            };
            run(connection, sql, bound![*inbox, *contact]).await?;
        }
        Ok(())
    }

    async fn save_tickets(&self, connection: &mut Connection, engine: Engine, world: &World) -> Result<(), Error> {
        let mut counts: BTreeMap<[i64; 3], [i64; 2]> = BTreeMap::new();
        let mut count = |ticket: &Ticket, by: i64| {
            let at = [ticket.inbox.0, ticket.standing.pipeline.0, ticket.standing.status.0];
            counts.entry(at).or_default()[usize::from(ticket.trashed_at.is_some())] += by;
        };
        let (mut new, mut gone, mut renamed) = (vec![], vec![], vec![]);
        for (id, at) in &self.touched {
            let (before, after) = (self.stored.get(id), world.tickets.get(id));
            before.inspect(|ticket| count(ticket, -1));
            after.inspect(|ticket| count(ticket, 1));
            let Some(ticket) = after else {
                gone.push(id.0);
                continue;
            };
            let name = world.names.get(&ticket.revision).map_or("", String::as_str);
            if before.is_none_or(|before| before.revision != ticket.revision) {
                renamed.push((*id, name));
            }
            let row = columns_of(ticket, *at, name);
            if before.is_none() {
                new.push(row);
            } else {
                let sql = "UPDATE tickets SET inbox_id = $2, pipeline_id = $3, status_id = $4, priority = $5, \
                     owner_id = $6, contact_id = $7, revision = $8, values_revision = $9, created_at = $10, \
                     closed_at = $11, trashed_at = $12, version = $13, changed_at = $14, name = $15, name_key = $16 \
                     WHERE id = $1";
                run(connection, sql, row).await?;
            }
        }
        let columns = format!("{}, changed_at, name, name_key", COLUMNS.replace("k.", ""));
        insert(connection, "tickets", &columns, "", new).await?;
        let names = self.named.iter().filter(|(_, ticket)| !self.deleted.contains(ticket));
        let names = names
            .filter_map(|(revision, ticket)| Some(bound![*revision, *ticket, world.names.get(revision)?.as_str()]));
        let names: Vec<Vec<Arg>> = names.collect();
        insert(connection, "ticket_texts", "revision, ticket_id, name", "", names).await?;
        let list = id_list(gone.iter().copied());
        if !gone.is_empty() {
            run(connection, format!("DELETE FROM tickets WHERE id IN ({list})"), vec![]).await?;
            run(connection, format!("DELETE FROM ticket_texts WHERE ticket_id IN ({list})"), vec![]).await?;
            run(connection, format!("DELETE FROM surveys WHERE ticket_id IN ({list})"), vec![]).await?;
        }
        let list = id_list(gone.iter().copied().chain(renamed.iter().map(|(id, _)| id.0)));
        if !gone.is_empty() || !renamed.is_empty() {
            run(connection, format!("DELETE FROM ticket_words WHERE ticket_id IN ({list})"), vec![]).await?;
        }
        let words = renamed.into_iter().flat_map(|(id, name)| {
            let words: BTreeSet<String> = parts(name).into_iter().take(WORDS_MOST).collect();
            words.into_iter().map(move |word| bound![word, id])
        });
        let words: Vec<Vec<Arg>> = words.collect();
        insert(connection, "ticket_words", "word, ticket_id", "", words).await?;
        let counts = counts.into_iter().filter(|(_, by)| *by != [0, 0]);
        let counts: Vec<_> =
            counts.map(|([inbox, pipeline, status], [a, b])| [inbox, pipeline, status, a, b]).collect();
        let conflict = "ON CONFLICT (inbox_id, pipeline_id, status_id) DO UPDATE SET \
                        total = ticket_counts.total + excluded.total, trashed = ticket_counts.trashed + excluded.trashed";
        let columns = ["inbox_id", "pipeline_id", "status_id", "total", "trashed"];
        numbers::insert(connection, engine, "ticket_counts", columns, conflict, &counts).await
    }

    async fn save_pipelines(&self, connection: &mut Connection, world: &World) -> Result<(), Error> {
        for (id, version) in &self.pipelines {
            let Some(it) = world.pipelines.get(id) else { continue };
            let sql = "INSERT INTO pipelines (id, revision, position, survey, deleted, version) \
                       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET \
                       revision = excluded.revision, position = excluded.position, survey = excluded.survey, \
                       deleted = excluded.deleted, version = excluded.version";
            run(connection, sql, bound![it.id, it.revision, it.position, it.survey, it.deleted, *version]).await?;
        }
        for id in &self.statuses {
            let Some(it) = world.statuses.get(id) else { continue };
            let sql = "INSERT INTO statuses (id, pipeline_id, revision, position, colour, closed, deleted) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET \
                       revision = excluded.revision, position = excluded.position, colour = excluded.colour, \
                       closed = excluded.closed, deleted = excluded.deleted";
            let args = bound![it.id, it.pipeline, it.revision, it.position, it.colour.code(), it.closed, it.deleted];
            run(connection, sql, args).await?;
        }
        let names = self.pipeline_names.iter();
        let names = names.filter_map(|revision| Some(bound![*revision, world.names.get(revision)?.as_str()]));
        let names: Vec<Vec<Arg>> = names.collect();
        insert(connection, "pipeline_texts", "revision, name", "ON CONFLICT DO NOTHING", names).await
    }
}

fn columns_of(it: &Ticket, changed_at: Timestamp, name: &str) -> Vec<Arg> {
    bound![
        it.id,
        it.inbox,
        it.standing.pipeline,
        it.standing.status,
        priority_number(it.priority),
        it.owner,
        it.contact,
        it.revision,
        it.values,
        it.created_at,
        it.standing.closed_at,
        it.trashed_at,
        it.version,
        changed_at,
        name,
        name_key(name),
    ]
}

/// What names are sorted by: letter case and accents do not matter.
fn name_key(name: &str) -> String {
    parts(name).join(" ").chars().take(KEY_MOST).collect()
}

fn priority_number(priority: Option<Priority>) -> i64 {
    match priority {
        None => 0,
        Some(Priority::Low) => 1,
        Some(Priority::Medium) => 2,
        Some(Priority::High) => 3,
        Some(Priority::Urgent) => 4,
    }
}

fn priority(number: i64) -> Option<Priority> {
    [Priority::Low, Priority::Medium, Priority::High, Priority::Urgent]
        .into_iter()
        .find(|it| priority_number(Some(*it)) == number)
}
