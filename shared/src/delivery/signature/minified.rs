//! JSON without blanks.

/// Returns JSON without the blanks between its values. Everything else stays byte for byte: texts with their
/// escapes, numbers with their digits, members in their order.
pub(super) fn minified(json: &[u8]) -> Vec<u8> {
    let (mut is_text, mut is_escaped) = (false, false);
    let is_kept = |byte: &u8| {
        let is_kept = is_text || !matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        if *byte == b'"' && !is_escaped {
            is_text = !is_text;
        }
        is_escaped = is_text && !is_escaped && *byte == b'\\';
        is_kept
    };
    json.iter().copied().filter(is_kept).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn text(json: &str) -> String {
        String::from_utf8(minified(json.as_bytes())).unwrap()
    }

    #[test]
    fn blanks_between_values_go_and_texts_stay() {
        assert_eq!(
            text("{\r\n\t\"a b\" : [ 1.50 , \" \\\" , \\\\\" ] }\n"),
            "{\"a b\":[1.50,\" \\\" , \\\\\"]}"
        );
        assert_eq!(text("\"\\\\\" : \" \""), "\"\\\\\":\" \"");
        assert_eq!(text(""), "");
    }

    proptest! {
        #[test]
        fn indented_json_becomes_compact_json(texts in proptest::collection::vec(".{0,12}", 0..6), number: i64) {
            let value: Value = json!({"texts": texts, "number": number, "none": {}, "empty": []});
            let indented = serde_json::to_vec_pretty(&value).unwrap();
            prop_assert_eq!(minified(&indented), serde_json::to_vec(&value).unwrap());
        }
    }
}
