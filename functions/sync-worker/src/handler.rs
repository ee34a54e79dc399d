//! Handles SQS batches: decodes each message, does its work and reports which messages must come again.

use std::{sync::Arc, time::Duration};

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use shared::{
    metrics::{Metric, Subject},
    model::{Lane, Message, WalkReason},
    queue::{Inbox, Queue, give_up, receives},
    trace,
};
use tracing::{Instrument, Span, field::Empty};

use crate::{
    Failure, Worker, shift,
    shift::{Beginning, LeaseAfter, TRANSFERS_TIME, WALK_TIME},
    tick, transfer, walk,
    walk::Request,
};

/// Number of receives after which a failing message goes to the dead letters. The queues in
/// `infra/template.yaml` have the same limit, but could not add the reason.
pub const MOST_RECEIVES: u32 = 5;

/// Time by which a message stays invisible beyond the longest duration of its work.
const MARGIN: Duration = Duration::from_secs(30);

/// The queue that a batch comes from, and its dead-letter queue.
#[derive(Clone)]
pub struct Source {
    /// The queue.
    pub inbox: Arc<dyn Inbox>,
    /// Dead-letter queue, of the same kind (standard or FIFO).
    pub dead_letters: Arc<dyn Queue>,
}

/// Handles a batch. The answer names the messages whose work must be tried again.
///
/// All others are acknowledged. Messages that cannot be read, or that have failed too often, go to the
/// dead-letter queue with the reason. A batch has one message, since each uses an invocation's whole time.
pub async fn handle(worker: &Worker, source: &Source, event: SqsEvent) -> SqsBatchResponse {
    let mut answer = SqsBatchResponse::default();
    for message in event.records {
        let span = span(&message);
        let failed = process(worker, source, message).instrument(span).await;
        answer.batch_item_failures.extend(failed);
        worker.metrics.publish();
    }
    answer
}

/// Does a message's work. Returns the failure if the message must come again.
async fn process(worker: &Worker, source: &Source, message: SqsMessage) -> Option<BatchItemFailure> {
    let (body, receives) = (message.body.as_deref().unwrap_or_default(), receives(&message));
    set_visibility(source, &message).await;
    let failed = handle_message(worker, body, receives).await.err()?;
    let id = message.message_id.clone().unwrap_or_default();
    let subject = subject(&message);
    let is_spent = receives >= MOST_RECEIVES || matches!(failed, Failure::Undecodable(_));
    if is_spent && give_up(source.dead_letters.as_ref(), message, &failed).await {
        worker.metrics.count(subject, Metric::MessagesGivenUp, 1);
        tracing::error!(message_id = %id, failure = %failed, "a message was given up");
        return None;
    }
    tracing::error!(message_id = %id, failure = %failed, "a message failed and will come again");
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = id;
    Some(failure)
}

/// Makes the message invisible for as long as its work may take, from now on. The queue's own visibility
/// timeout is much longer, because it begins with the delivery and a throttled function may start late; after
/// a crash it would delay the message. It stays in force if this call fails.
async fn set_visibility(source: &Source, message: &SqsMessage) {
    let Some(receipt) = &message.receipt_handle else { return };
    let time = match message.body.as_deref().map(Message::from_json) {
        Some(Ok(Message::Transfers { .. })) => TRANSFERS_TIME,
        _ => WALK_TIME,
    };
    if let Err(error) = source.inbox.set_visibility(receipt, time + MARGIN).await {
        tracing::warn!(%error, "the message keeps its queue's visibility");
    }
}

/// Returns the span of a message's log lines, with its connection and the trace of its sender.
fn span(message: &SqsMessage) -> Span {
    let span = tracing::info_span!("message", connection = Empty, linked_trace = Empty);
    if let Some(connection) = subject(message).connection {
        span.record("connection", tracing::field::display(connection));
    }
    if let Some(root) = message.attributes.get("AWSTraceHeader").and_then(|header| trace::root(header)) {
        span.record("linked_trace", root);
    }
    span
}

/// Returns the connection that a message is about. For a message that cannot be read it may be the message
/// group, as in queues of older deployments.
fn subject(message: &SqsMessage) -> Subject {
    let connection = match message.body.as_deref().map(Message::from_json) {
        Some(Ok(Message::Walk { connection, .. } | Message::Transfers { connection, .. })) => {
            Some(connection)
        }
        _ => message.attributes.get("MessageGroupId").and_then(|group| group.parse().ok()),
    };
    Subject { project: None, connection, reason: None }
}

/// Does the work of one message. `receives` is how often it was received, this time included.
///
/// # Errors
/// If the work failed: the store, a queue, the bus or the bucket cannot be reached, and the message comes again;
/// or it cannot be decoded, and is given up at once. Expected failures at Dropbox (a pause, an outage, refused
/// tokens) are no errors: the work is put off, and the message is done.
pub async fn handle_message(worker: &Worker, body: &str, receives: u32) -> Result<(), Failure> {
    match Message::from_json(body).map_err(|error| Failure::Undecodable(error.to_string()))? {
        Message::Walk { connection, reason, sent_at, hops, lane } => {
            let own = (reason == WalkReason::Notified).then_some(sent_at);
            // A process that received the message before and died may have read other notifications with it.
            let lost = (receives > 1 && lane == Lane::Changes).then(|| worker.clock.now());
            let walk = |Beginning { notified_at: noted, head }| {
                let notified_at = noted.max(own).max(lost);
                let announced_at = own.or(noted);
                let request = Request { reason, notified_at, announced_at, hops, lane };
                walk::run(worker, connection, request, head)
            };
            shift::in_turn(worker, connection, lane, body, walk).await
        }
        Message::Tick => tick::run(worker).await,
        Message::Transfers { connection, sweep } => {
            let run = async |_| {
                transfer::run(worker, connection, sweep, receives > 1).await.map(|()| LeaseAfter::Held)
            };
            shift::in_turn(worker, connection, Lane::Transfers, body, run).await
        }
    }
}
