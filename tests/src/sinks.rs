//! Queues and a bus that deliver nothing, for code that a test or a benchmark calls by hand.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use shared::{
    events::{Bus, BusError},
    model::Event,
    queue::{Outgoing, Queue, QueueError},
};

/// Keeps the bodies of what is sent until they are taken.
#[derive(Debug, Default)]
pub struct RecordedQueue(Mutex<Vec<String>>);

impl RecordedQueue {
    /// Takes the body that was sent last.
    pub fn take_last(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Whether nothing was sent that was not taken.
    pub fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

#[async_trait]
impl Queue for RecordedQueue {
    async fn send(&self, messages: Vec<Outgoing>) -> Result<(), QueueError> {
        let bodies = messages.into_iter().map(|message| message.body);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(bodies);
        Ok(())
    }
}

/// Takes everything and keeps nothing.
#[derive(Debug, Clone, Copy)]
pub struct Discard;

#[async_trait]
impl Queue for Discard {
    async fn send(&self, _: Vec<Outgoing>) -> Result<(), QueueError> {
        Ok(())
    }
}

#[async_trait]
impl Bus for Discard {
    async fn publish(&self, _: Vec<Event>) -> Result<(), BusError> {
        Ok(())
    }
}
