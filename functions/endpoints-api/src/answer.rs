//! Answers that several routes use.

use http::{HeaderValue, Response, StatusCode, header::X_CONTENT_TYPE_OPTIONS};
use lambda_http::Body;
use serde_json::Value;
use shared::answer;

/// 200 with a body.
pub(crate) fn found(body: &Value) -> Response<Body> {
    answer::json(StatusCode::OK, body)
}

/// 201 with a body.
pub(crate) fn made(body: &Value) -> Response<Body> {
    answer::json(StatusCode::CREATED, body)
}

/// 202 with a body: the event sender goes on with it.
pub(crate) fn accepted(body: &Value) -> Response<Body> {
    answer::json(StatusCode::ACCEPTED, body)
}

/// 204: done, and there is nothing to say about it.
pub(crate) fn done() -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
