//! The API told as stories, each on SQLite and, where `SAMTAL_TEST_POSTGRES` names a cluster, on PostgreSQL: through
//! the whole router, without a socket.

mod app;

mod access;
mod agents;
mod bulk;
mod conversations;
mod custom_views;
mod events;
mod files;
mod hidden;
mod history;
mod idempotency;
mod images;
mod messages;
mod pages;
mod policy;
mod problems;
mod record_properties;
mod records;
mod search;
mod session;
mod sidebar;
mod surveys;
mod ticket_records;
mod tickets;
mod trash;
