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

/// Disconnects a connection. All later requests see that at once; the worker then revokes the tokens and
/// purges the data. Idempotent.
pub(crate) async fn run(api: &FilesApi, connection: &Connection) -> Result<Response<Body>, ApiError> {
    let now = api.clock.now();
    linking::disconnect(api.store.as_ref(), &api.requests, api.clock.as_ref(), connection).await?;
    let receipt = connection.receipt.unwrap_or(Receipt::requested(now));
    let receipt = representation::receipt(&receipt);
    Ok(accepted(&json!({"id": connection.id, "status": "disconnected", "receipt": receipt})))
}
