//! Error responses, and their bodies.

use std::borrow::Cow;

use axum::{body::Body, response::Response};
use http::{StatusCode, header::CONTENT_TYPE};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    error::{LookupError, SessionError, WriteError},
    path::PathProblem,
    wire::RootInfo,
};
use crate::{content::Refusal, crypto, uploads::Problem};

/// Reason why a call is refused.
#[derive(Debug)]
pub(crate) enum Failure {
    /// 400: the argument is invalid.
    Argument(String),
    /// 400: the request is invalid.
    Request(String),
    /// 401: the token does not permit the call.
    Auth(AuthError),
    /// 403: the account must not use the function.
    Access(Value),
    /// 409: an error of the function.
    Endpoint(Value),
    /// 416: the range is outside the file.
    Range(u64),
    /// 422: the token does not permit this path root.
    PathRoot(PathRootError),
    /// 500: the service failed.
    Internal(anyhow::Error),
}

/// Reason why a token does not permit a call.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum AuthError {
    /// There is no token, or it was never issued.
    InvalidAccessToken,
    /// The token has expired.
    ExpiredAccessToken,
    /// The user is suspended.
    UserSuspended,
    /// A user of a team is selected, which only a team's token can do.
    InvalidSelectUser,
    /// An administrator of a team is selected, which only a team's token can do.
    InvalidSelectAdmin,
    /// A scope is missing.
    MissingScope {
        /// Missing scope.
        required_scope: Cow<'static, str>,
    },
}

/// Reason why a path root is refused.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum PathRootError {
    /// It is not the account's root.
    InvalidRoot {
        /// The account's root.
        invalid_root: RootInfo,
    },
    /// It belongs to another account.
    NoPermission,
}

impl Failure {
    /// Creates the failure for an error of the function.
    pub(crate) fn endpoint(error: impl Serialize) -> Self {
        serde_json::to_value(error).map_or_else(|error| Self::Internal(error.into()), Self::Endpoint)
    }

    /// Creates the failure for a cursor that was issued for another caller or service.
    pub(crate) fn invalid_cursor() -> Self {
        Self::Request("Invalid \"cursor\" parameter".to_owned())
    }

    /// Creates the failure for an invalid path to read; `wrap` turns a lookup error into the function's own.
    pub(crate) fn reading<E: Serialize>(problem: PathProblem, wrap: impl FnOnce(LookupError) -> E) -> Self {
        match problem {
            PathProblem::Pattern(text) => Self::Argument(text),
            PathProblem::Malformed => Self::endpoint(wrap(LookupError::MalformedPath)),
            PathProblem::OtherNamespace => Self::endpoint(wrap(LookupError::NotFound)),
        }
    }

    /// Creates the failure for an invalid path to write; `wrap` turns a write error into the function's own.
    pub(crate) fn writing<E: Serialize>(problem: PathProblem, wrap: impl FnOnce(WriteError) -> E) -> Self {
        match problem {
            PathProblem::Pattern(text) => Self::Argument(text),
            PathProblem::Malformed => Self::endpoint(wrap(WriteError::MalformedPath)),
            PathProblem::OtherNamespace => Self::endpoint(wrap(WriteError::NoWritePermission)),
        }
    }

    /// Creates the failure for a refused write; `wrap` turns a write error into the function's own.
    pub(crate) fn refused<E: Serialize>(refusal: Refusal, wrap: impl FnOnce(WriteError) -> E) -> Self {
        WriteError::try_from(refusal).map_or_else(Self::Internal, |error| Self::endpoint(wrap(error)))
    }

    /// Creates the failure for a problem with an upload session; `wrap` turns its error into the function's
    /// own.
    pub(crate) fn session<E: Serialize>(problem: Problem, wrap: impl FnOnce(SessionError) -> E) -> Self {
        let error = match problem {
            Problem::NotFound => SessionError::NotFound,
            Problem::IncorrectOffset(correct_offset) => SessionError::IncorrectOffset { correct_offset },
            Problem::Closed => SessionError::Closed,
            Problem::Internal(error) => return Self::Internal(error),
        };
        Self::endpoint(wrap(error))
    }

