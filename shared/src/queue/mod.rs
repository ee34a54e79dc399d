//! The queues between the functions: one port, and its SQS adapter.

mod given_up;
mod requests;
mod sqs;

use std::time::Duration;

use async_trait::async_trait;

pub use given_up::{give_up, receives};
pub use requests::{CLAIM, RequestError, Requests};
pub use sqs::SqsQueue;

use crate::model::{Lane, Linked, Message, Timestamp, WalkReason};

/// A message to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The text, at most 256 KiB.
    pub body: String,
    /// Group of the message. A FIFO queue delivers the messages of a group one at a time, in order. A
    /// standard queue is fair between groups: one with many messages waiting or in work does not hold up the
    /// others.
    pub group: Option<String>,
    /// Deduplication id. A FIFO queue drops a message whose id repeats that of another within five minutes.
    /// Absent on a standard queue.
    pub deduplication: Option<String>,
    /// Time until the delivery, at most 15 minutes. Standard queues only.
    pub delay: Duration,
    /// Reason why a message goes to a dead-letter queue: at most 1,000 bytes.
    pub reason: Option<String>,
}

/// Longest reason, in characters.
const LONGEST_REASON: usize = 250;

/// The group of ticks on `sync.fifo`.
pub const TICK_GROUP: &str = "tick";

impl Outgoing {
    /// Returns a request to walk a connection, for the lane's queue. `hops` is the number of walks in a row
    /// before it that ran out of time.
    #[must_use]
    pub fn walk(of: Linked, lane: Lane, reason: WalkReason, sent_at: Timestamp, hops: u32) -> Self {
        let Linked { connection, .. } = of;
        Self::fair(of, Message::Walk { connection, reason, sent_at, hops, lane }.to_json())
    }

    /// Returns a request to process a connection's transfers.
    #[must_use]
    pub fn transfers(of: Linked) -> Self {
        Self::fair(of, Message::Transfers { connection: of.connection, sweep: false }.to_json())
    }

    /// Returns a message for a lane's queue. Its group is the project, so that the lane is fair between
    /// projects.
    pub(super) fn fair(of: Linked, body: String) -> Self {
        let share = of.project.map_or_else(|| of.connection.to_string(), |project| project.to_string());
        Self::in_group(share, body, Duration::ZERO)
    }

    /// Longest time until a delivery: SQS's limit.
    pub const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);

    /// Returns a message for a standard queue that is fair between groups, to be delivered after `delay`, or after
    /// [`Self::LONGEST_DELAY`] if that is shorter.
    #[must_use]
    pub fn in_group(group: String, body: String, delay: Duration) -> Self {
        let delay = delay.min(Self::LONGEST_DELAY);
        Self { body, group: Some(group), deduplication: None, delay, reason: None }
    }

    /// Returns a tick for `sync.fifo`.
    #[must_use]
    pub fn tick() -> Self {
        Self {
            body: Message::Tick.to_json(),
            group: Some(TICK_GROUP.to_owned()),
            deduplication: Some(uuid::Uuid::new_v4().to_string()),
            delay: Duration::ZERO,
            reason: None,
        }
    }

    /// Returns a message that is given up, unchanged and with the reason, for the dead-letter queue of its
    /// queue, which is of the same kind. If it is put back from there, it is the same message again.
    #[must_use]
    pub fn given_up(body: String, group: Option<String>, fifo: bool, reason: &str) -> Self {
        let deduplication = fifo.then(|| uuid::Uuid::new_v4().to_string());
        let reason = reason.chars().take(LONGEST_REASON).collect();
        Self { body, group, deduplication, delay: Duration::ZERO, reason: Some(reason) }
    }
}

/// A message as delivered to a consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The queue's id of the message.
    pub id: String,
    /// The text.
    pub body: String,
    /// Receipt that acknowledges this delivery.
    pub receipt: String,
    /// Number of deliveries of the message, this one included.
    pub receive_count: u32,
    /// Its group.
    pub group: Option<String>,
    /// Reason why it is in a dead-letter queue, if it is in one and the reason is known.
    pub reason: Option<String>,
}

/// The queue could not be reached, or refused the request. Trying again later may work.
#[derive(Debug, thiserror::Error)]
#[error("queue: {0}")]
pub struct QueueError(pub String);

/// The sending side of a queue. Messages for which [`Queue::send`] returned `Ok` are durable (invariant I9).
#[async_trait]
pub trait Queue: Send + Sync {
    /// Sends all messages, in batches if the queue has them, several at a time. Without messages it asks for nothing.
    ///
    /// # Errors
    /// Fails if at least one message was not accepted; others may have been.
    async fn send(&self, messages: Vec<Outgoing>) -> Result<(), QueueError>;
}

/// The receiving side of a queue. On AWS, Lambda's event source mapping receives; `local` and the tests do it
/// themselves.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Receives up to `limit` messages (at most 10), waiting up to `wait` for the first. Each stays invisible
    /// to other consumers until it is deleted or its visibility timeout ends.
    ///
    /// # Errors
    /// Fails if the queue cannot be reached.
    async fn receive(&self, limit: u32, wait: Duration) -> Result<Vec<Delivery>, QueueError>;

    /// Acknowledges a delivery: the message does not come again.
    ///
    /// # Errors
    /// Fails if the queue cannot be reached. A receipt that is no longer valid is not an error.
    async fn delete(&self, receipt: &str) -> Result<(), QueueError>;

    /// Makes a delivered message visible again after `timeout`.
    ///
    /// # Errors
    /// Fails if the queue cannot be reached.
    async fn set_visibility(&self, receipt: &str, timeout: Duration) -> Result<(), QueueError>;
}
