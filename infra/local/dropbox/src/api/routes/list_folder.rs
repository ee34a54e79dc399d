//! `files/list_folder`.

use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::listing::ListFolderArg;
use crate::api::page;
use crate::api::wire::ListFolderResult;

/// Starts to list a folder.
pub(crate) fn list_folder(caller: &Caller, arg: &ListFolderArg) -> Result<ListFolderResult, Failure> {
    page::next(caller, arg.begin(caller)?)
}
