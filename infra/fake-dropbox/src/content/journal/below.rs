//! Batched reading of everything in a folder, at any depth.

use rusqlite::params;

use super::{Journal, Recorded, row::State};
use crate::content::path::DropboxPath;

/// Number of rows that are read at a time.
const BATCH: i64 = 500;

impl Journal<'_> {
    /// Returns the next live entries below `folder` whose path comes after `after`.
    pub(crate) fn live_below(&self, folder: &DropboxPath, after: &str) -> rusqlite::Result<Vec<Recorded>> {
        self.below(folder, after, "state = ?4")
    }

    /// Returns the next entries below `folder` that were deleted, alone or with a folder that contained them.
    pub(crate) fn deleted_below(&self, folder: &DropboxPath, after: &str) -> rusqlite::Result<Vec<Recorded>> {
        self.below(folder, after, "state <> ?4")
    }

    fn below(&self, folder: &DropboxPath, after: &str, which: &str) -> rusqlite::Result<Vec<Recorded>> {
        let place = "path_lower > max(?2 || '/', ?3) AND path_lower < ?2 || '0'";
        let condition = format!("{place} AND {which} ORDER BY path_lower LIMIT ?5");
        self.select(&condition, params![self.account, folder.lower, after, State::Live, BATCH])
    }
}
