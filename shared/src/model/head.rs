//! HEAD: the state of one connection's walk.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ChangeCounts, FileCounts, MarkRows, Timestamp};

/// State of one connection's walk. Only its walker writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Head {
    /// Raised by each walker when it starts; a walker with an older epoch can write nothing (invariant I5).
    pub epoch: u64,
    /// Dropbox's cursor at the root of the account: everything before it is in the log. Absent before the
    /// first walk, and after too many slow pages until the next walk takes another.
    pub cursor: Option<String>,
    /// The namespace at which the cursor is rooted, if it is not Dropbox's default.
    pub root: Option<String>,
    /// Number of the last change in the log.
    pub head: u64,
    /// Number of the last change that was applied to items, transfers and events.
    pub applied: u64,
    /// Number of items after the last change.
    pub items: u64,
    /// Counts of files by the state of their bytes, as far as changes determine it.
    pub files: FileCounts,
    /// The rows of marks that this drain has written so far ([`Mark`](super::Mark)).
    pub marks: MarkRows,
    /// Time at which the first of these rows was written.
    pub marked_at: Option<Timestamp>,
    /// Whether a full comparison is due, because the cursor was lost or a selection has moved.
    pub compare: bool,
    /// Start of the full comparison in progress, if one is; its listing so far is in the bucket.
    #[serde(rename = "survey")]
    pub full_listing: Option<Timestamp>,
    /// Changes made by that comparison so far. It may take several walks, and reports all of them together.
    pub repaired: ChangeCounts,
    /// Number of items deleted so far, when the deletions at the end of a drain or comparison take several
    /// walks.
    pub deleted_so_far: u64,
    /// Deletions that wait for somebody to confirm them.
    pub held: Option<HeldDeletions>,
    /// Start of the last drain that reached its end; it satisfies older requests to look again.
    pub drained_at: Option<Timestamp>,
    /// Time at which the last notification that a walk has handled came from Dropbox.
    pub notified_at: Option<Timestamp>,
    /// Start of the last walk in which Dropbox's cursor listed something.
    #[serde(rename = "news_at")]
    pub listed_at: Option<Timestamp>,
    /// A notification without any listed change yet: it was ahead of the listing, or was about nothing.
    pub unlisted: Option<Unlisted>,
    /// Number of listings in a row that had to start again, because Dropbox refused their cursors.
    pub relists: u32,
    /// Time before which the next listing does not begin.
    pub relist_at: Option<Timestamp>,
    /// Maximum number of entries in a page of the next listing, after a page took too long; absent for
    /// Dropbox's default.
    pub page_limit: Option<u32>,
    /// Number of walks in a row that got no page from the account's cursor in time.
    pub slow_drains: u32,
    /// State with which the last sweep of the bucket began that a comparison asked for; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swept: Option<Swept>,
    /// State with which the last comparison began that has read the rows of all paths; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paths_checked: Option<PathsChecked>,
    /// The walker that has the lease on HEAD: a new random id each time. Absent when a walk has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walker: Option<Uuid>,
    /// Time from which another walker may take HEAD although this one has not ended its lease.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walk_until: Option<Timestamp>,
}

/// A notification without any listed change yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlisted {
    /// Time at which it came.
    pub notified_at: Timestamp,
    /// Number of walks that have looked for its change.
    pub looks: u32,
}

/// State of a connection's bytes when a comparison asked for a sweep of the bucket and nothing was left to fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    /// Number of the last change in the log.
    pub head: u64,
    /// Number of files with their bytes in the bucket.
    pub ready: u64,
    /// Time of the comparison.
    pub at: Timestamp,
}

/// State of the log when a comparison began that has read the rows of all paths, and has written those anew that named
/// another item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathsChecked {
    /// Number of the last change in the log.
    pub head: u64,
    /// Time of the comparison.
    pub at: Timestamp,
}

/// More deletions than are believed without a confirmation; none of them is in the log yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldDeletions {
    /// Number of items that would be deleted.
    pub deletions: u64,
    /// Number of items in total.
    pub items: u64,
    /// Time since which they wait.
    pub since: Timestamp,
}

impl Head {
    /// Returns the number of the next change.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.head + 1
    }

    /// Returns whether a segment is committed and not yet applied.
    #[must_use]
    pub fn has_unapplied(&self) -> bool {
        self.applied < self.head
    }

    /// Returns the same HEAD without its walker: another one may take it at once.
    #[must_use]
    pub fn released(self) -> Self {
        Self { walker: None, walk_until: None, ..self }
    }

    /// Returns whether a drain has ever reached its end.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.drained_at.is_some()
    }
}
