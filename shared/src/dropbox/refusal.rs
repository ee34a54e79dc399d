//! Refusals of one file or folder: Dropbox works otherwise, and only the item that the request names is out
//! of reach.

use serde::{Deserialize, Serialize};

use super::DropboxError;

/// Longest summary that is kept, in characters.
const SUMMARY_CHARACTERS: usize = 200;
/// Longest tag of Dropbox's, in characters.
const CODE_CHARACTERS: usize = 64;
/// Code for an id that Dropbox cannot parse.
const MALFORMED: &str = "malformed_id";
/// Code for an answer without a tag.
const UNNAMED: &str = "refused";

/// A refusal of one file or folder by Dropbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The innermost tag of Dropbox's error, such as `restricted_content` or `locked`; `malformed_id` for an
    /// id that Dropbox cannot parse.
    pub code: String,
    /// Dropbox's summary of the error, at most 200 characters.
    pub summary: String,
}

impl DropboxError {
    /// Returns the refusal of the single file or folder that a request named. Returns `None` if the error is
    /// about the connection or the account, if another attempt may succeed, or if the item does not exist.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Restricted(summary)
            | Self::Locked(summary)
            | Self::NotDownloadable(summary)
            | Self::Refused(409, summary) => {
                Some(Refusal { code: code(summary), summary: shortened(summary) })
            }
            // The text is about the argument; if the request names one id, nothing else can be wrong.
            Self::Refused(400, text) if text.contains("request body") => {
                Some(Refusal { code: MALFORMED.to_owned(), summary: shortened(text) })
            }
            _ => None,
        }
    }
}

/// Returns the innermost tag of a summary such as `path/restricted_content`. Text after the tags is ignored.
fn code(summary: &str) -> String {
    let is_tag = |part: &&str| {
        (1..=CODE_CHARACTERS).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    summary.split('/').take_while(is_tag).last().unwrap_or(UNNAMED).to_owned()
}

fn shortened(summary: &str) -> String {
    summary.chars().take(SUMMARY_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn code_of(status: u16, body: &str) -> Option<String> {
        let status = StatusCode::from_u16(status).unwrap();
        DropboxError::of(status, &HeaderMap::new(), body).refusal().map(|refusal| refusal.code)
    }

    #[test]
    fn any_error_about_the_path_is_a_refusal_of_that_path() {
        let summaries = [
            ("path/restricted_content/..", "restricted_content"),
            ("path/locked/.", "locked"),
            ("path/no_permission/", "no_permission"),
            ("path/malformed_path/...", "malformed_path"),
            ("path/unsupported_content_type/", "unsupported_content_type"),
            ("path/hologram_2/..", "hologram_2"),
            ("other/..", "other"),
            ("Something in words", "refused"),
        ];
        for (summary, code) in summaries {
            let body = serde_json::json!({"error_summary": summary}).to_string();
            assert_eq!(code_of(409, &body).as_deref(), Some(code), "{summary}");
        }
        let text = r#"Error in call to API function "files/get_metadata": request body: path: 'id:' did not match pattern"#;
        assert_eq!(code_of(400, text).as_deref(), Some("malformed_id"));
    }

    #[test]
    fn what_is_about_the_connection_or_may_pass_is_none() {
        let others = [
            (401, r#"{"error_summary":"missing_scope/."}"#),
            (403, r#"{"error_summary":"no_permission/."}"#),
            (400, "The given OAuth 2 access token is malformed."),
            (409, r#"{"error_summary":"path/not_found/"}"#),
            (409, r#"{"error_summary":"too_many_write_operations/"}"#),
            (409, r#"{"error_summary":"internal_error/"}"#),
            (422, r#"{"error_summary":"no_permission/"}"#),
            (429, ""),
            (500, ""),
        ];
        for (status, body) in others {
            assert_eq!(code_of(status, body), None, "{status} {body}");
        }
    }

    #[test]
    fn a_summary_is_kept_short() {
        let long = DropboxError::Refused(409, format!("path/{}", "ü".repeat(500)));
        let refusal = long.refusal().unwrap();
        assert_eq!((refusal.summary.chars().count(), refusal.code.as_str()), (200, "path"));
    }
}
