//! `files/delete_v2`.

use serde::Deserialize;

use crate::{
    api::{
        caller::Caller,
        error::{DeleteError, LookupError, WriteConflictError, WriteError},
        failure::Failure,
        path::CHANGED,
        wire::{Changed, Metadata},
    },
    content::Entry,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteArg {
    path: String,
    parent_rev: Option<String>,
}

/// Deletes a file, or a folder with its contents, and returns its last metadata.
pub(crate) fn delete(caller: &Caller, arg: &DeleteArg) -> Result<Changed<Metadata>, Failure> {
    let lookup = |path_lookup| DeleteError::PathLookup { path_lookup };
    let path = CHANGED.read("path", &arg.path, &caller.view.namespaces);
    let locator = path.map_err(|problem| Failure::reading(problem, lookup))?;
    let missing = || Failure::endpoint(lookup(LookupError::NotFound));
    let (tree, locator) = caller.resolve(&locator)?.ok_or_else(missing)?;
    let writer = tree.account.writer();
    let entry = writer.current(&locator)?.filter(|entry| tree.contains(entry)).ok_or_else(missing)?;
    if let Some(rev) = &arg.parent_rev {
        check_rev(&entry, rev)?;
    }
    let write = |path_write| DeleteError::PathWrite { path_write };
    writer.delete(&entry).map_err(|refusal| Failure::refused(refusal, write))?;
    Ok(Changed { metadata: Metadata::from(&tree.displayed(&entry)) })
}

fn check_rev(entry: &Entry, rev: &str) -> Result<(), Failure> {
    let conflict = match entry.file() {
        Some(file) if file.rev == rev => return Ok(()),
        Some(_) => WriteConflictError::File,
        None => WriteConflictError::Folder,
    };
    Err(Failure::endpoint(DeleteError::PathWrite { path_write: WriteError::Conflict { conflict } }))
}
