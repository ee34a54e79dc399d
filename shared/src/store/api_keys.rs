//! The port to the API keys of projects.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::model::{ProjectId, SecretHash, Timestamp};

/// API key of a project, as stored: by its hash only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredApiKey {
    /// The hash of the key.
    pub hash: SecretHash,
    /// Time at which it was created.
    pub created_at: Timestamp,
}

/// Store of the API keys of projects. [`Projects`](super::Projects) finds the project of a given key.
#[async_trait]
pub trait ApiKeys: Send + Sync {
    /// Returns the keys of a project, in no particular order. Keys made by versions before 2026-11-29 are not
    /// listed, although they work.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn api_keys(&self, project: ProjectId) -> Result<Vec<StoredApiKey>, StoreError>;

    /// Adds an API key to a project.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such project, or the key is taken.
    async fn add_api_key(&self, project: ProjectId, key: &StoredApiKey) -> Result<(), StoreError>;

    /// Removes an API key of a project, and returns whether it was removed. With `kept`, removes it only if
    /// the project also has that key.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn remove_api_key(
        &self,
        project: ProjectId,
        key: &SecretHash,
        kept: Option<&SecretHash>,
    ) -> Result<bool, StoreError>;
}
