//! The port to the metadata that applications keep with their users.

use async_trait::async_trait;

use super::{StoreError, Users};
use crate::model::{ProjectId, Tags, Timestamp, UserId};

/// Maximum number of attempts to change metadata while others write it too.
const ATTEMPTS: u32 = 5;

/// Metadata, with its version.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredMetadata {
    /// The metadata.
    pub metadata: Tags,
    /// Number of times that it has been written; 0 if never.
    pub version: u64,
}

/// Store of the metadata of users: names with any JSON values. It is removed with the user.
#[async_trait]
pub trait UserMetadata: Send + Sync {
    /// Returns the metadata of a user; empty, at version 0, if there is none.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn user_metadata(&self, project: ProjectId, user: &UserId) -> Result<StoredMetadata, StoreError>;

    /// Replaces the metadata of a user, if it is at this version. Adds the user if there is none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it has been written meanwhile, or the user was deleted. Fails if the store
    /// cannot be reached.
    async fn replace_user_metadata(
        &self,
        project: ProjectId,
        user: &UserId,
        version: u64,
        metadata: &Tags,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}

/// Changes the metadata of a user, and returns the new metadata.
///
/// If another writer comes in between, reads and changes it again, a few times. A user who was deleted starts
/// again. Writes nothing if `change` fails.
///
/// # Errors
/// The error of `change`. Fails if the store cannot be reached, or if others wrote the metadata between each
/// read and write.
pub async fn change_user_metadata<E: From<StoreError>>(
    store: &dyn UserMetadata,
    users: &dyn Users,
    (project, user): (ProjectId, &UserId),
    now: Timestamp,
    change: impl Fn(&mut Tags) -> Result<(), E> + Send + Sync,
) -> Result<Tags, E> {
    for _ in 0..ATTEMPTS {
        let StoredMetadata { mut metadata, version } = store.user_metadata(project, user).await?;
        change(&mut metadata)?;
        match store.replace_user_metadata(project, user, version, &metadata, now).await {
            Err(StoreError::Conflict) => users.add_user(project, user, now).await?,
            replaced => return Ok(replaced.map(|()| metadata)?),
        }
    }
    Err(StoreError::Conflict.into())
}
