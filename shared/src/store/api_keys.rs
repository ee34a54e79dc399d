//! The port to the API keys of projects.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::model::{ProjectId, SecretHash, Timestamp};

/// An API key of a project, of which the hash is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredApiKey {
    /// The hash of the key.
    pub hash: SecretHash,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The API keys of projects: listed, added and removed. [`Projects`](super::Projects) finds the project of a key.
#[async_trait]
pub trait ApiKeys: Send + Sync {
    /// The keys of a project in no particular order. Keys that the versions before 2026-11-29 made are not among them, though
    /// they work.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn api_keys(&self, project: ProjectId) -> Result<Vec<StoredApiKey>, StoreError>;

    /// Adds an API key to a project.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where there is no such project, or the key is taken.
    async fn add_api_key(&self, project: ProjectId, key: &StoredApiKey) -> Result<(), StoreError>;

    /// Removes an API key of a project; with `kept`, only while the project has that one as well. False where it was not
    /// removed.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn remove_api_key(
        &self,
        project: ProjectId,
        key: &SecretHash,
        kept: Option<&SecretHash>,
    ) -> Result<bool, StoreError>;
}
