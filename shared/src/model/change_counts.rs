//! Counts of changes, by kind.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

use super::{ChangeKind, Segment};

/// Counts of changes, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeCounts {
    /// New items.
    pub created: u64,
    /// Items with other bytes or other metadata.
    pub updated: u64,
    /// Items that have moved, or have another display name.
    pub moved: u64,
    /// Items that are gone.
    pub deleted: u64,
}

impl ChangeCounts {
    /// Counts the changes of a segment.
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

    /// Returns the sum of all counts.
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

/// Subtracts an earlier count from a later one.
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
