//! From an SQS batch to the work, and back to which messages are to come again.

use std::{sync::Arc, time::Duration};

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use shared::{
    metrics::{Metric, Subject},
    model::{Lane, Message, Timestamp, WalkReason},
    queue::{Inbox, Outgoing, Queue},
    trace,
};
use tracing::{Instrument, Span, field::Empty};

use crate::{
    Failure, Worker,
    shift::{TRANSFERS_TIME, WALK_TIME},
    transfer::Care,
    walk::Request,
};

/// A message that has failed so often is given up. As in `infra/template.yaml`, whose queues would give it up by
/// themselves then, but could not say why.
pub const MOST_RECEIVES: u32 = 5;

/// What a message is invisible for beyond the time that its work may take.
const MARGIN: Duration = Duration::from_secs(30);

/// A process may die so often for reasons that are not in its work. What has come more often is done with care.
const DEATHS_BY_CHANCE: u32 = 2;

/// What the worker works with of the queue that a batch comes from.
#[derive(Clone)]
pub struct Source {
    /// The queue.
    pub inbox: Arc<dyn Inbox>,
    /// Where its messages go that are given up; of the same kind.
    pub dead_letters: Arc<dyn Queue>,
}

/// Handles a batch. Messages whose work must be tried again are named in the answer; the others are acknowledged. What
/// cannot be read, or has failed too often, goes to the dead letters with the reason.
///
/// A batch has one message, since each uses an invocation's whole time.
pub async fn handle(worker: &Worker, source: &Source, event: SqsEvent) -> SqsBatchResponse {
    let mut answer = SqsBatchResponse::default();
    for message in event.records {
        let span = span(&message);
        let failed = failure(worker, source, message).instrument(span).await;
        answer.batch_item_failures.extend(failed);
        worker.metrics.publish();
    }
    answer
}

async fn failure(worker: &Worker, source: &Source, message: SqsMessage) -> Option<BatchItemFailure> {
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

/// From here on the message is invisible for as long as its work may take. A queue's own time is much longer, since it runs
/// from the delivery, and a throttled function may begin late; were it to stay so, a crash would hold the message up. Where
/// this fails it does.
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

/// False where the dead-letter queue does not take it: then it comes again, and the queue gives it up.
async fn give_up(dead_letters: &dyn Queue, message: SqsMessage, failed: &Failure) -> bool {
    let group = message.attributes.get("MessageGroupId").cloned();
    let fifo = message.attributes.contains_key("MessageDeduplicationId");
    let letter = Outgoing::given_up(message.body.unwrap_or_default(), group, fifo, &failed.to_string());
    dead_letters.send(vec![letter]).await.is_ok()
}

/// What every line of the log says that is written for a message: its connection, and the trace that sent it.
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

/// Whom a message is about. One that cannot be read may say it by its group, as in queues of older deployments.
fn subject(message: &SqsMessage) -> Subject {
    let connection = match message.body.as_deref().map(Message::from_json) {
        Some(Ok(Message::Walk { connection, .. } | Message::Transfers { connection, .. })) => {
            Some(connection)
        }
        _ => message.attributes.get("MessageGroupId").and_then(|group| group.parse().ok()),
    };
    Subject { project: None, connection, reason: None }
}

fn receives(message: &SqsMessage) -> u32 {
    let count = message.attributes.get("ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or_default()
}

/// Does what one message asks for. It has come `receives` times, this one included.
///
/// # Errors
/// Where the message must come again: it is undecodable, or the store cannot be reached. What is to be expected of
/// Dropbox (a pause, an outage, tokens that are refused) is no error: the work is put off, and the message done.
pub async fn handle_message(worker: &Worker, body: &str, receives: u32) -> Result<(), Failure> {
    match Message::from_json(body).map_err(|error| Failure::Undecodable(error.to_string()))? {
        Message::Walk { connection, reason, sent_at, hops, lane } => {
            let own = (reason == WalkReason::Notified).then_some(sent_at);
            // Whoever read it before and died may have taken others with it.
            let lost = (receives > 1 && lane == Lane::Changes).then(|| worker.clock.now());
            let walk = |noted: Option<Timestamp>| {
                let notified_at = noted.max(own).max(lost);
                worker.walk(connection, Request { reason, notified_at, hops, lane })
            };
            worker.in_turn(connection, lane, body, walk).await
        }
        Message::Tick => worker.tick().await,
        Message::Transfers { connection, sweep } => {
            let care = if receives > DEATHS_BY_CHANCE { Care::OneByOne } else { Care::Usual };
            let run = |_| worker.see_to_transfers(connection, sweep, care);
            worker.in_turn(connection, Lane::Transfers, body, run).await
        }
    }
}
