//! The typed client of the JSON API: one function for each call, and the only place that writes the API's addresses.
//! It holds no state and no rule; what answers mean is the store's business.

pub mod bulk;
pub mod known;
mod request;
pub mod told;

use crate::browser::abort::Stop;
use crate::browser::when;
use crate::routes::escape;
use request::{Method, ask, tell};
use samtal_model::wire::{
    AgentList, ConversationPage, ConversationPatch, ConversationView, CustomViewList, CustomViewPatch, HistoryPage,
    InboxList, MessagePage, NewConversation, NewCustomView, NewMessage, Problem, ReadUpTo, SessionView, SignIn,
    ViewCountList,
};
use samtal_model::{
    Command, CommandId, ContactId, ConversationId, ConversationState, CustomViewEdit, CustomViewId, CustomViewText,
    InboxId, MessageId, MessageKind, Sequence, Sort, View,
};
use told::Answer;

/// `code` of the [`Problem`] that stands for no answer at all.
pub const OFFLINE: &str = "offline";

/// Signs in. Wrong credentials are a problem with code `wrong_credentials`.
pub async fn sign_in(email: String, password: String) -> Result<SessionView, Problem> {
    tell(Method::Post, "/session", None, Some(&SignIn { email, password })).await
}

/// Who is signed in, at the start; none if nobody is.
pub async fn who() -> Result<Option<SessionView>, Problem> {
    ask("/session?optional=true", None).await
}

/// Who is signed in, where somebody was: if no more, the page leads to the sign-in.
pub async fn session() -> Result<SessionView, Problem> {
    ask("/session", None).await
}

pub async fn sign_out() -> Result<(), Problem> {
    request::leave("/session").await
}

pub async fn inboxes() -> Result<InboxList, Problem> {
    ask("/inboxes", None).await
}

pub async fn agents() -> Result<AgentList, Problem> {
    ask("/agents", None).await
}

pub async fn view_counts(inbox: InboxId) -> Result<ViewCountList, Problem> {
    ask(&format!("/inboxes/{inbox}/views"), None).await
}

/// Rows of a view from rank `position`, counted from the top and from 0.
pub async fn view_page(
    inbox: InboxId,
    view: View,
    sort: Sort,
    position: usize,
    limit: usize,
    stop: &Stop,
) -> Result<ConversationPage, Problem> {
    let mut path = format!("/conversations?inbox={inbox}&view={}&position={position}&limit={limit}", view.slug());
    add_sort(&mut path, sort);
    ask(&path, Some(stop)).await
}

/// The custom views of this agent, in order (V10).
pub async fn custom_views() -> Result<CustomViewList, Problem> {
    ask("/custom-views", None).await
}

/// Conversations that match the query `q`, and stand in a custom view if one is named; `cursor` from the page before.
pub async fn search_page(
    q: &str,
    custom: Option<CustomViewId>,
    sort: Sort,
    cursor: Option<&str>,
    limit: usize,
    stop: &Stop,
) -> Result<ConversationPage, Problem> {
    let mut path = format!("/conversations?q={}&limit={limit}&offset={}", escape(q), when::offset_minutes());
    match custom {
        // Its own order is not asked for: the address says which.
        Some(view) => path.push_str(&format!("&custom_view={view}&sort={}", sort.slug())),
        None => add_sort(&mut path, sort),
    }
    if let Some(cursor) = cursor {
        path.push_str("&cursor=");
        path.push_str(&escape(cursor));
    }
    ask(&path, Some(stop)).await
}

fn add_sort(path: &mut String, sort: Sort) {
    if sort != Sort::default() {
        path.push_str("&sort=");
        path.push_str(sort.slug());
    }
}

/// The conversations of a contact in every inbox this agent sees, newest first (D4).
pub async fn conversations_of(contact: ContactId, limit: usize) -> Result<ConversationPage, Problem> {
    ask(&format!("/conversations?contact={contact}&limit={limit}"), None).await
}

/// What happened with a conversation, newest first (T11); `cursor` from the page before.
pub async fn history(id: ConversationId, cursor: Option<&str>, limit: usize) -> Result<HistoryPage, Problem> {
    let cursor = cursor.map(|cursor| ["&cursor=", &escape(cursor)].concat()).unwrap_or_default();
    ask(&format!("/conversations/{id}/history?limit={limit}{cursor}"), None).await
}

pub async fn conversation(id: ConversationId) -> Result<ConversationView, Problem> {
    ask(&format!("/conversations/{id}"), None).await
}

/// Which part of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadAt {
    Newest,
    Around(MessageId),
    Before(MessageId),
    After(MessageId),
}

pub async fn messages(id: ConversationId, at: ThreadAt, limit: usize) -> Result<MessagePage, Problem> {
    let mut path = format!("/conversations/{id}/messages?limit={limit}");
    match at {
        ThreadAt::Newest => {}
        ThreadAt::Around(message) => path.push_str(&format!("&around={message}")),
        ThreadAt::Before(message) => path.push_str(&format!("&before={message}")),
        ThreadAt::After(message) => path.push_str(&format!("&after={message}")),
    }
    ask(&path, None).await
}

