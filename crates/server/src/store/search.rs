//! Search (S1–S4, S6): what [`samtal_model::query`] asks, on both engines, in bounded work for each request.
//!
//! Where a message has to match, **all of it has to be in one message**: its words, `from:`, `has:` and so on, with the
//! subject and the contact counting as part of every message; `-word` and the like exclude messages. The conversation
//! stands where its newest match stands (or its oldest, if the oldest are wanted first). Where nothing is asked of a
//! message, conversations are walked in the order asked for, and `-word` leaves out those with any such message.
//!
//! A page may hold fewer rows than asked for, even none, and still have a cursor: then so many did not match that the
//! rest is left for the next request. Nothing is skipped and nothing comes twice.

mod among;
mod ask;
mod index;
mod mark;
mod named;
mod narrow;
mod people;
mod postgres;
mod refill;
mod stretch;
mod within;
mod words;

pub(super) use among::{Finder, look};
pub(super) use named::{index_anew, named};
pub(super) use words::{forget, index, index_contacts, parts};

use super::code::{Code, author};
use super::order::{Order, Place};
use super::sql::{Cells, bound, id_list, row, rows};
use super::view::ListQuery;
use super::{Connection, Engine, Error, Reader, Store};
use ask::Ask;
use index::{Ahead, Question};
use narrow::Narrow;
use samtal_model::chrono::NaiveDate;
use samtal_model::query::{Query, marks};
use samtal_model::wire::{ConversationPage, ConversationView, MatchView};
use samtal_model::{ConversationId, MessageId, MessageKind, Sort, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub query: Query,
    /// [`Query::dates`] for the reader's clock: from this moment on …
    pub from: Option<Timestamp>,
    /// … and before this one.
    pub to: Option<Timestamp>,
    /// What has to find it too, with dates of its own: a custom view that is searched in.
    pub within: Option<Box<Self>>,
}

impl Search {
    /// With its dates as they are today, on a clock so far ahead of UTC.
    #[must_use]
    pub fn at(query: Query, today: NaiveDate, utc_offset_minutes: i32) -> Self {
        let (from, to) = query.dates.bounds(today, utc_offset_minutes);
        Self { query, from, to, within: None }
    }
}

/// How many matches are looked at, step by step, before a page is given up.
const MATCHES: [i64; 4] = [100, 400, 1000, 1000];
/// Up to so many matches are sorted by another key than their own.
const SORTED_MOST: i64 = 1000;
/// How many conversations are walked, step by step, before a page is given up.
const WALKED: [i64; 3] = [250, 1500, 4000];
/// The same where the index has to be asked about them.
const WALKED_ASKING: [i64; 4] = [100, 200, 400, 400];
/// Characters of a text in which its first match is looked for, and of what is shown of it.
const SNIPPET: (i64, usize) = (8_000, 160);
/// Characters before the match: a narrow row shows some forty, and has to show the match.
const BEFORE: usize = 20;

/// What was found: conversations in order, and the message that matched where one had to.
#[derive(Default)]
struct Found {
    ids: Vec<(ConversationId, Option<MessageId>)>,
    next_cursor: Option<String>,
}

impl Store {
    pub(super) async fn search(
        &self,
        reader: &Reader,
        list: &ListQuery,
        search: &Search,
        limit: usize,
    ) -> Result<ConversationPage, Error> {
        let (found, wanted) = self.find(reader, list, search, limit).await?;
        let ids: Vec<_> = found.ids.iter().map(|(id, _)| *id).collect();
        let items = self.conversations_by_id(reader, &ids).await?;
        let matches = if wanted { self.matches(&items, &found, search).await? } else { vec![] };
        Ok(ConversationPage { items, matches, next_cursor: found.next_cursor, total: None, position: None })
    }

    /// A step through the ids alone, and where the next one begins.
    pub(super) async fn found_ids(
        &self,
        reader: &Reader,
        list: &ListQuery,
        search: &Search,
        limit: usize,
    ) -> Result<(Vec<ConversationId>, Option<String>), Error> {
        let (found, _) = self.find(reader, list, search, limit).await?;
        Ok((found.ids.into_iter().map(|(id, _)| id).collect(), found.next_cursor))
    }

