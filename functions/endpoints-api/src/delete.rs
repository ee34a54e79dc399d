//! `DELETE …/endpoints/{endpoint}`.

use http::{HeaderValue, Response, StatusCode, header::X_CONTENT_TYPE_OPTIONS};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    delivery::{Endpoint, remove_endpoint},
};

use crate::EndpointsApi;

/// Deletes an endpoint.
pub(crate) async fn delete(api: &EndpointsApi, endpoint: &Endpoint) -> Result<Response<Body>, ApiError> {
    remove_endpoint(&*api.store, &*api.store, endpoint).await?;
    Ok(done())
}

/// 204: done, and there is nothing to say about it.
fn done() -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
