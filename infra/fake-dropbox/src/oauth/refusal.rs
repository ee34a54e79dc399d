//! Errors of the token endpoint.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use crate::api::{json_body, text};

/// An error of the token endpoint.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The request is invalid, for this reason.
    InvalidRequest(&'static str),
    /// No app has this key and secret.
    InvalidClient,
    /// The code or refresh token is invalid, for this reason.
    InvalidGrant(&'static str),
    /// More scopes are requested than were granted.
    InvalidScope,
    /// The grant type is not supported.
    UnsupportedGrantType,
    /// The service failed.
    Internal(anyhow::Error),
}

impl Refusal {
    /// Builds the response.
    pub(super) fn response(self) -> Response {
        let (error, description) = match self {
            Self::InvalidRequest(why) => ("invalid_request", why),
            Self::InvalidClient => ("invalid_client", "Invalid client_id or client_secret"),
            Self::InvalidGrant(why) => ("invalid_grant", why),
            Self::InvalidScope => ("invalid_scope", "the requested scope exceeds what was granted"),
            Self::UnsupportedGrantType => {
                ("unsupported_grant_type", "grant_type must be authorization_code or refresh_token")
            }
            Self::Internal(error) => {
                tracing::error!("token endpoint: {error:#}");
                return text(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error".to_owned());
            }
        };
        json_body(StatusCode::BAD_REQUEST, &json!({ "error": error, "error_description": description }))
    }
}

impl<E: Into<anyhow::Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}