    /// What is found, and whether a message had to match.
    async fn find(
        &self,
        reader: &Reader,
        list: &ListQuery,
        search: &Search,
        limit: usize,
    ) -> Result<(Found, bool), Error> {
        let mut connection = self.read().await?;
        let mut narrow = Narrow::new(&mut connection, self.engine, reader, list.inbox, search).await?;
        if let Some(within) = &search.within {
            narrow = narrow.and(Narrow::new(&mut connection, self.engine, reader, list.inbox, within).await?);
        }
        let cursor = list.cursor.as_deref();
        let mut seeker = Seeker { connection: &mut connection, engine: self.engine, narrow: &narrow, limit };
        let found = match &narrow.wanted {
            _ if narrow.impossible => Found::default(),
            Some(ask) if matches!(list.sort, Sort::NewestActivity | Sort::OldestActivity) => {
                seeker.by_match(ask, list.sort == Sort::NewestActivity, cursor).await?
            }
            Some(ask) => seeker.sorted(ask, Order::of(list.sort), cursor).await?,
            None => seeker.walk(Order::of(list.sort), cursor).await?,
        };
        Ok((found, narrow.wanted.is_some()))
    }

    /// For each of `items`, the message that matched and the words around its first mark.
    async fn matches(
        &self,
        items: &[ConversationView],
        found: &Found,
        search: &Search,
    ) -> Result<Vec<MatchView>, Error> {
        let message_of: BTreeMap<_, _> = found.ids.iter().copied().collect();
        let message = |item: &ConversationView| message_of.get(&item.id).copied().flatten();
        // What the row shows anyway need not be read.
        let is_near = |preview: &str| {
            let first = marks(&search.query, preview).first().map(|mark| preview[..mark.start].chars().count());
            first.is_some_and(|before| before <= BEFORE)
        };
        let shown = items
            .iter()
            .filter(|item| message(item).is_some_and(|id| item.last_message_id == Some(id)) && is_near(&item.preview));
        let shown = id_list(shown.filter_map(message).map(|id| id.0));
        let list = id_list(items.iter().filter_map(message).map(|id| id.0));
        let sql = format!(
            "SELECT m.id, m.sent_at, m.kind, m.author_kind, m.author_id, CASE WHEN m.id IN ({shown}) THEN '' \
             ELSE SUBSTR(t.text, 1, {}) END FROM messages m JOIN message_texts t ON t.message_id = m.id \
             WHERE m.hidden_by IS NULL AND m.id IN ({list})",
            SNIPPET.0
        );
        let mut connection = self.read().await?;
        let mut found = BTreeMap::new();
        for row in rows(&mut connection, sql, vec![]).await? {
            let mut cells = Cells::new(&row);
            let (id, sent_at) = (MessageId(cells.int()?), Timestamp(cells.int()?));
            let kind = MessageKind::from_code(&cells.text()?)?;
            let author = author(&cells.text()?, cells.maybe()?)?;
            found.insert(id, (sent_at, kind, author, snippet(&search.query, &cells.text()?)));
        }
        let matches = items.iter().map(|item| {
            let (conversation_id, message_id) = (item.id, message(item));
            let about = message_id.and_then(|id| found.remove(&id));
            let (sent_at, kind, author, snippet) = match about {
                Some((sent_at, kind, author, snippet)) => (Some(sent_at), Some(kind), Some(author), snippet),
                None => (None, None, None, String::new()),
            };
            MatchView { conversation_id, message_id, sent_at, kind, author, snippet }
        });
        Ok(matches.collect())
    }
}

/// The words around the first mark, on one line; empty where there is none.
fn snippet(query: &Query, text: &str) -> String {
    let Some(mark) = first_mark(query, text) else { return String::new() };
    let from = text[..mark.start].char_indices().rev().take(BEFORE).last().map_or(mark.start, |(at, _)| at);
    // From the beginning of a word, unless that is the mark itself.
    let cut = text[from..mark.start].find(char::is_whitespace).filter(|_| from > 0).map_or(from, |at| from + at);
    let mut out = if text[..cut].trim().is_empty() { String::new() } else { "…".to_owned() };
    let mut count = out.chars().count();
    let mut first = true;
    for word in text[cut..].split_whitespace() {
        let gap = usize::from(!first);
        let length = word.chars().count();
        if count + gap + length >= SNIPPET.1 {
            if first {
                out.extend(word.chars().take(SNIPPET.1 - count - 1));
            }
            out.push('…');
            break;
        }
        if gap > 0 {
            out.push(' ');
        }
        out.push_str(word);
        count += gap + length;
        first = false;
    }
    out
}

