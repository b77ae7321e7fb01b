//! The rules, on a small team at work, and the language of search.

#[path = "model/desk.rs"]
mod desk;
#[path = "model/properties.rs"]
mod properties;
#[path = "model/query.rs"]
mod query;
#[path = "model/query_controls.rs"]
mod query_controls;
#[path = "model/query_laws.rs"]
mod query_laws;
#[path = "model/rules.rs"]
mod rules;
