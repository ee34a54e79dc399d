//! Runs one walk and one run of transfers per connection at a time, whichever lane a message came in and
//! however often it is delivered.
//!
//! Work begins with a lease that expires by itself if the process dies, because no invocation lives longer. A
//! message that finds the lease taken is parked and acknowledged; the lease's holder sends it when its own
//! work ends, so that it is neither lost nor waits in a queue in front of others. If the holder dies or
//! cannot end its lease, the parked message becomes due when the lease must have expired, and a tick sends
//! it. A long walk is therefore followed by a notification that came meanwhile, and a stream of notifications
//! by the long walk that is pending: they take turns.

use std::time::Duration;

use shared::{
    model::{ConnectionId, Lane, Linked, Timestamp},
    store::{Holder, Lease},
};

use crate::{Failure, Worker};

/// Maximum difference between two machines' clocks.
const SKEW: Duration = Duration::from_secs(10);
/// Longest duration of a walk: the function's timeout, as in `infra/template.yaml`.
pub(crate) const WALK_TIME: Duration = Duration::from_secs(120);
/// Longest duration of a run of transfers: the function's timeout, as in `infra/template.yaml`.
pub(crate) const TRANSFERS_TIME: Duration = Duration::from_secs(900);

/// A lease that this invocation has.
struct Shift {
    lease: Lease,
    holder: Holder,
}

/// Does the work of a lane's message, or parks the message if another invocation is working on the
/// connection. `work` gets the time of the last notification that the message stands for.
pub(crate) async fn in_turn<Work>(
    worker: &Worker,
    connection: ConnectionId,
    lane: Lane,
    message: &str,
    work: impl FnOnce(Option<Timestamp>) -> Work + Send,
) -> Result<(), Failure>
where
    Work: Future<Output = Result<(), Failure>> + Send,
{
    let Some(shift) = begin(worker, connection, lane, message).await? else { return Ok(()) };
    // Before the work, not after it: a request that is made from here on must get a message of its own.
    let done = match worker.requests.end_claim(connection, lane).await {
        Ok(notified_at) => work(notified_at).await,
        Err(error) => Err(error.into()),
    };
    end(worker, connection, shift).await;
    done
}

/// Takes the lease; returns `None` if another invocation has it and the message was parked.
async fn begin(
    worker: &Worker,
    connection: ConnectionId,
    lane: Lane,
    message: &str,
) -> Result<Option<Shift>, Failure> {
    if let Some(shift) = take_lease(worker, connection, lane).await? {
        return Ok(Some(shift));
    }
    let until = worker.clock.now().plus(longest(lane));
    worker.requests.park(connection, lane, message, until).await?;
    // The holder may have ended in between without seeing the parked message.
    take_lease(worker, connection, lane).await
}

async fn take_lease(worker: &Worker, connection: ConnectionId, lane: Lane) -> Result<Option<Shift>, Failure> {
    let (lease, now) = (lease(connection, lane), worker.clock.now());
    let holder = worker.leases.take_lease(lease, now, now.plus(longest(lane))).await?;
    Ok(holder.map(|holder| Shift { lease, holder }))
}

/// Ends the lease, and sends the messages parked meanwhile. A failure here only delays them: the lease
/// expires by itself, and a tick sends what is parked.
async fn end(worker: &Worker, connection: ConnectionId, shift: Shift) {
    let ended = worker.leases.end_lease(shift.lease, shift.holder).await;
    let resumed = resume(worker, connection, shift.lease).await;
    if let Err(failure) = ended.map_err(Failure::from).and(resumed) {
        tracing::warn!(%connection, %failure, "what was parked waits for a tick");
    }
}

/// Sends the messages that are parked for a lease.
async fn resume(worker: &Worker, connection: ConnectionId, ended: Lease) -> Result<(), Failure> {
    let mut parked = worker.requests.parked(connection).await?;
    parked.retain(|(lane, _)| lease(connection, *lane) == ended);
    if parked.is_empty() {
        return Ok(());
    }
    let project = worker.store.connection(connection).await?.map(|found| found.project);
    for (lane, body) in parked {
        worker.requests.resume(Linked { connection, project }, lane, &body).await?;
    }
    Ok(())
}

/// Returns the lease of a lane's work on a connection. The two lanes of walks share one.
fn lease(connection: ConnectionId, lane: Lane) -> Lease {
    match lane {
        Lane::Transfers => Lease::Transfers(connection),
        Lane::Changes | Lane::Bulk => Lease::Walk(connection),
    }
}

/// Returns how long a lane's work may keep its lease.
fn longest(lane: Lane) -> Duration {
    let time = if lane == Lane::Transfers { TRANSFERS_TIME } else { WALK_TIME };
    time + SKEW
}
