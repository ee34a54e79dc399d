//! HTTP answers and errors. Errors have one form everywhere: `{"code": "…", "message": "…"}`.

use std::time::Duration;

use http::{
    HeaderValue, Response, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS},
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{apps::AppError, queue::RequestError, seal::SealError, store::StoreError};

/// An error that is returned to a client. Its message is a sentence that says what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// Code for programs: stable, in `snake_case`.
    pub code: &'static str,
    /// Message for people.
    pub message: String,
    /// Number of seconds to wait before asking again.
    pub retry_after: Option<u64>,
    /// Challenge to authenticate, if the credentials are wrong.
    pub challenge: Option<Challenge>,
    /// Methods that may be used instead, separated by commas.
    pub allow: Option<&'static str>,
}

/// A fault of a caller's credentials, in the terms of [RFC
/// 6750](https://www.rfc-editor.org/rfc/rfc6750#section-3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// The key or token is unknown, belongs to another project, or has expired.
    InvalidToken,
    /// The key or token is valid, but does not permit this call.
    InsufficientScope,
}

impl Challenge {
    /// Returns the value of `WWW-Authenticate`.
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::InvalidToken => "Bearer realm=\"dropline\", error=\"invalid_token\"",
            Self::InsufficientScope => "Bearer realm=\"dropline\", error=\"insufficient_scope\"",
        })
    }
}

/// Value of `WWW-Authenticate` for a request without credentials: it names no error (RFC 6750, 3.1).
const CHALLENGE: HeaderValue = HeaderValue::from_static("Bearer realm=\"dropline\"");

impl ApiError {
    /// Returns an error with this status.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None, challenge: None, allow: None }
    }

    /// 400: the request is invalid.
    pub fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 404: it does not exist, or belongs to another caller; the answer does not say which.
    pub fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 409: not possible in the current state.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// 405: not with this method, but with those of `allow`, which are separated by commas.
    pub fn method_not_allowed(allow: &'static str, message: impl Into<String>) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
        }
    }

    /// 503: something that we depend on failed. The cause is logged, and not returned.
    pub fn unavailable(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "unavailable");
        let message = "Something behind this service failed; ask again in a few seconds.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message).after(5)
    }

    /// Returns the error with the number of seconds to wait before asking again.
    #[must_use]
    pub fn after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Returns the error with the fault of the credentials.
    #[must_use]
    pub fn challenge(self, challenge: Challenge) -> Self {
        Self { challenge: Some(challenge), ..self }
    }

    /// Returns the error as an HTTP response.
    pub fn into_response<B: From<String>>(self) -> Response<B> {
        self.response_with(json!({}))
    }

    /// Returns the error as an HTTP response, with code and message beside the members of `body`, an object.
    pub fn response_with<B: From<String>>(&self, mut body: Value) -> Response<B> {
        body["code"] = self.code.into();
        body["message"] = self.message.as_str().into();
        let mut response = json(self.status, &body);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(methods) = self.allow {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        }
        if let Some(challenge) = self.challenge_header() {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }

    /// Returns the value of `WWW-Authenticate`, which every 401 has.
    #[must_use]
    pub fn challenge_header(&self) -> Option<HeaderValue> {
        let bare = (self.status == StatusCode::UNAUTHORIZED).then_some(CHALLENGE);
        self.challenge.map(Challenge::header).or(bare)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::unavailable(&error)
    }
}

impl From<RequestError> for ApiError {
    fn from(error: RequestError) -> Self {
        Self::unavailable(&error)
    }
}

impl From<SealError> for ApiError {
    fn from(error: SealError) -> Self {
        Self::unavailable(&error)
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        Self::unavailable(&error)
    }
}

/// 409: only the user can repair the connection.
#[must_use]
pub fn needs_reauth() -> ApiError {
    let message = "Dropbox no longer accepts this connection; let the user connect again with a new link.";
    ApiError::new(StatusCode::CONFLICT, "needs_reauth", message)
}

/// 429: Dropbox has asked for a pause, of which `rest` is left.
#[must_use]
pub fn paused(rest: Duration) -> ApiError {
    // Rounded up, so that a caller who then asks again need not wait once more.
    let seconds = rest.as_millis().div_ceil(1000).max(1);
    let message = format!("Dropbox asked for a pause of this connection; ask again in {seconds} s.");
    let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message).after(seconds)
}

/// 502: Dropbox could not be reached, or gave no answer that can be used.
#[must_use]
pub fn dropbox_unreachable() -> ApiError {
    let message = "Dropbox did not answer; ask again in a few seconds.";
    ApiError::new(StatusCode::BAD_GATEWAY, "dropbox_unreachable", message).after(5)
}

/// 429: the last full comparison ended only recently; another one is possible after `rest`.
#[must_use]
pub fn resync_too_soon(rest: Duration) -> ApiError {
    let seconds = u64::try_from(rest.as_millis().div_ceil(1000)).unwrap_or(u64::MAX);
    let message = format!("This connection was compared in the last minutes; ask again in {seconds} s.");
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "resync_too_soon", message).after(seconds)
}

/// 200 with a body of JSON.
pub fn found<B: From<String>>(body: &Value) -> Response<B> {
    json(StatusCode::OK, body)
}

/// 201 with a body of JSON: it was made.
pub fn made<B: From<String>>(body: &Value) -> Response<B> {
    json(StatusCode::CREATED, body)
}

/// 202 with a body of JSON: it is stored or queued, and work on it goes on.
pub fn accepted<B: From<String>>(body: &Value) -> Response<B> {
    json(StatusCode::ACCEPTED, body)
}

/// Returns a JSON response. Its type has no parameters, like Dropbox's: Dropbox's Python SDK compares it byte
/// for byte.
pub fn json<B: From<String>>(status: StatusCode, body: &impl Serialize) -> Response<B> {
    let text = serde_json::to_string(body).expect("an answer of ours is plain JSON");
    let mut response = Response::new(B::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
