//! The tick: queues every connection whose time has come.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::{
    model::{Timestamp, WalkReason},
    store::Due,
};

use crate::{Failure, Worker};

/// A connection that was queued is left alone by the next ticks for so long. The walk sets the next time itself;
/// this is for walks that never come to that.
const CLAIM: Duration = Duration::from_secs(15 * 60);
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
        match due {
            Due::Walk(connection) => self.ask_for_walk(connection, WalkReason::Woken).await,
            Due::Transfers(connection) => self.ask_for_transfers(connection).await,
        }
    }
}
