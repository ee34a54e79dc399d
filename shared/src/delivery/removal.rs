//! The removal of an endpoint, with all that is known of deliveries to it.

use super::Endpoint;
use crate::store::{Deliveries, Endpoints, StoreError};

/// Removes an endpoint, and then how far deliveries to it are. If only the second fails, that is logged, and the rows
/// expire.
///
/// # Errors
/// Fails if the endpoint cannot be removed.
pub async fn remove_endpoint(
    endpoints: &dyn Endpoints,
    deliveries: &dyn Deliveries,
    endpoint: &Endpoint,
) -> Result<(), StoreError> {
    endpoints.remove_endpoint(endpoint).await?;
    if let Err(error) = deliveries.remove_deliveries(endpoint.id).await {
        tracing::warn!(endpoint = %endpoint.id, %error, "deliveries to a removed endpoint were not removed");
    }
    Ok(())
}
