//! `files/copy_v2`.

use super::relocate::{Ends, RelocationArg};
use crate::{
    api::{
        caller::Caller,
        error::{LookupError, RelocationError},
        failure::Failure,
        wire::{Changed, Metadata},
    },
    content::{Kind, Staged},
};

/// Copies a file, or a folder with its contents.
pub(crate) fn copy(caller: &Caller, arg: &RelocationArg) -> Result<Changed<Metadata>, Failure> {
    let Ends { from: (tree, from), to: (new_tree, to) } = arg.ends(caller)?;
    let refuse = |error| Err(Failure::endpoint(error));
    let Some(entry) = tree.current(&from)? else {
        return refuse(RelocationError::FromLookup { from_lookup: LookupError::NotFound });
    };
    let is_same_account = tree.account.profile.namespace == new_tree.account.profile.namespace;
    let is_inside = entry.kind() == Kind::Folder && to.is_within(&entry.path);
    if is_same_account && (is_inside || to.lower == entry.path.lower) {
        return refuse(RelocationError::DuplicatedOrNestedPaths);
    }
    let displayed = tree.displayed(&entry).entry.path;
    if caller.view.namespaces.iter().any(|(_, beginning)| beginning.is_within(&displayed)) {
        return refuse(RelocationError::CantCopySharedFolder);
    }
    let staged = Staged::reserve(&new_tree.account, &to)?;
    tree.account.copy_to(&entry, &staged)?;
    let put = new_tree.account.writer().put_copy(&staged, &to, arg.autorename);
    let entry = put.map_err(|refusal| Failure::refused(refusal, |to| RelocationError::To { to }))?;
    Ok(Changed { metadata: Metadata::from(&new_tree.displayed(&entry)) })
}
