//! The port to what clients call what they have selected, and single files.

use std::collections::HashMap;

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, ItemId, Label, Tags, Target, Timestamp};

/// What clients call selections and files. Nothing here decides what is synced.
#[async_trait]
pub trait Labels: Send + Sync {
    /// Labels selections, in place of what they were called before.
    ///
    /// # Errors
    /// Where the store cannot be reached; some may have been labelled.
    async fn label(
        &self,
        connection: ConnectionId,
        targets: &[Target],
        label: &Label,
    ) -> Result<(), StoreError>;

    /// The labels of a connection's selections; also of some that are selections no more.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn labels(&self, connection: ConnectionId) -> Result<HashMap<Target, Label>, StoreError>;

    /// Tags a file, in place of the tags that it had. They go with the file.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where there is no such file, or its tags are not `before` any more. Where the store
    /// cannot be reached.
    async fn tag(
        &self,
        connection: ConnectionId,
        item: &ItemId,
        before: Option<&Tags>,
        tags: &Tags,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}
