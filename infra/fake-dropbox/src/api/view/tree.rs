//! Parts of an account, displayed at other paths.

use std::sync::Arc;

use crate::content::{Account, DropboxPath, Entry, Locator};

/// A folder of an account, and the path at which it is displayed.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// Account that contains it.
    pub(crate) account: Arc<Account>,
    folder: DropboxPath,
    shown_at: DropboxPath,
    shared: Vec<(DropboxPath, i64)>,
}

/// An entry as a call sees it.
#[derive(Clone, Debug)]
pub(crate) struct DisplayedEntry {
    /// Entry, at its displayed path.
    pub(crate) entry: Entry,
    /// Sharing state.
    pub(crate) sharing: Option<Sharing>,
}

/// Sharing state of an entry, with the namespace of the shared folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// It is a shared folder.
    Folder(i64),
    /// It is inside a shared folder.
    Inside(i64),
}

impl Tree {
    /// Returns the tree of everything in an account.
    pub(crate) fn of(account: Arc<Account>) -> Self {
        let (folder, shown_at) = (DropboxPath::default(), DropboxPath::default());
        Self { account, folder, shown_at, shared: Vec::new() }
    }

    /// Restricts the tree to the contents of a folder.
    pub(crate) fn below(self, folder: &DropboxPath) -> Self {
        Self { folder: folder.clone(), ..self }
    }

    /// Displays the tree at another path.
    pub(crate) fn shown_at(self, path: DropboxPath) -> Self {
        Self { shown_at: path, ..self }
    }

    /// Marks a folder of the account as the shared folder with this namespace.
    pub(crate) fn share(&mut self, folder: &DropboxPath, namespace: i64) {
        self.shared.push((folder.clone(), namespace));
    }

    /// Returns the folder in which it begins.
    pub(crate) fn folder(&self) -> &DropboxPath {
        &self.folder
    }

    /// Returns the path at which it is displayed.
    pub(crate) fn top(&self) -> &DropboxPath {
        &self.shown_at
    }

    /// Converts a displayed path to the path in the account.
    pub(crate) fn hidden(&self, path: &DropboxPath) -> DropboxPath {
        path.moved(&self.shown_at, &self.folder)
    }

    /// Converts an entry of the account to its displayed form.
    pub(crate) fn displayed(&self, entry: &Entry) -> DisplayedEntry {
        let path = entry.path.moved(&self.folder, &self.shown_at);
        DisplayedEntry { entry: Entry { path, ..entry.clone() }, sharing: self.sharing(&entry.path) }
    }

    /// Whether the tree contains an entry of the account.
    pub(crate) fn contains(&self, entry: &Entry) -> bool {
        entry.path.is_within(&self.folder) && entry.path.lower != self.folder.lower
    }

    /// Returns what `locator` names, if the tree contains it.
    pub(crate) fn find(&self, locator: &Locator) -> rusqlite::Result<Option<Entry>> {
        let found = self.account.journal(|journal| journal.find(locator))?;
        Ok(found.filter(|entry| self.contains(entry)))
    }

    /// Returns what `locator` names after its directory was scanned, if the tree contains it.
    pub(crate) fn current(&self, locator: &Locator) -> anyhow::Result<Option<Entry>> {
        let found = self.account.writer().current(locator)?;
        Ok(found.filter(|entry| self.contains(entry)))
    }

    fn sharing(&self, path: &DropboxPath) -> Option<Sharing> {
        let (folder, namespace) = self.shared.iter().find(|(folder, _)| path.is_within(folder))?;
        if path.lower == folder.lower {
            Some(Sharing::Folder(*namespace))
        } else {
            Some(Sharing::Inside(*namespace))
        }
    }
}
