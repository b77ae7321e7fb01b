//! Custom views (V10): their definitions and texts, and how many conversations each finds.
//!
//! A view finds what the search with its query finds, and nothing else says so: what a batch has touched is searched
//! for among itself ([`super::search::look`]), and the kept rows and counts are moved by the difference. `noted` does
//! that with every batch, `fill` in the background for what is new or has to be counted anew, `show` reads.
//!
//! Rows are kept for each inbox, whoever sees it; a reader's count is the sum over those they see.

mod fill;
mod keep;
mod noted;
mod plan;
mod show;

pub(super) use keep::forget;
pub(super) use noted::Noted;
pub(super) use plan::Remembered;
pub use show::CustomViewFound;
pub(crate) use show::SharedCustomView;

use super::save::Batch;
use super::sql::{Cells, id_list, rows, rows_once};
use super::{Connection, Error};
use samtal_model::chrono::{Days, NaiveDate};
use samtal_model::{AgentId, Change, CustomView, CustomViewId, CustomViewText, KeptQuery, Logged, RevisionId, Sort};

/// `filled_to` of what has been counted, of which the feed has yet to tell.
const COUNTED: i64 = i64::MAX - 1;
/// `filled_to` of what has been counted and told.
const TOLD: i64 = i64::MAX;

/// Columns of `custom_views v`, in the order of [`model`].
const COLUMNS: &str = "v.id, v.owner_id, v.shared, v.revision, v.position, v.deleted";
/// Columns of `custom_view_texts t`, in the order of [`text`].
const TEXT_COLUMNS: &str = "t.name, t.query, t.sort, t.utc_offset_minutes";

fn model(cells: &mut Cells<'_>) -> Result<CustomView, Error> {
    Ok(CustomView {
        id: CustomViewId(cells.int()?),
        owner: AgentId(cells.int()?),
        shared: cells.flag()?,
        revision: RevisionId(cells.int()?),
        position: cells.int()?,
        deleted: cells.flag()?,
    })
}

fn text(cells: &mut Cells<'_>) -> Result<CustomViewText, Error> {
    let (name, query, sort) = (cells.text()?, KeptQuery::kept(cells.text()?), cells.text()?);
    let sort = Sort::from_slug(&sort).ok_or_else(|| Error::Unknown { what: format!("the order {sort:?}") })?;
    Ok(CustomViewText { name, query, sort, utc_offset_minutes: offset(cells.int()?) })
}

/// Minutes, which the rules keep within a day.
fn offset(minutes: i64) -> i32 {
    i32::try_from(minutes).unwrap_or_default()
}

/// A day as it is kept: days since 1970.
fn day_number(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}

fn day(number: i64) -> NaiveDate {
    let days = Days::new(number.unsigned_abs());
    let start = NaiveDate::default();
    let day = if number < 0 { start.checked_sub_days(days) } else { start.checked_add_days(days) };
    day.unwrap_or_default()
}

impl Batch {
    /// Loads the views there are, with their texts, and those that `logged` is about as they were then. Names and
    /// places are looked at as a whole list.
    pub(super) async fn load_custom_views(
        &mut self,
        connection: &mut Connection,
        logged: &[Logged],
    ) -> Result<(), Error> {
        let changed = logged.iter().filter_map(|entry| match &entry.change {
            Change::CustomViewSet { from, to } => Some((from, to)),
            _ => None,
        });
        let ids = id_list(changed.clone().map(|(_, to)| to.id.0));
        let revisions = id_list(changed.flat_map(|(from, to)| [from.revision.0, to.revision.0]));
        let join = "custom_views v JOIN custom_view_texts t ON t.revision = v.revision";
        let sql = format!("SELECT {COLUMNS}, {TEXT_COLUMNS} FROM {join} WHERE v.deleted = 0 OR v.id IN ({ids})");
        // What this batch has changed already is newer.
        for row in rows(connection, sql, vec![]).await? {
            let mut cells = Cells::new(&row);
            let view = model(&mut cells)?;
            let text = text(&mut cells)?;
            self.world.custom_texts.or_insert_with(view.revision, || text);
            self.world.custom_views.or_insert_with(view.id, || view);
        }
        let sql =
            format!("SELECT t.revision, {TEXT_COLUMNS} FROM custom_view_texts t WHERE t.revision IN ({revisions})");
        for row in rows_once(connection, sql).await? {
            let mut cells = Cells::new(&row);
            let revision = RevisionId(cells.int()?);
            let text = text(&mut cells)?;
            self.world.custom_texts.or_insert_with(revision, || text);
        }
        Ok(())
    }
}
