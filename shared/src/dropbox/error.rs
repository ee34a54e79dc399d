//! Dropbox's errors, grouped by what the caller can do about them.

use std::time::Duration;

use http::{HeaderMap, StatusCode, header::RETRY_AFTER};
use reqwest::Response;
use serde_json::Value;

use super::TransportError;

/// Pause if Dropbox names no time.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);
/// Longest pause, whatever a header says.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);
/// Number of bytes of an error's body that are read.
const ERROR_BODY: usize = 16 * 1024;

/// Longest name of a scope in an answer, in characters.
const LONGEST_SCOPE: usize = 64;

/// Endpoint errors for files whose bytes are not available.
const UNEXPORTABLE: [&str; 4] =
    ["unsupported_file", "path/unsupported_content_type", "non_exportable", "invalid_export_format"];

/// Reason why Dropbox did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DropboxError {
    /// Too many requests: no further one before this time has passed.
    #[error("Dropbox asks to wait {} s", .0.as_secs())]
    RateLimited(Duration),
    /// Too many writes to one namespace: no further write before this time has passed. Reads are not
    /// affected.
    #[error("Dropbox asks to wait {} s with writes", .0.as_secs())]
    WritesLimited(Duration),
    /// The access token has expired: refresh it and ask again.
    #[error("the access token has expired")]
    TokenExpired,
    /// The access or the refresh token is no longer valid: only the user can repair this, by connecting
    /// again.
    #[error("Dropbox refuses the tokens ({0}): the user must connect again")]
    NeedsReauth(String),
    /// The authorization code is unknown, used, or too old.
    #[error("Dropbox refuses the code: {0}")]
    CodeRefused(String),
    /// The cursor is no longer valid: list again, and compare.
    #[error("the cursor is of no use any more ({0})")]
    CursorReset(String),
    /// The account has another root by now: request it, and list again.
    #[error("the account is rooted elsewhere ({0})")]
    RootMoved(String),
    /// The app sees only its own folder: its requests must not name a root.
    #[error("the app sees its own folder only ({0})")]
    AppFolder(String),
    /// The grant lacks this permission: only a reconnect can repair this.
    #[error("the grant lacks the permission {0}")]
    MissingScope(String),
    /// Dropbox has suspended the account, for an unknown time.
    #[error("the account is suspended ({0})")]
    Suspended(String),
    /// The account's team does not allow the app, or not for this member.
    #[error("the team does not allow it ({0})")]
    TeamNotAllowed(String),
    /// Nothing exists at this path, id or revision.
    #[error("not found ({0})")]
    NotFound(String),
    /// Dropbox withholds the file, for instance after a takedown.
    #[error("Dropbox holds the file back ({0})")]
    Restricted(String),
    /// The file is locked: ask again later.
    #[error("the file is locked ({0})")]
    Locked(String),
    /// The file has no bytes that are available in this way.
    #[error("the file cannot be downloaded ({0})")]
    NotDownloadable(String),
    /// Dropbox or the network failed: ask again later.
    #[error("Dropbox cannot be reached: {0}")]
    Unavailable(String),
    /// The answer cannot be parsed: ask again later.
    #[error("Dropbox's answer cannot be read: {0}")]
    Unreadable(String),
    /// Our app's key or secret is refused, or the app is unknown here; no user can repair this.
    #[error("Dropbox refuses the app: {0}")]
    AppRefused(String),
    /// No answer came in the time available: ask for less.
    #[error("Dropbox takes too long: {0}")]
    TooSlow(String),
    /// The request is invalid or not allowed: asking again would not help.
    #[error("Dropbox refuses the request with {0}: {1}")]
    Refused(u16, String),
}

impl AsRef<Self> for DropboxError {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl From<TransportError> for DropboxError {
    fn from(error: TransportError) -> Self {
        Self::Unavailable(error.0)
    }
}

impl DropboxError {
    /// Converts an answer that is not a success. At most 16 KiB of its body are read.
    pub async fn of_response(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = beginning(response).await;
        Self::of(status, &headers, &body)
    }

