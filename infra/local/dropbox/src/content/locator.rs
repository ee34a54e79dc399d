//! The ways in which a request names a file or folder.

use super::entry::Entry;
use super::journal::{Journal, Recorded};
use super::path::DropboxPath;

/// What a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Locator {
    /// Something at a path.
    Path(DropboxPath),
    /// Something with an id.
    Id(String),
    /// A revision of a file.
    Rev(String),
}

impl Journal<'_> {
    /// What `locator` names now.
    pub(crate) fn find(&self, locator: &Locator) -> rusqlite::Result<Option<Entry>> {
        match locator {
            Locator::Path(path) => self.live(&path.lower),
            Locator::Id(id) => self.live_by_id(id),
            Locator::Rev(rev) => self.live_by_rev(rev),
        }
    }

    /// What was at a path and was deleted.
    pub(crate) fn find_deleted(&self, locator: &Locator) -> rusqlite::Result<Option<Entry>> {
        let Locator::Path(path) = locator else { return Ok(None) };
        let gone = self.at(&path.lower)?.filter(|recorded| !recorded.is_live());
        Ok(gone.map(|Recorded { entry, .. }| entry))
    }
}
