//! Ports to the change log, its HEAD, and the items that it builds.

use std::{collections::HashMap, ops::Range};

use async_trait::async_trait;
use futures_util::{TryStreamExt, stream::BoxStream};

use super::{Bookmark, Piece, StoreError};
use crate::model::{
    Change, ConnectionId, Content, Head, Item, ItemId, ItemKind, Mark, ResyncReport, Segment, Selection,
    SelectionState, Target, Timestamp,
};

/// Everything that one commit of a walker writes, atomically.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// HEAD after the commit.
    pub after: Head,
    /// The changes, if any.
    pub segment: Segment,
    /// Time at which Dropbox announced the changes, if a notification did.
    pub announced_at: Option<Timestamp>,
    /// Marks to add to those of the drain, if any; `after.marks` then counts their row.
    pub marks: Vec<Mark>,
    /// Step of a selection, if any.
    pub selection: Option<SelectionStep>,
    /// Items at paths, where the changes alone do not determine them; at most [`Self::MOST_PLACES`].
    pub places: Vec<PathEntry>,
}

impl Commit {
    /// Maximum number of places in a commit: a transaction of DynamoDB has at most 100 writes.
    pub const MOST_PLACES: usize = 90;
}

/// An item at a path, although no change of the commit puts it there: another item had taken the path, and
/// this one was seen there unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathEntry {
    /// The lower-cased path.
    pub path: String,
    /// The item.
    pub item: ItemId,
    /// File or folder.
    pub kind: ItemKind,
}

/// A step of a selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectionStep {
    /// Target of the selection.
    pub target: Target,
    /// State in which it was read.
    pub from: SelectionState,
    /// The selection afterwards; absent if it is removed.
    pub to: Option<Selection>,
}

impl SelectionStep {
    /// Returns the step of a selection, as it was read, to another state; `to` is `None` to remove it.
    #[must_use]
    pub fn of(selection: &Selection, to: Option<Selection>) -> Self {
        Self { target: selection.target.clone(), from: selection.state, to }
    }
}

/// The log from some number on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum History {
    /// The changes, in order, in whole segments.
    Changes(Vec<Change>),
    /// The changes are older than the log reaches: read all items instead, then go on after this number.
    Expired {
        /// Number of the last change that was applied before the items are read.
        snapshot: u64,
    },
}

/// The log from some number on, with times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatedHistory {
    /// The changes, in order, in whole segments.
    Changes(Piece<DatedChange>),
    /// The changes are older than the log reaches.
    Expired {
        /// Number of the last change that was applied.
        snapshot: u64,
    },
}

/// A change, with the time at which it was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedChange {
    /// The change.
    pub change: Change,
    /// Time at which it was committed.
    pub at: Timestamp,
    /// Time at which Dropbox announced it, if a notification did.
    pub announced_at: Option<Timestamp>,
}

/// Store of the connections' change logs and HEADs.
#[async_trait]
pub trait Log: Send + Sync {
    /// Returns HEAD; the default one if the connection was never walked.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn head(&self, connection: ConnectionId) -> Result<Head, StoreError>;

    /// Returns the changes after `number`: at least `min`, if there are that many. Segments are kept for 90
    /// days.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn changes(&self, connection: ConnectionId, number: u64, min: usize)
    -> Result<History, StoreError>;

    /// Returns the changes after a number as [`Self::changes`] does, each with the time at which it was
    /// committed. If the bookmark ends a row, changes that have all expired are not noticed before the next one.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn dated_changes(
        &self,
        connection: ConnectionId,
        after: Bookmark,
        min: usize,
    ) -> Result<DatedHistory, StoreError>;

    /// Returns the number of the last change that was committed before a time; 0 if there is none. If all changes
    /// that are still kept were committed later, it is the number before the oldest of them, so that a reader can
    /// go on from there.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn last_change_before(&self, connection: ConnectionId, at: Timestamp) -> Result<u64, StoreError>;

    /// Returns the report of the latest full comparison, if there was one.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn report(&self, connection: ConnectionId) -> Result<Option<ResyncReport>, StoreError>;
}

