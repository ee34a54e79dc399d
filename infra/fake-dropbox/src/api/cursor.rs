//! Cursors: positions in a listing, in a form that only this service can issue.

use serde::{Deserialize, Serialize};

use super::{
    caller::Caller,
    error::ContinueError,
    export::Access,
    failure::Failure,
    mark::{Mark, MountMark},
    seal,
    view::{DisplayedEntry, Mounted, View},
};
use crate::{
    AppSettings,
    content::{Account, DropboxPath, Kind, Locator, Recorded},
};

/// First byte of a cursor: the version of its format.
const VERSION: u8 = 2;
/// Purpose in the signature of a cursor.
const PURPOSE: &str = "cursor";

/// A position in a listing, and the listing's parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// Database to which the positions belong.
    pub(crate) database: String,
    /// Account, by its namespace.
    pub(crate) account: i64,
    /// Namespace in which paths begin.
    pub(crate) root: i64,
    /// Key of the folder in that namespace in which paths begin.
    pub(crate) base: String,
    /// Listed folder; `None` is the root.
    pub(crate) folder: Option<Folder>,
    /// Whether the contents of subfolders are included.
    pub(crate) recursive: bool,
    /// Whether earlier deletions are included.
    pub(crate) include_deleted: bool,
    /// Whether mounted folders are included.
    pub(crate) include_mounted_folders: bool,
    /// Whether files that cannot be downloaded are included.
    pub(crate) include_non_downloadable_files: bool,
    /// Approximate number of entries per page.
    pub(crate) limit: usize,
    /// Number of pages returned so far.
    #[serde(default)]
    pub(crate) pages: u32,
    /// Position in the account's own journal.
    pub(crate) here: Mark,
    /// Positions in the journals of mounted folders.
    pub(crate) mounts: Vec<MountMark>,
    /// Numbers of entries that were postponed to a later page, unless they change first.
    pub(crate) owed: Vec<i64>,
}

/// Folder of a listing. For the listing it is another folder after it was moved, or deleted and created
/// again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Folder {
    /// Id.
    pub(crate) id: String,
    /// Key of its path.
    pub(crate) path_lower: String,
}

impl Cursor {
    /// Encodes the cursor as text, for the app and account of `caller`.
    ///
    /// It is signed with the app's secret, so cursors survive even the database: one that names another
    /// database is recognised as a valid cursor of an earlier one.
    pub(crate) fn encode(&self, caller: &Caller) -> Result<String, Failure> {
        let mut bytes = vec![VERSION];
        serde_json::to_writer(&mut bytes, self)?;
        Ok(seal::seal(&caller.app, PURPOSE, bytes))
    }

    /// Decodes a cursor that was issued for the app, account and path root of `caller`.
    pub(crate) fn decode(text: &str, caller: &Caller) -> Result<Self, Failure> {
        let cursor = Self::read(text, &caller.app);
        let cursor = cursor.filter(|cursor| cursor.is_of(&caller.account, &caller.view));
        let cursor = cursor.ok_or_else(Failure::invalid_cursor)?;
        if cursor.database == caller.service.db.id() {
            Ok(cursor)
        } else {
            Err(Failure::endpoint(ContinueError::Reset))
        }
    }

    /// Whether the initial listing is complete, so that only changes follow.
    pub(crate) fn follows(&self) -> bool {
        self.here.position >= self.here.start
    }

    /// Returns the path of the listed folder.
    pub(crate) fn top(&self) -> DropboxPath {
        let path = self.folder.as_ref().and_then(|folder| DropboxPath::parse(&folder.path_lower).ok());
        path.unwrap_or_default()
    }

    /// Whether the listed folder still exists.
    pub(crate) fn is_folder_there(&self, caller: &Caller) -> Result<bool, Failure> {
        let Some(folder) = &self.folder else { return Ok(true) };
        let entry = caller.find(&Locator::Id(folder.id.clone()))?;
        Ok(entry.is_some_and(|DisplayedEntry { entry, .. }| {
            entry.kind() == Kind::Folder && entry.path.lower == folder.path_lower
        }))
    }

    /// Whether the listing's parameters include an entry, apart from its folder.
    pub(crate) fn includes(&self, recorded: &Recorded) -> bool {
        let is_file = recorded.is_live() && recorded.entry.kind() == Kind::File;
        self.include_non_downloadable_files
            || !is_file
            || Access::of(recorded.entry.path.name()) == Access::Download
    }

    /// Returns the position in a mounted folder, adding it at the start if there is none.
    pub(crate) fn mark(&mut self, mounted: &Mounted) -> rusqlite::Result<&mut Mark> {
        let known = self.mounts.iter().position(|mark| mark.point == mounted.point);
        let at = known.unwrap_or(self.mounts.len());
        if known.is_none() {
            self.mounts.push(MountMark::begin(mounted)?);
        }
        Ok(&mut self.mounts[at].mark)
    }

    /// Reads a cursor that was issued for `app`.
    pub(crate) fn read(text: &str, app: &AppSettings) -> Option<Self> {
        let bytes = seal::open(app, PURPOSE, text)?;
        let json = bytes.strip_prefix(&[VERSION])?;
        serde_json::from_slice(json).ok()
    }

    /// Whether it belongs to this view of an account.
    pub(crate) fn is_of(&self, account: &Account, view: &View) -> bool {
        self.account == account.profile.namespace && self.root == view.root && self.base == view.top
    }
}
