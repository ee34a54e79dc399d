//! Progress of a save, as an opaque text for the caller.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use shared::{
    answer::ApiError,
    dropbox::{BLOCK, ContentHasher},
};

use crate::actions::parameters::invalid;

/// Maximum length of the text, in bytes: several times its usual length.
const LONGEST: usize = 4 * 1024;

/// Progress of a save. A caller may have forged it, but could only spoil their own file that way, because an
/// upload session opens only with its user's token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// Dropbox's id of the upload session.
    #[serde(rename = "s")]
    pub(super) session: String,
    /// Number of bytes in the session.
    #[serde(rename = "o")]
    pub(super) offset: u64,
    /// State of the content hash after these bytes.
    #[serde(rename = "h")]
    pub(super) hash: String,
    /// Version of the source's content, such as an `ETag`.
    #[serde(rename = "v")]
    pub(super) version: String,
}

impl Progress {
    pub(super) fn parse(text: &str) -> Result<Self, ApiError> {
        let read = || serde_json::from_slice::<Self>(&URL_SAFE_NO_PAD.decode(text).ok()?).ok();
        let progress = (text.len() <= LONGEST).then(read).flatten();
        progress.filter(|progress| progress.hasher().is_some()).ok_or_else(|| {
            invalid("The parameter resume must be what an unfinished call answered, as it is.")
        })
    }

    pub(super) fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Returns the content hasher in this state, unless the progress is invalid.
    pub(super) fn hasher(&self) -> Option<ContentHasher> {
        let is_whole = self.offset > 0 && self.offset.is_multiple_of(BLOCK as u64);
        if is_whole { ContentHasher::resume(&self.hash, self.offset) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_comes_back_as_it_went() {
        let mut hasher = ContentHasher::new();
        hasher.update(&vec![7; BLOCK]);
        let progress = Progress {
            session: "a session".to_owned(),
            offset: BLOCK as u64,
            hash: hasher.state_after(BLOCK as u64).unwrap(),
            version: "\"etag\"".to_owned(),
        };
        assert_eq!(Progress::parse(&progress.to_text()), Ok(progress.clone()));
        for offset in [0, 1, BLOCK as u64 + 1, u64::MAX] {
            let odd = Progress { offset, ..progress.clone() };
            assert!(Progress::parse(&odd.to_text()).is_err(), "{offset}");
        }
        let odd = Progress { hash: "none".to_owned(), ..progress };
        assert!(Progress::parse(&odd.to_text()).is_err());
    }

    #[test]
    fn what_is_no_progress_is_refused() {
        for text in ["", "%", "abc", &URL_SAFE_NO_PAD.encode("{}"), &"x".repeat(LONGEST + 1)] {
            assert_eq!(Progress::parse(text).unwrap_err().code, "invalid_parameters", "{text}");
        }
    }
}
