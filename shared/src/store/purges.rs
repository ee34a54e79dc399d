//! The port to purges: the removal of everything that is stored of a disconnected connection.

use async_trait::async_trait;
use futures_util::stream::BoxStream;

use super::StoreError;
use crate::model::{Connection, ConnectionId, ProjectId, Receipt, Timestamp, UserId};

/// Store operations that disconnect and purge connections.
#[async_trait]
pub trait Purges: Send + Sync {
    /// Records that a connection is disconnected: no webhook and no user of the project finds it any more,
    /// and its purge is due. Returns false, and writes nothing, if it is disconnected already.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn disconnect(&self, connection: &Connection, now: Timestamp) -> Result<bool, StoreError>;

    /// Removes the version of the list of a user's connections, if the list is empty.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn forget_list_version(&self, project: ProjectId, user: &UserId) -> Result<(), StoreError>;
}

/// The work on purges, for the worker.
#[async_trait]
pub trait PurgeWork: Purges {
    /// Closes the log of a disconnected connection: from then on no walker, whenever it began, can write to
    /// it, so that what a purge removes stays removed.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn close_log(&self, id: ConnectionId) -> Result<(), StoreError>;

    /// Removes the tokens, and stores the receipt with the purge's progress.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn forget_tokens(&self, id: ConnectionId, receipt: &Receipt) -> Result<(), StoreError>;

    /// Removes everything that is stored of a connection except its own row and its schedule. The work
    /// advances as the stream is read; each piece yields the number of items in it. It may be abandoned and
    /// started again.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    fn purge(&self, id: ConnectionId) -> BoxStream<'_, Result<u64, StoreError>>;

    /// Stores the receipt with the purge's progress.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn note_receipt(&self, id: ConnectionId, receipt: &Receipt) -> Result<(), StoreError>;

    /// Stores the final receipt, and removes the schedule and all claims: of the connection only the receipt
    /// is left, until `expires`.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn end_purge(
        &self,
        id: ConnectionId,
        receipt: &Receipt,
        expires: Timestamp,
    ) -> Result<(), StoreError>;
}
