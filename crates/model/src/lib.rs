//! What Samtal knows and the rules it works by: nouns, commands, changes and [`decide`].
//!
//! The same crate is compiled into the server and into the browser. It does no I/O, reads no clock and draws no
//! random number: everything a rule may look at is in [`World`] and [`Ask`].
//!
//! ```text
//! Command ──▶ decide(world, ask, command) ──▶ [Change, …] ──▶ World::apply
//! ```

/// The calendar of the rules, for who has to name a day.
pub use chrono;

pub mod apply;
pub mod change;
pub mod command;
pub mod contact;
pub mod conversation;
pub mod custom;
pub mod id;
pub mod inbox;
pub mod json;
pub mod map;
pub mod message;
pub mod naming;
pub mod person;
pub mod pipeline;
pub mod query;
pub mod reach;
pub mod record;
pub mod refusal;
pub mod rules;
pub mod sort;
pub mod survey;
pub mod ticket;
pub mod time;
pub mod view;
pub mod wire;
pub mod world;

pub use change::{Cause, Change, Logged, PipelineChange, Rule, TicketChange};
pub use command::{Address, AuthorRef, Command, PipelineCommand, Receive, TicketCommand};
pub use contact::Contact;
pub use conversation::{Channel, Conversation, ConversationState, Origin, Owner, Ownership, ReadState};
pub use custom::{CustomView, CustomViewEdit, CustomViewText, KeptQuery};
pub use id::{
    ActivityId, AgentId, BulkId, CommandId, CompanyId, ContactId, ConversationId, CustomViewId, DealId, InboxId,
    MessageId, ObjectId, ObjectTypeId, OptionId, PipelineId, PropertyId, RevisionId, Sequence, StatusId, TicketId,
};
pub use inbox::Inbox;
pub use message::{Author, Hidden, Message, MessageKind};
pub use person::{Agent, AgentState, Role};
pub use pipeline::{NewStatus, Pipeline, Status, StatusColour};
pub use query::Query;
pub use refusal::{Noun, Refusal};
pub use rules::{decide, decide_here};
pub use sort::Sort;
pub use survey::Survey;
pub use ticket::{NewTicket, Priority, Standing, Ticket, TicketEdit, TicketSet};
pub use time::Timestamp;
pub use view::{View, ViewKey};
pub use world::{Actor, Ask, Fresh, World};
