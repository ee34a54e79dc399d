//! Contracts of queues: [`standard`] and [`fifo`].

pub mod fifo;
pub mod standard;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shared::queue::{Delivery, Inbox, Outgoing, Queue};
use tokio::time::Instant;

use crate::{Harness, PATIENCE};

/// Longest wait of a single receive call.
const WAIT: Duration = Duration::from_secs(5);

/// Creates queues.
#[async_trait]
pub trait QueueHarness: Harness {
    /// Creates a new, empty queue with a queue for its dead letters.
    async fn queue(&self, settings: Settings) -> TestQueue;
}

/// Settings of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Whether the queue is FIFO; otherwise it is a standard queue.
    pub fifo: bool,
    /// Visibility timeout, in whole seconds because SQS accepts no others.
    pub visibility: Duration,
    /// Number of deliveries after which a message becomes a dead letter.
    pub max_receives: u32,
}

impl Settings {
    /// Returns settings with a visibility timeout that outlasts every case.
    fn patient(fifo: bool) -> Self {
        Self { fifo, visibility: Duration::from_secs(600), max_receives: 100 }
    }

    /// Returns settings with a visibility timeout of one second.
    fn hasty(fifo: bool) -> Self {
        Self { visibility: Duration::from_secs(1), ..Self::patient(fifo) }
    }
}

/// A queue under test, with both of its sides and its dead letters.
pub struct TestQueue {
    /// Side for sending.
    pub queue: Arc<dyn Queue>,
    /// Side for receiving.
    pub inbox: Arc<dyn Inbox>,
    /// Dead letters.
    pub dead: Arc<dyn Inbox>,
    /// Time to wait when no message is expected. SQS waits in whole seconds, and a wait of at least one
    /// queries all of its servers.
    pub quiet: Duration,
}

impl TestQueue {
    async fn send(&self, messages: Vec<Outgoing>) {
        self.queue.send(messages).await.expect("the queue takes the messages");
    }

    async fn receive(&self) -> Delivery {
        first(&*self.inbox).await
    }

    async fn receive_and_delete(&self) -> Delivery {
        let delivery = self.receive().await;
        self.delete(&delivery).await;
        delivery
    }

    async fn delete(&self, delivery: &Delivery) {
        self.inbox.delete(&delivery.receipt).await.expect("the queue takes the receipt");
    }

    async fn set_visibility(&self, delivery: &Delivery, timeout: Duration) {
        self.inbox.set_visibility(&delivery.receipt, timeout).await.expect("the delivery is in flight");
    }

    async fn expect_nothing(&self) {
        let found = self.inbox.receive(10, self.quiet).await.expect("the queue answers");
        assert!(found.is_empty(), "nothing should be there to receive, but {found:?}");
    }

    /// Receives and deletes `count` messages, up to ten per call.
    async fn drain(&self, count: usize) -> Vec<Delivery> {
        let deadline = Instant::now() + PATIENCE;
        let mut drained = Vec::new();
        while drained.len() < count {
            assert!(Instant::now() < deadline, "{} of {count} messages came", drained.len());
            let deliveries = self.inbox.receive(10, self.quiet).await.expect("the queue answers");
            assert!(deliveries.len() <= 10, "ten messages at most at a time");
            for delivery in deliveries {
                self.delete(&delivery).await;
                drained.push(delivery);
            }
        }
        drained
    }
}

/// Returns the next message; panics if none arrives.
async fn first(inbox: &dyn Inbox) -> Delivery {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(delivery) = inbox.receive(1, WAIT).await.expect("the queue answers").pop() {
            return delivery;
        }
    }
    panic!("no message within {PATIENCE:?}");
}

fn bodies(deliveries: &[Delivery]) -> Vec<&str> {
    deliveries.iter().map(|delivery| delivery.body.as_str()).collect()
}
