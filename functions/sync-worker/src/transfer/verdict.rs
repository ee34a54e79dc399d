//! The meaning of a failed attempt to fetch a file's bytes: for the file, the run and the connection. Pure.

use shared::{
    dropbox::DropboxError,
    dropbox_calls::CallError,
    model::{Cause, NotFetched, Timestamp},
};

use crate::{Failure, health::cause_of};

/// Maximum number of attempts at a file that Dropbox lists but does not serve, or refuses for an unknown
/// reason. After that the file waits until it changes or a resync asks for it again.
const ATTEMPTS_REFUSED: u32 = 3;
/// Maximum number of attempts at a file whose failure usually passes.
pub(super) const ATTEMPTS: u32 = 8;

/// Meaning of a failed attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Dropbox has asked for a pause until this time.
    Pause(Timestamp),
    /// Dropbox refuses the tokens.
    NeedsReauth,
    /// No file of the connection can be fetched.
    Connection(Cause),
    /// A service of ours failed. It does not count against the file, unless it is the only one to fail.
    Ours(Cause),
    /// The account has another root, which a walk must find.
    Elsewhere,
    /// Dropbox says that it has no such revision.
    Missing,
    /// Dropbox or the network failed, or Dropbox refused. Other files may be affected, too.
    Shared(NotFetched, Cause),
    /// Only this file is affected.
    File(NotFetched),
}

impl Verdict {
    /// Returns the meaning of a failure.
    pub(super) fn of(failure: &Failure) -> Self {
        match failure {
            Failure::Call(CallError::NeedsReauth) => Self::NeedsReauth,
            Failure::Call(CallError::Paused { until, .. }) => Self::Pause(*until),
            Failure::Call(CallError::Dropbox(error)) => Self::of_dropbox(error),
            _ => Self::Ours(cause_of(failure)),
        }
    }

    fn of_dropbox(error: &DropboxError) -> Self {
        match error {
            DropboxError::NeedsReauth(_) => Self::NeedsReauth,
            DropboxError::MissingScope(_)
            | DropboxError::Suspended(_)
            | DropboxError::TeamNotAllowed(_)
            | DropboxError::AppRefused(_)
            | DropboxError::TokenExpired => Self::Connection(error.cause()),
            DropboxError::RootMoved(_) | DropboxError::AppFolder(_) => Self::Elsewhere,
            DropboxError::NotFound(_) => Self::Missing,
            DropboxError::Restricted(_) => Self::File(NotFetched::Restricted),
            DropboxError::Locked(_) => Self::File(NotFetched::Locked),
            DropboxError::NotDownloadable(_) => Self::File(NotFetched::NotDownloadable),
            DropboxError::Unavailable(_)
            | DropboxError::Unreadable(_)
            | DropboxError::TooSlow(_)
            | DropboxError::RateLimited(_)
            | DropboxError::WritesLimited(_) => Self::Shared(NotFetched::Unreachable, error.cause()),
            DropboxError::Refused(..) | DropboxError::CursorReset(_) | DropboxError::CodeRefused(_) => {
                Self::Shared(NotFetched::Refused, error.cause())
            }
        }
    }
}

/// Returns the maximum number of attempts that may fail for this reason before the file counts as failed.
pub(super) fn attempts(reason: NotFetched) -> u32 {
    match reason {
        NotFetched::Unreadable | NotFetched::Refused => ATTEMPTS_REFUSED,
        NotFetched::Locked | NotFetched::HashMismatch | NotFetched::Unreachable => ATTEMPTS,
        NotFetched::Restricted
        | NotFetched::NotDownloadable
        | NotFetched::TooLarge
        | NotFetched::UnwantedFormat
        | NotFetched::FileLimit
        | NotFetched::Removed => 1,
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};
    use shared::{content::ContentError, model::TroubleCode, seal::SealError, store::StoreError};

    use super::*;

    fn verdict(status: u16, summary: &str) -> Verdict {
        let body = serde_json::json!({"error_summary": summary}).to_string();
        let status = StatusCode::from_u16(status).unwrap();
        Verdict::of(&DropboxError::of(status, &HeaderMap::new(), &body).into())
    }

    /// T4, T12: which refusals concern one file, and which of those may pass.
    #[test]
    fn a_refusal_of_one_file_is_its_own_and_says_whether_it_may_pass() {
        for (status, summary, reason, may_pass) in [
            (409, "path/locked/..", NotFetched::Locked, true),
            (409, "path/restricted_content/.", NotFetched::Restricted, true),
            (409, "unsupported_file/", NotFetched::NotDownloadable, false),
            (409, "path/unsupported_content_type/..", NotFetched::NotDownloadable, false),
            (409, "non_exportable/", NotFetched::NotDownloadable, false),
        ] {
            assert_eq!(verdict(status, summary), Verdict::File(reason), "{summary}");
            assert_eq!(reason.may_pass(), may_pass, "{summary}");
        }
        for (status, summary) in [(409, "path/of_tomorrow/"), (400, "malformed"), (403, "no_permission/.")] {
            assert!(matches!(verdict(status, summary), Verdict::Shared(NotFetched::Refused, _)), "{summary}");
        }
        assert!(NotFetched::Refused.may_pass() && NotFetched::Unreadable.may_pass());
        assert_eq!(verdict(409, "path/not_found/."), Verdict::Missing);
        assert!(matches!(verdict(503, ""), Verdict::Shared(NotFetched::Unreachable, _)));
    }

    #[test]
    fn what_is_about_the_connection_is_charged_to_no_file() {
        for (status, summary, code) in [
            (401, "missing_scope/", TroubleCode::MissingScope),
            (401, "user_suspended/..", TroubleCode::AccountSuspended),
            (401, "invalid_select_user/", TroubleCode::TeamNotAllowed),
            (403, "team_access_denied/", TroubleCode::TeamNotAllowed),
        ] {
            assert_eq!(verdict(status, summary), Verdict::Connection(code.into()), "{summary}");
        }
    }

    #[test]
    fn what_fails_here_is_charged_to_no_file() {
        for (failure, code) in [
            (Failure::Content(ContentError("denied".to_owned())), TroubleCode::StorageUnavailable),
            (
                Failure::Call(CallError::Seal(SealError::Unavailable("denied".to_owned()))),
                TroubleCode::KeyUnavailable,
            ),
            (Failure::Call(CallError::Seal(SealError::Broken)), TroubleCode::TokensUnreadable),
            (Failure::Store(StoreError::Unavailable("slow".to_owned())), TroubleCode::StoreUnavailable),
        ] {
            assert_eq!(Verdict::of(&failure), Verdict::Ours(code.into()), "{failure}");
        }
    }
}
