//! Answers of actions.

use http::{Response, StatusCode};
use reqwest::Body;
use serde_json::Value;
use shared::answer;

use super::failure::Failure;

/// Answer of an action: Dropbox's own, or the reason why there is none.
pub(crate) type Answer = Result<Response<Body>, Failure>;

/// Returns an answer of Dropbox's that was read here as a response.
pub(crate) fn found(value: &Value) -> Response<Body> {
    answer::json(StatusCode::OK, value)
}
