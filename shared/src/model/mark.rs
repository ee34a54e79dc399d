//! Marks: what a drain noted about deletions, before it is known which of them were moves.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{ItemId, Removal};

/// One note of a drain. Their order counts: an item may be marked, seen again, and marked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Mark {
    /// Dropbox reported a deletion: it means everything that stood at or below this lower-cased path when the log's
    /// head was `at`, and was touched by no later change.
    Below {
        /// The path.
        path: String,
        /// The log's head then.
        at: u64,
    },
    /// One item lost its place: another took its path, or it was moved out of what is selected.
    Item {
        /// The item.
        id: ItemId,
        /// Not meant if a later change touched it.
        at: u64,
        /// What it is deleted for, if the mark stays.
        #[serde(default)]
        why: Removal,
    },
    /// Something may be held below this lower-cased path, and no folder at it: it was told of first, or the folder has
    /// moved away. Should a file turn up there, what is below it is gone.
    Unheld {
        /// The path.
        path: String,
    },
    /// The item was seen where we hold it: what was noted before does not mean it.
    Spared {
        /// The item.
        id: ItemId,
    },
    /// What was told of the item could not be read, so it may stand anywhere: no deletion that is reported of a path
    /// means it until it is asked about by its id. Its place may still be taken by another.
    Unreadable {
        /// The item.
        id: ItemId,
    },
}

/// The rows of marks of one connection. A number is used once only: a walker that was overtaken can remove the rows of
/// its own drain at any time, and nothing of a later one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRows {
    /// Rows before this one were removed.
    pub removed: u64,
    /// From this one on they count.
    pub first: u64,
    /// The number of the next one.
    pub end: u64,
}

impl MarkRows {
    /// Those that count.
    #[must_use]
    pub fn counting(self) -> Range<u64> {
        self.first..self.end
    }

    /// Those that count no more, and may still be there.
    #[must_use]
    pub fn outdated(self) -> Range<u64> {
        self.removed..self.first
    }

    /// These and one more.
    #[must_use]
    pub fn and_one_more(self) -> Self {
        Self { end: self.end + 1, ..self }
    }

    /// None of these counts any more.
    #[must_use]
    pub fn ended(self) -> Self {
        Self { first: self.end, ..self }
    }

    /// What was outdated is removed.
    #[must_use]
    pub fn cleared(self) -> Self {
        Self { removed: self.first, ..self }
    }
}
