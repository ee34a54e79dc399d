//! Messages of Amazon SQS.

use std::collections::HashMap;

use aws_sdk_sqs::{
    Client,
    error::BuildError,
    types::{MessageAttributeValue, SendMessageBatchRequestEntry},
};
use shared::delivery::QueueUrl;
use uuid::Uuid;

use super::refusals::{self, CallFailure};
use crate::{Entry, Refusal};

/// Name of the attribute with the type of a message's event.
const EVENT_TYPE: &str = "event-type";
/// Maximum length of a deduplication id, in characters (Amazon SQS API Reference, `SendMessage`).
const LONGEST_ID: usize = 128;

/// Sends messages in one call. Returns for each its id, or why it was not taken.
pub(super) async fn put(
    client: &Client,
    queue: &QueueUrl,
    entries: &[Entry],
) -> Result<Vec<Result<String, Refusal>>, CallFailure> {
    let messages: Result<Vec<_>, BuildError> =
        entries.iter().enumerate().map(|(index, entry)| message(index, queue, entry)).collect();
    let messages = messages.map_err(|_| CallFailure::unexpected("the message cannot be made"))?;
    let request = client.send_message_batch().queue_url(queue.as_str()).set_entries(Some(messages));
    let answer = request.send().await.map_err(|error| CallFailure::of(&error))?;
    let mut outcomes: Vec<Result<String, Refusal>> =
        entries.iter().map(|_| Err(refusals::unexpected("the answer does not name the message"))).collect();
    let index = |id: &str| id.parse::<usize>().ok().filter(|index| *index < entries.len());
    for taken in answer.successful() {
        if let Some(index) = index(taken.id()) {
            outcomes[index] = Ok(taken.message_id().to_owned());
        }
    }
    for failed in answer.failed() {
        if let Some(index) = index(failed.id()) {
            outcomes[index] = Err(refusals::of_entry(failed.code(), failed.message()));
        }
    }
    Ok(outcomes)
}

fn message(
    index: usize,
    queue: &QueueUrl,
    entry: &Entry,
) -> Result<SendMessageBatchRequestEntry, BuildError> {
    let fifo = queue.is_fifo().then_some(entry);
    SendMessageBatchRequestEntry::builder()
        .id(index.to_string())
        .message_body(&entry.body)
        .set_message_attributes(Some(attributes(entry)?))
        .set_message_group_id(fifo.map(|entry| entry.group.clone()))
        .set_message_deduplication_id(fifo.map(|entry| deduplication(&entry.id)))
        .build()
}

/// Returns id, time, signatures and type as attributes, under the names that headers of requests have.
fn attributes(entry: &Entry) -> Result<HashMap<String, MessageAttributeValue>, BuildError> {
    let headers =
        entry.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
    let event_type = entry.event_type.map(|event_type| (EVENT_TYPE, event_type));
    let attribute = |(name, value): (&str, &str)| {
        let value = MessageAttributeValue::builder().data_type("String").string_value(value).build()?;
        Ok((name.to_owned(), value))
    };
    headers.chain(event_type).map(attribute).collect()
}

/// Returns the event's id, or one that is derived from it if it is too long: the same for every attempt.
fn deduplication(id: &str) -> String {
    if id.len() <= LONGEST_ID {
        return id.to_owned();
    }
    Uuid::new_v5(&Uuid::NAMESPACE_OID, id.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_is_too_long_has_a_shorter_one_in_its_place() {
        let (longest, one, other) = ("x".repeat(128), "x".repeat(129), "x".repeat(130));
        assert_eq!(deduplication(&longest), longest);
        assert_eq!((deduplication(&one).len(), deduplication(&one)), (36, deduplication(&one)));
        assert_ne!(deduplication(&one), deduplication(&other));
    }
}
