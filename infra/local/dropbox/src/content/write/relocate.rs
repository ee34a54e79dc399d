//! Moving.

use std::fs;

use super::Refusal;
use crate::content::account::Writer;
use crate::content::entry::{Entry, Kind};
use crate::content::locator::Locator;
use crate::content::path::DropboxPath;

/// Why something cannot be moved.
#[derive(Debug)]
pub(crate) enum Move {
    /// There is nothing to move.
    NotFound,
    /// Both paths are the same, perhaps but for case.
    SamePath,
    /// A folder would come to lie in itself.
    IntoItself,
    /// The new place does not take it.
    To(Refusal),
}

impl<E: Into<Refusal>> From<E> for Move {
    fn from(error: E) -> Self {
        Self::To(error.into())
    }
}

impl Writer<'_> {
    /// Moves what `from` names to a path that is free, or beside it with `autorename`.
    pub(crate) fn relocate(&self, from: &Locator, to: &DropboxPath, autorename: bool) -> Result<Entry, Move> {
        let entry = self.current(from)?.ok_or(Move::NotFound)?;
        if entry.path.lower == to.lower {
            return Err(Move::SamePath);
        }
        if entry.kind() == Kind::Folder && to.is_within(&entry.path) {
            return Err(Move::IntoItself);
        }
        let (path, disk) = self.make_room(&self.vacant(to, autorename)?)?;
        let directory = &self.account.directory;
        fs::rename(directory.resolve(&entry.disk)?, directory.resolve(&disk)?)?;
        self.account.journal(|journal| journal.relocate(&entry, &path, &disk))?;
        Ok(Entry { path, disk, ..entry })
    }
}
