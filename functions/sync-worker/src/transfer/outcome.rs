//! Outcomes of transfers, and how a run goes on after each.

use shared::model::{Cause, FileRevision, Timestamp, Transfer};

use super::{
    Run, acknowledge::Acknowledgement, counting, hand::After, lists, pace::Pace, progress::Stop, task::Tried,
};
use crate::{Failure, health::cause_of};

/// Result of one transfer.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The bytes are in the bucket; their number.
    Fetched(u64),
    /// The bytes of a file on a list are in the bucket, as is recorded with its item; their number, if they have just
    /// come. It is still to be acknowledged.
    Ready(Box<Acknowledgement>, Option<u64>),
    /// The transfer failed, with no attempts left.
    Failed,
    /// The transfer is done in another way: discarded, or its event published again.
    Done,
    /// The transfer failed and is tried again, not before this time.
    Later(Timestamp),
    /// The file is gone from Dropbox or has another revision; a walk must look. Tried again, not before this
    /// time.
    Gone(Timestamp),
    /// The transfer failed for a reason that may affect others, too. Tried again, not before this time.
    Failing(Timestamp, Cause),
    /// The transfer failed for a reason that is not the file's own, unless no other file fails for it. Tried
    /// again later.
    Stalled(Transfer, Cause),
    /// No file of the connection can be transferred now.
    Hindered(Cause),
    /// The account has another root, and a walk was requested. Tried again, not before this time.
    Elsewhere(Timestamp),
    /// The time of the run was up.
    OutOfTime,
    /// Dropbox requested a pause until this time.
    Paused(Timestamp),
    /// Dropbox refuses the tokens.
    NeedsReauth,
}

impl Outcome {
    /// Returns what has become of the file; `None` if it is still to be acknowledged.
    fn after(&self) -> Option<After> {
        match self {
            Self::Ready(..) => None,
            Self::Fetched(_) | Self::Failed | Self::Done => Some(After::Ended),
            Self::Later(_)
            | Self::Gone(_)
            | Self::Failing(..)
            | Self::Stalled(..)
            | Self::Elsewhere(_)
            | Self::OutOfTime => Some(After::InItsRow),
            Self::Hindered(_) | Self::Paused(_) | Self::NeedsReauth => Some(After::AsBefore),
        }
    }
}

/// Records what has become of a transfer that was tried.
pub(super) async fn tried(run: &mut Run<'_>, Tried { file, list, outcome }: Tried, pace: &Pace<'_>) {
    let after = match outcome {
        Ok(outcome) => {
            if let Outcome::Paused(_) = outcome {
                pace.paused();
            }
            let after = outcome.after();
            if let Some(acknowledgement) = run.progress.note(outcome) {
                run.gathered.add(list, acknowledgement);
            }
            after
        }
        Err(failure) => {
            put_off(run, &failure);
            Some(After::AsBefore)
        }
    };
    // Otherwise it stays in hand until it is acknowledged.
    if let Some(after) = after {
        lists::put_down(run, file, list, after).await;
    }
    counting::add(run, false).await;
}

/// Puts down files on lists that were acknowledged. If that failed, they stay on their lists.
pub(super) async fn acknowledged(
    run: &mut Run<'_>,
    files: Vec<(Option<u64>, FileRevision)>,
    outcome: Result<(), Failure>,
) {
    let after = if outcome.is_ok() { After::Ended } else { After::AsBefore };
    if let Err(failure) = outcome {
        put_off(run, &failure);
    }
    for (list, file) in files {
        lists::put_down(run, file, list, after).await;
    }
}

/// Ends the run because a transfer's result could not be stored. The message does not fail, because it
/// would come again at once.
pub(super) fn put_off(run: &mut Run<'_>, failure: &Failure) {
    let cause = cause_of(failure);
    tracing::warn!(connection = %run.connection.id, %failure, reason = %cause.code, "a run of transfers is put off");
    run.progress.stop_for(Stop::Hindered(cause));
}
