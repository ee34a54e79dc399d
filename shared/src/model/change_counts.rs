//! A count of changes, by kind.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

use super::{ChangeKind, Segment};

/// A count of changes, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeCounts {
    /// Items that are new.
    pub created: u64,
    /// Items with other bytes, or other facts.
    pub updated: u64,
    /// Items that stand elsewhere, or are shown otherwise.
    pub moved: u64,
    /// Items that are there no more.
    pub deleted: u64,
}

impl ChangeCounts {
    /// The changes of a segment.
    #[must_use]
    pub fn of(segment: &Segment) -> Self {
        let mut counts = Self::default();
        for change in &segment.changes {
            match change.kind {
                ChangeKind::Created { .. } => counts.created += 1,
                ChangeKind::Updated { .. } => counts.updated += 1,
                ChangeKind::Moved { .. } => counts.moved += 1,
                ChangeKind::Deleted { .. } => counts.deleted += 1,
            }
        }
        counts
    }

    /// All of them.
    #[must_use]
    pub fn total(self) -> u64 {
        self.created + self.updated + self.moved + self.deleted
    }
}

impl Add for ChangeCounts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            created: self.created + other.created,
            updated: self.updated + other.updated,
            moved: self.moved + other.moved,
            deleted: self.deleted + other.deleted,
        }
    }
}

/// What was counted since an earlier count.
impl Sub for ChangeCounts {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            created: self.created - earlier.created,
            updated: self.updated - earlier.updated,
            moved: self.moved - earlier.moved,
            deleted: self.deleted - earlier.deleted,
        }
    }
}
