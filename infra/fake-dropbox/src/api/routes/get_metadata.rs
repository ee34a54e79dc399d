//! `files/get_metadata`.

use serde::Deserialize;
use serde_json::Value;

use crate::api::{
    caller::Caller,
    error::{LookupError, ReadError},
    failure::Failure,
    page,
    path::READ,
    wire::Metadata,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetMetadataArg {
    path: String,
    #[serde(default)]
    include_deleted: bool,
    #[serde(default, rename = "include_media_info")]
    _include_media_info: bool,
    #[serde(default, rename = "include_has_explicit_shared_members")]
    _include_has_explicit_shared_members: bool,
    #[serde(rename = "include_property_groups")]
    _include_property_groups: Option<Value>,
}

/// Returns the metadata of a path, an id or a revision.
pub(crate) fn get_metadata(caller: &Caller, arg: &GetMetadataArg) -> Result<Metadata, Failure> {
    let error = |path| ReadError::Path { path };
    let path = READ.read("path", &arg.path, &caller.view.namespaces);
    let locator = path.map_err(|problem| Failure::reading(problem, error))?;
    let missing = || Failure::endpoint(error(LookupError::NotFound));
    if let Some(displayed) = caller.find(&locator)? {
        return Ok(Metadata::from(&page::placed(displayed, &caller.account.listings)));
    }
    let place = caller.resolve(&locator)?.filter(|_| arg.include_deleted);
    let Some((tree, locator)) = place else { return Err(missing()) };
    let deleted = tree.account.journal(|journal| journal.find_deleted(&locator))?.ok_or_else(missing)?;
    Ok(Metadata::deleted(&tree.displayed(&deleted).entry))
}
