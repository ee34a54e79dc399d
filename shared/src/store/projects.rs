//! Ports to projects and their data keys.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::{
    dropbox::AppTerms,
    model::{AppKey, Project, ProjectId, SecretHash, UserKey, UserTokenRules},
    seal::{Sealed, WrappedKey},
};

/// Store of projects.
#[async_trait]
pub trait Projects: Send + Sync {
    /// Adds a project with its first API key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the id or the key is taken; nothing is added then.
    async fn add_project(&self, project: &Project, key: &SecretHash) -> Result<(), StoreError>;

    /// Returns the project with this id.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn project(&self, id: ProjectId) -> Result<Option<Project>, StoreError>;

    /// Returns the project that an API key belongs to. The key is found by its hash: no secret is compared.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn project_of_key(&self, key: &SecretHash) -> Result<Option<ProjectId>, StoreError>;
}

/// Store of the keys and rules of projects' user tokens, for the operator who changes them. None of our
/// functions does.
#[async_trait]
pub trait UserKeys: Send + Sync {
    /// Replaces a project's keys for user tokens.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such project, or its keys are not `before` any more.
    async fn replace_user_keys(
        &self,
        project: ProjectId,
        before: &[UserKey],
        keys: &[UserKey],
    ) -> Result<(), StoreError>;

    /// Sets the rules by which a project's user tokens are accepted.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such project.
    async fn set_user_token_rules(
        &self,
        project: ProjectId,
        rules: &UserTokenRules,
    ) -> Result<(), StoreError>;
}

/// A project's own Dropbox app, with its secrets sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedApp {
    /// Its key.
    pub key: AppKey,
    /// The project that owns it.
    pub project: ProjectId,
    /// Its secret.
    pub secret: Sealed,
    /// The previous secret, as long as Dropbox may still sign with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_secret: Option<Sealed>,
    /// Its scopes and redirect.
    pub terms: AppTerms,
}

/// Store of projects' own Dropbox apps.
#[async_trait]
pub trait AppStore: Send + Sync {
    /// Returns the app with this key.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn app(&self, key: &AppKey) -> Result<Option<SealedApp>, StoreError>;

    /// Stores an app, and makes it the one through which its project links accounts from now on. Connections
    /// made through another app keep that one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such project, or the app belongs to another project.
    async fn put_app(&self, app: &SealedApp) -> Result<(), StoreError>;
}

/// Store of projects' wrapped data keys. A key never changes once it is added.
#[async_trait]
pub trait DataKeys: Send + Sync {
    /// Returns the key with the highest version, and that version.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn newest_data_key(&self, project: ProjectId) -> Result<Option<(u32, WrappedKey)>, StoreError>;

    /// Returns the key of this version.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn data_key(&self, project: ProjectId, version: u32) -> Result<Option<WrappedKey>, StoreError>;

    /// Adds a key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the version is taken.
    async fn add_data_key(
        &self,
        project: ProjectId,
        version: u32,
        key: &WrappedKey,
    ) -> Result<(), StoreError>;
}
