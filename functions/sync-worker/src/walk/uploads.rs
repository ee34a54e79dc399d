//! Uploads: what one request of a client has selected. A client's label says which selections these are.
//!
//! An upload is queued when the last of its selections is listed. From then on a run of transfers that leaves
//! nothing to do reports that its files are processed.

use shared::model::{SelectionState, Target, Upload};

use super::state::Walk;
use crate::Failure;

/// What the end of a selection's listing means for the upload that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Queued {
    /// It belongs to no client's request.
    Alone,
    /// It is the last one of the request with this id.
    Last(Option<String>),
    /// Other selections of the request are not listed yet.
    OthersWait,
}

/// Returns what the end of a selection's listing will mean.
pub(super) async fn queued(walk: &Walk<'_>, target: &Target) -> Result<Queued, Failure> {
    let labels = walk.worker.labels.labels(walk.connection.id).await?;
    let Some(own) = labels.get(target) else { return Ok(Queued::Alone) };
    let waits = |other: &Target| {
        let is_same = labels.get(other).is_some_and(|label| label.request_id == own.request_id);
        other != target && own.request_id.is_some() && is_same
    };
    let mut selections = walk.choices.selections.iter();
    let others_wait = selections.any(|one| one.state == SelectionState::Wanted && waits(&one.target));
    Ok(if others_wait { Queued::OthersWait } else { Queued::Last(own.request_id.clone()) })
}

/// Records that the files of a client's request are to be reported as processed. Returns the upload, unless
/// others of its selections wait.
pub(super) async fn open(
    walk: &Walk<'_>,
    target: &Target,
    queued: &Queued,
) -> Result<Option<Upload>, Failure> {
    let upload = |request_id| Upload { request_id, last: target.clone(), number: walk.head.head };
    Ok(match queued {
        Queued::OthersWait => None,
        Queued::Alone => Some(upload(None)),
        Queued::Last(request_id) => {
            let upload = upload(request_id.clone());
            walk.worker.transfers.open_upload(walk.connection.id, &upload).await?;
            Some(upload)
        }
    })
}

/// Asks for the run of transfers that reports an upload's files as processed.
pub(super) async fn ask_for_end(walk: &Walk<'_>, queued: &Queued) -> Result<(), Failure> {
    match queued {
        Queued::Last(_) => walk.worker.ask_for_transfers(walk.connection.into()).await,
        Queued::Alone | Queued::OthersWait => Ok(()),
    }
}
