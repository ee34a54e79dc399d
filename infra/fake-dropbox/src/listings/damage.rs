//! Entries that clients cannot parse.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Placeholder for bytes that no JSON text can contain.
const PLACE: &str = "\u{e000}";

/// Damage of an entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Damage {
    /// The entry is replaced by another value.
    Replaced {
        /// Value.
        by: Value,
    },
    /// A field is missing.
    Without {
        /// Field.
        field: String,
    },
    /// A field has another value.
    With {
        /// Field.
        field: String,
        /// Value.
        value: Value,
    },
    /// The text of a field ends with half of a surrogate pair, escaped.
    LoneSurrogate {
        /// Field.
        field: String,
    },
    /// The text of a field ends with a byte that is invalid in UTF-8.
    InvalidUtf8 {
        /// Field.
        field: String,
    },
    /// The entry is replaced by this text, even if the whole page is invalid JSON then.
    Raw {
        /// Text.
        text: String,
    },
}

impl Damage {
    /// Returns the bytes of an entry with this damage.
    pub(crate) fn of(&self, mut entry: Value) -> Vec<u8> {
        match self {
            Self::Replaced { by } => by.to_string().into_bytes(),
            Self::Without { field } => {
                if let Some(fields) = entry.as_object_mut() {
                    fields.remove(field);
                }
                entry.to_string().into_bytes()
            }
            Self::With { field, value } => {
                entry[field] = value.clone();
                entry.to_string().into_bytes()
            }
            Self::LoneSurrogate { field } => ending_in(entry, field, b"\\ud800"),
            Self::InvalidUtf8 { field } => ending_in(entry, field, b"\xff"),
            Self::Raw { text } => text.clone().into_bytes(),
        }
    }
}

/// Returns the entry with `end` appended to the text of a field.
fn ending_in(mut entry: Value, field: &str, end: &[u8]) -> Vec<u8> {
    let text = entry[field].as_str().unwrap_or_default();
    entry[field] = format!("{text}{PLACE}").into();
    let json = entry.to_string();
    let (before, after) = json.split_once(PLACE).unwrap_or((&json, ""));
    [before.as_bytes(), end, after.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn damaged_text_is_no_unicode() {
        let damaged = |damage: Damage| damage.of(json!({"name": "a"}));
        let field = || "name".to_owned();
        assert_eq!(damaged(Damage::LoneSurrogate { field: field() }), br#"{"name":"a\ud800"}"#);
        assert_eq!(damaged(Damage::InvalidUtf8 { field: field() }), b"{\"name\":\"a\xff\"}");
        for damage in [Damage::LoneSurrogate { field: field() }, Damage::InvalidUtf8 { field: field() }] {
            assert!(serde_json::from_slice::<Value>(&damaged(damage)).is_err());
        }
    }
}
