//! The tick: queues every connection whose `wake_at` has passed, and every delivery that is tried again.
//!
//! The next ticks skip a queued connection while its claim lasts. A walk sets the next wake time itself; the
//! claim is for walks that end before they do.

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::{
    delivery::DeliveryMessage,
    model::{Connection, Lane, Timestamp, WalkReason},
    queue::CLAIM,
    store::Due,
};

use crate::{Failure, Worker};

/// Number of connections claimed at the same time.
const PARALLEL: usize = 16;

pub(crate) async fn run(worker: &Worker) -> Result<(), Failure> {
    let now = worker.clock.now();
    let due = worker.schedules.due(now).await?;
    stream::iter(due)
        .map(|due| queue_due(worker, due, now))
        .buffer_unordered(PARALLEL)
        .try_collect::<Vec<()>>()
        .await?;
    Ok(())
}

async fn queue_due(worker: &Worker, due: Due, now: Timestamp) -> Result<(), Failure> {
    // The index may lag, so the row itself decides.
    if !worker.schedules.claim_wake(due, now, now.plus(CLAIM)).await? {
        return Ok(());
    }
    let id = match due {
        Due::Walk(id) | Due::Transfers(id) | Due::Owed(id, _) => id,
        Due::Delivery(endpoint, stream) => {
            let message = DeliveryMessage::Deliver { endpoint, stream }.at_once();
            return Ok(worker.deliveries.send(vec![message]).await?);
        }
    };
    let Some(connection) = worker.connections.connection(id).await? else { return Ok(()) };
    match due {
        // Sent above.
        Due::Delivery(..) => Ok(()),
        Due::Walk(_) => ask_for_due_walk(worker, &connection, now).await,
        Due::Transfers(_) => worker.ask_for_transfers((&connection).into()).await,
        Due::Owed(_, lane) => Ok(worker.requests.send_again((&connection).into(), lane).await?),
    }
}

/// Asks for a walk in the bulk lane if a full comparison or the first listing is due, since these take
/// long; otherwise in the lane of changes.
async fn ask_for_due_walk(worker: &Worker, connection: &Connection, now: Timestamp) -> Result<(), Failure> {
    let schedule = worker.schedules.schedule(connection.id).await?;
    let is_bulk = schedule.resync_at.is_none_or(|at| at <= now);
    let lane = if is_bulk { Lane::Bulk } else { Lane::Changes };
    worker.ask_for_walk(connection.into(), lane, WalkReason::Woken).await
}
