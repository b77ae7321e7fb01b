//! Passwords and sessions. The store knows neither: of a password it has the argon2id hash, of a session's id the
//! SHA-256. They are no part of the world that rules read, so they are written here and not by commands.

use super::sql::{Cells, bound, row, run};
use super::{Error, Store};
use samtal_model::{AgentId, Timestamp};

/// A session that has not expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRow {
    pub agent: AgentId,
    /// When it was last renewed.
    pub seen_at: Timestamp,
}

impl Store {
    /// The active agent with this sign-in address, and the hash of their password.
    ///
    /// # Errors
    /// The engine's.
    pub async fn credentials(&self, email: &str) -> Result<Option<(AgentId, String)>, Error> {
        let mut connection = self.read().await?;
        let sql = "SELECT a.id, p.hash FROM agents a JOIN passwords p ON p.agent_id = a.id \
                   WHERE a.email_folded = $1 AND a.state = 'active'";
        let found = row(&mut connection, sql, bound![email.trim().to_lowercase()]).await?;
        let Some(found) = found else { return Ok(None) };
        let mut cells = Cells::new(&found);
        Ok(Some((AgentId(cells.int()?), cells.text()?)))
    }

    /// Gives an agent another password, and ends every session that was begun with an older one.
    ///
    /// # Errors
    /// The engine's.
    pub async fn set_password(&self, agent: AgentId, hash: &str) -> Result<(), Error> {
        let mut transaction = self.begin().await?;
        let sql = "INSERT INTO passwords (agent_id, hash) VALUES ($1, $2) \
                   ON CONFLICT (agent_id) DO UPDATE SET hash = excluded.hash";
        run(&mut transaction, sql, bound![agent, hash]).await?;
        run(&mut transaction, "DELETE FROM sessions WHERE agent_id = $1", bound![agent]).await?;
        Ok(transaction.commit().await?)
    }

    /// Begins a session and ends the one it replaces.
    ///
    /// # Errors
    /// The engine's.
    pub async fn begin_session(
        &self,
        id_hash: [u8; 32],
        replaces: Option<[u8; 32]>,
        agent: AgentId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), Error> {
        let mut connection = self.write().await?;
        if let Some(old) = replaces {
            run(&mut connection, "DELETE FROM sessions WHERE id_hash = $1", bound![old.to_vec()]).await?;
        }
        let sql = "INSERT INTO sessions (id_hash, agent_id, created_at, seen_at, expires_at) \
                   VALUES ($1, $2, $3, $4, $5)";
        run(&mut connection, sql, bound![id_hash.to_vec(), agent, now, now, expires_at]).await.map(drop)
    }

    /// The session with this id, unless it has ended.
    ///
    /// # Errors
    /// The engine's.
    pub async fn session(&self, id_hash: [u8; 32], now: Timestamp) -> Result<Option<SessionRow>, Error> {
        let mut connection = self.read().await?;
        let sql = "SELECT agent_id, seen_at FROM sessions WHERE id_hash = $1 AND expires_at > $2";
        let Some(found) = row(&mut connection, sql, bound![id_hash.to_vec(), now]).await? else { return Ok(None) };
        let mut cells = Cells::new(&found);
        Ok(Some(SessionRow { agent: AgentId(cells.int()?), seen_at: Timestamp(cells.int()?) }))
    }

    /// Puts the session's end off.
    ///
    /// # Errors
    /// The engine's.
    pub async fn renew_session(&self, id_hash: [u8; 32], now: Timestamp, expires_at: Timestamp) -> Result<(), Error> {
        let mut connection = self.write().await?;
        let sql = "UPDATE sessions SET seen_at = $1, expires_at = $2 WHERE id_hash = $3";
        run(&mut connection, sql, bound![now, expires_at, id_hash.to_vec()]).await.map(drop)
    }

    /// Ends one session.
    ///
    /// # Errors
    /// The engine's.
    pub async fn end_session(&self, id_hash: [u8; 32]) -> Result<(), Error> {
        let mut connection = self.write().await?;
        run(&mut connection, "DELETE FROM sessions WHERE id_hash = $1", bound![id_hash.to_vec()]).await.map(drop)
    }

    /// Ends every session of an agent.
    ///
    /// # Errors
    /// The engine's.
    pub async fn end_sessions_of(&self, agent: AgentId) -> Result<(), Error> {
        let mut connection = self.write().await?;
        run(&mut connection, "DELETE FROM sessions WHERE agent_id = $1", bound![agent]).await.map(drop)
    }

    /// Forgets the sessions that have run out.
    ///
    /// # Errors
    /// The engine's.
    pub async fn forget_expired_sessions(&self, now: Timestamp) -> Result<(), Error> {
        let mut connection = self.write().await?;
        run(&mut connection, "DELETE FROM sessions WHERE expires_at <= $1", bound![now]).await.map(drop)
    }
}
