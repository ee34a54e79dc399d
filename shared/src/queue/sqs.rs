//! The port on Amazon SQS.

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use aws_sdk_sqs::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::delete_message::DeleteMessageError,
    types::{
        Message, MessageAttributeValue, MessageSystemAttributeName, MessageSystemAttributeNameForSends,
        MessageSystemAttributeValue, SendMessageBatchRequestEntry,
    },
};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Delivery, Inbox, Outgoing, Queue, QueueError};
use crate::{
    aws::{LazyClient, describe},
    trace,
};

/// Maximum number of messages in one call to SQS.
const BATCH: usize = 10;
/// Message attribute with the reason why a message was moved to a dead-letter queue.
const REASON: &str = "reason";
/// Maximum number of batches sent at the same time.
const PARALLEL: usize = 8;

/// An SQS queue.
#[derive(Debug, Clone)]
pub struct SqsQueue {
    client: LazyClient<Client>,
    url: String,
    trace: trace::Source,
}

impl SqsQueue {
    /// Returns the queue with this URL.
    pub fn new(client: impl Into<LazyClient<Client>>, url: impl Into<String>) -> Self {
        Self { client: client.into(), url: url.into(), trace: trace::of_this_invocation }
    }

    async fn send_batch(&self, batch: Vec<Outgoing>) -> Result<(), QueueError> {
        let trace = (self.trace)();
        let entries = batch
            .iter()
            .enumerate()
            .map(|(index, message)| entry(index, message, trace.as_deref()))
            .collect::<Result<_, _>>()?;
        let request = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
        let answer = request.send().await.map_err(|error| failed(&error))?;
        match answer.failed().first() {
            None => Ok(()),
            Some(first) => Err(QueueError(format!(
                "{} of {} messages were refused, the first with {}",
                answer.failed().len(),
                batch.len(),
                first.code()
            ))),
        }
    }
}

fn entry(
    index: usize,
    message: &Outgoing,
    trace: Option<&str>,
) -> Result<SendMessageBatchRequestEntry, QueueError> {
    // A FIFO queue refuses a delay on a single message, even zero.
    let delay =
        message.deduplication.is_none().then(|| i32::try_from(message.delay.as_secs()).unwrap_or(i32::MAX));
    SendMessageBatchRequestEntry::builder()
        .id(index.to_string())
        .message_body(&message.body)
        .set_message_group_id(message.group.clone())
        .set_message_deduplication_id(message.deduplication.clone())
        .set_delay_seconds(delay)
        .set_message_attributes(attributes(message)?)
        .set_message_system_attributes(trace.map(system_attributes).transpose()?)
        .build()
        .map_err(|error| QueueError(error.to_string()))
}

/// Returns the reason as an attribute beside the text, so that the message can be put back unchanged.
fn attributes(message: &Outgoing) -> Result<Option<HashMap<String, MessageAttributeValue>>, QueueError> {
    let Some(reason) = &message.reason else { return Ok(None) };
    let value = MessageAttributeValue::builder().data_type("String").string_value(reason).build();
    let value = value.map_err(|error| QueueError(error.to_string()))?;
    Ok(Some(HashMap::from([(REASON.to_owned(), value)])))
}

fn system_attributes(
    trace: &str,
) -> Result<HashMap<MessageSystemAttributeNameForSends, MessageSystemAttributeValue>, QueueError> {
    let value = MessageSystemAttributeValue::builder().data_type("String").string_value(trace).build();
    let value = value.map_err(|error| QueueError(error.to_string()))?;
    Ok(HashMap::from([(MessageSystemAttributeNameForSends::AwsTraceHeader, value)]))
}

#[async_trait]
impl Queue for SqsQueue {
    async fn send(&self, messages: Vec<Outgoing>) -> Result<(), QueueError> {
        // Messages of one group must arrive in order, so a FIFO queue's batches are sent one after the other.
        let parallel =
            if messages.iter().any(|message| message.deduplication.is_some()) { 1 } else { PARALLEL };
        let batches: Vec<_> = messages.chunks(BATCH).map(<[Outgoing]>::to_vec).collect();
        stream::iter(batches)
            .map(|batch| self.send_batch(batch))
            .buffer_unordered(parallel)
            .try_collect::<Vec<()>>()
            .await
            .map(drop)
    }
}

