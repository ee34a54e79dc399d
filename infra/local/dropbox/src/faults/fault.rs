//! What can go wrong.

use serde::{Deserialize, Serialize};

/// What happens to a call instead of what should, or beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// 429.
    RateLimited {
        /// How it is told.
        #[serde(default)]
        shape: RateLimitShape,
        /// What there was too much of.
        #[serde(default)]
        reason: RateLimitReason,
        /// How long to wait, in seconds.
        #[serde(default = "one")]
        retry_after: u32,
    },
    /// 409 with the route's own `too_many_write_operations`, and a `Retry-After` header.
    TooManyWriteOperations {
        /// How long to wait, in seconds.
        #[serde(default = "one")]
        retry_after: u32,
    },
    /// 409 with an error of the route.
    EndpointError {
        /// The tags from the outside in, as in `path/not_found`.
        tag: String,
    },
    /// 400 in text that says that the cursor is not one.
    InvalidCursor,
    /// 5xx in HTML, or 413.
    ServerError {
        /// The status.
        #[serde(default = "internal_server_error")]
        status: u16,
        /// Whether the call has done its work.
        #[serde(default)]
        after_effect: bool,
    },
    /// The connection ends without any answer.
    Cut {
        /// Whether the call has done its work.
        #[serde(default)]
        after_effect: bool,
    },
    /// The connection ends in the middle of the body that the headers announce.
    CutBody,
    /// The answer takes its time.
    Slow {
        /// How long before the headers, in milliseconds.
        #[serde(default)]
        before_headers_ms: u64,
        /// How long before each piece of the body, in milliseconds.
        #[serde(default)]
        before_each_piece_ms: u64,
    },
    /// 401.
    Unauthorized {
        /// What is said of the token.
        error: TokenProblem,
    },
    /// 401 that names a scope.
    MissingScope {
        /// The scope; when missing, the one that the route needs.
        #[serde(default)]
        required_scope: Option<String>,
    },
    /// 403.
    AccessDenied {
        /// The tags from the outside in.
        #[serde(default = "no_permission")]
        tag: String,
    },
    /// 400 in text that says that the token is not one.
    MalformedToken,
    /// 422 that tells the account's true root.
    InvalidRoot,
    /// 422 that says that the root is none of the account's.
    RootGone,
    /// One bit of one byte of a body is not what it should be.
    WrongBytes,
}

/// How a 429 is told.
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

/// What there was too much of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateLimitReason {
    /// Calls.
    #[default]
    TooManyRequests,
    /// Writes in one namespace at a time.
    TooManyWriteOperations,
}

/// What a 401 says of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenProblem {
    /// It was issued too long ago.
    ExpiredAccessToken,
    /// It is none that was issued, or it was revoked.
    InvalidAccessToken,
    /// Its user may not use Dropbox now.
    UserSuspended,
}

impl Fault {
    /// The name of its kind, as documents have it.
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

    /// Says what is wrong with its fields.
    pub(super) fn check(&self) -> Result<(), String> {
        match self {
            // 413 is what stands before Dropbox's functions says of a body that is too large.
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
