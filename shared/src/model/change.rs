//! Entries of the change log.

use serde::{Deserialize, Serialize};

use super::{Content, Metadata, Rev};

/// One numbered entry of a connection's change log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// 1, 2, 3… within the connection, without gaps; a number always names the same change (invariant I12).
    pub number: u64,
    /// The kind of the change.
    #[serde(flatten)]
    pub kind: ChangeKind,
    /// The item after the change; for a deleted item, its last state.
    pub item: Metadata,
    /// The revision whose bytes are no longer wanted: they are removed from the bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drops: Option<Rev>,
    /// Number of the change that created the item, if it is another one ([`Self::created_by`]). Absent in
    /// changes of older deployments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<u64>,
}

impl Change {
    /// Returns the number of the change that created the item, which is part of the integer by which clients
    /// name it; `None` if an older deployment has not recorded it.
    #[must_use]
    pub fn created_by(&self) -> Option<u64> {
        match self.kind {
            ChangeKind::Created { .. } => Some(self.number),
            _ => self.created,
        }
    }
}

/// Kind of a change of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is new in the mirror.
    Created {
        /// State of its bytes.
        content: Content,
    },
    /// Its metadata changed, but not its path.
    Updated {
        /// New state of its bytes; absent if they are unchanged (only the revision is new).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<Content>,
    },
    /// It has another path, or another name in the same place.
    Moved {
        /// The lower-cased path from which it moved.
        from: String,
        /// New state of its bytes; absent if they are unchanged.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<Content>,
    },
    /// It has left the mirror.
    Deleted {
        /// The reason.
        #[serde(default, skip_serializing_if = "Removal::is_deletion")]
        why: Removal,
    },
}

/// Reason why an item has left the mirror.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// It was deleted in Dropbox, or the user has lost access to it.
    #[default]
    Deleted,
    /// It was moved out of everything that is selected.
    MovedOut,
    /// No selection contains it any more.
    Deselected,
    /// A client has deleted it here, and has not asked to be told: the same as [`Self::Deselected`] for all
    /// who do not speak with Carbon's words.
    DeselectedQuietly,
}

impl Removal {
    /// Returns whether the item is gone from Dropbox.
    #[must_use]
    pub fn is_deletion(&self) -> bool {
        matches!(self, Self::Deleted)
    }
}

impl ChangeKind {
    /// Returns the name of the kind in events and logs.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Created { .. } => "created",
            Self::Updated { .. } => "updated",
            Self::Moved { .. } => "moved",
            Self::Deleted { .. } => "deleted",
        }
    }

    /// Returns the new state of the bytes, if the change sets one.
    #[must_use]
    pub fn content(&self) -> Option<&Content> {
        match self {
            Self::Created { content } => Some(content),
            Self::Updated { content } | Self::Moved { content, .. } => content.as_ref(),
            Self::Deleted { .. } => None,
        }
    }
}

/// A run of changes committed together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    /// The changes, in the order of their numbers, without a gap.
    pub changes: Vec<Change>,
}

impl Segment {
    /// Returns the number of the first change.
    #[must_use]
    pub fn first(&self) -> Option<u64> {
        self.changes.first().map(|change| change.number)
    }

    /// Returns the number of the last change.
    #[must_use]
    pub fn last(&self) -> Option<u64> {
        self.changes.last().map(|change| change.number)
    }
}
