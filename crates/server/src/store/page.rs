//! A page of the list as the JSON it is sent as: the ids from the database, the rows from what is kept ready
//! ([`super::ready`]), and from the database again what is not.

use super::conversation::{reads_of, views};
use super::ready::Shared;
use super::view::Places;
use super::{Error, ListQuery, Reader, Store};
use samtal_model::wire::ConversationPage;
use samtal_model::{Change, ConversationId, ReadState, Sequence};
use std::collections::HashMap;
use std::sync::Arc;

/// Changes looked at one by one at the most; with more, all rows are dropped.
const FOLLOWED_MOST: i64 = 1_000;

impl Store {
    /// The same as [`Store::conversations`], as JSON.
    ///
    /// # Errors
    /// The engine's.
    pub async fn conversations_json(
        &self,
        reader: &Reader,
        query: &ListQuery,
        total: Option<i64>,
    ) -> Result<Option<String>, Error> {
        let of_view = query.inbox.filter(|inbox| query.search.is_none() && reader.inboxes.contains(inbox));
        let Some(inbox) = of_view else {
            let page = self.conversations(reader, query).await?;
            let page = page.map(|page| ConversationPage { total: page.total.or(total), ..page });
            let written = page.map(|page| serde_json::to_string(&page)).transpose();
            return written.map_err(|error| Error::Unknown { what: format!("a page that is no JSON ({error})") });
        };
        let places = self.places(reader, inbox, query, query.limit.clamp(1, 200)).await?;
        self.follow(places.sequence).await?;
        let rows = self.ready_rows(reader, &places).await?;
        Ok(Some(written(reader, &places, &rows)))
    }

    /// Drops of the rows kept ready what the log up to `end` has touched.
    pub(super) async fn follow(&self, end: Sequence) -> Result<(), Error> {
        loop {
            let heard = self.ready.heard();
            if heard >= end {
                return Ok(());
            }
            if end.0 - heard.0 > FOLLOWED_MOST {
                self.ready.begin_anew(end);
                continue;
            }
            let entries = self.log_after(heard, end.0 - heard.0).await?;
            let changes: Vec<&Change> = entries.iter().map(|(entry, _)| &entry.change).collect();
            if changes.len() as i64 == end.0 - heard.0 {
                self.ready.follow(heard, end, changes.into_iter());
            } else {
                // The log is whole, or nothing here may be believed.
                self.ready.begin_anew(end);
            }
        }
    }

    /// The rows of a page that this reader may see, each with how far they have read it.
    async fn ready_rows(&self, reader: &Reader, places: &Places) -> Result<Vec<(Arc<Shared>, ReadState)>, Error> {
        let ids = &places.ids;
        let mut found = self.ready.find(ids, reader.agent);
        let is_missing = |at: &usize| found[*at].as_ref().is_none_or(|found| found.read.is_none());
        let missing: Vec<usize> = (0..ids.len()).filter(is_missing).collect();
        let mut rows: Vec<Option<(Arc<Shared>, ReadState)>> = Vec::with_capacity(ids.len());
        if missing.is_empty() {
            rows.extend(found.into_iter().map(|found| found.and_then(|found| Some((found.shared, found.read?)))));
        } else {
            let unread: Vec<ConversationId> = missing.iter().map(|at| ids[*at]).collect();
            let unknown: Vec<ConversationId> =
                missing.iter().filter(|at| found[**at].is_none()).map(|at| ids[*at]).collect();
            let mut connection = self.read().await?;
            let views = views(&mut connection, self.engine, &unknown).await?;
            let reads = reads_of(&mut connection, self.engine, reader.agent, &unread).await?;
            drop(connection);
            let mut shared: HashMap<ConversationId, Arc<Shared>> = HashMap::with_capacity(views.len());
            for view in views {
                let id = view.id;
                let row = Shared::of(view).ok_or_else(|| Error::Unknown { what: "a row that is no JSON".into() })?;
                shared.insert(id, Arc::new(row));
            }
            let read_of = |id: &ConversationId| reads.get(id).copied().unwrap_or_default();
            let mut fresh = Vec::with_capacity(missing.len());
            for (id, found) in ids.iter().zip(found.drain(..)) {
                let row = match found {
                    Some(found) => match found.read {
                        Some(read) => Some((found.shared, read)),
                        None => {
                            fresh.push((*id, Arc::clone(&found.shared), read_of(id)));
                            Some((found.shared, read_of(id)))
                        }
                    },
                    // Deleted for good since its place was found.
                    None => shared.remove(id).map(|shared| {
                        fresh.push((*id, Arc::clone(&shared), read_of(id)));
                        (shared, read_of(id))
                    }),
                };
                rows.push(row);
            }
            self.ready.keep(places.sequence, reader.agent, fresh.into_iter());
        }
        Ok(rows.into_iter().flatten().filter(|(shared, _)| reader.inboxes.contains(&shared.inbox)).collect())
    }
}

/// As serde writes a `ConversationPage`.
fn written(reader: &Reader, places: &Places, rows: &[(Arc<Shared>, ReadState)]) -> String {
    let mut out = String::with_capacity(rows.iter().map(|(shared, _)| shared.length()).sum::<usize>() + 200);
    out.push_str("{\"items\":[");
    for (at, (shared, read)) in rows.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        shared.write(*read, reader.read_floor, &mut out);
    }
    out.push_str("],\"matches\":[],\"next_cursor\":");
    match &places.next_cursor {
        // Digits, a dot and a sign: nothing to escape.
        Some(cursor) => out.extend(["\"", cursor, "\""]),
        None => out.push_str("null"),
    }
    out.push_str(&format!(",\"total\":{},\"position\":", places.total));
    match places.position {
        Some(position) => out.push_str(&position.to_string()),
        None => out.push_str("null"),
    }
    out.push('}');
    out
}
