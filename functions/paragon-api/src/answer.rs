//! Answers that several routes give.

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::Value;
use shared::answer::{self, ApiError};

/// What a route answers with.
pub(crate) type Answer = Result<Response<Body>, ApiError>;

/// 200 with a body.
pub(crate) fn found(body: &Value) -> Response<Body> {
    answer::json(StatusCode::OK, body)
}

/// 202: it is stored, and work on it is queued.
pub(crate) fn accepted(body: &Value) -> Response<Body> {
    answer::json(StatusCode::ACCEPTED, body)
}

/// 409: as things stand, it cannot be done.
pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::CONFLICT, code, message)
}
