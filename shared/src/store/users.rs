//! The port to the users of projects.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ProjectId, ProjectUser, Timestamp, UserChange, UserDeletion, UserId, UserSettings};

/// The users of projects. One is there from when the project first asks for something in their name.
#[async_trait]
pub trait Users: Send + Sync {
    /// The user; `None` where the project has not been heard of them.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn user(&self, project: ProjectId, user: &UserId) -> Result<Option<ProjectUser>, StoreError>;

    /// What is chosen for the user's accounts: the user's own settings, and where there are none the project's defaults.
    /// It may be some seconds old.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn user_settings(&self, project: ProjectId, user: &UserId) -> Result<UserSettings, StoreError>;

    /// What is chosen for the users of a project who have nothing of their own.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn user_defaults(&self, project: ProjectId) -> Result<UserSettings, StoreError>;

    /// Changes that.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn change_user_defaults(&self, project: ProjectId, change: UserChange) -> Result<(), StoreError>;

    /// The users of a project in the order of their ids, after `after` where that is given: at most `limit`.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn users(
        &self,
        project: ProjectId,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Vec<ProjectUser>, StoreError>;

    /// Adds a user. One who is there stays as they are; one who was deleted begins anew.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn add_user(&self, project: ProjectId, user: &UserId, now: Timestamp) -> Result<(), StoreError>;

    /// Changes up to [`MAX_USERS_AT_ONCE`] users, each named once: all or none. Those who are not there are added.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where one of them was deleted. Where the store cannot be reached.
    async fn change_users(
        &self,
        project: ProjectId,
        users: &[UserId],
        change: UserChange,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Notes the deletion of a user. Nothing else is kept in the user's row, and this until `expires`.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn note_deletion(
        &self,
        project: ProjectId,
        user: &UserId,
        deletion: &UserDeletion,
        expires: Timestamp,
    ) -> Result<(), StoreError>;
}

/// Maximum number of users that are changed in one call.
pub const MAX_USERS_AT_ONCE: usize = 100;
