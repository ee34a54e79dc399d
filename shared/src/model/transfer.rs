//! Transfers: revisions whose bytes are still to be seen to.

use serde::{Deserialize, Serialize};

use super::{ItemId, Rev, Timestamp};

/// One revision of one file that is to be seen to: its bytes are brought into the bucket where the file wants them,
/// and removed where it does not want them any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// The file.
    pub item: ItemId,
    /// The revision.
    pub rev: Rev,
    /// How often it failed.
    #[serde(default)]
    pub failures: u32,
    /// Not to be tried before this.
    #[serde(default)]
    pub not_before: Timestamp,
    /// How far a large one has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
}

/// Where a transfer that ran out of time goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// What the bucket calls the unfinished upload.
    pub upload: String,
    /// Bytes that are in it; whole blocks of the content hash.
    pub bytes: u64,
    /// The content hash's state after those bytes.
    pub hash: String,
}

impl Transfer {
    /// A transfer that was not tried yet.
    #[must_use]
    pub fn new(item: ItemId, rev: Rev) -> Self {
        Self { item, rev, failures: 0, not_before: Timestamp(0), resume: None }
    }
}
