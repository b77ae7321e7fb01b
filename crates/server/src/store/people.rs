//! Agents, inboxes, access and contacts.

use super::code::Code;
use super::sql::{Cells, bound, row, rows};
use super::{Connection, Error, Store};
use samtal_model::wire::{AgentView, InboxView};
use samtal_model::{Agent, AgentId, AgentState, Inbox, InboxId, MessageId, Role, World};
use std::collections::BTreeSet;

/// Who reads, and what they may see (X2). Every scoped query takes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    pub agent: AgentId,
    pub role: Role,
    /// Messages up to this one count as read.
    pub read_floor: Option<MessageId>,
    /// The inboxes that exist for this person.
    pub inboxes: BTreeSet<InboxId>,
}

impl Store {
    /// The reader behind an agent; none if unknown or not active.
    ///
    /// # Errors
    /// The engine's.
    pub async fn reader(&self, agent: AgentId) -> Result<Option<Reader>, Error> {
        let mut connection = self.read().await?;
        let mut world = World::default();
        load(&mut connection, &mut world).await?;
        let Some(found) = world.agents.get(&agent).filter(|agent| agent.is_active()) else { return Ok(None) };
        let actor = samtal_model::Actor::Agent(agent);
        let inboxes = world.inboxes.keys().copied().filter(|inbox| world.may_see(actor, *inbox)).collect();
        Ok(Some(Reader { agent, role: found.role, read_floor: found.read_floor, inboxes }))
    }

    /// The inboxes this reader sees, by name.
    ///
    /// # Errors
    /// The engine's.
    pub async fn inboxes(&self, reader: &Reader) -> Result<Vec<InboxView>, Error> {
        Ok(self.all_inboxes().await?.into_iter().filter(|inbox| reader.inboxes.contains(&inbox.id)).collect())
    }

    /// Every inbox, for the command line and for receivers.
    ///
    /// # Errors
    /// The engine's.
    pub async fn all_inboxes(&self) -> Result<Vec<InboxView>, Error> {
        let mut connection = self.read().await?;
        let found = rows(&mut connection, "SELECT id, name, address, open_to_all FROM inboxes ORDER BY id", vec![]);
        found
            .await?
            .iter()
            .map(|row| {
                let mut cells = Cells::new(row);
                Ok(InboxView {
                    id: InboxId(cells.int()?),
                    name: cells.text()?,
                    address: cells.text()?,
                    open_to_all: cells.flag()?,
                })
            })
            .collect()
    }

    /// Everybody of the team, those who left too.
    ///
    /// # Errors
    /// The engine's.
    pub async fn agents(&self) -> Result<Vec<AgentView>, Error> {
        let mut connection = self.read().await?;
        let found =
            rows(&mut connection, "SELECT id, name, email, role, state FROM agents ORDER BY id", vec![]).await?;
        found
            .iter()
            .map(|row| {
                let mut cells = Cells::new(row);
                Ok(AgentView {
                    id: AgentId(cells.int()?),
                    name: cells.text()?,
                    email: cells.text()?,
                    role: Role::from_code(&cells.text()?)?,
                    state: AgentState::from_code(&cells.text()?)?,
                })
            })
            .collect()
    }

    /// The agent with this sign-in address, letter case apart.
    ///
    /// # Errors
    /// The engine's.
    pub async fn agent_by_email(&self, email: &str) -> Result<Option<AgentId>, Error> {
        let mut connection = self.read().await?;
        let sql = "SELECT id FROM agents WHERE email_folded = $1";
        let found = row(&mut connection, sql, bound![email.to_lowercase()]).await?;
        found.map(|row| Ok(AgentId(Cells::new(&row).int()?))).transpose()
    }
}

/// Loads people, inboxes and access whole: they are few, and most rules ask for them.
pub(super) async fn load(connection: &mut Connection, world: &mut World) -> Result<(), Error> {
    for row in rows(connection, "SELECT id, email_folded, role, state, read_floor FROM agents", vec![]).await? {
        let mut cells = Cells::new(&row);
        let id = AgentId(cells.int()?);
        world.agent_by_email.insert(cells.text()?, id);
        let role = Role::from_code(&cells.text()?)?;
        let state = AgentState::from_code(&cells.text()?)?;
        let read_floor = cells.maybe()?.map(MessageId);
        world.agents.insert(id, Agent { id, role, state, read_floor });
    }
    for row in rows(connection, "SELECT id, open_to_all FROM inboxes", vec![]).await? {
        let mut cells = Cells::new(&row);
        let id = InboxId(cells.int()?);
        world.inboxes.insert(id, Inbox { id, open_to_all: cells.flag()? });
    }
    for row in rows(connection, "SELECT inbox_id, agent_id FROM inbox_access", vec![]).await? {
        let mut cells = Cells::new(&row);
        world.access.insert((InboxId(cells.int()?), AgentId(cells.int()?)), ());
    }
    Ok(())
}
