//! What is fed to the index. A message is found by its subject and its conversation's, its text, its attachments' names,
//! the contact's name and address, and its ticket's name; not by what it only quotes. Hidden messages are not in the index at all (M4).
//!
//! A message becomes a row of tokens: folded words, and the same words once more behind a [`Mark`] where a filter looks
//! at one part alone (`from:`, `filename:`). Marks stand in Unicode's private area, which no folded text has. Some facts
//! that never change have a token too (the inbox, the month), so that the engine does not walk through what a filter
//! would drop.

use super::mark::{GAP, Mark, beginnings, everything};
use super::stretch;
use crate::store::code::Code;
use crate::store::sql::{Arg, Cells, bound, id_list, insert, rows, run};
use crate::store::{Connection, Engine, Error};
use chrono::{DateTime, Datelike};
use samtal_model::query::fold;
use samtal_model::wire::AttachmentView;
use samtal_model::{Address, Channel, ContactId, ConversationId, InboxId, MessageId, Timestamp};
use std::collections::BTreeSet;
use std::fmt::Write;
use unicode_normalization::UnicodeNormalization;

/// Characters of a message that are indexed at the most.
const INDEXED_MOST: usize = 100_000;
/// Recipients and attachments of a message that are indexed at the most.
const LISTED_MOST: usize = 200;
/// Characters of a word that count.
const WORD_MOST: usize = 60;
/// tsvector counts no further.
const POSITION_MOST: usize = 16_383;
/// Bytes of words and places that a tsvector holds, which is a little more, and what a place takes of them.
const VECTOR_MOST: usize = 1_000_000;
const PLACE_BYTES: usize = 6;
/// Messages that are read at once.
const READ_MOST: usize = 500;
/// The years that have tokens; others count as the nearest.
const YEARS: (i32, i32) = (1990, 2100);

/// The token of a channel.
pub(super) fn channel(channel: Channel) -> String {
    let number = Channel::CODES.iter().position(|(other, _)| *other == channel);
    Mark::Channel.number(number.unwrap_or_default() as i64)
}

/// Lower case, without accents, and nothing but letters and digits between single spaces: what both engines index, and
/// what a query is turned into. It is the folding of [`samtal_model::query`], after what Unicode calls compatible
/// letters (ﬁ, ｱ) have been made the same.
#[must_use]
pub(super) fn folded(text: &str) -> String {
    fold::folded(&text.nfkc().collect::<String>())
}

/// The words of a text that somebody looks for.
pub(in crate::store) fn parts(text: &str) -> Vec<String> {
    folded(text).split(' ').filter(|word| !word.is_empty()).map(|word| cut(word).to_owned()).collect()
}

fn cut(word: &str) -> &str {
    word.char_indices().nth(WORD_MOST).map_or(word, |(end, _)| &word[..end])
}

/// The tokens of the months from one moment to another, or of the years if the months are many.
pub(super) fn calendar(from: Option<Timestamp>, to: Option<Timestamp>) -> Vec<String> {
    const MONTHS_MOST: i32 = 24;
    let first = from.map_or((YEARS.0, 1), month);
    let last = to.map_or((YEARS.1, 12), |to| month(to.plus_ms(-1)));
    let months = (last.0 - first.0) * 12 + last.1 - first.1 + 1;
    if months > MONTHS_MOST {
        return (first.0..=last.0).map(year_token).collect();
    }
    (0..months.max(0))
        .map(|nth| {
            let count = first.0 * 12 + first.1 - 1 + nth;
            month_token((count.div_euclid(12), count.rem_euclid(12) + 1))
        })
        .collect()
}

fn month(at: Timestamp) -> (i32, i32) {
    let moment = DateTime::from_timestamp_millis(at.0);
    let (year, month) = match moment {
        Some(moment) => (moment.year(), moment.month() as i32),
        None => (if at.0 < 0 { i32::MIN } else { i32::MAX }, 1),
    };
    if year < YEARS.0 {
        (YEARS.0, 1)
    } else if year > YEARS.1 {
        (YEARS.1, 12)
    } else {
        (year, month)
    }
}

