//! `files/move_v2`

use serde::Deserialize;

use crate::api::caller::Caller;
use crate::api::error::{LookupError, RelocationError};
use crate::api::failure::Failure;
use crate::api::path::WRITTEN_OR_ID;
use crate::api::wire::{Changed, Metadata};
use crate::content::Move;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RelocationArg {
    from_path: String,
    to_path: String,
    #[serde(default)]
    autorename: bool,
    #[serde(default, rename = "allow_shared_folder")]
    _allow_shared_folder: bool,
    #[serde(default, rename = "allow_ownership_transfer")]
    _allow_ownership_transfer: bool,
}

/// Moves a file, or a folder with all that is in it
pub(crate) fn relocate(caller: &Caller, arg: &RelocationArg) -> Result<Changed<Metadata>, Failure> {
    let lookup = |from_lookup| RelocationError::FromLookup { from_lookup };
    let write = |to| RelocationError::To { to };
    let from = WRITTEN_OR_ID.read("from_path", &arg.from_path, &caller.view.namespaces);
    let from = from.map_err(|problem| Failure::reading(problem, lookup))?;
    let to = WRITTEN_OR_ID.read_place("to_path", &arg.to_path, &caller.view.namespaces);
    let to = to.map_err(|problem| Failure::writing(problem, write))?;
    let missing = || Failure::endpoint(lookup(LookupError::NotFound));
    let (tree, from) = caller.resolve(&from)?.ok_or_else(missing)?;
    let (new_tree, to) = caller.place(&to);
    if new_tree.account.profile.namespace != tree.account.profile.namespace {
        return Err(Failure::endpoint(RelocationError::CantTransferOwnership));
    }
    let moved = tree.account.writer().relocate(&from, &to, arg.autorename);
    let entry = moved.map_err(|failure| match failure {
        Move::NotFound => missing(),
        Move::SamePath => Failure::endpoint(RelocationError::DuplicatedOrNestedPaths),
        Move::IntoItself => Failure::endpoint(RelocationError::CantMoveFolderIntoItself),
        Move::To(refusal) => Failure::refused(refusal, write),
    })?;
    Ok(Changed { metadata: Metadata::from(&new_tree.shown(&entry)) })
}
