//! A run after one that did not come to its end: the process may have died of one file.

use std::time::Duration;

use shared::model::{Connection, Item, Transfer};
use tokio::time::Instant;

use super::bring::Brought;
use crate::{Failure, Worker};

/// Nobody else begins a claimed transfer for so long: longer than its message stays unseen after a death.
const CLAIM: Duration = Duration::from_secs(60 * 60);

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
