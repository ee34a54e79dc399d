//! Ports to the change log, its HEAD, and the items that it builds.

use std::{collections::HashMap, ops::Range};

use async_trait::async_trait;
use futures_util::{TryStreamExt, stream::BoxStream};

use super::StoreError;
use crate::model::{
    Change, ConnectionId, Content, Head, Item, ItemId, ItemKind, Mark, ResyncReport, Segment, Selection,
    SelectionState, Target, Timestamp,
};

/// What a walker writes at once or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// HEAD afterwards.
    pub after: Head,
    /// The changes, if any.
    pub segment: Segment,
    /// Marks that were added to those of the drain, if any; `after.marks` counts their row then.
    pub marks: Vec<Mark>,
    /// How far a selection has come by this.
    pub selection: Option<SelectionStep>,
    /// What stands at paths where the changes alone do not say it; at most [`Self::MOST_PLACES`].
    pub places: Vec<Place>,
}

impl Commit {
    /// Maximum number of places in a commit: a transaction of DynamoDB has at most 100 writes.
    pub const MOST_PLACES: usize = 90;
}

/// The item that stands at a path although no change of the commit puts it there: another had taken the path, and this
/// one was seen there as it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The lower-cased path.
    pub path: String,
    /// The item.
    pub item: ItemId,
    /// File or folder.
    pub kind: ItemKind,
}

/// One step of a selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectionStep {
    /// Which one.
    pub target: Target,
    /// In which state it was read.
    pub from: SelectionState,
    /// What it becomes; absent: it is no selection any more.
    pub to: Option<Selection>,
}

/// What is to be read of the log from some number on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum History {
    /// The changes, in order, whole segments at a time.
    Changes(Vec<Change>),
    /// They are older than the log is kept: start from a snapshot of the items, and go on after this number.
    Expired {
        /// The number of the last change that was applied before the snapshot is taken.
        snapshot: u64,
    },
}

/// The change log of connections, and HEAD.
#[async_trait]
pub trait Log: Send + Sync {
    /// HEAD as it stands; the default one where nothing was ever walked.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn head(&self, connection: ConnectionId) -> Result<Head, StoreError>;

    /// Raises the epoch and returns HEAD with it. From here on an earlier walker of this connection can commit
    /// nothing (invariant I5).
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the connection is disconnected: what was purged does not begin anew. Where the
    /// store cannot be reached.
    async fn take_head(&self, connection: ConnectionId) -> Result<Head, StoreError>;

    /// Writes everything that a [`Commit`] says, at once or not at all. Its HEAD takes the place of `before`. A place
    /// counts as written by the commit's last change: to apply the segment, or an earlier one, leaves it alone.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where HEAD has another epoch or head than `before`, where `before` was not applied,
    /// or where the selection is in another state by now.
    async fn commit(
        &self,
        connection: ConnectionId,
        before: &Head,
        commit: &Commit,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// The marks of the drain that HEAD is in, in the order in which they were made.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn marks(&self, connection: ConnectionId, head: &Head) -> Result<Vec<Mark>, StoreError>;

    /// Removes rows of marks that HEAD counts no more.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn forget_marks(&self, connection: ConnectionId, rows: Range<u64>) -> Result<(), StoreError>;

    /// Records that everything up to `head.head` was applied.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where HEAD has another epoch or head.
    async fn mark_applied(&self, connection: ConnectionId, head: &Head) -> Result<(), StoreError>;

    /// The changes after `number`: at least `least` where there are so many. Segments are kept for 90 days.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn changes(
        &self,
        connection: ConnectionId,
        number: u64,
        least: usize,
    ) -> Result<History, StoreError>;

    /// Keeps the outcome of the last full comparison.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn keep_report(&self, connection: ConnectionId, report: &ResyncReport) -> Result<(), StoreError>;

    /// The outcome of the last full comparison, if there was one.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn report(&self, connection: ConnectionId) -> Result<Option<ResyncReport>, StoreError>;
}