/// Writer of change logs, for the walker.
#[async_trait]
pub trait LogWriter: Log {
    /// Writes everything in a [`Commit`], atomically; its HEAD replaces `before`. A place counts as written
    /// by the commit's last change, so applying this segment or an earlier one leaves it alone.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if HEAD has another epoch or head than `before`, if `before` was not applied,
    /// or if the selection is in another state by now.
    async fn commit(
        &self,
        connection: ConnectionId,
        before: &Head,
        commit: &Commit,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Returns the marks of the drain that HEAD is in, in the order in which they were made.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn marks(&self, connection: ConnectionId, head: &Head) -> Result<Vec<Mark>, StoreError>;

    /// Removes rows of marks that HEAD no longer counts.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn forget_marks(&self, connection: ConnectionId, rows: Range<u64>) -> Result<(), StoreError>;

    /// Records that everything up to `head.head` was applied.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if HEAD has another epoch or head.
    async fn mark_applied(&self, connection: ConnectionId, head: &Head) -> Result<(), StoreError>;

    /// Stores the report of the latest full comparison.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn keep_report(&self, connection: ConnectionId, report: &ResyncReport) -> Result<(), StoreError>;
}

/// A page of a connection's items, in the store's own order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemPage {
    /// The items.
    pub items: Vec<Item>,
    /// Id after which the next page begins, whether or not an item has it; absent at the end.
    pub next: Option<ItemId>,
}

/// Store of the connections' items. Deleted items are absent.
#[async_trait]
pub trait Items: Send + Sync {
    /// Returns the items with these ids, leaving out those that do not exist. Ids may repeat.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn items(
        &self,
        connection: ConnectionId,
        ids: &[ItemId],
    ) -> Result<HashMap<ItemId, Item>, StoreError>;

    /// Returns the ids of the items that [`ItemWriter::subtrees`] returns, for when there may be too many to load.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn ids_in(&self, connection: ConnectionId, paths: &[String]) -> Result<Vec<ItemId>, StoreError>;

    /// Returns the direct children of a folder, by the rows of paths, in no particular order; also if the
    /// folder itself is not stored.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn children(&self, connection: ConnectionId, folder: &str) -> Result<Vec<PathEntry>, StoreError>;

    /// Returns a page of items, in a fixed order: an item that exists throughout is on exactly one page,
    /// whatever happens to others between two pages. The page begins after `after` and has at most `limit`
    /// items, at least one and at most 500; it may have fewer, or none, without being the last. `total` is the
    /// approximate number of the connection's items, by which the store chooses how much to read in parallel.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn item_page(
        &self,
        connection: ConnectionId,
        after: Option<&ItemId>,
        limit: u16,
        total: u64,
    ) -> Result<ItemPage, StoreError>;

    /// Records the outcome of a revision's transfer, or that it is requested again or not wanted any more.
    /// Returns false, and writes nothing, if the item is gone or wants another revision by now; an outcome is
    /// not recorded either once a client has removed the bytes.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn record_content(
        &self,
        connection: ConnectionId,
        item: &ItemId,
        content: &Content,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}

/// Writer of items, for the walker: it also finds what has to be written.
#[async_trait]
pub trait ItemWriter: Items {
    /// Returns the item at each of these lower-cased paths that has one.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn at_paths(
        &self,
        connection: ConnectionId,
        paths: &[String],
    ) -> Result<HashMap<String, ItemId>, StoreError>;

    /// Returns those of `items` that, by the rows of paths, are not at their path. The rows may be read late,
    /// so look again with [`Self::at_paths`] before acting on the result.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn misplaced(&self, connection: ConnectionId, items: &[Item]) -> Result<Vec<ItemId>, StoreError>;

    /// Returns the item at a lower-cased path and everything below it, in no particular order. The empty path
    /// is the root, with everything below it.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn subtree(&self, connection: ConnectionId, path: &str) -> Result<Vec<Item>, StoreError> {
        self.subtrees(connection, &[path.to_owned()]).await
    }

    /// Returns the items at these lower-cased paths and everything below them, each once, in no particular
    /// order. Items below a path that no longer has an item are found too, if that path is named.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn subtrees(&self, connection: ConnectionId, paths: &[String]) -> Result<Vec<Item>, StoreError> {
        let ids = self.ids_in(connection, paths).await?;
        Ok(self.items(connection, &ids).await?.into_values().collect())
    }

    /// Streams all items once, in pieces of some hundred, in no particular order, so that only few are in
    /// memory at a time.
    ///
    /// An error of the stream means that the store cannot be reached; the items before it are valid.
    fn scan_items(&self, connection: ConnectionId) -> BoxStream<'_, Result<Vec<Item>, StoreError>>;

    /// Returns all items, in no particular order.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn all_items(&self, connection: ConnectionId) -> Result<Vec<Item>, StoreError> {
        self.scan_items(connection).try_concat().await
    }

    /// Brings the rows of items and paths to their state after the segment. Applying it twice, or late,
    /// changes nothing more: a row written by a later change is left alone (invariant I3).
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some rows may have been written.
    async fn apply(
        &self,
        connection: ConnectionId,
        segment: &Segment,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Numbers items whose rows date from before 2026-11-28 and have no number of their own: each gets the
    /// number of the change that touched it last. Items that have one, or that a change has touched
    /// meanwhile, are left alone.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some rows may have been written.
    async fn number_items(&self, connection: ConnectionId, items: &[Item]) -> Result<(), StoreError>;
}
