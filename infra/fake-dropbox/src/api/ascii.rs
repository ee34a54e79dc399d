//! JSON that is valid in a header.

use std::fmt::Write;

use serde::Serialize;

/// Serializes `value` as JSON, with everything but printable ASCII escaped.
pub(crate) fn json(value: &impl Serialize) -> serde_json::Result<String> {
    let json = serde_json::to_string(value)?;
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            ' '..='~' => escaped.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            }
        }
    }
    Ok(escaped)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_no_ascii_is_escaped_as_utf_16() {
        assert_eq!(super::json(&"aé\u{7f}😀").unwrap(), r#""a\u00e9\u007f\ud83d\ude00""#);
    }
}
