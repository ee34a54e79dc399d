//! A count of changes, by kind.

use serde::{Deserialize, Serialize};
use shared::model::{ChangeKind, Segment};

/// A count of changes, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    pub(super) created: u64,
    pub(super) updated: u64,
    pub(super) moved: u64,
    pub(super) deleted: u64,
}

impl Tally {
    pub(super) fn of(segment: &Segment) -> Self {
        let mut tally = Self::default();
        tally.count(segment);
        tally
    }

    pub(super) fn count(&mut self, segment: &Segment) {
        for change in &segment.changes {
            match change.kind {
                ChangeKind::Created { .. } => self.created += 1,
                ChangeKind::Updated { .. } => self.updated += 1,
                ChangeKind::Moved { .. } => self.moved += 1,
                ChangeKind::Deleted { .. } => self.deleted += 1,
            }
        }
    }

    pub(super) fn created_and_deleted(self) -> (u64, u64) {
        (self.created, self.deleted)
    }

    pub(super) fn total(self) -> u64 {
        self.created + self.updated + self.moved + self.deleted
    }

    /// Both counts together.
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            created: self.created + other.created,
            updated: self.updated + other.updated,
            moved: self.moved + other.moved,
            deleted: self.deleted + other.deleted,
        }
    }

    /// What was counted since an earlier count.
    pub(super) fn since(self, earlier: Self) -> Self {
        Self {
            created: self.created - earlier.created,
            updated: self.updated - earlier.updated,
            moved: self.moved - earlier.moved,
            deleted: self.deleted - earlier.deleted,
        }
    }
}
