//! One walk and one run of transfers a connection at a time, whichever lane a message came in, and however often it is
//! delivered.
//!
//! Work begins with a lease, which ends by itself should the process die: no invocation lives longer. A message that finds
//! the lease taken is parked, and acknowledged; who holds the lease sends it when its own work ends, so neither is lost and
//! neither waits in a queue in front of others. A long walk is therefore followed by the notification that came meanwhile,
//! and a stream of notifications by the long walk that is owed: each has its turn after the other.

use std::time::Duration;

use shared::{
    model::{ConnectionId, Lane, Linked},
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
    /// Does the work that a message of a lane asks for, unless another is at it: then the message is parked.
    pub(crate) async fn in_turn(
        &self,
        connection: ConnectionId,
        lane: Lane,
        message: &str,
        work: impl Future<Output = Result<(), Failure>> + Send,
    ) -> Result<(), Failure> {
        let Some(shift) = self.begin_shift(connection, lane, message).await? else { return Ok(()) };
        let done = async {
            // Before the work, and not after it: what is asked for from here on might be looked at too early.
            self.requests.read(connection, lane).await?;
            work.await
        };
        let done = done.await;
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
        self.requests.park(connection, lane, message).await?;
        // Whoever held it may have ended in between, and seen nothing parked.
        self.take_lease(connection, lane).await
    }

    async fn take_lease(&self, connection: ConnectionId, lane: Lane) -> Result<Option<Shift>, Failure> {
        let (lease, time) = match lane {
            Lane::Transfers => (Lease::Transfers(connection), TRANSFERS_TIME),
            Lane::Changes | Lane::Bulk => (Lease::Walk(connection), WALK_TIME),
        };
        let now = self.clock.now();
        let holder = self.leases.take_lease(lease, now, now.plus(time + SKEW)).await?;
        Ok(holder.map(|holder| Shift { lease, holder }))
    }

    /// Ends the work, and sends what was parked meanwhile. What fails here is made up for: the lease ends by itself, and a
    /// tick sends what is parked.
    async fn end_shift(&self, connection: ConnectionId, shift: Shift) {
        let ended = self.leases.end_lease(shift.lease, shift.holder).await;
        let resumed = self.resume(connection).await;
        if let Err(failure) = ended.map_err(Failure::from).and(resumed) {
            tracing::warn!(%connection, %failure, "what was parked waits for a tick");
        }
    }

    async fn resume(&self, connection: ConnectionId) -> Result<(), Failure> {
        let parked = self.requests.parked(connection).await?;
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
