//! Marks: notes of a drain about deletions, before it is known which of them were moves.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{ItemId, Removal};

/// A note of a drain. The order of notes matters: an item may be marked, seen again, and marked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Mark {
    /// Dropbox reported a deletion: of everything that was at or below this lower-cased path when the log's
    /// head was `at`, and that no later change has touched.
    Below {
        /// The path.
        path: String,
        /// The log's head at that time.
        at: u64,
    },
    /// One item lost its place: another took its path, or it was moved out of the selections.
    Item {
        /// The item.
        id: ItemId,
        /// The log's head at that time; an item that a later change touched is not meant.
        at: u64,
        /// The reason of its deletion, if the mark stays.
        #[serde(default)]
        why: Removal,
    },
    /// Items below this lower-cased path may be stored without a folder at it: they were listed first, or the
    /// folder has moved away. If a file turns up at the path, they are gone.
    #[serde(rename = "unheld")]
    OrphanParent {
        /// The path.
        path: String,
    },
    /// The item was seen where it is stored: earlier notes do not mean it.
    Spared {
        /// The item.
        id: ItemId,
    },
    /// An entry about the item could not be read, so the item may be anywhere: no deletion reported for a
    /// path means it until Dropbox has been asked about its id. Another item may still take its place.
    Unreadable {
        /// The item.
        id: ItemId,
    },
}

/// The rows of marks of one connection. A number is used only once, so that a walker that was overtaken can
/// remove the rows of its own drain at any time, and none of a later drain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRows {
    /// Number of the first row that may still exist.
    pub removed: u64,
    /// Number of the first row that counts.
    pub first: u64,
    /// Number of the next row.
    pub end: u64,
}

impl MarkRows {
    /// Returns the rows that count.
    #[must_use]
    pub fn counting(self) -> Range<u64> {
        self.first..self.end
    }

    /// Returns the rows that no longer count, and may still exist.
    #[must_use]
    pub fn outdated(self) -> Range<u64> {
        self.removed..self.first
    }

    /// Returns these rows and one more.
    #[must_use]
    pub fn and_one_more(self) -> Self {
        Self { end: self.end + 1, ..self }
    }

    /// Returns these rows, none of which counts any more.
    #[must_use]
    pub fn ended(self) -> Self {
        Self { first: self.end, ..self }
    }

    /// Returns these rows, once the outdated ones are removed.
    #[must_use]
    pub fn cleared(self) -> Self {
        Self { removed: self.first, ..self }
    }
}
