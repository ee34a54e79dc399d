//! `files/list_folder/get_latest_cursor`.

use serde::Serialize;

use crate::api::{caller::Caller, failure::Failure, listing::ListFolderArg};

#[derive(Debug, Serialize)]
pub(crate) struct LatestCursor {
    cursor: String,
}

/// Returns a cursor after which only later changes are listed.
pub(crate) fn get_latest_cursor(caller: &Caller, arg: &ListFolderArg) -> Result<LatestCursor, Failure> {
    let mut cursor = arg.begin(caller)?;
    cursor.here = cursor.here.latest();
    cursor.mounts.iter_mut().for_each(|mounted| mounted.mark = mounted.mark.latest());
    Ok(LatestCursor { cursor: cursor.encode(caller)? })
}
