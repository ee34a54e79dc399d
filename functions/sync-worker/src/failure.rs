//! Errors of a message's work.

use shared::{
    content::ContentError,
    dropbox::{DropboxError, Refusal},
    dropbox_calls::CallError,
    events::BusError,
    queue::{QueueError, RequestError},
    store::StoreError,
};

/// Reason why a message's work was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// An error of a call of Dropbox.
    #[error(transparent)]
    Call(#[from] CallError),
    /// An error of the store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An error of a queue.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// An error of the bus.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// An error of the bucket.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The message, or a saved listing, is not in our form.
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
        Self::Call(CallError::Dropbox(error))
    }
}

impl Failure {
    /// Whether Dropbox or the way to it failed, or a pause was asked for: nothing of ours.
    #[must_use]
    pub fn is_dropboxs(&self) -> bool {
        matches!(self, Self::Call(CallError::Dropbox(_) | CallError::Paused { .. }))
    }

    /// Returns Dropbox's error, if it is one.
    #[must_use]
    pub fn dropbox(&self) -> Option<&DropboxError> {
        match self {
            Self::Call(CallError::Dropbox(error)) => Some(error),
            _ => None,
        }
    }

    /// Returns Dropbox's refusal, if the failure concerns only the file or folder that was asked for.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        self.dropbox().and_then(DropboxError::refusal)
    }

    /// Whether the listing must start over with a new cursor.
    #[must_use]
    pub fn is_cursor_reset(&self) -> bool {
        matches!(self.dropbox(), Some(DropboxError::CursorReset(_)))
    }

    /// Whether Dropbox's answer did not come in time.
    #[must_use]
    pub fn is_too_slow(&self) -> bool {
        matches!(self.dropbox(), Some(DropboxError::TooSlow(_)))
    }
}
