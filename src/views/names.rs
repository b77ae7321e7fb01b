//! What the views are called, and what an empty one is for.

use crate::ui::icon::Glyph;
use samtal_model::{Role, View};

/// The name in the rail and above the list.
#[must_use]
pub fn name(view: View) -> &'static str {
    match view {
        View::Unassigned => "Unassigned",
        View::Mine => "Assigned to me",
        View::Open => "All open",
        View::Chat => "Chat",
        View::Bots => "Bots",
        View::Email => "Email",
        View::Messenger => "Messenger",
        View::Forms => "Forms",
        View::Calls => "Calls",
        View::Closed => "All closed",
        View::Sent => "Sent",
        View::Spam => "Spam",
        View::Trash => "Trash",
    }
}

#[must_use]
pub fn glyph(view: View) -> Glyph {
    match view {
        View::Unassigned => Glyph::Inbox,
        View::Mine => Glyph::User,
        View::Open => Glyph::Lines,
        View::Chat => Glyph::Chat,
        View::Bots => Glyph::Bot,
        View::Email => Glyph::Mail,
        View::Messenger => Glyph::Messenger,
        View::Forms => Glyph::Forms,
        View::Calls => Glyph::Calls,
        View::Closed => Glyph::Archive,
        View::Sent => Glyph::Send,
        View::Spam => Glyph::Spam,
        View::Trash => Glyph::Trash,
    }
}

/// What an empty view says: how it stands, and what would be in it.
#[must_use]
pub fn empty_words(view: View) -> (&'static str, &'static str) {
    match view {
        View::Unassigned => ("Nothing is waiting for an owner", "New conversations that nobody has taken show here."),
        View::Mine => ("You are all caught up", "Conversations assigned to you show here."),
        View::Open => ("No open conversations", "Everything that still needs an answer shows here."),
        View::Chat => ("No open chats", "Chats from your website show here."),
        View::Bots => ("No bot conversations", "Conversations a bot handles, until a person takes over, show here."),
        View::Email => ("No open email", "Conversations that began by mail show here."),
        View::Messenger => ("No open Messenger conversations", "Conversations that began on Messenger show here."),
        View::Forms => ("No open form submissions", "Answers to your forms show here."),
        View::Calls => ("No open calls", "Logged calls show here."),
        View::Closed => ("Nothing has been closed yet", "Conversations you close are kept here."),
        View::Sent => ("Nothing sent yet", "Mail your team has begun shows here, also before it is answered."),
        View::Spam => ("No spam", "Filtered conversations show here."),
        View::Trash => ("Trash is empty", "Deleted conversations are kept here for 30 days."),
    }
}

#[must_use]
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Agent => "Agent",
        Role::Admin => "Admin",
        Role::SuperAdmin => "Super admin",
    }
}
