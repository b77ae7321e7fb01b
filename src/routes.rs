//! Every address of the app: parsed here, printed here, and nowhere else. How addresses reach the browser's bar and its
//! history is in [`crate::browser::history`].

pub mod page;

use crate::browser::history;
use leptos::prelude::*;
use samtal_model::{ConversationId, CustomViewId, InboxId, MessageId, Sort, View};

/// Where the agent is. A query that is empty is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`: the first inbox, once it is known.
    Home,
    /// `/inbox/:inbox/:view[/:conversation]?message=&q=&sort=`; a custom view is `custom-:id`.
    Inbox {
        inbox: InboxId,
        view: View,
        /// A custom view instead (V10).
        custom: Option<CustomViewId>,
        conversation: Option<ConversationId>,
        /// The message to go to, in the open conversation.
        message: Option<MessageId>,
        q: Option<String>,
        /// The order of the list (S4).
        sort: Sort,
    },
    /// `/conversations/:id[/messages/:message]`: what people share (M1, M2).
    Link { conversation: ConversationId, message: Option<MessageId> },
    /// `/sign-in?next=`; `next` is an address of our own, or none.
    SignIn { next: Option<String> },
    /// An address off the inbox, as it is: [`page::Page`] reads it.
    Page(String),
    /// No address of ours.
    Unknown,
}

/// What addresses off the inbox begin with.
const PAGES: [&str; 6] = ["tickets", "contacts", "companies", "deals", "objects", "settings"];

/// Before the id of a custom view.
const CUSTOM: &str = "custom-";

impl Route {
    /// The front of a view.
    #[must_use]
    pub fn view(inbox: InboxId, view: View) -> Self {
        Self::Inbox { inbox, view, custom: None, conversation: None, message: None, q: None, sort: Sort::default() }
    }

    /// The front of a custom view.
    #[must_use]
    pub fn custom(inbox: InboxId, view: CustomViewId, sort: Sort) -> Self {
        let (custom, conversation, message, q) = (Some(view), None, None, None);
        Self::Inbox { inbox, view: View::Open, custom, conversation, message, q, sort }
    }

    /// The address to share of one message (M1); without origin.
    #[must_use]
    pub fn message_link(conversation: ConversationId, message: MessageId) -> Self {
        Self::Link { conversation, message: Some(message) }
    }

    /// Reads a path with its query, as in `/inbox/1/open?q=refund`.
    #[must_use]
    pub fn parse(address: &str) -> Self {
        let address = address.split('#').next().unwrap_or_default();
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let parts = [parts.next(), parts.next(), parts.next(), parts.next(), parts.next()];
        if parts[0].is_some_and(|first| PAGES.contains(&first)) {
            return Self::Page(address.to_owned());
        }
        Self::from_parts(parts, query).unwrap_or(Self::Unknown)
    }

    fn from_parts(parts: [Option<&str>; 5], query: &str) -> Option<Self> {
        match parts {
            [None, ..] => Some(Self::Home),
            [Some("sign-in"), None, ..] => {
                Some(Self::SignIn { next: field(query, "next").filter(|next| is_own(next)) })
            }
            [Some("conversations"), Some(conversation), None, ..] => {
                Some(Self::Link { conversation: conversation.parse().ok()?, message: None })
            }
            [Some("conversations"), Some(conversation), Some("messages"), Some(message), None] => {
                Some(Self::Link { conversation: conversation.parse().ok()?, message: Some(message.parse().ok()?) })
            }
            [Some("inbox"), Some(inbox), Some(view), conversation, None] => Some(Self::Inbox {
                inbox: inbox.parse().ok()?,
                view: if view.starts_with(CUSTOM) { View::Open } else { View::from_slug(view)? },
                custom: view.strip_prefix(CUSTOM).map(str::parse).transpose().ok()?,
                conversation: conversation.map(str::parse).transpose().ok()?,
                message: field(query, "message").and_then(|message| message.parse().ok()),
                q: field(query, "q").filter(|q| !q.is_empty()),
                sort: field(query, "sort").and_then(|sort| Sort::from_slug(&sort)).unwrap_or_default(),
            }),
            _ => None,
        }
    }

