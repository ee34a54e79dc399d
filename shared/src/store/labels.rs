//! The port to labels: the names and tags that clients give to selections and files.

use std::collections::HashMap;

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, ItemId, Label, Tags, Target, Timestamp};

/// Store of labels. They do not decide what is synced.
#[async_trait]
pub trait Labels: Send + Sync {
    /// Labels selections, replacing their earlier labels.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some may have been labelled.
    async fn label(
        &self,
        connection: ConnectionId,
        targets: &[Target],
        label: &Label,
    ) -> Result<(), StoreError>;

    /// Returns the labels of a connection's selections, also of some that are no longer selected.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn labels(&self, connection: ConnectionId) -> Result<HashMap<Target, Label>, StoreError>;

    /// Sets the tags of a file, replacing those that it had. They are removed with the file.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such file, or the stored text of its tags is not `before` any
    /// more; `None`: it had none. Fails if the store cannot be reached.
    async fn tag(
        &self,
        connection: ConnectionId,
        item: &ItemId,
        before: Option<&str>,
        tags: &Tags,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}
