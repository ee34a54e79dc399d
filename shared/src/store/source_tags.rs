//! The port to the tags that a project gives to its connections.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, Tags};

/// How often a change of tags is tried over somebody else's.
const ATTEMPTS: u32 = 5;

/// The tags that projects give to connections. Nothing is decided by them here.
#[async_trait]
pub trait SourceTags: Send + Sync {
    /// The tags of a connection.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn source_tags(&self, connection: ConnectionId) -> Result<Tags, StoreError>;

    /// Gives a connection other tags.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where its tags are not `before` any more.
    async fn replace_source_tags(
        &self,
        connection: ConnectionId,
        before: &Tags,
        tags: &Tags,
    ) -> Result<(), StoreError>;
}

/// Changes the tags of a connection, also where somebody else does at the same time. Returns what they are then.
///
/// # Errors
/// Where the store cannot be reached, or others change them all the time.
pub async fn change_source_tags(
    store: &dyn SourceTags,
    connection: ConnectionId,
    change: impl Fn(&mut Tags) + Send + Sync,
) -> Result<Tags, StoreError> {
    for _ in 0..ATTEMPTS {
        let before = store.source_tags(connection).await?;
        let mut tags = before.clone();
        change(&mut tags);
        if tags == before {
            return Ok(tags);
        }
        match store.replace_source_tags(connection, &before, &tags).await {
            Err(StoreError::Conflict) => {}
            replaced => return replaced.map(|()| tags),
        }
    }
    Err(StoreError::Conflict)
}

/// Adds tags to those of a connection; of the same name, the new one counts.
///
/// # Errors
/// As [`change_source_tags`].
pub async fn tag_source(
    store: &dyn SourceTags,
    connection: ConnectionId,
    added: &Tags,
) -> Result<(), StoreError> {
    if added.is_empty() {
        return Ok(());
    }
    change_source_tags(store, connection, |tags| tags.extend(added.clone())).await.map(drop)
}
