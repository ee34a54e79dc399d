//! What an action answers with.

use http::{Response, StatusCode};
use reqwest::Body;
use serde_json::Value;
use shared::answer;

use super::failure::Failure;

/// What an action answers with: Dropbox's own answer, or why there is none.
pub(crate) type Answer = Result<Response<Body>, Failure>;

/// Dropbox's answer, read here and passed on.
pub(crate) fn found(value: &Value) -> Response<Body> {
    answer::json(StatusCode::OK, value)
}