#[async_trait]
impl Inbox for SqsQueue {
    async fn receive(&self, limit: u32, wait: Duration) -> Result<Vec<Delivery>, QueueError> {
        let answer = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(i32::try_from(limit).unwrap_or(10))
            .wait_time_seconds(i32::try_from(wait.as_secs()).unwrap_or(20))
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names(REASON)
            .send()
            .await
            .map_err(|error| failed(&error))?;
        Ok(answer.messages.unwrap_or_default().into_iter().map(delivery).collect())
    }

    async fn delete(&self, receipt: &str) -> Result<(), QueueError> {
        let request = self.client.delete_message().queue_url(&self.url).receipt_handle(receipt);
        match request.send().await {
            // The message was acknowledged before, or has been delivered again since.
            Err(error)
                if error.as_service_error().is_some_and(DeleteMessageError::is_receipt_handle_is_invalid) =>
            {
                Ok(())
            }
            answer => answer.map(drop).map_err(|error| failed(&error)),
        }
    }

    async fn set_visibility(&self, receipt: &str, timeout: Duration) -> Result<(), QueueError> {
        self.client
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(receipt)
            .visibility_timeout(i32::try_from(timeout.as_secs()).unwrap_or(i32::MAX))
            .send()
            .await
            .map(drop)
            .map_err(|error| failed(&error))
    }
}

fn delivery(message: Message) -> Delivery {
    let attribute = |name| message.attributes.as_ref().and_then(|all| all.get(&name)).cloned();
    let own = message
        .message_attributes
        .as_ref()
        .and_then(|all| all.get(REASON)?.string_value().map(str::to_owned));
    let count = attribute(MessageSystemAttributeName::ApproximateReceiveCount);
    Delivery {
        group: attribute(MessageSystemAttributeName::MessageGroupId),
        reason: own,
        receive_count: count.and_then(|count| count.parse().ok()).unwrap_or(1),
        id: message.message_id.unwrap_or_default(),
        body: message.body.unwrap_or_default(),
        receipt: message.receipt_handle.unwrap_or_default(),
    }
}

fn failed<E, R>(error: &SdkError<E, R>) -> QueueError
where
    E: ProvideErrorMetadata,
{
    QueueError(describe(error))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        aws::captured::Captured,
        model::{ConnectionId, Lane, Linked, Timestamp, WalkReason},
    };

    const HEADER: &str = "Root=1-5e6722a7-cc2a4f46db7ae98d0da47ae0;Parent=53995c3f42cd8ad8;Sampled=1";

    /// Returns the entries that an invocation with this trace sends.
    async fn sent(trace: trace::Source) -> Vec<Value> {
        let captured = Captured::answering(r#"{"Successful":[],"Failed":[]}"#);
        let (client, url) = (Client::new(&captured.config()), "https://sqs.us-east-1.amazonaws.com/1/q.fifo");
        let queue = SqsQueue { trace, ..SqsQueue::new(client, url) };
        let of = || Linked { connection: ConnectionId::random(), project: None };
        let walk = |_| Outgoing::walk(of(), Lane::Bulk, WalkReason::Continued, Timestamp(0), 1);
        queue.send((0..12).map(walk).collect()).await.unwrap();
        captured.bodies().iter().flat_map(|body| body["Entries"].as_array().unwrap().clone()).collect()
    }

    #[tokio::test]
    async fn every_message_carries_the_trace_of_the_invocation() {
        let entries = sent(|| Some(HEADER.to_owned())).await;
        assert_eq!(entries.len(), 12);
        let expected = json!({"AWSTraceHeader": {"DataType": "String", "StringValue": HEADER}});
        assert!(entries.iter().all(|entry| entry["MessageSystemAttributes"] == expected), "{entries:?}");
    }

    #[tokio::test]
    async fn without_a_trace_none_is_sent() {
        let entries = sent(|| None).await;
        assert!(entries.iter().all(|entry| entry.get("MessageSystemAttributes").is_none()), "{entries:?}");
    }
}
