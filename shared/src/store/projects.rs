//! Ports to projects and their data keys.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    model::{Project, ProjectId, SecretHash},
    seal::WrappedKey,
};

/// The projects.
#[async_trait]
pub trait Projects: Send + Sync {
    /// Adds a project with its first API key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the id or the key is taken; nothing is added then.
    async fn add_project(&self, project: &Project, key: &SecretHash) -> Result<(), StoreError>;

    /// The project with this id.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn project(&self, id: ProjectId) -> Result<Option<Project>, StoreError>;

    /// The project that an API key belongs to. The key is found by its hash: no secret is compared.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn project_of_key(&self, key: &SecretHash) -> Result<Option<ProjectId>, StoreError>;
}

/// The wrapped data keys of projects. A key, once added, never changes.
#[async_trait]
pub trait DataKeys: Send + Sync {
    /// The key with the highest version.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn newest_data_key(&self, project: ProjectId) -> Result<Option<(u32, WrappedKey)>, StoreError>;

    /// The key of this version.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn data_key(&self, project: ProjectId, version: u32) -> Result<Option<WrappedKey>, StoreError>;

    /// Adds a key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the version is taken.
    async fn add_data_key(
        &self,
        project: ProjectId,
        version: u32,
        key: &WrappedKey,
    ) -> Result<(), StoreError>;
}
