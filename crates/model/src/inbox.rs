//! Inboxes and who may see them (X2).

use crate::id::InboxId;
use serde::{Deserialize, Serialize};

/// An inbox. Its name and address are texts and live in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    pub id: InboxId,
    /// Everybody of the team sees it; otherwise only those listed in [`crate::World::access`], and super admins.
    pub open_to_all: bool,
}
