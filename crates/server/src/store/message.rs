//! Messages and what they say. Every way to a text goes through here, and stops at a hidden one (M4).

use super::code::{Code, author, author_columns};
use super::sql::{Arg, Cells, bound, id_list, row, rows};
use super::{Connection, Error, Reader, Store};
use samtal_model::rules::message::may_unhide;
use samtal_model::wire::{AttachmentView, MessageAnswer, MessagePage, MessageView};
use samtal_model::{
    Address, AgentId, Channel, ConversationId, Hidden, Message, MessageId, MessageKind, Sequence, Timestamp,
};
use serde::{Deserialize, Serialize};

/// Which part of a thread is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadAt {
    Newest,
    /// With this message in the middle.
    Around(MessageId),
    Before(MessageId),
    After(MessageId),
}

/// What a message says, as it is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextRow {
    pub subject: String,
    /// What is new in it.
    pub text: String,
    /// What it repeats.
    pub quoted: String,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub attachments: Vec<AttachmentView>,
    pub has_html: bool,
    pub has_remote_images: bool,
    pub has_source: bool,
    pub unsent: bool,
}

#[derive(Default, Serialize, Deserialize)]
struct Recipients {
    to: Vec<Address>,
    cc: Vec<Address>,
}

/// The newest messages of these conversations, by arrival.
pub(super) async fn newest_of(
    connection: &mut Connection,
    conversations: impl Iterator<Item = ConversationId>,
    most: i64,
) -> Result<Vec<MessageId>, Error> {
    let list = id_list(conversations.map(|id| id.0));
    if list == "-1" {
        return Ok(vec![]);
    }
    let sql = format!("SELECT id FROM messages WHERE conversation_id IN ({list}) ORDER BY id DESC LIMIT {most}");
    let found = rows(connection, sql, vec![]).await?;
    found.iter().map(|row| Ok(MessageId(Cells::new(row).int()?))).collect()
}

/// Characters of the first words shown in the list.
const PREVIEW_MOST: usize = 160;

/// The first words of a text on one line.
fn preview(text: &str) -> String {
    let mut words = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
            count += 1;
        }
        for c in word.chars() {
            if count == PREVIEW_MOST {
                words.push('…');
                return words;
            }
            words.push(c);
            count += 1;
        }
    }
    words
}

pub(super) const TEXT_COLUMNS: &str = "message_id, subject, preview, text, quoted, recipients, attachments, has_html, \
     has_remote_images, has_source, unsent";

impl TextRow {
    pub(super) fn columns(&self, id: MessageId) -> Vec<Arg> {
        let recipients = Recipients { to: self.to.clone(), cc: self.cc.clone() };
        bound![
            id,
            self.subject.as_str(),
            preview(if self.text.trim().is_empty() { &self.quoted } else { &self.text }),
            self.text.as_str(),
            self.quoted.as_str(),
            json(&recipients),
            json(&self.attachments),
            self.has_html,
            self.has_remote_images,
            self.has_source,
            self.unsent,
        ]
    }
}

fn json<T: Serialize>(value: &T) -> String {
    // Plain structs of strings and numbers always serialise.
    serde_json::to_string(value).unwrap_or_default()
}

pub(super) const COLUMNS: &str =
    "id, conversation_id, kind, author_kind, author_id, channel, sent_at, hidden_by, hidden_at, version";

pub(super) fn model(cells: &mut Cells<'_>) -> Result<Message, Error> {
    let id = MessageId(cells.int()?);
    let conversation = ConversationId(cells.int()?);
    let kind = MessageKind::from_code(&cells.text()?)?;
    let author_kind = cells.text()?;
    let author = author(&author_kind, cells.maybe()?)?;
    let channel = Channel::from_code(&cells.text()?)?;
    let sent_at = Timestamp(cells.int()?);
    let (by, at) = (cells.maybe()?, cells.maybe()?);
    let hidden = by.zip(at).map(|(by, at)| Hidden { by: AgentId(by), at: Timestamp(at) });
    Ok(Message { id, conversation, kind, author, channel, sent_at, hidden, version: Sequence(cells.int()?) })
}

