//! What this installation alone knows: random bytes that all nodes on one database share and that outlive restarts.

use super::sql::{Cells, bound, row, run};
use super::{Connection, Error};
use std::sync::Arc;

/// Random bytes to sign with; they show in no log.
#[derive(Clone)]
pub struct Secret(Arc<[u8; 32]>);

impl Secret {
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The one that is kept under `name`; made by whoever asks first.
    pub(super) async fn kept(connection: &mut Connection, name: &str) -> Result<Self, Error> {
        let unknown = |what: String| Error::Unknown { what };
        let kept = "SELECT value FROM secrets WHERE name = $1";
        if row(connection, kept, bound![name]).await?.is_none() {
            let mut bytes = [0_u8; 32];
            getrandom::fill(&mut bytes).map_err(Error::NoChance)?;
            // Another node may have been quicker; both go by what is there then.
            let sql = "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            run(connection, sql, bound![name, bytes.to_vec()]).await?;
        }
        let found = row(connection, kept, bound![name]).await?.ok_or_else(|| unknown(format!("no secret {name}")))?;
        let bytes: [u8; 32] = Cells::new(&found)
            .blob()?
            .try_into()
            .map_err(|bytes: Vec<u8>| unknown(format!("a secret of {} bytes", bytes.len())))?;
        Ok(Self(Arc::new(bytes)))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
