//! The port to the tags that a project gives to its connections.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, StoredTags, Tags};

/// Maximum number of attempts to change tags while others write them too.
const ATTEMPTS: u32 = 5;

/// Store of the tags that projects give to connections. They decide nothing here.
#[async_trait]
pub trait SourceTags: Send + Sync {
    /// Returns the tags of a connection.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn source_tags(&self, connection: ConnectionId) -> Result<StoredTags, StoreError>;

    /// Replaces the tags of a connection.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the stored text is not `before` any more; `None`: nothing was stored.
    async fn replace_source_tags(
        &self,
        connection: ConnectionId,
        before: Option<&str>,
        tags: &Tags,
    ) -> Result<(), StoreError>;
}

/// Changes the tags of a connection, and returns them as they are then. If another writer comes in between,
/// reads and changes them again, a few times.
///
/// # Errors
/// Fails if the store cannot be reached, or if others wrote the tags between each read and write.
pub async fn change_source_tags(
    store: &dyn SourceTags,
    connection: ConnectionId,
    change: impl Fn(&mut Tags) + Send + Sync,
) -> Result<Tags, StoreError> {
    for _ in 0..ATTEMPTS {
        let before = store.source_tags(connection).await?;
        let mut tags = before.tags.clone();
        change(&mut tags);
        if tags == before.tags {
            return Ok(tags);
        }
        match store.replace_source_tags(connection, before.text.as_deref(), &tags).await {
            Err(StoreError::Conflict) => {}
            replaced => return replaced.map(|()| tags),
        }
    }
    Err(StoreError::Conflict)
}

/// Adds tags to those of a connection, replacing tags of the same names.
///
/// # Errors
/// Those of [`change_source_tags`].
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
