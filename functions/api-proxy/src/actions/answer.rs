//! Answers of actions.

use http::Response;
use reqwest::Body;

pub(crate) use shared::answer::found;

use super::failure::Failure;

/// Answer of an action: Dropbox's own, or the reason why there is none.
pub(crate) type Answer = Result<Response<Body>, Failure>;
