//! `files/list_folder`.

use crate::api::{caller::Caller, failure::Failure, listing::ListFolderArg, page, wire::ListFolderResult};

/// Starts to list a folder.
pub(crate) fn list_folder(caller: &Caller, arg: &ListFolderArg) -> Result<ListFolderResult, Failure> {
    page::next(caller, arg.begin(caller)?)
}