fn year_token(year: i32) -> String {
    Mark::Year.number(year.into())
}

fn month_token((year, month): (i32, i32)) -> String {
    Mark::Month.number(i64::from(year - YEARS.0) * 12 + i64::from(month))
}

/// The tokens of one row, as text with spaces.
pub(super) struct Tokens(String);

impl Tokens {
    fn new() -> Self {
        Self(everything())
    }

    /// The words of some texts, and nothing else.
    pub(super) fn of(texts: &[String]) -> Self {
        let mut tokens = Self::new();
        texts.iter().for_each(|text| tokens.text(text, None));
        tokens
    }

    fn token(&mut self, token: &str) {
        self.0.push(' ');
        self.0.push_str(token);
    }

    /// The words of `text`, and once more behind `mark`.
    fn text(&mut self, text: &str, mark: Option<Mark>) {
        let end = text.char_indices().nth(INDEXED_MOST).map_or(text.len(), |(end, _)| end);
        self.folded(&folded(&text[..end]), mark);
    }

    fn folded(&mut self, folded: &str, mark: Option<Mark>) {
        if folded.is_empty() {
            return;
        }
        for word in folded.split(' ') {
            self.token(cut(word));
        }
        self.gap();
        if let Some(mark) = mark {
            self.marked(folded, mark);
        }
    }

    /// The words of a folded text behind `mark` alone.
    fn marked(&mut self, folded: &str, mark: Mark) {
        if folded.is_empty() {
            return;
        }
        for word in folded.split(' ') {
            self.0.push(' ');
            self.0.push(mark.letter());
            self.0.push_str(cut(word));
        }
        self.gap();
    }

    fn gap(&mut self) {
        self.0.push(' ');
        self.0.push(GAP);
    }

    /// For a tsvector: `'word':1`.
    fn vector(&self) -> String {
        let mut out = String::with_capacity(self.0.len() * 2);
        for (place, token) in self.0.split(' ').enumerate() {
            // Writing into a String cannot fail.
            let _ = write!(out, "'{token}':{} ", (place + 1).min(POSITION_MOST));
        }
        out
    }

    /// The same for the message of that id, with the beginnings of its words and the stretches it lies in. As many of the
    /// words as a tsvector holds: whatever word is in it has its beginnings too.
    fn vector_of_message(&self, id: i64) -> String {
        let mut out = String::with_capacity(self.0.len() * 3);
        for stretch in stretch::of(id) {
            let _ = write!(out, "'{stretch}' ");
        }
        let (mut bytes, mut begun) = (0, BTreeSet::new());
        for (place, token) in self.0.split(' ').enumerate() {
            let start = out.len();
            let _ = write!(out, "'{token}':{} ", (place + 1).min(POSITION_MOST));
            bytes += token.len() + PLACE_BYTES;
            for beginning in beginnings(token) {
                if !begun.contains(&beginning) {
                    let _ = write!(out, "'{beginning}' ");
                    bytes += beginning.len();
                    begun.insert(beginning);
                }
            }
            if bytes > VECTOR_MOST {
                out.truncate(start);
                break;
            }
        }
        out
    }
}

/// What a message's row is made of.
const SOURCE: &str = "SELECT m.id, m.conversation_id, c.inbox_id, c.channel, m.sent_at, c.subject, t.subject, \
     t.recipients, t.attachments, p.name, p.email, m.author_kind, \
     CASE m.author_kind WHEN 'contact' THEN q.name WHEN 'agent' THEN a.name WHEN 'inbox' THEN i.name END, \
     CASE m.author_kind WHEN 'contact' THEN q.email WHEN 'agent' THEN a.email WHEN 'inbox' THEN i.address END, \
     m.kind, t.text, k.name \
     FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN message_texts t ON t.message_id = m.id \
     LEFT JOIN contacts p ON p.id = c.contact_id LEFT JOIN inboxes i ON i.id = c.inbox_id \
     LEFT JOIN tickets k ON k.id = c.ticket_id \
     LEFT JOIN contacts q ON m.author_kind = 'contact' AND q.id = m.author_id \
     LEFT JOIN agents a ON m.author_kind = 'agent' AND a.id = m.author_id \
     WHERE m.hidden_by IS NULL";

