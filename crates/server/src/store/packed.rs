//! Many rows as one value: their cells as text, joined by a sign that no cell holds. A row of its own costs the driver
//! more than finding it costs the database, because every cell is copied with its type and its column's name.

use super::sql::{Arg, Cell};
use super::{Engine, Error};

/// Between cells.
const GAP: char = '\u{1f}';
/// A cell without a value.
const NONE: &str = "\u{1e}";

/// The expression that packs the rows of a query. It needs [`signs`] bound as its first two arguments, and `columns`
/// have to heed them: a number that may be missing is wrapped in [`maybe`], a text in [`text`].
pub fn pack(columns: &[String]) -> String {
    format!("STRING_AGG(CONCAT_WS($1, {}), $1)", columns.join(", "))
}

/// A column whose number may be missing.
pub fn maybe(column: &str) -> String {
    format!("COALESCE(CAST({column} AS TEXT), $2)")
}

/// A column of text, from which the sign between cells is taken: whoever writes one into a subject does not forge rows.
pub fn text(column: &str) -> String {
    format!("COALESCE(REPLACE({column}, $1, ' '), $2)")
}

pub fn signs() -> [Arg; 2] {
    [GAP.to_string().into(), NONE.into()]
}

/// Whether `column` is among the ids bound as argument `number` by [`listed`]. Unlike a list in the statement's own
/// text, it is the same statement for any ids, which is prepared once.
pub fn among(engine: Engine, column: &str, number: usize) -> String {
    match engine {
        Engine::Sqlite => format!("{column} IN (SELECT value FROM JSON_EACH(${number}))"),
        Engine::Postgres => format!("{column} = ANY(CAST(${number} AS BIGINT[]))"),
    }
}

/// Ids as one argument.
pub fn listed(engine: Engine, ids: impl Iterator<Item = i64>) -> Arg {
    let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
    let ids = ids.join(",");
    Arg::Text(match engine {
        Engine::Sqlite => format!("[{ids}]"),
        Engine::Postgres => format!("{{{ids}}}"),
    })
}

/// Reads packed rows, one after the other from left to right.
pub struct Packed<'t> {
    cells: std::iter::Peekable<std::str::Split<'t, char>>,
}

impl<'t> Packed<'t> {
    /// `text` is none where there was no row.
    pub fn new(text: Option<&'t str>) -> Self {
        let mut cells = text.unwrap_or_default().split(GAP).peekable();
        if text.is_none() {
            cells.next();
        }
        Self { cells }
    }

    /// Whether all have been read.
    pub fn is_over(&mut self) -> bool {
        self.cells.peek().is_none()
    }

    fn cell(&mut self) -> Result<Option<&'t str>, Error> {
        let cell = self.cells.next().ok_or_else(|| Error::Unknown { what: "a row that breaks off".into() })?;
        Ok((cell != NONE).then_some(cell))
    }
}

impl Cell for Packed<'_> {
    fn maybe(&mut self) -> Result<Option<i64>, Error> {
        let number = |cell: &str| cell.parse().map_err(|_| Error::Unknown { what: format!("the number {cell:?}") });
        self.cell()?.map(number).transpose()
    }

    fn int(&mut self) -> Result<i64, Error> {
        self.maybe()?.ok_or_else(|| Error::Unknown { what: "a row without one of its numbers".into() })
    }

    fn text(&mut self) -> Result<String, Error> {
        Ok(self.cell()?.unwrap_or_default().to_owned())
    }

    fn maybe_text(&mut self) -> Result<Option<String>, Error> {
        Ok(self.cell()?.map(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_from_left_to_right() {
        let text = "7\u{1f}Shelf\u{1f}\u{1e}\u{1f}8\u{1f}\u{1f}9";
        let mut rows = Packed::new(Some(text));
        assert_eq!(
            (rows.int().expect("a number"), rows.text().expect("a text"), rows.maybe().expect("none")),
            (7, "Shelf".to_owned(), None)
        );
        assert!(!rows.is_over());
        assert_eq!(
            (rows.int().expect("a number"), rows.maybe_text().expect("a text"), rows.maybe().expect("a number")),
            (8, Some(String::new()), Some(9))
        );
        assert!(rows.is_over());
        assert!(rows.int().is_err());
    }

    #[test]
    fn without_a_row_there_is_nothing_to_read() {
        assert!(Packed::new(None).is_over());
        assert!(!Packed::new(Some("")).is_over(), "one empty cell");
    }
}
