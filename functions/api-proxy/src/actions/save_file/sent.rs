//! Content of an upload session so far, and where another call can resume it.

use http::StatusCode;
use serde_json::Value;
use shared::{answer::ApiError, dropbox::ContentHasher};

use super::{progress::Progress, session::State, source::Source};
use crate::actions::failure::Failure;

/// Content of the session so far.
pub(super) struct Sent {
    pub(super) session: Option<String>,
    pub(super) offset: u64,
    pub(super) hasher: ContentHasher,
}

impl Sent {
    pub(super) fn after(progress: Option<Progress>) -> Self {
        let resumed = progress.and_then(|progress| Some((progress.hasher()?, progress)));
        match resumed {
            Some((hasher, progress)) => {
                Self { session: Some(progress.session), offset: progress.offset, hasher }
            }
            None => Self { session: None, offset: 0, hasher: ContentHasher::new() },
        }
    }

    /// Returns where another call can resume, if it can.
    pub(super) fn progress(&self, source: &Source) -> Option<Progress> {
        let (session, version) = (self.session.clone()?, source.version()?.to_owned());
        let hash = self.hasher.state_after(self.offset)?;
        Some(Progress { session, offset: self.offset, hash, version })
    }

    pub(super) fn unfinished(&self, source: &Source) -> Result<State, Failure> {
        let progress = self.progress(source).ok_or_else(not_resumable)?;
        Ok(State::Unfinished { progress, size: source.size() })
    }

    pub(super) fn resumable(&self, failure: Failure, source: &Source) -> Failure {
        of_session(failure, self.progress(source), self.offset)
    }
}

/// Adds to a failure where another call can resume, unless the session cannot be used any more.
pub(super) fn of_session(failure: Failure, progress: Option<Progress>, offset: u64) -> Failure {
    match progress {
        Some(progress) if !is_gone(&failure) => {
            failure.with("resume", progress.to_text()).with("saved_bytes", offset)
        }
        _ => failure,
    }
}

/// Codes of our failures after which the session cannot be used.
const ENDS: [&str; 2] = ["source_changed", "content_hash_mismatch"];

/// Whether the session does not exist any more, accepts no more bytes, or has other content.
fn is_gone(failure: &Failure) -> bool {
    if failure.code().is_some_and(|code| ENDS.contains(&code)) {
        return true;
    }
    let Some(error) = failure.dropbox_error() else { return false };
    let tag = error.pointer("/lookup_failed/.tag").or_else(|| error.get(".tag")).and_then(Value::as_str);
    matches!(tag, Some("not_found" | "closed" | "incorrect_offset"))
}

/// Whether Dropbox has all bytes up to `offset`, because an earlier attempt succeeded and only its answer was
/// lost.
pub(super) fn is_there(failure: &Failure, offset: u64) -> bool {
    failure.dropbox_error().is_some_and(|error| {
        error[".tag"] == "incorrect_offset" && error["correct_offset"].as_u64() == Some(offset)
    })
}

fn not_resumable() -> ApiError {
    let message = "The file needs more than one call, and its address names no version of it (a strong ETag) by which \
        another call could go on.";
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "source_not_resumable", message)
}
