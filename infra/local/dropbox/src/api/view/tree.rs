//! A part of an account, shown at another path.

use std::sync::Arc;

use crate::content::{Account, DropboxPath, Entry, Locator};

/// A folder of an account, and where it is shown
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// Whose it is
    pub(crate) account: Arc<Account>,
    folder: DropboxPath,
    shown_at: DropboxPath,
}

impl Tree {
    /// All that an account holds
    pub(crate) fn of(account: Arc<Account>) -> Self {
        Self { account, folder: DropboxPath::default(), shown_at: DropboxPath::default() }
    }

    /// What is in one folder of it
    pub(crate) fn below(self, folder: &DropboxPath) -> Self {
        Self { folder: folder.clone(), ..self }
    }

    /// The folder that it begins in
    pub(crate) fn folder(&self) -> &DropboxPath {
        &self.folder
    }

    /// The path in the account of what is shown at `path`
    pub(crate) fn hidden(&self, path: &DropboxPath) -> DropboxPath {
        path.moved(&self.shown_at, &self.folder)
    }

    /// An entry of the account as it is shown
    pub(crate) fn shown(&self, entry: &Entry) -> Entry {
        Entry { path: entry.path.moved(&self.folder, &self.shown_at), ..entry.clone() }
    }

    /// Whether an entry of the account is shown
    pub(crate) fn holds(&self, entry: &Entry) -> bool {
        entry.path.is_within(&self.folder) && entry.path.lower != self.folder.lower
    }

    /// What `locator` names, if it is shown
    pub(crate) fn find(&self, locator: &Locator) -> rusqlite::Result<Option<Entry>> {
        let found = self.account.journal(|journal| journal.find(locator))?;
        Ok(found.filter(|entry| self.holds(entry)))
    }

    /// What `locator` names after a look at the directory, if it is shown
    pub(crate) fn current(&self, locator: &Locator) -> anyhow::Result<Option<Entry>> {
        let found = self.account.writer().current(locator)?;
        Ok(found.filter(|entry| self.holds(entry)))
    }
}
