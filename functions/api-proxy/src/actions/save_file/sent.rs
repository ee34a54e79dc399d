//! What is in an upload session so far, and from where another call can go on.

use http::StatusCode;
use serde_json::Value;
use shared::{answer::ApiError, dropbox::ContentHasher};

use super::{progress::Progress, session::State, source::Source};
use crate::actions::failure::Failure;

/// What is in the session so far.
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

    /// From where another call could go on.
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

/// A failure, and from where another call can go on, unless the session is no more.
pub(super) fn of_session(failure: Failure, progress: Option<Progress>, offset: u64) -> Failure {
    match progress {
        Some(progress) if !is_gone(&failure) => {
            failure.with("resume", progress.to_text()).with("saved_bytes", offset)
        }
        _ => failure,
    }
}

/// Failures of ours after which the session is of no use.
const ENDS: [&str; 2] = ["source_changed", "content_hash_mismatch"];

/// Whether Dropbox has no such session any more, or one that takes no more bytes, or those of another content.
fn is_gone(failure: &Failure) -> bool {
    if failure.code().is_some_and(|code| ENDS.contains(&code)) {
        return true;
    }
    let Some(error) = failure.dropbox_error() else { return false };
    let tag = error.pointer("/lookup_failed/.tag").or_else(|| error.get(".tag")).and_then(Value::as_str);
    matches!(tag, Some("not_found" | "closed" | "incorrect_offset"))
}

/// Whether Dropbox has all bytes up to `offset`: the answer to an earlier attempt was lost.
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
