//! Who a message went to and by which way (T1): in a few words, and in full.

use crate::browser::when;
use crate::store::use_store;
use crate::thread::channel_words;
use crate::ui::live::Pieces;
use leptos::prelude::*;
use samtal_model::wire::MessageView;
use samtal_model::{Address, Channel, MessageId, MessageKind};

/// Under the author's name: `to Maja Olsson and 2 more`.
#[must_use]
pub fn recipients(message: &MessageView) -> String {
    if message.kind == MessageKind::Comment {
        return "comment, not seen by the contact".into();
    }
    let mut all = message.to.iter().chain(&message.cc);
    let Some(first) = all.next() else { return ["by ", channel_by(message.channel)].concat() };
    let more = all.count();
    let first = short(first);
    match more {
        0 => ["to ", first].concat(),
        _ => ["to ", first, " and ", &more.to_string(), " more"].concat(),
    }
}

fn channel_by(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "mail",
        Channel::Chat => "chat",
        Channel::Messenger => "Messenger",
        Channel::Form => "form",
        Channel::Call => "call",
    }
}

fn short(address: &Address) -> &str {
    if address.name.is_empty() { &address.email } else { &address.name }
}

fn whole(name: &str, email: &str) -> String {
    match (name.is_empty(), email.is_empty()) {
        (false, false) if name != email => [name, " <", email, ">"].concat(),
        (true, _) => email.to_owned(),
        _ => name.to_owned(),
    }
}

fn all(addresses: &[Address]) -> String {
    addresses.iter().map(|address| whole(&address.name, &address.email)).collect::<Vec<_>>().join(", ")
}

/// From, to, when, how.
#[component]
pub fn Facts(id: MessageId) -> impl IntoView {
    let store = use_store();
    let message = store.message(id).get_untracked()?;
    let conversation = message.conversation_id;
    let source = move || {
        let inbox = store.peek(conversation)?.inbox_id;
        store
            .inboxes()
            .with(|all| all.iter().find(|it| it.id == inbox).map(|it| [&it.name, ", ", &it.address].concat()))
    };
    let rows: Vec<(&'static str, String)> = [
        ("From", whole(&message.author_name, &message.author_email)),
        ("To", all(&message.to)),
        ("Cc", all(&message.cc)),
        ("Date", when::long(message.sent_at.0)),
        ("Subject", message.subject),
        ("Channel", channel_words(message.channel).0.to_owned()),
        ("Inbox", untrack(source).unwrap_or_default()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .collect();
    Some(view! {
        <dl class="facts message-facts">
            {rows.into_iter().map(|(name, value)| view! { <dt>{name}</dt> <dd>{value}</dd> }).pieces()}
        </dl>
    })
}

#[cfg(test)]
mod tests {
    use super::{all, whole};
    use samtal_model::Address;

    #[test]
    fn addresses_are_written_once() {
        assert_eq!(whole("Maja", "m@a.example"), "Maja <m@a.example>");
        assert_eq!(whole("", "m@a.example"), "m@a.example");
        assert_eq!(whole("m@a.example", "m@a.example"), "m@a.example");
        assert_eq!(whole("Maja", ""), "Maja");
        let two =
            [Address { name: "A".into(), email: "a@x".into() }, Address { name: String::new(), email: "b@x".into() }];
        assert_eq!(all(&two), "A <a@x>, b@x");
    }
}
