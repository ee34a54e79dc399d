//! The port to pending transfers.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, ContentKey, FilesRequest, ItemId, Rev, Timestamp, Transfer};

/// Schedule of a connection's transfers: the next run, and how many of them run at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferSchedule {
    /// Maximum number of transfers at the same time.
    pub at_once: u32,
    /// Time at which the tick queues a run; absent until something new is to be transferred.
    pub wake_at: Option<Timestamp>,
}

impl TransferSchedule {
    /// Maximum number of transfers at the same time, unless Dropbox asked for fewer.
    pub const MOST: u32 = 4;
}

/// Progress of a sweep through a connection's part of the bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Last key that was examined; absent at the beginning.
    pub after: Option<ContentKey>,
}

/// Store of the connections' transfers, and index of the bytes in the bucket.
#[async_trait]
pub trait Transfers: Send + Sync {
    /// Adds transfers. A transfer that exists already starts again.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some may have been added.
    async fn add_transfers(
        &self,
        connection: ConnectionId,
        transfers: &[(ItemId, Rev)],
    ) -> Result<(), StoreError>;

    /// Returns up to `limit` transfers after the given one, in a fixed order.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn transfers(
        &self,
        connection: ConnectionId,
        after: Option<&Transfer>,
        limit: u32,
    ) -> Result<Vec<Transfer>, StoreError>;

    /// Returns true if a run of the connection's transfers is in progress.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn is_run_under_way(&self, connection: ConnectionId, now: Timestamp) -> Result<bool, StoreError>;
}

/// The work on transfers, for the worker.
#[async_trait]
pub trait TransferWork: Transfers {
    /// Stores the progress of a transfer, unless it was removed meanwhile.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn note_transfer(&self, connection: ConnectionId, transfer: &Transfer) -> Result<(), StoreError>;

    /// Removes a transfer that is finished.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn end_transfer(&self, connection: ConnectionId, transfer: &Transfer) -> Result<(), StoreError>;

    /// Returns the file and revision that have these bytes in the bucket, as last recorded. It may be out of
    /// date.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn indexed_content(
        &self,
        connection: ConnectionId,
        content_hash: &str,
    ) -> Result<Option<(ItemId, Rev)>, StoreError>;

    /// Records the file and revision that have these bytes in the bucket.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn index_content(
        &self,
        connection: ConnectionId,
        content_hash: &str,
        copy: (&ItemId, &Rev),
    ) -> Result<(), StoreError>;

    /// Requests a sweep of the connection's part of the bucket, from its beginning, for bytes that belong to
    /// no item.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn owe_sweep(&self, connection: ConnectionId) -> Result<(), StoreError>;

    /// Returns the progress of the sweep that was requested last; `None` if none is pending.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn sweep(&self, connection: ConnectionId) -> Result<Option<Sweep>, StoreError>;

    /// Stores the progress of a sweep; `after` is absent when it is done. Writes nothing if the sweep is no
    /// longer at `before`.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn note_sweep(
        &self,
        connection: ConnectionId,
        before: &Sweep,
        after: Option<&Sweep>,
    ) -> Result<(), StoreError>;

    /// Returns the schedule of the connection's transfers.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn transfer_schedule(&self, connection: ConnectionId) -> Result<TransferSchedule, StoreError> {
        Ok(self.transfer_schedule_and_requests(connection).await?.0)
    }

    /// Returns the schedule of the connection's transfers, and the files requests not reported as processed
    /// yet, in a fixed order.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn transfer_schedule_and_requests(
        &self,
        connection: ConnectionId,
    ) -> Result<(TransferSchedule, Vec<FilesRequest>), StoreError>;

    /// Sets the schedule of the next run.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn set_transfer_schedule(
        &self,
        connection: ConnectionId,
        schedule: TransferSchedule,
    ) -> Result<(), StoreError>;

    /// Records a files request that is to be reported as processed. Idempotent.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn open_request(&self, connection: ConnectionId, request: &FilesRequest) -> Result<(), StoreError>;

    /// Records that these files requests were reported. Others stay.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn close_requests(
        &self,
        connection: ConnectionId,
        requests: &[FilesRequest],
    ) -> Result<(), StoreError>;
}
