//! An account: its owner, journal and directory.

use std::{
    fs::File,
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::{
    directory::{Directory, is_absent},
    entry::Entry,
    journal::Journal,
    profile::Profile,
    roots::Place,
};
use crate::{
    AccountSettings, Clock, crypto, db::Db, faults::Faults, listings::Listings, pages::Pages,
    webhook_faults::WebhookFaults,
};

/// A Dropbox account.
#[derive(Debug)]
pub(crate) struct Account {
    /// Owner.
    pub(crate) profile: Profile,
    /// Faults of the calls for it.
    pub(crate) faults: Arc<Faults>,
    /// Adversity of its listings.
    pub(crate) pages: Arc<Pages>,
    /// Defects of its listings.
    pub(crate) listings: Arc<Listings>,
    /// Faults of the notifications about it.
    pub(crate) webhook_faults: Arc<WebhookFaults>,
    /// Directory with its content.
    pub(super) directory: Directory,
    pub(super) db: Arc<Db>,
    pub(super) place: Place,
    clock: Clock,
    changed: watch::Sender<()>,
    alone: Mutex<()>,
}

/// Exclusive right to change an account, in its journal and on disk.
pub(crate) struct Writer<'a> {
    pub(super) account: &'a Account,
    _alone: MutexGuard<'a, ()>,
}

/// Result of opening a file.
#[derive(Debug)]
pub(crate) enum Opened {
    /// It is open, in the expected state.
    File(File),
    /// It is not in the expected state: the directory must be scanned first.
    Changed,
    /// It must not be read.
    Unreadable,
}

impl Account {
    /// Opens an account, which signals `changed` on each change.
    pub(crate) fn open(
        settings: &AccountSettings,
        db: Arc<Db>,
        clock: Clock,
        changed: watch::Sender<()>,
    ) -> anyhow::Result<Self> {
        let profile = Profile::new(&settings.name, &settings.email);
        let directory = Directory::open(&settings.directory)?;
        let place = db.transact(|db| {
            Journal::create(db, profile.namespace)?;
            Place::read(db, &profile, settings.member_folder.as_deref())
        })?;
        let account = Self {
            profile,
            faults: Arc::default(),
            pages: Arc::default(),
            listings: Arc::default(),
            webhook_faults: Arc::default(),
            directory,
            db,
            place,
            clock,
            changed,
            alone: Mutex::new(()),
        };
        account.make_member_folder()?;
        account.sweep()?;
        Ok(account)
    }

    /// Runs `work` on the journal in one transaction.
    pub(crate) fn journal<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Journal<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let now = self.clock.seconds();
        let (done, has_changed) = self.db.transact(|db| {
            let journal = Journal::new(db, self.profile.namespace, now);
            work(&journal).map(|done| (done, journal.has_changed()))
        })?;
        if has_changed {
            self.changed.send_replace(());
        }
        Ok(done)
    }

    /// Returns the number of its last change.
    pub(crate) fn head(&self) -> rusqlite::Result<i64> {
        self.db.transact(|db| Journal::new(db, self.profile.namespace, self.clock.seconds()).head())
    }

    /// Waits for the exclusive right to change the account.
    pub(crate) fn writer(&self) -> Writer<'_> {
        Writer { account: self, _alone: self.alone.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// Opens the file of `entry`.
    pub(crate) fn open_file(&self, entry: &Entry) -> io::Result<Opened> {
        match self.directory.read(&entry.disk) {
            Ok((file, stat)) if stat == entry.stat => Ok(Opened::File(file)),
            Ok(_) => Ok(Opened::Changed),
            Err(error) if is_absent(&error) => Ok(Opened::Changed),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(Opened::Unreadable),
            Err(error) => Err(error),
        }
    }

    /// Returns the path of its directory.
    pub(crate) fn root(&self) -> PathBuf {
        self.directory.root().to_owned()
    }
}

/// Creates a new id for a file or folder.
pub(super) fn new_id() -> String {
    format!("id:{}", crypto::base64url(&crypto::random::<16>()))
}
