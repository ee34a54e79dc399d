//! The port to pending transfers.

use std::collections::HashMap;

use async_trait::async_trait;

use super::StoreError;
use crate::model::{
    ConnectionId, Content, ContentKey, FileRevision, FilesRequest, ItemId, Timestamp, Transfer, TransferList,
};

/// Schedule of a connection's transfers: the next run, and how many of them run at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferSchedule {
    /// Number of transfers at the same time to which the last run came.
    pub at_once: u32,
    /// Whether Dropbox has slowed the connection's transfers down. Since then the number grows by one at a time.
    pub was_slowed: bool,
    /// Time at which the tick queues a run; absent until something new is to be transferred.
    pub wake_at: Option<Timestamp>,
}

impl Default for TransferSchedule {
    /// The schedule of a connection that has had no run: it begins with four transfers at the same time.
    fn default() -> Self {
        Self { at_once: 4, was_slowed: false, wake_at: None }
    }
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
    /// Adds transfers, each with a row of its own. A transfer that has one already starts again.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some may have been added.
    async fn add_transfers(
        &self,
        connection: ConnectionId,
        transfers: &[FileRevision],
    ) -> Result<(), StoreError>;

    /// Returns up to `limit` transfers that have rows of their own, after the given one and in a fixed order:
    /// fewer only if there are no more.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn transfers(
        &self,
        connection: ConnectionId,
        after: Option<&Transfer>,
        limit: u32,
    ) -> Result<Vec<Transfer>, StoreError>;

    /// Returns up to `limit` lists of transfers with numbers after the given one, in their order: fewer only if
    /// there are no more.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn transfer_lists(
        &self,
        connection: ConnectionId,
        after: Option<u64>,
        limit: u32,
    ) -> Result<Vec<TransferList>, StoreError>;

    /// Returns true if a run of the connection's transfers is in progress.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn is_run_under_way(&self, connection: ConnectionId, now: Timestamp) -> Result<bool, StoreError>;
}

/// The work on transfers, for the worker.
#[async_trait]
pub trait TransferWork: Transfers {
    /// Puts transfers on lists: the revisions of each, and its number. A list that exists with this number is
    /// replaced, under another stamp.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some lists may have been written.
    async fn list_transfers(
        &self,
        connection: ConnectionId,
        lists: &[(u64, &[FileRevision])],
    ) -> Result<(), StoreError>;

    /// Leaves these of a list's revisions on it, under another stamp; removes it if there are none. Returns
    /// false, and writes nothing, if the list was written since it was read.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn shorten_list(
        &self,
        connection: ConnectionId,
        list: &TransferList,
        left: &[FileRevision],
    ) -> Result<bool, StoreError>;

    /// Stores the progress of a transfer that has a row, unless it was removed or added again meanwhile. One that
    /// has none gets it, with this progress, unless somebody has added it meanwhile. Returns the transfer with the
    /// stamp of its row.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn note_transfer(
        &self,
        connection: ConnectionId,
        transfer: Transfer,
    ) -> Result<Transfer, StoreError>;

    /// Removes the row of a transfer that is finished, if it has one, unless it was added again meanwhile.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn end_transfer(&self, connection: ConnectionId, transfer: &Transfer) -> Result<(), StoreError>;

    /// Returns, for each of these content hashes, the file and revision that have such bytes in the bucket, as
    /// last recorded. Read eventually consistently, and out of date also in other ways: nothing says when bytes
    /// are removed.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn indexed_contents(
        &self,
        connection: ConnectionId,
        content_hashes: &[&str],
    ) -> Result<HashMap<String, FileRevision>, StoreError>;

    /// Records the file and revision that have the bytes of each of these hashes in the bucket.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some may have been recorded.
    async fn index_contents(
        &self,
        connection: ConnectionId,
        copies: &[(&str, &FileRevision)],
    ) -> Result<(), StoreError>;

    /// Returns the contents of those of these items that exist, as they are or were a moment ago. Cheap for many
    /// ids that follow each other, because they are read by ranges. Read an item by its id before you remove
    /// anything because of the result.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn contents_lately(
        &self,
        connection: ConnectionId,
        ids: &[ItemId],
    ) -> Result<HashMap<ItemId, Content>, StoreError>;

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
