//! Answers that several routes use.

use http::{Response, StatusCode};
use lambda_http::Body;
use shared::answer::ApiError;

pub(crate) use shared::answer::{accepted, found};

/// Answer of a route.
pub(crate) type Answer = Result<Response<Body>, ApiError>;

/// 409: not possible in the current state.
pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::CONFLICT, code, message)
}