    /// Converts an answer that is not a success; `body` is the part of the body that was read.
    #[must_use]
    pub fn of(status: StatusCode, headers: &HeaderMap, body: &str) -> Self {
        let json: Value = serde_json::from_str(body).unwrap_or_default();
        let summary = summary(&json, body);
        match status.as_u16() {
            429 if is_about_writes(&json, &summary) => Self::WritesLimited(wait(headers, &json)),
            429 => Self::RateLimited(wait(headers, &json)),
            401 if summary.starts_with("expired_access_token") => Self::TokenExpired,
            401 if summary.starts_with("invalid_access_token") => Self::NeedsReauth(summary),
            // A cursor of another account, app or root is reported as text, not as `reset`.
            400 if body.contains("sandbox app") => Self::AppFolder(summary),
            400 if body.to_ascii_lowercase().contains("cursor") => Self::CursorReset(summary),
            422 if summary.starts_with("invalid_root") || summary.starts_with("no_permission") => {
                Self::RootMoved(summary)
            }
            // Malformed tokens are reported this way; another token repairs it.
            400 if body.contains("access token is malformed") => Self::TokenExpired,
            401 if summary.starts_with("missing_scope") => Self::MissingScope(required_scope(&json)),
            401 if summary.starts_with("user_suspended") => Self::Suspended(summary),
            401 if summary.starts_with("invalid_select_") => Self::TeamNotAllowed(summary),
            403 if summary.starts_with("team_access_denied") => Self::TeamNotAllowed(summary),
            409 => Self::of_endpoint(headers, &json, summary),
            status if status >= 500 => Self::Unavailable(format!("{status} {summary}")),
            status => Self::Refused(status, summary),
        }
    }

    /// Converts an endpoint error, which is identified by the beginning of its summary; the end is random
    /// dots.
    fn of_endpoint(headers: &HeaderMap, json: &Value, summary: String) -> Self {
        let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| summary.starts_with(prefix));
        if begins(&["reset"]) {
            Self::CursorReset(summary)
        } else if begins(&["path/not_found", "path_lookup/not_found"]) {
            Self::NotFound(summary)
        } else if begins(&["path/restricted_content"]) {
            Self::Restricted(summary)
        } else if begins(&["path/locked"]) {
            Self::Locked(summary)
        } else if begins(&UNEXPORTABLE) {
            Self::NotDownloadable(summary)
        } else if is_about_writes(json, &summary) {
            Self::WritesLimited(wait(headers, json))
        } else if begins(&["too_many_requests"]) {
            Self::RateLimited(wait(headers, json))
        } else if begins(&["internal_error", "retry_error"]) {
            Self::Unavailable(summary)
        } else {
            Self::Refused(409, summary)
        }
    }
}

/// Returns the permission that an answer names. It is displayed to people, so only characters of scopes are
/// kept.
fn required_scope(json: &Value) -> String {
    let named = json.pointer("/error/required_scope").and_then(Value::as_str).unwrap_or_default();
    let of_a_scope = |char: &char| char.is_ascii_alphanumeric() || ['.', '_', ':'].contains(char);
    named.chars().filter(of_a_scope).take(LONGEST_SCOPE).collect()
}

/// Returns whether a limit is one of writes; the tag may be in several parts of the error.
fn is_about_writes(json: &Value, summary: &str) -> bool {
    const TAG: &str = "too_many_write_operations";
    let reason = json.pointer("/error/reason/.tag").or_else(|| json.pointer("/error/.tag"));
    reason.and_then(Value::as_str) == Some(TAG) || summary.split('/').any(|tag| tag == TAG)
}

/// Returns the pause that a rate-limited answer asks for: the longer of header and body, or five seconds if
/// neither has one.
fn wait(headers: &HeaderMap, json: &Value) -> Duration {
    let header = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse::<f64>().ok());
    let body = json.pointer("/error/retry_after").or_else(|| json.pointer("/retry_after"));
    let seconds = header.into_iter().chain(body.and_then(Value::as_f64)).map(whole_seconds).max();
    seconds.map_or(DEFAULT_WAIT, |seconds| Duration::from_secs(seconds.max(1))).min(LONGEST_WAIT)
}

/// Rounds a wait up to whole seconds. NaN and negative numbers give 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and a wait is bounded"
)]
fn whole_seconds(seconds: f64) -> u64 {
    seconds.ceil() as u64
}

/// Returns the summary without its trailing dots; for an answer that is not JSON, the beginning of its text.
fn summary(json: &Value, body: &str) -> String {
    match json.get("error_summary").and_then(Value::as_str) {
        Some(summary) => summary.trim_end_matches(['.', '/']).to_owned(),
        None => body.chars().take(200).collect::<String>().trim().to_owned(),
    }
}

