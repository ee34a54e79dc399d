//! `files/list_folder`

use crate::api::caller::Caller;
use crate::api::failure::Failure;
use crate::api::listing::{self, ListFolderArg};
use crate::api::wire::ListFolderResult;

/// Begins to list a folder
pub(crate) fn list_folder(caller: &Caller, arg: &ListFolderArg) -> Result<ListFolderResult, Failure> {
    listing::page(caller, arg.begin(caller)?)
}
