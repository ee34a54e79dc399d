//! `DELETE …/endpoints/{endpoint}`.

use http::Response;
use lambda_http::Body;
use shared::{answer::ApiError, delivery::Endpoint};

use crate::{EndpointsApi, answer::done};

/// Deletes an endpoint, and then how far its deliveries are. If only the second fails, the rows expire.
pub(crate) async fn delete(api: &EndpointsApi, endpoint: &Endpoint) -> Result<Response<Body>, ApiError> {
    api.endpoints.remove_endpoint(endpoint.project, endpoint.id).await?;
    if let Err(error) = api.deliveries.remove_deliveries(endpoint.id).await {
        tracing::warn!(endpoint = %endpoint.id, %error, "deliveries of a deleted endpoint were not removed");
    }
    Ok(done())
}
