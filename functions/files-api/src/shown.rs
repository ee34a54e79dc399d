//! Items as JSON.

use serde_json::{Value, json};
use shared::{
    model::{Connection, Item},
    representation,
};

/// Returns an item: Dropbox's metadata, and the state of its bytes.
pub(crate) fn item(connection: &Connection, item: &Item) -> Value {
    let mut shown = representation::metadata(&item.metadata);
    shown["content"] = content(connection, item);
    shown
}

fn content(connection: &Connection, item: &Item) -> Value {
    let mut shown = json!(item.content);
    if let Some(key) = item.content_key(connection) {
        shown["key"] = json!(key.as_str());
    }
    shown
}
