//! Messages of Lambda's batches that are given up, because they fail each time.

use std::fmt::Display;

use aws_lambda_events::sqs::SqsMessage;

use super::{Outgoing, Queue};

/// Returns how often a message was received, this time included; 0 if that is not known.
#[must_use]
pub fn receives(message: &SqsMessage) -> u32 {
    let count = message.attributes.get("ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or_default()
}

/// Sends a message to the dead letters of its queue, with what has failed. Returns false if that fails: then the
/// message comes again, and its queue gives it up.
pub async fn give_up(dead_letters: &dyn Queue, message: SqsMessage, failed: &(impl Display + Sync)) -> bool {
    let group = message.attributes.get("MessageGroupId").cloned();
    let fifo = message.attributes.contains_key("MessageDeduplicationId");
    let letter = Outgoing::given_up(message.body.unwrap_or_default(), group, fifo, &failed.to_string());
    dead_letters.send(vec![letter]).await.is_ok()
}
