//! Moving.

use std::fs;

use super::Refusal;
use crate::content::{
    account::Writer,
    entry::{Entry, Kind},
    locator::Locator,
    path::DropboxPath,
};

/// Reason why something cannot be moved.
#[derive(Debug)]
pub(crate) enum Move {
    /// The source does not exist.
    NotFound,
    /// Both paths are the same, apart from case.
    SamePath,
    /// The target is inside the source.
    IntoItself,
    /// The target cannot be written.
    To(Refusal),
}

impl<E: Into<Refusal>> From<E> for Move {
    fn from(error: E) -> Self {
        Self::To(error.into())
    }
}

impl Writer<'_> {
    /// Moves what `from` names to a free path, or to one beside it with `autorename`.
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
