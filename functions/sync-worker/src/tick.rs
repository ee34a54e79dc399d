//! The tick: queues every connection whose `wake_at` has passed, every message that is owed and was never read, every
//! delivery that is tried again, every run of a workflow that has waited, and every schedule of a workflow.
//!
//! The next ticks skip a queued connection while its claim lasts. A walk sets the next wake time itself; the
//! claim is for walks that end before they do.

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::{
    delivery::DeliveryMessage,
    model::{Connection, Lane, Timestamp, WalkReason},
    queue::CLAIM,
    store::Due,
    workflows::RunMessage,
};

use crate::{Failure, Worker};

/// Number of connections claimed at the same time.
const PARALLEL: usize = 16;

pub(crate) async fn run(worker: &Worker) -> Result<(), Failure> {
    let now = worker.clock.now();
    let due = worker.store.due(now).await?;
    stream::iter(due)
        .map(|due| queue_due(worker, due, now))
        .buffer_unordered(PARALLEL)
        .try_collect::<Vec<()>>()
        .await?;
    Ok(())
}

async fn queue_due(worker: &Worker, due: Due, now: Timestamp) -> Result<(), Failure> {
    // The index may lag, so the row itself decides.
    if !worker.store.claim_wake(due, now, now.plus(CLAIM)).await? {
        return Ok(());
    }
    let id = match due {
        Due::Walk(id) | Due::Transfers(id) | Due::Owed(id, _) => id,
        Due::Delivery(endpoint, stream) => {
            let message = DeliveryMessage::Deliver { endpoint, stream, owner: None }.at_once();
            return Ok(worker.deliveries.send(vec![message]).await?);
        }
        Due::Run(project, run) => return send_to_runner(worker, &RunMessage::step(project, run)).await,
        Due::Workflow(project, workflow) => {
            let message = RunMessage::Schedule { project, workflow, at: None, after: None };
            return send_to_runner(worker, &message).await;
        }
    };
    let Some(connection) = worker.store.connection(id).await? else { return Ok(()) };
    match due {
        // Sent above.
        Due::Delivery(..) | Due::Run(..) | Due::Workflow(..) => Ok(()),
        Due::Walk(_) => ask_for_due_walk(worker, &connection, now).await,
        Due::Transfers(_) => worker.ask_for_transfers((&connection).into()).await,
        Due::Owed(_, lane) => Ok(worker.requests.send_again((&connection).into(), lane).await?),
    }
}

async fn send_to_runner(worker: &Worker, message: &RunMessage) -> Result<(), Failure> {
    Ok(worker.run_queue.send(vec![message.at_once()]).await?)
}

/// Asks for a walk in the bulk lane if a full comparison or the first listing is due, since these take
/// long; otherwise in the lane of changes.
async fn ask_for_due_walk(worker: &Worker, connection: &Connection, now: Timestamp) -> Result<(), Failure> {
    let schedule = worker.store.schedule(connection.id).await?;
    let is_bulk = schedule.resync_at.is_none_or(|at| at <= now);
    let lane = if is_bulk { Lane::Bulk } else { Lane::Changes };
    worker.ask_for_walk(connection.into(), lane, WalkReason::Woken).await
}
