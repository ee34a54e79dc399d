//! Transfers: revisions whose bytes are to be fetched, copied or removed.

use serde::{Deserialize, Serialize};

use super::{Connection, ContentKey, ItemId, Rev, Timestamp};

/// A pending transfer of one revision of one file: its bytes are brought into the bucket if the file wants
/// them, and removed if it does not want them any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// The file.
    pub item: ItemId,
    /// The revision.
    pub rev: Rev,
    /// Number of times that it failed.
    #[serde(default)]
    pub failures: u32,
    /// Time before which it is not tried.
    #[serde(default)]
    pub not_before: Timestamp,
    /// Progress of a large file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
}

/// Point at which a transfer that ran out of time is resumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// The bucket's id of the unfinished upload.
    pub upload: String,
    /// Number of bytes uploaded; whole blocks of the content hash.
    pub bytes: u64,
    /// State of the content hash after those bytes.
    pub hash: String,
}

impl Transfer {
    /// Returns a transfer that has not been tried yet.
    #[must_use]
    pub fn new(item: ItemId, rev: Rev) -> Self {
        Self { item, rev, failures: 0, not_before: Timestamp(0), resume: None }
    }

    /// Returns the bucket's key for the revision's bytes.
    #[must_use]
    pub fn content_key(&self, connection: &Connection) -> ContentKey {
        ContentKey::new(connection.project, connection.id, &self.item, &self.rev)
    }
}
