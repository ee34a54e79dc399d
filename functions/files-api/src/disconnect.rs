//! Disconnecting.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    model::{Connection, Lane, Receipt, WalkReason},
};

use crate::{FilesApi, routes::accepted};

impl FilesApi {
    /// Disconnects: at once for everybody who asks, and then the worker revokes and purges. Said twice is said once.
    pub(crate) async fn disconnect(&self, connection: &Connection) -> Result<Response<Body>, ApiError> {
        let now = self.clock.now();
        // Where it was disconnected already nothing is asked for: it has been due for the rest since then, so a tick asks
        // should whoever recorded it have died before.
        if self.purges.disconnect(connection, now).await? {
            self.requests.walk(connection.into(), Lane::Changes, WalkReason::Disconnected).await?;
        }
        let receipt = connection.receipt.unwrap_or(Receipt::requested(now));
        Ok(accepted(&json!({"id": connection.id, "status": "disconnected", "receipt": shown(&receipt)})))
    }
}

/// The receipt, with dates.
pub(crate) fn shown(receipt: &Receipt) -> Value {
    json!({
        "requested_at": receipt.requested_at.to_string(),
        "revoked": receipt.revoked,
        "items": receipt.items,
        "objects": receipt.objects,
        "finished_at": receipt.finished_at.map(|at| at.to_string()),
    })
}
