//! Header `Dropbox-API-Path-Root`, which sets where the paths of a call begin.

use std::sync::Arc;

use http::HeaderMap;
use serde::Deserialize;

use super::{
    caller::Caller,
    cursor::Cursor,
    failure::{Failure, PathRootError},
    view::{Tree, View},
    wire::RootInfo,
};
use crate::{AppAccess, AppSettings, content::Account};

#[derive(Deserialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
enum PathRoot {
    Home,
    Root { root: String },
    NamespaceId { namespace_id: String },
}

/// Returns the view of a call without headers about a cursor: the view of its listing.
pub(crate) fn of_cursor(cursor: &Cursor, account: &Arc<Account>, app: &AppSettings) -> Option<View> {
    let (roots, everything) = (account.roots(), || Tree::of(Arc::clone(account)));
    let views = match app.access {
        AppAccess::AppFolder => vec![View::of_app_folder(everything(), &roots, &app.name)],
        AppAccess::FullDropbox => {
            vec![View::of_home(everything(), &roots), View::of_root(everything(), &roots)]
        }
    };
    views.into_iter().find(|view| cursor.is_of(account, view))
}

/// Returns the view of a call with these headers.
pub(crate) fn view(headers: &HeaderMap, caller: &Caller) -> Result<View, Failure> {
    let (roots, everything) = (caller.account.roots(), Tree::of(caller.account.clone()));
    let header = headers.get("dropbox-api-path-root");
    if caller.app.access == AppAccess::AppFolder {
        let refused = || Failure::Request("Path root is not supported for sandbox app".to_owned());
        let view = View::of_app_folder(everything, &roots, &caller.app.name);
        return header.map_or(Ok(view), |_| Err(refused()));
    }
    let Some(header) = header else { return Ok(View::of_home(everything, &roots)) };
    let undecodable = "HTTP header \"Dropbox-API-Path-Root\": could not decode input as JSON";
    let root = serde_json::from_slice(header.as_bytes());
    let (root_id, home_id) = (roots.root.to_string(), roots.home.to_string());
    match root.map_err(|_| Failure::Request(undecodable.to_owned()))? {
        PathRoot::Home => Ok(View::of_home(everything, &roots)),
        PathRoot::Root { root } if root == root_id => Ok(View::of_root(everything, &roots)),
        PathRoot::NamespaceId { namespace_id } if namespace_id == root_id => {
            Ok(View::of_root(everything, &roots))
        }
        PathRoot::NamespaceId { namespace_id } if namespace_id == home_id => {
            Ok(View::of_home(everything, &roots))
        }
        PathRoot::Root { .. } => {
            Err(Failure::PathRoot(PathRootError::InvalidRoot { invalid_root: RootInfo::from(&roots) }))
        }
        PathRoot::NamespaceId { .. } => Err(Failure::PathRoot(PathRootError::NoPermission)),
    }
}