pub(super) fn columns_of(it: &Message) -> Vec<Arg> {
    let (author_kind, author_id) = author_columns(it.author);
    bound![
        it.id,
        it.conversation,
        it.kind.code(),
        author_kind,
        author_id,
        it.channel.code(),
        it.sent_at,
        it.hidden.map(|hidden| hidden.by),
        it.hidden.map(|hidden| hidden.at),
        it.version,
    ]
}

/// The texts of a hidden message are not even read.
const VIEW: &str = "SELECT m.id, m.conversation_id, m.kind, m.author_kind, m.author_id, m.channel, m.sent_at, \
     m.hidden_by, m.hidden_at, m.version, \
     COALESCE(p.name, a.name, CASE WHEN m.author_kind = 'inbox' THEN i.name ELSE 'Bot' END), \
     COALESCE(p.email, a.email, CASE WHEN m.author_kind = 'inbox' THEN i.address ELSE '' END), \
     q.name, q.email, \
     t.subject, t.text, t.quoted, t.recipients, t.attachments, t.has_html, t.has_remote_images, t.has_source, t.unsent \
     FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN inboxes i ON i.id = c.inbox_id \
     LEFT JOIN message_texts t ON t.message_id = m.id AND m.hidden_by IS NULL \
     LEFT JOIN contacts p ON m.author_kind = 'contact' AND p.id = m.author_id \
     LEFT JOIN agents a ON m.author_kind = 'agent' AND a.id = m.author_id \
     LEFT JOIN contacts q ON q.id = c.contact_id";

/// As everybody sees it; who may unhide it is one reader's own ([`personal`]).
fn view(cells: &mut Cells<'_>) -> Result<MessageView, Error> {
    let it = model(cells)?;
    let (name, email) = (cells.text()?, cells.text()?);
    let contact = cells.maybe_text()?.zip(cells.maybe_text()?);
    let mut view = MessageView {
        id: it.id,
        conversation_id: it.conversation,
        kind: it.kind,
        author: it.author,
        author_name: if name.is_empty() { email.clone() } else { name },
        author_email: email,
        channel: it.channel,
        sent_at: it.sent_at,
        version: it.version,
        hidden: it.hidden.is_some(),
        hidden_by: it.hidden.map(|hidden| hidden.by),
        hidden_at: it.hidden.map(|hidden| hidden.at),
        can_unhide: false,
        subject: String::new(),
        to: vec![],
        cc: vec![],
        text: String::new(),
        quoted: String::new(),
        has_html: false,
        has_remote_images: false,
        has_source: false,
        unsent: false,
        attachments: vec![],
    };
    if it.hidden.is_some() {
        return Ok(view);
    }
    let Some(subject) = cells.maybe_text()? else { return Ok(view) };
    view.subject = subject;
    view.text = cells.text()?;
    view.quoted = cells.text()?;
    let recipients: Recipients = serde_json::from_str(&cells.text()?).unwrap_or_default();
    view.to = recipients.to;
    view.cc = recipients.cc;
    view.attachments = serde_json::from_str(&cells.text()?).unwrap_or_default();
    view.has_html = cells.flag()?;
    view.has_remote_images = cells.flag()?;
    view.has_source = cells.flag()?;
    view.unsent = cells.flag()?;
    // An answer goes to whom the conversation is with.
    if view.to.is_empty()
        && it.kind == MessageKind::Outbound
        && let Some((name, email)) = contact
    {
        view.to.push(Address { name, email });
    }
    Ok(view)
}

/// Adds whether `reader` may unhide it (M5).
pub(crate) fn personal(view: &mut MessageView, reader: &Reader) {
    view.can_unhide = view.to_model().hidden.is_some_and(|hidden| may_unhide(hidden, reader.agent, Some(reader.role)));
}

