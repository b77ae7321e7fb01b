//! Saying what else something will change before it is done (K8).

use super::careful::{Deed, careful, nobody};
use crate::api::known::Write;
use crate::store::Store;
use crate::store::known::{Thing, things};
use samtal_model::json::Json;
use samtal_model::{Command, ConversationId};

/// What is reached, in words: `closes 2 conversations and moves its ticket to Trash`; none where nothing is.
#[must_use]
pub fn words(reach: &Json) -> Option<String> {
    let phrases: Vec<String> = things(reach).iter().filter_map(phrase).collect();
    match phrases.split_last() {
        None => None,
        Some((only, [])) => Some(only.clone()),
        Some((last, others)) => Some([&others.join(", "), " and ", last].concat()),
    }
}

fn phrase(reached: &Thing) -> Option<String> {
    let count = reached.int("count").filter(|count| *count > 0)?;
    let (before, noun, after) = match reached.text("what") {
        "conversation_closed" => ("closes ", "conversation", ""),
        "conversation_reopened" => ("reopens ", "conversation", ""),
        "conversation_trashed" => ("moves ", "conversation", " to Trash"),
        "conversation_restored" => ("restores ", "conversation", ""),
        "conversation_deleted" => ("deletes ", "conversation", " for good"),
        "conversation_unassigned" => ("unassigns ", "conversation", ""),
        "conversation_spam" => ("moves ", "conversation", " to Spam"),
        "ticket_assigned" => ("changes the owner of ", "ticket", ""),
        "ticket_unassigned" => ("unassigns ", "ticket", ""),
        "ticket_trashed" => ("moves ", "ticket", " to Trash"),
        "ticket_restored" => ("restores ", "ticket", ""),
        "ticket_deleted" => ("deletes ", "ticket", " for good"),
        "ticket_reopened" => ("reopens ", "ticket", ""),
        "ticket_moved" => ("gives another status to ", "ticket", ""),
        "ticket_noted" => ("leaves a note on ", "ticket", ""),
        _ => return None,
    };
    let plural = if count == 1 { "" } else { "s" };
    Some([before, &count.to_string(), " ", noun, plural, after].concat())
}

/// The same as a sentence of its own.
#[must_use]
pub fn sentence(reach: &Json) -> Option<String> {
    words(reach).map(|words| ["Also ", &words, "."].concat())
}

/// Blocks the sender of a conversation, when the agent has seen what is deleted by that (T5).
pub fn block(store: Store, conversation: ConversationId) {
    let deed = Deed {
        write: Write::block(conversation, true),
        said: "Sender blocked".into(),
        title: "Block sender?".into(),
        verb: "Block sender",
        plain: "What they write from now on goes to Spam, with this conversation.",
        for_good: false,
    };
    careful(store).ask(deed, nobody());
}

/// Carries out `command`; one that takes a ticket along says so first (K7).
pub fn act(store: Store, command: Command) {
    let has_ticket = |id: ConversationId| store.peek(id).is_some_and(|it| it.ticket.is_some());
    let (write, said, title, verb) = match command {
        Command::Trash { conversation } if has_ticket(conversation) => {
            (Write::trash(conversation), "Moved to Trash", "Move to Trash?", "Move to Trash")
        }
        Command::Restore { conversation } if has_ticket(conversation) => {
            (Write::restore(conversation), "Conversation restored", "Restore?", "Restore")
        }
        _ => return store.act(command, |_| {}),
    };
    let deed = Deed { write, said: said.into(), title: title.into(), verb, plain: "", for_good: false };
    careful(store).ask(deed, nobody());
}

#[cfg(test)]
mod tests {
    use super::{sentence, words};
    use samtal_model::json::Json;

    fn reach(all: &[(&str, i64)]) -> Json {
        Json::List(
            all.iter()
                .map(|(what, count)| Json::object([("what", (*what).into()), ("count", (*count).into())]))
                .collect(),
        )
    }

    #[test]
    fn what_else_happens_is_one_line() {
        assert_eq!(words(&reach(&[])), None);
        assert_eq!(words(&Json::Null), None);
        assert_eq!(sentence(&reach(&[("conversation_closed", 2)])).as_deref(), Some("Also closes 2 conversations."));
        assert_eq!(
            words(&reach(&[("ticket_deleted", 1), ("conversation_spam", 3), ("ticket_assigned", 1)])).as_deref(),
            Some("deletes 1 ticket for good, moves 3 conversations to Spam and changes the owner of 1 ticket")
        );
    }
}
