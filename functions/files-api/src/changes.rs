//! The change log, from a given number on.

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{self, ApiError, found},
    model::{Change, Connection, Head},
    query::number,
    representation,
    store::History,
};

use crate::{FilesApi, fit::fitting};

/// Maximum number of changes in an answer.
const MOST: u64 = 1_000;
/// Default number of changes in an answer.
const USUAL: u64 = 200;

/// Lists changes after a number. Committed changes that are not applied yet are left out, because the
/// items do not agree with them yet.
pub(crate) async fn list(
    api: &FilesApi,
    connection: &Connection,
    head: &Head,
    query: &str,
) -> Result<Response<Body>, ApiError> {
    let after = number(query, "after", 0..=u64::MAX, 0)?;
    let limit = number(query, "limit", 1..=MOST, USUAL)?;
    let applied = head.applied;
    if after >= applied {
        return Ok(found(&page(&[], after, applied)));
    }
    let limit = usize::try_from(limit.min(applied - after)).unwrap_or(usize::MAX);
    match api.store.changes(connection.id, after, limit).await? {
        History::Changes(changes) => Ok(found(&page(&changes[..changes.len().min(limit)], after, applied))),
        History::Expired { snapshot } => Ok(expired(snapshot)),
    }
}

/// Returns a page of changes. Its `next` is the number of its last change, after which the next page begins.
fn page(changes: &[Change], after: u64, applied: u64) -> Value {
    let fitting = fitting(changes.iter().map(representation::change));
    let next = fitting.len().checked_sub(1).map_or(after, |last| changes[last].number);
    json!({"changes": fitting, "next": next, "head": applied})
}

fn expired(snapshot: u64) -> Response<Body> {
    let message = "These changes are kept no longer; read the files, and go on after the number snapshot.";
    let body = json!({"code": "changes_expired", "message": message, "snapshot": snapshot});
    answer::json(StatusCode::GONE, &body)
}
