//! Sealing: secrets at rest, under a data key per project that the master key wraps.
//!
//! The port is the master key (KMS on AWS). Values are sealed under a data key with AES-256-GCM; their
//! encryption context is the additional data, so that a sealed value copied to another row cannot be opened.

mod keyring;
mod kms;
mod sealed;

use async_trait::async_trait;

pub use keyring::Keyring;
pub use kms::KmsKey;
pub use sealed::{DataKey, EncryptionContext, Owner, Sealed, WrappedKey};

use crate::model::ProjectId;

/// Reason why a value could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The master key could not be reached, or refuses for now.
    #[error("master key: {0}")]
    Unavailable(String),
    /// The value was not sealed under this key for this context, or was altered.
    #[error("a sealed value does not open under its key and context")]
    Broken,
}

/// The master key.
#[async_trait]
pub trait MasterKey: Send + Sync {
    /// Returns a new data key for a project: in clear, and wrapped.
    ///
    /// # Errors
    /// [`SealError::Unavailable`] if the master key cannot be reached.
    async fn generate(&self, project: ProjectId) -> Result<(DataKey, WrappedKey), SealError>;

    /// Unwraps a data key of a project.
    ///
    /// # Errors
    /// [`SealError::Broken`] if it is not a key of that project under this master key.
    async fn unwrap_key(&self, project: ProjectId, wrapped: &WrappedKey) -> Result<DataKey, SealError>;
}
