//! A run after one that did not come to its end: the process may have died of one file.

use std::time::Duration;

use shared::model::{Connection, Transfer};
use tokio::time::Instant;

use super::{Run, Seen, Stop};
use crate::{Failure, Worker};

/// Nobody else begins a claimed transfer for so long: longer than its message stays unseen after a death.
const CLAIM: Duration = Duration::from_secs(60 * 60);

impl Run<'_> {
    /// Sees to what is due, one at a time, and puts each off before it is begun.
    pub(super) async fn work_one_by_one(&mut self) -> Result<(), Failure> {
        let (worker, connection, end) = (self.worker, self.connection, self.end);
        while self.stop.is_none() {
            let Some(transfer) = self.next_due().await? else { break };
            worker.claim(connection, &transfer).await?;
            let seen = worker.see_to(connection, transfer.clone(), end).await?;
            if let Seen::Paused(_) | Seen::NeedsReauth = seen {
                worker.transfers.note_transfer(connection.id, &transfer).await?;
            }
            self.note(seen);
            if Instant::now() >= end {
                self.stop.get_or_insert(Stop::TimeIsOver);
            }
        }
        Ok(())
    }
}

impl Worker {
    async fn claim(&self, connection: &Connection, transfer: &Transfer) -> Result<(), Failure> {
        let claimed = Transfer {
            failures: transfer.failures + 1,
            not_before: self.clock.now().plus(CLAIM),
            ..transfer.clone()
        };
        Ok(self.transfers.note_transfer(connection.id, &claimed).await?)
    }
}
