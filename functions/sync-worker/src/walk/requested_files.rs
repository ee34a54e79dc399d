//! Files requests: what one request of a client has selected. A client's label says which selections these are.
//!
//! The files of a request are queued when none of its selections waits to be listed any more: each is listed, does not
//! exist, or is refused. From then on a run of transfers that leaves nothing to do reports that the files are processed.

use shared::model::{Event, FilesRequest, SelectionState, Target};

use super::state::Walk;
use crate::Failure;

/// Reports that the files of a selection's request are queued, and asks for the run of transfers that reports their end.
///
/// Nothing is reported while others of the request's selections wait, or if no client's request has selected it. It is
/// called before the selection's state is stored, so that a process that dies in between does not leave the request
/// without an end.
pub(super) async fn queue(walk: &Walk<'_>, target: &Target) -> Result<(), Failure> {
    let labels = walk.worker.store.labels(walk.connection.id).await?;
    let Some(own) = labels.get(target) else { return Ok(()) };
    let is_same = |other: &Target| labels.get(other).is_some_and(|label| label.request_id == own.request_id);
    let waits = |other: &Target| other != target && own.request_id.is_some() && is_same(other);
    let mut selections = walk.choices.selections.iter();
    if selections.any(|one| one.state == SelectionState::Requested && waits(&one.target)) {
        return Ok(());
    }
    let request = open(walk, own.request_id.clone(), target).await?;
    walk.worker.bus.publish(vec![Event::files_queued(walk.connection, request)]).await?;
    walk.worker.ask_for_transfers(walk.connection.into()).await
}

/// Opens a files request. One that is open already, because the process died after that, stays what it is, so that its
/// event stays the same.
async fn open(walk: &Walk<'_>, request_id: Option<String>, last: &Target) -> Result<FilesRequest, Failure> {
    let (connection, transfers) = (walk.connection.id, &walk.worker.store);
    let (_, open) = transfers.transfer_schedule_and_requests(connection).await?;
    if let Some(known) = open.into_iter().find(|one| one.request_id == request_id && one.last == *last) {
        return Ok(known);
    }
    let request = FilesRequest { request_id, last: last.clone(), number: walk.head.head };
    transfers.open_request(connection, &request).await?;
    Ok(request)
}
