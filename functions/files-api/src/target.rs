//! The target of a selection in a request's path.

use percent_encoding::percent_decode_str;
use shared::{
    answer::ApiError,
    model::{ItemId, Target},
    representation::EVERYTHING,
};

/// Prefix of Dropbox's ids.
const PREFIX: &str = "id:";
/// Maximum length of an id after the prefix, in bytes.
const LONGEST: usize = 200;

/// Reads a target from a part of the path, still percent-encoded.
pub(crate) fn parse(part: &str) -> Result<Target, ApiError> {
    let text = percent_decode_str(part).decode_utf8().unwrap_or_default();
    match text.as_ref() {
        EVERYTHING => Ok(Target::Everything),
        id if is_id(id) => Ok(Target::Item(ItemId::from(id))),
        _ => Err(ApiError::invalid(
            "malformed_target",
            "Select everything, or a file or folder by its Dropbox id: id: and up to 200 letters, digits, - and _.",
        )),
    }
}

fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let id = text.strip_prefix(PREFIX).unwrap_or_default();
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_account_and_ids_are_targets() {
        let id = Target::Item("id:a4ayc_80_OEAAAAAAAAAXw".into());
        assert_eq!(parse("everything"), Ok(Target::Everything));
        assert_eq!(parse("id:a4ayc_80_OEAAAAAAAAAXw"), Ok(id.clone()));
        assert_eq!(parse("id%3Aa4ayc_80_OEAAAAAAAAAXw"), Ok(id));
        assert!(parse(&format!("id:{}", "x".repeat(200))).is_ok());
    }

    #[test]
    fn nothing_else_is() {
        let long = format!("id:{}", "x".repeat(201));
        for text in [
            "",
            "id:",
            "a4ayc",
            "ID:a",
            "id:a b",
            "id:a%2Fb",
            "id:a#b",
            "id:ü",
            "id:%FF",
            "Everything",
            &long,
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
