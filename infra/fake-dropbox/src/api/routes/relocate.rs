//! `files/move_v2`.

use serde::Deserialize;

use crate::{
    api::{
        caller::Caller,
        error::{LookupError, RelocationError, WriteError},
        failure::Failure,
        path::{CHANGED, WRITTEN_OR_ID},
        view::Tree,
        wire::{Changed, Metadata},
    },
    content::{DropboxPath, Locator, Move},
};

/// Argument of `move_v2` and of `copy_v2`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RelocationArg {
    from_path: String,
    to_path: String,
    #[serde(default)]
    pub(super) autorename: bool,
    #[serde(default, rename = "allow_shared_folder")]
    _allow_shared_folder: bool,
    #[serde(default, rename = "allow_ownership_transfer")]
    _allow_ownership_transfer: bool,
}

/// Source and target.
pub(super) struct Ends {
    /// Source.
    pub(super) from: (Tree, Locator),
    /// Target.
    pub(super) to: (Tree, DropboxPath),
}

impl RelocationArg {
    /// Resolves source and target.
    pub(super) fn ends(&self, caller: &Caller) -> Result<Ends, Failure> {
        let from = CHANGED.read("from_path", &self.from_path, &caller.view.namespaces);
        let from = from.map_err(|problem| Failure::reading(problem, lookup))?;
        let to = WRITTEN_OR_ID.read_place("to_path", &self.to_path, &caller.view.namespaces);
        let to = to.map_err(|problem| Failure::writing(problem, write))?;
        Ok(Ends { from: caller.resolve(&from)?.ok_or_else(missing)?, to: caller.place(&to) })
    }
}

/// Moves a file, or a folder with its contents.
pub(crate) fn relocate(caller: &Caller, arg: &RelocationArg) -> Result<Changed<Metadata>, Failure> {
    let Ends { from: (tree, from), to: (new_tree, to) } = arg.ends(caller)?;
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
    Ok(Changed { metadata: Metadata::from(&new_tree.displayed(&entry)) })
}

fn lookup(from_lookup: LookupError) -> RelocationError {
    RelocationError::FromLookup { from_lookup }
}

fn write(to: WriteError) -> RelocationError {
    RelocationError::To { to }
}

fn missing() -> Failure {
    Failure::endpoint(lookup(LookupError::NotFound))
}
