//! Ports to the change log, its HEAD, and the items that it builds.

use std::collections::HashMap;

use async_trait::async_trait;

use super::StoreError;
use crate::model::{Change, ConnectionId, Content, Head, Item, ItemId, Segment, Timestamp};

/// The change log of connections, and HEAD.
#[async_trait]
pub trait Log: Send + Sync {
    /// HEAD as it stands; the default one where nothing was ever walked.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn head(&self, connection: ConnectionId) -> Result<Head, StoreError>;

    /// Raises the epoch and returns HEAD with it. From here on an earlier walker of this connection can commit
    /// nothing (invariant I5).
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn take_head(&self, connection: ConnectionId) -> Result<Head, StoreError>;

    /// Writes a segment (which may be empty) and HEAD, at once or not at all: `after` takes the place of `before`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where HEAD has another epoch or head than `before`, or `before` was not applied.
    async fn commit(
        &self,
        connection: ConnectionId,
        before: &Head,
        after: &Head,
        segment: &Segment,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Records that everything up to `head.head` was applied.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where HEAD has another epoch or head.
    async fn mark_applied(&self, connection: ConnectionId, head: &Head) -> Result<(), StoreError>;

    /// The changes after `number`, in order, whole segments at a time: at least `least` where there are so many.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn changes(
        &self,
        connection: ConnectionId,
        number: u64,
        least: usize,
    ) -> Result<Vec<Change>, StoreError>;
}

/// The items of connections. Deleted ones are not there.
#[async_trait]
pub trait Items: Send + Sync {
    /// Those of these ids that we hold. An id may be named twice.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn items(
        &self,
        connection: ConnectionId,
        ids: &[ItemId],
    ) -> Result<HashMap<ItemId, Item>, StoreError>;

    /// Which item stands at each of these lower-cased paths.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn at_paths(
        &self,
        connection: ConnectionId,
        paths: &[String],
    ) -> Result<HashMap<String, ItemId>, StoreError>;

    /// The item at a lower-cased path and everything below it, in no order. Below the empty path, the root, is
    /// everything.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn subtree(&self, connection: ConnectionId, path: &str) -> Result<Vec<Item>, StoreError>;

    /// All items, in no order.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn all_items(&self, connection: ConnectionId) -> Result<Vec<Item>, StoreError>;

    /// Brings item and path rows to what they are after the segment. Doing it twice, or late, changes nothing more:
    /// a row that a later change wrote is left alone (invariant I3).
    ///
    /// # Errors
    /// Where the store cannot be reached; some rows may have been written.
    async fn apply(
        &self,
        connection: ConnectionId,
        segment: &Segment,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Records what became of a revision's bytes. False, and nothing written, where the item is gone or wants
    /// another revision by now.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn settle_content(
        &self,
        connection: ConnectionId,
        item: &ItemId,
        content: &Content,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}
