//! Failures of the runner's own services. What Dropbox or an address answers is no failure.

use shared::{queue::QueueError, store::StoreError, workflows::StartError};

/// Reason why a message must come again.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The message is none of ours.
    #[error("the message cannot be read: {0}")]
    Undecodable(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue failed.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Store(error) => error.into(),
            StartError::Queue(error) => error.into(),
        }
    }
}
