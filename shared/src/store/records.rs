//! The port to lists of items for clients, in the order of their creation or of the last arrival of their
//! bytes.

use std::collections::HashMap;

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, ItemId, Record};

/// Order of a list of records. Records are found through an index, which lags a moment, and then read from
/// the items' rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordOrder {
    /// Order of the creating changes' numbers, which never change: a page stays in its place while items
    /// change.
    Creation,
    /// Order of the times at which bytes last came into the bucket; items without bytes come first.
    LastSync,
}

/// Part of a list of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordPage {
    /// The order.
    pub order: RecordOrder,
    /// Whether the order is reversed.
    pub descending: bool,
    /// In the order of creation: the number of the item after which to begin.
    pub after: Option<u64>,
    /// Number of records to skip.
    pub skip: u32,
    /// Maximum number of records to return.
    pub limit: u32,
}

/// Store of items as clients list them. Deleted items are absent.
#[async_trait]
pub trait Records: Send + Sync {
    /// Returns a part of the list of a connection's items, by one query and a read of the rows that it finds.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn record_page(
        &self,
        connection: ConnectionId,
        page: RecordPage,
    ) -> Result<Vec<Record>, StoreError>;

    /// Returns the records of these items, leaving out those that do not exist.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn records(
        &self,
        connection: ConnectionId,
        ids: &[ItemId],
    ) -> Result<HashMap<ItemId, Record>, StoreError>;

    /// Returns the items that the changes with these numbers created, in no particular order. Items that do
    /// not exist are left out.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn records_created_by(
        &self,
        connection: ConnectionId,
        created: &[u64],
    ) -> Result<Vec<Record>, StoreError>;

    /// Returns the numbers of the changes that created the items at these lower-cased paths, by path. Paths
    /// without an item, and items without a number, are left out.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn created_at_paths(
        &self,
        connection: ConnectionId,
        paths: &[String],
    ) -> Result<HashMap<String, u64>, StoreError>;

    /// Returns all items, in no particular order; `None` if there are more than `limit`.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn all_records(
        &self,
        connection: ConnectionId,
        limit: usize,
    ) -> Result<Option<Vec<Record>>, StoreError>;
}
