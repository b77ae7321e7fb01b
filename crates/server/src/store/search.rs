//! Full text: one function to index, one to forget, one to find, on FTS5 and on tsvector. Hidden messages are not in
//! the index at all (M4).

use super::sql::{Arg, Cells, bound, id_list, insert, rows, run};
use super::{Connection, Engine, Error};
use samtal_model::MessageId;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a message that are indexed at the most.
const INDEXED_MOST: usize = 100_000;
/// Words of a query that count.
const WORDS_MOST: usize = 12;
/// Characters of a word that count.
const WORD_MOST: usize = 60;

/// Lower case, without accents, and nothing but letters and digits between spaces: what both engines index, and
/// what a query is turned into.
#[must_use]
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut length = 0;
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).take(INDEXED_MOST) {
        if !c.is_alphanumeric() {
            if length > 0 {
                out.push(' ');
            }
            length = 0;
            continue;
        }
        length += 1;
        if length > WORD_MOST {
            continue;
        }
        match c {
            'ł' | 'Ł' => out.push('l'),
            'ø' | 'Ø' => out.push('o'),
            'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
            'ß' | 'ẞ' => out.push_str("ss"),
            'æ' | 'Æ' => out.push_str("ae"),
            'œ' | 'Œ' => out.push_str("oe"),
            'þ' | 'Þ' => out.push_str("th"),
            'ı' => out.push('i'),
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// The engine's form of a query: every word must be there, the last one may go on. None if it has no word.
fn matching(engine: Engine, query: &str) -> Option<String> {
    let folded = folded(query);
    let words: Vec<&str> = folded.split_whitespace().take(WORDS_MOST).collect();
    let (last, rest) = words.split_last()?;
    let mut out = String::new();
    for word in rest {
        match engine {
            Engine::Sqlite => out.push_str(&format!("\"{word}\" ")),
            Engine::Postgres => out.push_str(&format!("'{word}' & ")),
        }
    }
    match engine {
        Engine::Sqlite => out.push_str(&format!("\"{last}\"*")),
        Engine::Postgres => out.push_str(&format!("'{last}':*")),
    }
    Some(out)
}

/// Takes messages into the index; `words` need not be folded.
pub(super) async fn index(
    connection: &mut Connection,
    engine: Engine,
    messages: Vec<(MessageId, String)>,
) -> Result<(), Error> {
    match engine {
        Engine::Sqlite => {
            let rows: Vec<Vec<Arg>> = messages.into_iter().map(|(id, words)| bound![id, folded(&words)]).collect();
            insert(connection, "message_search", "rowid, words", "", rows).await
        }
        Engine::Postgres => {
            for (id, words) in messages {
                let sql = "INSERT INTO message_search (message_id, words) VALUES ($1, to_tsvector('simple', $2)) \
                           ON CONFLICT (message_id) DO UPDATE SET words = excluded.words";
                run(connection, sql, bound![id, folded(&words)]).await?;
            }
            Ok(())
        }
    }
}

/// Takes messages out of the index.
pub(super) async fn forget(
    connection: &mut Connection,
    engine: Engine,
    ids: impl IntoIterator<Item = MessageId>,
) -> Result<(), Error> {
    let list = id_list(ids.into_iter().map(|id| id.0));
    let column = match engine {
        Engine::Sqlite => "rowid",
        Engine::Postgres => "message_id",
    };
    run(connection, format!("DELETE FROM message_search WHERE {column} IN ({list})"), vec![]).await.map(drop)
}

/// Messages with every word of `query`, newest arrival first, below `before`, at most `limit`.
pub(super) async fn find(
    connection: &mut Connection,
    engine: Engine,
    query: &str,
    before: MessageId,
    limit: i64,
) -> Result<Vec<MessageId>, Error> {
    let Some(matching) = matching(engine, query) else { return Ok(vec![]) };
    let sql = match engine {
        Engine::Sqlite => {
            "SELECT rowid FROM message_search WHERE message_search MATCH $1 AND rowid < $2 ORDER BY rowid DESC LIMIT $3"
        }
        Engine::Postgres => {
            "SELECT message_id FROM message_search WHERE words @@ to_tsquery('simple', $1) AND message_id < $2 \
             ORDER BY message_id DESC LIMIT $3"
        }
    };
    let found = rows(connection, sql, bound![matching, before, limit]).await?;
    found.iter().map(|row| Ok(MessageId(Cells::new(row).int()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::{Engine, folded, matching};

    #[test]
    fn words_are_found_without_accents_and_case() {
        assert_eq!(folded("Łódź, ÅNGSTRÖM & straße"), "lodz angstrom strasse");
        assert_eq!(folded("maja.olsson@post.example"), "maja olsson post example");
    }

    #[test]
    fn a_query_cannot_speak_the_engines_language() {
        assert_eq!(
            matching(Engine::Sqlite, "a\" OR \"b NEAR(c)").as_deref(),
            Some("\"a\" \"or\" \"b\" \"near\" \"c\"*")
        );
        assert_eq!(matching(Engine::Postgres, "a' | !b").as_deref(), Some("'a' & 'b':*"));
        assert_eq!(matching(Engine::Sqlite, " *\"'- "), None);
    }
}
