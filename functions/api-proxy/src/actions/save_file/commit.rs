//! Write mode of a saved file, and the form of its time.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::answer::ApiError;

use crate::actions::parameters::invalid;

/// Minimum length of a revision, as at Dropbox.
const SHORTEST_REV: usize = 9;

/// Write mode: what happens to a file that exists already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mode {
    /// It stays, and the action is refused (`conflict`), unless it has the same bytes.
    #[default]
    Add,
    /// The file takes its place.
    Overwrite,
    /// The file takes its place, if it is still the revision that is named.
    Update,
}

impl Mode {
    /// Checks that there is a revision for an update, and for no other mode.
    pub(super) fn check(self, rev: Option<&str>) -> Result<(), ApiError> {
        match (self, rev) {
            (Self::Update, Some(rev)) if is_rev(rev) => Ok(()),
            (Self::Update, _) => Err(invalid("The mode update needs rev, a revision of Dropbox's.")),
            (_, Some(_)) => Err(invalid("The parameter rev belongs to the mode update.")),
            (_, None) => Ok(()),
        }
    }

    pub(super) fn to_dropbox(self, rev: Option<&str>) -> Value {
        match self {
            Self::Add => json!({".tag": "add"}),
            Self::Overwrite => json!({".tag": "overwrite"}),
            Self::Update => json!({".tag": "update", "update": rev}),
        }
    }
}

fn is_rev(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() >= SHORTEST_REV && text.bytes().all(is_digit)
}

/// Whether a text has the form of Dropbox's times, in whole seconds of UTC.
pub(super) fn is_timestamp(text: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00Z";
    let fits = |(byte, form): (u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == *form };
    text.len() == FORM.len() && text.bytes().zip(FORM).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_belongs_to_an_update() {
        assert!(Mode::Update.check(Some("015f9e3b2c4d5e6f")).is_ok());
        assert!(Mode::Add.check(None).is_ok());
        for (mode, rev) in [
            (Mode::Update, None),
            (Mode::Update, Some("015f")),
            (Mode::Update, Some("015F9E3B2C4D")),
            (Mode::Add, Some("015f9e3b2c4d5e6f")),
            (Mode::Overwrite, Some("015f9e3b2c4d5e6f")),
        ] {
            assert_eq!(mode.check(rev).unwrap_err().code, "invalid_parameters", "{mode:?} {rev:?}");
        }
    }

    #[test]
    fn a_time_has_dropboxs_form() {
        assert!(is_timestamp("2026-01-31T12:00:00Z"));
        for text in
            ["", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31T12:00:00.5Z", "2026-01-31 12:00:00Z"]
        {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
