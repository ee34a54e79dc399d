//! Sealing: secrets at rest, under a data key per project that the master key wraps.
//!
//! The port is the master key (KMS on AWS). What is sealed under a data key is AES-256-GCM with the additional data
//! of its place, so that a sealed value copied to another row opens nothing.

mod keyring;
mod kms;
mod sealed;

use async_trait::async_trait;

pub use keyring::Keyring;
pub use kms::KmsKey;
pub use sealed::{DataKey, Owner, Place, Sealed, WrappedKey};

use crate::model::ProjectId;

/// Why something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The master key could not be reached or refused for now.
    #[error("master key: {0}")]
    Unavailable(String),
    /// The sealed value is not from this key and this place, or was altered.
    #[error("a sealed value does not open under its key and place")]
    Broken,
}

/// The master key.
#[async_trait]
pub trait MasterKey: Send + Sync {
    /// A new data key for a project: in clear, and wrapped.
    ///
    /// # Errors
    /// [`SealError::Unavailable`] where the master key cannot be reached.
    async fn generate(&self, project: ProjectId) -> Result<(DataKey, WrappedKey), SealError>;

    /// Opens a wrapped data key of that project.
    ///
    /// # Errors
    /// [`SealError::Broken`] where it is not a key of that project under this master key.
    async fn unwrap_key(&self, project: ProjectId, wrapped: &WrappedKey) -> Result<DataKey, SealError>;
}
