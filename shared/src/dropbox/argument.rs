//! JSON in headers.

use std::fmt::Write;

use http::HeaderName;

/// The header with the argument of a content route.
pub const ARGUMENT: HeaderName = HeaderName::from_static("dropbox-api-arg");

/// Returns JSON as a value of `Dropbox-API-Arg`, in one line.
///
/// All characters except printable ASCII are escaped, as Dropbox requires ("JSON encoding" in its
/// documentation), characters beyond the basic plane as two surrogates.
#[must_use]
pub fn header_safe(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for character in json.chars() {
        match character {
            ' '..='~' => safe.push(character),
            // Whitespace between values cannot be escaped; a space means the same.
            '\t' | '\n' | '\r' if !in_string => safe.push(' '),
            _ => escape(character, &mut safe),
        }
        in_string ^= character == '"' && !escaped;
        escaped = in_string && character == '\\' && !escaped;
    }
    safe
}

fn escape(character: char, safe: &mut String) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        // Writing to a `String` cannot fail.
        let _ = write!(safe, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_is_no_printable_ascii_is_escaped() {
        assert_eq!(
            header_safe("{\"path\": \"/\u{fc}\u{7f} \u{1f600}\"}"),
            r#"{"path": "/\u00fc\u007f \ud83d\ude00"}"#
        );
    }

    #[test]
    fn several_lines_become_one() {
        let argument = "{\r\n\t\"path\": \"/a \\\"b\\\\\",\n\t\"mode\": \"add\"\n}";
        assert_eq!(header_safe(argument), r#"{   "path": "/a \"b\\",  "mode": "add" }"#);
        assert_eq!(header_safe("\"a\nb\""), r#""a\u000ab""#, "in a string it is not made a space");
    }

    proptest! {
        #[test]
        fn it_says_the_same(path in any::<String>()) {
            let argument = json!({"path": path});
            let safe = header_safe(&argument.to_string());
            prop_assert!(safe.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert_eq!(serde_json::from_str::<Value>(&safe).unwrap(), argument);
        }
    }
}