    /// Builds the response to a call of `function`, whose argument is in `place`.
    pub(crate) fn response(self, function: &str, place: &str) -> Response {
        let bad = |text| format!("Error in call to API function \"{function}\": {text}");
        match self {
            Self::Argument(about) => text(StatusCode::BAD_REQUEST, bad(format!("{place}: {about}"))),
            Self::Request(about) => text(StatusCode::BAD_REQUEST, bad(about)),
            Self::Auth(error) => error_json(StatusCode::UNAUTHORIZED, &json!(error)),
            Self::Access(error) => error_json(StatusCode::FORBIDDEN, &error),
            Self::Endpoint(error) => error_json(StatusCode::CONFLICT, &error),
            Self::Range(size) => unsatisfiable(size),
            Self::PathRoot(error) => error_json(StatusCode::UNPROCESSABLE_ENTITY, &json!(error)),
            Self::Internal(error) => {
                tracing::error!(function, "{error:#}");
                text(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error".to_owned())
            }
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

/// Builds a response in plain text.
pub(crate) fn text(status: StatusCode, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let plain = http::HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    response
}

/// Builds a response in JSON. Clients require its content type without parameters.
pub(crate) fn json_body(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => json_bytes(status, bytes),
        Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

/// Builds a response from bytes that are labelled as JSON.
pub(crate) fn json_bytes(status: StatusCode, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    response
}

fn unsatisfiable(size: u64) -> Response {
    let mut response = text(StatusCode::RANGE_NOT_SATISFIABLE, "The file has no such range".to_owned());
    if let Ok(range) = format!("bytes */{size}").parse() {
        response.headers_mut().insert(http::header::CONTENT_RANGE, range);
    }
    response
}

/// Builds an error response in JSON.
pub(super) fn error_json(status: StatusCode, error: &Value) -> Response {
    let dots = ".".repeat(usize::from(crypto::random::<1>()[0] % 4));
    let summary = summary(error);
    let mut body = json!({ "error_summary": format!("{summary}{dots}"), "error": error });
    if let Some(text) = user_message(&summary) {
        body["user_message"] = json!({ "text": text, "locale": "en" });
    }
    json_body(status, &body)
}

/// Returns the message for the user, which Dropbox sends for exhausted quotas.
fn user_message(summary: &str) -> Option<&'static str> {
    let has = |tag| summary.split('/').any(|part| part == tag);
    if has("insufficient_space") || has("insufficient_quota") {
        Some("Your Dropbox is full. Free up space, or upgrade your plan.")
    } else if has("feature") {
        Some("Your team has used up its data transport limit for this month.")
    } else {
        None
    }
}

/// Joins the tags from outermost to innermost, each followed by a slash. Clients match the beginning.
fn summary(error: &Value) -> String {
    let Some(tag) = error[".tag"].as_str() else {
        return error.get("reason").map(summary).unwrap_or_default();
    };
    let inner = error.get(tag).filter(|_| tag != "invalid_root").or_else(|| error.get("reason"));
    format!("{tag}/{}", inner.map(summary).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::error::{ReadError, UploadError, WriteConflictError};

    #[test]
    fn errors_lie_where_the_official_clients_look_for_them() {
        let not_found = json!(ReadError::Path { path: LookupError::NotFound });
        assert_eq!(not_found.to_string(), r#"{".tag":"path","path":{".tag":"not_found"}}"#);
        assert_eq!(summary(&not_found), "path/not_found/");
        let reason = WriteError::Conflict { conflict: WriteConflictError::File };
        let upload = json!(UploadError::Path { reason, upload_session_id: "x".into() });
        let expected = json!({".tag": "path", "reason": {".tag": "conflict", "conflict": {".tag": "file"}},
            "upload_session_id": "x"});
        assert_eq!(upload, expected);
        assert_eq!(summary(&upload), "path/conflict/file/");
    }
}
