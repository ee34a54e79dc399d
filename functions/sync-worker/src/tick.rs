//! The tick: queues every connection whose time has come.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::{
    model::{ConnectionId, Message, Timestamp, WalkReason},
    queue::Outgoing,
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
            .map(|id| self.queue_due(id, now))
            .buffer_unordered(PARALLEL)
            .try_collect::<Vec<()>>()
            .await?;
        Ok(())
    }

    async fn queue_due(&self, connection: ConnectionId, now: Timestamp) -> Result<(), Failure> {
        // The index may lag: the row itself decides.
        if !self.schedules.claim_wake(connection, now, now.plus(CLAIM)).await? {
            return Ok(());
        }
        let message = Message::Walk { connection, reason: WalkReason::Woken, sent_at: now };
        Ok(self.sync_queue.send(vec![Outgoing::walk(connection, &message)]).await?)
    }
}
