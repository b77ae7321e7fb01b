//! Saying what else something will change before it is done (K8).

use crate::api::known::Write;
use crate::store::known::{Thing, things};
use crate::store::{Store, use_store};
use crate::ui::dialog::Confirm;
use crate::ui::live::{live, spawn};
use leptos::prelude::*;
use samtal_model::json::Json;
use samtal_model::{Command, ConversationId};
use std::cell::OnceCell;
use std::rc::Rc;

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

/// Something that reaches further, to be agreed to.
#[derive(Clone)]
struct Question {
    title: String,
    verb: String,
    words: String,
    go: Rc<dyn Fn()>,
}

#[derive(Clone, Copy)]
struct Asking {
    open: RwSignal<bool>,
    question: StoredValue<Option<Question>, LocalStorage>,
    title: RwSignal<String>,
    verb: RwSignal<String>,
    words: RwSignal<String>,
}

thread_local! {
    static ASKING: OnceCell<Asking> = const { OnceCell::new() };
}

fn asking(store: Store) -> Asking {
    ASKING.with(|asking| {
        *asking.get_or_init(|| {
            store.for_good(|| Asking {
                open: RwSignal::new(false),
                question: StoredValue::new_local(None),
                title: RwSignal::default(),
                verb: RwSignal::default(),
                words: RwSignal::default(),
            })
        })
    })
}

/// Runs `go` if `write` changes nothing but what it is about; otherwise says what else it will change, under `title`,
/// and runs `go` when that is agreed to with `verb`. What the rules refuse is told at once.
pub fn agree(store: Store, write: Write, title: &str, verb: &str, go: impl Fn() + 'static) {
    agree_to(store, write, title, verb, "", go);
}

/// Blocks the sender of a conversation, when the agent has seen what is deleted by that (T5).
pub fn block(store: Store, conversation: ConversationId) {
    let plain = "What they write from now on goes to Spam, with this conversation.";
    let write = Write::block(conversation, true);
    agree_to(store, write.clone(), "Block sender?", "Block sender", plain, move || {
        store.write(write.clone(), "Sender blocked", |_| {});
    });
}

/// `plain` is said in any case; where it is empty and nothing else is reached, nothing is asked.
fn agree_to(store: Store, write: Write, title: &str, verb: &str, plain: &'static str, go: impl Fn() + 'static) {
    let (title, verb) = (title.to_owned(), verb.to_owned());
    spawn(async move {
        match write.preview().await {
            Ok(answer) => {
                let refused = answer.known.at("refused").at("detail").text().unwrap_or_default();
                if !refused.is_empty() {
                    store.warn(refused.to_owned());
                } else {
                    let further = sentence(answer.known.at("reach")).unwrap_or_default();
                    let gap = if plain.is_empty() || further.is_empty() { "" } else { " " };
                    let words = [plain, gap, &further].concat();
                    if words.is_empty() {
                        go();
                    } else {
                        ask(store, Question { title, verb, words, go: Rc::new(go) });
                    }
                }
            }
            Err(problem) => store.warn(problem.detail),
        }
    });
}

fn ask(store: Store, question: Question) {
    let asking = asking(store);
    asking.title.set(question.title.clone());
    asking.verb.set(question.verb.clone());
    asking.words.set(question.words.clone());
    asking.question.set_value(Some(question));
    asking.open.set(true);
}

/// Carries out `command`; one that takes a ticket along says so first (K7).
pub fn act(store: Store, command: Command) {
    let has_ticket = |id: &ConversationId| store.peek(*id).is_some_and(|it| it.ticket.is_some());
    let (write, title, verb) = match &command {
        Command::Trash { conversation } if has_ticket(conversation) => {
            (Write::trash(*conversation), "Move to Trash?", "Move to Trash")
        }
        Command::Restore { conversation } if has_ticket(conversation) => {
            (Write::restore(*conversation), "Restore?", "Restore")
        }
        _ => return store.act(command, |_| {}),
    };
    agree(store, write, title, verb, move || store.act(command.clone(), |_| {}));
}

/// Where the question is asked.
#[component]
pub fn ReachDialog() -> impl IntoView {
    let asking = asking(use_store());
    let agreed = Callback::new(move |()| {
        asking.open.set(false);
        if let Some(question) = asking.question.get_value() {
            (question.go)();
        }
    });
    view! {
        <Confirm open=asking.open title=asking.title verb=asking.verb on_confirm=agreed>
            <p>{live(move || asking.words.get())}</p>
        </Confirm>
    }
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
