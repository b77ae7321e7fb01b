//! Saying what else something will change before it is done (K8).

use super::careful::{Deed, careful, nobody};
use crate::api::known::Write;
use crate::store::Store;
use crate::store::known::{Thing, things};
use leptos::prelude::Callback;
use samtal_model::json::Json;
use samtal_model::{Command, ConversationId};

/// What is reached, in words: `closes 2 conversations and moves its ticket to Trash`; none where nothing is. `contact` is
/// who is asked how it went, if anybody is.
fn words(reach: &Json, contact: &str) -> Option<String> {
    let phrases: Vec<String> = things(reach).iter().filter_map(|reached| phrase(reached, contact)).collect();
    match phrases.split_last() {
        None => None,
        Some((only, [])) => Some(only.clone()),
        Some((last, others)) => Some([&others.join(", "), " and ", last].concat()),
    }
}

fn phrase(reached: &Thing, contact: &str) -> Option<String> {
    let count = reached.int("count").filter(|count| *count > 0)?;
    let (before, noun, after) = match reached.text("what") {
        "conversation_closed" => ("closes ", "conversation", ""),
        "conversation_reopened" => ("reopens ", "conversation", ""),
        "conversation_trashed" => ("moves ", "conversation", " to Trash"),
        "conversation_restored" => ("restores ", "conversation", ""),
        "conversation_deleted" => ("deletes ", "conversation", " for good"),
        "conversation_assigned" => ("gives an owner back to ", "conversation", ""),
        "conversation_unassigned" => ("unassigns ", "conversation", ""),
        "conversation_spam" => ("moves ", "conversation", " to Spam"),
        "conversation_not_spam" => ("takes ", "conversation", " out of Spam"),
        "ticket_assigned" => ("changes the owner of ", "ticket", ""),
        "ticket_unassigned" => ("unassigns ", "ticket", ""),
        "ticket_trashed" => ("moves ", "ticket", " to Trash"),
        "ticket_restored" => ("restores ", "ticket", ""),
        "ticket_deleted" => ("deletes ", "ticket", " for good"),
        "ticket_reopened" => ("reopens ", "ticket", ""),
        "ticket_moved" => ("gives another status to ", "ticket", ""),
        "ticket_noted" => ("leaves a note on ", "ticket", ""),
        "contact_asked" => return Some(["asks ", contact, " how it went"].concat()),
        "contact_unasked" => return Some(["no longer asks ", contact, " how it went"].concat()),
        _ => return None,
    };
    let plural = if count == 1 { "" } else { "s" };
    Some([before, &count.to_string(), " ", noun, plural, after].concat())
}

/// What an answer says that is reached, as a sentence of its own.
#[must_use]
pub fn sentence(answer: &Json) -> Option<String> {
    let contact = answer.at("ticket").at("contact");
    let called = ["name", "email"].into_iter().filter_map(|key| contact.at(key).text()).find(|it| !it.is_empty());
    words(answer.at("reach"), called.unwrap_or("the contact")).map(|words| ["Also ", &words, "."].concat())
}

/// Deletes a conversation for good with `done`, when the agent has seen what is `lost` by that: its ticket may go too (V9).
pub fn delete(store: Store, conversation: ConversationId, lost: String, done: Callback<()>) {
    let deed = Deed {
        write: Write::delete_conversation(conversation),
        said: String::new(),
        title: "Delete permanently?".into(),
        verb: "Delete permanently",
        plain: "Links to it will say that it is not here.",
        for_good: true,
    };
    careful(store).ask_first(deed, lost, done);
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
        assert_eq!(words(&reach(&[]), ""), None);
        assert_eq!(words(&Json::Null, ""), None);
        let answer = |reach: Json| Json::object([("reach", reach)]);
        let closes = answer(reach(&[("conversation_closed", 2)]));
        assert_eq!(sentence(&closes).as_deref(), Some("Also closes 2 conversations."));
        assert_eq!(
            words(&reach(&[("ticket_deleted", 1), ("conversation_spam", 3), ("ticket_assigned", 1)]), "").as_deref(),
            Some("deletes 1 ticket for good, moves 3 conversations to Spam and changes the owner of 1 ticket")
        );
    }

    #[test]
    fn who_is_asked_is_named_as_they_are_known() {
        for (name, email, called) in [
            ("Maja Berg", "maja@post.test", "Maja Berg"),
            ("", "maja@post.test", "maja@post.test"),
            ("", "", "the contact"),
        ] {
            let contact = Json::object([("name", name.into()), ("email", email.into())]);
            let answer = Json::object([
                ("reach", reach(&[("conversation_closed", 1), ("contact_asked", 1)])),
                ("ticket", Json::object([("contact", contact)])),
            ]);
            let words = ["Also closes 1 conversation and asks ", called, " how it went."].concat();
            assert_eq!(sentence(&answer), Some(words));
        }
    }
}
