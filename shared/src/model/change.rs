//! The change log's entries.

use serde::{Deserialize, Serialize};

use super::{Content, Facts, Rev};

/// One numbered entry of a connection's change log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// 1, 2, 3… within the connection, without gaps; a number always carries the same change (invariant I12).
    pub number: u64,
    /// What happened.
    #[serde(flatten)]
    pub kind: ChangeKind,
    /// The item after the change; of a deleted item, what it last was.
    pub item: Facts,
    /// The revision whose bytes nobody wants any more: they are removed from the bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drops: Option<Rev>,
}

/// What happened to an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is new to us.
    Created {
        /// What is to be done about its bytes.
        content: Content,
    },
    /// Its facts changed where it is.
    Updated {
        /// What is to be done about its bytes; absent where they are the same as before (a new revision only).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<Content>,
    },
    /// It has another path, or another name in the same place.
    Moved {
        /// The lower-cased path where it was.
        from: String,
        /// What is to be done about its bytes; absent where they are the same as before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<Content>,
    },
    /// It is gone from the mirror.
    Deleted {
        /// Why.
        #[serde(default, skip_serializing_if = "Removal::is_deletion")]
        why: Removal,
    },
}

/// Why an item is gone from the mirror.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// It was deleted in Dropbox, or is out of the user's reach there.
    #[default]
    Deleted,
    /// It was moved out of everything that is selected.
    MovedOut,
    /// Nothing that is selected holds it any more.
    Deselected,
}

impl Removal {
    /// Whether Dropbox has the item no more.
    #[must_use]
    pub fn is_deletion(&self) -> bool {
        matches!(self, Self::Deleted)
    }
}

impl ChangeKind {
    /// The word for it in events and logs.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Created { .. } => "created",
            Self::Updated { .. } => "updated",
            Self::Moved { .. } => "moved",
            Self::Deleted { .. } => "deleted",
        }
    }

    /// The new state of the bytes, where the change says one.
    #[must_use]
    pub fn content(&self) -> Option<&Content> {
        match self {
            Self::Created { content } => Some(content),
            Self::Updated { content } | Self::Moved { content, .. } => content.as_ref(),
            Self::Deleted { .. } => None,
        }
    }
}

/// A run of changes that was committed at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    /// In order of their numbers, without a gap.
    pub changes: Vec<Change>,
}

impl Segment {
    /// The number of the first change.
    #[must_use]
    pub fn first(&self) -> Option<u64> {
        self.changes.first().map(|change| change.number)
    }

    /// The number of the last change.
    #[must_use]
    pub fn last(&self) -> Option<u64> {
        self.changes.last().map(|change| change.number)
    }
}
