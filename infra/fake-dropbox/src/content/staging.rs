//! Temporary files that will be moved into a directory.

use std::{
    fs, io,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::params;

use super::{account::Account, entry::Kind, name, path::DropboxPath};
use crate::crypto;

/// A temporary file or directory beside its destination; removed if it is not used.
#[derive(Debug)]
pub(crate) struct Staged {
    account: Arc<Account>,
    disk: PathBuf,
    file: PathBuf,
}

impl Staged {
    /// Creates a temporary file in the folder of `path`, or in the nearest existing folder above it.
    pub(crate) fn create(account: &Arc<Account>, path: &DropboxPath) -> anyhow::Result<(Self, fs::File)> {
        let staged = Self::reserve(account, path)?;
        let opened = fs::File::create_new(&staged.file)?;
        Ok((staged, opened))
    }

    /// Reserves the path of a temporary file or directory there.
    pub(crate) fn reserve(account: &Arc<Account>, path: &DropboxPath) -> anyhow::Result<Self> {
        let name = format!("{}{}", name::STAGING, crypto::hex(&crypto::random::<8>()));
        let disk = nearest_folder(account, path)?.join(name);
        let file = account.directory.resolve(&disk)?;
        account.record_staging(&disk)?;
        Ok(Self { account: Arc::clone(account), disk, file })
    }

    /// Returns the path of the file.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After it was renamed into place there is nothing to remove.
        let _ = remove(&self.file);
        if let Err(error) = self.account.forget_staging(&self.disk) {
            tracing::warn!(%error, "cannot forget a temporary file");
        }
    }
}

impl Account {
    /// Removes the temporary files that a killed process has left.
    pub(super) fn sweep(&self) -> anyhow::Result<()> {
        for disk in self.stagings()? {
            if let Ok(file) = self.directory.resolve(&disk) {
                let _ = remove(&file);
            }
            self.forget_staging(&disk)?;
        }
        Ok(())
    }

    fn stagings(&self) -> rusqlite::Result<Vec<PathBuf>> {
        self.db.transact(|db| {
            let mut query = db.prepare_cached("SELECT disk FROM staging WHERE account = ?1")?;
            let rows = query.query_map([self.profile.namespace], |row| row.get::<_, Vec<u8>>(0))?;
            rows.map(|disk| Ok(PathBuf::from(std::ffi::OsString::from_vec(disk?)))).collect()
        })
    }

    fn record_staging(&self, disk: &Path) -> rusqlite::Result<()> {
        self.staging("INSERT INTO staging (account, disk) VALUES (?1, ?2)", disk)
    }

    fn forget_staging(&self, disk: &Path) -> rusqlite::Result<()> {
        self.staging("DELETE FROM staging WHERE account = ?1 AND disk = ?2", disk)
    }

    fn staging(&self, sql: &str, disk: &Path) -> rusqlite::Result<()> {
        let disk = disk.as_os_str().as_bytes();
        self.db
            .transact(|db| db.prepare_cached(sql)?.execute(params![self.profile.namespace, disk]).map(drop))
    }
}

fn remove(file: &Path) -> io::Result<()> {
    if fs::symlink_metadata(file)?.is_dir() { fs::remove_dir_all(file) } else { fs::remove_file(file) }
}

fn nearest_folder(account: &Account, path: &DropboxPath) -> rusqlite::Result<PathBuf> {
    account.journal(|journal| {
        for folder in path.parent().lineage().iter().rev() {
            if let Some(entry) = journal.live(&folder.lower)?
                && entry.kind() == Kind::Folder
            {
                return Ok(entry.disk);
            }
        }
        Ok(PathBuf::new())
    })
}

#[cfg(test)]
mod tests {
    use tokio::sync::watch;

    use super::*;
    use crate::{AccountSettings, Clock, db::Db};

    #[test]
    fn what_a_killed_process_left_is_removed_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let db = Arc::new(Db::in_memory());
        let open = || {
            let settings = AccountSettings {
                name: "First".into(),
                email: "a@b".into(),
                directory: folder.path().into(),
                member_folder: None,
            };
            let changed = watch::channel(()).0;
            Arc::new(Account::open(&settings, Arc::clone(&db), Clock::system(), changed).unwrap())
        };
        let count = || fs::read_dir(folder.path()).unwrap().count();
        fs::write(folder.path().join(".dropbox-staging-of-somebody-else"), "1").unwrap();
        let path = DropboxPath::parse("/new/file").unwrap();
        drop(Staged::create(&open(), &path).unwrap());
        assert_eq!(count(), 1);
        std::mem::forget(Staged::create(&open(), &path).unwrap().0);
        assert_eq!(count(), 2);
        open();
        assert_eq!(count(), 1);
    }
}
