//! Marks: what a drain noted about deletions, before it is known which of them were moves.

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
}
