//! Items and changes as JSON.

use serde_json::{Value, json};
use shared::model::{Change, ChangeKind, Connection, Facts, Item};

/// Returns an item: Dropbox's metadata, and the state of its bytes.
pub(crate) fn item(connection: &Connection, item: &Item) -> Value {
    let mut shown = facts(&item.facts);
    shown["content"] = content(connection, item);
    shown
}

/// Returns a change: its number, its kind, and the item after it.
pub(crate) fn change(change: &Change) -> Value {
    let mut shown = json!({
        "number": change.number,
        "kind": change.kind.as_str(),
        "item": facts(&change.item),
    });
    if let Some(content) = change.kind.content() {
        shown["content"] = json!(content);
    }
    match &change.kind {
        ChangeKind::Moved { from, .. } => shown["from"] = json!(from),
        ChangeKind::Deleted { why } => shown["why"] = json!(why),
        ChangeKind::Created { .. } | ChangeKind::Updated { .. } => {}
    }
    shown
}

fn facts(facts: &Facts) -> Value {
    let mut shown = json!(facts);
    if let Some(fields) = shown.as_object_mut() {
        let path = fields.remove("path_display").unwrap_or_default();
        fields.insert("path".to_owned(), path);
    }
    shown
}

fn content(connection: &Connection, item: &Item) -> Value {
    let mut shown = json!(item.content);
    if let Some(key) = item.content_key(connection) {
        shown["key"] = json!(key.as_str());
    }
    shown
}
