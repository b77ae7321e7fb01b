//! The rules, on a small team at work, the language of search, and the shapes that are sent.

#[path = "model/arrive.rs"]
mod arrive;
#[path = "model/custom.rs"]
mod custom;
#[path = "model/desk.rs"]
mod desk;
#[path = "model/json.rs"]
mod json;
#[path = "model/json_records.rs"]
mod json_records;
#[path = "model/linkage.rs"]
mod linkage;
#[path = "model/linkage_laws.rs"]
mod linkage_laws;
#[path = "model/pipelines.rs"]
mod pipelines;
#[path = "model/properties.rs"]
mod properties;
#[path = "model/query.rs"]
mod query;
#[path = "model/query_controls.rs"]
mod query_controls;
#[path = "model/query_laws.rs"]
mod query_laws;
#[path = "model/record_properties.rs"]
mod record_properties;
#[path = "model/records.rs"]
mod records;
#[path = "model/rules.rs"]
mod rules;
#[path = "model/sort.rs"]
mod sort;
#[path = "model/surveys.rs"]
mod surveys;
#[path = "model/ticket_records.rs"]
mod ticket_records;
