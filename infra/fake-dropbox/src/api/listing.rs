//! Common parts of the routes that list a folder.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    caller::Caller,
    cursor::{Cursor, Folder},
    error::{LookupError, ReadError},
    failure::Failure,
    mark::{Mark, MountMark},
    path::LISTED,
};
use crate::content::{Entry, Kind, Locator};

const DEFAULT_LIMIT: u32 = 500;
const LARGEST_LIMIT: u32 = 2_000;

/// Argument of `list_folder` and of `get_latest_cursor`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListFolderArg {
    path: String,
    #[serde(default)]
    recursive: bool,
    #[serde(default, rename = "include_media_info")]
    _include_media_info: bool,
    #[serde(default)]
    include_deleted: bool,
    #[serde(default, rename = "include_has_explicit_shared_members")]
    _include_has_explicit_shared_members: bool,
    #[serde(default = "yes")]
    include_mounted_folders: bool,
    limit: Option<u32>,
    shared_link: Option<Value>,
    #[serde(rename = "include_property_groups")]
    _include_property_groups: Option<Value>,
    #[serde(default = "yes")]
    include_non_downloadable_files: bool,
    #[serde(default, rename = "include_restorable_info")]
    _include_restorable_info: bool,
}

impl ListFolderArg {
    /// Returns a cursor at the start of the requested listing.
    pub(crate) fn begin(&self, caller: &Caller) -> Result<Cursor, Failure> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=LARGEST_LIMIT).contains(&limit) {
            return Err(Failure::Argument(format!("limit: {limit} is not within 1 and {LARGEST_LIMIT}")));
        }
        if self.shared_link.is_some() {
            return Err(Failure::Argument("shared_link: no shared link is known here".to_owned()));
        }
        let error = |path| ReadError::Path { path };
        let path = LISTED.read("path", &self.path, &caller.view.namespaces);
        let locator = path.map_err(|problem| Failure::reading(problem, error))?;
        let folder = folder(caller, &locator, error)?;
        let mounts = caller.view.mounts.iter().map(MountMark::begin);
        Ok(Cursor {
            database: caller.service.db.id().to_owned(),
            account: caller.account.profile.namespace,
            root: caller.view.root,
            base: caller.view.top.clone(),
            folder,
            recursive: self.recursive,
            include_deleted: self.include_deleted,
            include_mounted_folders: self.include_mounted_folders,
            include_non_downloadable_files: self.include_non_downloadable_files,
            limit: usize::try_from(limit)?,
            pages: 0,
            here: Mark::begin(&caller.account)?,
            mounts: mounts.collect::<rusqlite::Result<_>>()?,
            owed: Vec::new(),
        })
    }
}

/// Returns the folder that `locator` names; `None` for the root. `wrap` turns a lookup error into the
/// function's own.
pub(crate) fn folder<E: Serialize>(
    caller: &Caller,
    locator: &Locator,
    wrap: impl Fn(LookupError) -> E,
) -> Result<Option<Folder>, Failure> {
    if matches!(locator, Locator::Path(path) if path.is_root()) {
        return Ok(None);
    }
    let refuse = |error| Err(Failure::endpoint(wrap(error)));
    match caller.find(locator)?.map(|displayed| displayed.entry) {
        None => refuse(LookupError::NotFound),
        Some(entry) if entry.kind() == Kind::File => refuse(LookupError::NotFolder),
        Some(Entry { id, path, .. }) => Ok(Some(Folder { id, path_lower: path.lower })),
    }
}

fn yes() -> bool {
    true
}
