//! The tick: queues every connection whose time has come.
//!
//! A connection that was queued is left alone by the next ticks for as long as a claim stands. The walk sets the next time
//! itself; that is for walks that never come to it.

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::{
    model::{Connection, Lane, Timestamp, WalkReason},
    queue::CLAIM,
    store::Due,
};

use crate::{Failure, Worker};

/// Connections claimed at the same time.
const PARALLEL: usize = 16;

impl Worker {
    pub(crate) async fn tick(&self) -> Result<(), Failure> {
        let now = self.clock.now();
        let due = self.schedules.due(now).await?;
        stream::iter(due)
            .map(|due| self.queue_due(due, now))
            .buffer_unordered(PARALLEL)
            .try_collect::<Vec<()>>()
            .await?;
        Ok(())
    }

    async fn queue_due(&self, due: Due, now: Timestamp) -> Result<(), Failure> {
        // The index may lag: the row itself decides.
        if !self.schedules.claim_wake(due, now, now.plus(CLAIM)).await? {
            return Ok(());
        }
        let (Due::Walk(id) | Due::Transfers(id) | Due::Owed(id, _)) = due;
        let Some(connection) = self.connections.connection(id).await? else { return Ok(()) };
        match due {
            Due::Walk(_) => self.ask_for_due_walk(&connection, now).await,
            Due::Transfers(_) => self.ask_for_transfers((&connection).into()).await,
            Due::Owed(_, lane) => Ok(self.requests.send_again((&connection).into(), lane).await?),
        }
    }

    /// A full comparison, the first listing among them, takes long; whatever else was put off does not.
    async fn ask_for_due_walk(&self, connection: &Connection, now: Timestamp) -> Result<(), Failure> {
        let schedule = self.schedules.schedule(connection.id).await?;
        let is_bulk = schedule.resync_at.is_none_or(|at| at <= now);
        let lane = if is_bulk { Lane::Bulk } else { Lane::Changes };
        self.ask_for_walk(connection.into(), lane, WalkReason::Woken).await
    }
}
