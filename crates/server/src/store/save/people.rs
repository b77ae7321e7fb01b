//! People, inboxes and access of a batch, as they are written.

use super::Batch;
use crate::store::code::Code;
use crate::store::sql::{bound, insert, run};
use crate::store::{Connection, Error};

impl Batch {
    pub(super) async fn save_people(&self, connection: &mut Connection) -> Result<(), Error> {
        for id in &self.changed_people {
            let Some(agent) = self.world.agents.get(id) else { continue };
            let (role, state) = (agent.role.code(), agent.state.code());
            if let Some(person) = self.people.get(id) {
                let folded = person.email.to_lowercase();
                let row =
                    bound![*id, person.name.as_str(), person.email.as_str(), folded, role, state, agent.read_floor];
                insert(connection, "agents", "id, name, email, email_folded, role, state, read_floor", "", vec![row])
                    .await?;
                if let Some(hash) = &person.password_hash {
                    insert(connection, "passwords", "agent_id, hash", "", vec![bound![*id, hash.as_str()]]).await?;
                }
            } else {
                let sql = "UPDATE agents SET role = $2, state = $3, read_floor = $4 WHERE id = $1";
                run(connection, sql, bound![*id, role, state, agent.read_floor]).await?;
            }
            if !agent.is_active() {
                run(connection, "DELETE FROM sessions WHERE agent_id = $1", bound![*id]).await?;
            }
        }
        for id in &self.changed_inboxes {
            let Some(inbox) = self.world.inboxes.get(id) else { continue };
            if let Some((name, address)) = self.inboxes.get(id) {
                let row = bound![*id, name.as_str(), address.as_str(), inbox.open_to_all];
                insert(connection, "inboxes", "id, name, address, open_to_all", "", vec![row]).await?;
            } else {
                let sql = "UPDATE inboxes SET open_to_all = $2 WHERE id = $1";
                run(connection, sql, bound![*id, inbox.open_to_all]).await?;
            }
        }
        for ((inbox, agent), allowed) in &self.access {
            if *allowed {
                let row = vec![bound![*inbox, *agent]];
                insert(connection, "inbox_access", "inbox_id, agent_id", "ON CONFLICT DO NOTHING", row).await?;
            } else {
                let sql = "DELETE FROM inbox_access WHERE inbox_id = $1 AND agent_id = $2";
                run(connection, sql, bound![*inbox, *agent]).await?;
            }
        }
        Ok(())
    }
}
