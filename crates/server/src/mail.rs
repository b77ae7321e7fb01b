//! Mail as it comes from outside: reading it ([`parse()`]), its files ([`attachment()`]) and its HTML made safe to show
//! ([`clean`]). Pure functions over the raw source; nothing here stores, fetches or decides.
//!
//! The raw source is hostile until proven otherwise: [`limits`] holds before any parser runs, and what it refuses is
//! quarantined by the caller, never lost.

pub mod attachment;
pub mod clean;
mod html;
pub mod limits;
pub mod parse;
mod quote;
mod text;

pub use attachment::{Attachment, attachment};
pub use limits::Unparseable;
pub use parse::{Parsed, message_id, parse};
