//! Transfers before and after they are tried.

use shared::model::{FileRevision, Item, Transfer};
use tokio::time::Instant;

use super::outcome::Outcome;
use crate::Failure;

/// A transfer to be done.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) transfer: Transfer,
    /// Data read with its list; absent if it was read from a row of its own.
    pub(super) listed: Option<Listed>,
}

/// Data of a file, read together with that of the others on its list.
#[derive(Debug)]
pub(super) struct Listed {
    /// Number of the list.
    pub(super) list: u64,
    pub(super) read_at: Instant,
    pub(super) item: Option<Item>,
    /// Revision that has the same bytes in the bucket.
    pub(super) twin: Option<FileRevision>,
}

/// A transfer that was tried.
pub(super) struct Tried {
    pub(super) file: FileRevision,
    /// Number of its list, if it is on one.
    pub(super) list: Option<u64>,
    pub(super) outcome: Result<Outcome, Failure>,
}