async fn beginning(mut response: Response) -> String {
    let mut body = Vec::new();
    while let Ok(Some(piece)) = response.chunk().await {
        body.extend_from_slice(&piece);
        if body.len() >= ERROR_BODY {
            body.truncate(ERROR_BODY);
            break;
        }
    }
    String::from_utf8_lossy(&body).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, retry_after: Option<&str>, body: &str) -> DropboxError {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(RETRY_AFTER, value.parse().unwrap());
        }
        DropboxError::of(StatusCode::from_u16(status).unwrap(), &headers, body)
    }

    #[test]
    fn rate_limits_come_in_many_shapes() {
        let waits = |seconds| DropboxError::RateLimited(Duration::from_secs(seconds));
        let body = r#"{"error_summary":"too_many_requests/..","error":{"reason":{".tag":"too_many_requests"},"retry_after":7}}"#;
        assert_eq!(error(429, None, body), waits(7));
        assert_eq!(error(429, Some("300"), body), waits(300));
        assert_eq!(error(429, None, "slow down"), waits(5));
        assert_eq!(error(429, Some("99999999"), ""), waits(3600));
        assert_eq!(error(429, Some("1.2"), ""), waits(2));
        assert_eq!(error(429, Some("-3"), r#"{"error":{"retry_after":2.5}}"#), waits(3));
        assert_eq!(error(429, Some("soon"), ""), waits(5));
        assert_eq!(error(409, Some("2"), r#"{"error_summary":"too_many_requests/."}"#), waits(2));
    }

    /// T9: a limit of writes does not limit reads, in whatever form it comes.
    #[test]
    fn limits_of_writes_are_told_from_those_of_all_calls() {
        let waits = |seconds| DropboxError::WritesLimited(Duration::from_secs(seconds));
        let summary = |tags: &str| format!(r#"{{"error_summary":"{tags}/.."}}"#);
        let reason = r#"{"error":{"reason":{".tag":"too_many_write_operations"}}}"#;
        assert_eq!(error(429, Some("1"), reason), waits(1));
        assert_eq!(error(429, Some("0"), reason), waits(1));
        assert_eq!(error(429, None, reason), waits(5));
        assert_eq!(error(429, Some("99999999"), &summary("too_many_write_operations")), waits(3600));
        assert_eq!(error(429, Some("1.2"), &summary("too_many_write_operations")), waits(2));
        for tags in [
            "too_many_write_operations",
            "path/too_many_write_operations",
            "from_write/too_many_write_operations",
        ] {
            assert_eq!(error(409, Some("2"), &summary(tags)), waits(2), "{tags}");
        }
    }

    #[test]
    fn a_cursor_can_fail_in_two_ways() {
        let reset = error(409, None, r#"{"error_summary":"reset/...","error":{".tag":"reset"}}"#);
        assert_eq!(reset, DropboxError::CursorReset("reset".into()));
        let text =
            r#"Error in call to API function "files/list_folder/continue": Invalid "cursor" parameter"#;
        assert!(matches!(error(400, None, text), DropboxError::CursorReset(_)));
    }

    #[test]
    fn roots_fail_in_two_ways() {
        let moved = r#"{"error_summary":"invalid_root/..","error":{".tag":"invalid_root","invalid_root":{".tag":"team","root_namespace_id":"7","home_namespace_id":"1","home_path":"/u"}}}"#;
        assert_eq!(error(422, None, moved), DropboxError::RootMoved("invalid_root".into()));
        let folder = r#"Error in call to API function "files/list_folder": Path root is not supported for sandbox app"#;
        assert!(matches!(error(400, None, folder), DropboxError::AppFolder(_)));
    }

    #[test]
    fn a_server_error_in_html_is_no_reason_to_panic() {
        assert!(matches!(error(502, None, "<html>Bad Gateway</html>"), DropboxError::Unavailable(_)));
    }

    #[test]
    fn tokens_that_expired_are_told_from_tokens_that_are_void() {
        assert_eq!(
            error(401, None, r#"{"error_summary":"expired_access_token/.."}"#),
            DropboxError::TokenExpired
        );
        let void = error(401, None, r#"{"error_summary":"invalid_access_token/."}"#);
        assert_eq!(void, DropboxError::NeedsReauth("invalid_access_token".into()));
    }
}
