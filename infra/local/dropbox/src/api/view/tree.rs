//! A part of an account, shown at another path.

use std::sync::Arc;

use crate::content::{Account, DropboxPath, Entry, Locator};

/// A folder of an account, and where it is shown.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// Whose it is.
    pub(crate) account: Arc<Account>,
    folder: DropboxPath,
    shown_at: DropboxPath,
    shared: Vec<(DropboxPath, i64)>,
}

/// An entry as a call sees it.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    /// The entry, at the path where it is shown.
    pub(crate) entry: Entry,
    /// How it is shared.
    pub(crate) sharing: Option<Sharing>,
}

/// How an entry is shared, with the namespace of the shared folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// It is a shared folder.
    Folder(i64),
    /// It is in a shared folder.
    Inside(i64),
}

impl Tree {
    /// All that an account holds.
    pub(crate) fn of(account: Arc<Account>) -> Self {
        let (folder, shown_at) = (DropboxPath::default(), DropboxPath::default());
        Self { account, folder, shown_at, shared: Vec::new() }
    }

    /// What is in one folder of it.
    pub(crate) fn below(self, folder: &DropboxPath) -> Self {
        Self { folder: folder.clone(), ..self }
    }

    /// The same, shown at another path.
    pub(crate) fn shown_at(self, path: DropboxPath) -> Self {
        Self { shown_at: path, ..self }
    }

    /// Takes a folder of the account for the shared folder of this namespace.
    pub(crate) fn share(&mut self, folder: &DropboxPath, namespace: i64) {
        self.shared.push((folder.clone(), namespace));
    }

    /// The folder that it begins in.
    pub(crate) fn folder(&self) -> &DropboxPath {
        &self.folder
    }

    /// Where it is shown.
    pub(crate) fn top(&self) -> &DropboxPath {
        &self.shown_at
    }

    /// The path in the account of what is shown at `path`.
    pub(crate) fn hidden(&self, path: &DropboxPath) -> DropboxPath {
        path.moved(&self.shown_at, &self.folder)
    }

    /// An entry of the account as it is shown.
    pub(crate) fn shown(&self, entry: &Entry) -> Shown {
        let path = entry.path.moved(&self.folder, &self.shown_at);
        Shown { entry: Entry { path, ..entry.clone() }, sharing: self.sharing(&entry.path) }
    }

    /// Whether an entry of the account is shown.
    pub(crate) fn holds(&self, entry: &Entry) -> bool {
        entry.path.is_within(&self.folder) && entry.path.lower != self.folder.lower
    }

    /// What `locator` names, if it is shown.
    pub(crate) fn find(&self, locator: &Locator) -> rusqlite::Result<Option<Entry>> {
        let found = self.account.journal(|journal| journal.find(locator))?;
        Ok(found.filter(|entry| self.holds(entry)))
    }

    /// What `locator` names after a look at the directory, if it is shown.
    pub(crate) fn current(&self, locator: &Locator) -> anyhow::Result<Option<Entry>> {
        let found = self.account.writer().current(locator)?;
        Ok(found.filter(|entry| self.holds(entry)))
    }

    fn sharing(&self, path: &DropboxPath) -> Option<Sharing> {
        let (folder, namespace) = self.shared.iter().find(|(folder, _)| path.is_within(folder))?;
        match path.lower == folder.lower {
            true => Some(Sharing::Folder(*namespace)),
            false => Some(Sharing::Inside(*namespace)),
        }
    }
}
