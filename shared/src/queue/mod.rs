//! The queues between the functions: one port, and its SQS adapter.

mod requests;
mod sqs;

use std::time::Duration;

use async_trait::async_trait;

pub use requests::{CLAIM, RequestError, Requests};
pub use sqs::SqsQueue;

use crate::model::{Lane, Linked, Message, Timestamp, WalkReason};

/// A message to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The text, at most 256 KiB.
    pub body: String,
    /// A FIFO queue delivers the messages of one group one at a time, in order. A standard queue is fair between groups:
    /// one of which much waits or is worked on does not hold up the others.
    pub group: Option<String>,
    /// A FIFO queue drops a message that repeats the id of another within five minutes. Absent on a standard queue.
    pub deduplication: Option<String>,
    /// Delivered no earlier than this after sending, at most 15 minutes. Standard queues only.
    pub delay: Duration,
    /// Why it is given up, of a message for a dead-letter queue: at most 1,000 bytes.
    pub reason: Option<String>,
}

/// So much of a reason is kept. Characters.
const LONGEST_REASON: usize = 250;

/// The group of ticks on `sync.fifo`.
pub const TICK_GROUP: &str = "tick";

impl Outgoing {
    /// A request to walk a connection, for the lane's queue. `hops` counts the walks before it that ran out of time one
    /// after the other.
    #[must_use]
    pub fn walk(of: Linked, lane: Lane, reason: WalkReason, sent_at: Timestamp, hops: u32) -> Self {
        let Linked { connection, .. } = of;
        Self::fair(of, Message::Walk { connection, reason, sent_at, hops, lane }.to_json())
    }

    /// A request to see to a connection's transfers.
    #[must_use]
    pub fn transfers(of: Linked) -> Self {
        Self::fair(of, Message::Transfers { connection: of.connection, sweep: false }.to_json())
    }

    /// A message for a lane's queue. Its group is the project, so that the lane is fair between projects.
    pub(super) fn fair(of: Linked, body: String) -> Self {
        let share = of.project.map_or_else(|| of.connection.to_string(), |project| project.to_string());
        Self { body, group: Some(share), deduplication: None, delay: Duration::ZERO, reason: None }
    }

    /// A tick for `sync.fifo`.
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

    /// A message that is given up, for the dead-letter queue of the queue that it came from, which is of the same kind: as
    /// it was, with the reason. Put back from there, it is the same message again.
    #[must_use]
    pub fn given_up(body: String, group: Option<String>, fifo: bool, reason: &str) -> Self {
        let deduplication = fifo.then(|| uuid::Uuid::new_v4().to_string());
        let reason = reason.chars().take(LONGEST_REASON).collect();
        Self { body, group, deduplication, delay: Duration::ZERO, reason: Some(reason) }
    }
}

/// A message as a consumer gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The queue's id of the message.
    pub id: String,
    /// The text.
    pub body: String,
    /// What acknowledges this delivery of it.
    pub receipt: String,
    /// How often it was delivered, this time included.
    pub receive_count: u32,
    /// Its group, on a FIFO queue.
    pub group: Option<String>,
    /// Why it was given up, in a dead-letter queue, where that is known.
    pub reason: Option<String>,
}

/// A queue could not be reached or refused. Trying again later may work.
#[derive(Debug, thiserror::Error)]
#[error("queue: {0}")]
pub struct QueueError(pub String);

/// The sending side of one queue. What [`Queue::send`] returned `Ok` for is durable (invariant I9).
#[async_trait]
pub trait Queue: Send + Sync {
    /// Sends all messages, in batches where the queue has them, several at a time.
    ///
    /// # Errors
    /// Where at least one was not taken; others may have been.
    async fn send(&self, messages: Vec<Outgoing>) -> Result<(), QueueError>;
}

/// The receiving side of one queue. On AWS Lambda's event source mapping does this; `local` and the tests do it
/// themselves.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Up to `most` messages (at most 10), waiting up to `wait` for the first. Each stays invisible to others until
    /// it is deleted or its visibility timeout ends.
    ///
    /// # Errors
    /// Where the queue cannot be reached.
    async fn receive(&self, most: u32, wait: Duration) -> Result<Vec<Delivery>, QueueError>;

    /// Acknowledges a delivery: the message will not come again.
    ///
    /// # Errors
    /// Where the queue cannot be reached. A receipt that is no longer valid is no error.
    async fn delete(&self, receipt: &str) -> Result<(), QueueError>;

    /// Makes a delivered message visible again after `timeout` from now.
    ///
    /// # Errors
    /// Where the queue cannot be reached.
    async fn set_visibility(&self, receipt: &str, timeout: Duration) -> Result<(), QueueError>;
}
