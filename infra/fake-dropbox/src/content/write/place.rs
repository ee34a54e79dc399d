//! Resolution of a write's path, and creation of its parent folders.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{Conflict, Refusal};
use crate::content::{
    account::{Writer, new_id},
    directory::stat,
    entry::{Entry, Kind, Node},
    locator::Locator,
    name,
    path::DropboxPath,
};

impl Writer<'_> {
    /// Returns what `locator` names, after scanning its directory.
    pub(crate) fn current(&self, locator: &Locator) -> anyhow::Result<Option<Entry>> {
        if let Locator::Path(path) = locator {
            self.look_along(path)?;
        } else if let Some(entry) = self.account.journal(|journal| journal.find(locator))? {
            self.scan_directory(entry.disk.parent().map(Path::to_owned).unwrap_or_default())?;
        }
        Ok(self.account.journal(|journal| journal.find(locator))?)
    }

    /// Returns what is at a path that is to be written.
    pub(super) fn look_up(&self, path: &DropboxPath) -> Result<Option<Entry>, Refusal> {
        if path.lineage().iter().any(|path| name::is_disallowed(path.name())) {
            return Err(Refusal::Disallowed);
        }
        self.look_along(path)?;
        for folder in path.parent().lineage() {
            match self.live(&folder)? {
                Some(entry) if entry.kind() == Kind::File => {
                    return Err(Refusal::Conflict(Conflict::FileAncestor));
                }
                _ => {}
            }
        }
        Ok(self.live(path)?)
    }

    /// Returns `path` if it is free, or one beside it with `autorename`.
    pub(super) fn vacant(&self, path: &DropboxPath, autorename: bool) -> Result<DropboxPath, Refusal> {
        match self.look_up(path)?.map(|entry| entry.kind()) {
            None => Ok(path.clone()),
            Some(_) if autorename => self.beside(path, name::renamed),
            Some(Kind::File) => Err(Refusal::Conflict(Conflict::File)),
            Some(Kind::Folder) => Err(Refusal::Conflict(Conflict::Folder)),
        }
    }

    /// Returns a free path beside `path`, by trying the names that `rename` returns.
    pub(super) fn beside(
        &self,
        path: &DropboxPath,
        rename: fn(&str, u32) -> String,
    ) -> Result<DropboxPath, Refusal> {
        let mut attempt = 0;
        loop {
            let renamed = path.parent().child(&rename(path.name(), attempt));
            if self.live(&renamed)?.is_none() {
                return Ok(renamed);
            }
            attempt += 1;
        }
    }

    /// Creates the folders above `path`. Returns the path with those folders' displayed names, and its free
    /// path on disk.
    pub(super) fn make_room(&self, path: &DropboxPath) -> Result<(DropboxPath, PathBuf), Refusal> {
        let (mut displayed, mut disk) = (DropboxPath::default(), PathBuf::new());
        for folder in path.parent().lineage() {
            let entry = match self.live(&folder)? {
                Some(entry) => entry,
                None => self
                    .make_folder(displayed.child(folder.name()), &disk.join(name::on_disk(folder.name())))?,
            };
            (displayed, disk) = (entry.path, entry.disk);
        }
        let (displayed, disk) = (displayed.child(path.name()), disk.join(name::on_disk(path.name())));
        match fs::symlink_metadata(self.account.directory.resolve(&disk)?) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok((displayed, disk)),
            Err(error) => Err(error.into()),
            Ok(_) => Err(Refusal::Conflict(Conflict::Other)),
        }
    }

    /// Creates a folder in an existing folder.
    pub(super) fn make_folder(&self, path: DropboxPath, disk: &Path) -> Result<Entry, Refusal> {
        let place = self.account.directory.resolve(disk)?;
        fs::create_dir(&place)?;
        let stat = stat(&fs::symlink_metadata(&place)?);
        let entry = Entry { path, id: new_id(), node: Node::Folder, disk: disk.to_owned(), stat };
        self.account.journal(|journal| journal.put(&entry))?;
        Ok(entry)
    }

    /// Returns the live entry at a path.
    pub(super) fn live(&self, path: &DropboxPath) -> rusqlite::Result<Option<Entry>> {
        self.account.journal(|journal| journal.live(&path.lower))
    }

    /// Scans the nearest existing directory above `path`, and those further up that are needed to find it.
    fn look_along(&self, path: &DropboxPath) -> anyhow::Result<()> {
        let mut disk = PathBuf::new();
        for folder in path.parent().lineage() {
            let mut entry = self.live(&folder)?;
            if entry.is_none() {
                self.scan_directory(disk.clone())?;
                entry = self.live(&folder)?;
            }
            match entry {
                Some(entry) => disk = entry.disk,
                None => return Ok(()),
            }
        }
        self.scan_directory(disk)
    }
}
