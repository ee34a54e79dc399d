//! HEAD: where the walk of one connection stands.

use serde::{Deserialize, Serialize};

use super::{ChangeCounts, FileCounts, MarkRows, Timestamp};

/// Where the walk of one connection stands. Only its walker writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Head {
    /// Raised by each walker when it starts; a walker with an older one can write nothing (invariant I5).
    pub epoch: u64,
    /// Dropbox's cursor at the root of the account: everything before it is in the log. Absent before the first walk.
    pub cursor: Option<String>,
    /// The namespace that the cursor is rooted at, where it is not Dropbox's own choice.
    pub root: Option<String>,
    /// The number of the last change in the log.
    pub head: u64,
    /// The number of the last change that was applied to items, transfers and events.
    pub applied: u64,
    /// How many items there are after the last change.
    pub items: u64,
    /// What becomes of the files' bytes, as far as changes say it.
    pub files: FileCounts,
    /// The rows of marks that this drain has written so far ([`Mark`](super::Mark)).
    pub marks: MarkRows,
    /// When the first of them was written.
    pub marked_at: Option<Timestamp>,
    /// A full comparison is owed: the cursor was lost, or what is selected has moved.
    pub compare: bool,
    /// A full comparison has begun, and what it has listed so far lies in the bucket.
    pub survey: Option<Timestamp>,
    /// What that comparison has changed so far: it may take several walks, and tells of all of them together.
    pub repaired: ChangeCounts,
    /// How many items were deleted so far, where the deletions at the end of a drain or comparison take several walks.
    pub deleted_so_far: u64,
    /// Deletions that wait for somebody to confirm them.
    pub held: Option<HeldDeletions>,
    /// When the last drain that reached its end began: an older request to look again has been met.
    pub drained_at: Option<Timestamp>,
    /// When the last notification that was walked for came from Dropbox.
    pub notified_at: Option<Timestamp>,
    /// When the last walk began that Dropbox's cursor listed something to.
    pub news_at: Option<Timestamp>,
    /// A notification of which nothing was listed yet: it was ahead of the listing, or was about nothing.
    pub unlisted: Option<Unlisted>,
    /// How many listings in a row had to begin anew, since Dropbox refused their cursors.
    pub relists: u32,
    /// The next listing does not begin before then.
    pub relist_at: Option<Timestamp>,
    /// How many entries a page of the next listing has at most, where a page took too long; absent: as many as Dropbox
    /// gives.
    pub page_limit: Option<u32>,
    /// How many walks in a row got no page from the account's cursor in time.
    pub slow_drains: u32,
}

/// A notification of which nothing was listed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlisted {
    /// When it came.
    pub notified_at: Timestamp,
    /// How many walks have looked for it.
    pub looks: u32,
}

/// More deletions than are believed without a confirmation: nothing of them is in the log yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldDeletions {
    /// How many items would be deleted.
    pub deletions: u64,
    /// How many items there are.
    pub items: u64,
    /// Since when they wait.
    pub since: Timestamp,
}

impl Head {
    /// The first number that the next change will get.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.head + 1
    }

    /// Whether a segment was committed and not yet applied.
    #[must_use]
    pub fn has_unapplied(&self) -> bool {
        self.applied < self.head
    }

    /// Whether a drain has ever reached its end.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.drained_at.is_some()
    }
}
