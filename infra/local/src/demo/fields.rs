//! Fields of the API's answers.

use serde_json::Value;

/// Returns a text of an object, or an empty one.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// Returns a number of an object, or 0.
pub(super) fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_default()
}
