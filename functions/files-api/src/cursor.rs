//! Position of a reader of the files, as an opaque cursor.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use shared::{answer::ApiError, model::ItemId};

/// Maximum length of a position, in bytes: that of a row's key.
const LONGEST_PLACE: usize = 1_024;

/// Position of a reader of the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// Number of the last change that was applied before the first page was read.
    #[serde(rename = "n")]
    pub(crate) number: u64,
    /// The last item read, in the store's order.
    #[serde(rename = "a")]
    pub(crate) after: ItemId,
}

impl Cursor {
    pub(crate) fn parse(text: &str) -> Result<Self, ApiError> {
        let read = || serde_json::from_slice::<Self>(&URL_SAFE_NO_PAD.decode(text).ok()?).ok();
        let is_place = |cursor: &Self| (1..=LONGEST_PLACE).contains(&cursor.after.as_str().len());
        read().filter(is_place).ok_or_else(|| {
            ApiError::invalid("malformed_cursor", "cursor must be one that this route gave, as it is.")
        })
    }

    pub(crate) fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let cursor = Cursor { number: u64::MAX, after: "id:a-b_c".into() };
        assert_eq!(Cursor::parse(&cursor.to_text()), Ok(cursor));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let long = format!(r#"{{"n":1,"a":"{}"}}"#, "x".repeat(1_025));
        for text in
            ["".to_owned(), "%".to_owned(), "abc".to_owned(), encoded("{}"), encoded(r#"{"n":-1,"a":"x"}"#)]
        {
            assert!(Cursor::parse(&text).is_err(), "{text}");
        }
        for text in [r#"{"n":1,"a":""}"#, &long] {
            assert!(Cursor::parse(&encoded(text)).is_err(), "{text}");
        }
    }
}
