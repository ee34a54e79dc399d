//! Bodies of requests.

use serde::de::DeserializeOwned;

/// Reads a body of at most `limit` bytes that is a JSON object; `None` for any other one. Without the look at
/// its beginning, serde would also read an array of the members.
#[must_use]
pub fn object<T: DeserializeOwned>(body: &[u8], limit: usize) -> Option<T> {
    if body.len() > limit || !body.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    serde_json::from_slice(body).ok()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Pair {
        left: u8,
        right: Option<u8>,
    }

    #[test]
    fn an_object_is_read_and_an_array_of_its_members_is_not() {
        let pair = Some(Pair { left: 1, right: None });
        for body in [r#"{"left": 1}"#, " \r\n\t{\"left\": 1, \"right\": null} "] {
            assert_eq!(object(body.as_bytes(), 100), pair, "{body}");
        }
        for body in ["[1, null]", "[]", "null", "1", "", "{", "{\"left\": 1} {}", "\u{feff}{\"left\": 1}"] {
            assert_eq!(object::<Pair>(body.as_bytes(), 100), None, "{body}");
        }
        assert_eq!(object::<Pair>(br#"{"left": 1}"#, 10), None);
    }
}
