//! State of a file's bytes, in Carbon's words.

use shared::model::{Content, NotFetched};

/// State of a data source's transfers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Work {
    /// Whether Dropbox asked for a pause.
    pub(super) is_paused: bool,
    /// Whether a run of transfers is in progress.
    pub(super) is_under_way: bool,
}

/// State of a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// They must still be fetched.
    Queued,
    /// A run of transfers is in progress that fetches them.
    Syncing,
    /// They are fetched when Dropbox's pause is over.
    RateLimited,
    /// They are in the bucket, or a client has removed them, or the item is a folder, which has none.
    Ready,
    /// They are not fetched, for this reason.
    Error(NotFetched),
}

/// All of Carbon's words for statuses, as pairs for [`one_of`](crate::fields::one_of); only five of them
/// occur here.
pub(super) const WORDS: &[(&str, &str)] = &[
    ("DELAYED", "DELAYED"),
    ("QUEUED_FOR_SYNC", "QUEUED_FOR_SYNC"),
    ("SYNCING", "SYNCING"),
    ("READY", "READY"),
    ("SYNC_ERROR", "SYNC_ERROR"),
    ("EVALUATING_RESYNC", "EVALUATING_RESYNC"),
    ("RATE_LIMITED", "RATE_LIMITED"),
    ("SYNC_ABORTED", "SYNC_ABORTED"),
    ("QUEUED_FOR_OCR", "QUEUED_FOR_OCR"),
    ("READY_TO_SYNC", "READY_TO_SYNC"),
];

impl Status {
    /// Returns the status of a file, with the state of its data source's transfers.
    pub(super) fn of(content: &Content, work: Work) -> Self {
        match content {
            Content::None | Content::Ready { .. } | Content::Skipped { reason: NotFetched::Removed, .. } => {
                Self::Ready
            }
            Content::Pending { .. } if work.is_paused => Self::RateLimited,
            Content::Pending { .. } if work.is_under_way => Self::Syncing,
            Content::Pending { .. } => Self::Queued,
            Content::Skipped { reason, .. } | Content::Failed { reason, .. } => Self::Error(*reason),
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED_FOR_SYNC",
            Self::Syncing => "SYNCING",
            Self::RateLimited => "RATE_LIMITED",
            Self::Ready => "READY",
            Self::Error(_) => "SYNC_ERROR",
        }
    }

    /// Returns the reason why the bytes are missing, for people.
    pub(super) fn error(self) -> Option<&'static str> {
        match self {
            Self::Error(reason) => Some(reason.sentence()),
            _ => None,
        }
    }
}
