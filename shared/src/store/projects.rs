//! Ports to projects and their data keys.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::{
    dropbox::AppTerms,
    model::{AppKey, Project, ProjectId, SecretHash, UserKey, UserTokenRules},
    seal::{Sealed, WrappedKey},
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

/// The keys of projects' user tokens and which of the tokens are taken, for the operator who changes them. No function of
/// ours does.
#[async_trait]
pub trait UserKeys: Send + Sync {
    /// Gives a project other keys for its user tokens.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where there is no such project, or its keys are not `before` any more.
    async fn replace_user_keys(
        &self,
        project: ProjectId,
        before: &[UserKey],
        keys: &[UserKey],
    ) -> Result<(), StoreError>;

    /// Says which user tokens of a project are taken.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where there is no such project.
    async fn set_user_token_rules(
        &self,
        project: ProjectId,
        rules: &UserTokenRules,
    ) -> Result<(), StoreError>;
}

/// A Dropbox app of a project's own, with its secrets sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedApp {
    /// Its key.
    pub key: AppKey,
    /// Whose it is.
    pub project: ProjectId,
    /// Its secret.
    pub secret: Sealed,
    /// The secret before, as long as Dropbox may still sign with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_secret: Option<Sealed>,
    /// What it asks users for.
    pub terms: AppTerms,
}

/// The Dropbox apps of projects that have their own.
#[async_trait]
pub trait AppStore: Send + Sync {
    /// The app with this key.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn app(&self, key: &AppKey) -> Result<Option<SealedApp>, StoreError>;

    /// Stores an app, and makes it the one through which its project links accounts from now on. Connections that were
    /// made through another one keep that.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where there is no such project, or the app is another project's.
    async fn put_app(&self, app: &SealedApp) -> Result<(), StoreError>;
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
