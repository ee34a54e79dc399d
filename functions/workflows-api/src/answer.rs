//! Answers that several routes use.

use http::Response;
use lambda_http::Body;
use shared::answer::ApiError;

pub(crate) use shared::answer::{accepted, found, made};

/// Answer of a route.
pub(crate) type Answer = Result<Response<Body>, ApiError>;
