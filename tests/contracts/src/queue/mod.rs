//! What a queue promises: [`standard`] and [`fifo`].

pub mod fifo;
pub mod standard;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shared::queue::{Delivery, Inbox, Outgoing, Queue};
use tokio::time::Instant;

use crate::{Harness, PATIENCE};

/// How long one receive waits for what must come.
const WAIT: Duration = Duration::from_secs(5);

/// Makes queues.
#[async_trait]
pub trait QueueHarness: Harness {
    /// A new, empty queue, and the queue of its dead letters.
    async fn queue(&self, settings: Settings) -> TestQueue;
}

/// What a case wants of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// FIFO or standard.
    pub fifo: bool,
    /// How long a delivery stays invisible; whole seconds, since SQS knows no others.
    pub visibility: Duration,
    /// How often a message is delivered before it goes to the dead letters.
    pub max_receives: u32,
}

impl Settings {
    /// A queue whose deliveries outlast every case.
    fn patient(fifo: bool) -> Self {
        Self { fifo, visibility: Duration::from_secs(600), max_receives: 100 }
    }

    /// A queue whose deliveries come back after a second.
    fn hasty(fifo: bool) -> Self {
        Self { visibility: Duration::from_secs(1), ..Self::patient(fifo) }
    }
}

/// A queue under test: both of its sides, and what it gave up.
pub struct TestQueue {
    /// Where messages are sent.
    pub queue: Arc<dyn Queue>,
    /// Where they are received.
    pub inbox: Arc<dyn Inbox>,
    /// Where its dead letters are received.
    pub dead: Arc<dyn Inbox>,
    /// How long to wait for what must not come: SQS waits whole seconds, and at least one asks all of its servers.
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

    /// Receives and deletes `count` messages, as many at a time as there are.
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

/// The next message; panics where none comes.
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
