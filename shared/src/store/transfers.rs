//! The port to the transfers that are still to be seen to.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, ContentKey, ItemId, Rev, Timestamp, Transfer};

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

/// How far a search of a connection's part of the bucket has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sweep {
    /// The last key that was looked at; absent at the beginning.
    pub after: Option<ContentKey>,
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

    /// Asks for a search of the bucket for bytes that are nobody's, from its beginning.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn owe_sweep(&self, connection: ConnectionId) -> Result<(), StoreError>;

    /// How far the search has come that was asked for last; absent: none is to be done.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn sweep(&self, connection: ConnectionId) -> Result<Option<Sweep>, StoreError>;

    /// Notes how far a search has come, `after` being absent where it is done. Nothing is written where it does not
    /// stand at `before` any more.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn note_sweep(
        &self,
        connection: ConnectionId,
        before: &Sweep,
        after: Option<&Sweep>,
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
