//! Deletions that were too many to be believed, and wait for a confirmation.

use http::Response;
use lambda_http::Body;
use serde::Deserialize;
use serde_json::json;
use shared::{
    answer::{ApiError, accepted},
    model::{Confirmation, Connection},
};

use crate::{FilesApi, api::queue_walk, body, routes::conflict};

const MUST_BE: &str = "{\"deletions\": the number that was shown}";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmed {
    deletions: u64,
}

/// Confirms up to as many deletions as the caller has seen. If more are waiting by now, nothing is
/// confirmed.
pub(crate) async fn confirm(
    api: &FilesApi,
    connection: &Connection,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    let Confirmed { deletions } = body::read(body, MUST_BE)?;
    let held = api.store.head(connection.id).await?.held.ok_or_else(none_held)?;
    if held.deletions > deletions {
        let message = format!("{} deletions are held by now; show these, and confirm them.", held.deletions);
        return Err(conflict("more_deletions_held", message));
    }
    let at = api.clock.now();
    api.store.confirm_deletions(connection.id, Confirmation { deletions, at }).await?;
    queue_walk(api, connection).await?;
    Ok(accepted(&json!({"deletions": deletions, "confirmed_at": at.to_string()})))
}

fn none_held() -> ApiError {
    conflict("no_deletions_held", "No deletions of this connection wait for a confirmation.")
}
