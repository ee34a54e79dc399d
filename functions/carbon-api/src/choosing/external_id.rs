//! Dropbox's ids of files and folders, as clients send them.

use serde_json::Value;

use crate::fields::{Read, WrongField};

/// Maximum length of an id after its prefix, in bytes.
const LONGEST: usize = 200;

/// Reads an id in Dropbox's form.
pub(super) fn external_id(value: &Value) -> Read<String> {
    let id = value.as_str().filter(|id| is_id(id));
    id.map(str::to_owned).ok_or_else(|| {
        let message = "ensure this is an id of Dropbox's: id: and up to 200 letters, digits, - and _";
        vec![WrongField::new(message, "value_error.id")]
    })
}

fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let id = text.strip_prefix("id:").unwrap_or_default();
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_of_dropboxs_form() {
        assert!(external_id(&json!("id:a4ayc_80_OEAAAAAAAAAXw")).is_ok());
        let long = format!("id:{}", "x".repeat(201));
        for value in
            [json!("id:"), json!(""), json!("/a"), json!("id:a/b"), json!(1), json!(null), json!(long)]
        {
            assert!(external_id(&value).is_err(), "{value}");
        }
    }
}
