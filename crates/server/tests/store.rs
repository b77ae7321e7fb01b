//! The store, the one door to it and the feed, on both engines.

#[path = "store/archive.rs"]
mod archive;
#[path = "store/bulk.rs"]
mod bulk;
#[path = "store/bulk_rows.rs"]
mod bulk_rows;
#[path = "store/custom.rs"]
mod custom;
#[path = "store/desk.rs"]
mod desk;
#[path = "store/door.rs"]
mod door;
#[path = "store/engines.rs"]
mod engines;
#[path = "store/history.rs"]
mod history;
#[path = "store/law.rs"]
mod law;
#[path = "store/law_tickets.rs"]
mod law_tickets;
#[path = "store/many.rs"]
mod many;
#[path = "store/names.rs"]
mod names;
#[path = "store/office.rs"]
mod office;
#[path = "store/ready.rs"]
mod ready;
#[path = "store/records.rs"]
mod records;
#[path = "store/remains.rs"]
mod remains;
#[path = "store/search.rs"]
mod search;
#[path = "store/search_law.rs"]
mod search_law;
#[path = "store/session.rs"]
mod session;
#[path = "store/story.rs"]
mod story;
#[path = "store/surveys.rs"]
mod surveys;
#[path = "store/ticket_pages.rs"]
mod ticket_pages;
#[path = "store/ticket_records.rs"]
mod ticket_records;
#[path = "store/tickets.rs"]
mod tickets;
#[path = "store/unmade.rs"]
mod unmade;
#[path = "store/upgrade.rs"]
mod upgrade;
