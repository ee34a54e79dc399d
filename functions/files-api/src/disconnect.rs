//! Disconnecting a connection.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    linking,
    model::{Connection, Receipt},
};

use crate::{FilesApi, routes::accepted};

impl FilesApi {
    /// Disconnects a connection. All later requests see that at once; the worker then revokes the tokens and
    /// purges the data. Idempotent.
    pub(crate) async fn disconnect(&self, connection: &Connection) -> Result<Response<Body>, ApiError> {
        let now = self.clock.now();
        linking::disconnect(self.purges.as_ref(), &self.requests, self.clock.as_ref(), connection).await?;
        let receipt = connection.receipt.unwrap_or(Receipt::requested(now));
        Ok(accepted(&json!({"id": connection.id, "status": "disconnected", "receipt": shown(&receipt)})))
    }
}

/// Returns the receipt as JSON, with dates.
pub(crate) fn shown(receipt: &Receipt) -> Value {
    json!({
        "requested_at": receipt.requested_at.to_string(),
        "revoked": receipt.revoked,
        "items": receipt.items,
        "objects": receipt.objects,
        "finished_at": receipt.finished_at.map(|at| at.to_string()),
    })
}
