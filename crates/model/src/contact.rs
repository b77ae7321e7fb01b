//! Customers.

use crate::id::ContactId;
use serde::{Deserialize, Serialize};

/// A customer. Name and address are texts and live in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
}
