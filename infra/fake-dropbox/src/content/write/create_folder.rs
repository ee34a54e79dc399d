//! Creation of folders.

use super::Refusal;
use crate::content::{account::Writer, entry::Entry, path::DropboxPath};

impl Writer<'_> {
    /// Creates a folder, and missing folders above it.
    pub(crate) fn create_folder(&self, path: &DropboxPath, autorename: bool) -> Result<Entry, Refusal> {
        let (path, disk) = self.make_room(&self.vacant(path, autorename)?)?;
        self.make_folder(path, &disk)
    }
}
