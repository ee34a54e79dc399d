//! The header `Dropbox-API-Path-Root`, which says where the paths of a call begin.

use http::HeaderMap;
use serde::Deserialize;

use super::failure::{Failure, PathRootError};
use super::wire::RootInfo;
use crate::content::Profile;

#[derive(Deserialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
enum PathRoot {
    Home,
    Root { root: String },
    NamespaceId { namespace_id: String },
}

/// Checks that the paths begin in the account's home, which is its only namespace
pub(crate) fn check(headers: &HeaderMap, profile: &Profile) -> Result<(), Failure> {
    let Some(header) = headers.get("dropbox-api-path-root") else { return Ok(()) };
    let undecodable = "HTTP header \"Dropbox-API-Path-Root\": could not decode input as JSON";
    let root = serde_json::from_slice(header.as_bytes());
    let home = profile.namespace.to_string();
    match root.map_err(|_| Failure::Request(undecodable.to_owned()))? {
        PathRoot::Home => Ok(()),
        PathRoot::Root { root } if root == home => Ok(()),
        PathRoot::NamespaceId { namespace_id } if namespace_id == home => Ok(()),
        PathRoot::Root { .. } => {
            Err(Failure::PathRoot(PathRootError::InvalidRoot { invalid_root: RootInfo::from(profile) }))
        }
        PathRoot::NamespaceId { .. } => Err(Failure::PathRoot(PathRootError::NoPermission)),
    }
}