impl Store {
    /// A page of a thread, oldest first; none if the conversation, or the message named, is not there for this
    /// reader. `limit` is in messages.
    ///
    /// # Errors
    /// The engine's.
    pub async fn messages(
        &self,
        reader: &Reader,
        conversation: ConversationId,
        at: ThreadAt,
        limit: i64,
    ) -> Result<Option<MessagePage>, Error> {
        let mut connection = self.read().await?;
        if !visible(&mut connection, reader, conversation).await? {
            return Ok(None);
        }
        let anchor = match at {
            ThreadAt::Newest => None,
            ThreadAt::Around(id) | ThreadAt::Before(id) | ThreadAt::After(id) => {
                let sql = "SELECT sent_at FROM messages WHERE id = $1 AND conversation_id = $2";
                match row(&mut connection, sql, bound![id, conversation]).await? {
                    Some(row) => Some((Cells::new(&row).int()?, id)),
                    None => return Ok(None),
                }
            }
        };
        let older = "ORDER BY m.sent_at DESC, m.id DESC LIMIT";
        let newer = "ORDER BY m.sent_at, m.id LIMIT";
        let page = async |connection: &mut Connection, mark: &str, order: &str, limit: i64| {
            let (sent_at, id) = anchor.unwrap_or((0, MessageId(0)));
            let (bounds, args) = if mark.is_empty() {
                (String::new(), bound![conversation, limit + 1])
            } else {
                (format!("AND (m.sent_at, m.id) {mark} ($3, $4)"), bound![conversation, limit + 1, sent_at, id])
            };
            let sql = format!("{VIEW} WHERE m.conversation_id = $1 {bounds} {order} $2");
            let found = rows(connection, sql, args).await?;
            let more = found.len() as i64 > limit;
            let views = found.iter().take(limit.max(0) as usize).map(|row| view(&mut Cells::new(row)));
            Ok::<_, Error>((views.collect::<Result<Vec<_>, _>>()?, more))
        };
        let (mut items, has_before, has_after) = match at {
            ThreadAt::Newest => {
                let (mut items, more) = page(&mut connection, "", older, limit).await?;
                items.reverse();
                (items, more, false)
            }
            ThreadAt::Before(_) => {
                let (mut items, more) = page(&mut connection, "<", older, limit).await?;
                items.reverse();
                (items, more, true)
            }
            ThreadAt::After(_) => {
                let (items, more) = page(&mut connection, ">", newer, limit).await?;
                (items, true, more)
            }
            ThreadAt::Around(_) => {
                let half = (limit / 2).max(1);
                let (mut items, before) = page(&mut connection, "<", older, half).await?;
                items.reverse();
                let (newer, after) = page(&mut connection, ">=", newer, limit - half + 1).await?;
                items.extend(newer);
                (items, before, after)
            }
        };
        items.iter_mut().for_each(|view| personal(view, reader));
        Ok(Some(MessagePage { items, has_before, has_after }))
    }

    /// One message and its conversation; none if it is not there or not for this reader (M3).
    ///
    /// # Errors
    /// The engine's.
    pub async fn message(&self, reader: &Reader, id: MessageId) -> Result<Option<MessageAnswer>, Error> {
        let Some(mut message) = self.shared_messages(&[id]).await?.pop() else { return Ok(None) };
        let Some(conversation) = self.conversation(reader, message.conversation_id).await? else { return Ok(None) };
        personal(&mut message, reader);
        Ok(Some(MessageAnswer { message, conversation }))
    }

    /// Messages as everybody sees them; for the feed and for [`Self::message`], which look at who reads themselves.
    pub(crate) async fn shared_messages(&self, ids: &[MessageId]) -> Result<Vec<MessageView>, Error> {
        if ids.is_empty() {
            return Ok(vec![]);
        }
        let mut connection = self.read().await?;
        let list = id_list(ids.iter().map(|id| id.0));
        let found = rows(&mut connection, format!("{VIEW} WHERE m.id IN ({list}) ORDER BY m.id"), vec![]).await?;
        found.iter().map(|row| view(&mut Cells::new(row))).collect()
    }
}

/// Whether the conversation is there for this reader.
pub(super) async fn visible(
    connection: &mut Connection,
    reader: &Reader,
    conversation: ConversationId,
) -> Result<bool, Error> {
    let found = row(connection, "SELECT inbox_id FROM conversations WHERE id = $1", bound![conversation]).await?;
    let Some(found) = found else { return Ok(false) };
    let inbox = samtal_model::InboxId(Cells::new(&found).int()?);
    Ok(reader.inboxes.contains(&inbox))
}

#[cfg(test)]
mod tests {
    use super::preview;

    #[test]
    fn a_preview_is_one_short_line() {
        assert_eq!(preview("  Hello,\n\n the  shelf\tis here "), "Hello, the shelf is here");
        let long = "å".repeat(400);
        assert_eq!(preview(&long).chars().count(), 161);
        assert!(preview(&long).ends_with('…'));
    }
}
