//! `files/create_folder_v2`.

use serde::Deserialize;

use crate::api::{
    caller::Caller,
    error::CreateFolderError,
    failure::Failure,
    path::WRITTEN,
    wire::{Changed, FolderMetadata},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateFolderArg {
    path: String,
    #[serde(default)]
    autorename: bool,
}

/// Creates a folder.
pub(crate) fn create_folder(
    caller: &Caller,
    arg: &CreateFolderArg,
) -> Result<Changed<FolderMetadata>, Failure> {
    let error = |path| CreateFolderError::Path { path };
    let path = WRITTEN.read_place("path", &arg.path, &caller.view.namespaces);
    let path = path.map_err(|problem| Failure::writing(problem, error))?;
    let (tree, path) = caller.place(&path);
    let made = tree.account.writer().create_folder(&path, arg.autorename);
    let entry = made.map_err(|refusal| Failure::refused(refusal, error))?;
    Ok(Changed { metadata: FolderMetadata::new(&tree.displayed(&entry)) })
}
