//! Handles SQS batches: each message is the work of one step.

use std::{sync::Arc, time::Duration};

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use shared::{
    metrics::{Metric, Subject},
    queue::{Inbox, Queue, give_up, receives},
    workflows::RunMessage,
};

use crate::{Failure, Runner, forget, runner::STEP_TIME, schedule, step};

/// Number of receives after which a failing message goes to the dead letters. The queue in
/// `infra/template.yaml` has the same limit, but could not add the reason.
pub const MOST_RECEIVES: u32 = 5;

/// Time until a message comes again after its first failure; it doubles with each further one.
const AGAIN: Duration = Duration::from_secs(5);

/// The queue that a batch comes from, and its dead-letter queue.
#[derive(Clone)]
pub struct Source {
    /// The queue.
    pub inbox: Arc<dyn Inbox>,
    /// Dead-letter queue.
    pub dead_letters: Arc<dyn Queue>,
}

/// Handles a batch. The answer names the messages whose work must be tried again; all others are acknowledged. A batch
/// has one message, since one that is slow must not have the others done twice.
pub async fn handle(runner: &Runner, source: &Source, event: SqsEvent) -> SqsBatchResponse {
    let mut answer = SqsBatchResponse::default();
    for message in event.records {
        answer.batch_item_failures.extend(process(runner, source, message).await);
        runner.metrics.publish();
    }
    answer
}

/// Does a message's work. Returns the failure if the message must come again.
async fn process(runner: &Runner, source: &Source, message: SqsMessage) -> Option<BatchItemFailure> {
    let body = message.body.as_deref().unwrap_or_default();
    set_visibility(source, message.receipt_handle.as_deref(), STEP_TIME).await;
    let failed = handle_message(runner, body).await.err()?;
    let (id, receives) = (message.message_id.clone().unwrap_or_default(), receives(&message));
    let receipt = message.receipt_handle.clone();
    let is_spent = receives >= MOST_RECEIVES || matches!(failed, Failure::Undecodable(_));
    if is_spent && give_up(source.dead_letters.as_ref(), message, &failed).await {
        runner.metrics.count(Subject::NOBODY, Metric::MessagesGivenUp, 1);
        tracing::error!(message_id = %id, failure = %failed, "a message was given up");
        return None;
    }
    tracing::error!(message_id = %id, failure = %failed, "a message failed and will come again");
    set_visibility(source, receipt.as_deref(), again(receives)).await;
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = id;
    Some(failure)
}

/// Returns the time until a message comes again that has failed.
fn again(receives: u32) -> Duration {
    AGAIN * 2_u32.pow(receives.saturating_sub(1).min(6))
}

/// Hides a message for some time from now on: while it is worked on, so that it comes again soon if the function dies;
/// and for a while after a failure. Its queue hides it for much longer, because that time begins with the delivery and a
/// throttled function may begin late; it stays in force if this fails.
async fn set_visibility(source: &Source, receipt: Option<&str>, time: Duration) {
    let Some(receipt) = receipt else { return };
    if let Err(error) = source.inbox.set_visibility(receipt, time).await {
        tracing::warn!(%error, "the message keeps its queue's visibility");
    }
}

/// Does the work of one message.
///
/// # Errors
/// If the work failed: a service of ours cannot be reached, and the message comes again; or it cannot be decoded,
/// and is given up at once. A step that fails is no error: the run's row says so, and the message is done.
pub async fn handle_message(runner: &Runner, body: &str) -> Result<(), Failure> {
    match RunMessage::from_json(body).map_err(|error| Failure::Undecodable(error.to_string()))? {
        RunMessage::Step { project, run, put_off } => step::run(runner, (project, run), put_off).await,
        RunMessage::Schedule { project, workflow, at, after } => {
            schedule::run(runner, (project, workflow), at, after).await
        }
        RunMessage::Forget { project, user } => forget::run(runner, project, user).await,
    }
}
