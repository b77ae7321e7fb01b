//! The rules, on a small team at work.

#[path = "model/desk.rs"]
mod desk;
#[path = "model/properties.rs"]
mod properties;
#[path = "model/rules.rs"]
mod rules;
