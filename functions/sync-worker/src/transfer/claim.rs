//! A run after one that did not come to its end: the process may have died of one file.

use std::time::Duration;

use shared::model::{Connection, Item, Transfer};
use tokio::time::Instant;

use super::{Care, Run, Stop, bring::Brought};
use crate::{Failure, Worker};

/// Nobody else begins a claimed transfer for so long: longer than its message stays unseen after a death.
const CLAIM: Duration = Duration::from_secs(60 * 60);

impl Run<'_> {
    /// Sees to what is due, one at a time.
    pub(super) async fn work_one_by_one(&mut self) -> Result<(), Failure> {
        let (worker, connection, end) = (self.worker, self.connection, self.end);
        while self.stop.is_none() {
            let Some(transfer) = self.next_due().await? else { break };
            self.note(worker.see_to(connection, transfer, Care::OneByOne, end).await?);
            if Instant::now() >= end {
                self.stop.get_or_insert(Stop::TimeIsOver);
            }
        }
        Ok(())
    }
}

impl Worker {
    /// Brings the bytes, and puts the transfer off meanwhile. What follows is no danger: there it is due again.
    pub(super) async fn bring_carefully(
        &self,
        connection: &Connection,
        item: &Item,
        transfer: &Transfer,
        end: Instant,
    ) -> Result<Brought, Failure> {
        let not_before = self.clock.now().plus(CLAIM);
        let claimed = Transfer { failures: transfer.failures + 1, not_before, ..transfer.clone() };
        self.transfers.note_transfer(connection.id, &claimed).await?;
        let brought = self.bring(connection, item, transfer, end).await;
        self.transfers.note_transfer(connection.id, transfer).await?;
        brought
    }
}
