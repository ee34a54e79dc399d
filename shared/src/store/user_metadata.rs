//! The port to what applications keep with their users.

use async_trait::async_trait;

use super::{StoreError, Users};
use crate::model::{ProjectId, Tags, Timestamp, UserId};

/// How often a change is tried over somebody else's.
const ATTEMPTS: u32 = 5;

/// Metadata, and how often it has been written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredMetadata {
    /// The metadata.
    pub metadata: Tags,
    /// How often it has been written; 0: never.
    pub version: u64,
}

/// What applications keep with their users: names, and any JSON values. It goes with the user.
#[async_trait]
pub trait UserMetadata: Send + Sync {
    /// The metadata of a user; empty where there is none.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn user_metadata(&self, project: ProjectId, user: &UserId) -> Result<StoredMetadata, StoreError>;

    /// Gives a user other metadata, in place of that of this version. A user who is not there is added.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where it has been written meanwhile, or the user was deleted. Where the store cannot
    /// be reached.
    async fn replace_user_metadata(
        &self,
        project: ProjectId,
        user: &UserId,
        version: u64,
        metadata: &Tags,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}

/// Changes the metadata of a user, also where somebody else does at the same time, and returns what it is then. A user who was
/// deleted begins anew. Where `change` refuses nothing is written.
///
/// # Errors
/// What `change` refuses with. Where the store cannot be reached, or others change it all the time.
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
