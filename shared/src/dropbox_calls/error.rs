//! Errors of calls of Dropbox, by what the caller can do.

use std::time::Duration;

use crate::{
    answer::{ApiError, needs_reauth, paused},
    dropbox::DropboxError,
    model::Timestamp,
    seal::SealError,
    store::StoreError,
    tokens::TokenError,
};

/// Reason why Dropbox was not called, or did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The connection has no valid tokens: it is disconnected, or its user must connect again.
    #[error("the connection has no tokens that work: the user must connect again")]
    NeedsReauth,
    /// Dropbox has asked for a pause, which is recorded.
    #[error("Dropbox asks to wait {} s", .rest.as_secs())]
    Paused {
        /// End of the pause.
        until: Timestamp,
        /// Time until then.
        rest: Duration,
    },
    /// Dropbox did not do it, or gave no new token, for another reason.
    #[error(transparent)]
    Dropbox(DropboxError),
    /// The tokens or the schedule cannot be read or written now.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The tokens cannot be sealed or opened now.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl CallError {
    /// Converts Dropbox's refusal at a time.
    pub(super) fn of(error: DropboxError, now: Timestamp) -> Self {
        match error {
            DropboxError::NeedsReauth(_) => Self::NeedsReauth,
            DropboxError::RateLimited(rest) => Self::Paused { until: now.plus(rest), rest },
            error => Self::Dropbox(error),
        }
    }

    /// Converts the error of a token at a time.
    pub(super) fn of_token(error: TokenError, now: Timestamp) -> Self {
        match error {
            TokenError::NeedsReauth => Self::NeedsReauth,
            TokenError::Dropbox(error) => Self::of(error, now),
            TokenError::Store(error) => Self::Store(error),
            TokenError::Seal(error) => Self::Seal(error),
        }
    }
}

impl From<CallError> for ApiError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::NeedsReauth => needs_reauth(),
            CallError::Paused { rest, .. } => paused(rest),
            error => Self::unavailable(&error),
        }
    }
}
