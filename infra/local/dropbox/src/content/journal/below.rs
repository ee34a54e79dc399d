//! Reading what is in a folder at any depth, a part at a time.

use rusqlite::params;

use super::row::State;
use super::{Journal, Recorded};
use crate::content::path::DropboxPath;

/// How many rows of a folder are in memory at a time.
const BATCH: i64 = 500;

impl Journal<'_> {
    /// The next live entries below `folder` whose path comes after `after`.
    pub(crate) fn live_below(&self, folder: &DropboxPath, after: &str) -> rusqlite::Result<Vec<Recorded>> {
        self.below(folder, after, "state = ?4")
    }

    /// The next entries below `folder` that were deleted, alone or with what they were in.
    pub(crate) fn deleted_below(&self, folder: &DropboxPath, after: &str) -> rusqlite::Result<Vec<Recorded>> {
        self.below(folder, after, "state <> ?4")
    }

    fn below(&self, folder: &DropboxPath, after: &str, which: &str) -> rusqlite::Result<Vec<Recorded>> {
        let place = "path_lower > max(?2 || '/', ?3) AND path_lower < ?2 || '0'";
        let condition = format!("{place} AND {which} ORDER BY path_lower LIMIT ?5");
        self.select(&condition, params![self.account, folder.lower, after, State::Live, BATCH])
    }
}
