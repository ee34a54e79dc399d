//! Handles SQS batches: the messages of a batch are worked on at the same time.

use std::sync::Arc;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::future::join_all;
use shared::{
    delivery::DeliveryMessage,
    metrics::{Metric, Subject},
    queue::{Queue, give_up, receives},
};

use crate::{Failure, Sender, all, delivery, replay, subscriptions, test};

/// Number of receives after which a failing message goes to the dead letters. The queue in
/// `infra/template.yaml` has the same limit, but could not add the reason.
pub const MOST_RECEIVES: u32 = 5;

/// The dead-letter queue of the queue that a batch comes from.
#[derive(Clone)]
pub struct Source {
    /// Dead-letter queue.
    pub dead_letters: Arc<dyn Queue>,
}

/// Handles a batch. The answer names the messages whose work must be tried again; all others are acknowledged.
pub async fn handle(sender: &Sender, source: &Source, event: SqsEvent) -> SqsBatchResponse {
    let work = event.records.into_iter().map(|message| process(sender, source, message));
    let mut answer = SqsBatchResponse::default();
    answer.batch_item_failures.extend(join_all(work).await.into_iter().flatten());
    sender.metrics.publish();
    answer
}

/// Does a message's work. Returns the failure if the message must come again.
async fn process(sender: &Sender, source: &Source, message: SqsMessage) -> Option<BatchItemFailure> {
    let body = message.body.as_deref().unwrap_or_default();
    let failed = handle_message(sender, body).await.err()?;
    let id = message.message_id.clone().unwrap_or_default();
    let is_spent = receives(&message) >= MOST_RECEIVES || matches!(failed, Failure::Undecodable(_));
    if is_spent && give_up(source.dead_letters.as_ref(), message, &failed).await {
        sender.metrics.count(Subject::NOBODY, Metric::MessagesGivenUp, 1);
        tracing::error!(message_id = %id, failure = %failed, "a message was given up");
        return None;
    }
    tracing::error!(message_id = %id, failure = %failed, "a message failed and will come again");
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = id;
    Some(failure)
}

/// Does the work of one message.
///
/// # Errors
/// If the work failed: a service of ours cannot be reached, and the message comes again; or it cannot be decoded,
/// and is given up at once. An endpoint that fails is no error: the delivery waits, and the message is done.
pub async fn handle_message(sender: &Sender, body: &str) -> Result<(), Failure> {
    match DeliveryMessage::from_json(body).map_err(|error| Failure::Undecodable(error.to_string()))? {
        DeliveryMessage::Deliver { endpoint, stream, owner } => {
            delivery::run(sender, endpoint, stream, owner).await
        }
        DeliveryMessage::DeliverAll { endpoint, after } => all::run(sender, endpoint, after).await,
        DeliveryMessage::DeliverSubscriptions { project, endpoint, after } => {
            subscriptions::run(sender, (project, endpoint), after).await
        }
        DeliveryMessage::Test { project, endpoint, id } => test::run(sender, project, endpoint, id).await,
        DeliveryMessage::Replay { project, endpoint, since, after } => {
            replay::run(sender, (project, endpoint), since, after).await
        }
    }
}
