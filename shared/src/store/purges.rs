//! The port to disconnecting: what is kept of a connection goes, all of it.

use async_trait::async_trait;
use futures_util::stream::BoxStream;

use super::StoreError;
use crate::model::{Connection, ConnectionId, Receipt, Timestamp};

/// The end of connections.
#[async_trait]
pub trait Purges: Send + Sync {
    /// Records that a connection is disconnected: no webhook and no user of the project finds it any more, and it is
    /// due for its purge. False, and nothing written, where it is disconnected already.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn disconnect(&self, connection: &Connection, now: Timestamp) -> Result<bool, StoreError>;

    /// Closes the log of a disconnected connection: from here on no walker can write to it, whenever it began, so what a
    /// purge removes stays removed.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn close_log(&self, id: ConnectionId) -> Result<(), StoreError>;

    /// Removes the tokens, and notes how far the purge has come.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn forget_tokens(&self, id: ConnectionId, receipt: &Receipt) -> Result<(), StoreError>;

    /// Removes everything that is kept of a connection but its own row and its schedule, piece by piece as the stream is
    /// read; each piece says how many items were in it. It may be left and begun again.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    fn purge(&self, id: ConnectionId) -> BoxStream<'_, Result<u64, StoreError>>;

    /// Notes how far the purge has come.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn note_receipt(&self, id: ConnectionId, receipt: &Receipt) -> Result<(), StoreError>;

    /// Notes that the purge is finished, and removes the schedule and all claims: of the connection only the receipt is
    /// left, until `expires`.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn end_purge(
        &self,
        id: ConnectionId,
        receipt: &Receipt,
        expires: Timestamp,
    ) -> Result<(), StoreError>;
}
