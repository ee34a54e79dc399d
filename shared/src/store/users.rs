//! The port to the users of projects.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ProjectId, ProjectUser, Timestamp, UserChange, UserDeletion, UserId, UserSettings};

/// Store of the users of projects. A user exists from the first request that a project makes in their name.
#[async_trait]
pub trait Users: Send + Sync {
    /// Returns the user; `None` if the project has never named them.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn user(&self, project: ProjectId, user: &UserId) -> Result<Option<ProjectUser>, StoreError>;

    /// Returns the settings for the user's accounts: the user's own, and the project's defaults where the
    /// user has none. They may be some seconds old.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn user_settings(&self, project: ProjectId, user: &UserId) -> Result<UserSettings, StoreError>;

    /// Returns the settings for those users of a project who have none of their own.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn user_defaults(&self, project: ProjectId) -> Result<UserSettings, StoreError>;

    /// Changes the settings that [`Self::user_defaults`] returns.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn change_user_defaults(&self, project: ProjectId, change: UserChange) -> Result<(), StoreError>;

    /// Returns at most `limit` users of a project, in the order of their ids, after `after` if given.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn users(
        &self,
        project: ProjectId,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Vec<ProjectUser>, StoreError>;

    /// Adds a user. An existing user stays unchanged; a deleted one starts again.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn add_user(&self, project: ProjectId, user: &UserId, now: Timestamp) -> Result<(), StoreError>;

    /// Changes up to [`MAX_USERS_AT_ONCE`] users, each named once, atomically. Adds those who do not exist.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if one of them was deleted. Fails if the store cannot be reached.
    async fn change_users(
        &self,
        project: ProjectId,
        users: &[UserId],
        change: UserChange,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Records the deletion of a user. The user's row has nothing else from then on, and expires at
    /// `expires`.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn note_deletion(
        &self,
        project: ProjectId,
        user: &UserId,
        deletion: &UserDeletion,
        expires: Timestamp,
    ) -> Result<(), StoreError>;

    /// Records with the deletion of a user that all runs of workflows are removed, unless it is recorded already. Does
    /// nothing if the user is not deleted, or is there again.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn note_runs_removed(
        &self,
        project: ProjectId,
        user: &UserId,
        at: Timestamp,
    ) -> Result<(), StoreError>;
}

/// Maximum number of users in one call of [`Users::change_users`].
pub const MAX_USERS_AT_ONCE: usize = 100;
