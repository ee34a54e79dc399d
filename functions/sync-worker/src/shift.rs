//! One walk and one run of transfers a connection at a time, whichever lane a message came in, and however often it is
//! delivered.
//!
//! Work begins with a lease, which ends by itself should the process die: no invocation lives longer. A message that finds
//! the lease taken is parked, and acknowledged; who holds the lease sends it when its own work ends, so neither is lost and
//! neither waits in a queue in front of others. Should nobody send it, since the holder died or could not end its lease, it
//! is due when the lease must have ended, and a tick sends it. A long walk is therefore followed by the notification that came meanwhile,
//! and a stream of notifications by the long walk that is owed: each has its turn after the other.

use std::time::Duration;

use shared::{
    model::{ConnectionId, Lane, Linked, Timestamp},
    store::{Holder, Lease},
};

use crate::{Failure, Worker};

/// Clocks of two machines may differ by this much.
const SKEW: Duration = Duration::from_secs(10);
/// How long a walk may take: the function's time, as in `infra/template.yaml`.
pub(crate) const WALK_TIME: Duration = Duration::from_secs(120);
/// How long a run of transfers may take: the function's time, as in `infra/template.yaml`.
pub(crate) const TRANSFERS_TIME: Duration = Duration::from_secs(900);

/// A lease that is held.
struct Shift {
    lease: Lease,
    holder: Holder,
}

impl Worker {
    /// Does the work that a message of a lane asks for, unless another is at it: then the message is parked. The work is
    /// given the time of the last notification that the message stands for.
    pub(crate) async fn in_turn<Work>(
        &self,
        connection: ConnectionId,
        lane: Lane,
        message: &str,
        work: impl FnOnce(Option<Timestamp>) -> Work + Send,
    ) -> Result<(), Failure>
    where
        Work: Future<Output = Result<(), Failure>> + Send,
    {
        let Some(shift) = self.begin_shift(connection, lane, message).await? else { return Ok(()) };
        // Before the work, and not after it: what is asked for from here on might be looked at too early.
        let done = match self.requests.read(connection, lane).await {
            Ok(notified_at) => work(notified_at).await,
            Err(error) => Err(error.into()),
        };
        self.end_shift(connection, shift).await;
        done
    }

    /// `None` where another is at work, and the message parked.
    async fn begin_shift(
        &self,
        connection: ConnectionId,
        lane: Lane,
        message: &str,
    ) -> Result<Option<Shift>, Failure> {
        if let Some(shift) = self.take_lease(connection, lane).await? {
            return Ok(Some(shift));
        }
        let until = self.clock.now().plus(longest(lane));
        self.requests.park(connection, lane, message, until).await?;
        // Whoever held it may have ended in between, and seen nothing parked.
        self.take_lease(connection, lane).await
    }

    async fn take_lease(&self, connection: ConnectionId, lane: Lane) -> Result<Option<Shift>, Failure> {
        let (lease, now) = (lease(connection, lane), self.clock.now());
        let holder = self.leases.take_lease(lease, now, now.plus(longest(lane))).await?;
        Ok(holder.map(|holder| Shift { lease, holder }))
    }

    /// Ends the work, and sends what was parked meanwhile. What fails here is made up for: the lease ends by itself, and a
    /// tick sends what is parked.
    async fn end_shift(&self, connection: ConnectionId, shift: Shift) {
        let ended = self.leases.end_lease(shift.lease, shift.holder).await;
        let resumed = self.resume(connection, shift.lease).await;
        if let Err(failure) = ended.map_err(Failure::from).and(resumed) {
            tracing::warn!(%connection, %failure, "what was parked waits for a tick");
        }
    }

    /// Sends what waited for a lease.
    async fn resume(&self, connection: ConnectionId, ended: Lease) -> Result<(), Failure> {
        let mut parked = self.requests.parked(connection).await?;
        parked.retain(|(lane, _)| lease(connection, *lane) == ended);
        if parked.is_empty() {
            return Ok(());
        }
        let project = self.connections.connection(connection).await?.map(|found| found.project);
        for (lane, body) in parked {
            self.requests.resume(Linked { connection, project }, lane, &body).await?;
        }
        Ok(())
    }
}

/// What a lane's work on a connection begins with. Two lanes walk.
fn lease(connection: ConnectionId, lane: Lane) -> Lease {
    match lane {
        Lane::Transfers => Lease::Transfers(connection),
        Lane::Changes | Lane::Bulk => Lease::Walk(connection),
    }
}

/// How long a lane's work may hold its lease.
fn longest(lane: Lane) -> Duration {
    let time = if lane == Lane::Transfers { TRANSFERS_TIME } else { WALK_TIME };
    time + SKEW
}
