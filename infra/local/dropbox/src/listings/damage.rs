//! Entries that no client can read.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What stands for a text until its bytes are put in, which no JSON text could hold.
const PLACE: &str = "\u{e000}";

/// How an entry is damaged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Damage {
    /// Something else is in its place.
    Replaced {
        /// What.
        by: Value,
    },
    /// It lacks a field.
    Without {
        /// Which.
        field: String,
    },
    /// A field is another.
    With {
        /// Which.
        field: String,
        /// What it is.
        value: Value,
    },
    /// The text of a field ends in half of a surrogate pair, escaped.
    LoneSurrogate {
        /// Which.
        field: String,
    },
    /// The text of a field ends in a byte that no UTF-8 has.
    InvalidUtf8 {
        /// Which.
        field: String,
    },
    /// This text is in its place, even where that makes the whole page no JSON.
    Raw {
        /// The text.
        text: String,
    },
}

impl Damage {
    /// The bytes of an entry that is damaged like this.
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

/// The entry with `end` after the text of a field.
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
