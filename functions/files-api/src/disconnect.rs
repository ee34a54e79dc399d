//! Disconnecting a connection.

use http::Response;
use lambda_http::Body;
use serde_json::json;
use shared::{
    answer::{ApiError, accepted},
    linking,
    model::{Connection, Receipt},
    representation,
};

use crate::FilesApi;

impl FilesApi {
    /// Disconnects a connection. All later requests see that at once; the worker then revokes the tokens and
    /// purges the data. Idempotent.
    pub(crate) async fn disconnect(&self, connection: &Connection) -> Result<Response<Body>, ApiError> {
        let now = self.clock.now();
        linking::disconnect(self.purges.as_ref(), &self.requests, self.clock.as_ref(), connection).await?;
        let receipt = connection.receipt.unwrap_or(Receipt::requested(now));
        let receipt = representation::receipt(&receipt);
        Ok(accepted(&json!({"id": connection.id, "status": "disconnected", "receipt": receipt})))
    }
}
