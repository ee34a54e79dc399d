//! What becomes of a message whose work could not be done.

use shared::{
    content::ContentError,
    dropbox::DropboxError,
    events::BusError,
    queue::{QueueError, RequestError},
    store::StoreError,
    tokens::TokenError,
};

/// Why a message's work was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Dropbox, or the tokens for it.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A queue.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The bus.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The bucket.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The message is none of ours.
    #[error("undecodable message: {0}")]
    Undecodable(String),
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Store(error) => error.into(),
            RequestError::Queue(error) => error.into(),
        }
    }
}

impl From<DropboxError> for Failure {
    fn from(error: DropboxError) -> Self {
        Self::Token(error.into())
    }
}

impl Failure {
    /// Dropbox's error, where it is one.
    #[must_use]
    pub fn dropbox(&self) -> Option<&DropboxError> {
        match self {
            Self::Token(TokenError::Dropbox(error)) => Some(error),
            _ => None,
        }
    }
}
