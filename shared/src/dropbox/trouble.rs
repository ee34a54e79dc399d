//! Meaning of Dropbox's errors for the health of a connection.

use super::DropboxError;
use crate::model::{Cause, TroubleCode};

impl DropboxError {
    /// Returns the cause of a failure with this error.
    #[must_use]
    pub fn cause(&self) -> Cause {
        let scope = match self {
            Self::MissingScope(scope) if !scope.is_empty() => Some(scope.clone()),
            _ => None,
        };
        Cause { code: self.code(), scope }
    }

    fn code(&self) -> TroubleCode {
        match self {
            Self::RateLimited(_) | Self::WritesLimited(_) => TroubleCode::RateLimited,
            // A fresh token did not help.
            Self::TokenExpired => TroubleCode::TokenRefused,
            Self::NeedsReauth(_) => TroubleCode::NeedsReauth,
            Self::MissingScope(_) => TroubleCode::MissingScope,
            Self::Suspended(_) => TroubleCode::AccountSuspended,
            Self::TeamNotAllowed(_) => TroubleCode::TeamNotAllowed,
            Self::CursorReset(_) => TroubleCode::CursorRefused,
            // A selected item may be gone without any trouble; a missing root is trouble.
            Self::RootMoved(_) | Self::AppFolder(_) | Self::NotFound(_) => TroubleCode::RootMissing,
            Self::Restricted(_) => TroubleCode::RestrictedContent,
            Self::Locked(_) => TroubleCode::Locked,
            Self::Unavailable(_) => TroubleCode::DropboxUnreachable,
            Self::Unreadable(_) => TroubleCode::PageUnreadable,
            Self::TooSlow(_) => TroubleCode::PageTooSlow,
            Self::AppRefused(_) => TroubleCode::AppRefused,
            Self::Refused(401 | 403, _) => TroubleCode::PermissionDenied,
            Self::Refused(..) | Self::CodeRefused(_) | Self::NotDownloadable(_) => {
                TroubleCode::RequestRefused
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn code(status: u16, body: &str) -> TroubleCode {
        let status = StatusCode::from_u16(status).unwrap();
        DropboxError::of(status, &HeaderMap::new(), body).cause().code
    }

    /// T3: a lasting refusal says who can repair it, in whatever form it comes.
    #[test]
    fn each_refusal_has_its_code() {
        use TroubleCode::*;
        let access = |tag: &str| format!(r#"{{"error_summary":"{tag}/..","error":{{".tag":"{tag}"}}}}"#);
        let text = "Error in call to API function \"files/list_folder\": ";
        for (status, body, expected) in [
            (401, access("user_suspended"), AccountSuspended),
            (401, access("invalid_select_user"), TeamNotAllowed),
            (401, access("invalid_select_admin"), TeamNotAllowed),
            (401, access("route_access_denied"), PermissionDenied),
            (401, access("invalid_access_token"), NeedsReauth),
            (401, access("a_tag_of_tomorrow"), PermissionDenied),
            (403, access("team_access_denied"), TeamNotAllowed),
            (403, access("no_permission"), PermissionDenied),
            (403, access("invalid_account_type/feature"), PermissionDenied),
            (403, "<html>Forbidden</html>".to_owned(), PermissionDenied),
            (400, format!("{text}request body: could not decode input as JSON"), RequestRefused),
            (400, format!("{text}The given OAuth 2 access token is malformed."), TokenRefused),
            (409, access("path/not_found"), RootMissing),
            (409, access("path/not_folder"), RequestRefused),
            (409, access("path/a_tag_of_tomorrow"), RequestRefused),
            (409, access("path/restricted_content"), RestrictedContent),
            (409, access("path/locked"), Locked),
            (422, access("no_permission"), RootMissing),
            (422, access("invalid_root"), RootMissing),
            (429, String::new(), RateLimited),
            (500, "Internal Server Error".to_owned(), DropboxUnreachable),
            (503, String::new(), DropboxUnreachable),
        ] {
            assert_eq!(code(status, &body), expected, "{status} {body}");
        }
    }

    #[test]
    fn the_missing_scope_is_named_and_nothing_but_a_scope_is() {
        let cause = |scope: &str| {
            let body = serde_json::json!({
                "error_summary": "missing_scope/..",
                "error": {".tag": "missing_scope", "required_scope": scope},
            });
            DropboxError::of(StatusCode::UNAUTHORIZED, &HeaderMap::new(), &body.to_string()).cause()
        };
        assert_eq!(cause("files.content.read").scope.as_deref(), Some("files.content.read"));
        assert_eq!(cause("<b>team_data.member</b>").scope.as_deref(), Some("bteam_data.memberb"));
        assert_eq!(cause(&"x".repeat(5000)).scope.map(|scope| scope.len()), Some(64));
        assert_eq!(cause("").scope, None);
        assert_eq!(cause("").code, TroubleCode::MissingScope);
    }
}
