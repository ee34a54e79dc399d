//! Queue pumps: they do what Lambda's event source mappings do on AWS.

use std::{sync::Arc, time::Duration};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use event_sender::Sender;
use local_adapters::MachineQueue;
use shared::queue::{Delivery, Inbox};
use sync_worker::Worker;
use tokio::{sync::watch, task::JoinSet};
use workflow_runner::Runner;

use crate::stack::{Functions, Machine};

/// Maximum number of deliveries that are worked on at the same time, as a batch in `infra/template.yaml` has.
const DELIVERIES: u32 = 10;
/// Number of batches of deliveries that are worked on at the same time.
const DELIVERY_PUMPS: usize = 4;

/// Number of steps of workflows that are done at the same time.
const RUN_PUMPS: usize = 8;

/// A function that takes messages.
#[derive(Clone)]
enum Consumer {
    Worker(Arc<Worker>),
    Sender(Arc<Sender>),
    Runner(Arc<Runner>),
}

impl Consumer {
    /// Returns the maximum number of messages that it takes at a time.
    fn batch(&self) -> u32 {
        match self {
            Self::Worker(_) | Self::Runner(_) => 1,
            Self::Sender(_) => DELIVERIES,
        }
    }

    async fn handle(&self, queue: &MachineQueue, event: SqsEvent) -> Option<SqsBatchResponse> {
        let dead_letters = Arc::new(queue.dead_letter_queue()?);
        Some(match self {
            Self::Worker(worker) => {
                let source = sync_worker::Source { inbox: Arc::new(queue.clone()), dead_letters };
                sync_worker::handle(worker, &source, event).await
            }
            Self::Runner(runner) => {
                let source = workflow_runner::Source { inbox: Arc::new(queue.clone()), dead_letters };
                workflow_runner::handle(runner, &source, event).await
            }
            Self::Sender(sender) => {
                event_sender::handle(sender, &event_sender::Source { dead_letters }, event).await
            }
        })
    }
}

/// Returns every queue of the worker, with the number of its messages that are handled in parallel.
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
    functions: &Functions,
    stop: &watch::Sender<bool>,
) {
    let mut pumps = |queue: &MachineQueue, count: usize, consumer: Consumer| {
        for _ in 0..count {
            tasks.spawn(pump(queue.clone(), consumer.clone(), stop.subscribe()));
        }
    };
    for (queue, count) in lanes(machine) {
        pumps(queue, count, Consumer::Worker(functions.worker.clone()));
    }
    pumps(&machine.deliveries, DELIVERY_PUMPS, Consumer::Sender(functions.sender.clone()));
    pumps(&machine.runs, RUN_PUMPS, Consumer::Runner(functions.runner.clone()));
}

/// Handles messages until it is stopped; the current one is finished.
async fn pump(queue: MachineQueue, consumer: Consumer, mut stop: watch::Receiver<bool>) {
    loop {
        let received = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            received = queue.receive(consumer.batch(), WAIT) => received,
        };
        match received {
            Ok(deliveries) => work(&queue, &consumer, deliveries).await,
            Err(error) => {
                tracing::error!(%error, "a queue cannot be read");
                tokio::time::sleep(BACKOFF).await;
            }
        }
    }
}

/// Passes a batch to its function, and acknowledges the messages that did not fail. Failed ones are delivered
/// again after their visibility timeout.
async fn work(queue: &MachineQueue, consumer: &Consumer, deliveries: Vec<Delivery>) {
    if deliveries.is_empty() {
        return;
    }
    let mut event = SqsEvent::default();
    event.records = deliveries.iter().map(|delivery| record(queue, delivery)).collect();
    let Some(answer) = consumer.handle(queue, event).await else { return };
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
