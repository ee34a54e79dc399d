//! Queue pumps: they do what Lambda's event source mappings do on AWS.

use std::{sync::Arc, time::Duration};

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use machine::MachineQueue;
use shared::queue::{Delivery, Inbox};
use sync_worker::{Source, Worker};
use tokio::{sync::watch, task::JoinSet};

use crate::stack::Machine;

/// Returns every queue, with the number of its messages that are handled in parallel.
fn lanes(machine: &Machine) -> [(&MachineQueue, usize); 5] {
    [
        (&machine.sync_queue, 1),
        (&machine.transfer_queue, 1),
        (&machine.changes, 4),
        (&machine.bulk, 2),
        (&machine.transfers, 2),
    ]
}

/// Wait of one receive.
const WAIT: Duration = Duration::from_secs(20);
/// Pause after a failure of the queue itself.
const BACKOFF: Duration = Duration::from_secs(1);

/// Starts the pumps of all queues.
pub(crate) fn start(
    tasks: &mut JoinSet<()>,
    machine: &Machine,
    worker: &Arc<Worker>,
    stop: &watch::Sender<bool>,
) {
    for (queue, count) in lanes(machine) {
        for _ in 0..count {
            tasks.spawn(pump(queue.clone(), worker.clone(), stop.subscribe()));
        }
    }
}

/// Handles messages until it is stopped; the current one is finished.
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

/// Passes a batch to the worker, and acknowledges the messages that did not fail. Failed ones are delivered
/// again after their visibility timeout.
async fn work(queue: &MachineQueue, worker: &Worker, deliveries: Vec<Delivery>) {
    if deliveries.is_empty() {
        return;
    }
    let mut event = SqsEvent::default();
    event.records = deliveries.iter().map(|delivery| record(queue, delivery)).collect();
    let Some(dead) = queue.dead_letter_queue() else { return };
    let source = Source { inbox: Arc::new(queue.clone()), dead_letters: Arc::new(dead) };
    let answer = sync_worker::handle(worker, &source, event).await;
    let failed = |id: &str| answer.batch_item_failures.iter().any(|failure| failure.item_identifier == id);
    for delivery in deliveries.iter().filter(|delivery| !failed(&delivery.id)) {
        if let Err(error) = queue.delete(&delivery.receipt).await {
            tracing::error!(%error, "a message cannot be acknowledged, and will come again");
        }
    }
}

fn record(queue: &MachineQueue, delivery: &Delivery) -> SqsMessage {
    let mut message = SqsMessage::default();
    message.message_id = Some(delivery.id.clone());
    message.body = Some(delivery.body.clone());
    message.receipt_handle = Some(delivery.receipt.clone());
    message.attributes.insert("ApproximateReceiveCount".to_owned(), delivery.receive_count.to_string());
    message.attributes.extend(delivery.group.clone().map(|group| ("MessageGroupId".to_owned(), group)));
    if queue.settings().fifo {
        message.attributes.insert("MessageDeduplicationId".to_owned(), delivery.id.clone());
    }
    message
}
