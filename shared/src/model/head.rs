//! HEAD: where the walk of one connection stands.

use serde::{Deserialize, Serialize};

use super::{ItemId, Timestamp};

/// Where the walk of one connection stands. Only its walker writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Head {
    /// Raised by each walker when it starts; a walker with an older one can write nothing (invariant I5).
    pub epoch: u64,
    /// Dropbox's cursor: everything before it is in the log. Absent: list from the start, and compare.
    pub cursor: Option<String>,
    /// The number of the last change in the log.
    pub head: u64,
    /// The number of the last change that was applied to items, transfers and events.
    pub applied: u64,
    /// How far the first listing is.
    pub phase: Phase,
    /// What Dropbox reported as deleted in this drain, and may yet show up elsewhere.
    pub gone: Vec<Gone>,
    /// When the last drain that reached its end began: an older request to look again has been met.
    pub drained_at: Option<Timestamp>,
}

/// How far the first listing is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Not all of the account has been seen yet.
    #[default]
    Listing,
    /// All of it has been seen; changes follow.
    Live,
}

/// A deletion that Dropbox reported, held back until the drain ends: the same id may yet appear at another path,
/// and then it was a move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Gone {
    /// Everything that stood at or below this path when the log's head was `at`.
    Below {
        /// The lower-cased path.
        path: String,
        /// Items touched by a later change are not meant.
        at: u64,
        /// Items seen again since, unchanged, are not meant.
        spared: Vec<ItemId>,
    },
    /// One item, whose path another item took.
    Item {
        /// The item.
        id: ItemId,
        /// Not meant if a later change touched it.
        at: u64,
        /// Seen again since, unchanged.
        spared: bool,
    },
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
}
