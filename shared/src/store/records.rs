//! The port to lists of items for clients: by the numbers of their creation, or by when their bytes last came.

use std::collections::HashMap;

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, ItemId, Record};

/// In which order records are listed. It finds them through an index, which is a moment late; what it finds is read
/// again from the items' rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordOrder {
    /// By the number of the creating change, which never changes: a page stays in its place while items change.
    Creation,
    /// By when bytes last came into the bucket; those of which none have come first.
    LastSync,
}

/// Which part of a list is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordPage {
    /// In which order.
    pub order: RecordOrder,
    /// Whether the last is first.
    pub descending: bool,
    /// In the order of creation: only what comes after the item with this number.
    pub after: Option<u64>,
    /// How many are left out before the first.
    pub skip: u32,
    /// How many at most.
    pub most: u32,
}

/// Items as clients list them. Deleted ones are not there.
#[async_trait]
pub trait Records: Send + Sync {
    /// A part of the list of a connection's items: one query, and the rows that it finds.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn record_page(
        &self,
        connection: ConnectionId,
        page: RecordPage,
    ) -> Result<Vec<Record>, StoreError>;

    /// Those of these items that we hold.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn records(
        &self,
        connection: ConnectionId,
        ids: &[ItemId],
    ) -> Result<HashMap<ItemId, Record>, StoreError>;

    /// The items that the changes with these numbers created, in no order. What is not there is left out.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn records_created_by(
        &self,
        connection: ConnectionId,
        created: &[u64],
    ) -> Result<Vec<Record>, StoreError>;

    /// All items, in no order; `None` where there are more than `most`.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn all_records(
        &self,
        connection: ConnectionId,
        most: usize,
    ) -> Result<Option<Vec<Record>>, StoreError>;
}
