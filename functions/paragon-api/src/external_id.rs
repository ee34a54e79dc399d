//! The application's own ids for credentials and configurations.

use serde_json::Value;
use shared::model::is_external_id;

use crate::fields::{Read, text};

/// Maximum length of an id, in bytes.
const MAX_LENGTH: usize = 255;

/// Reads an id: one that the SDK cannot mistake for one of ours, and without invisible characters.
pub(crate) fn external_id(value: &Value) -> Read<String> {
    let given = text(1..=MAX_LENGTH)(value)?;
    if is_external_id(&given) {
        return Ok(given);
    }
    Err("must have no blanks at its ends and no control characters, must not begin with ext:, and be no UUID"
        .into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_neither_ours_nor_marked_as_the_applications() {
        for good in ["a", "work account", "ünïcode ☃", "1234"] {
            assert_eq!(external_id(&json!(good)).as_deref(), Ok(good));
        }
        let long = "x".repeat(256);
        let uuid = "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a";
        for bad in [
            "",
            " a",
            "a ",
            "a\nb",
            "\u{0}",
            "ext:a",
            uuid,
            &uuid.to_uppercase(),
            &uuid.replace('-', ""),
            &long,
        ] {
            assert!(external_id(&json!(bad)).is_err(), "{bad}");
        }
        assert!(external_id(&json!(7)).is_err());
    }
}
