//! Ways in which a request names a file or folder.

use super::{
    entry::Entry,
    journal::{Journal, Recorded},
    path::DropboxPath,
};

/// Name of a file or folder in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Locator {
    /// A path.
    Path(DropboxPath),
    /// An id.
    Id(String),
    /// A revision of a file.
    Rev(String),
}

impl Journal<'_> {
    /// Returns the current entry that `locator` names.
    pub(crate) fn find(&self, locator: &Locator) -> rusqlite::Result<Option<Entry>> {
        match locator {
            Locator::Path(path) => self.live(&path.lower),
            Locator::Id(id) => self.live_by_id(id),
            Locator::Rev(rev) => self.live_by_rev(rev),
        }
    }

    /// Returns the deleted entry at a path.
    pub(crate) fn find_deleted(&self, locator: &Locator) -> rusqlite::Result<Option<Entry>> {
        let Locator::Path(path) = locator else { return Ok(None) };
        let gone = self.at(&path.lower)?.filter(|recorded| !recorded.is_live());
        Ok(gone.map(|Recorded { entry, .. }| entry))
    }
}