/// Some items of a connection, in the store's own order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemPage {
    /// The items.
    pub items: Vec<Item>,
    /// After which place to go on, whether an item stands there or not; absent at the end.
    pub next: Option<ItemId>,
}

/// The items of connections. Deleted ones are not there.
#[async_trait]
pub trait Items: Send + Sync {
    /// Those of these ids that we hold. An id may be named twice.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn items(
        &self,
        connection: ConnectionId,
        ids: &[ItemId],
    ) -> Result<HashMap<ItemId, Item>, StoreError>;

    /// Which item stands at each of these lower-cased paths.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn at_paths(
        &self,
        connection: ConnectionId,
        paths: &[String],
    ) -> Result<HashMap<String, ItemId>, StoreError>;

    /// Those of `items` that, by the rows of paths, do not stand at their path. The rows may be read late: who acts on
    /// it looks again with [`Self::at_paths`].
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn misplaced(&self, connection: ConnectionId, items: &[Item]) -> Result<Vec<ItemId>, StoreError>;

    /// The item at a lower-cased path and everything below it, in no order. Below the empty path, the root, is
    /// everything.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn subtree(&self, connection: ConnectionId, path: &str) -> Result<Vec<Item>, StoreError> {
        self.subtrees(connection, &[path.to_owned()]).await
    }

    /// The items at each of these lower-cased paths and everything below them, each once, in no order. What stands
    /// below a path where nothing stands any more is found where that path is named.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn subtrees(&self, connection: ConnectionId, paths: &[String]) -> Result<Vec<Item>, StoreError> {
        let ids = self.ids_in(connection, paths).await?;
        Ok(self.items(connection, &ids).await?.into_values().collect())
    }

    /// The ids of the same items, of which there may be too many to have all in memory.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn ids_in(&self, connection: ConnectionId, paths: &[String]) -> Result<Vec<ItemId>, StoreError>;

    /// What stands directly in a folder, by the rows of paths, in no order; also where the folder itself is not held.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn children(&self, connection: ConnectionId, folder: &str) -> Result<Vec<Place>, StoreError>;

    /// All items once, in pieces of some hundred, in no order: however many there are, few are in memory.
    ///
    /// The stream's error says that the store cannot be reached; what came before it holds.
    fn scan_items(&self, connection: ConnectionId) -> BoxStream<'_, Result<Vec<Item>, StoreError>>;

    /// All items, in no order.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn all_items(&self, connection: ConnectionId) -> Result<Vec<Item>, StoreError> {
        self.scan_items(connection).try_concat().await
    }

    /// A page of items, in an order that stays the same: an item that is there all the while is on one page, and one
    /// only, whatever happens to others between two pages. It begins after `after` and holds at most `most`, at least
    /// one and at most 500; it may hold fewer, or none, and not be the last.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn item_page(
        &self,
        connection: ConnectionId,
        after: Option<&ItemId>,
        most: u16,
    ) -> Result<ItemPage, StoreError>;

    /// Brings item and path rows to what they are after the segment. Doing it twice, or late, changes nothing more:
    /// a row that a later change wrote is left alone (invariant I3).
    ///
    /// # Errors
    /// Where the store cannot be reached; some rows may have been written.
    async fn apply(
        &self,
        connection: ConnectionId,
        segment: &Segment,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Records what became of a revision's bytes. False, and nothing written, where the item is gone or wants
    /// another revision by now.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn settle_content(
        &self,
        connection: ConnectionId,
        item: &ItemId,
        content: &Content,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Gives items that have no number of their own, since their rows are of before 2026-11-28, that of the change that
    /// touched them last. Others, and those that a change has touched meanwhile, are left alone.
    ///
    /// # Errors
    /// Where the store cannot be reached; some rows may have been written.
    async fn number_items(&self, connection: ConnectionId, items: &[Item]) -> Result<(), StoreError>;
}
