//! Transfer of changes on disk to the journal.
//!
//! A path that still exists keeps its id, whatever object is there now, because editors save by renaming a
//! new file over the old one. A new path takes the id of its object, if that is gone from its old path: it
//! was moved. Both are decided by reading the disk at that moment, so the order in which directories are read
//! does not matter. Deletions are recorded last, when everything that could have moved is at its new path.

mod arrival;
mod classify;

use std::{
    collections::{BTreeSet, HashMap},
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::{
    account::{Account, Writer},
    directory::{Found, is_absent},
    entry::{Entry, Kind},
    path::DropboxPath,
};

/// Number of files that are hashed before the results are written.
const BATCH: usize = 256;

/// A directory to scan.
#[derive(Debug)]
struct Visit {
    disk: PathBuf,
    /// Whether to scan all directories in it, rather than only new ones.
    deep: bool,
}

/// One scan of a part of a directory.
struct Scan<'a> {
    account: &'a Account,
    visits: Vec<Visit>,
    vanished: Vec<String>,
    unfinished: BTreeSet<PathBuf>,
    hashed: u64,
}

impl Writer<'_> {
    /// Updates the whole account from disk. Returns the directories in which a file changed while it was
    /// read.
    pub(crate) fn scan_everything(&self) -> anyhow::Result<BTreeSet<PathBuf>> {
        self.scan(vec![Visit { disk: PathBuf::new(), deep: true }])
    }

    /// Updates these directories and new ones in them from disk. Returns the same as
    /// [`Self::scan_everything`].
    pub(crate) fn scan_directories(
        &self,
        directories: &BTreeSet<PathBuf>,
    ) -> anyhow::Result<BTreeSet<PathBuf>> {
        // The visits are a stack: a directory is above those inside it, because its visit may have to record
        // them first.
        let visits = directories.iter().rev().map(|disk| Visit { disk: disk.clone(), deep: false });
        self.scan(visits.collect())
    }

    /// Updates one directory from disk.
    pub(crate) fn scan_directory(&self, directory: PathBuf) -> anyhow::Result<()> {
        self.scan(vec![Visit { disk: directory, deep: false }]).map(drop)
    }

    fn scan(&self, visits: Vec<Visit>) -> anyhow::Result<BTreeSet<PathBuf>> {
        let (vanished, unfinished) = (Vec::new(), BTreeSet::new());
        let mut scan = Scan { account: self.account, visits, vanished, unfinished, hashed: 0 };
        while let Some(visit) = scan.visits.pop() {
            scan.visit(&visit)?;
        }
        scan.drop_vanished()?;
        Ok(scan.unfinished)
    }
}

impl Scan<'_> {
    fn visit(&mut self, visit: &Visit) -> anyhow::Result<()> {
        let Some(folder) = self.folder(&visit.disk)? else {
            // A new directory is found by visiting its parent. The root is always known.
            let parent = visit.disk.parent().map(Path::to_owned).unwrap_or_default();
            self.visits.push(Visit { disk: parent, deep: false });
            return Ok(());
        };
        match self.account.directory.list(&visit.disk) {
            Ok(found) => self.compare(visit, &folder, found),
            Err(error) if is_absent(&error) => Ok(()),
            Err(error) => {
                tracing::debug!(%error, directory = %visit.disk.display(), "cannot read a directory");
                Ok(())
            }
        }
    }

    /// Returns the folder of a directory.
    fn folder(&self, disk: &Path) -> rusqlite::Result<Option<DropboxPath>> {
        if disk.as_os_str().is_empty() {
            return Ok(Some(DropboxPath::default()));
        }
        let entry = self.account.journal(|journal| journal.live_by_disk(disk))?;
        Ok(entry.filter(|entry| entry.kind() == Kind::Folder).map(|entry| entry.path))
    }

    fn compare(&mut self, visit: &Visit, folder: &DropboxPath, found: Vec<Found>) -> anyhow::Result<()> {
        let mut known = self.known(folder)?;
        let mut news = Vec::new();
        for found in found {
            match known.remove(&found.name) {
                Some(entry) if is_unchanged(&entry, &found) => {
                    if visit.deep && found.kind == Kind::Folder {
                        self.visits.push(Visit { disk: entry.disk, deep: true });
                    }
                }
                _ => news.push(found),
            }
        }
        self.vanished.extend(known.into_values().map(|entry| entry.id));
        for batch in news.chunks(BATCH) {
            self.take(visit, folder, batch)?;
        }
        Ok(())
    }

    fn known(&self, folder: &DropboxPath) -> rusqlite::Result<HashMap<OsString, Entry>> {
        let children = self.account.journal(|journal| journal.children(&folder.lower))?;
        let named = |entry: Entry| entry.disk.file_name().map(ToOwned::to_owned).map(|name| (name, entry));
        Ok(children.into_iter().filter_map(named).collect())
    }

    fn take(&mut self, visit: &Visit, folder: &DropboxPath, batch: &[Found]) -> anyhow::Result<()> {
        let mut arrivals = Vec::with_capacity(batch.len());
        for found in batch {
            arrivals.extend(self.measure(&visit.disk, found)?);
        }
        let account = self.account;
        account
            .journal(|journal| arrivals.iter().try_for_each(|it| self.classify(journal, visit, folder, it)))
    }

    fn drop_vanished(&self) -> rusqlite::Result<()> {
        for batch in self.vanished.chunks(BATCH) {
            self.account.journal(|journal| {
                for id in batch {
                    if let Some(entry) = journal.live_by_id(id)?
                        && self.is_gone(&entry)
                    {
                        journal.remove(&entry.path)?;
                    }
                }
                Ok::<_, rusqlite::Error>(())
            })?;
        }
        Ok(())
    }

    /// Whether the entry's path has no object of its kind any more. If the path cannot be read, the entry is
    /// kept.
    fn is_gone(&self, entry: &Entry) -> bool {
        match self.account.directory.look(&entry.disk) {
            Ok(Some((kind, _))) => kind != entry.kind(),
            Ok(None) => true,
            Err(_) => false,
        }
    }
}

/// Whether an entry is up to date. A file without a hash could not be read, but may be readable now.
fn is_unchanged(entry: &Entry, found: &Found) -> bool {
    let is_known = entry.file().is_none_or(|file| file.hash.is_some());
    is_known && entry.kind() == found.kind && entry.stat == found.stat
}
