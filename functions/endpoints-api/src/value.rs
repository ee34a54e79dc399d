//! Reads the values of members.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a value of a type that says itself what its JSON is.
pub(crate) fn value<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

/// Reads a text.
pub(crate) fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
