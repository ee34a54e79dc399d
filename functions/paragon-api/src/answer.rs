//! Answers that several routes use.

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::Value;
use shared::answer::{self, ApiError};

/// Answer of a route.
pub(crate) type Answer = Result<Response<Body>, ApiError>;

/// 200 with a body.
pub(crate) fn found(body: &Value) -> Response<Body> {
    answer::json(StatusCode::OK, body)
}

/// 202: stored, and work on it is queued.
pub(crate) fn accepted(body: &Value) -> Response<Body> {
    answer::json(StatusCode::ACCEPTED, body)
}

/// 409: not possible in the current state.
pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::CONFLICT, code, message)
}