/// Most marks stand near the beginning, and folding a whole text for each row would cost more than the search.
fn first_mark(query: &Query, text: &str) -> Option<Range<usize>> {
    [400, 2_000, usize::MAX].into_iter().find_map(|most| {
        let rest = text.char_indices().skip(most).find(|(_, c)| c.is_whitespace());
        let end = rest.map_or(text.len(), |(end, _)| end);
        marks(query, &text[..end]).into_iter().next()
    })
}

/// One search under way.
struct Seeker<'a> {
    connection: &'a mut Connection,
    engine: Engine,
    narrow: &'a Narrow,
    limit: usize,
}

impl Seeker<'_> {
    /// In the order of the matches themselves.
    async fn by_match(&mut self, ask: &Ask, newest: bool, cursor: Option<&str>) -> Result<Found, Error> {
        let start: Option<i64> = cursor.and_then(|cursor| cursor.parse().ok());
        let mut found = Found::default();
        let mut seen = BTreeSet::new();
        let mut at = start;
        let mut ahead = Ahead::default();
        for most in MATCHES {
            if ahead.ids.is_empty() {
                let (above, below) = if newest { (None, at) } else { (at, None) };
                let question = Question { what: "message", ask, above, below, newest, limit: most };
                ahead = question.ahead(self.connection, self.engine).await?;
            }
            let ids: Vec<i64> = ahead.ids.drain(..ahead.ids.len().min(most as usize)).collect();
            let (sql, direction) = (self.matching(&ids), if newest { "DESC" } else { "ASC" });
            let hits = rows(self.connection, format!("{sql} ORDER BY m.id {direction}"), vec![]).await?;
            let hits = hits.iter().map(|row| {
                let mut cells = Cells::new(row);
                Ok((ConversationId(cells.int()?), MessageId(cells.int()?)))
            });
            let mut hits = hits.collect::<Result<Vec<_>, Error>>()?;
            hits.retain(|(conversation, _)| seen.insert(*conversation));
            if let Some(start) = start {
                let shown = self.shown_before(ask, &hits, newest, start).await?;
                hits.retain(|(conversation, _)| !shown.contains(conversation));
            }
            let met: Vec<_> = hits.iter().map(|(conversation, _)| *conversation).collect();
            let excluded = self.excluded(&met).await?;
            hits.retain(|(conversation, _)| !excluded.contains(conversation));
            for (conversation, message) in hits {
                if found.ids.len() == self.limit {
                    found.next_cursor = at.map(|at| at.to_string());
                    return Ok(found);
                }
                found.ids.push((conversation, Some(message)));
                at = Some(message.0);
            }
            if ahead.ids.is_empty() && ahead.are_all {
                return Ok(found);
            }
            at = ahead.looked_to.filter(|_| ahead.ids.is_empty()).or(ids.last().copied());
        }
        found.next_cursor = at.map(|at| at.to_string());
        Ok(found)
    }

    /// Those of the conversations that had a match on an earlier page, which ended at `start`.
    async fn shown_before(
        &mut self,
        ask: &Ask,
        hits: &[(ConversationId, MessageId)],
        newest: bool,
        start: i64,
    ) -> Result<BTreeSet<ConversationId>, Error> {
        // Most have nothing there at all, and the index need not be asked.
        let list = id_list(hits.iter().map(|(id, _)| id.0));
        let side = if newest { ">=" } else { "<=" };
        let sql = format!(
            "SELECT DISTINCT m.conversation_id FROM messages m WHERE m.conversation_id IN ({list}) AND m.id {side} $1"
        );
        let found = rows(self.connection, sql, bound![start]).await?;
        let some = found.iter().map(|row| Cells::new(row).int().map(ConversationId));
        let some = some.collect::<Result<Vec<_>, Error>>()?;
        let bounds = if newest { (Some(start - 1), None) } else { (None, Some(start + 1)) };
        Ok(self.within(ask, &some, bounds).await?.into_keys().collect())
    }

    /// Those of the messages that the tables let through, with their conversations.
    fn matching(&self, ids: &[i64]) -> String {
        let (list, of_message) = (id_list(ids.iter().copied()), self.narrow.on_message());
        let of_conversation = self.narrow.on_conversation();
        format!(
            "SELECT c.id, m.id FROM messages m JOIN conversations c ON c.id = m.conversation_id AND m.id IN ({list}) \
             AND {of_message} {of_conversation}"
        )
    }

    /// In another order than that of the matches: few are sorted, of many the conversations are walked.
    async fn sorted(&mut self, ask: &Ask, order: Order, cursor: Option<&str>) -> Result<Found, Error> {
        let limit = SORTED_MOST + 1;
        let question = Question { what: "message", ask, above: None, below: None, newest: true, limit };
        let few = question.ids(self.connection, self.engine).await?;
        if few.len() as i64 > SORTED_MOST {
            return self.walk(order, cursor).await;
        }
        let key = order.conversation_column();
        let sql = self.matching(&few).replacen("SELECT c.id, m.id", &format!("SELECT {key}, c.id, MAX(m.id)"), 1);
        let hits = rows(self.connection, format!("{sql} GROUP BY c.id"), vec![]).await?;
        let mut messages = BTreeMap::new();
        let mut places = vec![];
        let from = cursor.and_then(Place::parse).unwrap_or(order.top());
        for row in &hits {
            let place = Place::read(row)?;
            let mut cells = Cells::new(row);
            let (_, id, message) = (cells.int()?, ConversationId(cells.int()?), MessageId(cells.int()?));
            if order.is_after(place, from) {
                messages.insert(id, message);
                places.push(place);
            }
        }
        let met: Vec<_> = places.iter().map(|place| ConversationId(place.conversation)).collect();
        let excluded = self.excluded(&met).await?;
        places.retain(|place| !excluded.contains(&ConversationId(place.conversation)));
        order.sort(&mut places);
        let next_cursor = (places.len() > self.limit).then(|| places[self.limit - 1].print());
        places.truncate(self.limit);
        let ids = places.iter().map(|place| ConversationId(place.conversation));
        Ok(Found { ids: ids.map(|id| (id, messages.get(&id).copied())).collect(), next_cursor })
    }

    /// Along the conversations in their order.
    async fn walk(&mut self, order: Order, cursor: Option<&str>) -> Result<Found, Error> {
        let narrow = self.narrow;
        let asks = narrow.wanted.is_some() || narrow.unwanted.is_some();
        let (walk, filter, direction) = (narrow.walk(order), narrow.on_conversation(), order.direction());
        let mut at = narrow.first(order, cursor.and_then(Place::parse).unwrap_or(order.top()));
        let mut found = Found::default();
        for &most in if asks { &WALKED_ASKING[..] } else { &WALKED[..] } {
            let sql = format!(
                "SELECT d.at, d.id FROM ({walk} LIMIT {most}) d JOIN conversations c ON c.id = d.id {filter} \
                 ORDER BY d.at {direction}, d.id {direction} LIMIT $3 + 0"
            );
            let want = if asks { most } else { (self.limit + 1 - found.ids.len()) as i64 };
            let hits = rows(self.connection, sql, bound![at.key, at.conversation, want]).await?;
            let places = hits.iter().map(Place::read).collect::<Result<Vec<_>, Error>>()?;
            let ids: Vec<_> = places.iter().map(|place| ConversationId(place.conversation)).collect();
            let matches = match &narrow.wanted {
                Some(ask) => self.within(ask, &ids, (None, None)).await?,
                None => BTreeMap::new(),
            };
            let excluded = self.excluded(&ids).await?;
            let mut last = at;
            for place in places {
                let id = ConversationId(place.conversation);
                let message = matches.get(&id).copied();
                if (narrow.wanted.is_some() && message.is_none()) || excluded.contains(&id) {
                    continue;
                }
                if found.ids.len() == self.limit {
                    found.next_cursor = Some(last.print());
                    return Ok(found);
                }
                found.ids.push((id, message));
                last = place;
            }
            // How far this step has gone, or that it has come to the end.
            let sql = format!("{walk} LIMIT 1 OFFSET {}", most - 1);
            match row(self.connection, sql, bound![at.key, at.conversation]).await? {
                Some(row) => at = Place::read(&row)?,
                None => return Ok(found),
            }
        }
        found.next_cursor = Some(at.print());
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::snippet;
    use samtal_model::query::parse;

    #[test]
    fn a_snippet_begins_a_little_before_the_match() {
        let query = parse("tras").query;
        assert_eq!(snippet(&query, "Den är\n trasig, förstår ni"), "Den är trasig, förstår ni");
        assert_eq!(snippet(&query, "Lampan lyser"), "");
        let long = format!("{} Den är trasig {}", "ord ".repeat(50), "mera ".repeat(60));
        let shown = snippet(&query, &long);
        assert!(
            shown.starts_with("…ord ord") && shown.contains("är trasig mera") && shown.ends_with("mera…"),
            "{shown}"
        );
        assert!(shown.chars().count() <= 160);
        let one = format!("tras{}", "a".repeat(300));
        assert_eq!(snippet(&query, &one).chars().count(), 160);
    }
}
