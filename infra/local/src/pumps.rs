//! The queue pumps: what Lambda's event source mappings do on AWS.

use std::{sync::Arc, time::Duration};

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use machine::MachineQueue;
use shared::queue::{Delivery, Inbox};
use sync_worker::Worker;
use tokio::{sync::watch, task::JoinSet};

use crate::stack::Machine;

/// Walks at the same time; of one connection there is never more than one.
const WALKS: usize = 4;
/// Connections whose transfers are seen to at the same time.
const TRANSFERS: usize = 2;
/// How long to wait for a message before asking again.
const WAIT: Duration = Duration::from_secs(20);
/// After a failure of the queue itself.
const BACKOFF: Duration = Duration::from_secs(1);

/// Starts the pumps of both queues.
pub(crate) fn start(
    tasks: &mut JoinSet<()>,
    machine: &Machine,
    worker: &Arc<Worker>,
    stop: &watch::Sender<bool>,
) {
    for _ in 0..WALKS {
        tasks.spawn(pump(machine.sync_queue.clone(), worker.clone(), stop.subscribe()));
    }
    for _ in 0..TRANSFERS {
        tasks.spawn(pump(machine.transfer_queue.clone(), worker.clone(), stop.subscribe()));
    }
}

/// Takes messages until it is told to stop; what is under way then is finished.
async fn pump(queue: MachineQueue, worker: Arc<Worker>, mut stop: watch::Receiver<bool>) {
    loop {
        let received = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            received = queue.receive(1, WAIT) => received,
        };
        match received {
            Ok(deliveries) => work(&queue, &worker, deliveries).await,
            Err(error) => {
                tracing::error!(%error, "a queue cannot be read");
                tokio::time::sleep(BACKOFF).await;
            }
        }
    }
}

/// Hands a batch to the worker, and acknowledges what did not fail. What failed comes again after its visibility
/// timeout.
async fn work(queue: &MachineQueue, worker: &Worker, deliveries: Vec<Delivery>) {
    if deliveries.is_empty() {
        return;
    }
    let mut event = SqsEvent::default();
    event.records = deliveries.iter().map(record).collect();
    let answer = match queue.dead_letter_queue() {
        Some(dead) => sync_worker::handle(worker, &dead, event).await,
        None => return,
    };
    let failed = |id: &str| answer.batch_item_failures.iter().any(|failure| failure.item_identifier == id);
    for delivery in deliveries.iter().filter(|delivery| !failed(&delivery.id)) {
        if let Err(error) = queue.delete(&delivery.receipt).await {
            tracing::error!(%error, "a message cannot be acknowledged, and will come again");
        }
    }
}

fn record(delivery: &Delivery) -> SqsMessage {
    let mut message = SqsMessage::default();
    message.message_id = Some(delivery.id.clone());
    message.body = Some(delivery.body.clone());
    message.receipt_handle = Some(delivery.receipt.clone());
    message.attributes.insert("ApproximateReceiveCount".to_owned(), delivery.receive_count.to_string());
    message.attributes.extend(delivery.group.clone().map(|group| ("MessageGroupId".to_owned(), group)));
    message
}
