//! Kinds of faults.

use serde::{Deserialize, Serialize};

/// A fault that replaces or accompanies the normal response to a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// 429.
    RateLimited {
        /// Format of the response.
        #[serde(default)]
        shape: RateLimitShape,
        /// Reason.
        #[serde(default)]
        reason: RateLimitReason,
        /// Time to wait, in seconds.
        #[serde(default = "one")]
        retry_after: u32,
    },
    /// 409 with the route's own `too_many_write_operations`, and a `Retry-After` header.
    TooManyWriteOperations {
        /// Time to wait, in seconds.
        #[serde(default = "one")]
        retry_after: u32,
    },
    /// 409 with an error of the route.
    EndpointError {
        /// Tags from outermost to innermost, such as `path/not_found`.
        tag: String,
    },
    /// 400 in text: the cursor is invalid.
    InvalidCursor,
    /// 5xx in HTML, or 413.
    ServerError {
        /// Status code.
        #[serde(default = "internal_server_error")]
        status: u16,
        /// Whether the call has its effect first.
        #[serde(default)]
        after_effect: bool,
    },
    /// The connection ends without a response.
    Cut {
        /// Whether the call has its effect first.
        #[serde(default)]
        after_effect: bool,
    },
    /// The connection ends in the middle of the announced body.
    CutBody,
    /// The response is slow.
    Slow {
        /// Delay of the headers, in milliseconds.
        #[serde(default)]
        before_headers_ms: u64,
        /// Delay of each piece of the body, in milliseconds.
        #[serde(default)]
        before_each_piece_ms: u64,
    },
    /// 401.
    Unauthorized {
        /// Error about the token.
        error: TokenProblem,
    },
    /// 401 that names a missing scope.
    MissingScope {
        /// Scope; if absent, the one that the route needs.
        #[serde(default)]
        required_scope: Option<String>,
    },
    /// 403.
    AccessDenied {
        /// Tags from outermost to innermost.
        #[serde(default = "no_permission")]
        tag: String,
    },
    /// 400 in text: the token is malformed.
    MalformedToken,
    /// 422 with the account's true root.
    InvalidRoot,
    /// 422: the root does not belong to the account.
    RootGone,
    /// One bit of one byte of the body is wrong.
    WrongBytes,
}

/// Format of a 429.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateLimitShape {
    /// JSON with the reason and the time to wait, and the header.
    #[default]
    Json,
    /// JSON with the reason only, and the header.
    ReasonOnly,
    /// Text, and the header.
    Text,
    /// JSON with the reason only, and no header.
    NoHeader,
}

/// Reason of a 429.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateLimitReason {
    /// Too many calls.
    #[default]
    TooManyRequests,
    /// Too many parallel writes in one namespace.
    TooManyWriteOperations,
}

/// Error about the token in a 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenProblem {
    /// It has expired.
    ExpiredAccessToken,
    /// It was never issued, or was revoked.
    InvalidAccessToken,
    /// The user is suspended.
    UserSuspended,
}

impl Fault {
    /// Returns the name of its kind in documents.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RateLimited { .. } => "rate_limited",
            Self::TooManyWriteOperations { .. } => "too_many_write_operations",
            Self::EndpointError { .. } => "endpoint_error",
            Self::InvalidCursor => "invalid_cursor",
            Self::ServerError { .. } => "server_error",
            Self::Cut { .. } => "cut",
            Self::CutBody => "cut_body",
            Self::Slow { .. } => "slow",
            Self::Unauthorized { .. } => "unauthorized",
            Self::MissingScope { .. } => "missing_scope",
            Self::AccessDenied { .. } => "access_denied",
            Self::MalformedToken => "malformed_token",
            Self::InvalidRoot => "invalid_root",
            Self::RootGone => "root_gone",
            Self::WrongBytes => "wrong_bytes",
        }
    }

    /// Validates its fields.
    pub(super) fn check(&self) -> Result<(), String> {
        match self {
            // 413 comes from the servers in front of Dropbox's functions, if a body is too large.
            Self::ServerError { status, .. } if !matches!(status, 413 | 500..=599) => {
                Err(format!("status: {status} is neither 413 nor within 500 and 599"))
            }
            Self::EndpointError { tag } | Self::AccessDenied { tag } if !tag.split('/').all(is_tag) => {
                Err(format!("tag: \"{tag}\" is not one or more names of errors with slashes between them"))
            }
            _ => Ok(()),
        }
    }
}

fn is_tag(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn no_permission() -> String {
    "no_permission".to_owned()
}

fn one() -> u32 {
    1
}

fn internal_server_error() -> u16 {
    500
}