#[derive(serde::Deserialize, Default)]
struct Recipients {
    to: Vec<Address>,
    cc: Vec<Address>,
}

fn read(cells: &mut Cells<'_>) -> Result<(i64, Tokens), Error> {
    let mut tokens = Tokens::new();
    let id = cells.int()?;
    tokens.token(&Mark::Conversation.number(cells.int()?));
    tokens.token(&Mark::Inbox.number(cells.int()?));
    tokens.token(&channel(Channel::from_code(&cells.text()?)?));
    let (year, of) = month(Timestamp(cells.int()?));
    tokens.token(&year_token(year));
    tokens.token(&month_token((year, of)));
    tokens.gap();
    let (whole, own) = (folded(&cells.text()?), folded(&cells.text()?));
    tokens.folded(&whole, Some(Mark::Subject));
    // "Re: Shelf" says nothing that "Shelf" does not, but for the two letters.
    if own != whole {
        tokens.folded(&own, Some(Mark::Subject));
    }
    let recipients: Recipients = serde_json::from_str(&cells.text()?).unwrap_or_default();
    let attachments: Vec<AttachmentView> = serde_json::from_str(&cells.text()?).unwrap_or_default();
    let contact = (cells.maybe_text()?.unwrap_or_default(), cells.maybe_text()?.unwrap_or_default());
    let by_contact = cells.maybe_text()?.is_some_and(|kind| kind == "contact");
    let author = (cells.maybe_text()?.unwrap_or_default(), cells.maybe_text()?.unwrap_or_default());
    let outbound = cells.text()? == "outbound";
    for one in [&contact.0, &contact.1] {
        tokens.text(one, None);
    }
    for (one, of_contact) in [(&author.0, &contact.0), (&author.1, &contact.1)] {
        let words = folded(one);
        if by_contact && one != of_contact {
            tokens.folded(&words, None);
        }
        tokens.marked(&words, Mark::From);
    }
    let mut to: Vec<(&str, &str)> = vec![];
    if recipients.to.is_empty() && outbound {
        to.push((&contact.0, &contact.1));
    }
    to.extend(recipients.to.iter().chain(&recipients.cc).map(|it| (it.name.as_str(), it.email.as_str())));
    for (name, email) in to.into_iter().take(LISTED_MOST) {
        tokens.marked(&folded(name), Mark::To);
        tokens.marked(&folded(email), Mark::To);
    }
    if !attachments.is_empty() {
        tokens.token(&Mark::Attachment.on(""));
        tokens.gap();
    }
    for attachment in attachments.iter().take(LISTED_MOST) {
        tokens.text(&attachment.name, Some(Mark::Filename));
    }
    tokens.text(&cells.text()?, None);
    tokens.text(&cells.maybe_text()?.unwrap_or_default(), None);
    Ok((id, tokens))
}

/// Takes messages into the index, as they stand in the database; hidden ones are passed over.
pub(in crate::store) async fn index(
    connection: &mut Connection,
    engine: Engine,
    ids: impl IntoIterator<Item = MessageId>,
) -> Result<(), Error> {
    let mut ids = ids.into_iter().map(|id| id.0).peekable();
    while ids.peek().is_some() {
        let list = id_list(ids.by_ref().take(READ_MOST));
        let found = rows(connection, format!("{SOURCE} AND m.id IN ({list})"), vec![]).await?;
        let found = found.iter().map(|row| read(&mut Cells::new(row))).collect::<Result<_, Error>>()?;
        write(connection, engine, "message", found).await?;
    }
    Ok(())
}