    /// The address, as [`Route::parse`] reads it.
    #[must_use]
    pub fn href(&self) -> String {
        match self {
            Self::Home | Self::Unknown => "/".into(),
            Self::Page(address) => address.clone(),
            Self::Link { conversation, message } => {
                let mut address = ["/conversations/", &conversation.to_string()].concat();
                if let Some(message) = message {
                    address.push_str("/messages/");
                    address.push_str(&message.to_string());
                }
                address
            }
            Self::SignIn { next: None } => "/sign-in".into(),
            Self::SignIn { next: Some(next) } => ["/sign-in?next=", &escape(next)].concat(),
            Self::Inbox { inbox, view, custom, conversation, message, q, sort } => {
                let place = match custom {
                    Some(custom) => [CUSTOM, &custom.to_string()].concat(),
                    None => view.slug().into(),
                };
                let mut address = ["/inbox/", &inbox.to_string(), "/", &place].concat();
                if let Some(conversation) = conversation {
                    address.push('/');
                    address.push_str(&conversation.to_string());
                }
                let mut mark = '?';
                if let Some(message) = message {
                    address.push_str("?message=");
                    address.push_str(&message.to_string());
                    mark = '&';
                }
                if let Some(q) = q {
                    address.push(mark);
                    address.push_str("q=");
                    address.push_str(&escape(q));
                    mark = '&';
                }
                if *sort != Sort::default() {
                    address.push(mark);
                    address.push_str("sort=");
                    address.push_str(sort.slug());
                }
                address
            }
        }
    }

    #[must_use]
    pub fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::Inbox { conversation, .. } => *conversation,
            Self::Link { conversation, .. } => Some(*conversation),
            _ => None,
        }
    }

    #[must_use]
    pub fn message(&self) -> Option<MessageId> {
        match self {
            Self::Inbox { message, .. } | Self::Link { message, .. } => *message,
            _ => None,
        }
    }

    #[must_use]
    pub fn q(&self) -> Option<String> {
        match self {
            Self::Inbox { q, .. } => q.clone(),
            _ => None,
        }
    }

    /// The same list with another conversation open, or none.
    #[must_use]
    pub fn with_conversation(&self, open: Option<ConversationId>) -> Self {
        match self.clone() {
            Self::Inbox { inbox, view, custom, q, sort, .. } => {
                Self::Inbox { inbox, view, custom, conversation: open, message: None, q, sort }
            }
            Self::Link { .. } => open.map_or(Self::Home, |conversation| Self::Link { conversation, message: None }),
            other => other,
        }
    }

    /// Where pressing a row leads: the same list with that conversation open. Where there is no list of its own (a
    /// shared link), the one in `place`.
    #[must_use]
    pub fn with_conversation_in(&self, place: Option<(InboxId, View)>, open: ConversationId) -> Self {
        match (self, place) {
            (Self::Inbox { .. }, _) | (_, None) => self.with_conversation(Some(open)),
            (_, Some((inbox, view))) => Self::view(inbox, view).with_conversation(Some(open)),
        }
    }

    /// The same place with another search, or none.
    #[must_use]
    pub fn with_q(&self, q: Option<String>) -> Self {
        let mut route = self.clone();
        if let Self::Inbox { q: now, .. } = &mut route {
            *now = q.filter(|q| !q.is_empty());
        }
        route
    }

    /// The custom view that is listed.
    #[must_use]
    pub fn custom_view(&self) -> Option<CustomViewId> {
        if let Self::Inbox { custom, .. } = self { *custom } else { None }
    }

    /// The order of the list.
    #[must_use]
    pub fn sort(&self) -> Sort {
        if let Self::Inbox { sort, .. } = self { *sort } else { Sort::default() }
    }

    /// The same place in another order.
    #[must_use]
    pub fn with_sort(mut self, to: Sort) -> Self {
        if let Self::Inbox { sort, .. } = &mut self {
            *sort = to;
        }
        self
    }

    /// The same place at a message of the open conversation.
    #[must_use]
    pub fn with_message(mut self, to: Option<MessageId>) -> Self {
        if let Self::Inbox { message, .. } = &mut self {
            *message = to;
        }
        self
    }
}

/// A path on this server, so that `next` leads nobody elsewhere: one slash, not two, and no backslash that a browser
/// would take for one.
fn is_own(next: &str) -> bool {
    next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && !next.chars().any(char::is_control)
}

/// A field of a query string, unescaped.
fn field(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then(|| unescape(value))
    })
}

/// Escapes a value for a query string: everything but letters, digits and `-._~/`.
#[must_use]
pub fn escape(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            escaped.push(char::from(HEX[usize::from(byte >> 4)]));
            escaped.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    escaped
}

