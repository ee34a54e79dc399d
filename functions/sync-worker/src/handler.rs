//! From an SQS batch to the work, and back to which messages are to come again.

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::{StreamExt, stream};
use shared::model::Message;

use crate::{Failure, Worker, walk::Request};

/// Messages of a standard queue that are worked on at the same time.
const PARALLEL: usize = 4;

/// Handles a batch. Messages whose work must be tried again are named in the answer; the others are acknowledged.
///
/// A batch of `sync.fifo` has one message: were there more, one that fails must not be overtaken.
pub async fn handle(worker: &Worker, event: SqsEvent) -> SqsBatchResponse {
    let failures =
        stream::iter(event.records).map(|message| failure(worker, message)).buffer_unordered(PARALLEL);
    let mut answer = SqsBatchResponse::default();
    answer.batch_item_failures = failures.filter_map(|failure| async { failure }).collect().await;
    answer
}

async fn failure(worker: &Worker, message: SqsMessage) -> Option<BatchItemFailure> {
    let failed = handle_message(worker, message.body.as_deref().unwrap_or_default()).await.err()?;
    let id = message.message_id.unwrap_or_default();
    tracing::error!(message = %id, failure = %failed, "a message failed and will come again");
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = id;
    Some(failure)
}

/// Does what one message asks for.
///
/// # Errors
/// Where the message must come again: it is undecodable, or the store cannot be reached. What is to be expected of
/// Dropbox (a pause, an outage, tokens that are refused) is no error: the work is put off, and the message done.
pub async fn handle_message(worker: &Worker, body: &str) -> Result<(), Failure> {
    match Message::from_json(body).map_err(|error| Failure::Undecodable(error.to_string()))? {
        Message::Walk { connection, reason, sent_at, hops } => {
            worker.walk(connection, Request { reason, sent_at, hops }).await
        }
        Message::Tick => worker.tick().await,
        Message::Transfers { connection, sweep } => worker.see_to_transfers(connection, sweep).await,
    }
}
