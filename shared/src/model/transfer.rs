//! Transfers: revisions whose bytes are to be fetched, copied or removed.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Connection, ContentKey, ItemId, Rev, Timestamp};

/// A pending transfer of one revision of one file, on a list of transfers or in a row of its own.
///
/// The bytes are brought into the bucket if the file wants them, and removed if it does not want them any more.
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
    /// Manner in which its bytes are being fetched, noted if a process died while it worked on the connection's
    /// transfers. The note stays if the next process dies, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_flight: Option<InFlight>,
    /// Number of processes that died while they fetched its bytes alone.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub deaths: u32,
    /// Progress of a large file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
    /// Stamp of its own row; absent while it is on a list only. In a row from before 2026-11-30 it is zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<Stamp>,
}

/// Random number that each adding of a row changes. A row is written and removed only by who has read it with
/// this stamp, so that what is added again while its earlier self ends is not lost with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stamp(pub u32);

impl Stamp {
    /// Stamp of rows from before there were stamps.
    pub const NONE: Self = Self(0);

    /// Returns a new stamp.
    #[must_use]
    pub fn random() -> Self {
        let [a, b, c, d, ..] = Uuid::new_v4().into_bytes();
        Self(u32::from_be_bytes([a, b, c, d]).max(1))
    }
}

/// A revision of a file.
pub type FileRevision = (ItemId, Rev);

/// Transfers that a commit has led to, in one row. It is removed when each of them has ended or has got a row
/// of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferList {
    /// Number by which it is found and ordered: that of the first change of which it has a file.
    pub number: u64,
    /// The files' revisions, each once.
    pub files: Vec<FileRevision>,
    /// Stamp of its row.
    pub stamp: Stamp,
}

/// Manner in which a transfer's bytes are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InFlight {
    /// At the same time as others.
    Together,
    /// Alone.
    Alone,
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
    /// Returns a transfer that has not been tried yet, and has no row.
    #[must_use]
    pub fn new(item: ItemId, rev: Rev) -> Self {
        Self {
            item,
            rev,
            failures: 0,
            not_before: Timestamp(0),
            in_flight: None,
            deaths: 0,
            resume: None,
            stamp: None,
        }
    }

    /// Returns the file and the revision.
    #[must_use]
    pub fn file(&self) -> FileRevision {
        (self.item.clone(), self.rev.clone())
    }

    /// Returns the bucket's key for the revision's bytes.
    #[must_use]
    pub fn content_key(&self, connection: &Connection) -> ContentKey {
        ContentKey::new(connection.project, connection.id, &self.item, &self.rev)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
