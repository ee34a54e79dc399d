//! Runs one walk and one run of transfers per connection at a time, whichever lane a message came in and
//! however often it is delivered.
//!
//! Work begins with a lease that expires by itself if the process dies, because no invocation lives longer. A
//! message that finds the lease taken is parked and acknowledged; the lease's holder sends it when its own
//! work ends, so that it is neither lost nor waits in a queue in front of others. If the holder dies or
//! cannot end its lease, the parked message becomes due when the lease must have expired, and a tick sends
//! it. A long walk is therefore followed by a notification that came meanwhile, and a stream of notifications
//! by the long walk that is pending: they take turns.
//!
//! The lease of a walk is part of HEAD. Whoever takes it is the walker, and its last commit ends it.

use std::time::Duration;

use shared::{
    model::{ConnectionId, ConnectionStatus, Head, Lane, Linked, Timestamp},
    store::{HeadLease, Holder, Lease, StoreError},
};

use crate::{Failure, Worker};

/// Maximum difference between two machines' clocks.
const SKEW: Duration = Duration::from_secs(10);
/// Longest duration of a walk: the function's timeout, as in `infra/template.yaml`.
pub(crate) const WALK_TIME: Duration = Duration::from_secs(120);
/// Longest duration of a run of transfers: the function's timeout, as in `infra/template.yaml`.
pub(crate) const TRANSFERS_TIME: Duration = Duration::from_secs(900);

/// Beginning of the work of a shift: the state that was read or taken with the lease.
#[derive(Debug)]
pub(crate) struct Beginning {
    /// Time of the last notification that the message stands for, apart from its own.
    pub(crate) notified_at: Option<Timestamp>,
    /// HEAD, for a walk; absent if there was none to take, because the connection is not synced.
    pub(crate) head: Option<Head>,
}

/// State of the lease after the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeaseAfter {
    /// The shift must end it.
    Held,
    /// The work has ended it, by its last write.
    Ended,
}

/// The lease of a shift.
enum Shift {
    Walk(Box<Head>),
    Transfers(Holder),
    /// There is nothing that two invocations could do to each other: no HEAD can be taken, so no walk is under way, and the
    /// connection is not synced.
    Unleased,
}

/// Proof of holding a lease, by which it is ended.
#[derive(Clone, Copy)]
enum Hold {
    Walk(Option<Holder>),
    Transfers(Holder),
}

/// Does the work of a lane's message, or parks the message if another invocation is working on the
/// connection.
pub(crate) async fn in_turn<Work>(
    worker: &Worker,
    connection: ConnectionId,
    lane: Lane,
    message: &str,
    work: impl FnOnce(Beginning) -> Work + Send,
) -> Result<(), Failure>
where
    Work: Future<Output = Result<LeaseAfter, Failure>> + Send,
{
    let Some(shift) = begin(worker, connection, lane, message).await? else { return Ok(()) };
    let (head, hold) = shift.split();
    // Before the work, not after it: a request that is made from here on must get a message of its own.
    let done = match worker.requests.end_claim(connection, lane).await {
        Ok(notified_at) => work(Beginning { notified_at, head }).await,
        Err(error) => Err(error.into()),
    };
    end(worker, connection, hold, done.as_ref().copied().unwrap_or(LeaseAfter::Held)).await;
    done.map(drop)
}

impl Shift {
    fn split(self) -> (Option<Head>, Hold) {
        match self {
            Self::Walk(head) => {
                let walker = head.walker;
                (Some(*head), Hold::Walk(walker))
            }
            Self::Transfers(holder) => (None, Hold::Transfers(holder)),
            Self::Unleased => (None, Hold::Walk(None)),
        }
    }
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
    if is_walk(lane) {
        return take_head(worker, connection, longest(lane)).await;
    }
    let (lease, now) = (Lease::Transfers(connection), worker.clock.now());
    let holder = worker.leases.take_lease(lease, now, now.plus(longest(lane))).await?;
    Ok(holder.map(Shift::Transfers))
}

/// Takes HEAD, or makes the first one of a connection that is synced.
async fn take_head(
    worker: &Worker,
    connection: ConnectionId,
    longest: Duration,
) -> Result<Option<Shift>, Failure> {
    let now = worker.clock.now();
    let until = now.plus(longest);
    match worker.leases.take_head(connection, now, until).await? {
        HeadLease::Taken(head) => return Ok(Some(Shift::Walk(head))),
        HeadLease::Held => return Ok(None),
        HeadLease::Absent => {}
    }
    let stored = worker.store.connection(connection).await?;
    if stored.is_none_or(|stored| stored.status != ConnectionStatus::Active) {
        return Ok(Some(Shift::Unleased));
    }
    match worker.leases.first_head(connection, until).await {
        Ok(head) => Ok(Some(Shift::Walk(Box::new(head)))),
        // Another walker has made it meanwhile; or the connection was disconnected, which is seen the next time.
        Err(StoreError::Conflict) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Ends the lease, and sends the messages parked meanwhile. A failure here only delays them: the lease
/// expires by itself, and a tick sends what is parked.
async fn end(worker: &Worker, connection: ConnectionId, hold: Hold, after: LeaseAfter) {
    let ended = match hold {
        _ if after == LeaseAfter::Ended => Ok(()),
        Hold::Walk(None) => Ok(()),
        Hold::Walk(Some(walker)) => worker.leases.release_head(connection, walker).await,
        Hold::Transfers(holder) => worker.leases.end_lease(Lease::Transfers(connection), holder).await,
    };
    let resumed = resume(worker, connection, matches!(hold, Hold::Walk(_))).await;
    if let Err(failure) = ended.map_err(Failure::from).and(resumed) {
        tracing::warn!(%connection, %failure, "what was parked waits for a tick");
    }
}

/// Sends the messages that are parked for walks, or those for runs of transfers.
async fn resume(worker: &Worker, connection: ConnectionId, of_walks: bool) -> Result<(), Failure> {
    let mut parked = worker.requests.parked(connection).await?;
    parked.retain(|(lane, _)| is_walk(*lane) == of_walks);
    if parked.is_empty() {
        return Ok(());
    }
    let project = worker.store.connection(connection).await?.map(|found| found.project);
    for (lane, body) in parked {
        worker.requests.resume(Linked { connection, project }, lane, &body).await?;
    }
    Ok(())
}

/// Whether a lane's work is a walk. The two lanes of walks share one lease.
fn is_walk(lane: Lane) -> bool {
    match lane {
        Lane::Changes | Lane::Bulk => true,
        Lane::Transfers => false,
    }
}

/// Returns how long a lane's work may keep its lease.
fn longest(lane: Lane) -> Duration {
    let time = if lane == Lane::Transfers { TRANSFERS_TIME } else { WALK_TIME };
    time + SKEW
}
