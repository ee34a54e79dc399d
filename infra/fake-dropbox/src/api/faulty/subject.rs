//! Subject of a call, for faults that affect a single file or folder.

use axum::extract::Request;
use serde_json::Value;
use tokio::task::spawn_blocking;

use crate::api::{caller::Caller, cursor::Cursor, path::READ, path_root, route::Route};

/// Pointers to the members of arguments that name files and folders.
const FIELDS: [&str; 4] = ["/path", "/from_path", "/to_path", "/commit/path"];

/// Returns the paths and ids of a call's subjects; none if no fault depends on them.
pub(in crate::api) async fn names(route: &Route, caller: &Caller, request: &mut Request) -> Vec<String> {
    if !caller.account.faults.depends_on_subject(route.name) {
        return Vec::new();
    }
    let argument = route.style.peek(request).await;
    let Ok(argument) = serde_json::from_slice::<Value>(&argument) else { return Vec::new() };
    let (caller, view) = (caller.clone(), path_root::view(request.headers(), caller));
    let named = spawn_blocking(move || {
        let seeing = view.ok().and_then(|view| caller.clone().looking_at(view).ok());
        let caller = seeing.unwrap_or(caller);
        let mut names = listed(&caller, &argument);
        names.extend(FIELDS.iter().filter_map(|field| argument.pointer(field)?.as_str()).flat_map(|text| {
            let found = found(&caller, text);
            found.into_iter().flatten().chain([text.to_owned()])
        }));
        names
    });
    named.await.unwrap_or_default()
}

/// Returns the id and path of what `text` names.
fn found(caller: &Caller, text: &str) -> Option<[String; 2]> {
    let locator = READ.read("path", text, &caller.view.namespaces).ok()?;
    let entry = caller.find(&locator).ok()??.entry;
    Some([entry.id, entry.path.lower])
}

/// Returns the names of the folder that the cursor of a call lists.
fn listed(caller: &Caller, argument: &Value) -> Vec<String> {
    let cursor = argument["cursor"].as_str().and_then(|text| Cursor::decode(text, caller).ok());
    match cursor.map(|cursor| cursor.folder) {
        Some(Some(folder)) => vec![folder.id, folder.path_lower],
        Some(None) => vec![String::new()],
        None => Vec::new(),
    }
}
