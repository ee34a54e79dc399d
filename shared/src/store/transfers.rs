//! The port to the transfers that are still to be seen to.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, ItemId, Rev, Timestamp, Transfer};

/// When a connection's transfers are next seen to, and how many at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferPace {
    /// At most so many at the same time.
    pub at_once: u32,
    /// The tick asks for them then; absent: when something new is to be transferred.
    pub wake_at: Option<Timestamp>,
}

impl TransferPace {
    /// As many run at the same time unless Dropbox asked for fewer.
    pub const MOST: u32 = 4;
}

/// The transfers of connections, and the bytes that they hold.
#[async_trait]
pub trait Transfers: Send + Sync {
    /// Adds transfers. One that is there already begins anew.
    ///
    /// # Errors
    /// Where the store cannot be reached; some may have been added.
    async fn add_transfers(
        &self,
        connection: ConnectionId,
        transfers: &[(ItemId, Rev)],
    ) -> Result<(), StoreError>;

    /// Up to `most` transfers after the given one, in the order of their ids.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn transfers(
        &self,
        connection: ConnectionId,
        after: Option<&Transfer>,
        most: u32,
    ) -> Result<Vec<Transfer>, StoreError>;

    /// Notes how far a transfer has come; one that was removed meanwhile stays so.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn note_transfer(&self, connection: ConnectionId, transfer: &Transfer) -> Result<(), StoreError>;

    /// Removes a transfer: it was seen to.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn end_transfer(&self, connection: ConnectionId, transfer: &Transfer) -> Result<(), StoreError>;

    /// Which revision of which file has these bytes in the bucket, as far as is known. It may be out of date.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn holder(
        &self,
        connection: ConnectionId,
        content_hash: &str,
    ) -> Result<Option<(ItemId, Rev)>, StoreError>;

    /// Notes which revision of which file has these bytes in the bucket.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn note_holder(
        &self,
        connection: ConnectionId,
        content_hash: &str,
        holder: (&ItemId, &Rev),
    ) -> Result<(), StoreError>;

    /// When the connection's transfers are next seen to, and how many at the same time.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn pace(&self, connection: ConnectionId) -> Result<TransferPace, StoreError>;

    /// Sets the pace of the next run.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn set_pace(&self, connection: ConnectionId, pace: TransferPace) -> Result<(), StoreError>;
}