/// Undoes [`escape`]; a `+` is a space, and what is no escape stays as it is.
fn unescape(text: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                plain.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => plain.push(b' '),
            (byte, ..) => plain.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// The place in the app, and the ways to another one. Links are plain `<a href=route.href()>`: a press on one is caught
/// once for the whole page and comes here.
#[derive(Clone, Copy)]
pub struct Nav {
    route: RwSignal<Route>,
}

/// The navigation; call it at a component's top.
#[must_use]
pub fn use_nav() -> Nav {
    expect_context()
}

/// Reads the address bar, follows Back, Forward and links, and makes [`use_nav`] work below.
pub fn provide_nav() -> Nav {
    let nav = Nav { route: RwSignal::new(Route::parse(&history::address())) };
    history::on_pop(move || nav.route.set(Route::parse(&history::address())));
    history::on_link(move |address| {
        let route = Route::parse(&address);
        let known = route != Route::Unknown;
        if known {
            nav.go(route);
        }
        known
    });
    provide_context(nav);
    nav
}

impl Nav {
    /// Where the agent is, live.
    #[must_use]
    pub fn route(self) -> Signal<Route> {
        self.route.into()
    }

    /// Opens something: the browser's Back leads here again.
    pub fn go(self, route: Route) {
        if self.route.with_untracked(|now| *now != route) {
            history::push(&route.href());
            self.route.set(route);
        }
    }

    /// Shows another place, of which the address is told by [`Nav::write`]: browsers refuse to hear of many at once.
    pub fn show(self, route: Route) {
        self.route.set(route);
    }

    /// The address becomes that of the place that is shown.
    pub fn write(self) {
        history::replace(&self.route.with_untracked(Route::href));
    }

    /// Says the same place otherwise, as typing in a filter does: no step for Back.
    pub fn replace(self, route: Route) {
        if self.route.with_untracked(|now| *now != route) {
            history::replace(&route.href());
            self.route.set(route);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Route, escape, unescape};
    use samtal_model::{ConversationId, CustomViewId, InboxId, MessageId, Sort, View};

    fn inbox(conversation: Option<i64>, message: Option<i64>, q: Option<&str>) -> Route {
        Route::Inbox {
            inbox: InboxId(3),
            view: View::Mine,
            custom: None,
            conversation: conversation.map(ConversationId),
            message: message.map(MessageId),
            q: q.map(str::to_owned),
            sort: Sort::default(),
        }
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for (route, address) in [
            (Route::Home, "/"),
            (inbox(None, None, None), "/inbox/3/mine"),
            (inbox(Some(7), None, None), "/inbox/3/mine/7"),
            (inbox(Some(7), Some(9), None), "/inbox/3/mine/7?message=9"),
            (inbox(None, None, Some("två ord & mer")), "/inbox/3/mine?q=tv%C3%A5%20ord%20%26%20mer"),
            (inbox(Some(7), Some(9), Some("a=b")), "/inbox/3/mine/7?message=9&q=a%3Db"),
            (inbox(None, None, None).with_sort(Sort::OldestCreated), "/inbox/3/mine?sort=oldest_created"),
            (
                inbox(Some(7), None, Some("a")).with_sort(Sort::WaitingLongest),
                "/inbox/3/mine/7?q=a&sort=waiting_longest",
            ),
            (Route::custom(InboxId(3), CustomViewId(12), Sort::default()), "/inbox/3/custom-12"),
            (
                Route::custom(InboxId(3), CustomViewId(12), Sort::OldestCreated)
                    .with_conversation(Some(ConversationId(7)))
                    .with_q(Some("a".into())),
                "/inbox/3/custom-12/7?q=a&sort=oldest_created",
            ),
            (Route::Link { conversation: ConversationId(4), message: None }, "/conversations/4"),
            (Route::message_link(ConversationId(4), MessageId(5)), "/conversations/4/messages/5"),
            (Route::SignIn { next: None }, "/sign-in"),
            (Route::SignIn { next: Some("/conversations/4?x=1".into()) }, "/sign-in?next=/conversations/4%3Fx%3D1"),
        ] {
            assert_eq!(route.href(), address);
            assert_eq!(Route::parse(address), route, "{address}");
        }
    }

    #[test]
    fn what_is_no_address_of_ours_is_unknown() {
        for address in [
            "/inbox",
            "/inbox/1",
            "/inbox/x/open",
            "/inbox/1/nonsense",
            "/inbox/1/custom-x",
            "/inbox/1/open/x",
            "/inbox/1/open/2/3",
            "/conversations",
            "/conversations/x",
            "/conversations/1/messages",
            "/conversations/1/messages/2/3",
            "/elsewhere",
        ] {
            assert_eq!(Route::parse(address), Route::Unknown, "{address}");
        }
    }

    #[test]
    fn next_leads_nowhere_else() {
        for next in ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\nb"] {
            let address = format!("/sign-in?next={}", escape(next));
            assert_eq!(Route::parse(&address), Route::SignIn { next: None }, "{next}");
        }
    }

    #[test]
    fn escapes_survive_what_is_no_escape() {
        for text in ["", "100%", "%zz", "å+b c", "日本"] {
            assert_eq!(unescape(&escape(text)), text);
        }
        assert_eq!(unescape("100%"), "100%");
        assert_eq!(unescape("a+b"), "a b");
    }
}
