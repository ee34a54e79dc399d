//! `DELETE …/endpoints/{endpoint}`.

use http::{HeaderValue, Response, StatusCode, header::X_CONTENT_TYPE_OPTIONS};
use lambda_http::Body;
use shared::{answer::ApiError, delivery::Endpoint};

use crate::EndpointsApi;

/// Deletes an endpoint, and then how far its deliveries are. If only the second fails, the rows expire.
pub(crate) async fn delete(api: &EndpointsApi, endpoint: &Endpoint) -> Result<Response<Body>, ApiError> {
    api.endpoints.remove_endpoint(endpoint).await?;
    if let Err(error) = api.deliveries.remove_deliveries(endpoint.id).await {
        tracing::warn!(endpoint = %endpoint.id, %error, "deliveries of a deleted endpoint were not removed");
    }
    Ok(done())
}

/// 204: done, and there is nothing to say about it.
fn done() -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
