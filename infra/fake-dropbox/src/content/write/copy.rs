//! Copying.

use std::{
    fs::{self, File},
    io,
    path::Path,
    time::{Duration, SystemTime},
};

use anyhow::Context;

use super::Refusal;
use crate::content::{
    account::{Account, Writer},
    directory::is_absent,
    entry::{Entry, Kind},
    path::DropboxPath,
    staging::Staged,
};

impl Account {
    /// Copies the bytes of `entry` and its contents to `staged`, which may be in another account's directory.
    pub(crate) fn copy_to(&self, entry: &Entry, staged: &Staged) -> anyhow::Result<()> {
        self.copy(entry.kind(), &entry.disk, staged.file())
    }

    fn copy(&self, kind: Kind, disk: &Path, to: &Path) -> anyhow::Result<()> {
        if kind == Kind::File {
            return self.copy_file(disk, to);
        }
        fs::create_dir(to)?;
        for found in self.directory.list(disk)? {
            match self.copy(found.kind, &disk.join(&found.name), &to.join(&found.name)) {
                Err(error) if error.downcast_ref::<io::Error>().is_some_and(is_absent) => {}
                copied => copied?,
            }
        }
        Ok(())
    }

    /// Copies a file with the modification time that its client has set.
    fn copy_file(&self, disk: &Path, to: &Path) -> anyhow::Result<()> {
        let (mut file, _) = self.directory.read(disk)?;
        let entry = self.journal(|journal| journal.live_by_disk(disk))?;
        let told = entry.as_ref().and_then(Entry::file).map(|content| content.client_modified);
        let mut copy = File::create_new(to)?;
        io::copy(&mut file, &mut copy)?;
        match told.and_then(|seconds| u64::try_from(seconds).ok()) {
            Some(seconds) => copy.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))?,
            None => copy.set_modified(file.metadata()?.modified()?)?,
        }
        Ok(())
    }
}

impl Writer<'_> {
    /// Moves a copy to a free path, or to one beside it with `autorename`. Everything in it gets new ids.
    pub(crate) fn put_copy(
        &self,
        staged: &Staged,
        path: &DropboxPath,
        autorename: bool,
    ) -> Result<Entry, Refusal> {
        let (path, disk) = self.make_room(&self.vacant(path, autorename)?)?;
        fs::rename(staged.file(), self.account.directory.resolve(&disk)?)?;
        self.scan_directory(disk.parent().map(Path::to_owned).unwrap_or_default())?;
        Ok(self.live(&path)?.context("the copy is not there any more")?)
    }
}