/// Where the sanitised HTML body of a message is served; `images`: with the remote ones.
#[must_use]
pub fn body_url(id: MessageId, images: bool) -> String {
    format!("/api/v1/messages/{id}/body{}", if images { "?images=1" } else { "" })
}

/// Where the original source of a mail is downloaded.
#[must_use]
pub fn source_url(id: MessageId) -> String {
    format!("/api/v1/messages/{id}/source")
}

/// Where an attachment is downloaded; `inline`: shown in the page, for images of safe types only.
#[must_use]
pub fn attachment_url(id: MessageId, index: i64, inline: bool) -> String {
    format!("/api/v1/messages/{id}/attachments/{index}{}", if inline { "?inline=1" } else { "" })
}

/// Where the live feed is read from `after` on.
#[must_use]
pub fn events_url(after: Sequence) -> String {
    format!("/api/v1/events?after={after}")
}

/// Sends the call that belongs to `command`. `key` makes a repetition harmless.
pub async fn send(command: &Command, key: &str) -> Result<Answer, Problem> {
    let key = Some(key);
    let patch = |state, owner_id| ConversationPatch { state, owner_id };
    match command {
        Command::Reply { conversation, text } => say(*conversation, MessageKind::Outbound, text, key).await,
        Command::Comment { conversation, text } => say(*conversation, MessageKind::Comment, text, key).await,
        Command::Compose { inbox, to, subject, text } => {
            let body =
                NewConversation { inbox_id: *inbox, to: to.clone(), subject: subject.clone(), text: text.clone() };
            tell(Method::Post, "/conversations", key, Some(&body)).await
        }
        Command::Assign { conversation, owner } => {
            let path = format!("/conversations/{conversation}");
            tell(Method::Patch, &path, key, Some(&patch(None, Some(*owner)))).await
        }
        Command::Close { conversation } => {
            let path = format!("/conversations/{conversation}");
            tell(Method::Patch, &path, key, Some(&patch(Some(ConversationState::Closed), None))).await
        }
        Command::Reopen { conversation } => {
            let path = format!("/conversations/{conversation}");
            tell(Method::Patch, &path, key, Some(&patch(Some(ConversationState::Open), None))).await
        }
        Command::Trash { conversation } => post(format!("/conversations/{conversation}/trash"), key).await,
        Command::Restore { conversation } => post(format!("/conversations/{conversation}/restore"), key).await,
        Command::MarkSpam { conversation } => post(format!("/conversations/{conversation}/spam"), key).await,
        Command::MarkNotSpam { conversation } => post(format!("/conversations/{conversation}/not-spam"), key).await,
        Command::MarkUnread { conversation } => post(format!("/conversations/{conversation}/unread"), key).await,
        Command::Delete { conversation } => {
            tell::<(), _>(Method::Delete, &format!("/conversations/{conversation}"), key, None).await
        }
        Command::Hide { message } => post(format!("/messages/{message}/hide"), key).await,
        Command::Unhide { message } => post(format!("/messages/{message}/unhide"), key).await,
        Command::MarkRead { conversation, up_to } => {
            let path = format!("/conversations/{conversation}/read");
            tell(Method::Post, &path, key, Some(&ReadUpTo { up_to: *up_to })).await
        }
        Command::MarkAllRead { up_to } => tell(Method::Post, "/read-all", key, Some(&ReadUpTo { up_to: *up_to })).await,
        Command::Undo { command } => undo(*command, key).await,
        Command::CreateCustomView { text, shared } => {
            let CustomViewText { name, query, sort, utc_offset_minutes } = text.clone();
            let query = query.as_str().to_owned();
            let body = NewCustomView { name, query, sort, shared: *shared, utc_offset_minutes };
            tell(Method::Post, "/custom-views", key, Some(&body)).await
        }
        Command::EditCustomView { view, edit } => {
            let CustomViewEdit { name, query, sort, utc_offset_minutes, shared } = edit.clone();
            let query = query.map(|query| query.as_str().to_owned());
            let body = CustomViewPatch { name, query, sort, shared, utc_offset_minutes, before: None };
            tell(Method::Patch, &format!("/custom-views/{view}"), key, Some(&body)).await
        }
        Command::MoveCustomView { view, before } => {
            let body = CustomViewPatch { before: Some(*before), ..CustomViewPatch::default() };
            tell(Method::Patch, &format!("/custom-views/{view}"), key, Some(&body)).await
        }
        Command::DeleteCustomView { view } => {
            tell::<(), _>(Method::Delete, &format!("/custom-views/{view}"), key, None).await
        }
        // Receiving is the server's own; people, inboxes and tickets are asked for elsewhere.
        _ => Err(request::problem(0, "system_only", "The inbox does not do this.")),
    }
}

async fn undo(command: CommandId, key: Option<&str>) -> Result<Answer, Problem> {
    post(format!("/commands/{command}/undo"), key).await
}

async fn post(path: String, key: Option<&str>) -> Result<Answer, Problem> {
    tell::<(), _>(Method::Post, &path, key, None).await
}

async fn say(
    conversation: ConversationId,
    kind: MessageKind,
    text: &str,
    key: Option<&str>,
) -> Result<Answer, Problem> {
    let path = format!("/conversations/{conversation}/messages");
    tell(Method::Post, &path, key, Some(&NewMessage { kind, text: text.to_owned() })).await
}
