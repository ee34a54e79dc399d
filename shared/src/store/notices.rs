//! The port to notices: events that are not in the change log.

use async_trait::async_trait;

use super::{Bookmark, Piece, StoreError};
use crate::{
    delivery::{Notice, Stream},
    model::{Event, Timestamp},
};

/// Writer of notices.
#[async_trait]
pub trait NoticeWriter: Send + Sync {
    /// Appends events to a stream, in this order, and returns the number of the last one. `after` is the
    /// number of the last change that precedes them. If it fails, some may have been appended: appending them
    /// again is allowed, because an event's id says that it is the same.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if others append at the same time, again and again. Fails if the store cannot
    /// be reached.
    async fn append_notices(
        &self,
        stream: Stream,
        after: u64,
        events: &[Event],
        now: Timestamp,
    ) -> Result<u64, StoreError>;
}

/// Store of the notices of connections and projects. They are kept for 90 days, as the change log is.
#[async_trait]
pub trait Notices: NoticeWriter {
    /// Returns the notices after a number, in order, at least one if there is one: those of the row that the number
    /// is in, and of up to `limit` further rows, which have a megabyte together at most.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn notices(
        &self,
        stream: Stream,
        after: Bookmark,
        limit: usize,
    ) -> Result<Piece<Notice>, StoreError>;

    /// Returns the number of the last notice that was recorded before a time: 0 if there is none.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn last_notice_before(&self, stream: Stream, at: Timestamp) -> Result<u64, StoreError>;
}
