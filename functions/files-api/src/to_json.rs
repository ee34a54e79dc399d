//! Items as JSON.

use serde_json::{Value, json};
use shared::{
    model::{Connection, Item},
    representation,
};

/// Returns an item: Dropbox's metadata, and the state of its bytes.
pub(crate) fn item(connection: &Connection, item: &Item) -> Value {
    let mut json = representation::metadata(&item.metadata);
    json["content"] = content(connection, item);
    json
}

fn content(connection: &Connection, item: &Item) -> Value {
    let mut json = json!(item.content);
    if let Some(key) = item.content_key(connection) {
        json["key"] = json!(key.as_str());
    }
    json
}
