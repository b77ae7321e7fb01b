//! The rules of the business. [`decide`] turns a command into changes or a refusal and touches nothing.

mod arrive;
mod block;
mod conversation;
mod custom;
mod linkage;
pub mod message;
mod people;
mod pipeline;
pub(crate) mod place;
pub mod record;
mod survey;
pub mod ticket;
mod undo;

use crate::change::{Cause, Change, Rule};
use crate::command::Command;
use crate::custom::is_seen;
use crate::refusal::{Invalid, Refusal};
use crate::world::{Actor, Ask, World};

/// The longest text an agent may send, in characters.
pub const TEXT_MOST: usize = 100_000;
/// The longest subject, name or address an agent may type, in characters.
pub const LINE_MOST: usize = 500;

/// Changes in order, each with its cause.
pub type Changes = Vec<(Cause, Change)>;

/// What `command` would change, or why not. An empty list means that all is already as asked.
///
/// # Errors
/// A [`Refusal`] with a code and a sentence; the state stays as it is.
pub fn decide(world: &World, ask: &Ask, command: &Command) -> Result<Changes, Refusal> {
    let decided = match decide_here(world, ask, command) {
        Some(decided) => decided?,
        None => decide_beyond(world, ask, command)?,
    };
    linkage::follow(world, ask, command, decided)
}

/// What a browser leaves to the server.
fn decide_beyond(world: &World, ask: &Ask, command: &Command) -> Result<Changes, Refusal> {
    match command {
        Command::Receive(receive) => arrive::receive(world, ask, receive),
        Command::Compose { inbox, to, subject, text } => arrive::compose(world, ask, *inbox, to, subject, text),
        Command::CreateInbox { name, address, open_to_all } => {
            people::create_inbox(world, ask, name, address, *open_to_all)
        }
        Command::SetInboxOpen { inbox, open_to_all } => people::set_inbox_open(world, ask, *inbox, *open_to_all),
        Command::AddAgent { name, email, role } => people::add_agent(world, ask, name, email, *role),
        Command::SetAgentState { agent, state } => people::set_state(world, ask, *agent, *state),
        Command::SetAgentRole { agent, role } => people::set_role(world, ask, *agent, *role),
        Command::SetAccess { agent, inbox, allowed } => people::set_access(world, ask, *agent, *inbox, *allowed),
        Command::CreateCustomView { text, shared } => custom::create(world, ask, text, *shared),
        Command::EditCustomView { view, edit } => custom::edit(world, ask, *view, edit),
        Command::MoveCustomView { view, before } => custom::place(world, ask, *view, *before),
        Command::DeleteCustomView { view } => custom::delete(world, ask, *view),
        Command::CustomViewCounted { view, only_for } => custom::counted(ask, *view, *only_for),
        Command::SetContact { conversation, contact } => record::set_contact(world, ask, *conversation, *contact),
        Command::Record(command) => record::decide(world, ask, command),
        Command::Undo { command } => undo::undo(world, ask, *command),
        Command::Ticket(command) => ticket::decide(world, ask, command),
        Command::Pipeline(command) => pipeline::decide(world, ask, command),
        Command::BlockSender { conversation } => block::block(world, ask, *conversation),
        Command::UnblockSender { conversation } => block::unblock(world, ask, *conversation),
        _ => Ok(Changes::new()),
    }
}

/// The same for what is done with one conversation or message, which a browser decides before the server has; none for
/// every other command. What follows for tickets and by them ([`linkage`]) is not in it: that is the server's to say, and
/// its rules are not sent to browsers.
#[must_use]
pub fn decide_here(world: &World, ask: &Ask, command: &Command) -> Option<Result<Changes, Refusal>> {
    if let Err(refusal) = world.asking_agent(ask.actor) {
        return Some(Err(refusal));
    }
    Some(match command {
        Command::Reply { conversation, text } => message::reply(world, ask, *conversation, text),
        Command::Comment { conversation, text } => message::comment(world, ask, *conversation, text),
        Command::Hide { message } => message::hide(world, ask, *message),
        Command::Unhide { message } => message::unhide(world, ask, *message),
        Command::Assign { conversation, owner } => conversation::assign(world, ask, *conversation, *owner),
        Command::Close { conversation } => conversation::close(world, ask, *conversation),
        Command::Reopen { conversation } => conversation::reopen(world, ask, *conversation),
        Command::Trash { conversation } => conversation::trash(world, ask, *conversation),
        Command::Restore { conversation } => conversation::restore(world, ask, *conversation),
        Command::Delete { conversation } => conversation::delete(world, ask, *conversation),
        Command::MarkSpam { conversation } => conversation::spam(world, ask, *conversation, true),
        Command::MarkNotSpam { conversation } => conversation::spam(world, ask, *conversation, false),
        Command::MarkRead { conversation, up_to } => conversation::mark_read(world, ask, *conversation, *up_to),
        Command::MarkUnread { conversation } => conversation::mark_unread(world, ask, *conversation),
        Command::MarkAllRead { up_to } => conversation::mark_all_read(world, ask, *up_to),
        _ => return None,
    })
}

fn asked(change: Change) -> (Cause, Change) {
    (Cause::Asked, change)
}

fn by_rule(rule: Rule, change: Change) -> (Cause, Change) {
    (Cause::Rule(rule), change)
}

/// The asking agent's id, for what only a person does.
fn person(ask: &Ask) -> Result<crate::AgentId, Refusal> {
    match ask.actor {
        Actor::Agent(id) => Ok(id),
        Actor::System => Err(Refusal::SignIn),
    }
}

/// A text that may have several lines.
fn checked_text(field: &'static str, text: &str) -> Result<(), Refusal> {
    let why = if text.trim().is_empty() {
        Invalid::Empty
    } else if text.chars().count() > TEXT_MOST {
        Invalid::TooLong { most: TEXT_MOST }
    } else {
        return Ok(());
    };
    Err(Refusal::Invalid { field, why })
}

/// A name of one line, shorter than most.
fn checked_short(field: &'static str, text: &str, most: usize) -> Result<(), Refusal> {
    if text.trim().chars().count() > most {
        return Err(Refusal::Invalid { field, why: Invalid::TooLong { most } });
    }
    checked_line(field, text)
}

/// A text of one line; header values refuse CR, LF and NUL.
fn checked_line(field: &'static str, text: &str) -> Result<(), Refusal> {
    // Nobody can press a name of signs that show nothing.
    let why = if !is_seen(text) {
        Invalid::Empty
    } else if text.chars().count() > LINE_MOST {
        Invalid::TooLong { most: LINE_MOST }
    } else if text.chars().any(char::is_control) {
        Invalid::ControlCharacter
    } else {
        return Ok(());
    };
    Err(Refusal::Invalid { field, why })
}

/// The name beside an address; there need not be one.
fn checked_name(field: &'static str, text: &str) -> Result<(), Refusal> {
    if text.is_empty() || !is_seen(text) { Ok(()) } else { checked_line(field, text) }
}

/// Something before one `@` and a name after it, without spaces: what is worth trying to send to.
pub(crate) fn checked_address(field: &'static str, text: &str) -> Result<(), Refusal> {
    checked_line(field, text)?;
    let mut halves = text.split('@');
    let good = match (halves.next(), halves.next(), halves.next()) {
        (Some(local), Some(host), None) => !local.is_empty() && !host.is_empty(),
        _ => false,
    };
    if !good || text.chars().any(|c| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"')) {
        return Err(Refusal::Invalid { field, why: Invalid::NotAnAddress });
    }
    Ok(())
}
