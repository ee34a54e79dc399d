//! `files/list_folder/continue`.

use serde::Deserialize;

use crate::api::{
    caller::Caller,
    cursor::Cursor,
    error::{ContinueError, LookupError},
    failure::Failure,
    page,
    wire::ListFolderResult,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContinueArg {
    cursor: String,
}

/// Continues a listing, or lists what has changed since.
pub(crate) fn list_folder_continue(caller: &Caller, arg: &ContinueArg) -> Result<ListFolderResult, Failure> {
    let cursor = Cursor::decode(&arg.cursor, caller)?;
    if !cursor.is_folder_there(caller)? {
        return Err(Failure::endpoint(ContinueError::Path { path: LookupError::NotFound }));
    }
    page::next(caller, cursor)
}
