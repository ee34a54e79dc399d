//! Making a folder.

use super::{Conflict, Refusal};
use crate::content::account::Writer;
use crate::content::entry::{Entry, Kind};
use crate::content::name;
use crate::content::path::DropboxPath;

impl Writer<'_> {
    /// Makes a folder, and those above it that are missing
    pub(crate) fn create_folder(&self, path: &DropboxPath, autorename: bool) -> Result<Entry, Refusal> {
        let free = match self.survey(path)?.map(|entry| entry.kind()) {
            None => path.clone(),
            Some(_) if autorename => self.beside(path, name::renamed)?,
            Some(Kind::File) => return Err(Refusal::Conflict(Conflict::File)),
            Some(Kind::Folder) => return Err(Refusal::Conflict(Conflict::Folder)),
        };
        let (path, disk) = self.make_room(&free)?;
        self.make_folder(path, &disk)
    }
}
