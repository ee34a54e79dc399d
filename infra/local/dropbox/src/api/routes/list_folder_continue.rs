//! `files/list_folder/continue`

use serde::Deserialize;

use crate::api::caller::Caller;
use crate::api::cursor::{Cursor, Folder};
use crate::api::error::{ContinueError, LookupError};
use crate::api::failure::Failure;
use crate::api::page;
use crate::api::view::Shown;
use crate::api::wire::ListFolderResult;
use crate::content::{Kind, Locator};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContinueArg {
    cursor: String,
}

/// Goes on with a listing, or tells what has changed since
pub(crate) fn list_folder_continue(caller: &Caller, arg: &ContinueArg) -> Result<ListFolderResult, Failure> {
    let cursor = Cursor::decode(&arg.cursor, caller)?;
    if let Some(folder) = &cursor.folder
        && !is_there(caller, folder)?
    {
        return Err(Failure::endpoint(ContinueError::Path { path: LookupError::NotFound }));
    }
    page::next(caller, cursor)
}

fn is_there(caller: &Caller, folder: &Folder) -> Result<bool, Failure> {
    let entry = caller.find(&Locator::Id(folder.id.clone()))?;
    Ok(entry.is_some_and(|Shown { entry, .. }| {
        entry.kind() == Kind::Folder && entry.path.lower == folder.path_lower
    }))
}
