//! Cursors: where a listing is, in a form that only this service can make.

use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::error::ContinueError;
use super::export::Access;
use super::failure::Failure;
use super::mark::{Mark, MountMark};
use super::seal;
use super::view::{Mounted, Shown, View};
use crate::AppSettings;
use crate::content::{Account, DropboxPath, Kind, Locator, Recorded};

/// The first byte of a cursor: the form of the rest.
const VERSION: u8 = 2;
/// What the seal of a cursor is for.
const PURPOSE: &str = "cursor";

/// Where a listing is, and of what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// The database that gave the numbers.
    pub(crate) database: String,
    /// The account, by its namespace.
    pub(crate) account: i64,
    /// The namespace in which paths begin.
    pub(crate) root: i64,
    /// The key of the folder of that namespace in which paths begin.
    pub(crate) base: String,
    /// The folder; none is the root.
    pub(crate) folder: Option<Folder>,
    /// Whether what is below its folders counts.
    pub(crate) recursive: bool,
    /// Whether what was deleted before the listing began is told.
    pub(crate) include_deleted: bool,
    /// Whether what is in mounted folders is told.
    pub(crate) include_mounted_folders: bool,
    /// Whether files that cannot be downloaded are told.
    pub(crate) include_non_downloadable_files: bool,
    /// About how many entries to tell at once.
    pub(crate) limit: usize,
    /// How many pages it has given.
    #[serde(default)]
    pub(crate) pages: u32,
    /// Where it is in the account itself.
    pub(crate) here: Mark,
    /// Where it is in the folders that are mounted there.
    pub(crate) mounts: Vec<MountMark>,
    /// The numbers of entries that come after their turn, unless they change before.
    pub(crate) owed: Vec<i64>,
}

/// The folder of a listing. It is another one, as far as the listing goes, when it was moved away and when it was made
/// anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Folder {
    /// Its id.
    pub(crate) id: String,
    /// Its key.
    pub(crate) path_lower: String,
}

impl Cursor {
    /// The text of the cursor, for the app and account of `caller`.
    ///
    /// It is signed with the app's secret, so that a cursor survives even the database: what names another database is
    /// then known to be a true cursor of an earlier one.
    pub(crate) fn encode(&self, caller: &Caller) -> Result<String, Failure> {
        let mut bytes = vec![VERSION];
        serde_json::to_writer(&mut bytes, self)?;
        Ok(seal::seal(&caller.app, PURPOSE, bytes))
    }

    /// The cursor of a text that was made for the app, account and path root of `caller`.
    pub(crate) fn decode(text: &str, caller: &Caller) -> Result<Self, Failure> {
        let cursor = Self::read(text, &caller.app);
        let cursor = cursor.filter(|cursor| cursor.is_of(&caller.account, &caller.view));
        let cursor = cursor.ok_or_else(Failure::invalid_cursor)?;
        match cursor.database == caller.service.db.id() {
            true => Ok(cursor),
            false => Err(Failure::endpoint(ContinueError::Reset)),
        }
    }

    /// Whether all that there was when the listing began was told, and now changes are.
    pub(crate) fn follows(&self) -> bool {
        self.here.position >= self.here.start
    }

    /// The path of the folder that is listed.
    pub(crate) fn top(&self) -> DropboxPath {
        let path = self.folder.as_ref().and_then(|folder| DropboxPath::parse(&folder.path_lower).ok());
        path.unwrap_or_default()
    }

    /// Whether the folder that is listed is still there.
    pub(crate) fn is_folder_there(&self, caller: &Caller) -> Result<bool, Failure> {
        let Some(folder) = &self.folder else { return Ok(true) };
        let entry = caller.find(&Locator::Id(folder.id.clone()))?;
        Ok(entry.is_some_and(|Shown { entry, .. }| {
            entry.kind() == Kind::Folder && entry.path.lower == folder.path_lower
        }))
    }

    /// Whether the listing tells of something, if that is in its folder.
    pub(crate) fn includes(&self, recorded: &Recorded) -> bool {
        let is_file = recorded.is_live() && recorded.entry.kind() == Kind::File;
        self.include_non_downloadable_files
            || !is_file
            || Access::of(recorded.entry.path.name()) == Access::Download
    }

    /// How far what is in a mounted folder was read; at first, not at all.
    pub(crate) fn mark(&mut self, mounted: &Mounted) -> rusqlite::Result<&mut Mark> {
        let known = self.mounts.iter().position(|mark| mark.point == mounted.point);
        let at = known.unwrap_or(self.mounts.len());
        if known.is_none() {
            self.mounts.push(MountMark::begin(mounted)?);
        }
        Ok(&mut self.mounts[at].mark)
    }

    /// The cursor of a text that was made for `app`.
    pub(crate) fn read(text: &str, app: &AppSettings) -> Option<Self> {
        let bytes = seal::open(app, PURPOSE, text)?;
        let json = bytes.strip_prefix(&[VERSION])?;
        serde_json::from_slice(json).ok()
    }

    /// Whether it is of what `view` shows of an account.
    pub(crate) fn is_of(&self, account: &Account, view: &View) -> bool {
        self.account == account.profile.namespace && self.root == view.root && self.base == view.top
    }
}
