//! Transfers in a run after one that did not end: one of the files may have killed the process.

use std::time::Duration;

use shared::model::{Connection, Item, Transfer};
use tokio::time::Instant;

use super::{Fetched, fetch};
use crate::{Failure, Worker};

/// Time for which nobody else begins a claimed transfer: longer than its message stays invisible after the
/// process died.
const CLAIM: Duration = Duration::from_secs(60 * 60);

/// Fetches the bytes, with the transfer put off meanwhile. After that the transfer is due again, because
/// the following steps cannot kill the process.
pub(super) async fn fetch(
    worker: &Worker,
    connection: &Connection,
    item: &Item,
    transfer: &Transfer,
    deadline: Instant,
) -> Result<Fetched, Failure> {
    let not_before = worker.clock.now().plus(CLAIM);
    let claimed = Transfer { failures: transfer.failures + 1, not_before, ..transfer.clone() };
    worker.store.note_transfer(connection.id, &claimed).await?;
    let fetched = fetch::run(worker, connection, item, transfer, deadline).await;
    worker.store.note_transfer(connection.id, transfer).await?;
    fetched
}
