//! Deletion.

use std::fs;

use super::Refusal;
use crate::content::{
    account::Writer,
    directory::is_absent,
    entry::{Entry, Kind},
};

impl Writer<'_> {
    /// Deletes a file, or a folder with its contents.
    pub(crate) fn delete(&self, entry: &Entry) -> Result<(), Refusal> {
        let place = self.account.directory.resolve(&entry.disk)?;
        let removed = match entry.kind() {
            Kind::File => fs::remove_file(place),
            Kind::Folder => fs::remove_dir_all(place),
        };
        match removed {
            Err(error) if !is_absent(&error) => Err(error.into()),
            _ => Ok(self.account.journal(|journal| journal.remove(&entry.path))?),
        }
    }
}
