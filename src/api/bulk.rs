//! One thing done with many conversations (T8).

use super::request::{Method, ask, tell};
use samtal_model::BulkId;
use samtal_model::json::Json;
use samtal_model::wire::{BulkList, BulkRefusedPage, BulkView, NewBulk, Problem};

/// Begins it. Under the same `key` it is begun once.
pub async fn begin(asked: &NewBulk, key: &str) -> Result<BulkView, Problem> {
    tell(Method::Post, "/bulk", Some(key), Some(asked)).await
}

/// A `BulkPreview`: how many it would be about, and what else would change.
pub async fn preview(asked: &NewBulk) -> Result<Json, Problem> {
    tell(Method::Post, "/bulk?preview=true", None, Some(asked)).await
}

/// Those under way, and those that ended lately, newest first.
pub async fn all() -> Result<BulkList, Problem> {
    ask("/bulk", None).await
}

/// How far it is.
pub async fn look(id: BulkId) -> Result<BulkView, Problem> {
    ask(&format!("/bulk/{id}"), None).await
}

pub async fn stop(id: BulkId) -> Result<BulkView, Problem> {
    tell::<(), _>(Method::Post, &format!("/bulk/{id}/stop"), None, None).await
}

/// Takes back all of it, as one more of its kind.
pub async fn undo(id: BulkId, key: &str) -> Result<BulkView, Problem> {
    tell::<(), _>(Method::Post, &format!("/bulk/{id}/undo"), Some(key), None).await
}

/// What was not done, and why.
pub async fn refused(id: BulkId, cursor: Option<&str>) -> Result<BulkRefusedPage, Problem> {
    let cursor = cursor.map(|cursor| ["&cursor=", &crate::routes::escape(cursor)].concat()).unwrap_or_default();
    ask(&format!("/bulk/{id}/refused?limit=50{cursor}"), None).await
}