/// Takes contacts in, by name and address.
pub(in crate::store) async fn index_contacts<'a>(
    connection: &mut Connection,
    engine: Engine,
    contacts: impl IntoIterator<Item = (ContactId, &'a Address)>,
) -> Result<(), Error> {
    let all = contacts.into_iter().map(|(id, it)| (id.0, contact_tokens(&it.name, &it.email)));
    write(connection, engine, "contact", all.collect()).await
}

pub(super) fn contact_tokens(name: &str, email: &str) -> Tokens {
    Tokens::of(&[name.to_owned(), email.to_owned()])
}

/// Takes rows into the index of `what`; they must not be there yet on SQLite.
pub(super) async fn write(
    connection: &mut Connection,
    engine: Engine,
    what: &str,
    all: Vec<(i64, Tokens)>,
) -> Result<(), Error> {
    let table = format!("{what}_search");
    match engine {
        Engine::Sqlite => {
            let all: Vec<Vec<Arg>> = all.into_iter().map(|(id, tokens)| bound![id, tokens.0]).collect();
            insert(connection, &table, "rowid, words", "", all).await
        }
        Engine::Postgres => {
            let sql = format!(
                "INSERT INTO {table} ({what}_id, words) VALUES ($1, CAST($2 AS tsvector)) \
                 ON CONFLICT ({what}_id) DO UPDATE SET words = excluded.words"
            );
            for (id, tokens) in all {
                let vector = if what == "message" { tokens.vector_of_message(id) } else { tokens.vector() };
                run(connection, sql.as_str(), bound![id, vector]).await?;
            }
            Ok(())
        }
    }
}

/// Takes messages out of the index.
pub(in crate::store) async fn forget(
    connection: &mut Connection,
    engine: Engine,
    ids: impl IntoIterator<Item = MessageId>,
) -> Result<(), Error> {
    let list = id_list(ids.into_iter().map(|id| id.0));
    let column = id_column(engine, "message");
    run(connection, format!("DELETE FROM message_search WHERE {column} IN ({list})"), vec![]).await.map(drop)
}

/// The name of the id in `what`'s index.
pub(super) fn id_column(engine: Engine, what: &str) -> String {
    match engine {
        Engine::Sqlite => "rowid".into(),
        Engine::Postgres => format!("{what}_id"),
    }
}

/// The conversation's token, for asking within a few of them.
pub(super) fn conversation(id: ConversationId) -> String {
    Mark::Conversation.number(id.0)
}

/// The inbox's token.
pub(super) fn inbox(id: InboxId) -> String {
    Mark::Inbox.number(id.0)
}

#[cfg(test)]
mod tests {
    use super::{calendar, folded, parts};
    use samtal_model::Timestamp;

    #[test]
    fn server_and_app_fold_alike() {
        for line in include_str!("../../../../model/tests/model/folds.txt").lines() {
            let Some((text, plain)) = line.split_once(" => ") else { continue };
            assert_eq!(folded(text), plain, "{text}");
        }
    }

    #[test]
    fn words_are_cut_to_what_the_engines_hold() {
        assert_eq!(parts(&"å".repeat(100)), ["a".repeat(60)]);
        assert_eq!(parts("ﬁsk ORD-7"), ["fisk", "ord", "7"]);
    }

    #[test]
    fn dates_are_looked_for_by_month_and_year() {
        let at = |text: &str| Timestamp::parse(text);
        let tokens = |from, to| calendar(at(from), at(to));
        let months = [super::month_token((2025, 12)), super::month_token((2026, 1))];
        assert_eq!(tokens("2025-12-31T23:00:00Z", "2026-02-01T00:00:00Z"), months);
        let years: Vec<_> = (2020..=2023).map(super::year_token).collect();
        assert_eq!(tokens("2020-05-01T00:00:00Z", "2023-01-02T00:00:00Z"), years);
        assert_eq!(calendar(None, at("1991-01-01T00:00:00Z")).len(), 12);
        assert!(calendar(at("2026-02-01T00:00:00Z"), at("2025-02-01T00:00:00Z")).is_empty());
    }
}
