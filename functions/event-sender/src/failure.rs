//! Failures of the sender's own services. What an endpoint answers is no failure.

use shared::{
    events::BusError, queue::QueueError, seal::SealError, store::StoreError, workflows::StartError,
};

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
    /// The keys cannot be opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The bus failed.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// A stored value is not what it must be: a bug of ours.
    #[error("{0}")]
    Corrupt(&'static str),
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Store(error) => error.into(),
            StartError::Queue(error) => error.into(),
        }
    }
}
